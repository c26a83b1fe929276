//! An order in Souk's own export: one JSON object with everything but its timeline. Amounts are in minor units.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use database::Ctx;
use kernel::{Address, EmailAddress, FieldError, Money, OrderLineId, TaxRounding, Time};
use orders::{
    DeliveryDates, Explanation, Fulfilment, FulfilmentState, FulfilmentStatus, Order, OrderDetails, OrderLine,
    OrderRefund, OrderStatus, PaymentStatus, RefundedLine, Source, TaxExemption, TaxShare,
};
use payments::RefundState;
use rust_decimal::Decimal;
use serde::Deserialize;

use crate::{
    jsonl,
    read_order::{Complaint, ReadOrder},
    shopify_lines::blank_line,
    values,
};

#[derive(Deserialize)]
struct Object {
    number: String,
    #[serde(default)]
    external_number: String,
    placed_at: String,
    updated_at: Option<String>,
    email: String,
    status: String,
    payment_status: String,
    fulfilment_status: String,
    currency: String,
    locale: Option<String>,
    prices_include_tax: bool,
    #[serde(default)]
    tax_rounding: String,
    items_total: i64,
    #[serde(default)]
    discount_total: i64,
    #[serde(default)]
    shipping_total: i64,
    #[serde(default)]
    shipping_discount: i64,
    #[serde(default)]
    shipping_tax: i64,
    #[serde(default)]
    tax_total: i64,
    total: i64,
    #[serde(default)]
    paid_total: i64,
    #[serde(default)]
    refunded_total: i64,
    #[serde(default)]
    shipping_refunded: i64,
    #[serde(default)]
    shipping_code: String,
    #[serde(default)]
    shipping_name: String,
    delivery: Option<Delivery>,
    #[serde(default)]
    coupons: Vec<String>,
    #[serde(default)]
    source: String,
    #[serde(default)]
    customer_note: String,
    #[serde(default)]
    tags: Vec<String>,
    shipping_address: Option<Address>,
    billing_address: Option<Address>,
    #[serde(default)]
    taxes: Vec<Tax>,
    #[serde(default)]
    shipping_taxes: Vec<Tax>,
    tax_exemption: Option<TaxExemption>,
    lines: Vec<Line>,
    #[serde(default)]
    parcels: Vec<Parcel>,
    #[serde(default)]
    refunds: Vec<Refund>,
}

#[derive(Deserialize)]
struct Delivery {
    earliest: NaiveDate,
    latest: NaiveDate,
    chosen: Option<NaiveDate>,
}

#[derive(Deserialize)]
struct Tax {
    name: String,
    rate: Decimal,
    #[serde(default)]
    jurisdiction: String,
    amount: i64,
}

#[derive(Deserialize)]
struct Line {
    sku: Option<String>,
    #[serde(default)]
    handle: String,
    title: String,
    #[serde(default)]
    variant: String,
    #[serde(default)]
    image: String,
    #[serde(default)]
    properties: BTreeMap<String, String>,
    requires_shipping: bool,
    #[serde(default)]
    weight_grams: i64,
    quantity: i64,
    unit_price: i64,
    #[serde(default)]
    discount: i64,
    #[serde(default)]
    tax: i64,
    total: i64,
    #[serde(default)]
    taxes: Vec<Tax>,
    #[serde(default)]
    shipped: i64,
    #[serde(default)]
    refunded_quantity: i64,
    #[serde(default)]
    refunded: i64,
}

#[derive(Deserialize)]
struct Parcel {
    at: String,
    shipped_at: Option<String>,
    state: String,
    #[serde(default)]
    carrier: String,
    #[serde(default)]
    tracking_number: String,
    #[serde(default)]
    tracking_url: String,
    lines: Vec<Pieces>,
}

#[derive(Deserialize)]
struct Pieces {
    line: i32,
    quantity: i64,
}

#[derive(Deserialize)]
struct Refund {
    at: String,
    state: String,
    amount: i64,
    #[serde(default)]
    shipping_amount: i64,
    #[serde(default)]
    reason: String,
    #[serde(default)]
    restock: bool,
    #[serde(default)]
    lines: Vec<RefundedPieces>,
}

#[derive(Deserialize)]
struct RefundedPieces {
    line: i32,
    quantity: i64,
    amount: i64,
    #[serde(default)]
    tax: i64,
}

