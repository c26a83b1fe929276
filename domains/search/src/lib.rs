#![doc = include_str!("../README.md")]

mod analysis;
mod engine;
mod product_document;
mod query;
mod synonyms;

pub use analysis::{Analyzer, Token, code};
pub use engine::{Engine, EngineError, IndexKey, Rebuild};
pub use product_document::ProductDocument;
pub use query::{FacetCounts, Found, Order, ProductQuery, Suggestions};
pub use synonyms::synonyms;
