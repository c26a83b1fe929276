//! Makes a product of a JSON object. A line with `variants` is Souk's own shape; one without says of its only variant what
//! it knows beside the title.

use catalog::Dimensions;
use kernel::{Currency, Money, Slug, Time};
use serde_json::{Map, Value};

use crate::{
    ImportedKind, ImportedProduct, ImportedSale, ImportedStatus, ImportedVariant,
    build::{self, note_rounding},
    jsonl_extras,
    jsonl_fields::Fields,
    notes::{Cell, Notes},
    text::{plain_text, rich_text_of_lines},
    values::{self, LengthUnit},
};

/// The product of a line's fields, or `None` with the reason noted.
pub(crate) fn product(
    handle: Slug,
    mut fields: Fields,
    currency: Currency,
    notes: &mut Notes,
) -> Option<ImportedProduct> {
    let line = fields.line;
    let title = fields.take_text("title", notes);
    let title = build::title(
        Cell {
            line,
            column: "title",
            text: &title,
        },
        notes,
    )?;
    let mut product = build::blank(line, handle, title);
    read_texts(&mut product, &mut fields, notes);
    read_state(&mut product, &mut fields, notes);
    read_images(&mut product, &mut fields, notes);
    product.attributes = fields.take_map("attributes", notes);
    product.extras = jsonl_extras::product(&mut fields, notes);
    let file_currency = fields.take_text("currency", notes);
    let reading = VariantReading {
        currency,
        file_currency: &file_currency,
    };
    if fields.has("variants") {
        product.option_names = fields
            .take_texts("options", notes)
            .iter()
            .map(|name| plain_text(name))
            .collect();
        if product.option_names.len() > 3 {
            notes.error(line, "options", "a product may have three options; it is skipped");
            return None;
        }
        for value in fields.take_list("variants", notes) {
            reading.read_listed(&mut product, value, notes);
        }
    } else if let Some(variant) = reading.read(&mut fields, Vec::new(), notes) {
        read_gtin(&mut product, variant, &mut fields, notes);
    }
    keep_rest(&mut product.attributes, fields);
    build::finish(product, notes)
}

fn read_texts(product: &mut ImportedProduct, fields: &mut Fields, notes: &mut Notes) {
    product.description_html = rich_text_of_lines(&fields.take_text("description", notes));
    let mut plain = |name| plain_text(&fields.take_text(name, notes));
    product.short_description = plain("short_description");
    product.vendor = plain("vendor");
    product.brand = plain("brand");
    product.product_type = plain("product_type");
    product.seo_title = plain("seo_title");
    product.seo_description = plain("seo_description");
    for tag in fields
        .take_texts("tags", notes)
        .iter()
        .flat_map(|tags| values::list(tags))
    {
        let tag = plain_text(&tag);
        if !product.tags.contains(&tag) {
            product.tags.push(tag);
        }
    }
    product.category_paths = category_paths(fields, notes);
}

/// `"category"` is `A > B`, a list of names, or such a list as text; `"categories"` is a list of lists of names.
fn category_paths(fields: &mut Fields, notes: &mut Notes) -> Vec<Vec<String>> {
    let mut values = fields.take_list("categories", notes);
    values.insert(0, fields.take("category"));
    let line = fields.line;
    let paths = values.into_iter().filter_map(|value| match value {
        Value::Null => None,
        Value::String(text) if text.trim_start().starts_with('[') => serde_json::from_str::<Vec<String>>(&text)
            .ok()
            .map(joined)
            .or(Some(text)),
        Value::String(text) => Some(text),
        Value::Array(names) => Some(joined(
            names
                .iter()
                .filter_map(|name| name.as_str().map(str::to_owned))
                .collect(),
        )),
        Value::Bool(_) | Value::Number(_) | Value::Object(_) => {
            notes.warning(
                line,
                "category",
                "is neither a text nor a list of names; it is left out",
            );
            None
        }
    });
    let paths: Vec<String> = paths.collect();
    build::category_paths(paths.iter().map(String::as_str))
}

fn joined(names: Vec<String>) -> String {
    names
        .iter()
        .map(|name| name.replace('>', "›"))
        .collect::<Vec<_>>()
        .join(" > ")
}

