//! Takes back a holder's reservations: the cart became an order, or the order is cancelled or its payment failed.

use database::{Ctx, Error};

use crate::{
    Holder,
    held::Held,
    stock::{self, release_of},
    store,
};

/// Frees what the holder still has reserved. What was sold stays sold; a second call changes nothing.
pub async fn release(ctx: &mut Ctx, holder: Holder) -> Result<(), Error> {
    let locked = store::lock_levels_of(ctx, &[holder]).await?;
    let mut held = Held::untouched(locked);
    let mut open = store::reservations::list(ctx, &[holder]).await?;
    open.retain(|row| row.state == "open");
    let (changes, given_up) = release_of(&open, holder);
    held.note(&changes);
    let released: Vec<_> = changes.into_iter().map(|change| (change, holder.reference())).collect();
    stock::release(ctx, &given_up, &released).await?;
    held.publish(ctx).await
}
