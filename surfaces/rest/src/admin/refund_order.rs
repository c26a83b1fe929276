//! `POST /admin/orders/{id}/refunds`: money goes back, whole or by line.

use axum::{extract::State, http::StatusCode};
use checkout::{RefundOrder, RefundOrderError};
use kernel::{OrderId, RefundId};
use orders::{RefundLines, RefundShipping, RefundWanted};
use serde::Deserialize;
use utoipa::ToSchema;
use web::{Answer, Api, Idempotent, IfMatch, Path, Problem, can};

use super::{
    fulfil_order::{LinePieces, pieces},
    orders::{self as view, AdminOrder, TAG},
};
use crate::{
    Rest,
    endpoint::Endpoint,
    wire::{Money, Price, checked_reason, ids, present},
};

/// What goes back. Without `lines` and `shipping_amount`: everything that is left, the delivery included.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct RefundBody {
    /// For which pieces; with `shipping_amount` alone, or with an empty list beside it, for none.
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Vec<LinePieces>, required = false, max_items = 200)]
    lines: Option<Vec<LinePieces>>,
    /// How much of the delivery; with `lines` alone it is nothing.
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Price, required = false)]
    shipping_amount: Option<Price>,
    /// For the timeline and the mail to the shopper.
    #[serde(default)]
    #[schema(max_length = 500)]
    reason: String,
    /// Whether the pieces go back on the shelf.
    #[serde(default)]
    restock: bool,
    /// What the refund has to come to; when it is another amount, nothing goes back.
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Price, required = false)]
    expected_total: Option<Price>,
}

impl RefundBody {
    fn parse(
        self,
        id: Option<RefundId>,
        order_id: OrderId,
        currency: kernel::Currency,
    ) -> Result<RefundOrder, Problem> {
        let shipping = self
            .shipping_amount
            .map(|amount| amount.parse("shipping_amount", currency))
            .transpose()?;
        let seen = self
            .expected_total
            .map(|amount| amount.parse("expected_total", currency))
            .transpose()?;
        let lines = self.lines.filter(|lines| shipping.is_none() || !lines.is_empty());
        let wanted = match (lines, shipping) {
            (None, None) => RefundWanted::everything(),
            (lines, shipping) => RefundWanted {
                lines: RefundLines::Some(lines.map(pieces).transpose()?.unwrap_or_default()),
                shipping: shipping.map_or(RefundShipping::None, RefundShipping::Amount),
            },
        };
        Ok(RefundOrder {
            id,
            order_id,
            expected_version: None,
            wanted,
            reason: checked_reason(&self.reason)?,
            restock: self.restock,
            seen,
        })
    }
}

pub(crate) fn endpoint() -> Endpoint {
    Endpoint::post("refund_order", "/admin/orders/{id}/refunds", handler)
        .says(
            TAG,
            "Refund an order",
            "Gives money back, whole or by line; each line's share of discount and tax is exact to the minor unit. When the \
             gateway does not answer, the refund stays `pending` and is asked for again. With `expected_total` nothing goes back \
             when it comes to another amount: 409 `refund_total_changed`, with `total`.",
        )
        .guarded::<can::RefundOrders>()
        .path_id::<ids::OrderId>("id", "The order.")
        .idempotent()
        .if_match(false)
        .body::<RefundBody>()
        .answers::<AdminOrder>(201, "The order, with the refund.")
        .tagged(201)
        .problem(
            409,
            "`illegal_transition`: the order is not in a status where this can happen. `no_such_line`, `quantity_out_of_range` \
             (with `line_id` and `left`), `nothing_to_refund`, `shipping_exceeded` and `exceeds_paid` (with `left`), \
             `nothing_captured`, `refund_total_changed` (with `total`, what it comes to), or \
             `idempotency_key_in_flight`.",
        )
        .problem(422, "Some fields are not valid: `errors` names each of them. `invalid_amount`: what goes back cannot be worked out.")
}

async fn handler(
    api: Api<can::RefundOrders>,
    State(rest): State<Rest>,
    Path(order_id): Path<OrderId>,
    version: Result<IfMatch, Problem>,
    Idempotent { body, request }: Idempotent<RefundBody>,
) -> Answer {
    let IfMatch(expected_version) = version?;
    let command = body.parse(request.id(&api.work), order_id, api.store().currency)?;
    let command = RefundOrder {
        expected_version,
        ..command
    };
    web::run_idempotent(&api.work, &request, async || {
        checkout::refund_flow(&api.work, &rest.gateways, command)
            .await
            .map_err(problem)?;
        view::answer(&mut api.work.read(), StatusCode::CREATED, order_id).await
    })
    .await
}

fn problem(error: RefundOrderError) -> Problem {
    match error {
        RefundOrderError::Forbidden(error) => error.into(),
        RefundOrderError::Orders(error) => view::problem(error),
        RefundOrderError::AmountChanged { amount } => Problem::conflict(
            "refund_total_changed",
            "The refund comes to another amount than expected. Nothing went back.",
        )
        .with("total", &Money::from(amount)),
        RefundOrderError::NothingCaptured => Problem::conflict(
            "nothing_captured",
            "No payment of this order has that much left to give back.",
        ),
        RefundOrderError::OpenRefund(error) => Problem::internal(&error),
        RefundOrderError::Settle(error) => Problem::internal(&error),
        RefundOrderError::Internal(error) => error.into(),
    }
}
