//! Takes money that a gateway holds, all of it or a part: note what is wanted, ask the gateway, settle what it said.

use database::{Ctx, Work, fail_point};
use kernel::{CaptureId, CaptureWhen, Money, OrderId, Permission};
use orders::OrderAndLines;
use payments::{
    Asker, Attempt, AttemptState, CaptureOutcome, CaptureRequest, CaptureState, GatewayError, Gateways, NewCapture,
    OpenCaptureError,
};

use crate::{
    reconcile_flow,
    settle::{self, SettleError},
};

/// What a member of staff wants to take.
#[derive(Debug, Clone)]
pub struct CaptureOrder {
    /// The capture's id, for a caller that may ask twice: a capture that is there already is not made again.
    pub id: Option<CaptureId>,
    /// The order.
    pub order_id: OrderId,
    /// The version the change was made on; `None` takes any.
    pub expected_version: Option<i64>,
    /// How much; `None` is all that is held.
    pub amount: Option<Money>,
    /// Whether nothing more will be taken, so that the rest is held no longer.
    pub last: bool,
    /// What the caller saw could still be taken; when it is another amount by now, nothing is.
    pub seen: Option<Money>,
}

impl CaptureOrder {
    /// All that is held for an order.
    pub fn everything(order_id: OrderId) -> Self {
        Self {
            id: None,
            order_id,
            expected_version: None,
            amount: None,
            last: false,
            seen: None,
        }
    }
}

