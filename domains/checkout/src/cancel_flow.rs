//! Cancels an order: nothing more is shipped, the stock is free again, and what was paid goes back.

use database::{
    Ctx, Work, fail_point,
    idempotency::{Begin, Request},
};
use inventory::Demand;
use kernel::{OrderId, Permission, RefundId};
use orders::{OrderAndLines, OrderStatus, PaymentStatus};
use payments::{Asker, Attempt, AttemptState, ELSEWHERE, Gateways, NewRefund};

use crate::{
    refund_flow::finish_refund_flow,
    release_flow,
    settle::{self, SettleError},
    under_key::{self, Asked},
};

/// What a member of staff wants to cancel.
#[derive(Debug, Clone)]
pub struct CancelOrder {
    /// The order.
    pub order_id: OrderId,
    /// The version the change was made on; `None` takes any.
    pub expected_version: Option<i64>,
    /// Why, for the timeline and the mail.
    pub reason: String,
}

/// Why the order was not cancelled.
#[derive(Debug, thiserror::Error)]
pub enum CancelOrderError {
    /// The actor may not cancel.
    #[error(transparent)]
    Forbidden(#[from] kernel::Forbidden),
    /// The order is unknown or already on its way.
    #[error(transparent)]
    Orders(#[from] orders::ChangeError),
    /// A payment is under way and its outcome is not known yet.
    #[error("a payment of this order is under way; wait until its outcome is known")]
    PaymentUnderWay,
    /// The refund cannot be opened.
    #[error(transparent)]
    OpenRefund(#[from] payments::OpenRefundError),
    /// What the gateway said of the refund cannot be recorded.
    #[error(transparent)]
    Settle(#[from] SettleError),
    /// The database failed.
    #[error(transparent)]
    Internal(#[from] database::Error),
}

/// Cancels an order of which nothing was shipped.
pub async fn cancel_flow(work: &Work, gateways: &Gateways, command: CancelOrder) -> Result<(), CancelOrderError> {
    cancel_keyed_flow(work, gateways, command, None).await.map(drop)
}

/// The same under a key, which is claimed with it: whoever was cut off and asks again finds the order cancelled. Answers with
/// what the key was used for otherwise; then nothing is done.
pub async fn cancel_keyed_flow(
    work: &Work,
    gateways: &Gateways,
    command: CancelOrder,
    key: Option<Request>,
) -> Result<Option<Begin>, CancelOrderError> {
    let asked = (command, key);
    let deed = work.transact(&asked, |ctx, (command, key)| {
        Box::pin(cancel_once(ctx, command, key.as_ref()))
    });
    let back = match deed.await? {
        Ok(back) => back,
        Err(Asked::Otherwise(begun)) => return Ok(Some(begun)),
        Err(Asked::Anew | Asked::Before) => return Ok(None),
    };
    fail_point("cancelled");
    if let Some(refund) = back.refund {
        finish_refund_flow(work, gateways, refund).await?;
    }
    if let Some(attempt) = back.held {
        release_flow::finish_giving_up(work, gateways, &attempt).await?;
    }
    Ok(None)
}

async fn cancel_once(
    ctx: &mut Ctx,
    command: &CancelOrder,
    key: Option<&Request>,
) -> Result<Result<Back, Asked>, CancelOrderError> {
    match under_key::claim(ctx, key).await? {
        // Whoever was refused and cut off before that was kept left the key without an answer too.
        Asked::Before if !is_cancelled(ctx, command.order_id).await? => Ok(Ok(cancel(ctx, command).await?)),
        Asked::Anew => Ok(Ok(cancel(ctx, command).await?)),
        asked => Ok(Err(asked)),
    }
}

async fn is_cancelled(ctx: &mut Ctx, order: OrderId) -> Result<bool, CancelOrderError> {
    payments::hold_attempts_of(ctx, order).await?;
    Ok(orders::lock(ctx, order).await?.order.status == OrderStatus::Cancelled)
}

/// How the money of a cancelled order goes back.
struct Back {
    /// What was taken is refunded.
    refund: Option<RefundId>,
    /// What is held is given up.
    held: Option<Attempt>,
}

async fn cancel(ctx: &mut Ctx, command: &CancelOrder) -> Result<Back, CancelOrderError> {
    ctx.require(Permission::CancelOrders)?;
    payments::hold_attempts_of(ctx, command.order_id).await?;
    let before = orders::lock_version(ctx, command.order_id, command.expected_version)
        .await?
        .order;
    let attempts = payments::attempts_of(ctx, command.order_id).await?;
    if attempts
        .iter()
        .any(|attempt| matches!(attempt.state, AttemptState::Pending | AttemptState::RequiresAction))
    {
        return Err(CancelOrderError::PaymentUnderWay);
    }
    let held = attempts
        .iter()
        .find(|attempt| attempt.state == AttemptState::Authorized);
    if let Some(attempt) = held
        && !payments::give_up(ctx, attempt.id, Asker::Caller).await?
    {
        return Err(CancelOrderError::PaymentUnderWay);
    }
    let cancel = orders::Cancel {
        order_id: command.order_id,
        reason: command.reason.clone(),
    };
    orders::cancel(ctx, cancel).await?;
    settle::give_up_stock_and_coupons(ctx, command.order_id).await?;
    let details = orders::lock(ctx, command.order_id).await?;
    // What was settled had taken its stock, also when it cost nothing; what was not had only held it. The stock of an order
    // that was taken over left another shop.
    if before.payment_status != PaymentStatus::Pending && before.external_number.is_empty() {
        inventory::restock(ctx, command.order_id, &left_of(&details), &command.reason).await?;
    }
    let held = held.map(|attempt| Attempt {
        giving_up: true,
        ..attempt.clone()
    });
    let mut ours = attempts.iter().filter(|attempt| attempt.gateway != ELSEWHERE);
    let refund = match ours.find(|attempt| attempt.refundable().is_positive()) {
        Some(attempt) => Some(refund_all(ctx, attempt, &details, &command.reason).await?),
        None => None,
    };
    fail_point("cancelling");
    Ok(Back { refund, held })
}

/// Opens a refund of everything an attempt took. The pieces never left, so they are back on the shelf already, whatever
/// becomes of the refund.
async fn refund_all(
    ctx: &mut Ctx,
    attempt: &Attempt,
    details: &OrderAndLines,
    reason: &str,
) -> Result<RefundId, CancelOrderError> {
    let plan = orders::plan_give_back(details, attempt.refundable())?;
    let refund = ctx.new_id();
    orders::open_refund(ctx, refund, details, &plan, reason, false).await?;
    let new = NewRefund {
        id: refund,
        attempt_id: attempt.id,
        amount: plan.amount,
    };
    payments::open_refund(ctx, new).await?;
    Ok(refund)
}

/// What was sold and is not refunded.
fn left_of(details: &OrderAndLines) -> Vec<Demand> {
    let left = details
        .lines
        .iter()
        .filter(|line| line.quantity > line.refunded_quantity);
    left.map(|line| Demand {
        variant_id: line.variant_id,
        quantity: line.quantity - line.refunded_quantity,
    })
    .collect()
}
