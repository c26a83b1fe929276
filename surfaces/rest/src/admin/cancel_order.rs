//! `POST /admin/orders/{id}/cancel`: an order is given up, its stock freed and its money returned.

use axum::{extract::State, http::StatusCode};
use checkout::{CancelOrder, CancelOrderError};
use kernel::{FieldError, OrderId};
use serde::Deserialize;
use utoipa::ToSchema;
use web::{Answer, Api, Idempotent, IfMatch, Path, Problem, Ran, can};

use super::orders::{self as view, AdminOrder, CONFLICTS, TAG};
use crate::{
    Rest,
    endpoint::Endpoint,
    wire::{checked_reason, ids},
};

/// Why an order is given up.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct CancelBody {
    /// For the timeline and the mail to the shopper.
    #[schema(min_length = 1, max_length = 500)]
    reason: String,
}

pub(crate) fn endpoint() -> Endpoint {
    Endpoint::post("cancel_order", "/admin/orders/{id}/cancel", handler)
        .says(
            TAG,
            "Cancel an order",
            "Gives up an order of which nothing was shipped. What was paid goes back.",
        )
        .guarded::<can::CancelOrders>()
        .path_id::<ids::OrderId>("id", "The order.")
        .idempotent()
        .if_match(false)
        .body::<CancelBody>()
        .answers::<AdminOrder>(200, "The order.")
        .tagged(200)
        .problem(409, CONFLICTS)
}

async fn handler(
    api: Api<can::CancelOrders>,
    State(rest): State<Rest>,
    Path(order_id): Path<OrderId>,
    version: Result<IfMatch, Problem>,
    Idempotent { body, request }: Idempotent<CancelBody>,
) -> Answer {
    let IfMatch(expected_version) = version?;
    let reason = checked_reason(&body.reason)?;
    if reason.is_empty() {
        return Err(FieldError::required("reason").into());
    }
    let command = CancelOrder {
        order_id,
        expected_version,
        reason,
    };
    web::run_marking(&api.work, &request, async |key| {
        match checkout::cancel_keyed_flow(&api.work, &rest.gateways, command, key).await {
            Ok(Some(begun)) => Ran::Before(begun),
            Ok(None) => Ran::Claimed(view::answer(&mut api.work.read(), StatusCode::OK, order_id).await),
            Err(error) => Ran::Refused(problem(error)),
        }
    })
    .await
}

fn problem(error: CancelOrderError) -> Problem {
    match error {
        CancelOrderError::Forbidden(error) => error.into(),
        CancelOrderError::Orders(error) => view::problem(error),
        CancelOrderError::PaymentUnderWay => Problem::conflict(
            "payment_under_way",
            "A payment of this order is under way: wait until its outcome is known.",
        ),
        CancelOrderError::OpenRefund(error) => Problem::internal(&error),
        CancelOrderError::Settle(error) => Problem::internal(&error),
        CancelOrderError::Internal(error) => error.into(),
    }
}
