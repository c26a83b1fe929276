//! Makes a product of a row of WooCommerce's CSV and the rows of its variations.

use catalog::Dimensions;
use kernel::{Currency, Slug, TimeZone};
use serde_json::Value;

use crate::{
    ImportedKind, ImportedProduct, ImportedSale, ImportedStatus, ImportedVariant,
    build::{self, PriceCells},
    notes::{Cell, Notes},
    rows::Row,
    table::Header,
    text::{plain_text, rich_text_of_lines},
    values,
    woocommerce_columns::{Columns, Side},
    woocommerce_kinds,
};

/// The value of a variation that fits every value of an attribute.
const ANY: &str = "Any";

/// What is needed to understand a row.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Reading<'a> {
    /// The file's columns.
    pub(crate) header: &'a Header,
    /// Where the known ones stand.
    pub(crate) columns: &'a Columns,
    /// The store's currency.
    pub(crate) currency: Currency,
    /// The store's time zone: dates of sales name none.
    pub(crate) zone: TimeZone,
}

impl<'a> Reading<'a> {
    /// The product of a row and its variations, or `None` with the reason noted.
    pub(crate) fn product(
        self,
        handle: Option<Slug>,
        row: &'a Row,
        variations: &'a [Row],
        notes: &mut Notes,
    ) -> Option<ImportedProduct> {
        if !self.header.fits(row, notes) {
            return None;
        }
        let variations: Vec<&Row> = variations.iter().filter(|row| self.header.fits(row, notes)).collect();
        let title = build::title(self.cell(row, self.columns.name), notes)?;
        let mut product = build::blank(row.place.line, handle?, title);
        self.read_texts(&mut product, row, notes);
        self.read_state(&mut product, row, notes);
        woocommerce_kinds::check(self.cell(row, self.columns.kind), notes);
        self.read_images(&mut product, row, notes);
        let axes = self.axes(row, &variations);
        self.read_attributes(&mut product, row, &axes);
        product.option_names = folded(axes.clone(), " / ");
        if axes.len() > 3 {
            let reason = "a product may have three options; the third and those after it are made one";
            notes.warning(row.place.line, "", reason);
        }
        if variations.is_empty() {
            self.read_single(&mut product, row, notes);
        }
        for variation in &variations {
            self.read_variation(&mut product, row, variation, &axes, notes);
        }
        self.count_shared_once(&mut product, row, &variations, notes);
        build::finish(product, notes)
    }

