//! An order on the wire, for the shopper and for the merchant.

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate, Utc};
use orders::{OrderDetails, PriceListUse};
use serde::Serialize;
use utoipa::ToSchema;

use super::{KnownAddress, Money, TaxShare, ids, words};

/// An order: what was sold, as it was agreed, and what happened to it since.
#[derive(Serialize, ToSchema)]
pub(crate) struct Order {
    #[schema(value_type = ids::OrderId)]
    id: kernel::OrderId,
    /// Such as `ORD-1001`.
    number: String,
    /// The number it had in the shop it was taken over from; empty for an order of this store's own.
    external_number: String,
    /// `pending`, `confirmed`, `processing`, `partially_fulfilled`, `fulfilled`, `delivered`, `cancelled` or `refunded`.
    status: &'static str,
    /// `pending`, `authorized`, `paid`, `partially_paid`, `partially_refunded`, `refunded`, `failed` or `voided`.
    payment_status: &'static str,
    /// `unfulfilled`, `partial`, `fulfilled` or `returned`.
    fulfilment_status: &'static str,
    #[schema(value_type = Option<ids::CustomerId>)]
    customer_id: Option<kernel::CustomerId>,
    email: String,
    /// The language of its mails.
    #[schema(value_type = words::Language)]
    locale: &'static str,
    currency: &'static str,
    prices_include_tax: bool,
    lines: Vec<OrderLine>,
    totals: OrderTotals,
    /// The tax of lines and delivery, by rate.
    taxes: Vec<TaxShare>,
    /// The certificate by which no tax was charged; null when the customer was not exempt.
    tax_exemption: Option<TaxExemption>,
    /// What each coupon took off.
    coupons: Vec<CouponUse>,
    shipping_address: Option<KnownAddress>,
    billing_address: Option<KnownAddress>,
    /// The delivery's code, or empty.
    shipping_code: String,
    /// The delivery's name, or empty.
    shipping_name: String,
    /// When the delivery was said to come; null when nothing was said.
    delivery: Option<DeliveryDates>,
    fulfilments: Vec<Fulfilment>,
    refunds: Vec<Refund>,
    /// What the shopper wrote.
    customer_note: String,
    placed_at: DateTime<Utc>,
    updated_at: DateTime<Utc>,
    /// Counts its changes.
    version: i64,
}

/// When a delivery comes, as the shopper was told.
#[derive(Serialize, ToSchema)]
struct DeliveryDates {
    /// The first day.
    earliest: NaiveDate,
    /// The last day.
    latest: NaiveDate,
    /// The day the shopper chose; null when there was no choice.
    chosen: Option<NaiveDate>,
}

impl From<orders::DeliveryDates> for DeliveryDates {
    fn from(dates: orders::DeliveryDates) -> Self {
        Self {
            earliest: dates.earliest,
            latest: dates.latest,
            chosen: dates.chosen,
        }
    }
}

/// What was sold of one variant, as it was then.
#[derive(Serialize, ToSchema)]
struct OrderLine {
    #[schema(value_type = ids::OrderLineId)]
    id: kernel::OrderLineId,
    #[schema(value_type = ids::ProductId)]
    product_id: kernel::ProductId,
    #[schema(value_type = ids::VariantId)]
    variant_id: kernel::VariantId,
    title: String,
    variant_title: String,
    sku: Option<String>,
    slug: String,
    image_url: String,
    /// What the shopper wrote on it.
    properties: BTreeMap<String, String>,
    requires_shipping: bool,
    quantity: i64,
    unit_price: Money,
    /// The price list that said `unit_price`; null where it is what everybody paid then. Only staff are told.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<UsedPriceList>)]
    price_list: Option<Option<UsedPriceList>>,
    /// What coupons took off.
    discount: Money,
    tax: Money,
    /// What the shopper owes for it, with tax.
    total: Money,
    fulfilled_quantity: i64,
    /// How many were refunded, or are being refunded.
    refunded_quantity: i64,
}

/// A price list, as it was then.
#[derive(Serialize, ToSchema)]
struct UsedPriceList {
    /// It may be gone by now.
    #[schema(value_type = ids::PriceListId)]
    id: kernel::PriceListId,
    name: String,
}