fn read_state(product: &mut ImportedProduct, fields: &mut Fields, notes: &mut Notes) {
    let line = fields.line;
    let status = fields.take_text("status", notes);
    product.status = match ImportedStatus::parse(&status) {
        Some(status) => status,
        None if status.is_empty() => ImportedStatus::Active,
        None => {
            let reason = format!("{status:?} is not active, draft or archived; the product is a draft");
            notes.warning(line, "status", reason);
            ImportedStatus::Draft
        }
    };
    product.published = fields.take_truth("published", true, notes);
    product.published_at = read_time(fields, "published_at", notes);
    product.featured = fields.take_truth("featured", false, notes);
    let kind = fields.take_text("kind", notes);
    product.kind = match kind.as_str() {
        "" | "physical" => ImportedKind::Physical,
        "digital" => ImportedKind::Digital,
        "service" => ImportedKind::Service,
        "gift_card" => ImportedKind::GiftCard,
        _ => {
            notes.warning(
                line,
                "kind",
                format!("{kind:?} is not physical, digital, service or gift_card; physical is taken"),
            );
            ImportedKind::Physical
        }
    };
}

fn read_time(fields: &mut Fields, name: &str, notes: &mut Notes) -> Option<Time> {
    let text = fields.take_text(name, notes);
    let cell = Cell {
        line: fields.line,
        column: name,
        text: &text,
    };
    notes.or_default(cell, values::time_of_sale(&text))
}

fn read_images(product: &mut ImportedProduct, fields: &mut Fields, notes: &mut Notes) {
    let line = fields.line;
    for value in fields.take_list("images", notes) {
        let (url, alt) = match value {
            Value::String(url) => (url, String::new()),
            Value::Object(map) => {
                let mut image = Fields::new(line, map);
                (
                    image.take_text("url", notes),
                    plain_text(&image.take_text("alt", notes)),
                )
            }
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::Array(_) => (String::new(), String::new()),
        };
        let cell = Cell {
            line,
            column: "images",
            text: &url,
        };
        if let Some(url) = notes.or_default(cell, values::picture_url(&url)) {
            product.add_image(&url, &alt);
        }
    }
}

/// Flat data often has article numbers in the field of the GTIN: only one with a right check digit becomes the barcode.
fn read_gtin(product: &mut ImportedProduct, mut variant: ImportedVariant, fields: &mut Fields, notes: &mut Notes) {
    let gtin = fields.take_text("gtin", notes);
    if catalog::is_gtin(&gtin) {
        variant.barcode = variant.barcode.or(Some(gtin));
    } else if !gtin.is_empty() {
        let reason = format!("{gtin:?} is not a GTIN; it is kept as an attribute");
        notes.warning(fields.line, "gtin", reason);
        product
            .attributes
            .insert("gtin".to_owned(), Value::String(build::attribute_text(&gtin)));
    }
    product.variants.push(variant);
}

/// The id tells where the product came from; other fields that Souk has no place for stay as attributes.
fn keep_rest(attributes: &mut Map<String, Value>, fields: Fields) {
    for (name, value) in fields.into_rest() {
        let name = if name == "id" { "external_id".to_owned() } else { name };
        if !value.is_null() && !attributes.contains_key(&name) {
            attributes.insert(name, value);
        }
    }
}

#[derive(Clone, Copy)]
struct VariantReading<'a> {
    currency: Currency,
    file_currency: &'a str,
}

