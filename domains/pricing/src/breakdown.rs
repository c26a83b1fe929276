//! A quote: what everything costs, and why. Every amount of discount and tax belongs to a line or to the delivery.

use kernel::{CouponId, Currency, Money, ProductId, TaxRounding, VariantId};
use tax::Rate;

/// What an order would cost, with the reasons.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Quote {
    /// The currency of every amount.
    pub currency: Currency,
    /// Whether prices, discounts and delivery are amounts with tax.
    pub prices_include_tax: bool,
    /// Where tax was rounded.
    pub tax_rounding: TaxRounding,
    /// The lines, in the order of the facts.
    pub lines: Vec<QuoteLine>,
    /// The delivery, if one was chosen.
    pub shipping: Option<QuoteShipping>,
    /// What became of each code, in the order they were entered.
    pub coupons: Vec<CouponOutcome>,
    /// The tax by rate, of lines and delivery together.
    pub taxes: Vec<TaxAmount>,
    /// The sums.
    pub totals: Totals,
}

impl Quote {
    /// The coupons that took something off or will once a delivery is chosen: those to redeem with the order.
    pub fn applied_coupons(&self) -> impl Iterator<Item = (&CouponOutcome, CouponId)> {
        self.coupons.iter().filter_map(|outcome| match outcome.result {
            CouponResult::Applied { coupon, .. } => Some((outcome, coupon)),
            CouponResult::Refused(_) => None,
        })
    }
}

/// The sums of a quote: `total` = items − discount + shipping − shipping discount, + tax when prices are without it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Totals {
    /// Σ unit price × quantity.
    pub items: Money,
    /// What coupons take off the lines.
    pub discount: Money,
    /// What delivery costs before any coupon.
    pub shipping: Money,
    /// What coupons take off the delivery.
    pub shipping_discount: Money,
    /// The tax of lines and delivery, whether prices contain it or not.
    pub tax: Money,
    /// What the shopper pays.
    pub total: Money,
}

/// One line of a quote.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct QuoteLine {
    /// The product.
    pub product: ProductId,
    /// The variant.
    pub variant: VariantId,
    /// How many.
    pub quantity: i64,
    /// What one costs now.
    pub unit_price: Money,
    /// What one costs outside of a sale.
    pub regular_price: Money,
    /// Unit price × quantity.
    pub subtotal: Money,
    /// What coupons take off, one entry for each.
    pub discounts: Vec<Discount>,
    /// What coupons take off together.
    pub discount: Money,
    /// The line's tax by rate.
    pub taxes: Vec<TaxAmount>,
    /// The line's tax.
    pub tax: Money,
    /// What the merchant keeps of it.
    pub net: Money,
    /// What the shopper pays for it: net and tax.
    pub total: Money,
}

/// The delivery of a quote.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct QuoteShipping {
    /// What it costs before any coupon.
    pub price: Money,
    /// What a coupon takes off.
    pub discounts: Vec<Discount>,
    /// What coupons take off together.
    pub discount: Money,
    /// Its tax by rate.
    pub taxes: Vec<TaxAmount>,
    /// Its tax.
    pub tax: Money,
    /// What the merchant keeps of it.
    pub net: Money,
    /// What the shopper pays for it: net and tax.
    pub total: Money,
}

/// What one coupon takes off one line or the delivery.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Discount {
    /// The coupon.
    pub coupon: CouponId,
    /// Its code.
    pub code: String,
    /// How much, never negative.
    pub amount: Money,
}

/// What one rate comes to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TaxAmount {
    /// The rate.
    pub rate: Rate,
    /// The tax.
    pub amount: Money,
}

/// What became of a code.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CouponOutcome {
    /// The code in capitals.
    pub code: String,
    /// Applied or refused.
    pub result: CouponResult,
}

/// Whether a coupon applies, where and how much, or why not.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CouponResult {
    /// It applies.
    Applied {
        /// The coupon.
        coupon: CouponId,
        /// What it is taken off.
        lane: Lane,
        /// How much. A coupon for free delivery applies with nothing until a delivery is chosen.
        amount: Money,
    },
    /// It does not apply.
    Refused(CouponReason),
}

/// What a discount is taken off. Of the coupons in one lane only the best applies; what the lanes take off adds up.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Lane {
    /// The lines of some products: coupons with products or collections.
    Lines,
    /// The order: spread over all lines by what they cost after the lane before.
    Order,
    /// The delivery.
    Shipping,
}

impl Lane {
    /// The name in APIs and in what orders remember.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Lines => "lines",
            Self::Order => "order",
            Self::Shipping => "shipping",
        }
    }
}

/// Why a coupon does not apply. When several reasons hold the first in this order is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum CouponReason {
    /// No coupon has that code.
    NotFound,
    /// The merchant switched it off.
    Inactive,
    /// Its time has not come.
    NotStarted,
    /// Its time is over.
    Expired,
    /// As many orders as may have used it.
    UsageLimitReached,
    /// This shopper has used it as often as one may.
    CustomerLimitReached,
    /// The items cost less than it asks for.
    MinimumNotReached,
    /// It is for products that are not in the cart.
    NoMatchingProducts,
    /// Another coupon takes off more, and the two do not add up.
    NotCombinable,
}

impl CouponReason {
    /// The stable code in APIs, and the key of the translated sentence.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::NotFound => "not_found",
            Self::Inactive => "inactive",
            Self::NotStarted => "not_started",
            Self::Expired => "expired",
            Self::UsageLimitReached => "usage_limit_reached",
            Self::CustomerLimitReached => "customer_limit_reached",
            Self::MinimumNotReached => "minimum_not_reached",
            Self::NoMatchingProducts => "no_matching_products",
            Self::NotCombinable => "not_combinable",
        }
    }
}
