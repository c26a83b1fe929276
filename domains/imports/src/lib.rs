#![doc = include_str!("../README.md")]

mod handles;
mod jsonl;
mod jsonl_shape;
mod lines;
mod notes;
mod open;
mod product;
mod refusal;
mod rows;
mod shopify;
mod shopify_columns;
mod skus;
mod source;
mod table;
mod text;
mod values;
mod woocommerce;
mod woocommerce_columns;

pub use notes::{RowProblem, Severity};
pub use open::{Format, Group, Opened, open};
pub use product::{ImportedImage, ImportedProduct, ImportedSale, ImportedStatus, ImportedVariant};
pub use refusal::Refusal;
