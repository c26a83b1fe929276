//! Gives a shopper more time to pay.

use database::{Ctx, Error};
use kernel::Time;

use crate::{Holder, store};

/// Moves the end of the holder's open reservations, and answers whether there were any. One that has run out but that
/// nobody took counts as open.
pub async fn extend(ctx: &mut Ctx, holder: Holder, until: Time) -> Result<bool, Error> {
    store::lock_levels_of_holder(ctx, holder).await?;
    Ok(store::reservations::extend(ctx, holder, until).await? > 0)
}
