//! Sets counts at the default location, many at once: imports, and the back office's stock page.

use std::collections::{BTreeMap, HashMap};

use database::Ctx;
use kernel::{LocationId, Permission, VariantId};

use crate::{
    Level, MovementKind, default_location,
    held::Held,
    movement::Cause,
    store::{self, LevelChange},
};

/// What lies at the default location.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SetLevel {
    /// The variant.
    pub variant_id: VariantId,
    /// The count.
    pub on_hand: i64,
    /// Whether more may be sold than lies there.
    pub backorder: bool,
}

/// Why counts are not set.
#[derive(Debug, thiserror::Error)]
pub enum SetLevelsError {
    /// The actor may neither change stock nor import.
    #[error(transparent)]
    Forbidden(#[from] kernel::Forbidden),
    /// The database failed.
    #[error(transparent)]
    Internal(#[from] database::Error),
}

/// Sets every count in a fixed number of statements, with a ledger row for each difference. Of a variant named twice the
/// last count holds. A count never falls below what is promised to orders, unless back-orders are allowed.
pub async fn set_levels(ctx: &mut Ctx, wanted: &[SetLevel]) -> Result<(), SetLevelsError> {
    may_set(ctx)?;
    if wanted.is_empty() {
        return Ok(());
    }
    let location = default_location(ctx).await?;
    set_levels_at(ctx, location, wanted).await
}

fn may_set(ctx: &Ctx) -> Result<(), kernel::Forbidden> {
    ctx.require(Permission::AdjustStock)
        .or_else(|_| ctx.require(Permission::RunImports))
}

/// The same at a location that exists.
pub async fn set_levels_at(ctx: &mut Ctx, location: LocationId, wanted: &[SetLevel]) -> Result<(), SetLevelsError> {
    may_set(ctx)?;
    let wanted: BTreeMap<VariantId, SetLevel> = wanted.iter().map(|level| (level.variant_id, *level)).collect();
    let ids: Vec<VariantId> = wanted.keys().copied().collect();
    let locked = store::lock_levels(ctx, &ids).await?;
    let mut held = Held::new(ctx, locked).await?;
    let changes = differences(&held.levels, &wanted, location);
    let cause = Cause {
        kind: MovementKind::Correction,
        reference: "",
        reason: "",
    };
    store::set_levels(ctx, location, &changes, cause).await?;
    follow(&mut held, &changes, location);
    held.publish(ctx).await?;
    Ok(())
}

/// By how much each count differs from what lies at the location.
fn differences(levels: &[Level], wanted: &BTreeMap<VariantId, SetLevel>, location: LocationId) -> Vec<LevelChange> {
    let here: HashMap<VariantId, &Level> = levels
        .iter()
        .filter(|level| level.location_id == location)
        .map(|level| (level.variant_id, level))
        .collect();
    let change = |(&variant_id, wanted): (&VariantId, &SetLevel)| {
        let (on_hand, reserved) = here
            .get(&variant_id)
            .map_or((0, 0), |level| (level.on_hand, level.reserved));
        let target = if wanted.backorder {
            wanted.on_hand
        } else {
            wanted.on_hand.max(reserved)
        };
        LevelChange {
            variant_id,
            on_hand: target - on_hand,
            backorder: wanted.backorder,
        }
    };
    wanted.iter().map(change).collect()
}

fn follow(held: &mut Held, changes: &[LevelChange], location: LocationId) {
    let mut here: HashMap<VariantId, usize> = HashMap::new();
    for (index, level) in held
        .levels
        .iter()
        .enumerate()
        .filter(|(_, level)| level.location_id == location)
    {
        here.insert(level.variant_id, index);
    }
    for change in changes {
        let existing = here
            .get(&change.variant_id)
            .and_then(|index| held.levels.get_mut(*index));
        if let Some(level) = existing {
            level.on_hand += change.on_hand;
            level.backorder = change.backorder;
        } else {
            held.levels.push(new_level(change, location));
        }
    }
}

fn new_level(change: &LevelChange, location: LocationId) -> Level {
    Level {
        variant_id: change.variant_id,
        location_id: location,
        location_name: String::new(),
        active: true,
        priority: 0,
        on_hand: change.on_hand,
        reserved: 0,
        safety_stock: 0,
        incoming: 0,
        backorder: change.backorder,
        reorder_point: None,
        reorder_quantity: 0,
    }
}
