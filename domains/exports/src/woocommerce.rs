//! WooCommerce's product CSV. A product with options is a `variable` row and a `variation` row for each variant, joined by
//! the number of the row in the file. What it has no column for (compare-at price, cost, vendor, attributes) stays out; the
//! column `Slug` is Souk's own.

use catalog::{Product, ProductStatus, Variant};

use crate::{
    products::Whole,
    sheet::{Row, moment},
};

const COLUMNS: &[&str] = &[
    "ID",
    "Type",
    "SKU",
    "GTIN, UPC, EAN, or ISBN",
    "Name",
    "Published",
    "Is featured?",
    "Visibility in catalog",
    "Short description",
    "Description",
    "Date sale price starts",
    "Date sale price ends",
    "Tax status",
    "Tax class",
    "In stock?",
    "Stock",
    "Backorders allowed?",
    "Weight (g)",
    "Length (mm)",
    "Width (mm)",
    "Height (mm)",
    "Sale price",
    "Regular price",
    "Categories",
    "Tags",
    "Images",
    "Parent",
    "Brands",
    "Position",
    "Slug",
    "Attribute 1 name",
    "Attribute 1 value(s)",
    "Attribute 1 visible",
    "Attribute 1 global",
    "Attribute 2 name",
    "Attribute 2 value(s)",
    "Attribute 2 visible",
    "Attribute 2 global",
    "Attribute 3 name",
    "Attribute 3 value(s)",
    "Attribute 3 visible",
    "Attribute 3 global",
];

/// Writes the header.
pub(crate) fn header(out: &mut Vec<u8>) {
    Row::new(out).texts(COLUMNS.iter().copied()).end();
}

/// Writes a product's rows.
pub(crate) fn write(out: &mut Vec<u8>, whole: &Whole<'_>) {
    let names = &whole.details.product.option_names;
    let mut variants = whole.variants();
    if names.is_empty() {
        write_row(out, whole, Position::Alone(variants.next()));
        return;
    }
    write_row(out, whole, Position::Parent);
    for (position, variant) in (1..).zip(variants) {
        write_row(out, whole, Position::Variation(position, variant));
    }
}

/// Which of a product's rows it is.
#[derive(Clone, Copy)]
enum Position<'a> {
    Alone(Option<&'a Variant>),
    Parent,
    Variation(i64, &'a Variant),
}

impl<'a> Position<'a> {
    fn variant(self) -> Option<&'a Variant> {
        match self {
            Self::Alone(variant) => variant,
            Self::Parent => None,
            Self::Variation(_, variant) => Some(variant),
        }
    }

    fn is_variation(self) -> bool {
        matches!(self, Self::Variation(..))
    }
}

fn write_row(out: &mut Vec<u8>, whole: &Whole<'_>, position: Position<'_>) {
    let row = Row::new(out);
    let row = if position.is_variation() {
        row.empty(1)
    } else {
        row.number(i64::try_from(whole.number).ok())
    };
    let row = head(row, &whole.details.product, position);
    let row = for_sale(row, whole, position.variant());
    let row = places(row, whole, position);
    options(row, whole, position).end();
}

fn head<'a>(row: Row<'a>, product: &Product, position: Position<'_>) -> Row<'a> {
    let variant = position.variant();
    let is_virtual = variant.is_some_and(|variant| !variant.requires_shipping);
    let kind = match position {
        Position::Alone(_) => "simple",
        Position::Parent => "variable",
        Position::Variation(..) => "variation",
    };
    let kind = if is_virtual {
        format!("{kind}, virtual")
    } else {
        kind.to_owned()
    };
    let name = match position {
        Position::Variation(_, variant) => format!("{} - {}", product.title, variant.title),
        Position::Alone(_) | Position::Parent => product.title.clone(),
    };
    let published = match product.status {
        ProductStatus::Active if product.published_at.is_some() => "1",
        ProductStatus::Active => "0",
        ProductStatus::Draft | ProductStatus::Archived => "-1",
    };
    let texts = match position {
        Position::Variation(..) => ["", ""],
        Position::Alone(_) | Position::Parent => [&*product.short_description, &*product.description_html],
    };
    let sku = variant.and_then(|variant| variant.sku.as_ref());
    row.text(&kind)
        .text(sku.map(|sku| sku.as_str()).unwrap_or_default())
        .text(variant.map(|variant| &*variant.barcode).unwrap_or_default())
        .text(&name)
        .text(published)
        .either(product.featured && !position.is_variation(), "1", "0")
        .text("visible")
        .texts(texts.map(escaped_lines).each_ref().map(String::as_str))
}

