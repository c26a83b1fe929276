//! Products, page after page: what every format needs of them.

use std::collections::HashMap;

use catalog::{CategoryNode, ProductDetails, Sale, Variant};
use database::Ctx;
use inventory::Level;
use kernel::{CategoryId, LocationId, ProductId, Slug, Time, VariantId};

use crate::{ExportError, Format, product_line, shopify, woocommerce};

/// How many products are read at once.
const PAGE: i64 = 200;

/// How far the file is.
#[derive(Debug)]
pub(crate) struct Products {
    format: Format,
    store_url: String,
    begun: Option<Begun>,
    after: Option<Slug>,
    written: u64,
    ended: bool,
}

/// What is read once.
#[derive(Debug)]
struct Begun {
    paths: HashMap<CategoryId, Vec<String>>,
    location: Option<LocationId>,
}

/// A product with all that a file says of it.
#[derive(Debug)]
pub(crate) struct Whole<'a> {
    /// Counts the products of the file, from 1.
    pub(crate) number: u64,
    /// The product.
    pub(crate) details: &'a ProductDetails,
    /// The categories it is in, each from the top down, in order.
    pub(crate) paths: Vec<&'a [String]>,
    /// The slugs of what goes with it, in order.
    pub(crate) related: Vec<String>,
    levels: &'a HashMap<VariantId, Level>,
    now: Time,
    store_url: &'a str,
}

/// What is read for a page of products at once.
#[derive(Debug)]
struct Beside {
    levels: HashMap<VariantId, Level>,
    /// Of products that go with others.
    slugs: HashMap<ProductId, String>,
}

impl Whole<'_> {
    /// What lies at the location that stock goes to when none is named; `None` for a variant that is not counted.
    pub(crate) fn level(&self, variant: &Variant) -> Option<&Level> {
        self.levels.get(&variant.id)
    }

    /// The address of a picture for those who are not in the store.
    pub(crate) fn picture(&self, url: &str) -> String {
        if url.starts_with('/') {
            format!("{}{url}", self.store_url)
        } else {
            url.to_owned()
        }
    }

    /// Whether a sale is on while the file is written.
    pub(crate) fn is_on(&self, sale: &Sale) -> bool {
        sale.is_on(self.now)
    }

    /// The variants that can be chosen.
    pub(crate) fn variants(&self) -> impl Iterator<Item = &Variant> {
        self.details.active_variants()
    }
}

impl Products {
    pub(crate) fn new(format: Format, store_url: String) -> Self {
        Self {
            format,
            store_url: store_url.trim_end_matches('/').to_owned(),
            begun: None,
            after: None,
            written: 0,
            ended: false,
        }
    }

    /// The next piece of the file.
    pub(crate) async fn next(&mut self, ctx: &mut Ctx) -> Result<Option<Vec<u8>>, ExportError> {
        if self.ended {
            return Ok(None);
        }
        let mut out = Vec::new();
        if self.begun.is_none() {
            let begun = Begun {
                paths: paths(catalog::list_categories(ctx).await?),
                location: inventory::find_default_location(ctx).await?,
            };
            self.begun = Some(begun);
            match self.format {
                Format::Shopify => shopify::header(&mut out),
                Format::WooCommerce => woocommerce::header(&mut out),
                Format::Jsonl | Format::Csv => {}
            }
        }
        let page = catalog::list_whole(ctx, self.after.as_ref(), PAGE).await?;
        let Some(last) = page.last() else {
            self.ended = true;
            return Ok(Some(out));
        };
        self.after = Some(last.product.slug.clone());
        let ids: Vec<VariantId> = page.iter().flat_map(|whole| &whole.variants).map(|v| v.id).collect();
        let location = self.begun.as_ref().and_then(|begun| begun.location);
        let levels = inventory::levels(ctx, &ids).await?;
        let levels = levels.into_iter().filter(|level| Some(level.location_id) == location);
        let mut related: Vec<ProductId> = page
            .iter()
            .flat_map(|whole| &whole.product.related_ids)
            .copied()
            .collect();
        related.sort_unstable();
        related.dedup();
        let beside = Beside {
            levels: levels.map(|level| (level.variant_id, level)).collect(),
            slugs: catalog::slugs_by_id(ctx, &related).await?,
        };
        for details in &page {
            self.written += 1;
            self.write(&mut out, details, &beside, ctx.now())?;
        }
        Ok(Some(out))
    }

    fn write(
        &self,
        out: &mut Vec<u8>,
        details: &ProductDetails,
        beside: &Beside,
        now: Time,
    ) -> Result<(), ExportError> {
        let known = self.begun.iter().flat_map(|begun| {
            let ids = details.categories.iter().map(|category| category.id);
            ids.filter_map(|id| begun.paths.get(&id)).map(Vec::as_slice)
        });
        let mut paths: Vec<&[String]> = known.collect();
        paths.sort_unstable();
        let related = details.product.related_ids.iter();
        let whole = Whole {
            number: self.written,
            details,
            paths,
            related: related.filter_map(|id| beside.slugs.get(id)).cloned().collect(),
            levels: &beside.levels,
            now,
            store_url: &self.store_url,
        };
        match self.format {
            Format::Shopify => shopify::write(out, &whole),
            Format::WooCommerce => woocommerce::write(out, &whole),
            Format::Jsonl | Format::Csv => product_line::write(out, &whole).map_err(database::Error::from)?,
        }
        Ok(())
    }
}

/// Each category's names from the top down. In tree order a category's parent stands before it.
fn paths(categories: Vec<CategoryNode>) -> HashMap<CategoryId, Vec<String>> {
    let mut paths: HashMap<CategoryId, Vec<String>> = HashMap::with_capacity(categories.len());
    for category in categories {
        let above = category.parent_id.and_then(|parent| paths.get(&parent));
        let mut path = above.cloned().unwrap_or_default();
        path.push(category.name);
        paths.insert(category.id, path);
    }
    paths
}
