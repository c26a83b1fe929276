//! What a quote is made from: prices, quantities, the delivery chosen, rates of tax, and the coupons entered.

use kernel::{CollectionId, Currency, Money, ProductId, TaxRounding, Time, VariantId};
use tax::Rate;

use crate::Coupon;

/// Everything that decides a total. Two equal sets of facts have the same quote.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct QuoteFacts {
    /// The currency of every amount.
    pub currency: Currency,
    /// Whether prices contain the tax. If so the shopper pays the price as shown, wherever it goes, and a place without
    /// tax leaves more of it to the merchant.
    pub prices_include_tax: bool,
    /// Where tax is rounded.
    pub tax_rounding: TaxRounding,
    /// The moment that coupons are judged at.
    pub now: Time,
    /// What is bought.
    pub lines: Vec<LineFacts>,
    /// The delivery that was chosen; `None` before it is chosen and for carts that need none.
    pub shipping: Option<ShippingFacts>,
    /// The coupon codes that were entered, as [`load_coupons`](crate::load_coupons) finds them.
    pub coupons: Vec<CouponFacts>,
}

/// One line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LineFacts {
    /// The variant that is sold.
    pub variant_id: VariantId,
    /// Its product, for coupons that are only for some.
    pub product_id: ProductId,
    /// The collections that the product is in, for coupons that are only for some.
    pub collection_ids: Vec<CollectionId>,
    /// How many, at least one.
    pub quantity: i64,
    /// What one costs now, in a sale or not.
    pub unit_price: Money,
    /// The rates that the line is taxed at; none when it is not taxable.
    pub taxes: Vec<Rate>,
}

/// The delivery that was chosen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ShippingFacts {
    /// What it costs before any coupon.
    pub price: Money,
    /// The rates that delivery is taxed at; they count only beside a taxed line, because delivery follows the goods.
    pub taxes: Vec<Rate>,
}

/// A code that a shopper entered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CouponFacts {
    /// The code in capitals.
    pub code: String,
    /// The coupon of that code, if there is one.
    pub coupon: Option<Coupon>,
    /// How many orders of this shopper have used it.
    pub customer_uses: i64,
}
