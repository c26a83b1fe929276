//! What was wrong with single rows is forgotten; how many there were stays.

use chrono::TimeDelta;
use database::{Ctx, Error};

use crate::store;

/// How long a run that is over tells of its rows.
const KEPT_DAYS: i64 = 90;
/// How many runs at once.
const STEP: i64 = 100;

/// Empties the reports of runs that began more than 90 days ago, and answers whether there may be more.
pub async fn forget_problems(ctx: &mut Ctx) -> Result<bool, Error> {
    let before = ctx.now() - TimeDelta::days(KEPT_DAYS);
    Ok(store::forget_problems(ctx, before, STEP).await? >= STEP.unsigned_abs())
}
