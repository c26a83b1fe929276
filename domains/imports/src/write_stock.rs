//! Rows of stock: the variant by SKU, or by handle and options, the location by name, and how many lie there.

use std::collections::{BTreeMap, HashMap};

use catalog::VariantKey;
use database::{Ctx, Work};
use inventory::{Level, Location, SetLevel};
use kernel::{LocationId, VariantId};

use crate::{
    halving::in_transaction, mark::Mark, records::Record, values, write_error::WriteError, write_records::RecordOutcome,
};

/// What is needed to understand rows.
struct Known {
    by_sku: HashMap<String, VariantId>,
    by_handle: HashMap<(String, String), VariantId>,
    locations: Vec<Location>,
    otherwise: LocationId,
    levels: Vec<Level>,
}

/// Sets the counts that the rows say, with a row in the stock ledger for each difference.
pub(crate) async fn write(
    work: &Work,
    records: &[Record],
    mark: Option<&Mark>,
    dry_run: bool,
) -> Result<Vec<RecordOutcome>, WriteError> {
    let mark = mark.filter(|_| !dry_run);
    in_transaction(work, dry_run, &(records, mark), |ctx, (records, mark)| {
        Box::pin(set(ctx, records, *mark))
    })
    .await
}

async fn set(ctx: &mut Ctx, records: &[Record], mark: Option<&Mark>) -> Result<Vec<RecordOutcome>, WriteError> {
    let known = Known::load(ctx, records).await?;
    let mut wanted: BTreeMap<LocationId, Vec<SetLevel>> = BTreeMap::new();
    let outcomes = records.iter().map(|record| match known.read(record) {
        Ok((location, level)) => {
            let exists = known.level(level.variant_id, location).is_some();
            wanted.entry(location).or_default().push(level);
            if exists {
                RecordOutcome::Updated
            } else {
                RecordOutcome::Created
            }
        }
        Err((column, reason)) => RecordOutcome::Refused {
            column,
            reason: format!("{reason}; the row is left out"),
        },
    });
    let outcomes = outcomes.collect();
    for (location, levels) in wanted {
        inventory::set_levels_at(ctx, location, &levels).await?;
    }
    if let Some(mark) = mark {
        mark.pass(ctx).await?;
    }
    Ok(outcomes)
}

impl Known {
    async fn load(ctx: &mut Ctx, records: &[Record]) -> Result<Self, WriteError> {
        let cells = |index| {
            let cells = records.iter().map(move |record| record.cell(index).to_owned());
            cells.filter(|cell| !cell.is_empty()).collect::<Vec<String>>()
        };
        let keys = catalog::identify_variants(ctx, &cells(0), &cells(1)).await?;
        let ids: Vec<VariantId> = keys.iter().map(|key| key.id).collect();
        let otherwise = inventory::default_location(ctx).await?;
        let mut known = Self {
            by_sku: HashMap::new(),
            by_handle: HashMap::new(),
            locations: inventory::list_locations(ctx).await?,
            otherwise,
            levels: inventory::levels(ctx, &ids).await?,
        };
        for VariantKey {
            id, sku, slug, title, ..
        } in keys
        {
            known.by_sku.extend(sku.map(|sku| (sku, id)));
            known.by_handle.insert((slug, title), id);
        }
        Ok(known)
    }

    fn level(&self, variant: VariantId, location: LocationId) -> Option<&Level> {
        let mut levels = self.levels.iter();
        levels.find(|level| level.variant_id == variant && level.location_id == location)
    }

    fn read(&self, record: &Record) -> Result<(LocationId, SetLevel), (&'static str, String)> {
        let [sku, handle, title, location, on_hand, backorder] = [0, 1, 2, 3, 4, 5].map(|index| record.cell(index));
        let variant_id = if sku.is_empty() {
            let key = (handle.to_owned(), title.to_owned());
            let found = self.by_handle.get(&key).copied();
            found.ok_or_else(|| {
                (
                    "handle",
                    format!("there is no SKU, and no variant {title:?} of {handle:?}"),
                )
            })?
        } else {
            let found = self.by_sku.get(sku).copied();
            found.ok_or_else(|| ("sku", format!("no variant has the SKU {sku:?}")))?
        };
        let location = if location.is_empty() {
            self.otherwise
        } else {
            let mut locations = self.locations.iter();
            let found = locations.find(|known| known.terms.name == location);
            found
                .map(|found| found.id)
                .ok_or_else(|| ("location", format!("there is no location {location:?}")))?
        };
        let on_hand = values::quantity(on_hand).map_err(|reason| ("on hand", reason))?;
        let on_hand = on_hand.ok_or_else(|| ("on hand", "the number of pieces is missing".to_owned()))?;
        let now = self.level(variant_id, location).is_some_and(|level| level.backorder);
        let backorder = values::truth(backorder, now).map_err(|reason| ("backorder", reason))?;
        let level = SetLevel {
            variant_id,
            on_hand,
            backorder,
        };
        Ok((location, level))
    }
}
