//! Puts goods of an order back on the shelf.

use std::collections::BTreeMap;

use database::{Ctx, Error};
use kernel::{OrderId, VariantId};

use crate::{
    Demand, Level, MovementKind,
    held::Held,
    level::summed,
    movement::{Cause, Change},
    store,
};

/// Raises what lies at the first location of each variant. Variants that are not counted need nothing.
pub async fn restock(ctx: &mut Ctx, order: OrderId, demands: &[Demand], reason: &str) -> Result<(), Error> {
    let wanted = summed(demands);
    if wanted.is_empty() {
        return Ok(());
    }
    let ids: Vec<VariantId> = wanted.keys().copied().collect();
    let locked = store::lock_levels(ctx, &ids).await?;
    let mut held = Held::untouched(locked);
    let changes = put_back(&held.levels, &wanted);
    let cause = Cause {
        kind: MovementKind::Return,
        reference: &order.to_string(),
        reason,
    };
    store::apply(ctx, &changes, cause).await?;
    held.note(&changes);
    held.publish(ctx).await
}

fn put_back(levels: &[Level], wanted: &BTreeMap<VariantId, i64>) -> Vec<Change> {
    let mut changes = Vec::new();
    for (&variant_id, &quantity) in wanted {
        let places = levels.iter().filter(|level| level.variant_id == variant_id);
        if let Some(place) = places.min_by_key(|level| (!level.active, level.priority, level.location_id)) {
            changes.push(Change {
                variant_id,
                location_id: place.location_id,
                on_hand: quantity,
                reserved: 0,
            });
        }
    }
    changes
}
