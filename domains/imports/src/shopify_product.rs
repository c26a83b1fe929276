//! Makes a product of the rows that Shopify's CSV has for it.

use catalog::Measure;
use kernel::{Currency, Slug};
use serde_json::Value;

use crate::{
    ImportedImage, ImportedKind, ImportedProduct, ImportedStatus, ImportedVariant,
    build::{self, PriceCells},
    notes::{Cell, Notes},
    rows::Row,
    shopify_columns::Columns,
    table::Header,
    text::{plain_text, rich_text},
    values::{self, WeightUnit},
};

/// What is needed to understand a row.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Reading<'a> {
    /// The file's columns.
    pub(crate) header: &'a Header,
    /// Where the known ones stand.
    pub(crate) columns: &'a Columns,
    /// The store's currency.
    pub(crate) currency: Currency,
}

impl<'a> Reading<'a> {
    /// The product of these rows, or `None` with the reason noted.
    pub(crate) fn product(self, handle: Slug, rows: &'a [Row], notes: &mut Notes) -> Option<ImportedProduct> {
        let rows: Vec<&Row> = rows.iter().filter(|row| self.header.fits(row, notes)).collect();
        let head = *rows
            .iter()
            .find(|row| !self.text(row, self.columns.title).is_empty())
            .or(rows.first())?;
        let title = build::title(self.header.cell(head, self.columns.title), notes)?;
        let mut product = build::blank(head.place.line, handle, title);
        self.read_head(&mut product, head, notes);
        let axes = self.axes(&rows);
        product.option_names = axes.iter().map(|axis| self.option_name(&rows, *axis)).collect();
        for row in &rows {
            self.read_extras(&mut product, row, notes);
            if std::ptr::eq(*row, head) || self.has_variant(row) {
                self.read_variant(&mut product, row, &axes, notes);
            }
        }
        sort_images(&mut product);
        build::finish(product, notes)
    }

