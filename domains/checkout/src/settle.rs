//! What a gateway said becomes true everywhere at once: attempt, ledger, order, stock and coupons in one transaction.

use database::{Ctx, fail_point};
use inventory::{CommitError, Holder};
use kernel::{AttemptId, CaptureId, Money, OrderId};
use orders::{ChangeError, FulfilmentStatus, Heard, OrderDetails, OrderStatus, PaymentKind, PaymentStatus};
use payments::{Asker, Attempt, AttemptState, Authorization, CaptureOutcome, CaptureState, GatewayError, NewRefund};

use crate::{
    PaymentState, capture_flow,
    place_order_flow::payment_window,
    settled::{Settled, Standing, Told},
};

/// Why what a gateway said could not be recorded.
#[derive(Debug, thiserror::Error)]
pub enum SettleError {
    /// The attempt cannot be recorded.
    #[error(transparent)]
    Attempt(#[from] payments::RecordAuthorizationError),
    /// The capture of what was shipped cannot be opened.
    #[error(transparent)]
    OpenCapture(#[from] payments::OpenCaptureError),
    /// The capture cannot be recorded.
    #[error(transparent)]
    RecordCapture(#[from] payments::RecordCaptureError),
    /// The refund of an order that cannot stand cannot be opened.
    #[error(transparent)]
    OpenRefund(#[from] payments::OpenRefundError),
    /// The refund cannot be recorded.
    #[error(transparent)]
    RecordRefund(#[from] payments::RecordRefundError),
    /// The order cannot be changed.
    #[error(transparent)]
    Orders(#[from] orders::ChangeError),
    /// The database failed.
    #[error(transparent)]
    Internal(#[from] database::Error),
}

/// The answer as an outcome; `None` when the gateway may or may not have taken the money.
pub(crate) fn known_outcome(answer: Result<Authorization, GatewayError>) -> Option<Authorization> {
    match answer {
        Ok(authorization) => Some(authorization),
        Err(GatewayError::Invalid(reason)) => {
            tracing::warn!(reason, "a gateway refused the request itself");
            Some(Authorization::Failed {
                code: "invalid_request".to_owned(),
            })
        }
        Err(GatewayError::Unavailable(reason)) => {
            tracing::warn!(reason, "a gateway did not take the request");
            Some(Authorization::Failed {
                code: "gateway_unavailable".to_owned(),
            })
        }
        Err(GatewayError::Unknown(reason)) => {
            tracing::warn!(reason, "a gateway's answer is not known; the reconciler will ask");
            None
        }
    }
}

/// How an order's payment does by its last attempt, as shoppers are told who wait for it. Money that came for an order that is
/// cancelled goes back.
pub(crate) fn state_of(status: OrderStatus, attempt: Option<&Attempt>) -> PaymentState {
    match was_told(attempt) {
        PaymentState::Paid if status == OrderStatus::Cancelled && attempt.is_some() => PaymentState::Cancelled,
        state => state,
    }
}

/// The same whatever became of the order since. An order that costs nothing has no attempt.
pub(crate) fn was_told(attempt: Option<&Attempt>) -> PaymentState {
    let Some(attempt) = attempt else {
        return PaymentState::Paid;
    };
    match attempt.state {
        AttemptState::Captured | AttemptState::Authorized => PaymentState::Paid,
        AttemptState::RequiresAction => match &attempt.action_url {
            Some(url) => PaymentState::RequiresAction { url: url.clone() },
            None => PaymentState::Pending,
        },
        AttemptState::Pending => PaymentState::Pending,
        AttemptState::Failed | AttemptState::Voided => PaymentState::Failed {
            code: attempt
                .failure_code
                .clone()
                .unwrap_or_else(|| "payment_failed".to_owned()),
        },
    }
}

/// Records an outcome once, whoever brings it: the gateway's answer, its webhook, or the reconciler. An outcome that is
/// already recorded changes nothing.
pub(crate) async fn settle(
    ctx: &mut Ctx,
    attempt: AttemptId,
    authorization: &Authorization,
) -> Result<(), SettleError> {
    let told = Told {
        attempt_id: attempt,
        authorization,
        placed: None,
    };
    settle_all(ctx, &[told], Heard::Later).await?;
    Ok(())
}

/// The same for several attempts, none of them twice, and with how their shoppers hear of a failure. What is out of the ordinary
/// locks more, so it is settled apart.
pub(crate) async fn settle_all(ctx: &mut Ctx, news: &[Told<'_>], heard: Heard) -> Result<Settled, SettleError> {
    let heard_of: Vec<_> = news.iter().map(|told| (told.attempt_id, told.authorization)).collect();
    let recorded = payments::record_authorizations(ctx, &heard_of).await?;
    fail_point("settling");
    let (mut takings, mut fallen) = (Vec::with_capacity(recorded.len()), Vec::new());
    for (recorded, told) in recorded.into_iter().zip(news) {
        if !recorded.changed {
            continue;
        }
        let released = recorded.released();
        let taking = Taking {
            taken: recorded.taken,
            late: recorded.late_capture,
            was_held: recorded.was_held,
            attempt: recorded.attempt,
            placed: told.placed,
        };
        let is_ordinary = taking.taken.is_positive() && !taking.late && !released.is_positive();
        if news.len() > 1 && !is_ordinary {
            return Err(database::Error::apart().into());
        }
        if released.is_positive() {
            orders::record_release(ctx, taking.attempt.order_id, released).await?;
        }
        if taking.taken.is_positive() {
            takings.push(taking);
        } else if !took_nothing(ctx, &taking.attempt, told.authorization, heard).await? {
            fallen.push(taking.attempt.id);
        }
    }
    let mut settled = captured(ctx, &takings).await?;
    settled.fallen.extend(fallen);
    Ok(settled)
}

/// An attempt changed, and no money was taken by it. False: the money is held and the order cannot stand.
async fn took_nothing(
    ctx: &mut Ctx,
    attempt: &Attempt,
    authorization: &Authorization,
    heard: Heard,
) -> Result<bool, SettleError> {
    match authorization {
        Authorization::Authorized { .. } => return authorized(ctx, attempt).await,
        Authorization::Captured { .. } => {}
        Authorization::RequiresAction { .. } => {
            let until = ctx.now() + payment_window(ctx.store());
            inventory::extend(ctx, attempt.order_id.into(), until).await?;
        }
        // Some of it was taken, and only the rest is lost.
        Authorization::Failed { .. } | Authorization::Voided if attempt.state == AttemptState::Captured => {}
        Authorization::Failed { code } => give_up(ctx, attempt.order_id, code, heard).await?,
        Authorization::Voided => give_up(ctx, attempt.order_id, "voided", heard).await?,
    }
    Ok(true)
}

/// Records a capture's outcome once, whoever brings it.
pub(crate) async fn settle_capture(
    ctx: &mut Ctx,
    capture: CaptureId,
    outcome: &CaptureOutcome,
) -> Result<(), SettleError> {
    let recorded = payments::record_capture(ctx, capture, outcome).await?;
    if !recorded.changed {
        return Ok(());
    }
    fail_point("settling-capture");
    let (capture, attempt) = (recorded.capture, recorded.attempt);
    if capture.state == CaptureState::Succeeded {
        let taking = Taking {
            attempt,
            taken: capture.amount,
            late: recorded.late,
            was_held: true,
            placed: None,
        };
        captured(ctx, &[taking]).await?;
    } else {
        let code = capture.failure_code.unwrap_or_default();
        orders::record_capture_failed(ctx, capture.order_id, capture.amount, &code).await?;
    }
    if recorded.released.is_positive() {
        orders::record_release(ctx, capture.order_id, recorded.released).await?;
    }
    Ok(())
}

/// An order without anything to pay is paid at once.
pub(crate) async fn pay_nothing(ctx: &mut Ctx, order: OrderId, total: Money) -> Result<(), SettleError> {
    orders::record_payment(ctx, order, total, PaymentKind::Captured).await?;
    match inventory::commit(ctx, order.into()).await {
        Ok(()) => Ok(()),
        Err(CommitError::Lost(_)) => Err(SettleError::Internal(database::Error::corrupt(
            "inventory.reservations",
            order.to_string(),
        ))),
        Err(CommitError::Internal(error)) => Err(error.into()),
    }
}

/// The gateway holds the money, so the order is confirmed and has its stock. Without stock it cannot stand, and the money is
/// given up. Whether it stands.
async fn authorized(ctx: &mut Ctx, attempt: &Attempt) -> Result<bool, SettleError> {
    let stands = take_stock(ctx, &[attempt.order_id]).await?.is_empty();
    if stands {
        let order = orders::record_payment(ctx, attempt.order_id, attempt.amount, PaymentKind::Authorized).await?;
        if order.fulfilment_status == FulfilmentStatus::Fulfilled {
            // It needs no parcel that would take the money along.
            capture_flow::capture_shipped(ctx, order.id).await?;
        }
    } else {
        payments::give_up(ctx, attempt.id, Asker::Reconciler).await?;
    }
    Ok(stands)
}

/// Money that was taken for an order.
struct Taking<'a> {
    attempt: Attempt,
    taken: Money,
    /// For an attempt that had been given up.
    late: bool,
    /// It had been held: the order has its stock already, or was cancelled for want of it and must not take any.
    was_held: bool,
    /// Its order as it was placed a moment ago.
    placed: Option<&'a OrderDetails>,
}

/// The reserved stock becomes sold and the orders paid, whole or in part. An order that cannot stand, because it was given up
/// before or its stock is gone, is cancelled, and the money goes back.
async fn captured(ctx: &mut Ctx, takings: &[Taking<'_>]) -> Result<Settled, SettleError> {
    if takings.len() > 1 {
        return captured_together(ctx, takings).await;
    }
    let on_time = takings.iter().filter(|taking| !taking.late && !taking.was_held);
    let on_time: Vec<OrderId> = on_time.map(|taking| taking.attempt.order_id).collect();
    let out_of_stock = take_stock(ctx, &on_time).await?;
    let recorded = record(ctx, takings).await?;
    let mut settled = Settled::default();
    for (taking, standing) in takings.iter().zip(recorded) {
        let order = standing.order();
        let reason = if taking.late {
            tracing::warn!(order = %order.id, "money came for an order that was given up; it goes back");
            "payment_came_too_late"
        } else if out_of_stock.contains(&order.id) {
            "out_of_stock"
        } else if order.status == OrderStatus::Cancelled {
            // Held money that was taken while it was to be given up.
            "payment_came_too_late"
        } else {
            settled.standing.push(standing);
            continue;
        };
        give_back(ctx, &taking.attempt, taking.taken, reason).await?;
        settled.fallen.push(taking.attempt.id);
    }
    Ok(settled)
}

/// The same for several whose money came on time. Their stock is locked last, because everybody else who buys the same waits
/// until this is committed; when some of it is gone, all that was written goes back and each is done by itself.
async fn captured_together(ctx: &mut Ctx, takings: &[Taking<'_>]) -> Result<Settled, SettleError> {
    let recorded = record(ctx, takings).await?;
    let is_cancelled = |standing: &Standing| standing.order().status == OrderStatus::Cancelled;
    if recorded.iter().any(is_cancelled) {
        return Err(database::Error::apart().into());
    }
    let order_ids: Vec<OrderId> = recorded.iter().map(Standing::id).collect();
    take_stock(ctx, &order_ids).await?;
    Ok(Settled {
        standing: recorded,
        fallen: Vec::new(),
    })
}

/// Records the money with the orders. Those that were placed a moment ago are not read again, unless somebody has changed one
/// since.
async fn record(ctx: &mut Ctx, takings: &[Taking<'_>]) -> Result<Vec<Standing>, SettleError> {
    let placed: Option<Vec<_>> = takings
        .iter()
        .map(|taking| Some((taking.placed?, taking.taken)))
        .collect();
    if let Some(mut placed) = placed {
        // As whoever else changes several orders locks them.
        placed.sort_unstable_by_key(|(placed, _)| placed.order.id);
        match orders::record_first_payments(ctx, &placed, PaymentKind::Captured).await {
            Ok(recorded) => return Ok(recorded.into_iter().map(Box::new).map(Standing::Whole).collect()),
            Err(ChangeError::VersionConflict { .. }) if takings.len() > 1 => {
                return Err(database::Error::apart().into());
            }
            // Of a single one nothing was written.
            Err(ChangeError::VersionConflict { .. }) => {}
            Err(error) => return Err(error.into()),
        }
    }
    let paid = takings.iter().map(|taking| (taking.attempt.order_id, taking.taken));
    let recorded = orders::record_payments(ctx, &paid.collect::<Vec<_>>(), PaymentKind::Captured).await?;
    Ok(recorded.into_iter().map(Box::new).map(Standing::WithLines).collect())
}

/// The orders that do not have their stock; of several none is an answer, because then each is to be done by itself. Stock that
/// ran out because the reservation expired means that an order cannot stand: it is cancelled, and its cart is open again.
async fn take_stock(ctx: &mut Ctx, order_ids: &[OrderId]) -> Result<Vec<OrderId>, SettleError> {
    if order_ids.is_empty() {
        return Ok(Vec::new());
    }
    let holders: Vec<Holder> = order_ids.iter().map(|id| Holder::Order(*id)).collect();
    let lost = inventory::commit_all(ctx, &holders).await?;
    if order_ids.len() > 1 && !lost.is_empty() {
        return Err(database::Error::apart().into());
    }
    let missing = |id: &OrderId| lost.iter().find(|(holder, _)| *holder == Holder::Order(*id));
    let mut without = Vec::new();
    for &order_id in order_ids {
        if let Some((_, shortages)) = missing(&order_id) {
            tracing::warn!(order = %order_id, missing = shortages.len(), "a paid order's stock is gone");
            let reason = "out_of_stock".to_owned();
            orders::cancel(ctx, orders::Cancel { order_id, reason }).await?;
            give_up_stock_and_coupons(ctx, order_id).await?;
            cart::reopen(ctx, order_id).await?;
            without.push(order_id);
        }
    }
    Ok(without)
}

/// Opens a refund of what an attempt just took; the reconciler asks the gateway for it.
pub(crate) async fn give_back(ctx: &mut Ctx, attempt: &Attempt, taken: Money, reason: &str) -> Result<(), SettleError> {
    let details = orders::lock(ctx, attempt.order_id).await?;
    let plan = orders::plan_give_back(&details, taken)?;
    let id = ctx.new_id();
    orders::open_refund(ctx, id, &details, &plan, reason, false).await?;
    Ok(payments::open_refund(
        ctx,
        NewRefund {
            id,
            attempt_id: attempt.id,
            amount: plan.amount,
        },
    )
    .await?)
}

/// The payment failed: an order that waited for it is cancelled, stock and coupons are free again, and so is the cart.
async fn give_up(ctx: &mut Ctx, order: OrderId, code: &str, heard: Heard) -> Result<(), SettleError> {
    let failed = orders::record_payment_failed(ctx, order, code, heard).await?;
    if (failed.status, failed.payment_status) != (OrderStatus::Cancelled, PaymentStatus::Failed) {
        return Ok(());
    }
    give_up_stock_and_coupons(ctx, order).await?;
    Ok(cart::reopen(ctx, order).await?)
}

/// Stock, quotas and coupons that an order held are free again.
pub(crate) async fn give_up_stock_and_coupons(ctx: &mut Ctx, order: OrderId) -> Result<(), database::Error> {
    inventory::release(ctx, order.into()).await?;
    inventory::give_back_quotas(ctx, order).await?;
    pricing::release(ctx, order).await
}
