//! Turns an order's reservations into a sale, once it is paid.

use std::collections::BTreeMap;

use database::Ctx;
use kernel::{ReservationId, VariantId};

use crate::{
    Holder, MovementKind, Shortage,
    held::Held,
    level::allocate,
    movement::{Cause, Change},
    reserve::take,
    store::{self, reservations::ReservationRow},
};

/// Why reservations cannot become a sale.
#[derive(Debug, thiserror::Error)]
pub enum CommitError {
    /// They ran out, and others have bought the stock since. Nothing was sold.
    #[error("the reserved stock ran out and {} variants are sold", .0.len())]
    Lost(Vec<Shortage>),
    /// The database failed.
    #[error(transparent)]
    Internal(#[from] database::Error),
}

/// Sells what the holder reserved last. What has run out or was released meanwhile is taken anew if it is still there.
/// A second call changes nothing.
pub async fn commit(ctx: &mut Ctx, holder: Holder) -> Result<(), CommitError> {
    let locked = store::lock_levels_of_holder(ctx, holder).await?;
    if locked.levels.is_empty() {
        return Ok(());
    }
    let mut held = Held::untouched(locked);
    let (open, gone) = latest(store::reservations::list(ctx, holder).await?);
    let sold = if gone.is_empty() {
        open
    } else {
        take_anew(ctx, &mut held, holder, &gone).await?
    };
    let ids: Vec<ReservationId> = sold.iter().map(|row| row.id).collect();
    store::reservations::close(ctx, &ids, "committed").await?;
    let changes = changes(&sold);
    let cause = Cause {
        kind: MovementKind::Sale,
        reference: &holder.reference(),
        reason: "",
    };
    store::apply(ctx, &changes, cause).await?;
    held.note(&changes);
    held.publish(ctx).await?;
    Ok(())
}

/// The rows of the holder's newest reservation that are open, and those that are not and were not sold either.
fn latest(rows: Vec<ReservationRow>) -> (Vec<ReservationRow>, Vec<ReservationRow>) {
    let newest = rows.first().map(|row| row.created_at);
    let rows = rows
        .into_iter()
        .filter(|row| Some(row.created_at) == newest && row.state != "committed");
    rows.partition(|row| row.state == "open")
}

/// Reserves again what is gone, and answers with all that is open then.
async fn take_anew(
    ctx: &mut Ctx,
    held: &mut Held,
    holder: Holder,
    gone: &[ReservationRow],
) -> Result<Vec<ReservationRow>, CommitError> {
    let mut wanted: BTreeMap<VariantId, i64> = BTreeMap::new();
    for row in gone {
        *wanted.entry(row.variant_id).or_default() += row.quantity;
    }
    // The holder's own open rows may have run out as well; they must not be freed under it.
    store::reservations::extend(ctx, holder, ctx.now() + chrono::TimeDelta::seconds(1)).await?;
    held.free_expired(ctx).await?;
    let takes = allocate(&held.levels, &wanted).map_err(CommitError::Lost)?;
    take(ctx, held, holder, &takes, None).await?;
    let rows = store::reservations::list(ctx, holder).await?;
    Ok(rows.into_iter().filter(|row| row.state == "open").collect())
}

fn changes(sold: &[ReservationRow]) -> Vec<Change> {
    let mut sums: BTreeMap<_, i64> = BTreeMap::new();
    for row in sold {
        *sums.entry((row.variant_id, row.location_id)).or_default() += row.quantity;
    }
    let change = |((variant_id, location_id), quantity): ((_, _), i64)| Change {
        variant_id,
        location_id,
        on_hand: -quantity,
        reserved: -quantity,
    };
    sums.into_iter().map(change).collect()
}
