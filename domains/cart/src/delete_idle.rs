//! Carts of guests that nobody has touched for long are deleted.

use chrono::TimeDelta;
use database::{Ctx, Error};

use crate::store;

/// How long a cart is kept after its last change. The desk's figures count the carts of up to 180 days.
const KEPT_DAYS: i64 = 200;
/// How many go at once.
const STEP: i64 = 500;

/// Deletes a few hundred open carts of guests that were not touched for 200 days, with their lines and what was saved from them,
/// and answers whether there may be more. A cart that became an order stays, and so does a customer's.
pub async fn delete_idle(ctx: &mut Ctx) -> Result<bool, Error> {
    let before = ctx.now() - TimeDelta::days(KEPT_DAYS);
    let carts = store::erase::lock_idle(ctx, before, STEP).await?;
    if !carts.is_empty() {
        store::erase::delete(ctx, None, &carts).await?;
    }
    Ok(i64::try_from(carts.len()).is_ok_and(|count| count >= STEP))
}
