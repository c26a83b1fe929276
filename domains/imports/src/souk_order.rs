//! An order in Souk's own export: one JSON object with everything but its timeline. Amounts are in minor units.

use chrono::NaiveDate;
use database::Ctx;
use kernel::{Address, EmailAddress, FieldError, Money, TaxRounding, Time};
use orders::{
    DeliveryDates, Explanation, Fulfilment, FulfilmentStatus, Order, OrderDetails, OrderLine, OrderRefund, OrderStatus,
    PaymentStatus, PriceListUse, Source, TaxExemption,
};
use serde::Deserialize;

use crate::{
    jsonl,
    read_order::{Complaint, ReadOrder},
    souk_order_parts::{Line, Parcel, Refund, Tax, named, time},
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
    let mut price_lists = Vec::new();
    let mut lines: Vec<OrderLine> = Vec::with_capacity(object.lines.len());
    for (before, mut line) in std::mem::take(&mut object.lines).into_iter().enumerate() {
        let name = line.price_list.take();
        let line = line.read(ctx, before);
        price_lists.extend(name.map(|name| PriceListUse {
            variant_id: line.variant_id,
            list_id: ctx.new_id(),
            name,
        }));
        lines.push(line);
    }
    let parcels = std::mem::take(&mut object.parcels)
        .into_iter()
        .map(|parcel| parcel.read(ctx, &lines));
    let parcels: Vec<Fulfilment> = parcels.collect::<Result<_, _>>()?;
    let refunds = std::mem::take(&mut object.refunds)
        .into_iter()
        .map(|refund| refund.read(ctx, &lines));
    let refunds: Vec<OrderRefund> = refunds.collect::<Result<_, _>>()?;
    let mut order = order(ctx, object, placed_at)?;
    order.explanation.price_lists = price_lists;
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
