#![doc = include_str!("../README.md")]

mod compose;
mod document;
mod erase;
mod find;
mod reaction;
mod shares;
mod store;
mod terms;
mod update_terms;
mod write;

pub use document::{Content, Document, DocumentKind, Exempt, Party, Row, Sheet, Sums, TaxRow};
pub use erase::erase_traces;
pub use find::{find, list_of_order, list_of_orders};
pub use reaction::subscriptions;
pub use terms::{Terms, load_terms};
pub use update_terms::{UpdateTermsError, update_terms};
pub use write::{WriteError, is_sold, write};
