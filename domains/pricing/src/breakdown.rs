//! A quote: what everything costs, and why. Every amount of discount and tax belongs to a line or to the delivery.

use kernel::{CouponId, Currency, Money, ProductId, TaxRounding, VariantId};
use rust_decimal::Decimal;

/// What an order would cost, with the reasons. `total` is items − discount + shipping − shipping discount, and + tax
/// when prices are without it.
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
    /// Σ unit price × quantity.
    pub items_total: Money,
    /// What coupons take off the lines.
    pub discount_total: Money,
    /// What delivery costs before any coupon.
    pub shipping_total: Money,
    /// What coupons take off the delivery.
    pub shipping_discount: Money,
    /// The tax of lines and delivery, whether prices contain it or not.
    pub tax_total: Money,
    /// What the shopper pays.
    pub total: Money,
    /// The tax by rate, of lines and delivery together.
    pub taxes: Vec<TaxPart>,
    /// What became of each code, in the order they were entered.
    pub coupons: Vec<CouponOutcome>,
}

impl Quote {
    /// The coupons that take something off: those to redeem with the order.
    pub fn applied_coupons(&self) -> Vec<CouponId> {
        self.taking_off().filter_map(CouponOutcome::coupon_id).collect()
    }

    /// The codes of the coupons that take something off.
    pub fn applied_codes(&self) -> Vec<String> {
        self.taking_off().map(|outcome| outcome.code.clone()).collect()
    }

    fn taking_off(&self) -> impl Iterator<Item = &CouponOutcome> {
        self.coupons
            .iter()
            .filter(|outcome| outcome.amount().is_some_and(Money::is_positive))
    }
}

/// One line of a quote.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct QuoteLine {
    /// The variant.
    pub variant_id: VariantId,
    /// Its product.
    pub product_id: ProductId,
    /// How many.
    pub quantity: i64,
    /// What one costs.
    pub unit_price: Money,
    /// Unit price × quantity.
    pub subtotal: Money,
    /// What coupons take off, one entry for each.
    pub discounts: Vec<Discount>,
    /// What coupons take off together.
    pub discount: Money,
    /// The line's tax by rate.
    pub taxes: Vec<TaxPart>,
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
    /// What coupons take off, one entry for each.
    pub discounts: Vec<Discount>,
    /// What coupons take off together.
    pub discount: Money,
    /// Its tax by rate.
    pub taxes: Vec<TaxPart>,
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
    pub coupon_id: CouponId,
    /// Its code.
    pub code: String,
    /// How much, always more than nothing.
    pub amount: Money,
}

/// What one rate comes to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TaxPart {
    /// What the tax is called.
    pub name: String,
    /// The exact fraction: 0.0725 is 7.25 %.
    pub rate: Decimal,
    /// Whose tax it is, such as `US-CA` or `DE`.
    pub jurisdiction: String,
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

impl CouponOutcome {
    /// Whether the coupon applies.
    pub fn applied(&self) -> bool {
        self.coupon_id().is_some()
    }

    /// The coupon, if it applies.
    pub fn coupon_id(&self) -> Option<CouponId> {
        match self.result {
            CouponResult::Applied { coupon_id, .. } => Some(coupon_id),
            CouponResult::Refused(_) => None,
        }
    }

    /// What it takes off, if it applies.
    pub fn amount(&self) -> Option<Money> {
        match self.result {
            CouponResult::Applied { amount, .. } => Some(amount),
            CouponResult::Refused(_) => None,
        }
    }

    /// Why it does not apply, if so.
    pub fn reason(&self) -> Option<CouponReason> {
        match self.result {
            CouponResult::Applied { .. } => None,
            CouponResult::Refused(reason) => Some(reason),
        }
    }
}

/// Whether a coupon applies, where and how much, or why not.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CouponResult {
    /// It applies.
    Applied {
        /// The coupon.
        coupon_id: CouponId,
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
