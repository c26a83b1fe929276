//! Everything the store holds on a customer, for the customer.

use axum::response::Response;
use exports::CustomerDataError;
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

/// The document, made now.
pub(crate) async fn download(visitor: SignedIn) -> Result<Response, Problem> {
    let mut ctx = visitor.work.read();
    let data = exports::customer_data(&mut ctx, visitor.customer)
        .await
        .map_err(problem)?;
    ctx.rollback().await;
    web::download_json("my-data.json", &data)
}

fn problem(error: CustomerDataError) -> Problem {
    match error {
        CustomerDataError::NotFound => Problem::not_found(),
        CustomerDataError::Forbidden(error) => error.into(),
        CustomerDataError::Internal(error) => error.into(),
    }
}
