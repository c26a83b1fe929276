//! Gives up money that a gateway holds: note it, ask the gateway, settle what it said.

use database::{
    Ctx, Work, fail_point,
    idempotency::{Begin, Request},
};
use kernel::{OrderId, Permission};
use orders::Heard;
use payments::{Asker, Attempt, Authorization, Gateways, VoidRequest};

use crate::{
    capture_flow::held,
    settle::SettleError,
    settle_flow::settle_flow,
    under_key::{self, Asked},
};

/// What a member of staff wants to give up.
#[derive(Debug, Clone, Copy)]
pub struct ReleaseOrder {
    /// The order.
    pub order_id: OrderId,
    /// The version the change was made on; `None` takes any.
    pub expected_version: Option<i64>,
}

/// Why nothing was given up.
#[derive(Debug, thiserror::Error)]
pub enum ReleaseOrderError {
    /// The actor may not move money.
    #[error(transparent)]
    Forbidden(#[from] kernel::Forbidden),
    /// There is no such order, or its row cannot be read.
    #[error(transparent)]
    Orders(#[from] orders::ChangeError),
    /// No gateway holds money for this order.
    #[error("no gateway holds money for this order")]
    NothingHeld,
    /// Nothing was taken: to give up all of the money is to cancel the order.
    #[error("nothing of this order was taken; cancel it instead")]
    NothingTaken,
    /// A capture has no outcome yet.
    #[error("a capture of this order is under way; wait until its outcome is known")]
    UnderWay,
    /// What the gateway said cannot be recorded.
    #[error(transparent)]
    Settle(#[from] SettleError),
    /// The database failed.
    #[error(transparent)]
    Internal(#[from] database::Error),
}

/// Gives up what is held for an order of which some was taken. When the gateway does not answer it is asked again.
pub async fn release_flow(work: &Work, gateways: &Gateways, order: OrderId) -> Result<(), ReleaseOrderError> {
    let command = ReleaseOrder {
        order_id: order,
        expected_version: None,
    };
    release_keyed_flow(work, gateways, command, None).await.map(drop)
}

/// The same under a key, which is claimed with it: whoever was cut off and asks again finds it done. Answers with what the key was
/// used for otherwise; then nothing is done.
pub async fn release_keyed_flow(
    work: &Work,
    gateways: &Gateways,
    command: ReleaseOrder,
    key: Option<Request>,
) -> Result<Option<Begin>, ReleaseOrderError> {
    let asked = (command, key);
    let deed = work.transact(&asked, |ctx, (command, key)| {
        Box::pin(open_once(ctx, *command, key.as_ref()))
    });
    let attempt = match deed.await? {
        Ok(attempt) => attempt,
        Err(Asked::Otherwise(begun)) => return Ok(Some(begun)),
        Err(Asked::Anew | Asked::Before) => return Ok(None),
    };
    fail_point("release-opened");
    finish_giving_up(work, gateways, &attempt).await?;
    Ok(None)
}

async fn open_once(
    ctx: &mut Ctx,
    command: ReleaseOrder,
    key: Option<&Request>,
) -> Result<Result<Attempt, Asked>, ReleaseOrderError> {
    match under_key::claim(ctx, key).await? {
        // Whoever was refused and cut off before that was kept left the key without an answer too.
        Asked::Before if is_still_held(ctx, command.order_id).await? => Ok(Ok(open(ctx, command).await?)),
        Asked::Anew => Ok(Ok(open(ctx, command).await?)),
        asked => Ok(Err(asked)),
    }
}

async fn is_still_held(ctx: &mut Ctx, order: OrderId) -> Result<bool, ReleaseOrderError> {
    payments::hold_attempts_of(ctx, order).await?;
    orders::lock(ctx, order).await?;
    Ok(held(ctx, order).await?.is_some_and(|attempt| !attempt.giving_up))
}

async fn open(ctx: &mut Ctx, command: ReleaseOrder) -> Result<Attempt, ReleaseOrderError> {
    let order = command.order_id;
    ctx.require(Permission::RefundOrders)?;
    payments::hold_attempts_of(ctx, order).await?;
    orders::lock_version(ctx, order, command.expected_version).await?;
    let attempt = held(ctx, order).await?.ok_or(ReleaseOrderError::NothingHeld)?;
    if attempt.captured.is_zero() {
        return Err(ReleaseOrderError::NothingTaken);
    }
    if !payments::give_up(ctx, attempt.id, Asker::Caller).await? {
        return Err(ReleaseOrderError::UnderWay);
    }
    fail_point("opening-release");
    Ok(Attempt {
        giving_up: true,
        ..attempt
    })
}

/// Asks the gateway to give up what is on record as to be given up, and settles its answer. Safe to run again: the attempt's
/// id is the gateway's idempotency key. Whether the outcome is known now.
pub(crate) async fn finish_giving_up(work: &Work, gateways: &Gateways, attempt: &Attempt) -> Result<bool, SettleError> {
    let Some(gateway) = gateways.get(&attempt.gateway) else {
        tracing::error!(
            gateway = attempt.gateway,
            "the gateway that holds money is not configured any more"
        );
        return Ok(false);
    };
    let request = VoidRequest {
        attempt_id: attempt.id,
        gateway_reference: attempt.gateway_reference.clone().unwrap_or_default(),
    };
    let answer = payments::traced(gateway.name(), "void", gateway.void(&request)).await;
    fail_point("void-answered");
    match answer {
        Ok(Authorization::Authorized { .. } | Authorization::RequiresAction { .. }) => Ok(false),
        Ok(outcome) => {
            settle_flow(work, attempt.id, &outcome, Heard::Later).await?;
            fail_point("void-settled");
            Ok(true)
        }
        Err(error) => {
            tracing::warn!(attempt = %attempt.id, %error, "what became of held money is not known; the reconciler will ask");
            Ok(false)
        }
    }
}
