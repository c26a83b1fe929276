//! Everything the store holds on a customer, for the customer.

use axum::response::Response;
use exports::{CustomerData, CustomerDataError};
use serde::Serialize;
use web::{Problem, SignedIn};

use crate::layout;

#[derive(Serialize)]
struct DataView {
    /// Whether the address is known to be theirs; what is kept under it alone is left out otherwise.
    verified: bool,
}

pub(crate) async fn show(visitor: SignedIn) -> Result<Response, Problem> {
    let session = visitor.session.as_ref().ok_or_else(Problem::unauthorized)?;
    let view = DataView {
        verified: session.verified,
    };
    layout::page(&visitor, "storefront/account/data.html", &view).await
}

/// The document, made while it is sent.
pub(crate) async fn download(visitor: SignedIn) -> Result<Response, Problem> {
    let data = CustomerData::start(&visitor.work, visitor.customer, visitor.absolute_url(""))
        .await
        .map_err(problem)?;
    web::download("my-data.json", "application/json", data.into_pieces())
}

fn problem(error: CustomerDataError) -> Problem {
    match error {
        CustomerDataError::NotFound => Problem::not_found(),
        CustomerDataError::Forbidden(error) => error.into(),
        CustomerDataError::Internal(error) => error.into(),
    }
}