/// Reads an order.
pub(crate) fn read(ctx: &Ctx, line: u64, text: &str) -> Result<ReadOrder, Complaint> {
    let object = jsonl::object(text).map_err(|reason| Complaint::new(line, "", format!("the line {reason}")))?;
    let object = Object::deserialize(serde_json::Value::Object(object));
    let object = object.map_err(|error| Complaint::new(line, "", error.to_string()))?;
    if object.currency != ctx.currency().code() {
        let reason = format!("is {}, and the store sells in {}", object.currency, ctx.currency());
        return Err(Complaint::new(line, "currency", reason));
    }
    read_whole(ctx, object).map_err(|error| Complaint::new(line, error.field, error.message))
}

fn read_whole(ctx: &Ctx, mut object: Object) -> Result<ReadOrder, FieldError> {
    let placed_at = time("placed_at", &object.placed_at)?;
    let lines: Vec<OrderLine> = std::mem::take(&mut object.lines)
        .into_iter()
        .enumerate()
        .map(|(before, line)| line.read(ctx, before))
        .collect();
    let parcels = std::mem::take(&mut object.parcels)
        .into_iter()
        .map(|parcel| parcel.read(ctx, &lines));
    let parcels: Vec<Fulfilment> = parcels.collect::<Result<_, _>>()?;
    let refunds = std::mem::take(&mut object.refunds)
        .into_iter()
        .map(|refund| refund.read(ctx, &lines));
    let refunds: Vec<OrderRefund> = refunds.collect::<Result<_, _>>()?;
    let order = order(ctx, object, placed_at)?;
    Ok(ReadOrder {
        details: OrderDetails {
            order,
            lines,
            fulfilments: parcels,
            refunds,
            timeline: Vec::new(),
        },
        paid_at: placed_at,
        payment_reference: String::new(),
        warnings: Vec::new(),
    })
}

/// The order without what belongs to it.
fn order(ctx: &Ctx, object: Object, placed_at: Time) -> Result<Order, FieldError> {
    let money = |minor| Money::new(minor, ctx.currency());
    let number = Some(object.external_number).filter(|number| !number.is_empty());
    let external_number = number.unwrap_or(object.number);
    if external_number.trim().is_empty() {
        return Err(FieldError::required("number"));
    }
    let taxes = |taxes: Vec<Tax>| taxes.into_iter().map(|tax| tax.read(ctx)).collect();
    Ok(Order {
        id: ctx.new_id(),
        number: String::new(),
        external_number,
        cart_id: None,
        customer_id: None,
        email: EmailAddress::parse(&object.email)?,
        status: named("status", &object.status, OrderStatus::parse)?,
        payment_status: named("payment_status", &object.payment_status, PaymentStatus::parse)?,
        fulfilment_status: named("fulfilment_status", &object.fulfilment_status, FulfilmentStatus::parse)?,
        currency: ctx.currency(),
        locale: match object.locale.as_deref() {
            Some(code) => named("locale", code, |code| code.parse().ok())?,
            None => ctx.store().locale,
        },
        prices_include_tax: object.prices_include_tax,
        tax_rounding: match object.tax_rounding.as_str() {
            "" => ctx.store().tax_rounding,
            "line" => TaxRounding::Line,
            "order" => TaxRounding::Order,
            other => return named("tax_rounding", other, |_unknown| None),
        },
        items_total: money(object.items_total),
        discount_total: money(object.discount_total),
        shipping_total: money(object.shipping_total),
        shipping_discount: money(object.shipping_discount),
        shipping_tax: money(object.shipping_tax),
        tax_total: money(object.tax_total),
        total: money(object.total),
        paid_total: money(object.paid_total),
        refunded_total: money(object.refunded_total),
        shipping_refunded: money(object.shipping_refunded),
        shipping_address: object.shipping_address,
        billing_address: object.billing_address,
        shipping_code: object.shipping_code,
        shipping_name: object.shipping_name,
        delivery: object.delivery.map(|delivery| DeliveryDates {
            earliest: delivery.earliest,
            latest: delivery.latest,
            chosen: delivery.chosen,
        }),
        coupon_codes: object.coupons,
        explanation: Explanation {
            taxes: taxes(object.taxes),
            shipping_taxes: taxes(object.shipping_taxes),
            exemption: object.tax_exemption,
            ..Explanation::default()
        },
        source: match object.source.as_str() {
            "" => Source::Web,
            name => named("source", name, Source::parse)?,
        },
        customer_note: object.customer_note,
        tags: object.tags,
        placed_at,
        updated_at: match &object.updated_at {
            Some(text) => time("updated_at", text)?,
            None => placed_at,
        },
        version: 1,
    })
}

