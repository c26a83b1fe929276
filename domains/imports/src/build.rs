//! What all formats share when they make a product of cells: limits, prices, SKUs, options, and the last checks.

use catalog::UpsertExtras;
use kernel::{Currency, FieldError, Money, Sku, Slug};

use crate::{
    ImportedKind, ImportedProduct, ImportedSale, ImportedStatus, ImportedVariant, convert,
    notes::{Cell, Notes},
    text::{cut, plain_text},
    values,
};

/// The most variants of a product.
const MAX_VARIANTS: usize = 2_000;
/// The most pictures of a product.
const MAX_IMAGES: usize = 250;
/// The most characters of a title.
const MAX_TITLE_CHARS: usize = 500;
/// The most characters of an option's name or value.
const MAX_OPTION_CHARS: usize = 200;
/// The most characters of a category's name, and the deepest path.
const MAX_CATEGORY: (usize, usize) = (150, 8);
/// The most characters of an attribute.
const MAX_ATTRIBUTE_CHARS: usize = 10_000;

/// Says what is wrong with a text.
type Check = fn(&str) -> Result<(), FieldError>;

/// A product of which only the handle and title are known.
pub(crate) fn blank(line: u64, handle: Slug, title: String) -> ImportedProduct {
    ImportedProduct {
        line,
        handle,
        title,
        description_html: String::new(),
        short_description: String::new(),
        vendor: String::new(),
        brand: String::new(),
        product_type: String::new(),
        kind: ImportedKind::Physical,
        featured: false,
        category_paths: Vec::new(),
        tags: Vec::new(),
        status: ImportedStatus::Active,
        published: true,
        published_at: None,
        option_names: Vec::new(),
        variants: Vec::new(),
        repeated_skus: Vec::new(),
        images: Vec::new(),
        seo_title: String::new(),
        seo_description: String::new(),
        extras: UpsertExtras::default(),
        attributes: serde_json::Map::new(),
    }
}

/// The title as plain text; `None`, with the reason noted, when nothing is left of it.
pub(crate) fn title(cell: Cell<'_>, notes: &mut Notes) -> Option<String> {
    let (title, was_cut) = cut(plain_text(cell.text), MAX_TITLE_CHARS);
    if title.is_empty() {
        notes.error(cell.line, cell.column, "the product has no title; it is skipped");
        return None;
    }
    if was_cut {
        notes.warning(
            cell.line,
            cell.column,
            format!("the title is cut to {MAX_TITLE_CHARS} characters"),
        );
    }
    Some(title)
}

/// Category paths such as `Clothing > Shirts`, as lists of names.
pub(crate) fn category_paths<'a>(paths: impl IntoIterator<Item = &'a str>) -> Vec<Vec<String>> {
    let (max_chars, max_depth) = MAX_CATEGORY;
    let mut all: Vec<Vec<String>> = Vec::new();
    for path in paths {
        let names = plain_text(path);
        let names = names.split('>').map(|name| cut(name.trim().to_owned(), max_chars).0);
        let names: Vec<String> = names
            .filter(|name| !kernel::slugify(name).is_empty())
            .take(max_depth)
            .collect();
        if !names.is_empty() && !all.contains(&names) {
            all.push(names);
        }
    }
    all
}

/// An attribute's text without what PostgreSQL cannot keep.
pub(crate) fn attribute_text(text: &str) -> String {
    cut(text.trim().replace('\0', ""), MAX_ATTRIBUTE_CHARS).0
}

/// Where a variant's prices stand.
#[derive(Debug, Clone, Copy)]
pub(crate) struct PriceCells<'a> {
    /// The store's currency.
    pub(crate) currency: Currency,
    /// What it costs.
    pub(crate) price: Cell<'a>,
    /// What it is said to have cost.
    pub(crate) compare_at: Cell<'a>,
    /// What the merchant pays.
    pub(crate) cost: Cell<'a>,
}

impl PriceCells<'_> {
    /// Reads the prices; `false`, with the reason noted, when the price cannot be read: then the row is skipped, because a
    /// variant must not be sold at a guessed price.
    pub(crate) fn read(self, variant: &mut ImportedVariant, notes: &mut Notes) -> bool {
        match values::amount(self.price.text, self.currency) {
            Ok(Some(price)) => {
                variant.price = Some(price.money);
                note_rounding(self.price, price, notes);
            }
            Ok(None) => {
                let reason = "there is no price; the variant cannot be bought until it has one";
                notes.warning(self.price.line, self.price.column, reason);
            }
            Err(reason) => {
                notes.error(
                    self.price.line,
                    self.price.column,
                    format!("{reason}; the row is skipped"),
                );
                return false;
            }
        }
        let optional = |cell: Cell<'_>, notes: &mut Notes| {
            notes
                .or_default(cell, values::amount(cell.text, self.currency))
                .map(|amount| amount.money)
        };
        variant.compare_at = optional(self.compare_at, notes);
        variant.cost = optional(self.cost, notes);
        true
    }
}

/// Tells that an amount had more decimals than its currency.
pub(crate) fn note_rounding(cell: Cell<'_>, amount: values::Amount, notes: &mut Notes) {
    if amount.rounded {
        notes.warning(
            cell.line,
            cell.column,
            format!("{:?} is rounded to {}", cell.text, amount.money),
        );
    }
}

