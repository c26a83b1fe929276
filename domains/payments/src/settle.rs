//! Hands the reconciler what has no outcome yet.

use chrono::TimeDelta;
use database::{Ctx, Error};

use kernel::AttemptId;

use crate::{
    Attempt, Capture, PaymentMethod, Refund,
    store::{self, captures, methods, refunds},
};

/// Attempts whose time to ask the gateway has come, oldest first. Each is asked about again after as long as it has waited
/// so far, at least a minute and at most a day, so that two reconcilers do not ask at once; and as soon as the store's time
/// for paying is over, so that one which was abandoned is given up then. Commit before the gateway is called.
pub async fn claim_unsettled(ctx: &mut Ctx, limit: i64) -> Result<Vec<Attempt>, Error> {
    let window = TimeDelta::minutes(ctx.store().reservation_minutes.into()) + TimeDelta::seconds(1);
    store::claim_unsettled_attempts(ctx, limit, window).await
}

/// Captures whose time to ask the gateway has come, by the same rule.
pub async fn claim_unsettled_captures(ctx: &mut Ctx, limit: i64) -> Result<Vec<Capture>, Error> {
    captures::claim_unsettled(ctx, limit).await
}

/// Money is held and nothing is wanted of it: nobody needs to ask about it.
pub async fn stop_asking(ctx: &mut Ctx, attempt: AttemptId) -> Result<(), Error> {
    store::stop_asking(ctx, attempt).await
}

/// Refunds whose time to ask the gateway has come, by the same rule.
pub async fn claim_unsettled_refunds(ctx: &mut Ctx, limit: i64) -> Result<Vec<Refund>, Error> {
    refunds::claim_unsettled(ctx, limit).await
}

/// Attempts that paid with a card which is to be kept, whose time to ask the gateway for it has come, by the same rule.
pub async fn claim_unsaved(ctx: &mut Ctx, limit: i64) -> Result<Vec<Attempt>, Error> {
    methods::claim_unsaved(ctx, limit).await
}

/// Cards whose time to ask the gateway to forget them has come, by the same rule.
pub async fn claim_removed_methods(ctx: &mut Ctx, limit: i64) -> Result<Vec<PaymentMethod>, Error> {
    methods::claim_removed(ctx, limit).await
}

/// How many attempts, captures, refunds and cards nobody has asked about for ten minutes after their time came: the reconciler does not run.
pub async fn count_overdue(ctx: &mut Ctx) -> Result<i64, Error> {
    let before = ctx.now() - TimeDelta::minutes(10);
    store::audit::count_overdue(ctx, before).await
}
