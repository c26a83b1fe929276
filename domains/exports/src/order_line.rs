//! An order as a JSON line: everything but the timeline.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use kernel::{Address, Money, OrderLineId, TaxRounding};
use orders::{Fulfilment, Order, OrderDetails, OrderLine, OrderRefund, TaxExemption, TaxShare};
use serde::Serialize;

use crate::sheet::moment;

/// All amounts are in minor units of the order's currency.
#[derive(Serialize)]
pub(crate) struct Line<'a> {
    number: &'a str,
    /// The number it had in the shop it was taken over from.
    external_number: &'a str,
    placed_at: String,
    updated_at: String,
    email: &'a str,
    status: &'static str,
    payment_status: &'static str,
    fulfilment_status: &'static str,
    currency: &'static str,
    locale: &'static str,
    prices_include_tax: bool,
    tax_rounding: &'static str,
    items_total: i64,
    discount_total: i64,
    shipping_total: i64,
    shipping_discount: i64,
    shipping_tax: i64,
    tax_total: i64,
    total: i64,
    paid_total: i64,
    refunded_total: i64,
    shipping_refunded: i64,
    shipping_code: &'a str,
    shipping_name: &'a str,
    delivery: Option<Delivery>,
    coupons: &'a [String],
    source: &'static str,
    customer_note: &'a str,
    /// The merchant's own words, which shoppers are not given.
    #[serde(skip_serializing_if = "Option::is_none")]
    tags: Option<&'a [String]>,
    shipping_address: Option<&'a Address>,
    billing_address: Option<&'a Address>,
    taxes: Vec<Tax<'a>>,
    shipping_taxes: Vec<Tax<'a>>,
    tax_exemption: Option<&'a TaxExemption>,
    lines: Vec<LineOfOrder<'a>>,
    parcels: Vec<Parcel<'a>>,
    refunds: Vec<Refund<'a>>,
}

/// When the delivery was said to come, and the day the shopper chose.
#[derive(Serialize)]
struct Delivery {
    earliest: NaiveDate,
    latest: NaiveDate,
    chosen: Option<NaiveDate>,
}

#[derive(Serialize)]
struct Tax<'a> {
    name: &'a str,
    rate: String,
    jurisdiction: &'a str,
    amount: i64,
}

#[derive(Serialize)]
struct LineOfOrder<'a> {
    sku: Option<&'a str>,
    handle: &'a str,
    title: &'a str,
    variant: &'a str,
    image: &'a str,
    properties: &'a BTreeMap<String, String>,
    requires_shipping: bool,
    weight_grams: i64,
    quantity: i64,
    unit_price: i64,
    /// The price list that said so.
    #[serde(skip_serializing_if = "Option::is_none")]
    price_list: Option<&'a str>,
    discount: i64,
    tax: i64,
    total: i64,
    taxes: Vec<Tax<'a>>,
    shipped: i64,
    refunded_quantity: i64,
    refunded: i64,
}

#[derive(Serialize)]
struct Parcel<'a> {
    at: String,
    /// When it left; null while it waits.
    shipped_at: Option<String>,
    state: &'static str,
    carrier: &'a str,
    tracking_number: &'a str,
    tracking_url: &'a str,
    lines: Vec<Pieces>,
}

#[derive(Serialize)]
struct Refund<'a> {
    at: String,
    state: &'static str,
    amount: i64,
    shipping_amount: i64,
    reason: &'a str,
    restock: bool,
    lines: Vec<RefundedPieces>,
}

/// Pieces of the order's line at that place, from 1.
#[derive(Serialize)]
struct Pieces {
    line: i32,
    quantity: i64,
}

#[derive(Serialize)]
struct RefundedPieces {
    line: i32,
    quantity: i64,
    amount: i64,
    tax: i64,
}

/// Writes an order as a line.
pub(crate) fn write_line(out: &mut Vec<u8>, whole: &OrderDetails) -> Result<(), database::Error> {
    serde_json::to_writer(&mut *out, &line(whole))?;
    out.push(b'\n');
    Ok(())
}

/// The order without what staff wrote down for themselves.
pub(crate) fn of_shopper(whole: &OrderDetails) -> Line<'_> {
    Line {
        tags: None,
        ..line(whole)
    }
}

