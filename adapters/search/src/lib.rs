#![doc = include_str!("../README.md")]

mod coverage;
mod facets;
mod generations;
mod matching;
pub mod quality;
mod schema;
mod spelling;
mod tantivy_engine;

pub use tantivy_engine::TantivyEngine;
