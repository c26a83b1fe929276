//! Settings: what is set up once and looked after since. Each page has a file of its own.

mod locations;
mod shipping;

use axum::{
    Router,
    routing::{get, post},
};
use serde::Serialize;
use web::{Answer, Staff, can};

use crate::Desk;

/// The routes of this room.
#[rustfmt::skip]
pub(crate) fn routes() -> Router<Desk> {
    Router::new()
        .route("/admin/settings", get(index))
        .route("/admin/settings/locations", get(locations::list))
        .route("/admin/settings/locations/new", get(locations::show_new).post(locations::create))
        .route("/admin/settings/locations/{id}", get(locations::show).post(locations::update))
        .route("/admin/settings/shipping", get(shipping::show))
        .route("/admin/settings/shipping/methods/{id}/switch", post(shipping::switch))
}

/// The pages in the order they are listed; the address and the texts follow from the name.
const PAGES: [&str; 2] = ["locations", "shipping"];

#[derive(Serialize)]
struct IndexView {
    pages: [&'static str; PAGES.len()],
}

async fn index(staff: Staff<can::ManageSettings>) -> Answer {
    staff.page("admin/settings/index.html", &IndexView { pages: PAGES })
}
