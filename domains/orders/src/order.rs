//! An order: an immutable snapshot of what was sold, with what happened to it since.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use kernel::{
    Address, CartId, Currency, CustomerId, EmailAddress, FulfilmentId, Locale, LocationId, Money, MoneyError, OrderId,
    OrderLineId, ProductId, RefundId, TaxRounding, Time, TimelineId, VariantId,
};
use payments::RefundState;
use serde_json::json;

use crate::{Explanation, FulfilmentState, FulfilmentStatus, OrderStatus, PaymentStatus, Source, TaxShare, Tracking};

/// An order without its lines. What was agreed never changes; the statuses, the money that moved and the tags do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Order {
    /// Its id.
    pub id: OrderId,
    /// Its number, such as `ORD-1001`, without gaps in a store.
    pub number: String,
    /// The number it had in the shop it was taken over from; empty for an order of this store's own.
    pub external_number: String,
    /// The cart it was.
    pub cart_id: Option<CartId>,
    /// Whose it is, if the shopper has an account.
    pub customer_id: Option<CustomerId>,
    /// Where its mails go.
    pub email: EmailAddress,
    /// Where it stands as a whole.
    pub status: OrderStatus,
    /// Where its money stands.
    pub payment_status: PaymentStatus,
    /// Where its parcels stand.
    pub fulfilment_status: FulfilmentStatus,
    /// The currency of every amount.
    pub currency: Currency,
    /// The language its mails are written in.
    pub locale: Locale,
    /// Whether prices, discounts and delivery are amounts with tax.
    pub prices_include_tax: bool,
    /// Where its tax was rounded.
    pub tax_rounding: TaxRounding,
    /// Σ unit price × quantity.
    pub items_total: Money,
    /// What coupons took off the lines.
    pub discount_total: Money,
    /// What delivery costs before any coupon.
    pub shipping_total: Money,
    /// What coupons took off the delivery.
    pub shipping_discount: Money,
    /// The tax of the delivery, part of `tax_total`.
    pub shipping_tax: Money,
    /// The tax of lines and delivery, whether prices contain it or not.
    pub tax_total: Money,
    /// What the shopper owes.
    pub total: Money,
    /// What was taken.
    pub paid_total: Money,
    /// What went back or is on its way back; never more than was taken.
    pub refunded_total: Money,
    /// The delivery's part of that.
    pub shipping_refunded: Money,
    /// Where it goes.
    pub shipping_address: Option<Address>,
    /// Who pays.
    pub billing_address: Option<Address>,
    /// The delivery's code, such as `standard`.
    pub shipping_code: String,
    /// The delivery's name, as the shopper saw it.
    pub shipping_name: String,
    /// When the delivery was said to come; nothing for what is not delivered.
    pub delivery: Option<DeliveryDates>,
    /// The coupons that were applied.
    pub coupon_codes: Vec<String>,
    /// Why it costs what it costs.
    pub explanation: Explanation,
    /// Where it comes from.
    pub source: Source,
    /// What the shopper wrote.
    pub customer_note: String,
    /// Words of the staff's.
    pub tags: Vec<String>,
    /// When it was placed.
    pub placed_at: Time,
    /// When it last changed.
    pub updated_at: Time,
    /// Counts its changes, from 1.
    pub version: i64,
}

impl Order {
    /// What the shopper owes for the delivery: after coupons, with its tax.
    pub fn shipping_charged(&self) -> Result<Money, MoneyError> {
        let net = self.shipping_total.minus(self.shipping_discount)?;
        if self.prices_include_tax {
            Ok(net)
        } else {
            net.plus(self.shipping_tax)
        }
    }

    /// What was taken and is not on its way back.
    pub fn refundable(&self) -> Result<Money, MoneyError> {
        self.paid_total.minus(self.refunded_total)
    }
}

/// When a delivery comes, as the shopper was told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DeliveryDates {
    /// The first day.
    pub earliest: NaiveDate,
    /// The last day.
    pub latest: NaiveDate,
    /// The day the shopper chose.
    pub chosen: Option<NaiveDate>,
}

/// What was sold of one variant, as it was then.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OrderLine {
    /// Its id.
    pub id: OrderLineId,
    /// Its place among the lines, from 1.
    pub position: i32,
    /// The product.
    pub product_id: ProductId,
    /// The variant.
    pub variant_id: VariantId,
    /// The product's title.
    pub title: String,
    /// The option values in words.
    pub variant_title: String,
    /// The merchant's own number.
    pub sku: Option<String>,
    /// The last part of the product page's address.
    pub slug: String,
    /// Its picture, or empty.
    pub image_url: String,
    /// What the shopper wrote on it.
    pub properties: BTreeMap<String, String>,
    /// Whether it goes into a parcel.
    pub requires_shipping: bool,
    /// What one piece weighs.
    pub weight_grams: i64,
    /// How many were sold.
    pub quantity: i64,
    /// What one cost.
    pub unit_price: Money,
    /// What coupons took off.
    pub discount: Money,
    /// Its tax, whether the price contains it or not.
    pub tax: Money,
    /// What the shopper owes for it, with tax.
    pub total: Money,
    /// Its tax by rate.
    pub taxes: Vec<TaxShare>,
    /// How many were shipped.
    pub fulfilled_quantity: i64,
    /// How many were refunded, or are being refunded.
    pub refunded_quantity: i64,
    /// What went back for them, or is on its way back.
    pub refunded: Money,
    /// The tax in that; the refunds' own, so it is read and never written.
    pub refunded_tax: Money,
}

