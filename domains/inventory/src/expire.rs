//! Tidies reservations that have run out, so that lists learn that the stock is back. Selling does not depend on it.

use chrono::TimeDelta;
use database::{Ctx, Error};

use crate::{held::Held, store};

/// Frees reservations that have run out, of up to 500 variants, and answers of how many.
pub async fn expire_due(ctx: &mut Ctx) -> Result<usize, Error> {
    let ids = store::reservations::list_expired_variants(ctx).await?;
    if ids.is_empty() {
        return Ok(0);
    }
    let locked = store::lock_levels(ctx, &ids).await?;
    let held = Held::new(ctx, locked).await?;
    held.publish(ctx).await?;
    Ok(ids.len())
}

/// How many reservations ran out more than ten minutes ago and were not tidied away: the periodic tasks do not run.
pub async fn count_expired(ctx: &mut Ctx) -> Result<i64, Error> {
    let before = ctx.now() - TimeDelta::minutes(10);
    store::reservations::count_expired(ctx, before).await
}
