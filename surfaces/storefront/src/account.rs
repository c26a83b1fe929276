//! A customer's own pages.

pub(crate) mod addresses;
pub(crate) mod cards;
pub(crate) mod data;
pub(crate) mod delete;
mod device;
pub(crate) mod messages;
pub(crate) mod methods;
pub(crate) mod orders;
pub(crate) mod profile;
pub(crate) mod pushes;
pub(crate) mod reviews;
pub(crate) mod security;
pub(crate) mod texts;
pub(crate) mod wishlist;

use axum::response::{IntoResponse as _, Redirect, Response};
use web::SignedIn;

pub(crate) async fn index(_customer: SignedIn) -> Response {
    Redirect::to("/account/profile").into_response()
}
