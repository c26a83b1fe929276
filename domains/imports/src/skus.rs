//! Which SKUs and keys the file has used already, as 64-bit fingerprints: 16 bytes each, whatever the text.

use std::{
    collections::{HashMap, hash_map::Entry},
    hash::{DefaultHasher, Hash as _, Hasher as _},
};

use crate::{ImportedProduct, notes::Notes};

/// A short stand-in for a text; two texts of one file share one with a chance of about 1 in 10⁷ for a million texts.
pub(crate) fn fingerprint(text: &str) -> u64 {
    let mut hasher = DefaultHasher::new();
    text.hash(&mut hasher);
    hasher.finish()
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
