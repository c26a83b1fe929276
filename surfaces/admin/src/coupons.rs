//! Coupons: the list and the form.

mod form;
mod pages;

use axum::{Router, routing::get};

pub(crate) use form::{percent_text, percentage};

use crate::Desk;

/// The routes of this room.
#[rustfmt::skip]
pub(crate) fn routes() -> Router<Desk> {
    Router::new()
        .route("/admin/coupons", get(pages::list))
        .route("/admin/coupons/new", get(pages::show_new).post(pages::create))
        .route("/admin/coupons/{id}", get(pages::show).post(pages::update))
}