impl OrderLine {
    /// How many are left to ship. Pieces that are refunded are taken to be ones that were not shipped, as long as there are
    /// such.
    pub fn left_to_ship(&self) -> i64 {
        if self.requires_shipping {
            (self.quantity - self.fulfilled_quantity - self.refunded_quantity).max(0)
        } else {
            0
        }
    }

    /// How many can still be refunded.
    pub fn left_to_refund(&self) -> i64 {
        (self.quantity - self.refunded_quantity).max(0)
    }
}

/// An order with its lines: what a change is decided on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OrderAndLines {
    /// The order.
    pub order: Order,
    /// Its lines, by position.
    pub lines: Vec<OrderLine>,
}

/// Everything about an order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OrderDetails {
    /// The order.
    pub order: Order,
    /// Its lines, by position.
    pub lines: Vec<OrderLine>,
    /// Its parcels, oldest first.
    pub fulfilments: Vec<Fulfilment>,
    /// What went back, oldest first.
    pub refunds: Vec<OrderRefund>,
    /// What happened, oldest first.
    pub timeline: Vec<TimelineEntry>,
}

impl OrderDetails {
    /// How many pieces of a line are left to ship and in no parcel that waits.
    pub fn left_to_pack(&self, line: &OrderLine) -> i64 {
        crate::change::left_to_pack(line, &self.fulfilments)
    }

    /// The order with its lines alone, such as to plan a refund.
    pub fn sold(&self) -> OrderAndLines {
        OrderAndLines {
            order: self.order.clone(),
            lines: self.lines.clone(),
        }
    }
}

/// A parcel.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fulfilment {
    /// Its id.
    pub id: FulfilmentId,
    /// How far it is.
    pub state: FulfilmentState,
    /// Where it is picked.
    pub location_id: Option<LocationId>,
    /// Who carries it.
    pub carrier: String,
    /// The carrier's number for it.
    pub tracking_number: String,
    /// Where it can be followed.
    pub tracking_url: String,
    /// When it was made.
    pub created_at: Time,
    /// When it left.
    pub shipped_at: Option<Time>,
    /// What is in it.
    pub lines: Vec<(OrderLineId, i64)>,
}

impl Fulfilment {
    /// How many pieces are in it.
    pub fn pieces(&self) -> i64 {
        self.lines.iter().map(|(_, quantity)| quantity).sum()
    }

    /// Says how it is followed; whether that is new.
    pub(crate) fn track(&mut self, tracking: Tracking) -> bool {
        let before = self.clone();
        self.carrier = tracking.carrier;
        self.tracking_number = tracking.number;
        self.tracking_url = tracking.url;
        *self != before
    }

    /// What the timeline says of it.
    pub(crate) fn details(&self) -> serde_json::Value {
        json!({
            "fulfilment": self.id, "carrier": self.carrier, "tracking_number": self.tracking_number,
            "pieces": self.pieces(),
        })
    }
}

/// Money that went back, and for what.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OrderRefund {
    /// Its id, which the payment's side of it has too.
    pub id: RefundId,
    /// How far it has come.
    pub state: RefundState,
    /// How much, the delivery's part included.
    pub amount: Money,
    /// The delivery's part.
    pub shipping_amount: Money,
    /// Why.
    pub reason: String,
    /// Whether the pieces went back on the shelf.
    pub restock: bool,
    /// When it was begun.
    pub created_at: Time,
    /// For which pieces.
    pub lines: Vec<RefundedLine>,
}

/// Pieces of a line that money went back for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RefundedLine {
    /// The line.
    pub line_id: OrderLineId,
    /// How many pieces.
    pub quantity: i64,
    /// What was paid for them, with tax.
    pub amount: Money,
    /// The tax in it.
    pub tax: Money,
}

/// Something that happened to an order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TimelineEntry {
    /// Its id.
    pub id: TimelineId,
    /// The version of the order that it led to.
    pub order_version: i64,
    /// What happened, such as `shipped`.
    pub kind: String,
    /// More about it.
    pub details: serde_json::Value,
    /// Who did it.
    pub actor: String,
    /// When.
    pub occurred_at: Time,
}

/// An order in a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OrderSummary {
    /// Its id.
    pub id: OrderId,
    /// Its number.
    pub number: String,
    /// Whose it is, if the shopper has an account.
    pub customer_id: Option<CustomerId>,
    /// Where its mails go.
    pub email: EmailAddress,
    /// The name it is sent or billed to; empty when neither is known.
    pub customer_name: String,
    /// Where it stands as a whole.
    pub status: OrderStatus,
    /// Where its money stands.
    pub payment_status: PaymentStatus,
    /// Where its parcels stand.
    pub fulfilment_status: FulfilmentStatus,
    /// What the shopper owes.
    pub total: Money,
    /// How many pieces.
    pub item_count: i64,
    /// Words of the staff's.
    pub tags: Vec<String>,
    /// When it was placed.
    pub placed_at: Time,
}
