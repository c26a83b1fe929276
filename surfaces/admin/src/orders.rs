//! Orders: the list, one order, and what can be done with it.

mod cancel;
mod capture;
mod fulfil;
pub(crate) mod list;
mod mails;
mod money;
mod page;
mod places;
mod refund;
mod view;

use axum::{
    Router,
    routing::{get, post},
};

pub(crate) use page::{Nothing, problem, refuse_with as refuse, said};

use crate::{Desk, views};

/// The routes of this room.
#[rustfmt::skip]
pub(crate) fn routes() -> Router<Desk> {
    Router::new()
        .route("/admin/orders", get(list::show))
        .route("/admin/orders/views/new", get(views::show_new::<views::Orders>).post(views::keep::<views::Orders>))
        .route("/admin/orders/views/{number}", get(views::show::<views::Orders>).post(views::change::<views::Orders>))
        .route("/admin/orders/views/{number}/delete", post(views::delete::<views::Orders>))
        .route("/admin/orders/views/{number}/restore", post(views::restore::<views::Orders>))
        .route("/admin/orders/{id}", get(page::show))
        .route("/admin/orders/{id}/process", post(page::start_processing))
        .route("/admin/orders/{id}/fulfil", post(fulfil::fulfil))
        .route("/admin/orders/{id}/delivered", post(page::mark_delivered))
        .route("/admin/orders/{id}/cancel", get(cancel::ask).post(cancel::cancel))
        .route("/admin/orders/{id}/capture", post(capture::capture))
        .route("/admin/orders/{id}/release", post(capture::release))
        .route("/admin/orders/{id}/refund", get(refund::choose).post(refund::refund))
        .route("/admin/orders/{id}/notes", post(page::add_note))
        .route("/admin/orders/{id}/tags", post(page::tag))
        .route("/admin/orders/{id}/mails/{message}/resend", post(mails::resend))
}
