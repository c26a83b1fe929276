//! What a total was made of when it was shown, so that whoever is told of another learns what became another.

use std::fmt;

use kernel::Money;
use pricing::Quote;

/// What a total comes from, as whoever shows it has it.
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
    /// The tax, whether prices contain it or not.
    pub tax: Money,
    /// What the shopper pays.
    pub total: Money,
}

impl From<&Quote> for Totals {
    fn from(quote: &Quote) -> Self {
        Self {
            items: quote.items_total,
            discount: quote.discount_total,
            shipping: quote.shipping_total,
            shipping_discount: quote.shipping_discount,
            tax: quote.tax_total,
            total: quote.total,
        }
    }
}

impl Totals {
    /// Which parts are others now, also where they come to the same total: see [`Sums::changed_since`].
    pub fn changed_since(self, shown: Self) -> Vec<&'static str> {
        let mut changed = Sums::of(self).changed_since(Sums::of(shown));
        let delivery = |totals: Self| (totals.shipping, totals.shipping_discount);
        if delivery(self) != delivery(shown) && !changed.contains(&"shipping") {
            changed.push("shipping");
        }
        if changed.is_empty() && self.tax != shown.tax {
            changed.push("tax");
        }
        changed
    }
}

/// The parts of a total, in minor units. The tax is what it adds: nothing where prices contain it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sums {
    items: i64,
    discount: i64,
    shipping: i64,
    tax: i64,
}

impl Sums {
    /// The parts of that.
    pub fn of(totals: impl Into<Totals>) -> Self {
        let totals = totals.into();
        let (items, discount) = (totals.items.minor(), totals.discount.minor());
        let shipping = totals.shipping.minor().saturating_sub(totals.shipping_discount.minor());
        let rest = items.saturating_sub(discount).saturating_add(shipping);
        Self {
            items,
            discount,
            shipping,
            tax: totals.total.minor().saturating_sub(rest),
        }
    }

    /// As a page carried them.
    pub fn parse(text: &str) -> Option<Self> {
        let mut parts = text.split(' ').map(|part| part.parse().ok());
        let mut next = || parts.next().flatten();
        Some(Self {
            items: next()?,
            discount: next()?,
            shipping: next()?,
            tax: next()?,
        })
    }

    /// Which of them are others now. What only follows from others, such as the tax on a new price, is not told beside them.
    pub fn changed_since(self, shown: Self) -> Vec<&'static str> {
        let mut changed = Vec::new();
        if self.items != shown.items {
            changed.push("items");
        } else if self.discount != shown.discount {
            changed.push("discount");
        }
        if self.shipping != shown.shipping {
            changed.push("shipping");
        }
        if changed.is_empty() && self.tax != shown.tax {
            changed.push("tax");
        }
        changed
    }
}

/// As a page carries them.
impl fmt::Display for Sums {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            items,
            discount,
            shipping,
            tax,
        } = self;
        write!(f, "{items} {discount} {shipping} {tax}")
    }
}

#[cfg(test)]
mod tests {
    use kernel::Currency;

    use super::*;

    #[test]
    fn what_became_another_is_told_without_what_follows_from_it() {
        let shown = Sums::parse("2400 0 500 210").unwrap();
        assert_eq!(shown.to_string(), "2400 0 500 210");
        for (now, changed) in [
            ("2400 0 500 210", vec![]),
            ("2500 0 500 219", vec!["items"]),
            ("2500 250 500 200", vec!["items"]),
            ("2400 240 500 190", vec!["discount"]),
            ("2400 0 900 240", vec!["shipping"]),
            ("2500 0 0 180", vec!["items", "shipping"]),
            ("2400 0 500 0", vec!["tax"]),
        ] {
            assert_eq!(Sums::parse(now).unwrap().changed_since(shown), changed, "{now}");
        }
        for wrong in ["", "1 2 3", "a b c d"] {
            assert_eq!(Sums::parse(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn parts_that_come_to_the_same_total_are_told_too() {
        let totals = |[items, discount, shipping, shipping_discount, tax, total]: [i64; 6]| {
            let money = |minor| Money::new(minor, Currency::USD);
            Totals {
                items: money(items),
                discount: money(discount),
                shipping: money(shipping),
                shipping_discount: money(shipping_discount),
                tax: money(tax),
                total: money(total),
            }
        };
        // Prices contain the tax.
        let shown = totals([2_400, 0, 500, 0, 210, 2_900]);
        for (now, changed) in [
            ([2_400, 0, 500, 0, 210, 2_900], vec![]),
            ([2_900, 500, 500, 0, 210, 2_900], vec!["items"]),
            ([2_400, 0, 900, 400, 210, 2_900], vec!["shipping"]),
            ([2_400, 0, 500, 0, 0, 2_900], vec!["tax"]),
            ([2_500, 0, 900, 0, 240, 3_400], vec!["items", "shipping"]),
        ] {
            let now = totals(now);
            assert_eq!(now.changed_since(shown), changed, "{now:?}");
            assert_eq!(changed.is_empty(), now == shown);
        }
    }
}
