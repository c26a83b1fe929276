//! Opens a product file: reads it once to its end, so that nothing of a bad file is imported, and then product by product.

use std::path::Path;

use kernel::{Currency, Sku, TimeZone};

use crate::{ImportedProduct, Refusal, RowProblem, jsonl, shopify, source::Source, woocommerce};

kernel::named! {
    /// The kinds of files.
    Format {
        /// Shopify's product CSV, current or legacy.
        Shopify = "shopify",
        /// WooCommerce's product CSV.
        WooCommerce = "woocommerce",
        /// One JSON object a line: Souk's own export of products or flat product data.
        Jsonl = "jsonl",
        /// How many pieces lie where, by SKU and location.
        Stock = "stock",
        /// Addresses that are gone, and those that stand for them; Shopify's CSV as well.
        Redirects = "redirects",
        /// People with their addresses; Shopify's CSV as well.
        Customers = "customers",
        /// What shoppers say of products: as common review apps write it, or Souk's own CSV or JSON lines.
        Reviews = "reviews",
        /// Orders: Shopify's CSV, or Souk's own export, one JSON object a line.
        Orders = "orders",
    }
}

/// What was read of one product: the product, or why there is none, and everything worth reporting.
#[derive(Debug, Clone, PartialEq)]
pub struct Group {
    /// The product; `None` when its rows are too bad.
    pub product: Option<Box<ImportedProduct>>,
    /// What is wrong with its rows, in their order.
    pub problems: Vec<RowProblem>,
    /// The SKUs of its rows when there is no product.
    pub left_out_skus: Vec<Sku>,
    /// How many rows of the file it took.
    pub rows: u64,
}

/// A file that was read to its end once and found good.
pub struct Opened {
    /// How many rows it has, to show progress by.
    pub rows: u64,
    /// Its products in order. An error means that the file changed or can no longer be read.
    pub groups: Box<dyn Iterator<Item = Result<Group, Refusal>> + Send>,
}

impl std::fmt::Debug for Opened {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Opened")
            .field("rows", &self.rows)
            .finish_non_exhaustive()
    }
}

/// Opens and inspects a product file. Prices are read in `currency`, the store's.
pub fn open(path: &Path, format: Format, currency: Currency, zone: TimeZone) -> Result<Opened, Refusal> {
    read(source(path, format)?, format, currency, zone)
}

/// Opens a product file, for all who read it: whatever becomes of its path, they read the same.
pub(crate) fn source(path: &Path, format: Format) -> Result<Source, Refusal> {
    match format {
        Format::Shopify | Format::WooCommerce => Source::open(path, "CSV")?.unpacked(path),
        Format::Jsonl => Source::open(path, "one JSON object a line"),
        Format::Stock | Format::Redirects | Format::Customers | Format::Reviews | Format::Orders => {
            Err(no_products(format))
        }
    }
}

fn no_products(format: Format) -> Refusal {
    Refusal::NotProducts {
        reason: format!("it is a file of {}", format.as_str()),
    }
}

/// Inspects an opened product file.
pub(crate) fn read(source: Source, format: Format, currency: Currency, zone: TimeZone) -> Result<Opened, Refusal> {
    let opened = match format {
        Format::Shopify => {
            let (rows, reader) = shopify::open(source, currency)?;
            Opened {
                rows,
                groups: Box::new(reader),
            }
        }
        Format::WooCommerce => {
            let (rows, reader) = woocommerce::open(source, currency, zone)?;
            Opened {
                rows,
                groups: Box::new(reader),
            }
        }
        Format::Jsonl => {
            let (rows, reader) = jsonl::open(&source, currency)?;
            Opened {
                rows,
                groups: Box::new(reader),
            }
        }
        Format::Stock | Format::Redirects | Format::Customers | Format::Reviews | Format::Orders => {
            return Err(no_products(format));
        }
    };
    if opened.rows == 0 {
        return Err(Refusal::NoProducts);
    }
    Ok(opened)
}
