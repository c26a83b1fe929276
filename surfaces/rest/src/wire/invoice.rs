//! An invoice or a credit note on the wire.

use chrono::{DateTime, Utc};
use invoices::Document;
use orders::Amount;
use serde::Serialize;
use utoipa::ToSchema;

use super::{Money, ids, words};

/// An invoice or a credit note, as it was written.
#[derive(Serialize, ToSchema)]
pub(crate) struct Invoice {
    #[schema(value_type = ids::DocumentId)]
    id: kernel::DocumentId,
    /// `invoice` or `credit_note`.
    kind: &'static str,
    /// Without gaps among those of its kind.
    number: String,
    #[schema(value_type = ids::OrderId)]
    order_id: kernel::OrderId,
    /// The number of the order.
    order_number: String,
    placed_at: DateTime<Utc>,
    /// What a credit note is about.
    #[schema(value_type = Option<ids::RefundId>)]
    refund_id: Option<kernel::RefundId>,
    /// The number of the invoice that a credit note refers to, or empty.
    invoice_number: String,
    /// The language it is printed in.
    #[schema(value_type = words::Language)]
    locale: &'static str,
    issued_at: DateTime<Utc>,
    seller: Party,
    /// The seller's tax numbers, each with what it is called.
    tax_numbers: Vec<String>,
    buyer: Party,
    lines: Vec<InvoiceLine>,
    /// The name of the delivery, or empty.
    shipping_name: String,
    totals: InvoiceTotals,
    prices_include_tax: bool,
    /// The tax, by rate.
    taxes: Vec<InvoiceTax>,
    /// Why there is no tax, if there is a reason.
    exempt: Option<InvoiceExempt>,
    /// What the seller adds at the end.
    note: String,
}

/// The certificate by which no tax was charged.
#[derive(Serialize, ToSchema)]
struct InvoiceExempt {
    certificate: String,
    #[schema(example = "resale")]
    reason: String,
}

/// Who sells or buys.
#[derive(Serialize, ToSchema)]
struct Party {
    /// The address label, the name first.
    lines: Vec<String>,
    email: String,
    /// Where the goods go, when that is another address.
    ship_to: Vec<String>,
}

impl From<invoices::Party> for Party {
    fn from(party: invoices::Party) -> Self {
        Self {
            lines: party.lines,
            email: party.email,
            ship_to: party.ship_to,
        }
    }
}

/// Pieces of a variant.
#[derive(Serialize, ToSchema)]
struct InvoiceLine {
    title: String,
    variant_title: String,
    /// The merchant's own number, or empty.
    sku: String,
    /// 0 when money went back without a piece.
    quantity: i64,
    /// Null on a credit note.
    unit_price: Option<Money>,
    /// What was taken off, if anything.
    discount: Option<Money>,
    tax: Money,
    /// With tax.
    total: Money,
}

/// What it comes to.
#[derive(Serialize, ToSchema)]
struct InvoiceTotals {
    items: Money,
    discount: Option<Money>,
    /// On a credit note with its tax.
    shipping: Option<Money>,
    shipping_discount: Option<Money>,
    /// What went back for neither a line nor the delivery.
    other: Option<Money>,
    tax: Money,
    total: Money,
}

/// The tax of one rate.
#[derive(Serialize, ToSchema)]
struct InvoiceTax {
    name: String,
    /// In per cent.
    #[schema(example = "7.25")]
    percent: String,
    jurisdiction: String,
    /// What it is taken of, without tax.
    net: Money,
    tax: Money,
}

impl From<Amount> for Money {
    fn from(amount: Amount) -> Self {
        Self {
            amount: amount.amount,
            currency: amount.currency,
        }
    }
}

impl From<Document> for Invoice {
    fn from(document: Document) -> Self {
        let content = document.content;
        Self {
            id: document.id,
            kind: document.kind.as_str(),
            number: document.number,
            order_id: document.order_id,
            order_number: content.order_number,
            placed_at: content.placed_at,
            refund_id: document.refund_id,
            invoice_number: content.invoice_number,
            locale: document.locale.code(),
            issued_at: document.issued_at,
            seller: content.seller.into(),
            tax_numbers: content.tax_numbers,
            buyer: document.buyer.into(),
            lines: content.rows.into_iter().map(InvoiceLine::from).collect(),
            shipping_name: content.shipping_name,
            totals: content.sums.into(),
            prices_include_tax: content.prices_include_tax,
            taxes: content.taxes.into_iter().map(InvoiceTax::from).collect(),
            exempt: content.exempt.map(|exempt| InvoiceExempt {
                certificate: exempt.certificate,
                reason: exempt.reason,
            }),
            note: content.note,
        }
    }
}

impl From<invoices::Row> for InvoiceLine {
    fn from(row: invoices::Row) -> Self {
        Self {
            title: row.title,
            variant_title: row.variant_title,
            sku: row.sku,
            quantity: row.quantity,
            unit_price: row.unit_price.map(Money::from),
            discount: row.discount.map(Money::from),
            tax: row.tax.into(),
            total: row.total.into(),
        }
    }
}

impl From<invoices::Sums> for InvoiceTotals {
    fn from(sums: invoices::Sums) -> Self {
        Self {
            items: sums.items.into(),
            discount: sums.discount.map(Money::from),
            shipping: sums.shipping.map(Money::from),
            shipping_discount: sums.shipping_discount.map(Money::from),
            other: sums.other.map(Money::from),
            tax: sums.tax.into(),
            total: sums.total.into(),
        }
    }
}

impl From<invoices::TaxRow> for InvoiceTax {
    fn from(row: invoices::TaxRow) -> Self {
        Self {
            name: row.name,
            percent: row.percent,
            jurisdiction: row.jurisdiction,
            net: row.net.into(),
            tax: row.tax.into(),
        }
    }
}
