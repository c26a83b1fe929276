//! Customers: who has an account, and what each of them bought.

mod data;
mod erase;
pub(crate) mod list;
pub(crate) mod page;

use axum::{
    Router,
    routing::{get, post},
};

use crate::{Desk, views};

/// The routes of this room.
#[rustfmt::skip]
pub(crate) fn routes() -> Router<Desk> {
    Router::new()
        .route("/admin/customers", get(list::show))
        .route("/admin/customers/views/new", get(views::show_new::<views::Customers>).post(views::keep::<views::Customers>))
        .route("/admin/customers/views/{number}", get(views::show::<views::Customers>).post(views::change::<views::Customers>))
        .route("/admin/customers/views/{number}/delete", post(views::delete::<views::Customers>))
        .route("/admin/customers/views/{number}/restore", post(views::restore::<views::Customers>))
        .route("/admin/customers/{id}", get(page::show))
        .route("/admin/customers/{id}/data", get(data::download))
        .route("/admin/customers/{id}/erase", get(erase::ask).post(erase::erase))
        .route("/admin/customers/erase", get(erase::ask_of_guest).post(erase::erase_guest))
}
