//! Gives up a payment that waits for the shopper, who goes another way instead of to the gateway's page.

use database::{Ctx, Error, Work};
use kernel::OrderId;
use orders::Heard;
use payments::{AttemptState, Authorization, Gateways};

use crate::{
    PaymentState,
    reconcile_flow::{check_order_flow, void},
    settle::SettleError,
    settle_flow::settle_flow,
};

/// Whether an order's payment waits for the shopper, so that it can be given up.
pub async fn waits_for_shopper(ctx: &mut Ctx, order: OrderId) -> Result<bool, Error> {
    let attempts = payments::attempts_of(ctx, order).await?;
    let last = attempts.last();
    Ok(last.is_some_and(|attempt| attempt.state == AttemptState::RequiresAction))
}

/// Has the gateway cancel a payment that waits for the shopper, and then opens the cart again. The gateway decides: where the
/// shopper paid meanwhile, such as in another tab, the order stands. What it does not answer stays as it was.
pub async fn give_up_flow(work: &Work, gateways: &Gateways, order: OrderId) -> Result<PaymentState, SettleError> {
    let mut ctx = work.read();
    let attempts = payments::attempts_of(&mut ctx, order).await;
    ctx.rollback().await;
    let waiting = attempts?
        .pop()
        .filter(|attempt| attempt.state == AttemptState::RequiresAction);
    if let Some(attempt) = waiting
        && let Some(gateway) = gateways.get(&attempt.gateway)
    {
        match payments::traced(gateway.name(), "void", gateway.void(&void(&attempt))).await {
            Ok(Authorization::RequiresAction { .. }) => {}
            Ok(outcome) => settle_flow(work, attempt.id, &outcome, Heard::AtOnce).await?,
            Err(error) => {
                tracing::warn!(attempt = %attempt.id, %error, "a payment that a shopper gave up could not be cancelled");
            }
        }
    }
    check_order_flow(work, gateways, order).await
}
