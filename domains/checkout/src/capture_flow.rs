//! Takes money that a gateway holds, or gives it up: note what is wanted, ask the gateway, settle what it said.

use database::{Ctx, Work};
use kernel::{CaptureWhen, OrderId, Permission};
use payments::{Asker, Attempt, AttemptState, Authorization, CaptureRequest, Gateways, VoidRequest, Wanted};

use crate::settle::{self, SettleError};

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
    /// What the gateway said cannot be recorded.
    #[error(transparent)]
    Settle(#[from] SettleError),
    /// The database failed.
    #[error(transparent)]
    Internal(#[from] database::Error),
}

/// Takes all of what is held for an order. When the gateway does not answer it is asked again.
pub async fn capture_flow(work: &Work, gateways: &Gateways, order: OrderId) -> Result<(), CaptureOrderError> {
    let attempt = work.transact(&order, |ctx, order| Box::pin(open(ctx, *order))).await?;
    finish_wanted(work, gateways, &attempt).await?;
    Ok(())
}

async fn open(ctx: &mut Ctx, order: OrderId) -> Result<Attempt, CaptureOrderError> {
    ctx.require(Permission::RefundOrders)?;
    orders::lock(ctx, order).await?;
    let attempt = held(ctx, order).await?.ok_or(CaptureOrderError::NothingHeld)?;
    if !payments::ask_for(ctx, attempt.id, Wanted::Capture, Asker::Caller).await? {
        return Err(CaptureOrderError::BeingVoided);
    }
    Ok(Attempt {
        wanted: Some(Wanted::Capture),
        ..attempt
    })
}

/// The attempt whose money a gateway holds.
pub(crate) async fn held(ctx: &mut Ctx, order: OrderId) -> Result<Option<Attempt>, database::Error> {
    let attempts = payments::attempts_of(ctx, order).await?;
    Ok(attempts
        .into_iter()
        .find(|attempt| attempt.state == AttemptState::Authorized))
}

/// After a parcel left: a store that takes the money with it has the reconciler ask for it.
pub async fn capture_shipped(ctx: &mut Ctx, order: OrderId) -> Result<(), database::Error> {
    if ctx.store().capture == CaptureWhen::OnShipment
        && let Some(attempt) = held(ctx, order).await?
    {
        payments::ask_for(ctx, attempt.id, Wanted::Capture, Asker::Reconciler).await?;
    }
    Ok(())
}

/// Asks the gateway for what is on record as wanted, and settles its answer. Safe to run again: the attempt's id is the
/// gateway's idempotency key. Whether the outcome is known now.
pub(crate) async fn finish_wanted(work: &Work, gateways: &Gateways, attempt: &Attempt) -> Result<bool, SettleError> {
    let Some(gateway) = gateways.get(&attempt.gateway) else {
        tracing::error!(
            gateway = attempt.gateway,
            "the gateway that holds money is not configured any more"
        );
        return Ok(false);
    };
    let gateway_reference = attempt.gateway_reference.clone().unwrap_or_default();
    let answer = match attempt.wanted {
        None => return Ok(false),
        Some(Wanted::Capture) => {
            let request = CaptureRequest {
                attempt_id: attempt.id,
                gateway_reference,
                amount: attempt.amount,
            };
            payments::traced(gateway.name(), "capture", gateway.capture(&request)).await
        }
        Some(Wanted::Void) => {
            let request = VoidRequest {
                attempt_id: attempt.id,
                gateway_reference,
            };
            payments::traced(gateway.name(), "void", gateway.void(&request)).await
        }
    };
    match answer {
        Ok(Authorization::Authorized { .. } | Authorization::RequiresAction { .. }) => Ok(false),
        Ok(outcome) => {
            settle::settle_flow(work, attempt.id, &outcome).await?;
            Ok(true)
        }
        Err(error) => {
            tracing::warn!(attempt = %attempt.id, %error, "what became of held money is not known; the reconciler will ask");
            Ok(false)
        }
    }
}
