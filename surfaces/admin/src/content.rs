//! Content: the pages that the merchant writes, and the menus above and below every page.

mod menu_form;
mod menus;
mod page_form;
mod pages;

use axum::{
    Router,
    routing::{get, post},
};

use crate::Desk;

/// The routes of this room.
#[rustfmt::skip]
pub(crate) fn routes() -> Router<Desk> {
    Router::new()
        .route("/admin/pages", get(pages::list))
        .route("/admin/pages/new", get(pages::show_new).post(pages::create))
        .route("/admin/pages/{id}", get(pages::show).post(pages::update))
        .route("/admin/pages/{id}/delete", get(pages::ask).post(pages::delete))
        .route("/admin/menus", get(menus::show).post(menus::add))
        .route("/admin/menus/items/{id}", get(menus::edit).post(menus::update))
        .route("/admin/menus/items/{id}/move", post(menus::shift))
        .route("/admin/menus/items/{id}/remove", get(menus::ask).post(menus::remove))
}
