//! Mails lose their texts when they are old; that they were sent stays.

use chrono::TimeDelta;
use database::{Ctx, Error};

use crate::store;

/// How long the log has the texts of mails.
const KEPT_DAYS: i64 = 365;
/// How many at once.
const STEP: i64 = 500;

/// Takes the texts out of mails that are a year old and wait for nothing, and answers whether there may be more.
pub async fn empty_old_mails(ctx: &mut Ctx) -> Result<bool, Error> {
    let before = ctx.now() - TimeDelta::days(KEPT_DAYS);
    Ok(store::erase::empty_mails(ctx, before, STEP).await? >= STEP.unsigned_abs())
}