impl VariantReading<'_> {
    fn read_listed(self, product: &mut ImportedProduct, value: Value, notes: &mut Notes) {
        let line = product.line;
        let Value::Object(map) = value else {
            notes.error(line, "variants", "a variant is not an object; it is skipped");
            return;
        };
        let mut fields = Fields::new(line, map);
        let chosen = fields.take_texts("options", notes);
        if chosen.len() != product.option_names.len() {
            let reason = format!(
                "a variant has {} options, the product has {}; the variant is skipped",
                chosen.len(),
                product.option_names.len()
            );
            notes.error(line, "variants.options", reason);
            return;
        }
        let chosen = chosen.iter().map(|value| {
            build::option_value(
                Cell {
                    line,
                    column: "variants.options",
                    text: value,
                },
                notes,
            )
        });
        let chosen = chosen.collect();
        if let Some(variant) = self.read(&mut fields, chosen, notes) {
            build::add_variant(product, variant, notes);
        }
    }

    fn read(self, fields: &mut Fields, option_values: Vec<String>, notes: &mut Notes) -> Option<ImportedVariant> {
        let line = fields.line;
        let mut variant = ImportedVariant {
            option_values,
            ..ImportedVariant::blank(line)
        };
        let had_price = fields.has("price");
        variant.price = match self.money(fields, "price", notes) {
            Ok(price) => price,
            Err(reason) => {
                notes.error(line, "price", format!("{reason}; the variant is skipped"));
                return None;
            }
        };
        if !had_price {
            notes.warning(
                line,
                "price",
                "there is no price; the variant cannot be bought until it has one",
            );
        }
        variant.compare_at = self.optional_money(fields, "compare_at", notes);
        variant.cost = self.optional_money(fields, "cost", notes);
        variant.sale = self.sale(fields, variant.price, notes);
        let mut plain = |name| plain_text(&fields.take_text(name, notes));
        let names = ["sku", "barcode", "weight_grams", "quantity", "image"];
        let [sku, barcode, weight, quantity, image] = names.map(&mut plain);
        let [length, width, height] = ["length_mm", "width_mm", "height_mm"].map(&mut plain);
        let [tax_code, hs_code] = ["tax_code", "hs_code"].map(&mut plain);
        jsonl_extras::variant(&mut variant, fields, notes);
        let cell = |column, text| Cell { line, column, text };
        variant.sku = build::sku(cell("sku", &sku), notes);
        variant.barcode = build::barcode(cell("barcode", &barcode), notes);
        variant.tax_code = build::tax_code(cell("tax_code", &tax_code), notes);
        variant.hs_code = build::hs_code(cell("hs_code", &hs_code), notes);
        let grams = values::weight_grams(&weight, values::WeightUnit::Gram);
        variant.weight_grams = notes.or_default(cell("weight_grams", &weight), grams);
        let mut side =
            |column, text| notes.or_default(cell(column, text), values::length_mm(text, LengthUnit::Millimetre));
        variant.dimensions = Dimensions {
            length_mm: side("length_mm", length.as_str()),
            width_mm: side("width_mm", &width),
            height_mm: side("height_mm", &height),
        };
        variant.quantity = notes.pieces(cell("quantity", &quantity));
        variant.image_url = notes.or_default(cell("image", &image), values::picture_url(&image));
        variant.tracked = fields.take_truth("tracked", !quantity.is_empty(), notes);
        variant.backorder = fields.take_truth("backorder", false, notes);
        variant.taxable = fields.take_truth("taxable", true, notes);
        variant.requires_shipping = fields.take_truth("requires_shipping", true, notes);
        Some(variant)
    }

    fn sale(self, fields: &mut Fields, price: Option<Money>, notes: &mut Notes) -> Option<ImportedSale> {
        let line = fields.line;
        let sale_price = self.optional_money(fields, "sale_price", notes);
        let starts_at = read_time(fields, "sale_starts_at", notes);
        let ends_at = read_time(fields, "sale_ends_at", notes);
        build::sale(
            ImportedSale {
                price: sale_price?,
                starts_at,
                ends_at,
            },
            price,
            Cell {
                line,
                column: "sale_price",
                text: "",
            },
            notes,
        )
    }

    fn optional_money(self, fields: &mut Fields, name: &str, notes: &mut Notes) -> Option<Money> {
        let line = fields.line;
        let read = self.money(fields, name, notes);
        notes.or_default(
            Cell {
                line,
                column: name,
                text: "",
            },
            read,
        )
    }

    /// Reads `19.99`, `"1,299.00"` or `{"amount": 1999, "currency": "USD"}`; an amount in another currency is none.
    fn money(self, fields: &mut Fields, name: &str, notes: &mut Notes) -> Result<Option<Money>, String> {
        let line = fields.line;
        let (money, currency) = match fields.take(name) {
            Value::Null => return Ok(None),
            Value::Object(map) => {
                let mut money = Fields::new(line, map);
                let minor = money
                    .take_text("amount", notes)
                    .parse::<i64>()
                    .ok()
                    .filter(|minor| (0..=catalog::HIGHEST_PRICE).contains(minor));
                let minor = minor.ok_or("the amount is not a whole number of minor units")?;
                (
                    Some(Money::new(minor, self.currency)),
                    money.take_text("currency", notes),
                )
            }
            Value::Number(number) => {
                let text = number.to_string();
                let amount = values::exact_amount(&text, self.currency)?;
                (rounded(line, name, &text, amount, notes), self.file_currency.to_owned())
            }
            Value::String(text) => {
                let amount = values::amount(&text, self.currency)?;
                (rounded(line, name, &text, amount, notes), self.file_currency.to_owned())
            }
            Value::Bool(_) | Value::Array(_) => return Err("is not an amount".to_owned()),
        };
        if currency.is_empty() || currency.eq_ignore_ascii_case(self.currency.code()) {
            return Ok(money);
        }
        let reason = format!(
            "the amount is in {currency}, the store sells in {}; it is left out",
            self.currency
        );
        notes.warning(line, name, reason);
        Ok(None)
    }
}

/// The money of an amount, with a warning where it had to be rounded.
fn rounded(line: u64, column: &str, text: &str, amount: Option<values::Amount>, notes: &mut Notes) -> Option<Money> {
    let amount = amount?;
    note_rounding(Cell { line, column, text }, amount, notes);
    Some(amount.money)
}
