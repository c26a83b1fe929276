//! A line as its table has it.

use std::collections::BTreeMap;

use database::Error;
use kernel::{Money, OrderId, StoreId};
use serde::Serialize;
use sqlx::types::Json;
use uuid::Uuid;

use super::documents::{TaxDocument, parse_currency, tax_documents, tax_shares};
use crate::OrderLine;

#[derive(Serialize, sqlx::FromRow)]
pub(crate) struct LineRow {
    store_id: Uuid,
    id: Uuid,
    pub(crate) order_id: Uuid,
    position: i32,
    product_id: Uuid,
    variant_id: Uuid,
    title: String,
    variant_title: String,
    sku: Option<String>,
    slug: String,
    image_url: String,
    properties: Json<BTreeMap<String, String>>,
    requires_shipping: bool,
    weight_grams: i64,
    quantity: i64,
    currency: String,
    unit_price: i64,
    discount: i64,
    tax: i64,
    total: i64,
    taxes: Json<Vec<TaxDocument>>,
    fulfilled_quantity: i64,
    refunded_quantity: i64,
    refunded: i64,
    /// No column: the refunds have it.
    #[serde(skip)]
    refunded_tax: i64,
}

impl LineRow {
    pub(crate) fn of(store_id: StoreId, order_id: OrderId, line: &OrderLine) -> Self {
        Self {
            store_id: store_id.into(),
            id: line.id.into(),
            order_id: order_id.into(),
            position: line.position,
            product_id: line.product_id.into(),
            variant_id: line.variant_id.into(),
            title: line.title.clone(),
            variant_title: line.variant_title.clone(),
            sku: line.sku.clone(),
            slug: line.slug.clone(),
            image_url: line.image_url.clone(),
            properties: Json(line.properties.clone()),
            requires_shipping: line.requires_shipping,
            weight_grams: line.weight_grams,
            quantity: line.quantity,
            currency: line.total.currency().code().to_owned(),
            unit_price: line.unit_price.minor(),
            discount: line.discount.minor(),
            tax: line.tax.minor(),
            total: line.total.minor(),
            taxes: Json(tax_documents(&line.taxes)),
            fulfilled_quantity: line.fulfilled_quantity,
            refunded_quantity: line.refunded_quantity,
            refunded: line.refunded.minor(),
            refunded_tax: line.refunded_tax.minor(),
        }
    }
}

impl TryFrom<LineRow> for OrderLine {
    type Error = Error;

    fn try_from(row: LineRow) -> Result<Self, Error> {
        let currency = parse_currency(&row.currency)?;
        let money = |minor| Money::new(minor, currency);
        Ok(Self {
            id: row.id.into(),
            position: row.position,
            product_id: row.product_id.into(),
            variant_id: row.variant_id.into(),
            title: row.title,
            variant_title: row.variant_title,
            sku: row.sku,
            slug: row.slug,
            image_url: row.image_url,
            properties: row.properties.0,
            requires_shipping: row.requires_shipping,
            weight_grams: row.weight_grams,
            quantity: row.quantity,
            unit_price: money(row.unit_price),
            discount: money(row.discount),
            tax: money(row.tax),
            total: money(row.total),
            taxes: tax_shares(row.taxes.0, currency),
            fulfilled_quantity: row.fulfilled_quantity,
            refunded_quantity: row.refunded_quantity,
            refunded: money(row.refunded),
            refunded_tax: money(row.refunded_tax),
        })
    }
}
