//! What a quote is made from: prices, quantities, the delivery chosen, rates of tax, and the coupons entered.

use kernel::{CollectionId, Currency, Money, ProductId, Quantity, TaxRounding, Time, VariantId};
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
    /// The moment that sale prices and coupons are judged at.
    pub now: Time,
    /// What is bought.
    pub lines: Vec<LineFacts>,
    /// The delivery that was chosen; `None` before it is chosen and for carts that need none.
    pub shipping: Option<ShippingFacts>,
    /// The coupon codes that were entered, as `find_coupons` loads them.
    pub coupons: Vec<CouponFacts>,
}

/// One line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LineFacts {
    /// The product, for coupons that are only for some.
    pub product: ProductId,
    /// The variant that is sold.
    pub variant: VariantId,
    /// The collections that the product is in, for coupons that are only for some.
    pub collections: Vec<CollectionId>,
    /// How many.
    pub quantity: Quantity,
    /// What one costs.
    pub price: Price,
    /// The rates that the line is taxed at; none when it is not taxable.
    pub rates: Vec<Rate>,
}

/// A variant's price.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Price {
    /// The price outside of any sale.
    pub regular: Money,
    /// The price during a sale.
    pub sale: Option<Sale>,
}

/// A price that holds for a while.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sale {
    /// The sale price.
    pub price: Money,
    /// The first moment; `None` has always begun.
    pub starts_at: Option<Time>,
    /// The first moment after it; `None` never ends.
    pub ends_at: Option<Time>,
}

impl Price {
    /// A price without a sale.
    pub fn regular(regular: Money) -> Self {
        Self { regular, sale: None }
    }

    /// The price at a moment: the sale's while it lasts, unless it is higher than the regular one.
    pub fn at(&self, now: Time) -> Money {
        match self.sale {
            Some(sale) if within(sale.starts_at, sale.ends_at, now) && sale.price.minor() < self.regular.minor() => {
                sale.price
            }
            Some(_) | None => self.regular,
        }
    }
}

/// Whether `now` lies in a window that includes its start and excludes its end.
fn within(starts_at: Option<Time>, ends_at: Option<Time>, now: Time) -> bool {
    starts_at.is_none_or(|start| start <= now) && ends_at.is_none_or(|end| now < end)
}

/// The delivery that was chosen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ShippingFacts {
    /// What it costs before any coupon.
    pub price: Money,
    /// The rates that delivery is taxed at; they count only beside a taxed line, because delivery follows the goods.
    pub rates: Vec<Rate>,
}

/// A code that a shopper entered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CouponFacts {
    /// The code in capitals.
    pub code: String,
    /// The coupon of that code, if there is one.
    pub coupon: Option<Coupon>,
    /// How often this shopper has used it.
    pub customer_uses: i64,
}

#[cfg(test)]
mod tests {
    use chrono::{DateTime, TimeDelta};

    use super::*;

    #[test]
    fn a_sale_price_holds_from_its_start_until_its_end() {
        let hour = |hour| DateTime::UNIX_EPOCH + TimeDelta::hours(hour);
        let usd = |minor| Money::new(minor, Currency::USD);
        let price = |sale, starts: Option<i64>, ends: Option<i64>| Price {
            regular: usd(1_000),
            sale: Some(Sale { price: usd(sale), starts_at: starts.map(hour), ends_at: ends.map(hour) }),
        };
        for (price, at, expected) in [
            (price(800, Some(2), Some(4)), 1, 1_000),
            (price(800, Some(2), Some(4)), 2, 800),
            (price(800, Some(2), Some(4)), 3, 800),
            (price(800, Some(2), Some(4)), 4, 1_000),
            (price(800, None, None), 0, 800),
            (price(0, None, None), 0, 0),
            (price(1_200, None, None), 0, 1_000),
            (Price::regular(usd(1_000)), 0, 1_000),
        ] {
            assert_eq!(price.at(hour(at)), usd(expected), "{price:?} at {at}");
        }
    }
}
