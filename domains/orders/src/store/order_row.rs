//! An order as its table has it.
//!
//! Rows are read by column and written as JSON documents of the table's own row type, so that one order and three hundred are
//! inserted by the same statement.

use chrono::NaiveDate;
use database::Error;
use kernel::{Address, Locale, Money, StoreId, Time};
use serde::Serialize;
use sqlx::types::Json;
use uuid::Uuid;

use super::documents::{ExplanationDocument, parse, parse_currency, parse_email, parse_rounding, rounding_name};
use crate::{DeliveryDates, FulfilmentStatus, Order, OrderStatus, OrderSummary, PaymentStatus, Source};

#[derive(Serialize, sqlx::FromRow)]
pub(crate) struct OrderRow {
    store_id: Uuid,
    id: Uuid,
    number: String,
    external_number: String,
    cart_id: Option<Uuid>,
    customer_id: Option<Uuid>,
    email: String,
    status: String,
    payment_status: String,
    fulfilment_status: String,
    currency: String,
    locale: String,
    prices_include_tax: bool,
    tax_rounding: String,
    items_total: i64,
    discount_total: i64,
    shipping_total: i64,
    shipping_discount: i64,
    tax_total: i64,
    total: i64,
    shipping_tax: i64,
    paid_total: i64,
    refunded_total: i64,
    shipping_refunded: i64,
    shipping_address: Option<Json<Address>>,
    billing_address: Option<Json<Address>>,
    shipping_code: String,
    shipping_name: String,
    coupon_codes: Vec<String>,
    explanation: Json<ExplanationDocument>,
    source: String,
    customer_note: String,
    tags: Vec<String>,
    placed_at: Time,
    updated_at: Time,
    version: i64,
    delivery_date: Option<NaiveDate>,
    delivery_earliest: Option<NaiveDate>,
    delivery_latest: Option<NaiveDate>,
}

impl OrderRow {
    pub(crate) fn of(store_id: StoreId, order: &Order) -> Self {
        Self {
            store_id: store_id.into(),
            id: order.id.into(),
            number: order.number.clone(),
            external_number: order.external_number.clone(),
            cart_id: order.cart_id.map(Into::into),
            customer_id: order.customer_id.map(Into::into),
            email: order.email.as_str().to_owned(),
            status: order.status.as_str().to_owned(),
            payment_status: order.payment_status.as_str().to_owned(),
            fulfilment_status: order.fulfilment_status.as_str().to_owned(),
            currency: order.currency.code().to_owned(),
            locale: order.locale.code().to_owned(),
            prices_include_tax: order.prices_include_tax,
            tax_rounding: rounding_name(order.tax_rounding).to_owned(),
            items_total: order.items_total.minor(),
            discount_total: order.discount_total.minor(),
            shipping_total: order.shipping_total.minor(),
            shipping_discount: order.shipping_discount.minor(),
            tax_total: order.tax_total.minor(),
            total: order.total.minor(),
            shipping_tax: order.shipping_tax.minor(),
            paid_total: order.paid_total.minor(),
            refunded_total: order.refunded_total.minor(),
            shipping_refunded: order.shipping_refunded.minor(),
            shipping_address: order.shipping_address.clone().map(Json),
            billing_address: order.billing_address.clone().map(Json),
            shipping_code: order.shipping_code.clone(),
            shipping_name: order.shipping_name.clone(),
            coupon_codes: order.coupon_codes.clone(),
            explanation: Json(ExplanationDocument::of(&order.explanation)),
            source: order.source.as_str().to_owned(),
            customer_note: order.customer_note.clone(),
            tags: order.tags.clone(),
            placed_at: order.placed_at,
            updated_at: order.updated_at,
            version: order.version,
            delivery_date: order.delivery.and_then(|delivery| delivery.chosen),
            delivery_earliest: order.delivery.map(|delivery| delivery.earliest),
            delivery_latest: order.delivery.map(|delivery| delivery.latest),
        }
    }
}

impl TryFrom<OrderRow> for Order {
    type Error = Error;

    fn try_from(row: OrderRow) -> Result<Self, Error> {
        let currency = parse_currency(&row.currency)?;
        let money = |minor| Money::new(minor, currency);
        Ok(Self {
            id: row.id.into(),
            cart_id: row.cart_id.map(Into::into),
            customer_id: row.customer_id.map(Into::into),
            email: parse_email(&row.email)?,
            status: parse(&row.status, "orders.status", OrderStatus::parse)?,
            payment_status: parse(&row.payment_status, "orders.payment_status", PaymentStatus::parse)?,
            fulfilment_status: parse(
                &row.fulfilment_status,
                "orders.fulfilment_status",
                FulfilmentStatus::parse,
            )?,
            currency,
            locale: row
                .locale
                .parse::<Locale>()
                .map_err(|_e| Error::corrupt("orders.locale", &row.locale))?,
            prices_include_tax: row.prices_include_tax,
            tax_rounding: parse(&row.tax_rounding, "orders.tax_rounding", parse_rounding)?,
            items_total: money(row.items_total),
            discount_total: money(row.discount_total),
            shipping_total: money(row.shipping_total),
            shipping_discount: money(row.shipping_discount),
            shipping_tax: money(row.shipping_tax),
            tax_total: money(row.tax_total),
            total: money(row.total),
            paid_total: money(row.paid_total),
            refunded_total: money(row.refunded_total),
            shipping_refunded: money(row.shipping_refunded),
            shipping_address: row.shipping_address.map(|address| address.0),
            billing_address: row.billing_address.map(|address| address.0),
            explanation: row.explanation.0.read(currency),
            source: parse(&row.source, "orders.source", Source::parse)?,
            number: row.number,
            external_number: row.external_number,
            shipping_code: row.shipping_code,
            shipping_name: row.shipping_name,
            delivery: match (row.delivery_earliest, row.delivery_latest) {
                (Some(earliest), Some(latest)) => Some(DeliveryDates {
                    earliest,
                    latest,
                    chosen: row.delivery_date,
                }),
                (None, _) | (_, None) => None,
            },
            coupon_codes: row.coupon_codes,
            customer_note: row.customer_note,
            tags: row.tags,
            placed_at: row.placed_at,
            updated_at: row.updated_at,
            version: row.version,
        })
    }
}

#[derive(sqlx::FromRow)]
pub(crate) struct SummaryRow {
    id: Uuid,
    number: String,
    customer_id: Option<Uuid>,
    email: String,
    customer_name: String,
    status: String,
    payment_status: String,
    fulfilment_status: String,
    currency: String,
    total: i64,
    item_count: i64,
    tags: Vec<String>,
    placed_at: Time,
}

impl TryFrom<SummaryRow> for OrderSummary {
    type Error = Error;

    fn try_from(row: SummaryRow) -> Result<Self, Error> {
        Ok(Self {
            id: row.id.into(),
            customer_id: row.customer_id.map(Into::into),
            email: parse_email(&row.email)?,
            status: parse(&row.status, "orders.status", OrderStatus::parse)?,
            payment_status: parse(&row.payment_status, "orders.payment_status", PaymentStatus::parse)?,
            fulfilment_status: parse(
                &row.fulfilment_status,
                "orders.fulfilment_status",
                FulfilmentStatus::parse,
            )?,
            total: Money::new(row.total, parse_currency(&row.currency)?),
            number: row.number,
            customer_name: row.customer_name,
            item_count: row.item_count,
            tags: row.tags,
            placed_at: row.placed_at,
        })
    }
}
