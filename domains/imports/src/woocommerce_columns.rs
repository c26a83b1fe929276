//! The columns of WooCommerce's product CSV: fixed ones, and as many attributes, downloads and metas as the store has.

use std::collections::BTreeMap;

use crate::{
    Refusal,
    table::Header,
    values::{LengthUnit, WeightUnit},
};

/// Where the columns stand; `None` for those the file does not have.
#[derive(Debug, Clone)]
pub(crate) struct Columns {
    pub(crate) id: Option<usize>,
    pub(crate) kind: Option<usize>,
    pub(crate) sku: Option<usize>,
    pub(crate) barcode: Option<usize>,
    pub(crate) name: Option<usize>,
    pub(crate) published: Option<usize>,
    pub(crate) featured: Option<usize>,
    pub(crate) visibility: Option<usize>,
    pub(crate) short_description: Option<usize>,
    pub(crate) description: Option<usize>,
    pub(crate) sale_starts: Option<usize>,
    pub(crate) sale_ends: Option<usize>,
    pub(crate) tax_status: Option<usize>,
    pub(crate) tax_class: Option<usize>,
    pub(crate) in_stock: Option<usize>,
    pub(crate) stock: Option<usize>,
    pub(crate) backorders: Option<usize>,
    pub(crate) weight: Option<usize>,
    pub(crate) weight_unit: Option<WeightUnit>,
    pub(crate) length: Side,
    pub(crate) width: Side,
    pub(crate) height: Side,
    pub(crate) sale_price: Option<usize>,
    pub(crate) regular_price: Option<usize>,
    pub(crate) categories: Option<usize>,
    pub(crate) tags: Option<usize>,
    pub(crate) brands: Option<usize>,
    pub(crate) images: Option<usize>,
    pub(crate) parent: Option<usize>,
    /// Souk's own column.
    pub(crate) slug: Option<usize>,
    /// Attributes in the order of their numbers: the columns of the name and of the values.
    pub(crate) attributes: Vec<(Option<usize>, Option<usize>)>,
    /// Every other column and the attribute it becomes.
    pub(crate) others: Vec<(usize, String)>,
}

/// A column of lengths with the unit in its heading.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Side {
    pub(crate) column: Option<usize>,
    pub(crate) unit: Option<LengthUnit>,
}

impl Columns {
    /// Finds the columns, or says what is missing for a product file.
    pub(crate) fn find(header: &Header) -> Result<Self, Refusal> {
        let of = |names: &[&str]| header.find(names);
        let weight = header
            .columns()
            .find(|(_, _, key)| *key == "weight" || key.starts_with("weight ("));
        let mut columns = Self {
            id: of(&["id"]),
            kind: of(&["type"]),
            sku: of(&["sku"]),
            barcode: of(&["gtin, upc, ean, or isbn"]),
            name: of(&["name"]),
            published: of(&["published"]),
            featured: of(&["is featured?"]),
            visibility: of(&["visibility in catalog"]),
            short_description: of(&["short description"]),
            description: of(&["description"]),
            sale_starts: of(&["date sale price starts"]),
            sale_ends: of(&["date sale price ends"]),
            tax_status: of(&["tax status"]),
            tax_class: of(&["tax class"]),
            in_stock: of(&["in stock?"]),
            stock: of(&["stock"]),
            backorders: of(&["backorders allowed?"]),
            weight: weight.map(|(index, _, _)| index),
            weight_unit: weight.and_then(|(_, _, key)| WeightUnit::parse(between_brackets(key))),
            length: side(header, "length"),
            width: side(header, "width"),
            height: side(header, "height"),
            sale_price: of(&["sale price"]),
            regular_price: of(&["regular price"]),
            categories: of(&["categories"]),
            tags: of(&["tags"]),
            brands: of(&["brands", "brand"]),
            images: of(&["images"]),
            parent: of(&["parent"]),
            slug: of(&["slug"]),
            attributes: attribute_columns(header),
            others: Vec::new(),
        };
        columns.require()?;
        columns.others = columns.other_columns(header);
        Ok(columns)
    }