    fn cell(self, row: &'a Row, column: Option<usize>) -> Cell<'a> {
        self.header.cell(row, column)
    }

    fn text(self, row: &'a Row, column: Option<usize>) -> &'a str {
        self.cell(row, column).text
    }

    fn has_kind(self, row: &'a Row, kind: &str) -> bool {
        self.text(row, self.columns.kind)
            .split(',')
            .any(|part| part.trim().eq_ignore_ascii_case(kind))
    }

    fn read_texts(self, product: &mut ImportedProduct, row: &'a Row, notes: &mut Notes) {
        let columns = self.columns;
        product.description_html = rich_text_of_lines(&self.text(row, columns.description).replace("\\n", "\n"));
        product.short_description = plain_text(&self.text(row, columns.short_description).replace("\\n", "\n"));
        let categories = values::list(self.text(row, columns.categories));
        product.category_paths = build::category_paths(categories.iter().map(String::as_str));
        product.tags = values::list(self.text(row, columns.tags))
            .iter()
            .map(|tag| plain_text(tag))
            .collect();
        let brands = values::list(self.text(row, columns.brands));
        product.brand = brands.first().map(|brand| plain_text(brand)).unwrap_or_default();
        let featured = self.cell(row, columns.featured);
        product.featured = build::truth(featured, false, notes);
        for (index, name) in &columns.others {
            let value = row.get(*index);
            if !value.is_empty() {
                product
                    .attributes
                    .insert(name.clone(), Value::String(build::attribute_text(value)));
            }
        }
        let parent = self.cell(row, columns.parent);
        if !parent.text.is_empty() {
            product
                .attributes
                .insert("parent".to_owned(), Value::String(build::attribute_text(parent.text)));
            let reason =
                "only rows of the type variation belong to a parent; the row is imported as a product of its own";
            notes.warning(parent.line, parent.column, reason);
        }
    }

    fn read_state(self, product: &mut ImportedProduct, row: &'a Row, notes: &mut Notes) {
        let published = self.cell(row, self.columns.published);
        (product.status, product.published) = match published.text {
            "1" | "" => (ImportedStatus::Active, true),
            "0" => (ImportedStatus::Active, false),
            "-1" => (ImportedStatus::Draft, false),
            other => {
                let reason =
                    format!("{other:?} is not 1 (published), 0 (private) or -1 (draft); the product is a draft");
                notes.warning(published.line, published.column, reason);
                (ImportedStatus::Draft, false)
            }
        };
        let visibility = self.cell(row, self.columns.visibility);
        if visibility.text == "hidden" {
            product.published = false;
            notes.warning(
                visibility.line,
                visibility.column,
                "the product is hidden from the catalogue; it is not published",
            );
        }
        if self.has_kind(row, "virtual") || self.has_kind(row, "downloadable") {
            product.kind = ImportedKind::Digital;
        }
    }

    fn read_images(self, product: &mut ImportedProduct, row: &'a Row, notes: &mut Notes) {
        let images = self.cell(row, self.columns.images);
        for url in values::list(images.text) {
            let read = values::picture_url(&url);
            if let Some(url) = notes.or_default(images, read) {
                product.add_image(&url, "");
            }
        }
    }

    /// The names of the attributes that the variations differ by, in the order of the parent's row.
    fn axes(self, row: &'a Row, variations: &[&'a Row]) -> Vec<String> {
        let mut axes: Vec<String> = Vec::new();
        let rows = std::iter::once(row).chain(variations.iter().copied());
        for (name, _) in rows.flat_map(|row| self.attributes_of(row)) {
            let used = variations
                .iter()
                .any(|variation| !self.attribute_value(variation, &name).is_empty());
            if used && !axes.iter().any(|axis| axis.eq_ignore_ascii_case(&name)) {
                axes.push(name);
            }
        }
        axes
    }

    fn attributes_of(self, row: &'a Row) -> impl Iterator<Item = (String, &'a str)> {
        let pairs = self.columns.attributes.iter();
        pairs
            .map(move |(name, value)| (plain_text(self.text(row, *name)), self.text(row, *value)))
            .filter(|(name, _)| !name.is_empty())
    }

    fn attribute_value(self, row: &'a Row, name: &str) -> &'a str {
        let mut attributes = self.attributes_of(row);
        attributes
            .find(|(known, _)| known.eq_ignore_ascii_case(name))
            .map(|(_, value)| value)
            .unwrap_or_default()
    }

    fn read_attributes(self, product: &mut ImportedProduct, row: &'a Row, axes: &[String]) {
        for (name, value) in self.attributes_of(row) {
            let value = values::list(value).join(", ");
            if !value.is_empty() && !axes.contains(&name) {
                product
                    .attributes
                    .insert(name, Value::String(build::attribute_text(&value)));
            }
        }
    }

    fn read_single(self, product: &mut ImportedProduct, row: &'a Row, notes: &mut Notes) {
        let unsellable = if self.has_kind(row, "variable") {
            Some("no variation names this product as its parent; it cannot be bought")
        } else if self.has_kind(row, "grouped") {
            Some("a grouped product is sold by its parts; it cannot be bought itself")
        } else if self.has_kind(row, "external") {
            Some("the product is sold elsewhere; it cannot be bought here")
        } else {
            None
        };
        let Some(reason) = unsellable else {
            return self.read_variant(product, (row, row), Vec::new(), notes);
        };
        notes.warning(row.place.line, self.header.name(self.columns.kind), reason);
        let price = self.text(row, self.columns.regular_price);
        if !price.is_empty() {
            product
                .attributes
                .insert("regular_price".to_owned(), Value::String(price.to_owned()));
        }
        let mut variant = ImportedVariant::blank(row.place.line);
        variant.sku = build::sku(self.cell(row, self.columns.sku), notes);
        product.variants.push(variant);
    }

    fn read_variation(
        self,
        product: &mut ImportedProduct,
        parent: &'a Row,
        row: &'a Row,
        axes: &[String],
        notes: &mut Notes,
    ) {
        let values = axes.iter().map(|axis| {
            let value = self.attribute_value(row, axis);
            let cell = Cell {
                line: row.place.line,
                column: axis,
                text: if value.is_empty() { ANY } else { value },
            };
            build::option_value(cell, notes)
        });
        let values = folded(values.collect(), " / ");
        self.read_variant(product, (parent, row), values, notes);
    }

    /// Reads what is for sale; a variation takes from its parent what it leaves open.
    fn read_variant(
        self,
        product: &mut ImportedProduct,
        (parent, row): (&'a Row, &'a Row),
        option_values: Vec<String>,
        notes: &mut Notes,
    ) {
        let columns = self.columns;
        let own_or_parents = |column| {
            let own = self.cell(row, column);
            if own.text.is_empty() || own.text == "parent" {
                self.cell(parent, column)
            } else {
                own
            }
        };
        let mut variant = ImportedVariant {
            option_values,
            ..ImportedVariant::blank(row.place.line)
        };
        let prices = PriceCells {
            currency: self.currency,
            price: self.cell(row, columns.regular_price),
            compare_at: self.cell(row, None),
            cost: self.cell(row, None),
        };
        if !prices.read(&mut variant, notes) {
            return;
        }
        self.read_sale(&mut variant, row, notes);
        variant.sku = build::sku(self.cell(row, columns.sku), notes);
        variant.barcode = build::barcode(self.cell(row, columns.barcode), notes);
        variant.taxable = !own_or_parents(columns.tax_status).text.eq_ignore_ascii_case("none");
        variant.tax_code = build::tax_code(own_or_parents(columns.tax_class), notes);
        variant.requires_shipping = ![parent, row]
            .iter()
            .any(|row| self.has_kind(row, "virtual") || self.has_kind(row, "downloadable"));
        let weight = own_or_parents(columns.weight);
        variant.weight_grams = match columns.weight_unit {
            Some(unit) => notes.or_default(weight, values::weight_grams(weight.text, unit)),
            None if weight.text.is_empty() => 0,
            None => {
                notes.warning(
                    weight.line,
                    weight.column,
                    "the column does not name a unit; the weight is left out",
                );
                0
            }
        };
        variant.dimensions = self.dimensions(own_or_parents, notes);
        self.read_stock(
            &mut variant,
            own_or_parents(columns.stock),
            own_or_parents(columns.in_stock),
            notes,
        );
        let backorders = own_or_parents(columns.backorders);
        variant.backorder = backorders.text == "notify" || build::truth(backorders, false, notes);
        if !std::ptr::eq(parent, row) {
            let image = self.cell(row, columns.images);
            let first = values::list(image.text).into_iter().next().unwrap_or_default();
            variant.image_url = notes.or_default(image, values::picture_url(&first));
        }
        build::add_variant(product, variant, notes);
    }

    /// Pieces that variations share lie there once: the first variation has them, for others of the file say nothing of theirs.
    fn count_shared_once(
        self,
        product: &mut ImportedProduct,
        parent: &'a Row,
        variations: &[&'a Row],
        notes: &mut Notes,
    ) {
        let stock = self.cell(parent, self.columns.stock);
        let shares = |row: &&&Row| matches!(self.text(row, self.columns.stock), "" | "parent");
        let sharing: Vec<u64> = variations.iter().filter(shares).map(|row| row.place.line).collect();
        let mut shared = product
            .variants
            .iter_mut()
            .filter(|variant| sharing.contains(&variant.line) && variant.quantity.is_some_and(|pieces| pieces > 0));
        if stock.text.is_empty() || shared.next().is_none() {
            return;
        }
        let mut emptied = 0;
        for variant in shared {
            variant.quantity = Some(0);
            emptied += 1;
        }
        if emptied > 0 {
            let reason = "its variations share these pieces; they are counted once, with the first of them, and the others have \
                none: divide them, or let the others be sold without stock";
            notes.warning(stock.line, stock.column, reason);
        }
    }

    fn dimensions(self, cell: impl Fn(Option<usize>) -> Cell<'a>, notes: &mut Notes) -> Dimensions {
        let mut length = |side: Side| {
            let cell = cell(side.column);
            side.unit
                .map_or(0, |unit| notes.or_default(cell, values::length_mm(cell.text, unit)))
        };
        Dimensions {
            length_mm: length(self.columns.length),
            width_mm: length(self.columns.width),
            height_mm: length(self.columns.height),
        }
    }

    fn read_sale(self, variant: &mut ImportedVariant, row: &'a Row, notes: &mut Notes) {
        let sale = self.cell(row, self.columns.sale_price);
        let Some(amount) = notes.or_default(sale, values::amount(sale.text, self.currency)) else {
            return;
        };
        build::note_rounding(sale, amount, notes);
        let starts = self.cell(row, self.columns.sale_starts);
        let ends = self.cell(row, self.columns.sale_ends);
        let starts_at = notes.or_default(starts, values::time_in(starts.text, self.zone));
        let ends_at = notes.or_default(ends, values::time_in(ends.text, self.zone));
        variant.sale = build::sale(
            ImportedSale {
                price: amount.money,
                starts_at,
                ends_at,
            },
            variant.price,
            sale,
            notes,
        );
    }

    /// A number means that stock is counted; without one a product that is out of stock has none.
    fn read_stock(self, variant: &mut ImportedVariant, stock: Cell<'a>, in_stock: Cell<'a>, notes: &mut Notes) {
        variant.quantity = notes.pieces(stock);
        let sellable = in_stock.text.eq_ignore_ascii_case("backorder") || build::truth(in_stock, true, notes);
        variant.tracked = variant.quantity.is_some() || !sellable;
        if !sellable {
            variant.quantity = Some(0);
        }
    }
}

/// The first two, and all others as one.
fn folded(mut texts: Vec<String>, separator: &str) -> Vec<String> {
    if texts.len() > 3 {
        let rest = texts.split_off(2).join(separator);
        texts.push(rest);
    }
    texts
}
