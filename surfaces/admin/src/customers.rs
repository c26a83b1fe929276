//! Customers: who has an account, and what each of them bought.

pub(crate) mod list;
mod page;

use axum::{Router, routing::get};

use crate::Desk;

/// The routes of this room.
pub(crate) fn routes() -> Router<Desk> {
    Router::new()
        .route("/admin/customers", get(list::show))
        .route("/admin/customers/{id}", get(page::show))
}
