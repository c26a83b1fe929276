//! What belongs to an order in Souk's own export: lines, taxes, parcels and money that went back.

use std::collections::BTreeMap;

use database::Ctx;
use kernel::{FieldError, Money, OrderLineId, Time};
use orders::{Fulfilment, FulfilmentState, OrderLine, OrderRefund, RefundedLine, TaxShare};
use payments::RefundState;
use rust_decimal::Decimal;
use serde::Deserialize;

use crate::{shopify_lines::blank_line, values};

#[derive(Deserialize)]
pub(crate) struct Tax {
    name: String,
    rate: Decimal,
    #[serde(default)]
    jurisdiction: String,
    amount: i64,
}

#[derive(Deserialize)]
pub(crate) struct Line {
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
    pub(crate) price_list: Option<String>,
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
pub(crate) struct Parcel {
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
pub(crate) struct Pieces {
    line: i32,
    quantity: i64,
}

#[derive(Deserialize)]
pub(crate) struct Refund {
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
pub(crate) struct RefundedPieces {
    line: i32,
    quantity: i64,
    amount: i64,
    #[serde(default)]
    tax: i64,
}

/// A value by its name.
pub(crate) fn named<T>(field: &str, name: &str, parse: impl Fn(&str) -> Option<T>) -> Result<T, FieldError> {
    parse(name).ok_or_else(|| FieldError::new(field, "unknown_value", format!("{name:?} is not known")))
}

pub(crate) fn time(field: &str, text: &str) -> Result<Time, FieldError> {
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
    pub(crate) fn read(self, ctx: &Ctx) -> TaxShare {
        TaxShare {
            name: self.name,
            rate: self.rate,
            jurisdiction: self.jurisdiction,
            amount: Money::new(self.amount, ctx.currency()),
        }
    }
}

impl Line {
    pub(crate) fn read(self, ctx: &Ctx, before: usize) -> OrderLine {
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
    pub(crate) fn read(self, ctx: &Ctx, lines: &[OrderLine]) -> Result<Fulfilment, FieldError> {
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
    pub(crate) fn read(self, ctx: &Ctx, lines: &[OrderLine]) -> Result<OrderRefund, FieldError> {
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
