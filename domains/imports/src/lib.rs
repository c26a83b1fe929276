#![doc = include_str!("../README.md")]

mod build;
mod handles;
mod jsonl;
mod jsonl_fields;
mod jsonl_product;
mod lines;
mod notes;
mod open;
mod product;
mod refusal;
mod rows;
mod shopify;
mod shopify_columns;
mod shopify_product;
mod skus;
mod source;
mod table;
mod text;
mod values;
mod woocommerce;
mod woocommerce_columns;
mod woocommerce_product;

pub use notes::{RowProblem, Severity};
pub use open::{Format, Group, Opened, open};
pub use product::{ImportedImage, ImportedKind, ImportedProduct, ImportedSale, ImportedStatus, ImportedVariant};
pub use refusal::Refusal;

#[cfg(test)]
mod tests;