impl From<&PriceListUse> for UsedPriceList {
    fn from(used: &PriceListUse) -> Self {
        Self {
            id: used.list_id,
            name: used.name.clone(),
        }
    }
}

/// What an order comes to, and what was paid of it.
#[derive(Serialize, ToSchema)]
struct OrderTotals {
    items: Money,
    /// What coupons took off the lines.
    discount: Money,
    /// What delivery costs before any coupon.
    shipping: Money,
    /// What coupons took off the delivery.
    shipping_discount: Money,
    /// Whether prices contain it or not.
    tax: Money,
    /// What the shopper owes.
    total: Money,
    /// What was taken.
    paid: Money,
    /// What went back, or is on its way back.
    refunded: Money,
}

/// What one coupon took off.
#[derive(Serialize, ToSchema)]
struct CouponUse {
    code: String,
    /// What it was taken off: `lines`, `order` or `shipping`.
    lane: String,
    amount: Money,
}

/// A parcel.
#[derive(Serialize, ToSchema)]
pub(crate) struct Fulfilment {
    #[schema(value_type = ids::FulfilmentId)]
    id: kernel::FulfilmentId,
    /// `picking`, `ready_to_ship`, `label_created`, `in_transit`, `out_for_delivery`, `delivered`, `failed` or `returned`.
    state: &'static str,
    carrier: String,
    tracking_number: String,
    tracking_url: String,
    /// Where it is picked.
    #[schema(value_type = Option<ids::LocationId>)]
    location_id: Option<kernel::LocationId>,
    created_at: DateTime<Utc>,
    /// When it left; null while it waits.
    shipped_at: Option<DateTime<Utc>>,
    /// What is in it.
    lines: Vec<Pieces>,
}

/// Some pieces of a line.
#[derive(Serialize, ToSchema)]
struct Pieces {
    #[schema(value_type = ids::OrderLineId)]
    line_id: kernel::OrderLineId,
    quantity: i64,
}

/// Money that went back, and for what.
#[derive(Serialize, ToSchema)]
pub(crate) struct Refund {
    #[schema(value_type = ids::RefundId)]
    id: kernel::RefundId,
    /// `pending`, `succeeded` or `failed`.
    state: &'static str,
    /// How much, the delivery's part included.
    amount: Money,
    /// The delivery's part.
    shipping_amount: Money,
    reason: String,
    /// Whether the pieces went back on the shelf.
    restock: bool,
    created_at: DateTime<Utc>,
    /// For which pieces.
    lines: Vec<RefundedLine>,
}

/// Pieces of a line that money went back for.
#[derive(Serialize, ToSchema)]
struct RefundedLine {
    #[schema(value_type = ids::OrderLineId)]
    line_id: kernel::OrderLineId,
    quantity: i64,
    /// With tax.
    amount: Money,
    /// The tax in it.
    tax: Money,
}

/// A certificate by which no tax was charged.
#[derive(Serialize, ToSchema)]
struct TaxExemption {
    /// Its number.
    certificate: String,
    /// `resale`, `government`, `nonprofit`, `education`, `religious`, `agriculture`, `manufacturing`, `diplomatic` or `other`.
    reason: String,
    /// Its last day; null when it holds until further notice.
    valid_until: Option<NaiveDate>,
}

impl From<orders::TaxExemption> for TaxExemption {
    fn from(exemption: orders::TaxExemption) -> Self {
        Self {
            certificate: exemption.certificate,
            reason: exemption.reason,
            valid_until: exemption.valid_until,
        }
    }
}

impl Order {
    /// The order with the lists that said its prices, whose names are the merchant's own.
    pub(crate) fn for_staff(details: OrderDetails) -> Self {
        let explanation = details.order.explanation.clone();
        let mut order = Self::from(details);
        for line in &mut order.lines {
            let used = explanation.price_list_of(line.variant_id);
            line.price_list = Some(used.map(UsedPriceList::from));
        }
        order
    }
}

