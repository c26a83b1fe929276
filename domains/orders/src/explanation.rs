//! Why an order costs what it costs.

use chrono::NaiveDate;
use kernel::{Money, PriceListId, VariantId};
use rust_decimal::Decimal;

/// Why an order costs what it costs, as its quote explained it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Explanation {
    /// The tax of lines and delivery, by rate.
    pub taxes: Vec<TaxShare>,
    /// The tax of the delivery, by rate.
    pub shipping_taxes: Vec<TaxShare>,
    /// What each coupon took off.
    pub coupons: Vec<CouponUse>,
    /// Why no tax was charged, when the customer was exempt.
    pub exemption: Option<TaxExemption>,
    /// The price lists that said what variants cost.
    pub price_lists: Vec<PriceListUse>,
}

impl Explanation {
    /// The list that said what the variant cost, where it was not what everybody paid.
    pub fn price_list_of(&self, variant: VariantId) -> Option<&PriceListUse> {
        self.price_lists.iter().find(|used| used.variant_id == variant)
    }
}

/// A price list that said what a variant cost.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PriceListUse {
    /// The variant.
    pub variant_id: VariantId,
    /// The list, which may be gone.
    pub list_id: PriceListId,
    /// What it was called then.
    pub name: String,
}

/// The certificate by which no tax was charged, as it was then.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct TaxExemption {
    /// Its number.
    pub certificate: String,
    /// Why the customer is exempt, such as `resale`.
    pub reason: String,
    /// Its last day; `None` when it holds until further notice.
    pub valid_until: Option<NaiveDate>,
}

/// What one rate of tax came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TaxShare {
    /// What the tax is called.
    pub name: String,
    /// The exact fraction: 0.0725 is 7.25 %.
    pub rate: Decimal,
    /// Whose tax it is, such as `US-CA`.
    pub jurisdiction: String,
    /// The tax.
    pub amount: Money,
}

/// What one coupon took off.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CouponUse {
    /// The code in capitals.
    pub code: String,
    /// What it was taken off: `lines`, `order` or `shipping`.
    pub lane: String,
    /// How much.
    pub amount: Money,
}
