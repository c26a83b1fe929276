//! Cancels an order: nothing more is shipped, the stock is free again, and what was paid goes back.

use database::{Ctx, Work};
use inventory::Demand;
use kernel::{OrderId, Permission, RefundId};
use orders::{OrderAndLines, PaymentStatus, RefundWanted};
use payments::{Asker, Attempt, AttemptState, ELSEWHERE, Gateways, NewRefund, Wanted};

use crate::{
    capture_flow,
    refund_flow::finish_refund_flow,
    settle::{self, SettleError},
};

/// What a member of staff wants to cancel.
#[derive(Debug, Clone)]
pub struct CancelOrder {
    /// The order.
    pub order_id: OrderId,
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
    let back = work
        .transact(&command, |ctx, command| Box::pin(cancel(ctx, command)))
        .await?;
    match back {
        Back::Nothing => {}
        Back::Refund(refund) => finish_refund_flow(work, gateways, refund).await?,
        Back::Held(attempt) => {
            capture_flow::finish_wanted(work, gateways, &attempt).await?;
        }
    }
    Ok(())
}

/// How the money of a cancelled order goes back.
enum Back {
    /// There was none.
    Nothing,
    /// What was taken is refunded.
    Refund(RefundId),
    /// What is held is given up.
    Held(Attempt),
}

async fn cancel(ctx: &mut Ctx, command: &CancelOrder) -> Result<Back, CancelOrderError> {
    ctx.require(Permission::CancelOrders)?;
    let before = orders::lock(ctx, command.order_id).await?.order;
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
        && !payments::ask_for(ctx, attempt.id, Wanted::Void, Asker::Caller).await?
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
    if let Some(attempt) = held {
        let wanted = Some(Wanted::Void);
        return Ok(Back::Held(Attempt {
            wanted,
            ..attempt.clone()
        }));
    }
    let mut ours = attempts.iter().filter(|attempt| attempt.gateway != ELSEWHERE);
    let Some(attempt) = ours.find(|attempt| attempt.refundable().is_positive()) else {
        return Ok(Back::Nothing);
    };
    let plan = orders::plan_refund(&details, &RefundWanted::everything())?;
    // The pieces never left, so they are back on the shelf already, whatever becomes of the refund.
    let refund = ctx.new_id();
    orders::open_refund(ctx, refund, &details, &plan, &command.reason, false).await?;
    payments::open_refund(
        ctx,
        NewRefund {
            id: refund,
            attempt_id: attempt.id,
            amount: plan.amount,
        },
    )
    .await?;
    Ok(Back::Refund(refund))
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
