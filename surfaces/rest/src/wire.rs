//! Values that several endpoints take or give, and how they are written in the document.

mod address;
pub(crate) mod ids;
mod invoice;
mod list;
mod money;
mod order;
mod problem;
mod review;
mod sort;
mod terms;
mod text;
mod time;
pub(crate) mod words;

pub(crate) use address::{Address, KnownAddress};
pub(crate) use ids::IdSchema;
pub(crate) use invoice::Invoice;
pub(crate) use list::{List, Paging, list_schema};
pub(crate) use money::{BasePrice, Money, Price, TaxShare, price_of};
pub(crate) use order::Order;
pub(crate) use problem::ProblemDocument;
pub(crate) use review::{Rating, Review};
pub(crate) use sort::Sort;
pub(crate) use terms::{PersonalField, QuantityRule};
pub(crate) use text::{checked_reason, null_is_empty, path_segment, present};
pub(crate) use time::{optional_time, present_time};
