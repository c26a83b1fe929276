//! Stock: what lies where, what is low, and what happens to it.

mod book;
mod by_mail;
mod list;
mod variant;

use axum::{
    Router,
    routing::{get, post},
};

use crate::Desk;

/// The routes of this room.
#[rustfmt::skip]
pub(crate) fn routes() -> Router<Desk> {
    Router::new()
        .route("/admin/stock", get(list::show).post(book::book))
        .route("/admin/stock/by-mail", post(by_mail::choose))
        .route("/admin/stock/{id}", get(variant::show))
        .route("/admin/stock/{id}/plan", post(variant::plan))
        .route("/admin/stock/{id}/book", post(variant::book))
}
