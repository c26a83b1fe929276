//! Shopify's product CSV, in its current columns.
//!
//! Its first row has the product, each row may have a variant and a picture. What it has no column for (brand, further
//! categories, attributes, sales with dates) stays out; a sale that is on is its price, struck through the regular one.

use catalog::{Measure, ProductKind, ProductStatus, Variant};

use crate::{products::Whole, sheet::Row};

const COLUMNS: &[&str] = &[
    "Title",
    "URL handle",
    "Description",
    "Vendor",
    "Product category",
    "Type",
    "Tags",
    "Published on online store",
    "Status",
    "SKU",
    "Barcode",
    "Option1 name",
    "Option1 value",
    "Option2 name",
    "Option2 value",
    "Option3 name",
    "Option3 value",
    "Price",
    "Compare-at price",
    "Cost per item",
    "Charge tax",
    "Tax code",
    "Unit price total measure",
    "Unit price total measure unit",
    "Unit price base measure",
    "Unit price base measure unit",
    "Inventory tracker",
    "Inventory quantity",
    "Continue selling when out of stock",
    "Weight value (grams)",
    "Weight unit for display",
    "Requires shipping",
    "Product image URL",
    "Image position",
    "Image alt text",
    "Variant image URL",
    "Gift card",
    "SEO title",
    "SEO description",
];

/// Writes the header.
pub(crate) fn header(out: &mut Vec<u8>) {
    Row::new(out).texts(COLUMNS.iter().copied()).end();
}

/// Writes a product's rows.
pub(crate) fn write(out: &mut Vec<u8>, whole: &Whole<'_>) {
    let variants: Vec<&Variant> = whole.variants().collect();
    let images = &whole.details.images;
    for index in 0..variants.len().max(images.len()).max(1) {
        let row = head(Row::new(out), whole, index == 0);
        let row = variant(row, whole, variants.get(index).copied());
        let row = match images.get(index) {
            Some(image) => row
                .text(&whole.picture(&image.url))
                .number(i64::try_from(index).ok().map(|index| index + 1))
                .text(&image.alt),
            None => row.empty(3),
        };
        let own = variants.get(index).map(|variant| whole.picture(&variant.image_url));
        let row = row.text(&own.unwrap_or_default());
        let product = &whole.details.product;
        let row = if index == 0 {
            row.either(product.kind == ProductKind::GiftCard, "TRUE", "FALSE")
                .text(&product.seo_title)
                .text(&product.seo_description)
        } else {
            row.empty(3)
        };
        row.end();
    }
}

/// The columns that only the first row has, and the handle that all have.
fn head<'a>(row: Row<'a>, whole: &Whole<'_>, is_first: bool) -> Row<'a> {
    let product = &whole.details.product;
    if !is_first {
        return row.empty(1).text(product.slug.as_str()).empty(7);
    }
    let category = whole.paths.first().map(|path| path.join(" > "));
    let status = match product.status {
        ProductStatus::Draft => "Draft",
        ProductStatus::Active => "Active",
        ProductStatus::Archived => "Archived",
    };
    let tags: Vec<String> = product.tags.iter().map(|tag| tag.replace(',', "\\,")).collect();
    row.text(&product.title)
        .text(product.slug.as_str())
        .text(&product.description_html)
        .text(&product.vendor)
        .text(&category.unwrap_or_default())
        .text(&product.product_type)
        .text(&tags.join(", "))
        .either(product.published_at.is_some(), "TRUE", "FALSE")
        .text(status)
}

fn variant<'a>(row: Row<'a>, whole: &Whole<'_>, variant: Option<&Variant>) -> Row<'a> {
    let Some(variant) = variant else { return row.empty(23) };
    let names = &whole.details.product.option_names;
    let mut row = row
        .text(variant.sku.as_ref().map(|sku| sku.as_str()).unwrap_or_default())
        .text(&variant.barcode);
    for axis in 0..3 {
        let pair = names.get(axis).zip(variant.option_values.get(axis));
        row = match pair {
            Some((name, value)) => row.text(name).text(value),
            None if axis == 0 => row.text("Title").text("Default Title"),
            None => row.empty(2),
        };
    }
    let sale = variant.sale.filter(|sale| whole.is_on(sale));
    let (price, compare_at) = match sale {
        Some(sale) => (Some(sale.price), variant.price),
        None => (variant.price, variant.compare_at),
    };
    let level = whole.level(variant);
    let row = row
        .money(price)
        .money(compare_at)
        .money(variant.cost)
        .either(variant.taxable, "TRUE", "FALSE")
        .text(&variant.tax_category);
    measures(row, variant.measure)
        .text(if level.is_some() { "shopify" } else { "" })
        .number(level.map(|level| level.on_hand))
        .either(level.is_some_and(|level| level.backorder), "CONTINUE", "DENY")
        .number(Some(variant.weight_grams))
        .text("g")
        .either(variant.requires_shipping, "TRUE", "FALSE")
}

/// A number and a unit for how much is in it, and the same for its base price.
fn measures<'a>(row: Row<'a>, measure: Option<Measure>) -> Row<'a> {
    let Some(measure) = measure else { return row.empty(4) };
    [measure.amount(), measure.base()].into_iter().fold(row, |row, amount| {
        row.text(&amount.number().to_string()).text(amount.unit().as_str())
    })
}