/// A sale that is cheaper than the regular price and ends after it starts; otherwise `None`, with the reason noted.
pub(crate) fn sale(
    sale: ImportedSale,
    regular: Option<Money>,
    cell: Cell<'_>,
    notes: &mut Notes,
) -> Option<ImportedSale> {
    if regular.is_none_or(|regular| sale.price.minor() >= regular.minor()) {
        notes.warning(
            cell.line,
            cell.column,
            "the sale price is not below the regular price; it is left out",
        );
        None
    } else if sale
        .starts_at
        .zip(sale.ends_at)
        .is_some_and(|(starts_at, ends_at)| starts_at >= ends_at)
    {
        notes.warning(cell.line, cell.column, "the sale ends before it starts; it is left out");
        None
    } else {
        Some(sale)
    }
}

/// A SKU, without the apostrophe that spreadsheets put before it.
pub(crate) fn sku(cell: Cell<'_>, notes: &mut Notes) -> Option<Sku> {
    let text = cell.text.strip_prefix('\'').unwrap_or(cell.text);
    if text.is_empty() {
        return None;
    }
    notes.or_default(
        cell,
        Sku::parse(text)
            .map(Some)
            .map_err(|error| format!("the SKU {}", error.message)),
    )
}

/// A barcode, without the apostrophe that spreadsheets put before it.
pub(crate) fn barcode(cell: Cell<'_>, notes: &mut Notes) -> Option<String> {
    let text = cell.text.strip_prefix('\'').unwrap_or(cell.text);
    let barcode = checked(cell, plain_text(text), catalog::check_barcode, notes);
    Some(barcode).filter(|barcode| !barcode.is_empty())
}

/// A customs tariff number.
pub(crate) fn hs_code(cell: Cell<'_>, notes: &mut Notes) -> String {
    checked(cell, plain_text(cell.text), catalog::check_hs_code, notes)
}

fn checked(cell: Cell<'_>, text: String, check: Check, notes: &mut Notes) -> String {
    let read = check(&text).map_err(|error| format!("{text:?} {}", error.message));
    notes.or_default(cell, read.map(|()| text))
}

/// The tax class or code. One that cannot be is kept as an attribute, and the goods are taxed as usual.
pub(crate) fn tax_code(cell: Cell<'_>, notes: &mut Notes) -> String {
    let code = plain_text(cell.text);
    if convert::tax_category(&code).is_none() {
        let reason = format!("{code:?} is not a tax code: it is kept as an attribute, and the tax is the standard one");
        notes.warning(cell.line, cell.column, reason);
    }
    code
}

/// A truth, or its default and a warning.
pub(crate) fn truth(cell: Cell<'_>, default: bool, notes: &mut Notes) -> bool {
    notes
        .or_default(cell, values::truth(cell.text, default).map(Some))
        .unwrap_or(default)
}

/// An option's value as plain text.
pub(crate) fn option_value(cell: Cell<'_>, notes: &mut Notes) -> String {
    let (value, was_cut) = cut(plain_text(cell.text), MAX_OPTION_CHARS);
    if was_cut {
        notes.warning(
            cell.line,
            cell.column,
            format!("the value is cut to {MAX_OPTION_CHARS} characters"),
        );
    }
    value
}

/// Adds a variant. One with the same options as an earlier row takes its place.
pub(crate) fn add_variant(product: &mut ImportedProduct, variant: ImportedVariant, notes: &mut Notes) {
    let count = product.variants.len();
    if let Some(known) = product
        .variants
        .iter_mut()
        .find(|known| known.option_values == variant.option_values)
    {
        let reason = format!(
            "the row has the same options as line {}; it takes its place",
            known.line
        );
        notes.warning(variant.line, "", reason);
        *known = variant;
    } else if count >= MAX_VARIANTS {
        notes.error(
            variant.line,
            "",
            format!("a product may have {MAX_VARIANTS} variants; the row is skipped"),
        );
    } else {
        product.variants.push(variant);
    }
}

/// The last checks: there is something to sell, strike-through prices are higher than prices, texts have their lengths.
pub(crate) fn finish(mut product: ImportedProduct, notes: &mut Notes) -> Option<ImportedProduct> {
    if product.variants.is_empty() {
        // What keeps it out was told of its rows.
        if !notes.has_errors() {
            notes.error(
                product.line,
                "",
                "no row of the product could be read; the product is skipped",
            );
        }
        return None;
    }
    for variant in &mut product.variants {
        if let (Some(price), Some(compare_at)) = (variant.price, variant.compare_at)
            && compare_at.minor() <= price.minor()
        {
            variant.compare_at = None;
        }
    }
    if product.kind == ImportedKind::Physical && product.variants.iter().all(|variant| !variant.requires_shipping) {
        product.kind = ImportedKind::Digital;
    }
    for name in &mut product.option_names {
        *name = cut(std::mem::take(name), MAX_OPTION_CHARS).0;
    }
    product.collect_variant_images();
    if product.images.len() > MAX_IMAGES {
        notes.warning(
            product.line,
            "",
            format!("a product may have {MAX_IMAGES} pictures; the others are left out"),
        );
        product.images.truncate(MAX_IMAGES);
    }
    Some(product)
}
