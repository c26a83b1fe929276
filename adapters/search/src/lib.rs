#![doc = include_str!("../README.md")]

mod coverage;
mod facets;
mod generations;
mod matching;
pub mod quality;
mod schema;
mod spelling;
mod suggest;
mod tantivy_engine;
#[cfg(test)]
mod tests;

pub use tantivy_engine::TantivyEngine;