fn for_sale<'a>(row: Row<'a>, whole: &Whole<'_>, variant: Option<&Variant>) -> Row<'a> {
    let Some(variant) = variant else {
        return row.empty(2).text("taxable").empty(1).text("1").empty(8);
    };
    let level = whole.level(variant);
    let (on_hand, backorder) = level.map_or((None, false), |level| (Some(level.on_hand), level.backorder));
    let in_stock = match on_hand {
        Some(on_hand) if on_hand <= 0 && backorder => "backorder",
        Some(on_hand) if on_hand <= 0 => "0",
        Some(_) | None => "1",
    };
    let sale = variant.sale;
    row.text(&sale.and_then(|sale| sale.starts_at).map(moment).unwrap_or_default())
        .text(&sale.and_then(|sale| sale.ends_at).map(moment).unwrap_or_default())
        .either(variant.taxable, "taxable", "none")
        .text(&variant.tax_category)
        .text(in_stock)
        .number(on_hand)
        .either(backorder, "1", "0")
        .number(Some(variant.weight_grams))
        .number(known(variant.dimensions.length_mm))
        .number(known(variant.dimensions.width_mm))
        .number(known(variant.dimensions.height_mm))
        .money(sale.map(|sale| sale.price))
        .money(variant.price)
}

/// A side that is 0 is not known.
fn known(side_mm: i64) -> Option<i64> {
    if side_mm == 0 { None } else { Some(side_mm) }
}

fn places<'a>(row: Row<'a>, whole: &Whole<'_>, position: Position<'_>) -> Row<'a> {
    let Position::Variation(number, variant) = position else {
        let product = &whole.details.product;
        let paths = whole.paths.iter().map(|path| escaped(&path.join(" > ")));
        let tags = product.tags.iter().map(|tag| escaped(tag));
        let images = whole.details.images.iter().map(|image| whole.picture(&image.url));
        return row
            .text(&paths.collect::<Vec<_>>().join(", "))
            .text(&tags.collect::<Vec<_>>().join(", "))
            .text(&images.map(|url| escaped(&url)).collect::<Vec<_>>().join(", "))
            .empty(1)
            .text(&escaped(&product.brand))
            .text("0")
            .text(product.slug.as_str());
    };
    row.empty(2)
        .text(&escaped(&whole.picture(&variant.image_url)))
        .text(&format!("id:{}", whole.number))
        .empty(1)
        .number(Some(number))
        .empty(1)
}

/// A product's attributes have every value, a variation's its own.
fn options<'a>(mut row: Row<'a>, whole: &Whole<'_>, position: Position<'_>) -> Row<'a> {
    let names = &whole.details.product.option_names;
    for axis in 0..3 {
        let Some(name) = names.get(axis) else {
            row = row.empty(4);
            continue;
        };
        let values = match position {
            Position::Variation(_, variant) => variant.option_values.get(axis).cloned().unwrap_or_default(),
            Position::Alone(_) | Position::Parent => every_value(whole, axis),
        };
        row = row.text(name).text(&values).text("1").text("0");
    }
    row
}

fn every_value(whole: &Whole<'_>, axis: usize) -> String {
    let mut values: Vec<String> = Vec::new();
    for value in whole.variants().filter_map(|variant| variant.option_values.get(axis)) {
        let value = escaped(value);
        if !values.contains(&value) {
            values.push(value);
        }
    }
    values.join(", ")
}

/// A part of a list: its commas are not the list's.
fn escaped(part: &str) -> String {
    part.replace(',', "\\,")
}

/// Line ends within texts are written as two characters.
fn escaped_lines(text: &str) -> String {
    text.replace("\r\n", "\n").replace('\n', "\\n")
}
