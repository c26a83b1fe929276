//! Content: the pages that the merchant writes, the menus above and below every page, and what the home page is composed of.

mod announcement;
mod home_page;
mod menu_form;
mod menus;
mod page_form;
mod pages;
mod section_form;

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
        .route("/admin/announcement", get(announcement::show).post(announcement::save))
        .route("/admin/home-page", get(home_page::show))
        .route("/admin/home-page/new", get(home_page::show_new).post(home_page::create))
        .route("/admin/home-page/publish", post(home_page::publish))
        .route("/admin/home-page/discard", get(home_page::ask_discard).post(home_page::discard))
        .route("/admin/home-page/sections/{id}", get(home_page::edit).post(home_page::update))
        .route("/admin/home-page/sections/{id}/move", post(home_page::shift))
        .route("/admin/home-page/sections/{id}/remove", get(home_page::ask).post(home_page::remove))
}
