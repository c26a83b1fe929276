//! Parcels of all orders: what waits to be picked, the pick list, and one parcel on its way.

mod list;
mod page;

use axum::{Router, routing::get};

use crate::Desk;

/// The routes of this room.
#[rustfmt::skip]
pub(crate) fn routes() -> Router<Desk> {
    Router::new()
        .route("/admin/parcels", get(list::show).post(list::begin))
        .route("/admin/parcels/pick-list", get(list::pick_list))
        .route("/admin/parcels/{id}", get(page::show).post(page::change))
        .route("/admin/parcels/{id}/slip", get(page::slip))
        .route("/admin/parcels/{id}/unpack", get(page::ask).post(page::unpack))
}