impl From<OrderDetails> for Order {
    /// The order as its shopper sees it.
    fn from(details: OrderDetails) -> Self {
        let totals = OrderTotals::from(&details.order);
        let order = details.order;
        let explanation = order.explanation;
        Self {
            id: order.id,
            number: order.number,
            external_number: order.external_number,
            status: order.status.as_str(),
            payment_status: order.payment_status.as_str(),
            fulfilment_status: order.fulfilment_status.as_str(),
            customer_id: order.customer_id,
            email: order.email.into_string(),
            locale: order.locale.code(),
            currency: order.currency.code(),
            prices_include_tax: order.prices_include_tax,
            lines: details.lines.into_iter().map(OrderLine::from).collect(),
            totals,
            taxes: explanation.taxes.into_iter().map(TaxShare::from).collect(),
            tax_exemption: explanation.exemption.map(TaxExemption::from),
            coupons: explanation.coupons.into_iter().map(CouponUse::from).collect(),
            shipping_address: order.shipping_address.map(KnownAddress::from),
            billing_address: order.billing_address.map(KnownAddress::from),
            shipping_code: order.shipping_code,
            shipping_name: order.shipping_name,
            delivery: order.delivery.map(DeliveryDates::from),
            fulfilments: details.fulfilments.into_iter().map(Fulfilment::from).collect(),
            refunds: details.refunds.into_iter().map(Refund::from).collect(),
            customer_note: order.customer_note,
            placed_at: order.placed_at,
            updated_at: order.updated_at,
            version: order.version,
        }
    }
}

impl From<&orders::Order> for OrderTotals {
    fn from(order: &orders::Order) -> Self {
        Self {
            items: order.items_total.into(),
            discount: order.discount_total.into(),
            shipping: order.shipping_total.into(),
            shipping_discount: order.shipping_discount.into(),
            tax: order.tax_total.into(),
            total: order.total.into(),
            paid: order.paid_total.into(),
            refunded: order.refunded_total.into(),
        }
    }
}

impl From<orders::OrderLine> for OrderLine {
    fn from(line: orders::OrderLine) -> Self {
        Self {
            price_list: None,
            id: line.id,
            product_id: line.product_id,
            variant_id: line.variant_id,
            title: line.title,
            variant_title: line.variant_title,
            sku: line.sku,
            slug: line.slug,
            image_url: line.image_url,
            properties: line.properties,
            requires_shipping: line.requires_shipping,
            quantity: line.quantity,
            unit_price: line.unit_price.into(),
            discount: line.discount.into(),
            tax: line.tax.into(),
            total: line.total.into(),
            fulfilled_quantity: line.fulfilled_quantity,
            refunded_quantity: line.refunded_quantity,
        }
    }
}

impl From<orders::CouponUse> for CouponUse {
    fn from(coupon: orders::CouponUse) -> Self {
        Self {
            code: coupon.code,
            lane: coupon.lane,
            amount: coupon.amount.into(),
        }
    }
}

impl From<orders::Fulfilment> for Fulfilment {
    fn from(fulfilment: orders::Fulfilment) -> Self {
        Self {
            id: fulfilment.id,
            state: fulfilment.state.as_str(),
            carrier: fulfilment.carrier,
            tracking_number: fulfilment.tracking_number,
            tracking_url: fulfilment.tracking_url,
            location_id: fulfilment.location_id,
            created_at: fulfilment.created_at,
            shipped_at: fulfilment.shipped_at,
            lines: fulfilment
                .lines
                .into_iter()
                .map(|(line_id, quantity)| Pieces { line_id, quantity })
                .collect(),
        }
    }
}

impl From<orders::OrderRefund> for Refund {
    fn from(refund: orders::OrderRefund) -> Self {
        let line = |line: orders::RefundedLine| RefundedLine {
            line_id: line.line_id,
            quantity: line.quantity,
            amount: line.amount.into(),
            tax: line.tax.into(),
        };
        Self {
            id: refund.id,
            state: refund.state.as_str(),
            amount: refund.amount.into(),
            shipping_amount: refund.shipping_amount.into(),
            reason: refund.reason,
            restock: refund.restock,
            created_at: refund.created_at,
            lines: refund.lines.into_iter().map(line).collect(),
        }
    }
}
