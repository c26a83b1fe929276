//! What is stored as JSON inside a row, and how names become values again.

use database::Error;
use kernel::{Currency, EmailAddress, Money, TaxRounding};
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::{CouponUse, Explanation, PriceListUse, TaxExemption, TaxShare};

/// How `explanation` is stored.
#[derive(Serialize, Deserialize)]
pub(super) struct ExplanationDocument {
    #[serde(default)]
    taxes: Vec<TaxDocument>,
    #[serde(default)]
    shipping_taxes: Vec<TaxDocument>,
    #[serde(default)]
    coupons: Vec<CouponDocument>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    exemption: Option<TaxExemption>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    price_lists: Vec<PriceListDocument>,
}

impl ExplanationDocument {
    pub(super) fn of(explanation: &Explanation) -> Self {
        Self {
            taxes: tax_documents(&explanation.taxes),
            shipping_taxes: tax_documents(&explanation.shipping_taxes),
            coupons: explanation.coupons.iter().map(CouponDocument::of).collect(),
            exemption: explanation.exemption.clone(),
            price_lists: explanation.price_lists.iter().map(PriceListDocument::of).collect(),
        }
    }

    pub(super) fn read(self, currency: Currency) -> Explanation {
        Explanation {
            taxes: tax_shares(self.taxes, currency),
            shipping_taxes: tax_shares(self.shipping_taxes, currency),
            coupons: self.coupons.into_iter().map(|coupon| coupon.read(currency)).collect(),
            exemption: self.exemption,
            price_lists: self.price_lists.into_iter().map(PriceListUse::from).collect(),
        }
    }
}

/// How a price list that said a price is stored.
#[derive(Serialize, Deserialize)]
struct PriceListDocument {
    variant_id: Uuid,
    list_id: Uuid,
    name: String,
}

impl PriceListDocument {
    fn of(used: &PriceListUse) -> Self {
        Self {
            variant_id: used.variant_id.into(),
            list_id: used.list_id.into(),
            name: used.name.clone(),
        }
    }
}

impl From<PriceListDocument> for PriceListUse {
    fn from(document: PriceListDocument) -> Self {
        Self {
            variant_id: document.variant_id.into(),
            list_id: document.list_id.into(),
            name: document.name,
        }
    }
}

/// How one rate of tax is stored.
#[derive(Serialize, Deserialize)]
pub(super) struct TaxDocument {
    pub(super) name: String,
    pub(super) rate: Decimal,
    pub(super) jurisdiction: String,
    pub(super) amount: i64,
}

/// How the use of a coupon is stored.
#[derive(Serialize, Deserialize)]
struct CouponDocument {
    code: String,
    lane: String,
    amount: i64,
}

impl CouponDocument {
    fn of(coupon: &CouponUse) -> Self {
        Self {
            code: coupon.code.clone(),
            lane: coupon.lane.clone(),
            amount: coupon.amount.minor(),
        }
    }

    fn read(self, currency: Currency) -> CouponUse {
        CouponUse {
            code: self.code,
            lane: self.lane,
            amount: Money::new(self.amount, currency),
        }
    }
}

pub(super) fn tax_documents(taxes: &[TaxShare]) -> Vec<TaxDocument> {
    let document = |tax: &TaxShare| TaxDocument {
        name: tax.name.clone(),
        rate: tax.rate,
        jurisdiction: tax.jurisdiction.clone(),
        amount: tax.amount.minor(),
    };
    taxes.iter().map(document).collect()
}

pub(super) fn tax_shares(documents: Vec<TaxDocument>, currency: Currency) -> Vec<TaxShare> {
    let share = |tax: TaxDocument| TaxShare {
        name: tax.name,
        rate: tax.rate,
        jurisdiction: tax.jurisdiction,
        amount: Money::new(tax.amount, currency),
    };
    documents.into_iter().map(share).collect()
}

pub(super) fn parse<T>(name: &str, what: &'static str, parse: impl Fn(&str) -> Option<T>) -> Result<T, Error> {
    parse(name).ok_or_else(|| Error::corrupt(what, name))
}

pub(super) fn parse_currency(code: &str) -> Result<Currency, Error> {
    Currency::parse(code).map_err(|_e| Error::corrupt("orders.currency", code))
}

pub(super) fn parse_email(text: &str) -> Result<EmailAddress, Error> {
    EmailAddress::parse(text).map_err(|_e| Error::corrupt("orders.email", text))
}

pub(super) fn rounding_name(rounding: TaxRounding) -> &'static str {
    match rounding {
        TaxRounding::Line => "line",
        TaxRounding::Order => "order",
    }
}

pub(super) fn parse_rounding(name: &str) -> Option<TaxRounding> {
    match name {
        "line" => Some(TaxRounding::Line),
        "order" => Some(TaxRounding::Order),
        _ => None,
    }
}
