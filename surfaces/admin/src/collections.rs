//! Collections: the list, the form with its rules and their preview, and the products that are chosen by hand.

mod form;
mod members;
mod pages;

use axum::{Router, routing::get};

use crate::Desk;

/// The routes of this room.
#[rustfmt::skip]
pub(crate) fn routes() -> Router<Desk> {
    Router::new()
        .route("/admin/collections", get(pages::list))
        .route("/admin/collections/new", get(pages::show_new).post(pages::create))
        .route("/admin/collections/{id}", get(pages::show).post(pages::update))
        .route("/admin/collections/{id}/products", get(members::show).post(members::change))
        .route("/admin/collections/{id}/delete", get(pages::ask).post(pages::delete))
}
