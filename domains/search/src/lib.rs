#![doc = include_str!("../README.md")]

mod analysis;
mod engine;
mod list_products;
mod product_document;
mod query;
mod suggest;
mod sync_flow;
mod synonyms;

pub use analysis::{Analyzer, Token, code, fold};
pub use catalog::{Choice, choices_by_name};
pub use engine::{Engine, EngineError, IndexKey, Rebuild, Seen};
pub use list_products::{Listed, index_tag, list_products};
pub use product_document::ProductDocument;
pub use query::{FacetCounts, Found, Order, ProductQuery, Suggestions};
pub use suggest::{Guesses, suggest};
pub use sync_flow::{SyncError, Synced, rebuild_flow, sync_flow};
pub use synonyms::synonyms;
