//! The category tree: its list, the form, and taking a category away.

mod pages;
mod remove;

use axum::{
    Router,
    routing::{get, post},
};

use crate::{Desk, category_choices};

/// The routes of this room.
#[rustfmt::skip]
pub(crate) fn routes() -> Router<Desk> {
    Router::new()
        .route("/admin/categories", get(pages::list))
        .route("/admin/categories/choices", get(category_choices::find))
        .route("/admin/categories/new", get(pages::show_new).post(pages::create))
        .route("/admin/categories/{id}", get(pages::show).post(pages::update))
        .route("/admin/categories/{id}/move", post(remove::move_it))
        .route("/admin/categories/{id}/delete", get(remove::ask).post(remove::delete))
}
