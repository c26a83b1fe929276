//! An order as its page shows it.

use std::collections::BTreeMap;

use kernel::{Address, EmailAddress, Locale, MoneyError, OrderLineId};
use orders::{
    DeliveryDates, Fulfilment, FulfilmentState, Order, OrderDetails, OrderEvent, OrderLine, OrderRefund, TimelineEntry,
};
use payments::{Attempt, Capture, ELSEWHERE};
use serde::Serialize;
use web::{MoneyView, Visitor};

use super::money::{self, HeldView, PaymentView};
use crate::forms::{actor, word};

/// Everything of the page but its forms.
#[derive(Serialize)]
pub(crate) struct OrderView {
    pub(crate) id: String,
    pub(crate) number: String,
    /// The number it had in the shop it was taken over from.
    external_number: String,
    placed_at: String,
    email: String,
    /// Whether whoever bought is forgotten.
    erased: bool,
    /// Who has an account.
    customer: Option<String>,
    status: &'static str,
    payment_status: &'static str,
    fulfilment_status: &'static str,
    source: &'static str,
    customer_note: String,
    tags: String,
    lines: Vec<LineView>,
    totals: TotalsView,
    shipping_name: String,
    delivery: Option<DeliveryView>,
    shipping_address: Vec<String>,
    billing_address: Vec<String>,
    parcels: Vec<ParcelView>,
    payments: Vec<PaymentView>,
    held: Option<HeldView>,
    refunds: Vec<RefundView>,
    timeline: Vec<EntryView>,
    /// What can be done to the order as it is now; whether the reader may is another matter.
    can: CanView,
}

/// When the delivery was said to come, and the day the shopper chose.
#[derive(Serialize)]
struct DeliveryView {
    earliest: String,
    latest: String,
    chosen: Option<String>,
}

impl From<DeliveryDates> for DeliveryView {
    fn from(dates: DeliveryDates) -> Self {
        Self {
            earliest: dates.earliest.to_string(),
            latest: dates.latest.to_string(),
            chosen: dates.chosen.map(|day| day.to_string()),
        }
    }
}

#[derive(Serialize)]
struct CanView {
    process: bool,
    fulfil: bool,
    deliver: bool,
    cancel: bool,
    refund: bool,
}

/// A line of an order, on its page and on that of a refund.
#[derive(Serialize)]
pub(crate) struct LineView {
    pub(crate) id: String,
    product_id: String,
    /// Whether its product is in the catalogue.
    known: bool,
    title: String,
    variant_title: String,
    sku: String,
    image_url: String,
    properties: BTreeMap<String, String>,
    quantity: i64,
    unit_price: MoneyView,
    /// The price list that said it, by the name it had then.
    price_list: Option<String>,
    discount: Option<MoneyView>,
    tax: MoneyView,
    total: MoneyView,
    shipped: i64,
    left_to_ship: i64,
    refunded: i64,
    pub(crate) left_to_refund: i64,
}

#[derive(Serialize)]
struct TotalsView {
    items: MoneyView,
    discount: Option<MoneyView>,
    shipping: MoneyView,
    shipping_discount: Option<MoneyView>,
    taxes: Vec<TaxView>,
    tax_included: bool,
    exemption: Option<ExemptionView>,
    total: MoneyView,
    paid: MoneyView,
    refunded: Option<MoneyView>,
    left: MoneyView,
    /// What the gateways kept of it, and what is left without that.
    fees: Option<MoneyView>,
    net: Option<MoneyView>,
    coupons: Vec<String>,
}

/// The certificate by which no tax was charged.
#[derive(Serialize)]
struct ExemptionView {
    certificate: String,
    reason: String,
}

#[derive(Serialize)]
struct TaxView {
    name: String,
    amount: MoneyView,
}

#[derive(Serialize)]
struct ParcelView {
    id: String,
    state: &'static str,
    carrier: String,
    tracking_number: String,
    tracking_url: String,
    created_at: String,
    /// When it left; nothing while it waits.
    shipped_at: Option<String>,
    pieces: Vec<PieceView>,
}

#[derive(Serialize)]
struct PieceView {
    title: String,
    quantity: i64,
}