/// A value by its name.
fn named<T>(field: &str, name: &str, parse: impl Fn(&str) -> Option<T>) -> Result<T, FieldError> {
    parse(name).ok_or_else(|| FieldError::new(field, "unknown_value", format!("{name:?} is not known")))
}

fn time(field: &str, text: &str) -> Result<Time, FieldError> {
    let wrong = |reason| FieldError::new(field, "invalid_moment", reason);
    values::time(text)
        .map_err(wrong)?
        .ok_or_else(|| FieldError::required(field))
}

/// The line at that place, from 1.
fn at(lines: &[OrderLine], field: &str, position: i32) -> Result<OrderLineId, FieldError> {
    let line = lines.iter().find(|line| line.position == position);
    let wrong = || FieldError::new(field, "no_such_line", format!("the order has no line {position}"));
    line.map(|line| line.id).ok_or_else(wrong)
}

impl Tax {
    fn read(self, ctx: &Ctx) -> TaxShare {
        TaxShare {
            name: self.name,
            rate: self.rate,
            jurisdiction: self.jurisdiction,
            amount: Money::new(self.amount, ctx.currency()),
        }
    }
}

impl Line {
    fn read(self, ctx: &Ctx, before: usize) -> OrderLine {
        let money = |minor| Money::new(minor, ctx.currency());
        OrderLine {
            title: self.title,
            variant_title: self.variant,
            sku: self.sku,
            slug: self.handle,
            image_url: self.image,
            properties: self.properties,
            requires_shipping: self.requires_shipping,
            weight_grams: self.weight_grams,
            discount: money(self.discount),
            tax: money(self.tax),
            total: money(self.total),
            taxes: self.taxes.into_iter().map(|tax| tax.read(ctx)).collect(),
            fulfilled_quantity: self.shipped,
            refunded_quantity: self.refunded_quantity,
            refunded: money(self.refunded),
            ..blank_line(ctx, before, self.quantity, money(self.unit_price))
        }
    }
}

impl Parcel {
    fn read(self, ctx: &Ctx, lines: &[OrderLine]) -> Result<Fulfilment, FieldError> {
        let state = named("parcels.state", &self.state, FulfilmentState::parse)?;
        let shipped_at = match &self.shipped_at {
            Some(text) => Some(time("parcels.shipped_at", text)?),
            None => None,
        };
        if state.has_left() != shipped_at.is_some() {
            let message = "must be there when the parcel left, and only then";
            return Err(FieldError::new("parcels.shipped_at", "invalid_moment", message));
        }
        let pieces = self
            .lines
            .iter()
            .map(|one| Ok((at(lines, "parcels.line", one.line)?, one.quantity)));
        Ok(Fulfilment {
            id: ctx.new_id(),
            state,
            location_id: None,
            carrier: self.carrier,
            tracking_number: self.tracking_number,
            tracking_url: self.tracking_url,
            created_at: time("parcels.at", &self.at)?,
            shipped_at,
            lines: pieces.collect::<Result<_, _>>()?,
        })
    }
}

impl Refund {
    fn read(self, ctx: &Ctx, lines: &[OrderLine]) -> Result<OrderRefund, FieldError> {
        let money = |minor| Money::new(minor, ctx.currency());
        let state = named("refunds.state", &self.state, RefundState::parse)?;
        if state == RefundState::Pending {
            let message = "is pending; export the order again when the money went back";
            return Err(FieldError::new("refunds.state", "pending", message));
        }
        let pieces = self.lines.iter().map(|one| {
            Ok(RefundedLine {
                line_id: at(lines, "refunds.line", one.line)?,
                quantity: one.quantity,
                amount: money(one.amount),
                tax: money(one.tax),
            })
        });
        Ok(OrderRefund {
            id: ctx.new_id(),
            state,
            amount: money(self.amount),
            shipping_amount: money(self.shipping_amount),
            reason: self.reason,
            restock: self.restock,
            created_at: time("refunds.at", &self.at)?,
            lines: pieces.collect::<Result<_, _>>()?,
        })
    }
}
