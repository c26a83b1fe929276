//! From what a file says to what the catalogue and the stock are given.

use catalog::{ProductKind, ProductStatus, Sale, UpsertImage, UpsertProduct, UpsertVariant};
use kernel::Time;
use serde_json::Value;
use tax::TaxCode;

use crate::{ImportedImage, ImportedKind, ImportedProduct, ImportedStatus, ImportedVariant};

/// The rows of the tax tables by the names that other systems have for them.
const TAX_CATEGORIES: &[(&str, &str)] = &[
    ("", "standard"),
    ("standard", "standard"),
    ("intermediate", "intermediate"),
    ("reduced", "reduced"),
    ("reduced-rate", "reduced"),
    ("super_reduced", "super_reduced"),
    ("super-reduced-rate", "super_reduced"),
    ("zero", "zero"),
    ("zero-rate", "zero"),
];

/// What the import must still know of a product when the catalogue has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Source {
    /// The line of its first row.
    pub(crate) line: u64,
    /// What the file says of each variant's stock.
    pub(crate) stock: Vec<FileStock>,
}

/// What a file says of a variant's stock.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct FileStock {
    tracked: bool,
    quantity: Option<i64>,
    backorder: bool,
}

/// The product for the catalogue. One that is published gets `now` as its date when the file has none.
pub(crate) fn product(imported: ImportedProduct, now: Time) -> (UpsertProduct, Source) {
    let mut attributes = imported.attributes;
    let codes = imported.variants.iter().map(|variant| &variant.tax_code);
    if let Some(code) = codes.into_iter().find(|code| tax_category(code).is_none()) {
        attributes.insert("tax_code".to_owned(), Value::String(code.clone()));
    }
    let stock = imported.variants.iter().map(FileStock::of).collect();
    let image = |image: ImportedImage| UpsertImage {
        url: image.url,
        alt: image.alt,
        formerly: None,
    };
    let upsert = UpsertProduct {
        slug: imported.handle,
        formerly: None,
        title: imported.title,
        description_html: imported.description_html,
        short_description: imported.short_description,
        brand: imported.brand,
        vendor: imported.vendor,
        kind: match imported.kind {
            ImportedKind::Physical => ProductKind::Physical,
            ImportedKind::Digital => ProductKind::Digital,
            ImportedKind::Service => ProductKind::Service,
            ImportedKind::GiftCard => ProductKind::GiftCard,
        },
        product_type: imported.product_type,
        status: match imported.status {
            ImportedStatus::Draft => ProductStatus::Draft,
            ImportedStatus::Active => ProductStatus::Active,
            ImportedStatus::Archived => ProductStatus::Archived,
        },
        published_at: imported.published.then(|| imported.published_at.unwrap_or(now)),
        featured: imported.featured,
        tags: imported.tags,
        option_names: imported.option_names,
        seo_title: imported.seo_title,
        seo_description: imported.seo_description,
        attributes,
        category_paths: imported.category_paths,
        images: imported.images.into_iter().map(image).collect(),
        variants: imported.variants.into_iter().map(variant).collect(),
        extras: imported.extras,
    };
    (
        upsert,
        Source {
            line: imported.line,
            stock,
        },
    )
}

fn variant(imported: ImportedVariant) -> UpsertVariant {
    UpsertVariant {
        in_stock: FileStock::of(&imported).can_be_sold(),
        sku: imported.sku,
        barcode: imported.barcode.unwrap_or_default(),
        option_values: imported.option_values,
        price: imported.price,
        compare_at: imported.compare_at,
        cost: imported.cost,
        sale: imported.sale.map(|sale| Sale {
            price: sale.price,
            starts_at: sale.starts_at,
            ends_at: sale.ends_at,
        }),
        weight_grams: imported.weight_grams,
        dimensions: imported.dimensions,
        tax_category: tax_category(&imported.tax_code).unwrap_or_else(|| TaxCode::default().to_string()),
        taxable: imported.taxable,
        requires_shipping: imported.requires_shipping,
        hs_code: imported.hs_code,
        origin_country: imported.origin_country,
        measure: imported.measure,
        quantity_rule: imported.quantity_rule,
        image_url: imported.image_url.unwrap_or_default(),
    }
}

/// The code of goods; one that is not built in counts as soon as the store has it. `None`: it cannot be a code.
pub(crate) fn tax_category(code: &str) -> Option<String> {
    let known = TAX_CATEGORIES
        .iter()
        .find(|(known, _)| known.eq_ignore_ascii_case(code));
    match known {
        Some((_, category)) => Some((*category).to_owned()),
        None => TaxCode::parse(code).ok().map(|code| code.to_string()),
    }
}

/// A level to set: pieces on hand, and whether more may be sold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Level {
    pub(crate) on_hand: i64,
    pub(crate) backorder: bool,
}

impl FileStock {
    fn of(variant: &ImportedVariant) -> Self {
        Self {
            tracked: variant.tracked,
            quantity: variant.quantity,
            backorder: variant.backorder,
        }
    }

    /// The level to set, if any. A variant that is not counted but has a quantity keeps it for the record and may be sold
    /// below zero; one that is counted without a quantity starts empty.
    pub(crate) fn level(self, is_new_product: bool) -> Option<Level> {
        match (self.tracked, self.quantity) {
            (true, Some(on_hand)) => Some(Level {
                on_hand,
                backorder: self.backorder,
            }),
            (false, Some(on_hand)) => Some(Level {
                on_hand,
                backorder: true,
            }),
            (true, None) if is_new_product => Some(Level {
                on_hand: 0,
                backorder: self.backorder,
            }),
            (true, None) | (false, None) => None,
        }
    }

    fn can_be_sold(self) -> bool {
        self.level(true)
            .is_none_or(|level| level.backorder || level.on_hand > 0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stock_follows_tracker_and_quantity() {
        let level = |on_hand, backorder| Some(Level { on_hand, backorder });
        for (tracked, quantity, is_new, expected) in [
            (true, Some(3), false, level(3, false)),
            (false, Some(3), false, level(3, true)),
            (true, None, true, level(0, false)),
            (true, None, false, None),
            (false, None, true, None),
        ] {
            assert_eq!(
                FileStock {
                    tracked,
                    quantity,
                    backorder: false
                }
                .level(is_new),
                expected
            );
        }
    }

    #[test]
    fn tax_classes_become_tax_codes() {
        for (code, category) in [
            ("", Some("standard")),
            ("Reduced-rate", Some("reduced")),
            ("P0000000", Some("p0000000")),
            ("books & maps", None),
        ] {
            assert_eq!(tax_category(code).as_deref(), category, "{code}");
        }
    }
}
