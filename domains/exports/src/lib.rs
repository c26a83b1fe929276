#![doc = include_str!("../README.md")]

mod customer_data;
mod customers;
mod export;
mod json_pieces;
mod names;
mod order_line;
mod orders;
mod product_line;
mod products;
mod redirects;
mod reviews;
mod sheet;
mod shopify;
mod stock;
mod woocommerce;

pub use customer_data::{CustomerData, CustomerDataError};
pub use export::{Export, ExportError, Format, Kind, Wanted};

#[cfg(test)]
mod tests;
