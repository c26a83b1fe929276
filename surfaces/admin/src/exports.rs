//! The store's data as files, sent as they are written.

use axum::{Router, routing::get};
use exports::{Export, ExportError, Format, Kind, Wanted};
use kernel::{FieldError, Invalid};
use serde::Deserialize;
use web::{Answer, Problem, Query, Staff, Visitor, can};

use crate::Desk;

/// The routes of this room.
#[rustfmt::skip]
pub(crate) fn routes() -> Router<Desk> {
    Router::new()
        .route("/admin/exports/products", get(products))
        .route("/admin/exports/stock", get(stock))
        .route("/admin/exports/redirects", get(redirects))
        .route("/admin/exports/reviews", get(reviews))
        .route("/admin/exports/customers", get(customers))
        .route("/admin/exports/orders", get(orders))
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct ExportQuery {
    format: String,
}

async fn products(staff: Staff<can::ReadCatalog>, Query(query): Query<ExportQuery>) -> Answer {
    send(&staff, Kind::Products, &query)
}

async fn stock(staff: Staff<can::ReadCatalog>, Query(query): Query<ExportQuery>) -> Answer {
    send(&staff, Kind::Stock, &query)
}

async fn redirects(staff: Staff<can::ReadCatalog>, Query(query): Query<ExportQuery>) -> Answer {
    send(&staff, Kind::Redirects, &query)
}

async fn reviews(staff: Staff<can::ModerateReviews>, Query(query): Query<ExportQuery>) -> Answer {
    send(&staff, Kind::Reviews, &query)
}

async fn customers(staff: Staff<can::ReadOrders>, Query(query): Query<ExportQuery>) -> Answer {
    send(&staff, Kind::Customers, &query)
}

async fn orders(staff: Staff<can::ReadOrders>, Query(query): Query<ExportQuery>) -> Answer {
    send(&staff, Kind::Orders, &query)
}

fn send(visitor: &Visitor, kind: Kind, query: &ExportQuery) -> Answer {
    let format = match query.format.as_str() {
        "" => kind.usual_format(),
        name => Format::parse(name).ok_or_else(|| {
            let unknown = FieldError::new("format", "unknown_format", "is not a format of files");
            Problem::from(Invalid::from(unknown))
        })?,
    };
    let wanted = Wanted {
        kind,
        format,
        store_url: visitor.absolute_url("/"),
    };
    let export = Export::start(&visitor.work, wanted).map_err(problem)?;
    let name = match format {
        Format::Shopify | Format::WooCommerce => format!("{}-{}", kind.as_str(), format.as_str()),
        Format::Jsonl | Format::Csv => kind.as_str().to_owned(),
    };
    let file_name = format!("{name}.{}", format.extension());
    web::download(&file_name, format.content_type(), export.into_pieces())
}

fn problem(error: ExportError) -> Problem {
    match error {
        ExportError::Forbidden(error) => error.into(),
        ExportError::Format(error) => Invalid::from(error).into(),
        ExportError::Internal(error) => error.into(),
    }
}