    fn cell(self, row: &'a Row, column: Option<usize>) -> Cell<'a> {
        self.header.cell(row, column)
    }

    fn text(self, row: &'a Row, column: Option<usize>) -> &'a str {
        self.cell(row, column).text
    }

    fn read_head(self, product: &mut ImportedProduct, head: &'a Row, notes: &mut Notes) {
        let text = |column| self.text(head, column);
        let columns = self.columns;
        product.description_html = rich_text(text(columns.body));
        product.vendor = plain_text(text(columns.vendor));
        product.product_type = plain_text(text(columns.product_type));
        let category = if text(columns.category).is_empty() {
            columns.product_type
        } else {
            columns.category
        };
        product.category_paths = build::category_paths([text(category)]);
        product.tags = values::list(&plain_text(text(columns.tags)));
        product.seo_title = plain_text(text(columns.seo_title));
        product.seo_description = plain_text(text(columns.seo_description));
        let published = self.cell(head, columns.published);
        product.published = match values::truth(published.text, true) {
            Ok(published) => published,
            Err(reason) => {
                notes.warning(
                    published.line,
                    published.column,
                    format!("{reason}; the product is not published"),
                );
                false
            }
        };
        let status = self.cell(head, columns.status);
        product.status = if status.text.is_empty() {
            ImportedStatus::Active
        } else {
            ImportedStatus::parse(status.text).unwrap_or_else(|| {
                let reason = format!(
                    "{:?} is not active, draft or archived; the product is a draft",
                    status.text
                );
                notes.warning(status.line, status.column, reason);
                ImportedStatus::Draft
            })
        };
        let gift_card = self.cell(head, columns.gift_card);
        if notes.or_default(gift_card, values::truth(gift_card.text, false)) {
            product.kind = ImportedKind::GiftCard;
        }
    }

    /// Which of the three options the product uses; one that has only the option `Title` uses none.
    fn axes(self, rows: &[&'a Row]) -> Vec<usize> {
        let used = |index: &usize| {
            let column = self.columns.option_values.get(*index).copied().flatten();
            let mut values = rows.iter().map(|row| self.text(row, column));
            values.any(|value| !value.is_empty() && value != "Default Title")
        };
        (0..3).filter(used).collect()
    }

    fn option_name(self, rows: &[&'a Row], axis: usize) -> String {
        let column = self.columns.option_names.get(axis).copied().flatten();
        let given = rows
            .iter()
            .map(|row| self.text(row, column))
            .find(|name| !name.is_empty());
        given.map_or_else(|| format!("Option {}", axis.saturating_add(1)), plain_text)
    }

    /// What any row may have: attributes and a picture.
    fn read_extras(self, product: &mut ImportedProduct, row: &'a Row, notes: &mut Notes) {
        for (index, name) in &self.columns.attributes {
            let value = row.get(*index);
            if !value.is_empty() && !product.attributes.contains_key(name) {
                product
                    .attributes
                    .insert(name.clone(), Value::String(build::attribute_text(value)));
            }
        }
        let image = self.cell(row, self.columns.image);
        if let Some(url) = notes.or_default(image, values::picture_url(image.text)) {
            let position = self.text(row, self.columns.image_position).parse().unwrap_or(u32::MAX);
            let alt = plain_text(self.text(row, self.columns.image_alt));
            if !product.images.iter().any(|known| known.url == url) {
                product.images.push(ImportedImage { url, alt, position });
            }
        }
    }

    /// Whether a row below the first has a variant, and not only a picture.
    fn has_variant(self, row: &'a Row) -> bool {
        let columns = self.columns;
        let telling = [columns.sku, columns.price, columns.barcode, columns.variant_image];
        telling
            .into_iter()
            .chain(columns.option_values)
            .any(|column| !self.text(row, column).is_empty())
    }

    fn read_variant(self, product: &mut ImportedProduct, row: &'a Row, axes: &[usize], notes: &mut Notes) {
        let columns = self.columns;
        let Some(option_values) = self.option_values(row, axes, notes) else {
            return;
        };
        let prices = PriceCells {
            currency: self.currency,
            price: self.cell(row, columns.price),
            compare_at: self.cell(row, columns.compare_at),
            cost: self.cell(row, columns.cost),
        };
        let mut variant = ImportedVariant {
            option_values,
            ..ImportedVariant::blank(row.place.line)
        };
        if !prices.read(&mut variant, notes) {
            return;
        }
        let sku = self.cell(row, columns.sku);
        variant.sku = build::sku(sku, notes);
        variant.barcode = build::barcode(self.cell(row, columns.barcode), notes);
        variant.tax_code = build::tax_code(self.cell(row, columns.tax_code), notes);
        variant.weight_grams = self.weight(row, notes);
        variant.measure = self.measure(row, notes);
        let quantity = self.cell(row, columns.quantity);
        variant.quantity = notes.pieces(quantity);
        variant.tracked = !self.text(row, columns.tracker).is_empty();
        let policy = self.cell(row, columns.policy);
        variant.backorder = match policy.text.to_ascii_lowercase().as_str() {
            "continue" => true,
            "deny" => false,
            _ => notes.or_default(policy, values::truth(policy.text, false)),
        };
        let taxable = self.cell(row, columns.taxable);
        variant.taxable = build::truth(taxable, true, notes);
        let shipping = self.cell(row, columns.requires_shipping);
        variant.requires_shipping = build::truth(shipping, true, notes);
        let image = self.cell(row, columns.variant_image);
        variant.image_url = notes.or_default(image, values::picture_url(image.text));
        build::add_variant(product, variant, notes);
    }

    fn option_values(self, row: &'a Row, axes: &[usize], notes: &mut Notes) -> Option<Vec<String>> {
        let mut chosen = Vec::with_capacity(axes.len());
        for axis in axes {
            let cell = self.cell(row, self.columns.option_values.get(*axis).copied().flatten());
            if cell.text.is_empty() {
                notes.error(
                    cell.line,
                    cell.column,
                    "the variant has no value for this option; the row is skipped",
                );
                return None;
            }
            chosen.push(build::option_value(cell, notes));
        }
        Some(chosen)
    }

    fn measure(self, row: &'a Row, notes: &mut Notes) -> Option<Measure> {
        let [amount, unit, base, base_unit] = self.columns.measures.map(|column| self.cell(row, column));
        let typed = |number: Cell<'_>, unit: Cell<'_>| match number.text {
            "" | "0" | "0.0" => String::new(),
            number => format!("{number} {}", unit.text),
        };
        Measure::parse(&typed(amount, unit), &typed(base, base_unit)).unwrap_or_else(|invalid| {
            for error in invalid.0 {
                notes.warning(
                    amount.line,
                    amount.column,
                    format!("{}; the value is left out", error.message),
                );
            }
            None
        })
    }

    fn weight(self, row: &'a Row, notes: &mut Notes) -> i64 {
        let grams = self.cell(row, self.columns.grams);
        if !grams.text.is_empty() {
            return notes.or_default(grams, values::weight_grams(grams.text, WeightUnit::Gram));
        }
        let weight = self.cell(row, self.columns.weight);
        let unit = self.cell(row, self.columns.weight_unit);
        if weight.text.is_empty() {
            return 0;
        }
        match WeightUnit::parse(unit.text) {
            Some(unit) => notes.or_default(weight, values::weight_grams(weight.text, unit)),
            None => {
                notes.warning(
                    unit.line,
                    unit.column,
                    "the weight has no unit of kg, g, lb or oz; it is left out",
                );
                0
            }
        }
    }
}

fn sort_images(product: &mut ImportedProduct) {
    product.images.sort_by_key(|image| image.position);
    for (image, position) in product.images.iter_mut().zip(1..) {
        image.position = position;
    }
}
