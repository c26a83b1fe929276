//! `POST /admin/orders/{id}/capture`: money that a gateway holds is taken.

use axum::{extract::State, http::StatusCode};
use checkout::CaptureOrderError;
use kernel::OrderId;
use web::{Answer, Api, Idempotent, Path, Problem, can};

use super::orders::{self as view, AdminOrder, TAG};
use crate::{Rest, endpoint::Endpoint, wire::ids};

pub(crate) fn endpoint() -> Endpoint {
    Endpoint::post("capture_order", "/admin/orders/{id}/capture", handler)
        .says(
            TAG,
            "Take the money of an order",
            "Takes all of what a gateway holds for an order that is `authorized`. When the gateway does not answer, the order \
             stays `authorized` and it is asked again. To give the money up instead, cancel the order.",
        )
        .guarded::<can::RefundOrders>()
        .path_id::<ids::OrderId>("id", "The order.")
        .idempotent()
        .answers::<AdminOrder>(200, "The order.")
        .tagged(200)
        .problem(
            409,
            "`nothing_held`: no gateway holds money for this order. `being_voided`, or `idempotency_key_in_flight`.",
        )
        .problems(&[400, 413, 415])
}

async fn handler(
    api: Api<can::RefundOrders>,
    State(rest): State<Rest>,
    Path(order_id): Path<OrderId>,
    Idempotent { body: (), request }: Idempotent<()>,
) -> Answer {
    web::run_idempotent(&api.work, &request, async || {
        checkout::capture_flow(&api.work, &rest.gateways, order_id)
            .await
            .map_err(problem)?;
        view::answer(&mut api.work.read(), StatusCode::OK, order_id).await
    })
    .await
}

fn problem(error: CaptureOrderError) -> Problem {
    match error {
        CaptureOrderError::Forbidden(error) => error.into(),
        CaptureOrderError::Orders(error) => view::problem(error),
        CaptureOrderError::NothingHeld => Problem::conflict("nothing_held", "No gateway holds money for this order."),
        CaptureOrderError::BeingVoided => Problem::conflict("being_voided", "The money is being given up."),
        CaptureOrderError::Settle(error) => Problem::internal(&error),
        CaptureOrderError::Internal(error) => error.into(),
    }
}