fn line(whole: &OrderDetails) -> Line<'_> {
    let order = &whole.order;
    let minor = Money::minor;
    Line {
        number: &order.number,
        external_number: &order.external_number,
        placed_at: moment(order.placed_at),
        updated_at: moment(order.updated_at),
        email: order.email.as_str(),
        status: order.status.as_str(),
        payment_status: order.payment_status.as_str(),
        fulfilment_status: order.fulfilment_status.as_str(),
        currency: order.currency.code(),
        locale: order.locale.code(),
        prices_include_tax: order.prices_include_tax,
        tax_rounding: match order.tax_rounding {
            TaxRounding::Line => "line",
            TaxRounding::Order => "order",
        },
        items_total: minor(order.items_total),
        discount_total: minor(order.discount_total),
        shipping_total: minor(order.shipping_total),
        shipping_discount: minor(order.shipping_discount),
        shipping_tax: minor(order.shipping_tax),
        tax_total: minor(order.tax_total),
        total: minor(order.total),
        paid_total: minor(order.paid_total),
        refunded_total: minor(order.refunded_total),
        shipping_refunded: minor(order.shipping_refunded),
        shipping_code: &order.shipping_code,
        shipping_name: &order.shipping_name,
        delivery: order.delivery.map(|dates| Delivery {
            earliest: dates.earliest,
            latest: dates.latest,
            chosen: dates.chosen,
        }),
        coupons: &order.coupon_codes,
        source: order.source.as_str(),
        customer_note: &order.customer_note,
        tags: Some(&order.tags),
        shipping_address: order.shipping_address.as_ref(),
        billing_address: order.billing_address.as_ref(),
        taxes: taxes(&order.explanation.taxes),
        shipping_taxes: taxes(&order.explanation.shipping_taxes),
        tax_exemption: order.explanation.exemption.as_ref(),
        lines: whole.lines.iter().map(|line| line_of(order, line)).collect(),
        parcels: whole
            .fulfilments
            .iter()
            .map(|parcel| parcel_of(whole, parcel))
            .collect(),
        refunds: whole.refunds.iter().map(|refund| refund_of(whole, refund)).collect(),
    }
}

fn taxes(shares: &[TaxShare]) -> Vec<Tax<'_>> {
    let tax = |share: &'_ TaxShare| (share.rate.to_string(), share.amount.minor());
    shares
        .iter()
        .map(|share| {
            let (rate, amount) = tax(share);
            Tax {
                name: &share.name,
                rate,
                jurisdiction: &share.jurisdiction,
                amount,
            }
        })
        .collect()
}

fn line_of<'a>(order: &'a Order, line: &'a OrderLine) -> LineOfOrder<'a> {
    let price_list = order.explanation.price_list_of(line.variant_id);
    LineOfOrder {
        sku: line.sku.as_deref(),
        handle: &line.slug,
        title: &line.title,
        variant: &line.variant_title,
        image: &line.image_url,
        properties: &line.properties,
        requires_shipping: line.requires_shipping,
        weight_grams: line.weight_grams,
        quantity: line.quantity,
        unit_price: line.unit_price.minor(),
        price_list: price_list.map(|used| used.name.as_str()),
        discount: line.discount.minor(),
        tax: line.tax.minor(),
        total: line.total.minor(),
        taxes: taxes(&line.taxes),
        shipped: line.fulfilled_quantity,
        refunded_quantity: line.refunded_quantity,
        refunded: line.refunded.minor(),
    }
}

/// A line's place in its order; 0 for one that is not there.
fn place_of(whole: &OrderDetails, id: OrderLineId) -> i32 {
    let line = whole.lines.iter().find(|line| line.id == id);
    line.map_or(0, |line| line.position)
}

fn parcel_of<'a>(whole: &OrderDetails, parcel: &'a Fulfilment) -> Parcel<'a> {
    Parcel {
        at: moment(parcel.created_at),
        shipped_at: parcel.shipped_at.map(moment),
        state: parcel.state.as_str(),
        carrier: &parcel.carrier,
        tracking_number: &parcel.tracking_number,
        tracking_url: &parcel.tracking_url,
        lines: parcel
            .lines
            .iter()
            .map(|(id, quantity)| Pieces {
                line: place_of(whole, *id),
                quantity: *quantity,
            })
            .collect(),
    }
}

fn refund_of<'a>(whole: &OrderDetails, refund: &'a OrderRefund) -> Refund<'a> {
    Refund {
        at: moment(refund.created_at),
        state: refund.state.as_str(),
        amount: refund.amount.minor(),
        shipping_amount: refund.shipping_amount.minor(),
        reason: &refund.reason,
        restock: refund.restock,
        lines: refund
            .lines
            .iter()
            .map(|line| RefundedPieces {
                line: place_of(whole, line.line_id),
                quantity: line.quantity,
                amount: line.amount.minor(),
                tax: line.tax.minor(),
            })
            .collect(),
    }
}
