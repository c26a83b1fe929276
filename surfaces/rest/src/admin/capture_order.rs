//! `POST /admin/orders/{id}/capture` and `…/release`: money that a gateway holds is taken, all or part of it, or given up.

use axum::{extract::State, http::StatusCode};
use checkout::{CaptureOrder, CaptureOrderError, ReleaseOrder, ReleaseOrderError};
use kernel::{CaptureId, Currency, FieldError, OrderId};
use serde::Deserialize;
use utoipa::ToSchema;
use web::{Answer, Api, Idempotent, IfMatch, Path, Problem, Ran, can};

use super::orders::{self as view, AdminOrder, TAG};
use crate::{
    Rest,
    endpoint::Endpoint,
    wire::{Money, Price, ids, present},
};

/// How much is taken. Without a body: all that is held.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct CaptureBody {
    /// More than nothing and no more than is held.
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Price, required = false)]
    amount: Option<Price>,
    /// Whether nothing more will be taken, so that the rest is held no longer.
    #[serde(default)]
    last: bool,
}

impl CaptureBody {
    fn parse(self, id: Option<CaptureId>, order_id: OrderId, currency: Currency) -> Result<CaptureOrder, FieldError> {
        let amount = self.amount.map(|amount| amount.parse("amount", currency)).transpose()?;
        Ok(CaptureOrder {
            id,
            amount,
            last: self.last,
            ..CaptureOrder::everything(order_id)
        })
    }
}

pub(crate) fn endpoint() -> Endpoint {
    Endpoint::post("capture_order", "/admin/orders/{id}/capture", handler)
        .says(
            TAG,
            "Take the money of an order",
            "Takes what a gateway holds for an order, all of it or a part, several times until nothing is held any more. When \
             the gateway does not answer, the order stays as it is and the gateway is asked again. To give up money of which \
             nothing was taken, cancel the order.",
        )
        .guarded::<can::RefundOrders>()
        .path_id::<ids::OrderId>("id", "The order.")
        .idempotent()
        .if_match(false)
        .body::<CaptureBody>()
        .answers::<AdminOrder>(200, "The order.")
        .tagged(200)
        .problem(
            409,
            "`nothing_held`: no gateway holds money for this order. `exceeds_held` (with `left`), `being_voided`, \
             `capture_under_way`, or `idempotency_key_in_flight`.",
        )
}

async fn handler(
    api: Api<can::RefundOrders>,
    State(rest): State<Rest>,
    Path(order_id): Path<OrderId>,
    version: Result<IfMatch, Problem>,
    Idempotent { body, request }: Idempotent<CaptureBody>,
) -> Answer {
    let IfMatch(expected_version) = version?;
    let command = body.parse(request.id(&api.work), order_id, api.store().currency)?;
    let command = CaptureOrder {
        expected_version,
        ..command
    };
    web::run_idempotent(&api.work, &request, async || {
        checkout::capture_flow(&api.work, &rest.gateways, command)
            .await
            .map_err(problem)?;
        view::answer(&mut api.work.read(), StatusCode::OK, order_id).await
    })
    .await
}

pub(crate) fn release_endpoint() -> Endpoint {
    Endpoint::post("release_order", "/admin/orders/{id}/release", release)
        .says(
            TAG,
            "Give up the rest of the money of an order",
            "Gives up what a gateway holds for an order of which a part was taken. When the gateway does not answer it is asked \
             again.",
        )
        .guarded::<can::RefundOrders>()
        .path_id::<ids::OrderId>("id", "The order.")
        .idempotent()
        .if_match(false)
        .answers::<AdminOrder>(200, "The order.")
        .tagged(200)
        .problem(
            409,
            "`nothing_held`: no gateway holds money for this order. `nothing_taken`: cancel the order instead. \
             `capture_under_way`, or `idempotency_key_in_flight`.",
        )
}

async fn release(
    api: Api<can::RefundOrders>,
    State(rest): State<Rest>,
    Path(order_id): Path<OrderId>,
    version: Result<IfMatch, Problem>,
    Idempotent { body: (), request }: Idempotent<()>,
) -> Answer {
    let IfMatch(expected_version) = version?;
    let command = ReleaseOrder {
        order_id,
        expected_version,
    };
    web::run_marking(&api.work, &request, async |key| {
        match checkout::release_keyed_flow(&api.work, &rest.gateways, command, key).await {
            Ok(Some(begun)) => Ran::Before(begun),
            Ok(None) => Ran::Claimed(view::answer(&mut api.work.read(), StatusCode::OK, order_id).await),
            Err(error) => Ran::Refused(release_problem(error)),
        }
    })
    .await
}

fn nothing_held() -> Problem {
    Problem::conflict("nothing_held", "No gateway holds money for this order.")
}

fn under_way() -> Problem {
    Problem::conflict(
        "capture_under_way",
        "Money of this order is being taken; wait until the outcome is known.",
    )
}

fn problem(error: CaptureOrderError) -> Problem {
    match error {
        CaptureOrderError::Forbidden(error) => error.into(),
        CaptureOrderError::Orders(error) => view::problem(error),
        CaptureOrderError::NothingHeld => nothing_held(),
        CaptureOrderError::BeingVoided => Problem::conflict("being_voided", "The money is being given up."),
        CaptureOrderError::UnderWay => under_way(),
        CaptureOrderError::OutOfRange { held } | CaptureOrderError::HeldChanged { held } => Problem::conflict(
            "exceeds_held",
            format!("The amount must be above zero and at most {held}."),
        )
        .with("left", &Money::from(held)),
        CaptureOrderError::Settle(error) => Problem::internal(&error),
        CaptureOrderError::Internal(error) => error.into(),
    }
}

fn release_problem(error: ReleaseOrderError) -> Problem {
    match error {
        ReleaseOrderError::Forbidden(error) => error.into(),
        ReleaseOrderError::Orders(error) => view::problem(error),
        ReleaseOrderError::NothingHeld => nothing_held(),
        ReleaseOrderError::NothingTaken => {
            Problem::conflict("nothing_taken", "Nothing of this order was taken; cancel it instead.")
        }
        ReleaseOrderError::UnderWay => under_way(),
        ReleaseOrderError::Settle(error) => Problem::internal(&error),
        ReleaseOrderError::Internal(error) => error.into(),
    }
}
