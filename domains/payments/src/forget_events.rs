//! Which events of gateways were taken is forgotten once none repeats them.

use chrono::TimeDelta;
use database::{Ctx, Error};

use crate::store;

/// How long an event is known again. Gateways repeat one for days, and a person has them repeat one for a month.
const KEPT_DAYS: i64 = 90;
/// How many go at once.
const STEP: i64 = 1_000;

/// Forgets events that came more than 90 days ago, and answers whether there may be more.
pub async fn forget_events(ctx: &mut Ctx) -> Result<bool, Error> {
    let before = ctx.now() - TimeDelta::days(KEPT_DAYS);
    Ok(store::erase::delete_webhook_events(ctx, before, STEP).await? >= STEP.unsigned_abs())
}
