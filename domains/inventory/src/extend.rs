//! Gives a shopper more time to pay.

use database::{Ctx, Error};
use kernel::Time;

use crate::{Holder, held::tell_few_left, level::few_left_of, store};

/// Moves the end of the holder's open reservations, and answers whether there were any. One that has run out but that
/// nobody took counts as open.
pub async fn extend(ctx: &mut Ctx, holder: Holder, until: Time) -> Result<bool, Error> {
    let locked = store::lock_levels_of(ctx, &[holder]).await?;
    let is_extended = store::reservations::extend(ctx, &[holder], until).await? > 0;
    if is_extended {
        // What had run out is taken again, and what was to run out is not free then.
        tell_few_left(ctx, few_left_of(&[&[]], &locked.levels)).await?;
    }
    Ok(is_extended)
}
