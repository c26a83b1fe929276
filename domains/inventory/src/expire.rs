//! Tidies reservations that have run out, so that lists learn that the stock is back. Selling does not depend on it.

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
