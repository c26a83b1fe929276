//! Levels in the order of their variants' names or numbers, which the catalogue knows. It tells which variants come next, and the
//! levels are looked for among them.

use std::collections::HashMap;

use catalog::VariantOrder;
use database::{Ctx, Error};
use kernel::{Cursor, LocationId, Page, PageRequest, VariantId};

use crate::{Level, LevelFilter, ListLevelsError, store::lists};

/// How far the catalogue is walked.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Bounds {
    /// Of no more levels than that the variants are told to the catalogue at once. Of more, a step or two through the catalogue
    /// mostly find enough.
    pub(crate) few: i64,
    /// How many variants are asked for in a step.
    pub(crate) step: u16,
    /// After so many steps that found too little the variants are told to the catalogue, however many they are: what is wanted
    /// may stand at its end.
    pub(crate) steps: u16,
}

impl Bounds {
    /// Telling 100,000 variants takes as long as fifty steps.
    pub(crate) const USUAL: Self = Self {
        few: 5_000,
        step: 200,
        steps: 5,
    };
}

/// A page of levels, of one variant in the order of the locations' ids, backwards.
pub(crate) async fn list_named(
    ctx: &mut Ctx,
    filter: &LevelFilter,
    order: VariantOrder,
    request: &PageRequest,
    bounds: Bounds,
) -> Result<Page<Level>, ListLevelsError> {
    let after: Option<(VariantId, LocationId)> = request.cursor.as_ref().map(Cursor::decode).transpose()?;
    let total = lists::count(ctx, filter).await?;
    let mut among = match filter.variants.is_some() || total <= bounds.few {
        true => Some(lists::sorted::list_variants(ctx, filter).await?),
        false => None,
    };
    let mut rows: Vec<Level> = Vec::new();
    if let Some((variant, location)) = after {
        let rest = levels_of(ctx, filter, &[variant]).await?;
        rows.extend(rest.into_iter().filter(|level| level.location_id < location));
    }
    let (mut reached, mut steps) = (after.map(|(variant, _)| variant), 0);
    while rows.len() <= usize::from(request.limit()) {
        if among.is_none() && steps >= bounds.steps {
            among = Some(lists::sorted::list_variants(ctx, filter).await?);
        }
        let next = catalog::list_variants_in_order(ctx, order, among.as_deref(), reached, bounds.step).await?;
        reached = next.last().copied();
        rows.extend(levels_of(ctx, filter, &next).await?);
        if next.len() < usize::from(bounds.step) {
            break;
        }
        steps += 1;
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
