//! What can be sold, and what lies where.

use std::collections::HashMap;

use database::{Ctx, Error, cache::Needs};
use kernel::{StoreId, VariantId};

use crate::{
    Availability, FEW, Holder, Level, Movement,
    events::{AvailabilityChanged, FewLeftChanged},
    store,
};

/// How much of each variant can be sold, in one statement. Every id has an answer: variants without a level are not
/// counted and can always be sold.
pub async fn availability(ctx: &mut Ctx, ids: &[VariantId]) -> Result<HashMap<VariantId, Availability>, Error> {
    Ok(grouped(ids, levels(ctx, ids).await?))
}

/// The same for a page that may be kept: as exact as shoppers are told, which is whether some can be sold and, from [`FEW`]
/// on, how many. Where few are left and some of them promised, a second statement asks until when.
pub async fn shown_availability(ctx: &mut Ctx, ids: &[VariantId]) -> Result<HashMap<VariantId, Availability>, Error> {
    let shown = availability(ctx, ids).await?;
    if !ctx.is_noted() {
        return Ok(shown);
    }
    let needs = shown_of(ctx.store_id(), ids);
    let may_come_back = |stock: &Availability| stock.reserved > 0 && stock.available <= FEW;
    let waited_for = shown.iter().filter(|(_, stock)| may_come_back(stock));
    let waited_for: Vec<VariantId> = waited_for.map(|(id, _)| *id).collect();
    let until = if waited_for.is_empty() {
        None
    } else {
        store::reservations::next_end(ctx, &waited_for).await?
    };
    ctx.note(&needs.until(until));
    Ok(shown)
}

/// What makes another of what shoppers are told of the stock of these variants.
pub fn shown_of(store: StoreId, ids: &[VariantId]) -> Needs {
    ids.iter().fold(Needs::default(), |needs, id| {
        needs
            .one::<AvailabilityChanged>(store, *id)
            .one::<FewLeftChanged>(store, *id)
    })
}

/// The same for somebody who may have stock set aside already: that can be sold to them too.
pub async fn availability_for(
    ctx: &mut Ctx,
    ids: &[VariantId],
    holder: Holder,
) -> Result<HashMap<VariantId, Availability>, Error> {
    if ids.is_empty() {
        return Ok(HashMap::new());
    }
    Ok(grouped(ids, store::levels(ctx, ids, Some(holder)).await?))
}

fn grouped(ids: &[VariantId], levels: Vec<Level>) -> HashMap<VariantId, Availability> {
    let mut grouped: HashMap<VariantId, Vec<Level>> = ids.iter().map(|id| (*id, Vec::new())).collect();
    for level in levels {
        grouped.entry(level.variant_id).or_default().push(level);
    }
    grouped
        .into_iter()
        .map(|(id, levels)| (id, Availability::of(levels.iter())))
        .collect()
}

/// The levels of variants at every location, by variant and priority; reservations that have run out do not count.
pub async fn levels(ctx: &mut Ctx, ids: &[VariantId]) -> Result<Vec<Level>, Error> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    store::levels(ctx, ids, None).await
}

/// The newest 200 ledger rows of a variant, newest first.
pub async fn movements(ctx: &mut Ctx, variant: VariantId) -> Result<Vec<Movement>, Error> {
    store::movements(ctx, variant).await
}
