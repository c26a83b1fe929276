#![doc = include_str!("../README.md")]

pub mod art;
pub mod content;
pub mod pictures;
mod variants;

pub use variants::VariantPlan;
