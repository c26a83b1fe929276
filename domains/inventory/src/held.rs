//! The levels a use case has locked, kept in step with what it writes, so that it knows at the end whether a variant sold
//! out or came back.

use database::{Ctx, Error};
use kernel::VariantId;

use crate::{
    Level,
    events::{AvailabilityChanged, FewLeftChanged},
    level::{crossings, few_left_of},
    movement::Change,
    store::{self, Locked},
};

pub(crate) struct Held {
    before: Vec<Level>,
    /// What shoppers saw last: what has run out is not reserved.
    seen: Vec<Level>,
    pub(crate) levels: Vec<Level>,
}

impl Held {
    /// Takes over locked levels and frees what has run out of them.
    pub(crate) async fn new(ctx: &mut Ctx, locked: Locked) -> Result<Self, Error> {
        let mut held = Self {
            before: locked.levels.clone(),
            seen: locked.levels.clone(),
            levels: locked.levels,
        };
        if locked.has_expired {
            held.free_expired(ctx).await?;
        }
        Ok(held)
    }

    /// Levels of which nothing is freed.
    pub(crate) fn untouched(locked: Locked) -> Self {
        Self {
            before: locked.levels.clone(),
            seen: locked.levels.clone(),
            levels: locked.levels,
        }
    }

    /// Frees what has run out.
    pub(crate) async fn free_expired(&mut self, ctx: &mut Ctx) -> Result<(), Error> {
        let freed = store::reservations::free_expired(ctx, &self.levels).await?;
        self.note(&freed);
        follow(&mut self.seen, &freed);
        Ok(())
    }

    /// Follows changes that were written.
    pub(crate) fn note(&mut self, changes: &[Change]) {
        follow(&mut self.levels, changes);
    }

    /// Tells of the variants that sold out or came back, and of those of which few are left.
    pub(crate) async fn publish(&self, ctx: &mut Ctx) -> Result<(), Error> {
        let variants = crossings(&self.before, &self.levels);
        if !variants.is_empty() {
            ctx.publish(&AvailabilityChanged { variants }).await?;
        }
        tell_few_left(ctx, few_left_of(&[&self.before, &self.seen], &self.levels)).await
    }
}

/// Tells that another number is left of these.
pub(crate) async fn tell_few_left(ctx: &mut Ctx, variants: Vec<VariantId>) -> Result<(), Error> {
    if !variants.is_empty() {
        ctx.publish(&FewLeftChanged { variants }).await?;
    }
    Ok(())
}

fn follow(levels: &mut [Level], changes: &[Change]) {
    for change in changes {
        let level = levels
            .iter_mut()
            .find(|level| level.variant_id == change.variant_id && level.location_id == change.location_id);
        if let Some(level) = level {
            level.on_hand = level.on_hand.saturating_add(change.on_hand);
            level.reserved = level.reserved.saturating_add(change.reserved);
        }
    }
}
