//! Gives money back: plan and record, ask the gateway, record what it said.

use database::{Ctx, Work, fail_point};
use inventory::Demand;
use kernel::{Money, OrderId, Permission, RefundId};
use orders::{OrderDetails, OrderStatus, RefundWanted};
use payments::{ELSEWHERE, GatewayError, Gateways, NewRefund, Refund, RefundOutcome, RefundRequest, RefundState};

use crate::{
    capture_flow::capture_shipped,
    settle::{self, SettleError},
};

/// What a member of staff wants to give back.
#[derive(Debug, Clone)]
pub struct RefundOrder {
    /// The refund's id, for a caller that may ask twice: a refund that is there already is answered, and not made again.
    pub id: Option<RefundId>,
    /// The order.
    pub order_id: OrderId,
    /// The version the change was made on; `None` takes any.
    pub expected_version: Option<i64>,
    /// Which lines, how many of each, and the delivery.
    pub wanted: RefundWanted,
    /// Why, for the timeline and the mail.
    pub reason: String,
    /// Whether the pieces go back on the shelf.
    pub restock: bool,
    /// What the caller agreed to give back; when it comes to another amount by now, nothing is.
    pub seen: Option<Money>,
}

/// Why nothing was given back.
#[derive(Debug, thiserror::Error)]
pub enum RefundOrderError {
    /// The actor may not refund.
    #[error(transparent)]
    Forbidden(#[from] kernel::Forbidden),
    /// The order does not allow it: unknown, unpaid, or more than is left.
    #[error(transparent)]
    Orders(#[from] orders::ChangeError),
    /// It comes to another amount than was agreed to.
    #[error("the refund comes to {amount} by now")]
    AmountChanged {
        /// What it comes to.
        amount: Money,
    },
    /// No payment of the order has that much left.
    #[error("no payment of this order has that much left to give back")]
    NothingCaptured,
    /// The refund cannot be opened.
    #[error(transparent)]
    OpenRefund(#[from] payments::OpenRefundError),
    /// What the gateway said cannot be recorded.
    #[error(transparent)]
    Settle(#[from] SettleError),
    /// The database failed.
    #[error(transparent)]
    Internal(#[from] database::Error),
}

/// Refunds an order, whole or in part, and returns the refund. The gateway is asked at once; when it does not answer the
/// refund stays pending and a job asks again.
pub async fn refund_flow(work: &Work, gateways: &Gateways, command: RefundOrder) -> Result<RefundId, RefundOrderError> {
    let refund = work
        .transact(&command, |ctx, command| Box::pin(open(ctx, command)))
        .await?;
    fail_point("refund-opened");
    finish_refund_flow(work, gateways, refund).await?;
    fail_point("refund-settled");
    Ok(refund)
}

async fn open(ctx: &mut Ctx, command: &RefundOrder) -> Result<RefundId, RefundOrderError> {
    ctx.require(Permission::RefundOrders)?;
    payments::hold_attempts_of(ctx, command.order_id).await?;
    let details = orders::lock(ctx, command.order_id).await?;
    if let Some(id) = command.id
        && payments::find_refund(ctx, id).await?.is_some()
    {
        return Ok(id);
    }
    details.require_version(command.expected_version)?;
    let plan = orders::plan_refund(&details, &command.wanted)?;
    if command.seen.is_some_and(|seen| seen != plan.amount) {
        return Err(RefundOrderError::AmountChanged { amount: plan.amount });
    }
    let attempts = payments::attempts_of(ctx, command.order_id).await?;
    let attempt = attempts
        .iter()
        .find(|attempt| attempt.gateway != ELSEWHERE && attempt.refundable().minor() >= plan.amount.minor())
        .ok_or(RefundOrderError::NothingCaptured)?;
    let refund = command.id.unwrap_or_else(|| ctx.new_id());
    orders::open_refund(ctx, refund, &details, &plan, &command.reason, command.restock).await?;
    payments::open_refund(
        ctx,
        NewRefund {
            id: refund,
            attempt_id: attempt.id,
            amount: plan.amount,
        },
    )
    .await?;
    fail_point("opening-refund");
    Ok(refund)
}

/// Asks the gateway for a refund that is on record and records the outcome. Safe to run again: the refund's id is the
/// gateway's idempotency key. Without an answer the refund stays pending, and the reconciler asks again.
pub async fn finish_refund_flow(work: &Work, gateways: &Gateways, refund: RefundId) -> Result<(), SettleError> {
    let mut ctx = work.read();
    let open = payments::find_refund(&mut ctx, refund).await?;
    ctx.rollback().await;
    let Some(open) = open.filter(|open| open.state == RefundState::Pending) else {
        return Ok(());
    };
    let Some(gateway) = gateways.get(&open.gateway) else {
        tracing::error!(%refund, gateway = open.gateway, "a refund's gateway is not configured any more");
        return Ok(());
    };
    let request = RefundRequest {
        refund_id: refund,
        attempt_id: open.attempt_id,
        gateway_reference: open.attempt_reference.clone().unwrap_or_default(),
        amount: open.amount,
    };
    let outcome = match payments::traced(gateway.name(), "refund", gateway.refund(&request)).await {
        Ok(outcome) => outcome,
        Err(GatewayError::Invalid(reason)) => {
            tracing::error!(%refund, reason, "a gateway refused a refund");
            RefundOutcome::Failed {
                code: "invalid_request".to_owned(),
            }
        }
        Err(GatewayError::Unavailable(reason) | GatewayError::Unknown(reason)) => {
            tracing::warn!(%refund, reason, "a refund's outcome is not known; the reconciler will ask");
            return Ok(());
        }
    };
    fail_point("refund-answered");
    work.transact(&(refund, outcome), |ctx, (refund, outcome)| {
        Box::pin(record(ctx, *refund, outcome))
    })
    .await
}

/// Records a refund's outcome once, whoever brings it. The pieces go back on the shelf only now: a refund that the gateway
/// refuses puts back nothing, so that trying again does not put them back twice. A refund that leaves nothing more to ship may
/// make more of the held money due.
pub(crate) async fn record(ctx: &mut Ctx, refund: RefundId, outcome: &RefundOutcome) -> Result<(), SettleError> {
    let recorded = payments::record_refund(ctx, refund, outcome).await?;
    if !recorded.changed {
        return Ok(());
    }
    fail_point("settling-refund");
    let succeeded = recorded.refund.state == RefundState::Succeeded;
    let order = orders::record_refund(ctx, refund, succeeded).await?;
    if succeeded {
        restock(ctx, order.id, refund).await?;
        capture_shipped(ctx, order.id).await
    } else if order.status == OrderStatus::Cancelled {
        make_up(ctx, &recorded.refund).await
    } else {
        Ok(())
    }
}

async fn restock(ctx: &mut Ctx, order_id: OrderId, refund: RefundId) -> Result<(), SettleError> {
    let details = orders::get(ctx, order_id).await?;
    match details.refunds.iter().find(|one| one.id == refund && one.restock) {
        Some(_) => put_back(ctx, &details, refund).await,
        None => Ok(()),
    }
}

/// A refund failed that was under way when its order was cancelled: cancelling left its money and its pieces to it, so both go
/// back now. A refund that cancelling opened, or this one, is not repeated: whoever looks at the order decides.
async fn make_up(ctx: &mut Ctx, failed: &Refund) -> Result<(), SettleError> {
    let details = orders::get(ctx, failed.order_id).await?;
    let id = failed.id.to_string();
    let mut entries = details.timeline.iter();
    let opened = entries.position(|entry| {
        entry.kind == "refund_opened" && entry.details.get("refund").and_then(|told| told.as_str()) == Some(id.as_str())
    });
    // Of the entries after that.
    let was_under_way = opened.is_some() && entries.any(|entry| entry.kind == "cancelled");
    let Some(attempt) = payments::find_attempt(ctx, failed.attempt_id)
        .await?
        .filter(|_| was_under_way)
    else {
        return Ok(());
    };
    if details.order.external_number.is_empty() {
        put_back(ctx, &details, failed.id).await?;
    }
    settle::give_back(ctx, &attempt, failed.amount, "refund_failed").await
}

/// What a refund covers goes back on the shelf.
async fn put_back(ctx: &mut Ctx, details: &OrderDetails, refund: RefundId) -> Result<(), SettleError> {
    let Some(refund) = details.refunds.iter().find(|one| one.id == refund) else {
        return Ok(());
    };
    let demand: Vec<Demand> = refund
        .lines
        .iter()
        .filter_map(|refunded| {
            let line = details.lines.iter().find(|line| line.id == refunded.line_id)?;
            Some(Demand {
                variant_id: line.variant_id,
                quantity: refunded.quantity,
            })
        })
        .collect();
    Ok(inventory::restock(ctx, details.order.id, &demand, &refund.reason).await?)
}
