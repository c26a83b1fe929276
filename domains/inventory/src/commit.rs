//! Turns orders' reservations into sales, once they are paid.

use std::collections::BTreeMap;

use database::{Ctx, Error};
use kernel::VariantId;

use crate::{
    Holder, MovementKind, Shortage,
    held::Held,
    level::allocate,
    movement::Change,
    stock::{self, promised, summed_by_level},
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
    Internal(#[from] Error),
}

/// Sells what the holder reserved last. What has run out or was released meanwhile is taken anew if it is still there.
/// A second call changes nothing.
pub async fn commit(ctx: &mut Ctx, holder: Holder) -> Result<(), CommitError> {
    let lost = commit_all(ctx, &[holder]).await?;
    match lost.into_iter().next() {
        None => Ok(()),
        Some((_, shortages)) => Err(CommitError::Lost(shortages)),
    }
}

/// The same for several holders, with four statements when nobody's stock ran out. Answers with those that lost theirs, and
/// what is missing; they sell nothing.
pub async fn commit_all(ctx: &mut Ctx, holders: &[Holder]) -> Result<Vec<(Holder, Vec<Shortage>)>, Error> {
    let locked = store::lock_levels_of(ctx, holders).await?;
    if locked.levels.is_empty() {
        return Ok(Vec::new());
    }
    let mut held = Held::untouched(locked);
    let mut rows = store::reservations::list(ctx, holders).await?;
    let (mut lost, mut anew) = (Vec::new(), holders.to_vec());
    anew.retain(|holder| !latest(&rows, *holder).1.is_empty());
    if !anew.is_empty() {
        lost = take_anew(ctx, &mut held, holders, &rows).await?;
        rows = store::reservations::list(ctx, holders).await?;
    }
    let (mut keys, mut changes) = (Vec::new(), Vec::new());
    for holder in holders {
        if lost.iter().any(|(loser, _)| loser == holder) {
            continue;
        }
        let open = if anew.contains(holder) {
            // What is taken anew is of another moment than what was still there.
            open_of(&rows, *holder)
        } else {
            latest(&rows, *holder).0
        };
        keys.extend(open.iter().map(|row| row.key()));
        let sold = summed_by_level(open.into_iter()).into_iter().map(sold);
        changes.extend(sold.map(|change| (change, holder.reference())));
    }
    if keys.is_empty() {
        held.publish(ctx).await?;
        return Ok(lost);
    }
    store::reservations::close(ctx, &keys, "committed").await?;
    store::apply_each(ctx, &changes, (MovementKind::Sale, "")).await?;
    held.note(&changes.iter().map(|(change, _)| *change).collect::<Vec<_>>());
    held.publish(ctx).await?;
    Ok(lost)
}

/// The rows of the holder's newest reservation that are open, and those that are not and were not sold either.
fn latest(rows: &[ReservationRow], holder: Holder) -> (Vec<&ReservationRow>, Vec<&ReservationRow>) {
    let own = || rows.iter().filter(|row| row.holder_id == holder.id());
    let newest = own().next().map(|row| row.created_at);
    let unsold = own().filter(|row| Some(row.created_at) == newest && row.state != "committed");
    unsold.partition(|row| row.state == "open")
}

fn open_of(rows: &[ReservationRow], holder: Holder) -> Vec<&ReservationRow> {
    let own = rows.iter().filter(|row| row.holder_id == holder.id());
    own.filter(|row| row.state == "open").collect()
}

/// Reserves again what is gone, for each holder in turn as long as there is some; those for whom there is none are the answer.
async fn take_anew(
    ctx: &mut Ctx,
    held: &mut Held,
    holders: &[Holder],
    rows: &[ReservationRow],
) -> Result<Vec<(Holder, Vec<Shortage>)>, Error> {
    // Their own open rows may have run out as well; they must not be freed under them.
    store::reservations::extend(ctx, holders, ctx.now() + chrono::TimeDelta::seconds(1)).await?;
    held.free_expired(ctx).await?;
    let (mut takes, mut lost) = (Vec::new(), Vec::new());
    for holder in holders {
        let mut wanted: BTreeMap<VariantId, i64> = BTreeMap::new();
        for row in latest(rows, *holder).1 {
            *wanted.entry(row.variant_id).or_default() += row.quantity;
        }
        match allocate(&held.levels, &wanted) {
            Ok(taken) => {
                held.note(&promised(&taken));
                takes.extend(taken.into_iter().map(|take| (*holder, take)));
            }
            Err(shortages) => lost.push((*holder, shortages)),
        }
    }
    stock::insert(ctx, &takes, None).await?;
    Ok(lost)
}

fn sold(((variant_id, location_id), quantity): ((VariantId, kernel::LocationId), i64)) -> Change {
    Change {
        variant_id,
        location_id,
        on_hand: -quantity,
        reserved: -quantity,
    }
}
