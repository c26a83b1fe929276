//! Stock: a row for each variant and location.

use std::collections::HashMap;

use database::Ctx;
use inventory::Level;
use kernel::{Slug, VariantId};

use crate::{ExportError, sheet::Row};

const PAGE: i64 = 200;
const COLUMNS: &[&str] = &[
    "SKU",
    "Handle",
    "Product",
    "Variant",
    "Location",
    "On hand",
    "Backorder",
];

/// How far the file is.
#[derive(Debug, Default)]
pub(crate) struct Stock {
    begun: bool,
    after: Option<Slug>,
    ended: bool,
}

impl Stock {
    /// The next piece of the file.
    pub(crate) async fn next(&mut self, ctx: &mut Ctx) -> Result<Option<Vec<u8>>, ExportError> {
        if self.ended {
            return Ok(None);
        }
        let mut out = Vec::new();
        if !std::mem::replace(&mut self.begun, true) {
            Row::new(&mut out).texts(COLUMNS.iter().copied()).end();
        }
        let page = catalog::list_whole(ctx, self.after.as_ref(), PAGE).await?;
        let Some(last) = page.last() else {
            self.ended = true;
            return Ok(Some(out));
        };
        self.after = Some(last.product.slug.clone());
        let ids: Vec<VariantId> = page.iter().flat_map(|whole| &whole.variants).map(|v| v.id).collect();
        let mut levels: HashMap<VariantId, Vec<Level>> = HashMap::new();
        for level in inventory::levels(ctx, &ids).await? {
            levels.entry(level.variant_id).or_default().push(level);
        }
        for whole in &page {
            for variant in &whole.variants {
                for level in levels.get(&variant.id).into_iter().flatten() {
                    Row::new(&mut out)
                        .text(variant.sku.as_ref().map(|sku| sku.as_str()).unwrap_or_default())
                        .text(whole.product.slug.as_str())
                        .text(&whole.product.title)
                        .text(&variant.title)
                        .text(&level.location_name)
                        .number(Some(level.on_hand))
                        .either(level.backorder, "yes", "no")
                        .end();
                }
            }
        }
        Ok(Some(out))
    }
}