/// Why nothing was asked for.
#[derive(Debug, thiserror::Error)]
pub enum CaptureOrderError {
    /// The actor may not move money.
    #[error(transparent)]
    Forbidden(#[from] kernel::Forbidden),
    /// There is no such order, or its row cannot be read.
    #[error(transparent)]
    Orders(#[from] orders::ChangeError),
    /// No gateway holds money for this order.
    #[error("no gateway holds money for this order")]
    NothingHeld,
    /// The money is being given up.
    #[error("the money is being given up")]
    BeingVoided,
    /// A capture has no outcome yet, and it or this one is the last.
    #[error("a capture of this order is under way; wait until its outcome is known")]
    UnderWay,
    /// Nothing, or more than is held.
    #[error("between nothing and {held} can be taken")]
    OutOfRange {
        /// What is held and in no capture.
        held: Money,
    },
    /// Somebody took or gave up money in the meantime.
    #[error("{held} is held by now")]
    HeldChanged {
        /// What is held and in no capture.
        held: Money,
    },
    /// What the gateway said cannot be recorded.
    #[error(transparent)]
    Settle(#[from] SettleError),
    /// The database failed.
    #[error(transparent)]
    Internal(#[from] database::Error),
}

impl From<OpenCaptureError> for CaptureOrderError {
    fn from(error: OpenCaptureError) -> Self {
        match error {
            OpenCaptureError::AttemptNotFound | OpenCaptureError::NotHeld { .. } => Self::NothingHeld,
            OpenCaptureError::BeingVoided => Self::BeingVoided,
            OpenCaptureError::UnderWay | OpenCaptureError::AlreadyOpen => Self::UnderWay,
            OpenCaptureError::ExceedsHeld { capturable } => Self::OutOfRange { held: capturable },
            OpenCaptureError::Internal(error) => Self::Internal(error),
        }
    }
}

/// Takes what is held for an order, all or part of it. When the gateway does not answer it is asked again. Somebody who wants
/// all of it while captures are without an outcome has the gateway asked for these.
pub async fn capture_flow(work: &Work, gateways: &Gateways, command: CaptureOrder) -> Result<(), CaptureOrderError> {
    let captures = work
        .transact(&command, |ctx, command| Box::pin(open(ctx, command)))
        .await?;
    fail_point("capture-opened");
    for capture in captures {
        finish_capture_flow(work, gateways, capture).await?;
    }
    fail_point("capture-settled");
    Ok(())
}

/// The captures that the gateway is to be asked for.
async fn open(ctx: &mut Ctx, command: &CaptureOrder) -> Result<Vec<CaptureId>, CaptureOrderError> {
    ctx.require(Permission::RefundOrders)?;
    payments::hold_attempts_of(ctx, command.order_id).await?;
    let sold = orders::lock(ctx, command.order_id).await?;
    if let Some(id) = command.id
        && payments::find_capture(ctx, id).await?.is_some()
    {
        return Ok(vec![id]);
    }
    sold.require_version(command.expected_version)?;
    let attempt = held(ctx, command.order_id).await?;
    let attempt = attempt.ok_or(CaptureOrderError::NothingHeld)?;
    let held = attempt.capturable();
    if command.amount.is_none() && held.is_zero() && attempt.capturing.is_positive() {
        let captures = payments::captures_of(ctx, command.order_id).await?;
        let open = captures
            .into_iter()
            .filter(|capture| capture.state == CaptureState::Pending);
        return Ok(open.map(|capture| capture.id).collect());
    }
    if command.seen.is_some_and(|seen| seen != held) && !attempt.giving_up {
        return Err(CaptureOrderError::HeldChanged { held });
    }
    let id = command.id.unwrap_or_else(|| ctx.new_id());
    let new = NewCapture {
        id,
        attempt_id: attempt.id,
        amount: command.amount.unwrap_or(held),
        last: command.last,
    };
    payments::open_capture(ctx, new, Asker::Caller).await?;
    fail_point("opening-capture");
    Ok(vec![id])
}

/// The attempt whose money a gateway holds.
pub(crate) async fn held(ctx: &mut Ctx, order: OrderId) -> Result<Option<Attempt>, database::Error> {
    let attempts = payments::attempts_of(ctx, order).await?;
    Ok(attempts
        .into_iter()
        .find(|attempt| attempt.state == AttemptState::Authorized))
}

/// What is due of the money that is held: where somebody takes it by hand all of it, and otherwise what has left and is not
/// paid. A store that takes money at once holds only what was placed while it took it with the parcels.
pub fn due(when: CaptureWhen, sold: &OrderAndLines, attempt: &Attempt) -> Result<Money, kernel::MoneyError> {
    let held = attempt.capturable();
    match when {
        CaptureWhen::ByHand => Ok(held),
        CaptureWhen::AtOnce | CaptureWhen::OnShipment => {
            let taken = sold.order.paid_total.plus(attempt.capturing)?;
            let due = orders::shipped_due(sold)?.minus(taken)?;
            let none = Money::zero(held.currency());
            if due.is_positive() { due.min(held) } else { Ok(none) }
        }
    }
}

/// After a parcel left, or a refund left nothing more to ship: unless somebody takes the money by hand, the reconciler is to
/// ask for what is due of what is still held. The store's setting may have changed since the order was placed.
pub async fn capture_shipped(ctx: &mut Ctx, order: OrderId) -> Result<(), SettleError> {
    let when = ctx.store().capture;
    if when == CaptureWhen::ByHand || held(ctx, order).await?.is_none() {
        return Ok(());
    }
    payments::hold_attempts_of(ctx, order).await?;
    let sold = orders::lock(ctx, order).await?;
    let Some(attempt) = held(ctx, order).await? else {
        return Ok(());
    };
    let amount = due(when, &sold, &attempt).map_err(orders::ChangeError::from)?;
    if amount.is_positive() {
        let new = NewCapture {
            id: ctx.new_id(),
            attempt_id: attempt.id,
            amount,
            last: false,
        };
        match payments::open_capture(ctx, new, Asker::Reconciler).await {
            // Somebody takes a last part, after which nothing is held.
            Ok(()) | Err(OpenCaptureError::UnderWay) => {}
            Err(error) => return Err(error.into()),
        }
    }
    Ok(())
}

/// Asks the gateway for a capture that is on record and records the outcome. Safe to run again: the capture's id is the
/// gateway's idempotency key. Without an answer the capture stays pending, and the reconciler asks again.
pub async fn finish_capture_flow(work: &Work, gateways: &Gateways, capture: CaptureId) -> Result<(), SettleError> {
    let mut ctx = work.read();
    let open = payments::find_capture(&mut ctx, capture).await?;
    ctx.rollback().await;
    let Some(open) = open.filter(|open| open.state == CaptureState::Pending) else {
        return Ok(());
    };
    let Some(gateway) = gateways.get(&open.gateway) else {
        tracing::error!(%capture, gateway = open.gateway, "the gateway that holds money is not configured any more");
        return Ok(());
    };
    let request = CaptureRequest {
        capture_id: capture,
        attempt_id: open.attempt_id,
        gateway_reference: open.attempt_reference.clone().unwrap_or_default(),
        amount: open.amount,
        last: open.last,
    };
    let outcome = match payments::traced(gateway.name(), "capture", gateway.capture(&request)).await {
        Ok(outcome) => outcome,
        Err(GatewayError::Invalid(reason)) => {
            tracing::error!(%capture, reason, "a gateway refused a capture");
            CaptureOutcome::Failed {
                code: "invalid_request".to_owned(),
            }
        }
        Err(GatewayError::Unavailable(reason) | GatewayError::Unknown(reason)) => {
            tracing::warn!(%capture, reason, "what became of a capture is not known; the reconciler will ask");
            return Ok(());
        }
    };
    fail_point("capture-answered");
    let refused = matches!(outcome, CaptureOutcome::Failed { .. });
    work.transact(&(capture, outcome), |ctx, (capture, outcome)| {
        Box::pin(settle::settle_capture(ctx, *capture, outcome))
    })
    .await?;
    if refused {
        reconcile_flow::check_attempt_flow(work, gateways, open.attempt_id).await?;
    }
    Ok(())
}
