//! Levels in the order of their variants' names or numbers, which the catalogue knows. It tells which variants come next, and the
//! levels are looked for among them.

use std::collections::HashMap;

use catalog::VariantOrder;
use database::{Ctx, Error};
use kernel::{Cursor, LocationId, Page, PageRequest, VariantId};

use crate::{Level, LevelFilter, ListLevelsError, store::lists};

/// How many variants are asked for at once.
const STEP: u16 = 200;
/// Of no more levels than that the variants are told to the catalogue. Of more, a step through the catalogue finds enough.
const FEW: i64 = 5_000;

/// A page of levels, of one variant in the order of the locations' ids, backwards.
pub(crate) async fn list_named(
    ctx: &mut Ctx,
    filter: &LevelFilter,
    order: VariantOrder,
    request: &PageRequest,
) -> Result<Page<Level>, ListLevelsError> {
    let after: Option<(VariantId, LocationId)> = request.cursor.as_ref().map(Cursor::decode).transpose()?;
    let total = lists::count(ctx, filter).await?;
    let among = match filter.variants.is_some() || total <= FEW {
        true => Some(lists::sorted::list_variants(ctx, filter).await?),
        false => None,
    };
    let mut rows: Vec<Level> = Vec::new();
    if let Some((variant, location)) = after {
        let rest = levels_of(ctx, filter, &[variant]).await?;
        rows.extend(rest.into_iter().filter(|level| level.location_id < location));
    }
    let mut reached = after.map(|(variant, _)| variant);
    while rows.len() <= usize::from(request.limit()) {
        let next = catalog::list_variants_in_order(ctx, order, among.as_deref(), reached, STEP).await?;
        reached = next.last().copied();
        rows.extend(levels_of(ctx, filter, &next).await?);
        if next.len() < usize::from(STEP) {
            break;
        }
    }
    Ok(Page::from_rows(rows, request, total, |level: &Level| {
        (level.variant_id, level.location_id)
    }))
}

/// The wanted levels of these variants, in their order.
async fn levels_of(ctx: &mut Ctx, filter: &LevelFilter, variants: &[VariantId]) -> Result<Vec<Level>, Error> {
    let of_these = LevelFilter {
        variants: Some(variants.to_vec()),
        ..filter.clone()
    };
    let mut levels: HashMap<VariantId, Vec<Level>> = HashMap::new();
    for level in lists::sorted::list_all(ctx, &of_these).await? {
        levels.entry(level.variant_id).or_default().push(level);
    }
    let in_order = variants.iter().filter_map(|variant| levels.remove(variant));
    Ok(in_order.flatten().collect())
}
