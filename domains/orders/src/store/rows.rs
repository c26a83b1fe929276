//! Rows as the tables have them. They are read by column and written as JSON documents of the table's own row type, so that
//! one order and three hundred are inserted by the same statement.

use std::collections::BTreeMap;

use database::Error;
use kernel::{Address, Currency, EmailAddress, Locale, Money, OrderId, OrderLineId, StoreId, TaxRounding, Time};
use payments::RefundState;
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};
use sqlx::types::Json;
use uuid::Uuid;

use crate::{
    CouponUse, Explanation, Fulfilment, FulfilmentState, FulfilmentStatus, Order, OrderLine, OrderRefund, OrderStatus,
    OrderSummary, PaymentStatus, RefundedLine, Source, TaxShare, TimelineEntry,
};

#[derive(Serialize, sqlx::FromRow)]
pub(crate) struct OrderRow {
    store_id: Uuid,
    id: Uuid,
    number: String,
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
}

/// How `explanation` is stored.
#[derive(Serialize, Deserialize)]
struct ExplanationDocument {
    #[serde(default)]
    taxes: Vec<TaxDocument>,
    #[serde(default)]
    shipping_taxes: Vec<TaxDocument>,
    #[serde(default)]
    coupons: Vec<CouponDocument>,
}

/// How one rate of tax is stored.
#[derive(Serialize, Deserialize)]
struct TaxDocument {
    name: String,
    rate: Decimal,
    jurisdiction: String,
    amount: i64,
}

/// How the use of a coupon is stored.
#[derive(Serialize, Deserialize)]
struct CouponDocument {
    code: String,
    lane: String,
    amount: i64,
}

impl OrderRow {
    pub(crate) fn of(store_id: StoreId, order: &Order) -> Self {
        Self {
            store_id: store_id.into(),
            id: order.id.into(),
            number: order.number.clone(),
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
            explanation: Json(ExplanationDocument {
                taxes: tax_documents(&order.explanation.taxes),
                shipping_taxes: tax_documents(&order.explanation.shipping_taxes),
                coupons: order.explanation.coupons.iter().map(CouponDocument::of).collect(),
            }),
            source: order.source.as_str().to_owned(),
            customer_note: order.customer_note.clone(),
            tags: order.tags.clone(),
            placed_at: order.placed_at,
            updated_at: order.updated_at,
            version: order.version,
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
            explanation: Explanation {
                taxes: tax_shares(row.explanation.0.taxes, currency),
                shipping_taxes: tax_shares(row.explanation.0.shipping_taxes, currency),
                coupons: row
                    .explanation
                    .0
                    .coupons
                    .into_iter()
                    .map(|coupon| coupon.read(currency))
                    .collect(),
            },
            source: parse(&row.source, "orders.source", Source::parse)?,
            number: row.number,
            shipping_code: row.shipping_code,
            shipping_name: row.shipping_name,
            coupon_codes: row.coupon_codes,
            customer_note: row.customer_note,
            tags: row.tags,
            placed_at: row.placed_at,
            updated_at: row.updated_at,
            version: row.version,
        })
    }
}

#[derive(Serialize, sqlx::FromRow)]
pub(crate) struct LineRow {
    store_id: Uuid,
    id: Uuid,
    order_id: Uuid,
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
        })
    }
}

#[derive(Serialize, sqlx::FromRow)]
pub(crate) struct TimelineRow {
    store_id: Uuid,
    id: Uuid,
    order_id: Uuid,
    order_version: i64,
    kind: String,
    details: serde_json::Value,
    actor: String,
    occurred_at: Time,
}

impl TimelineRow {
    pub(crate) fn of(store_id: StoreId, order_id: OrderId, entry: TimelineEntry) -> Self {
        Self {
            store_id: store_id.into(),
            id: entry.id.into(),
            order_id: order_id.into(),
            order_version: entry.order_version,
            kind: entry.kind,
            details: entry.details,
            actor: entry.actor,
            occurred_at: entry.occurred_at,
        }
    }
}

impl From<TimelineRow> for TimelineEntry {
    fn from(row: TimelineRow) -> Self {
        Self {
            id: row.id.into(),
            order_version: row.order_version,
            kind: row.kind,
            details: row.details,
            actor: row.actor,
            occurred_at: row.occurred_at,
        }
    }
}

#[derive(Serialize, sqlx::FromRow)]
pub(crate) struct FulfilmentRow {
    store_id: Uuid,
    id: Uuid,
    order_id: Uuid,
    state: String,
    carrier: String,
    tracking_number: String,
    tracking_url: String,
    created_at: Time,
}

#[derive(Serialize, sqlx::FromRow)]
pub(crate) struct FulfilmentLineRow {
    store_id: Uuid,
    pub(crate) fulfilment_id: Uuid,
    order_line_id: Uuid,
    quantity: i64,
}

impl FulfilmentRow {
    pub(crate) fn of(store_id: StoreId, order_id: OrderId, fulfilment: &Fulfilment) -> (Self, Vec<FulfilmentLineRow>) {
        let lines = fulfilment.lines.iter().map(|(line_id, quantity)| FulfilmentLineRow {
            store_id: store_id.into(),
            fulfilment_id: fulfilment.id.into(),
            order_line_id: (*line_id).into(),
            quantity: *quantity,
        });
        let row = Self {
            store_id: store_id.into(),
            id: fulfilment.id.into(),
            order_id: order_id.into(),
            state: fulfilment.state.as_str().to_owned(),
            carrier: fulfilment.carrier.clone(),
            tracking_number: fulfilment.tracking_number.clone(),
            tracking_url: fulfilment.tracking_url.clone(),
            created_at: fulfilment.created_at,
        };
        (row, lines.collect())
    }

