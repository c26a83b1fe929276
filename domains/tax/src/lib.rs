#![doc = include_str!("../README.md")]

mod nexus;
mod place;
mod rate;
mod rates_for;
mod table;

pub use nexus::Nexus;
pub use place::Place;
pub use rate::{Rate, TaxCategory};
pub use rates_for::{TaxFacts, rates_for};
pub use table::{TableError, TableRate, TaxTable};
