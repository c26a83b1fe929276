//! Sets stock aside for a cart or an order, until it is paid.

use database::Ctx;
use kernel::{Time, VariantId};

use crate::{
    Demand, Holder, Shortage,
    held::Held,
    level::{Take, allocate, summed},
    movement::Change,
    release::give_up,
    store,
};

/// Why stock is not set aside.
#[derive(Debug, thiserror::Error)]
pub enum ReserveError {
    /// There is too little of these; nothing was reserved.
    #[error("there is not enough stock of {} variants", .0.len())]
    Insufficient(Vec<Shortage>),
    /// The database failed.
    #[error(transparent)]
    Internal(#[from] database::Error),
}

/// Reserves all of the demand or none of it. Demand is summed per variant; reservations that have run out are freed first,
/// so that nobody waits for a reaper; stock comes from locations by priority. What others hold that this holder takes over
/// from, such as the cart that becomes an order or the holder itself with less in it, is given up in the same moment, so
/// that nobody comes between.
pub async fn reserve(
    ctx: &mut Ctx,
    holder: Holder,
    instead_of: &[Holder],
    demands: &[Demand],
    expires_at: Time,
) -> Result<(), ReserveError> {
    let wanted = summed(demands);
    if wanted.is_empty() && instead_of.is_empty() {
        return Ok(());
    }
    let ids: Vec<VariantId> = wanted.keys().copied().collect();
    let locked = store::lock_levels_and_those_of(ctx, &ids, instead_of).await?;
    let mut held = Held::new(ctx, locked).await?;
    for &before in instead_of {
        give_up(ctx, &mut held, before).await?;
    }
    let takes = allocate(&held.levels, &wanted).map_err(ReserveError::Insufficient)?;
    take(ctx, &mut held, holder, &takes, Some(expires_at)).await?;
    held.publish(ctx).await?;
    Ok(())
}

/// Writes reservations for takes that were allocated from the held levels.
pub(crate) async fn take(
    ctx: &mut Ctx,
    held: &mut Held,
    holder: Holder,
    takes: &[Take],
    expires_at: Option<Time>,
) -> Result<(), database::Error> {
    if takes.is_empty() {
        return Ok(());
    }
    let reserved = store::reservations::insert(ctx, holder, takes, expires_at).await?;
    if reserved != takes.len() {
        // The levels are locked, so what was free a statement ago still is.
        return Err(database::Error::corrupt(
            "inventory.levels",
            format!("{reserved} of {} takes", takes.len()),
        ));
    }
    let changes: Vec<Change> = takes
        .iter()
        .map(|take| Change {
            variant_id: take.variant_id,
            location_id: take.location_id,
            on_hand: 0,
            reserved: take.quantity,
        })
        .collect();
    held.note(&changes);
    Ok(())
}
