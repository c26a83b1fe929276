#![doc = include_str!("../README.md")]

mod begin;
mod build;
mod convert;
mod fingerprint;
mod handles;
mod images;
mod import_flow;
mod json_records;
mod jsonl;
mod jsonl_fields;
mod jsonl_product;
mod lines;
mod notes;
mod open;
mod pictures;
mod product;
mod read_ahead;
mod records;
mod refusal;
mod report;
mod rows;
mod run;
mod shopify;
mod shopify_columns;
mod shopify_product;
mod skus;
mod source;
mod store;
mod table;
mod text;
mod values;
mod woocommerce;
mod woocommerce_columns;
mod woocommerce_product;
mod write;
mod write_customers;
mod write_records;
mod write_reviews;
mod write_stock;

pub use images::{FetchError, FetchedImage, ImageSource};
pub use import_flow::{ImportError, ImportFile, Progress, Report, import_file};
pub use notes::{RowProblem, Severity};
pub use open::{Format, Group, Opened, open};
pub use pictures::Pictures;
pub use product::{ImportedImage, ImportedKind, ImportedProduct, ImportedSale, ImportedStatus, ImportedVariant};
pub use refusal::Refusal;
pub use run::{Counts, RefusalNote, Run, RunState, RunsError, discard_run, find_run, list_runs};

#[cfg(test)]
mod tests;
