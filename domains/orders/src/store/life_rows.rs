//! What happened to an order, as the tables have it: its timeline, parcels and refunds.

use database::Error;
use kernel::{Money, OrderId, OrderLineId, StoreId, Time};
use payments::RefundState;
use serde::Serialize;
use uuid::Uuid;

use super::documents::{parse, parse_currency};
use crate::{Fulfilment, FulfilmentState, OrderRefund, RefundedLine, TimelineEntry};

#[derive(Serialize, sqlx::FromRow)]
pub(crate) struct TimelineRow {
    store_id: Uuid,
    id: Uuid,
    pub(crate) order_id: Uuid,
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
    pub(crate) id: Uuid,
    pub(crate) order_id: Uuid,
    state: String,
    carrier: String,
    tracking_number: String,
    tracking_url: String,
    created_at: Time,
    location_id: Option<Uuid>,
    shipped_at: Option<Time>,
}

#[derive(Serialize, sqlx::FromRow)]
pub(crate) struct FulfilmentLineRow {
    store_id: Uuid,
    pub(crate) fulfilment_id: Uuid,
    order_line_id: Uuid,
    quantity: i64,
}

impl FulfilmentLineRow {
    pub(crate) fn of(store_id: StoreId, fulfilment: &Fulfilment) -> impl Iterator<Item = Self> + '_ {
        let fulfilment_id = fulfilment.id;
        fulfilment.lines.iter().map(move |(line_id, quantity)| Self {
            store_id: store_id.into(),
            fulfilment_id: fulfilment_id.into(),
            order_line_id: (*line_id).into(),
            quantity: *quantity,
        })
    }
}

impl FulfilmentRow {
    pub(crate) fn of(store_id: StoreId, order_id: OrderId, fulfilment: &Fulfilment) -> (Self, Vec<FulfilmentLineRow>) {
        let row = Self {
            store_id: store_id.into(),
            id: fulfilment.id.into(),
            order_id: order_id.into(),
            state: fulfilment.state.as_str().to_owned(),
            carrier: fulfilment.carrier.clone(),
            tracking_number: fulfilment.tracking_number.clone(),
            tracking_url: fulfilment.tracking_url.clone(),
            created_at: fulfilment.created_at,
            location_id: fulfilment.location_id.map(Into::into),
            shipped_at: fulfilment.shipped_at,
        };
        (row, FulfilmentLineRow::of(store_id, fulfilment).collect())
    }

    pub(crate) fn read(self, lines: &[FulfilmentLineRow]) -> Result<Fulfilment, Error> {
        let own = lines.iter().filter(|line| line.fulfilment_id == self.id);
        Ok(Fulfilment {
            id: self.id.into(),
            state: parse(&self.state, "fulfilments.state", FulfilmentState::parse)?,
            carrier: self.carrier,
            tracking_number: self.tracking_number,
            tracking_url: self.tracking_url,
            location_id: self.location_id.map(Into::into),
            created_at: self.created_at,
            shipped_at: self.shipped_at,
            lines: own
                .map(|line| (OrderLineId::from(line.order_line_id), line.quantity))
                .collect(),
        })
    }
}

#[derive(Serialize, sqlx::FromRow)]
pub(crate) struct RefundRow {
    store_id: Uuid,
    pub(crate) id: Uuid,
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
    pub(crate) refund_id: Uuid,
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
