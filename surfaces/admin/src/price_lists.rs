//! Price lists: the list, the form, and what each asks for which variant.

mod breaks;
mod form;
mod pages;
mod prices;
mod sheet;
mod upload;

use axum::{Router, extract::DefaultBodyLimit, routing::get};
use catalog::PriceListError;
use web::Problem;

use crate::Desk;

/// The routes of this room.
#[rustfmt::skip]
pub(crate) fn routes() -> Router<Desk> {
    Router::new()
        .route("/admin/price-lists", get(pages::list))
        .route("/admin/price-lists/new", get(pages::show_new).post(pages::create))
        .route("/admin/price-lists/{id}", get(pages::show).post(pages::update))
        .route("/admin/price-lists/{id}/delete", get(pages::ask).post(pages::delete))
        .route("/admin/price-lists/{id}/prices", get(prices::list).post(upload::put).layer(DefaultBodyLimit::max(upload::LARGEST)))
        .route("/admin/price-lists/{id}/prices/{variant}", get(breaks::show).post(breaks::save))
}

/// What no form can mend.
fn problem(error: PriceListError) -> Problem {
    match error {
        PriceListError::Forbidden(error) => error.into(),
        PriceListError::NotFound => Problem::not_found(),
        PriceListError::VersionConflict { .. } => Problem::version_conflict(),
        PriceListError::NameTaken => Problem::conflict("name_taken", error.to_string()),
        PriceListError::Invalid(invalid) => invalid.into(),
        PriceListError::Internal(error) => error.into(),
    }
}
