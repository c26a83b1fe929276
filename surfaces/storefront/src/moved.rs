//! Where pages went that had another address before.

use axum::{
    http::{StatusCode, Uri},
    response::{IntoResponse as _, Response},
};
use kernel::Slug;
use web::Problem;

use crate::head::path_of;

/// To what had the address before, with all that was asked for.
pub(crate) fn moved_on(under: &str, target: Option<Slug>, uri: &Uri) -> Result<Response, Problem> {
    let target = target.ok_or_else(Problem::not_found)?;
    let path = path_of(under, target.as_str());
    Ok(moved(&match uri.query() {
        Some(asked) => format!("{path}?{asked}"),
        None => path,
    }))
}

/// A permanent redirect to another page of the shop.
pub(crate) fn moved(url: &str) -> Response {
    (StatusCode::MOVED_PERMANENTLY, [("location", url.to_owned())]).into_response()
}
