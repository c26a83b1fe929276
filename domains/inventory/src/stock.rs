//! Stock of which several holders take in turn: locked once, decided in memory, written once.

use std::collections::BTreeMap;

use database::{Ctx, Error};
use kernel::{LocationId, Time, VariantId};

use crate::{
    Demand, Holder, MovementKind, Shortage,
    held::Held,
    level::{Take, allocate, summed},
    movement::Change,
    store::{
        self,
        reservations::{ReservationKey, ReservationRow},
    },
};

/// Locked levels, and what is to be written of them.
pub struct Stock {
    held: Held,
    /// What holders have open that may be given up.
    open: Vec<ReservationRow>,
    given_up: Vec<ReservationKey>,
    released: Vec<(Change, String)>,
    takes: Vec<(Holder, Take)>,
}

impl Stock {
    /// Locks the levels of everything that is wanted or that these holders have, in the order of the variants. What has run
    /// out of them is freed.
    pub async fn lock(ctx: &mut Ctx, demands: &[Demand], instead_of: &[Holder]) -> Result<Self, Error> {
        let ids: Vec<VariantId> = summed(demands).into_keys().collect();
        let locked = store::lock_levels_and_those_of(ctx, &ids, instead_of).await?;
        let held = Held::new(ctx, locked).await?;
        let open = if instead_of.is_empty() {
            Vec::new()
        } else {
            let mut rows = store::reservations::list(ctx, instead_of).await?;
            rows.retain(|row| row.state == "open");
            rows
        };
        Ok(Self {
            held,
            open,
            given_up: Vec::new(),
            released: Vec::new(),
            takes: Vec::new(),
        })
    }

    /// Decides that a holder gets all of its demand, in the place of what others hold, or says what is missing and leaves
    /// everything as it was.
    pub fn reserve(&mut self, holder: Holder, instead_of: &[Holder], demands: &[Demand]) -> Result<(), Vec<Shortage>> {
        let (mut released, mut given_up) = (Vec::new(), Vec::new());
        for before in instead_of {
            let (changes, ids) = release_of(&self.open, *before);
            self.held.note(&changes);
            given_up.extend(ids);
            released.extend(changes.into_iter().map(|change| (change, before.reference())));
        }
        let takes = match allocate(&self.held.levels, &summed(demands)) {
            Ok(takes) => takes,
            Err(shortages) => {
                let back: Vec<Change> = released.iter().map(|(change, _)| change.reversed()).collect();
                self.held.note(&back);
                return Err(shortages);
            }
        };
        self.held.note(&promised(&takes));
        self.open.retain(|row| !given_up.contains(&row.key()));
        self.given_up.extend(given_up);
        self.released.extend(released);
        self.takes.extend(takes.into_iter().map(|take| (holder, take)));
        Ok(())
    }

    /// Writes what was decided, with at most three statements however many holders there are, and tells of it.
    pub async fn write(self, ctx: &mut Ctx, expires_at: Time) -> Result<(), Error> {
        release(ctx, &self.given_up, &self.released).await?;
        insert(ctx, &self.takes, Some(expires_at)).await?;
        self.held.publish(ctx).await
    }
}

/// What a holder's open reservations give back when they are given up.
pub(crate) fn release_of(open: &[ReservationRow], holder: Holder) -> (Vec<Change>, Vec<ReservationKey>) {
    let own = || open.iter().filter(|row| row.holder_id == holder.id());
    let change = |((variant_id, location_id), quantity): ((_, _), i64)| Change {
        variant_id,
        location_id,
        on_hand: 0,
        reserved: -quantity,
    };
    let changes = summed_by_level(own()).into_iter().map(change).collect();
    (changes, own().map(ReservationRow::key).collect())
}

/// How many are reserved at each level.
pub(crate) fn summed_by_level<'a>(
    rows: impl Iterator<Item = &'a ReservationRow>,
) -> BTreeMap<(VariantId, LocationId), i64> {
    let mut sums = BTreeMap::new();
    for row in rows {
        *sums.entry((row.variant_id, row.location_id)).or_default() += row.quantity;
    }
    sums
}

/// Closes reservations of locked levels.
pub(crate) async fn release(
    ctx: &mut Ctx,
    given_up: &[ReservationKey],
    released: &[(Change, String)],
) -> Result<(), Error> {
    if given_up.is_empty() {
        return Ok(());
    }
    store::reservations::close(ctx, given_up, "released").await?;
    store::apply_each(ctx, released, (MovementKind::Release, "")).await
}

/// Writes reservations for takes that were allocated from locked levels.
pub(crate) async fn insert(ctx: &mut Ctx, takes: &[(Holder, Take)], expires_at: Option<Time>) -> Result<(), Error> {
    if takes.is_empty() {
        return Ok(());
    }
    let reserved = store::reservations::insert(ctx, takes, expires_at).await?;
    if reserved == takes.len() {
        return Ok(());
    }
    // The levels are locked, so what was free a statement ago still is.
    Err(Error::corrupt(
        "inventory.levels",
        format!("{reserved} of {} takes", takes.len()),
    ))
}

/// What takes change of the levels.
pub(crate) fn promised(takes: &[Take]) -> Vec<Change> {
    let change = |take: &Take| Change {
        variant_id: take.variant_id,
        location_id: take.location_id,
        on_hand: 0,
        reserved: take.quantity,
    };
    takes.iter().map(change).collect()
}