#[derive(Serialize)]
struct RefundView {
    state: &'static str,
    amount: MoneyView,
    shipping: Option<MoneyView>,
    reason: String,
    restock: bool,
    at: String,
    pieces: Vec<PieceView>,
}

#[derive(Serialize)]
struct EntryView {
    what: String,
    /// What was written or given with it, in the words of whoever did it.
    text: String,
    amount: Option<MoneyView>,
    actor: String,
    at: String,
}

impl OrderView {
    pub(crate) fn new(
        visitor: &Visitor,
        details: &OrderDetails,
        attempts: &[Attempt],
        captures: &[Capture],
    ) -> Result<Self, MoneyError> {
        let order = &details.order;
        Ok(Self {
            id: order.id.to_string(),
            number: order.number.clone(),
            external_number: order.external_number.clone(),
            placed_at: order.placed_at.to_rfc3339(),
            erased: order.email == EmailAddress::nobody(),
            email: order.email.to_string(),
            customer: order.customer_id.map(|id| id.to_string()),
            status: order.status.as_str(),
            payment_status: order.payment_status.as_str(),
            fulfilment_status: order.fulfilment_status.as_str(),
            source: order.source.as_str(),
            customer_note: order.customer_note.clone(),
            tags: order.tags.join(", "),
            lines: details
                .lines
                .iter()
                .map(|line| LineView::new(&details.order, line))
                .collect(),
            totals: totals(visitor, order, attempts)?,
            shipping_name: order.shipping_name.clone(),
            delivery: order.delivery.map(DeliveryView::from),
            shipping_address: label(order.shipping_address.as_ref(), visitor.locale),
            billing_address: label(order.billing_address.as_ref(), visitor.locale),
            parcels: details
                .fulfilments
                .iter()
                .map(|parcel| parcel_view(parcel, details))
                .collect(),
            payments: attempts
                .iter()
                .map(|attempt| PaymentView::new(visitor, attempt, captures))
                .collect(),
            held: HeldView::of(visitor.store().capture, details, attempts)?,
            refunds: details
                .refunds
                .iter()
                .map(|refund| refund_view(refund, details))
                .collect(),
            timeline: details
                .timeline
                .iter()
                .rev()
                .map(|entry| entry_view(visitor, entry))
                .collect(),
            can: can(details, attempts)?,
        })
    }
}

fn can(details: &OrderDetails, attempts: &[Attempt]) -> Result<CanView, MoneyError> {
    let order = &details.order;
    let under_way = details
        .fulfilments
        .iter()
        .any(|parcel| FulfilmentState::is_under_way(parcel.state));
    Ok(CanView {
        process: order.status.next(OrderEvent::Process).is_ok(),
        fulfil: order.status.next(OrderEvent::ShipAll).is_ok()
            && details.lines.iter().any(|line| details.left_to_pack(line) > 0),
        deliver: under_way,
        cancel: order.status.next(OrderEvent::Cancel).is_ok(),
        // What another shop took goes back there.
        refund: order.refundable()?.is_positive() && !attempts.iter().any(|attempt| attempt.gateway == ELSEWHERE),
    })
}

impl LineView {
    fn new(order: &Order, line: &OrderLine) -> Self {
        let list = order.explanation.price_list_of(line.variant_id);
        Self {
            price_list: list.map(|used| used.name.clone()),
            id: line.id.to_string(),
            product_id: line.product_id.to_string(),
            known: !line.slug.is_empty(),
            title: line.title.clone(),
            variant_title: line.variant_title.clone(),
            sku: line.sku.clone().unwrap_or_default(),
            image_url: line.image_url.clone(),
            properties: line.properties.clone(),
            quantity: line.quantity,
            unit_price: line.unit_price.into(),
            discount: line.discount.is_positive().then(|| line.discount.into()),
            tax: line.tax.into(),
            total: line.total.into(),
            shipped: line.fulfilled_quantity,
            left_to_ship: line.left_to_ship(),
            refunded: line.refunded_quantity,
            left_to_refund: line.left_to_refund(),
        }
    }
}

