#![doc = include_str!("../README.md")]

mod customers;
mod export;
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

pub use export::{Export, ExportError, Format, Kind, Wanted};

#[cfg(test)]
mod tests;
