//! Reservations that were given up long ago are deleted.

use chrono::TimeDelta;
use database::{Ctx, Error};

use crate::store;

/// How long they are kept: an order whose payment arrives late takes anew what they say it had.
const KEPT_DAYS: i64 = 365;
/// How many go at once.
const STEP: i64 = 1_000;

/// Deletes reservations that were released or ran out, a year after they were made, and answers whether there may be more. Those
/// that were sold say from where, for as long as there is the order.
pub async fn forget_given_up(ctx: &mut Ctx) -> Result<bool, Error> {
    let before = ctx.now() - TimeDelta::days(KEPT_DAYS);
    Ok(store::reservations::delete_given_up(ctx, before, STEP).await? >= STEP.unsigned_abs())
}
