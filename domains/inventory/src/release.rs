//! Takes back a holder's reservations: the cart became an order, or the order is cancelled or its payment failed.

use std::collections::BTreeMap;

use database::{Ctx, Error};
use kernel::ReservationId;

use crate::{
    Holder, MovementKind,
    held::Held,
    movement::{Cause, Change},
    store,
};

/// Frees what the holder still has reserved. What was sold stays sold; a second call changes nothing.
pub async fn release(ctx: &mut Ctx, holder: Holder) -> Result<(), Error> {
    let locked = store::lock_levels_of_holder(ctx, holder).await?;
    let mut held = Held::untouched(locked);
    give_up(ctx, &mut held, holder).await?;
    held.publish(ctx).await
}

/// Frees the holder's open reservations of locked levels.
pub(crate) async fn give_up(ctx: &mut Ctx, held: &mut Held, holder: Holder) -> Result<(), Error> {
    let mut open = store::reservations::list(ctx, holder).await?;
    open.retain(|row| row.state == "open");
    if open.is_empty() {
        return Ok(());
    }
    let ids: Vec<ReservationId> = open.iter().map(|row| row.id).collect();
    store::reservations::close(ctx, &ids, "released").await?;
    let mut sums: BTreeMap<_, i64> = BTreeMap::new();
    for row in &open {
        *sums.entry((row.variant_id, row.location_id)).or_default() += row.quantity;
    }
    let change = |((variant_id, location_id), quantity): ((_, _), i64)| Change {
        variant_id,
        location_id,
        on_hand: 0,
        reserved: -quantity,
    };
    let changes: Vec<Change> = sums.into_iter().map(change).collect();
    let cause = Cause {
        kind: MovementKind::Release,
        reference: &holder.reference(),
        reason: "",
    };
    store::apply(ctx, &changes, cause).await?;
    held.note(&changes);
    Ok(())
}
