//! Hands the reconciler what has no outcome yet.

use database::{Ctx, Error};

use crate::{Attempt, Refund, store};

/// Attempts whose time to ask the gateway has come, oldest first. Each is asked about again after as long as it has waited
/// so far, at least a minute and at most a day, so that two reconcilers do not ask at once. Commit before the gateway is
/// called.
pub async fn claim_unsettled(ctx: &mut Ctx, limit: i64) -> Result<Vec<Attempt>, Error> {
    store::claim_unsettled_attempts(ctx, limit).await
}

/// Refunds whose time to ask the gateway has come, by the same rule.
pub async fn claim_unsettled_refunds(ctx: &mut Ctx, limit: i64) -> Result<Vec<Refund>, Error> {
    store::claim_unsettled_refunds(ctx, limit).await
}
