//! `DELETE /carts/{id}/payment`: the shopper does not go on at the gateway's page.

use axum::{extract::State, http::StatusCode};
use cart::CartState;
use checkout::PaymentState;
use kernel::{CartId, OrderId};
use web::{Answer, Idempotent, IfMatch, Path, Problem, Visitor};

use super::cart_view::{self, Cart};
use crate::{Rest, endpoint::Endpoint, wire::ids};

pub(crate) fn endpoint() -> Endpoint {
    Endpoint::delete("give_up_payment", "/carts/{id}/payment", handler)
        .says(
            "Carts",
            "Give a payment up",
            "Has the gateway cancel a payment that waits for the shopper (`requires_action`), and opens the cart again. Where nothing \
             waits, because it was given up before or never begun, the answer is the cart as it is, of whatever version.",
        )
        .path_id::<ids::CartId>("id", "The cart's secret id.")
        .idempotent()
        .if_match(false)
        .answers::<Cart>(200, "The cart, open again and priced.")
        .tagged(200)
        .problem(
            409,
            "`payment_stands` (with `order_id`): the shopper paid meanwhile, and the order stands; completing the cart answers with \
             it. `payment_pending` (with `order_id`): the gateway is at work on it, and the outcome is known soon. `unpriceable`, or \
             `idempotency_key_in_flight`.",
        )
        .problem(
            503,
            "The server cannot answer now; or `payment_not_cancelled`: the gateway did not cancel the payment, which waits as before. \
             Try again after `Retry-After` seconds.",
        )
}

async fn handler(
    visitor: Visitor,
    State(rest): State<Rest>,
    Path(id): Path<CartId>,
    version: Result<IfMatch, Problem>,
    Idempotent { body: (), request }: Idempotent<()>,
) -> Answer {
    let IfMatch(version) = version?;
    if let Some(answer) = web::answered(&visitor.work, &request).await? {
        return Ok(answer);
    }
    // A refusal is not kept: what the payment waits for is soon another thing.
    if let Some(order) = ordered(&visitor, id, version).await? {
        let state = checkout::give_up_flow(&visitor.work, &rest.gateways, order).await;
        is_given_up(&state.map_err(|error| Problem::internal(&error))?, order)?;
    }
    web::run_idempotent(&visitor.work, &request, async || {
        let mut ctx = visitor.work.read();
        let view = cart::view(&mut ctx, id).await.map_err(cart_view::problem)?;
        Ok(cart_view::answer(StatusCode::OK, view))
    })
    .await
}

/// The order that the cart became, if the cart has the version that the caller read: one that is closed changes with its payment,
/// and where its address is forgotten. Where nothing is given up no version is asked for: who asks again would be refused for what
/// they did themselves.
async fn ordered(visitor: &Visitor, id: CartId, version: Option<i64>) -> Result<Option<OrderId>, Problem> {
    let mut ctx = visitor.work.read();
    let found = cart::find(&mut ctx, id).await;
    ctx.rollback().await;
    let cart = found.map_err(cart_view::problem)?.ok_or_else(Problem::not_found)?;
    let order = cart.order_id.filter(|_| cart.state == CartState::Completed);
    if order.is_some() && version.is_some_and(|version| version != cart.version) {
        return Err(Problem::version_conflict().with("version", &cart.version));
    }
    Ok(order)
}

fn is_given_up(state: &PaymentState, order: OrderId) -> Result<(), Problem> {
    match state {
        PaymentState::Failed { .. } | PaymentState::Cancelled => Ok(()),
        PaymentState::Paid => {
            let detail = "The payment went through before it was given up: the order stands.";
            Err(Problem::conflict("payment_stands", detail).with("order_id", &order))
        }
        PaymentState::Pending => {
            let detail = "The gateway is at work on the payment: its outcome is known soon.";
            Err(Problem::conflict("payment_pending", detail).with("order_id", &order))
        }
        PaymentState::RequiresAction { .. } => {
            let detail = "The gateway did not cancel the payment: it still waits for the shopper.";
            let status = StatusCode::SERVICE_UNAVAILABLE;
            Err(Problem::new(status, "payment_not_cancelled", detail).retry_after(5))
        }
    }
}