    pub(crate) fn read(self, lines: &[FulfilmentLineRow]) -> Result<Fulfilment, Error> {
        let own = lines.iter().filter(|line| line.fulfilment_id == self.id);
        Ok(Fulfilment {
            id: self.id.into(),
            state: parse(&self.state, "fulfilments.state", FulfilmentState::parse)?,
            carrier: self.carrier,
            tracking_number: self.tracking_number,
            tracking_url: self.tracking_url,
            created_at: self.created_at,
            lines: own
                .map(|line| (OrderLineId::from(line.order_line_id), line.quantity))
                .collect(),
        })
    }
}

#[derive(Serialize, sqlx::FromRow)]
pub(crate) struct RefundRow {
    store_id: Uuid,
    id: Uuid,
    pub(crate) order_id: Uuid,
    state: String,
    currency: String,
    amount: i64,
    shipping_amount: i64,
    reason: String,
    restock: bool,
    created_at: Time,
}

#[derive(Serialize, sqlx::FromRow)]
pub(crate) struct RefundLineRow {
    store_id: Uuid,
    refund_id: Uuid,
    order_line_id: Uuid,
    quantity: i64,
    currency: String,
    amount: i64,
    tax: i64,
}

impl RefundRow {
    pub(crate) fn of(store_id: StoreId, order_id: OrderId, refund: &OrderRefund) -> (Self, Vec<RefundLineRow>) {
        let lines = refund.lines.iter().map(|line| RefundLineRow {
            store_id: store_id.into(),
            refund_id: refund.id.into(),
            order_line_id: line.line_id.into(),
            quantity: line.quantity,
            currency: line.amount.currency().code().to_owned(),
            amount: line.amount.minor(),
            tax: line.tax.minor(),
        });
        let row = Self {
            store_id: store_id.into(),
            id: refund.id.into(),
            order_id: order_id.into(),
            state: refund.state.as_str().to_owned(),
            currency: refund.amount.currency().code().to_owned(),
            amount: refund.amount.minor(),
            shipping_amount: refund.shipping_amount.minor(),
            reason: refund.reason.clone(),
            restock: refund.restock,
            created_at: refund.created_at,
        };
        (row, lines.collect())
    }

    pub(crate) fn read(self, lines: &[RefundLineRow]) -> Result<OrderRefund, Error> {
        let currency = parse_currency(&self.currency)?;
        let own = lines.iter().filter(|line| line.refund_id == self.id);
        Ok(OrderRefund {
            id: self.id.into(),
            state: parse(&self.state, "refunds.state", RefundState::parse)?,
            amount: Money::new(self.amount, currency),
            shipping_amount: Money::new(self.shipping_amount, currency),
            reason: self.reason,
            restock: self.restock,
            created_at: self.created_at,
            lines: own
                .map(|line| RefundedLine {
                    line_id: line.order_line_id.into(),
                    quantity: line.quantity,
                    amount: Money::new(line.amount, currency),
                    tax: Money::new(line.tax, currency),
                })
                .collect(),
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

impl CouponDocument {
    fn of(coupon: &CouponUse) -> Self {
        Self {
            code: coupon.code.clone(),
            lane: coupon.lane.clone(),
            amount: coupon.amount.minor(),
        }
    }

    fn read(self, currency: Currency) -> CouponUse {
        CouponUse {
            code: self.code,
            lane: self.lane,
            amount: Money::new(self.amount, currency),
        }
    }
}

fn tax_documents(taxes: &[TaxShare]) -> Vec<TaxDocument> {
    let document = |tax: &TaxShare| TaxDocument {
        name: tax.name.clone(),
        rate: tax.rate,
        jurisdiction: tax.jurisdiction.clone(),
        amount: tax.amount.minor(),
    };
    taxes.iter().map(document).collect()
}

fn tax_shares(documents: Vec<TaxDocument>, currency: Currency) -> Vec<TaxShare> {
    let share = |tax: TaxDocument| TaxShare {
        name: tax.name,
        rate: tax.rate,
        jurisdiction: tax.jurisdiction,
        amount: Money::new(tax.amount, currency),
    };
    documents.into_iter().map(share).collect()
}

fn parse<T>(name: &str, what: &'static str, parse: impl Fn(&str) -> Option<T>) -> Result<T, Error> {
    parse(name).ok_or_else(|| Error::corrupt(what, name))
}

fn parse_currency(code: &str) -> Result<Currency, Error> {
    Currency::parse(code).map_err(|_e| Error::corrupt("orders.currency", code))
}

fn parse_email(text: &str) -> Result<EmailAddress, Error> {
    EmailAddress::parse(text).map_err(|_e| Error::corrupt("orders.email", text))
}

fn rounding_name(rounding: TaxRounding) -> &'static str {
    match rounding {
        TaxRounding::Line => "line",
        TaxRounding::Order => "order",
    }
}

fn parse_rounding(name: &str) -> Option<TaxRounding> {
    match name {
        "line" => Some(TaxRounding::Line),
        "order" => Some(TaxRounding::Order),
        _ => None,
    }
}
