//! Housekeeping: what has expired goes.

use database::{Ctx, Error};

use crate::{lockout, store};

/// Deletes expired sessions, mail tokens and forgotten failures of the store; gives how many rows went.
pub async fn delete_expired(ctx: &mut Ctx) -> Result<u64, Error> {
    let forget_before = ctx.now() - lockout::FORGET_AFTER;
    store::delete_expired(ctx, forget_before).await
}