fn totals(visitor: &Visitor, order: &Order, attempts: &[Attempt]) -> Result<TotalsView, MoneyError> {
    let (fees, net) = money::net(order.refundable()?, attempts)?.unzip();
    let positive = |money: kernel::Money| money.is_positive().then(|| MoneyView::from(money));
    Ok(TotalsView {
        items: order.items_total.into(),
        discount: positive(order.discount_total),
        shipping: order.shipping_total.into(),
        shipping_discount: positive(order.shipping_discount),
        taxes: order
            .explanation
            .taxes
            .iter()
            .map(|tax| TaxView {
                name: if tax.jurisdiction.is_empty() {
                    tax.name.clone()
                } else {
                    format!("{} ({})", tax.name, tax.jurisdiction)
                },
                amount: tax.amount.into(),
            })
            .collect(),
        tax_included: order.prices_include_tax,
        exemption: order.explanation.exemption.as_ref().map(|exemption| ExemptionView {
            certificate: exemption.certificate.clone(),
            reason: word(visitor, "admin-exempt", &exemption.reason),
        }),
        total: order.total.into(),
        paid: order.paid_total.into(),
        refunded: positive(order.refunded_total),
        left: order.refundable()?.into(),
        fees,
        net,
        coupons: order.coupon_codes.clone(),
    })
}

fn label(address: Option<&Address>, locale: Locale) -> Vec<String> {
    let Some(address) = address else { return Vec::new() };
    let mut lines = address.label_lines(locale);
    lines.extend(Some(address.phone.clone()).filter(|phone| !phone.is_empty()));
    lines
}

fn pieces(lines: impl Iterator<Item = (OrderLineId, i64)>, details: &OrderDetails) -> Vec<PieceView> {
    // Money that goes back after all pieces are refunded names its lines without pieces.
    lines
        .filter(|(_, quantity)| *quantity > 0)
        .map(|(id, quantity)| {
            let line = details.lines.iter().find(|line| line.id == id);
            PieceView {
                title: line.map(full_title).unwrap_or_default(),
                quantity,
            }
        })
        .collect()
}

fn full_title(line: &OrderLine) -> String {
    if line.variant_title.is_empty() {
        line.title.clone()
    } else {
        format!("{}, {}", line.title, line.variant_title)
    }
}

fn parcel_view(parcel: &Fulfilment, details: &OrderDetails) -> ParcelView {
    ParcelView {
        id: parcel.id.to_string(),
        state: parcel.state.as_str(),
        carrier: parcel.carrier.clone(),
        tracking_number: parcel.tracking_number.clone(),
        tracking_url: parcel.tracking_url.clone(),
        created_at: parcel.created_at.to_rfc3339(),
        shipped_at: parcel.shipped_at.map(|at| at.to_rfc3339()),
        pieces: pieces(parcel.lines.iter().copied(), details),
    }
}

fn refund_view(refund: &OrderRefund, details: &OrderDetails) -> RefundView {
    RefundView {
        state: refund.state.as_str(),
        amount: refund.amount.into(),
        shipping: refund
            .shipping_amount
            .is_positive()
            .then(|| refund.shipping_amount.into()),
        reason: refund.reason.clone(),
        restock: refund.restock,
        at: refund.created_at.to_rfc3339(),
        pieces: pieces(refund.lines.iter().map(|line| (line.line_id, line.quantity)), details),
    }
}

fn entry_view(visitor: &Visitor, entry: &TimelineEntry) -> EntryView {
    let said = |name: &str| {
        entry
            .details
            .get(name)
            .and_then(serde_json::Value::as_str)
            .unwrap_or_default()
    };
    let failure = money::failure(visitor, said("code"));
    let texts = ["text", "reason", "carrier", "tracking_number"].map(said);
    let texts = texts.into_iter().chain([failure.as_str()]);
    let texts: Vec<&str> = texts.filter(|text| !text.is_empty()).collect();
    let amount = entry.details.get("amount").cloned();
    EntryView {
        what: word(visitor, "admin-timeline", &entry.kind),
        text: texts.join(" · "),
        amount: amount.and_then(|amount| {
            let minor = amount.get("amount")?.as_i64()?;
            let currency = amount.get("currency")?.as_str()?.to_owned();
            Some(MoneyView {
                amount: minor,
                currency,
            })
        }),
        actor: actor(visitor, &entry.actor),
        at: entry.occurred_at.to_rfc3339(),
    }
}