    fn require(&self) -> Result<(), Refusal> {
        let mut missing = Vec::new();
        if self.name.is_none() {
            missing.push("Name");
        }
        if self.kind.is_none() && self.regular_price.is_none() {
            missing.push("Type");
        }
        if missing.is_empty() {
            Ok(())
        } else {
            Err(Refusal::MissingColumns {
                format: "WooCommerce products",
                missing,
            })
        }
    }

    fn other_columns(&self, header: &Header) -> Vec<(usize, String)> {
        let known: Vec<usize> = [
            self.id,
            self.kind,
            self.sku,
            self.barcode,
            self.name,
            self.published,
            self.featured,
            self.visibility,
            self.short_description,
            self.description,
            self.sale_starts,
            self.sale_ends,
            self.tax_status,
            self.tax_class,
            self.in_stock,
            self.stock,
            self.backorders,
            self.weight,
            self.length.column,
            self.width.column,
            self.height.column,
            self.sale_price,
            self.regular_price,
            self.categories,
            self.tags,
            self.brands,
            self.images,
            self.parent,
            self.slug,
            header.find(&["position"]),
            header.find(&["allow customer reviews?"]),
        ]
        .into_iter()
        .flatten()
        .collect();
        header
            .columns()
            .filter(|(index, name, key)| {
                !known.contains(index)
                    && !key.is_empty()
                    && numbered(key, "attribute ").is_none()
                    && !meta_name(name).is_some_and(is_private)
            })
            .map(|(index, name, key)| (index, other_name(name, key)))
            .collect()
    }
}

/// The metas keep their names; `Length (furlong)` becomes `length_furlong`.
fn other_name(name: &str, key: &str) -> String {
    meta_name(name).map_or_else(|| kernel::slugify(key).replace('-', "_"), str::to_owned)
}

/// `Meta: fabric` is the meta `fabric`.
fn meta_name(name: &str) -> Option<&str> {
    let (before, meta) = name.split_once(':')?;
    before.eq_ignore_ascii_case("meta").then(|| meta.trim())
}

/// WordPress shows nobody the metas whose names begin so: plug-ins keep notes of their own in them.
fn is_private(meta: &str) -> bool {
    meta.starts_with('_')
}

/// The column of that name whose heading has a unit that is known; another one becomes an attribute.
fn side(header: &Header, name: &str) -> Side {
    let found = header.columns().find_map(|(index, _, key)| {
        let unit = LengthUnit::parse(between_brackets(key.strip_prefix(name)?))?;
        Some((index, unit))
    });
    Side {
        column: found.map(|(column, _)| column),
        unit: found.map(|(_, unit)| unit),
    }
}

fn between_brackets(key: &str) -> &str {
    key.split_once('(')
        .and_then(|(_, rest)| rest.strip_suffix(')'))
        .unwrap_or_default()
}

/// `attribute 2 value(s)` is number 2 and `value(s)`.
fn numbered<'a>(key: &'a str, prefix: &str) -> Option<(u32, &'a str)> {
    let (number, what) = key.strip_prefix(prefix)?.split_once(' ')?;
    Some((number.parse().ok()?, what))
}

fn attribute_columns(header: &Header) -> Vec<(Option<usize>, Option<usize>)> {
    let mut by_number: BTreeMap<u32, (Option<usize>, Option<usize>)> = BTreeMap::new();
    for (index, _, key) in header.columns() {
        match numbered(key, "attribute ") {
            Some((number, "name")) => by_number.entry(number).or_default().0 = Some(index),
            Some((number, "value(s)")) => by_number.entry(number).or_default().1 = Some(index),
            _ => {}
        }
    }
    by_number.into_values().collect()
}
