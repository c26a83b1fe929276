//! `/admin/exports`: the store's data as files.

use exports::{Export, ExportError, Format, Kind, Wanted};
use kernel::Invalid;
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};
use web::{Answer, Api, Grant, Problem, Query, can};

use crate::{endpoint::Endpoint, wire::present};

const TAG: &str = "Admin: exports";
const CONTENT_TYPES: &[&str] = &["text/csv", "application/x-ndjson"];

/// How products are written.
#[derive(Debug, Clone, Copy, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
enum ProductFormat {
    /// One JSON object a line.
    Jsonl,
    /// Shopify's product CSV.
    Shopify,
    /// WooCommerce's product CSV.
    WooCommerce,
}

/// How customers and orders are written.
#[derive(Debug, Clone, Copy, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
enum TableFormat {
    /// A table.
    Csv,
    /// One JSON object a line.
    Jsonl,
}

#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
struct ProductQuery {
    /// `jsonl` without it.
    #[param(inline)]
    #[serde(default, deserialize_with = "present")]
    format: Option<ProductFormat>,
}

#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
struct TableQuery {
    /// `csv` without it.
    #[param(inline)]
    #[serde(default, deserialize_with = "present")]
    format: Option<TableFormat>,
}

impl From<ProductFormat> for Format {
    fn from(format: ProductFormat) -> Self {
        match format {
            ProductFormat::Jsonl => Self::Jsonl,
            ProductFormat::Shopify => Self::Shopify,
            ProductFormat::WooCommerce => Self::WooCommerce,
        }
    }
}

impl From<TableFormat> for Format {
    fn from(format: TableFormat) -> Self {
        match format {
            TableFormat::Csv => Self::Csv,
            TableFormat::Jsonl => Self::Jsonl,
        }
    }
}

pub(crate) fn products_endpoint() -> Endpoint {
    Endpoint::get("export_products", "/admin/exports/products", products)
        .says(
            TAG,
            "Export products",
            "Products with their variants, pictures and stock, by handle, as an import takes them. Sent as it is written.",
        )
        .guarded::<can::ReadCatalog>()
        .query::<ProductQuery>()
        .answers_file(CONTENT_TYPES, "The file.")
}

async fn products(api: Api<can::ReadCatalog>, Query(query): Query<ProductQuery>) -> Answer {
    send(&api, Kind::Products, query.format.map(Format::from))
}

pub(crate) fn stock_endpoint() -> Endpoint {
    Endpoint::get("export_stock", "/admin/exports/stock", stock)
        .says(
            TAG,
            "Export stock",
            "A row for each variant and location: SKU, handle, location, pieces on hand. Sent as it is written.",
        )
        .guarded::<can::ReadCatalog>()
        .answers_file(CONTENT_TYPES, "The file.")
}

async fn stock(api: Api<can::ReadCatalog>) -> Answer {
    send(&api, Kind::Stock, None)
}

pub(crate) fn redirects_endpoint() -> Endpoint {
    Endpoint::get("export_redirects", "/admin/exports/redirects", redirects)
        .says(
            TAG,
            "Export redirects",
            "A row for each address that is gone, with the one that stands for it. Sent as it is written.",
        )
        .guarded::<can::ReadCatalog>()
        .answers_file(CONTENT_TYPES, "The file.")
}

async fn redirects(api: Api<can::ReadCatalog>) -> Answer {
    send(&api, Kind::Redirects, None)
}

pub(crate) fn reviews_endpoint() -> Endpoint {
    Endpoint::get("export_reviews", "/admin/exports/reviews", reviews)
        .says(
            TAG,
            "Export reviews",
            "What shoppers say of products, wherever it stands: a row or a JSON line each. Sent as it is written.",
        )
        .guarded::<can::ModerateReviews>()
        .query::<TableQuery>()
        .answers_file(CONTENT_TYPES, "The file.")
}

async fn reviews(api: Api<can::ModerateReviews>, Query(query): Query<TableQuery>) -> Answer {
    send(&api, Kind::Reviews, query.format.map(Format::from))
}

pub(crate) fn customers_endpoint() -> Endpoint {
    Endpoint::get("export_customers", "/admin/exports/customers", customers)
        .says(
            TAG,
            "Export customers",
            "Customers by e-mail address: a row each with the default address, or a JSON line with all. Sent as it is written.",
        )
        .guarded::<can::ReadOrders>()
        .query::<TableQuery>()
        .answers_file(CONTENT_TYPES, "The file.")
}

async fn customers(api: Api<can::ReadOrders>, Query(query): Query<TableQuery>) -> Answer {
    send(&api, Kind::Customers, query.format.map(Format::from))
}

pub(crate) fn orders_endpoint() -> Endpoint {
    Endpoint::get("export_orders", "/admin/exports/orders", orders)
        .says(
            TAG,
            "Export orders",
            "Orders, the oldest first: a row for each line, or a JSON line with lines, parcels and refunds. Sent as it is written.",
        )
        .guarded::<can::ReadOrders>()
        .query::<TableQuery>()
        .answers_file(CONTENT_TYPES, "The file.")
}

async fn orders(api: Api<can::ReadOrders>, Query(query): Query<TableQuery>) -> Answer {
    send(&api, Kind::Orders, query.format.map(Format::from))
}

fn send<G: Grant>(api: &Api<G>, kind: Kind, format: Option<Format>) -> Answer {
    let format = format.unwrap_or_else(|| kind.usual_format());
    let wanted = Wanted {
        kind,
        format,
        store_url: api.absolute_url("/"),
    };
    let export = Export::start(&api.work, wanted).map_err(problem)?;
    let file_name = format!("{}.{}", kind.as_str(), format.extension());
    web::download(&file_name, format.content_type(), export.into_pieces())
}

fn problem(error: ExportError) -> Problem {
    match error {
        ExportError::Forbidden(error) => error.into(),
        ExportError::Format(error) => Invalid::from(error).into(),
        ExportError::Internal(error) => error.into(),
    }
}
