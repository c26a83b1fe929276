//! An invoice or a credit note, as it was written.

use kernel::{DocumentId, Locale, OrderId, RefundId, Time};
use orders::Amount;
use serde::{Deserialize, Serialize};

kernel::named! {
    /// Which of the two it is.
    DocumentKind {
        /// What was sold.
        Invoice = "invoice",
        /// What went back.
        CreditNote = "credit_note",
    }
}

/// An invoice or a credit note.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Document {
    /// Its id.
    pub id: DocumentId,
    /// Which of the two it is.
    pub kind: DocumentKind,
    /// Its number, without gaps among those of its kind.
    pub number: String,
    /// The order.
    pub order_id: OrderId,
    /// The refund that a credit note is about.
    pub refund_id: Option<RefundId>,
    /// The language of its texts.
    pub locale: Locale,
    /// When it was written.
    pub issued_at: Time,
    /// Who bought.
    pub buyer: Party,
    /// Everything else that it says.
    pub content: Content,
}

/// Who sells or buys.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Party {
    /// The lines of the address label, the name first.
    pub lines: Vec<String>,
    /// Where mails reach them.
    pub email: String,
    /// Where the goods go, when that is another address.
    pub ship_to: Vec<String>,
}

/// What is said beside the buyer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Content {
    /// Who sells.
    pub seller: Party,
    /// The seller's tax numbers, each with what it is called.
    pub tax_numbers: Vec<String>,
    /// What the seller adds at the end.
    pub note: String,
    /// The number of the order.
    pub order_number: String,
    /// When it was placed.
    pub placed_at: Time,
    /// The number of the invoice that a credit note refers to; empty on an invoice.
    pub invoice_number: String,
    /// What was sold, or went back.
    pub rows: Vec<Row>,
    /// The name of the delivery, or empty.
    pub shipping_name: String,
    /// What it comes to.
    pub sums: Sums,
    /// Whether the prices contain the tax.
    pub prices_include_tax: bool,
    /// The tax in it, by rate.
    pub taxes: Vec<TaxRow>,
    /// Why there is none.
    pub exempt: Option<Exempt>,
}

/// Pieces of a variant.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Row {
    /// What it is.
    pub title: String,
    /// The option values in words.
    pub variant_title: String,
    /// The merchant's own number, or empty.
    pub sku: String,
    /// How many; none when money went back without a piece.
    pub quantity: i64,
    /// What one cost; only on an invoice.
    pub unit_price: Option<Amount>,
    /// What was taken off; only on an invoice.
    pub discount: Option<Amount>,
    /// The tax, whether the price contains it or not.
    pub tax: Amount,
    /// What it comes to, with tax.
    pub total: Amount,
}

/// What a document comes to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sums {
    /// An invoice: Σ unit price × quantity. A credit note: Σ rows.
    pub items: Amount,
    /// What coupons took off the items.
    pub discount: Option<Amount>,
    /// The delivery; on a credit note, with its tax.
    pub shipping: Option<Amount>,
    /// What coupons took off the delivery.
    pub shipping_discount: Option<Amount>,
    /// What went back for neither a row nor the delivery.
    pub other: Option<Amount>,
    /// The tax, whether the prices contain it or not.
    pub tax: Amount,
    /// What was owed, or went back.
    pub total: Amount,
}

/// The tax of one rate.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TaxRow {
    /// What the tax is called.
    pub name: String,
    /// The rate in per cent, such as `7.25`.
    pub percent: String,
    /// Whose tax it is, such as `US-CA`.
    pub jurisdiction: String,
    /// What it is taken of, without tax.
    pub net: Amount,
    /// The tax.
    pub tax: Amount,
}

/// The certificate by which no tax was charged.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Exempt {
    /// Its number.
    pub certificate: String,
    /// Why, such as `resale`.
    pub reason: String,
}

/// A document as templates see it.
#[derive(Debug, Serialize)]
pub struct Sheet<'a> {
    kind: &'static str,
    number: &'a str,
    issued_at: Time,
    buyer: &'a Party,
    #[serde(flatten)]
    content: &'a Content,
}

impl Document {
    /// The document as templates see it.
    pub fn sheet(&self) -> Sheet<'_> {
        Sheet {
            kind: self.kind.as_str(),
            number: &self.number,
            issued_at: self.issued_at,
            buyer: &self.buyer,
            content: &self.content,
        }
    }
}
