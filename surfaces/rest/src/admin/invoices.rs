//! `GET` and `POST /admin/orders/{id}/invoices`: an order's invoice and credit notes.

use axum::{http::StatusCode, response::IntoResponse as _};
use invoices::{Document, WriteError};
use kernel::OrderId;
use serde::Deserialize;
use utoipa::ToSchema;
use web::{Answer, Api, Idempotent, IfMatch, Path, Problem, can};

use super::orders::{self as order, TAG};
use crate::{
    endpoint::Endpoint,
    wire::{Invoice, List, ids},
};

/// Nothing is to be said.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct WriteInvoice {}

pub(crate) fn list_endpoint() -> Endpoint {
    Endpoint::get("admin_list_invoices", "/admin/orders/{id}/invoices", list)
        .says(
            TAG,
            "List an order's invoices",
            "The invoice and the credit notes of its refunds.",
        )
        .guarded::<can::ReadOrders>()
        .path_id::<ids::OrderId>("id", "The order.")
        .schema::<ids::DocumentId>()
        .lists::<Invoice>("The documents, the invoice first.")
}

async fn list(api: Api<can::ReadOrders>, Path(id): Path<OrderId>) -> Answer {
    let mut ctx = api.work.read();
    orders::find(&mut ctx, id).await?.ok_or_else(Problem::not_found)?;
    let documents = invoices::list_of_order(&mut ctx, id).await?;
    Ok(view(documents).into_response())
}

fn view(documents: Vec<Document>) -> List<Invoice> {
    List::whole(documents.into_iter().map(Invoice::from).collect())
}

pub(crate) fn write_endpoint() -> Endpoint {
    Endpoint::post("write_invoices", "/admin/orders/{id}/invoices", write)
        .says(
            TAG,
            "Write an order's invoices",
            "Writes the invoice, if there is none, and a credit note for each refund that has none. An order that is paid in \
             full gets them by itself; this is for one whose money is held, or that was taken over from another shop.",
        )
        .guarded::<can::FulfilOrders>()
        .path_id::<ids::OrderId>("id", "The order.")
        .idempotent()
        .if_match_of(
            false,
            "The order's ETag, which invoices leave as it is. When the order was changed since, the answer is 412.",
        )
        .body::<WriteInvoice>()
        .schema::<ids::DocumentId>()
        .answer_list::<Invoice>(201, "All documents of the order.")
        .problem(409, "`nothing_sold`: the order waits for its payment, or was cancelled before. `partly_paid`: part of the money came.")
}

async fn write(
    api: Api<can::FulfilOrders>,
    Path(id): Path<OrderId>,
    version: Result<IfMatch, Problem>,
    Idempotent {
        body: WriteInvoice {},
        request,
    }: Idempotent<WriteInvoice>,
) -> Answer {
    let IfMatch(expected_version) = version?;
    web::write_idempotently(&api.work, &request, async |ctx| {
        order::expect_version(ctx, id, expected_version).await?;
        let documents = invoices::write(ctx, id).await.map_err(problem)?;
        Ok((StatusCode::CREATED, view(documents)).into_response())
    })
    .await
}

fn problem(error: WriteError) -> Problem {
    match error {
        WriteError::NotFound => Problem::not_found(),
        WriteError::NotSold => Problem::conflict(
            "nothing_sold",
            "The order waits for its payment, or was cancelled before.",
        ),
        WriteError::PartlyPaid => Problem::conflict(
            "partly_paid",
            "The order is paid in part; its invoice is written once the rest came.",
        ),
        WriteError::Forbidden(error) => error.into(),
        WriteError::Amount(error) => Problem::internal(&error),
        WriteError::Internal(error) => error.into(),
    }
}
