//! Which SKUs and keys the file has used already, as 64-bit fingerprints: 16 bytes each, whatever the text.

use std::{
    collections::{HashMap, hash_map::Entry},
    hash::{DefaultHasher, Hash as _, Hasher as _},
};

use kernel::Sku;
use serde_json::{Map, Value};

use crate::{
    ImportedProduct, build,
    notes::{Cell, Notes},
    rows::Row,
    table::Header,
};

/// A short stand-in for a text; two texts of one file share one with a chance of about 1 in 10⁷ for a million texts.
pub(crate) fn fingerprint(text: &str) -> u64 {
    let mut hasher = DefaultHasher::new();
    text.hash(&mut hasher);
    hasher.finish()
}

/// The SKUs of rows whose product is left out. What else is wrong with them matters no more.
pub(crate) fn of_rows<'a>(rows: impl IntoIterator<Item = &'a Row>, header: &Header, column: Option<usize>) -> Vec<Sku> {
    let skus = rows
        .into_iter()
        .filter_map(|row| build::sku(header.cell(row, column), &mut Notes::default()));
    skus.collect()
}

/// The SKUs of a JSON object and of its variants.
pub(crate) fn of_object(object: &Map<String, Value>) -> Vec<Sku> {
    let listed = object.get("variants").and_then(Value::as_array);
    let variants = listed.into_iter().flatten().filter_map(|variant| variant.get("sku"));
    let skus = object.get("sku").into_iter().chain(variants).filter_map(|value| {
        let text = match value {
            Value::String(text) => text.clone(),
            Value::Number(number) => number.to_string(),
            Value::Null | Value::Bool(_) | Value::Array(_) | Value::Object(_) => return None,
        };
        let cell = Cell {
            line: 0,
            column: "sku",
            text: text.trim(),
        };
        build::sku(cell, &mut Notes::default())
    });
    skus.collect()
}

/// The SKUs used so far and the lines that used them.
#[derive(Debug, Default)]
pub(crate) struct Skus(HashMap<u64, u64>);

impl Skus {
    /// Takes away SKUs that an earlier variant of the file has, and sets them aside; the variants stay.
    pub(crate) fn keep_first_use(&mut self, product: &mut ImportedProduct, column: &str, notes: &mut Notes) {
        for variant in &mut product.variants {
            let Some(sku) = &variant.sku else { continue };
            match self.0.entry(fingerprint(sku.as_str())) {
                Entry::Vacant(free) => {
                    free.insert(variant.line);
                }
                Entry::Occupied(first) => {
                    let first = first.get();
                    let reason =
                        format!("the SKU {sku} is already used on line {first}; this variant is kept without one");
                    notes.warning(variant.line, column, reason);
                    product.repeated_skus.extend(variant.sku.take());
                }
            }
        }
    }
}
