//! What a total was made of when it was shown, so that whoever is told of another learns what became another.

use cart::CartView;
use kernel::Money;
use serde::{Serialize, Serializer};

/// The parts of a total, in minor units. The tax is what it adds: nothing where prices contain it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Sums {
    items: i64,
    discount: i64,
    shipping: i64,
    tax: i64,
}

impl Sums {
    pub(super) fn of(view: &CartView) -> Self {
        let quote = &view.quote;
        let minor = |money: Money| money.minor();
        let (items, discount) = (minor(quote.items_total), minor(quote.discount_total));
        let shipping = minor(quote.shipping_total).saturating_sub(minor(quote.shipping_discount));
        let rest = items.saturating_sub(discount).saturating_add(shipping);
        Self {
            items,
            discount,
            shipping,
            tax: minor(quote.total).saturating_sub(rest),
        }
    }

    /// As the page carried them.
    pub(super) fn parse(text: &str) -> Option<Self> {
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
    pub(super) fn changed_since(self, shown: Self) -> Vec<&'static str> {
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

impl Serialize for Sums {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Self {
            items,
            discount,
            shipping,
            tax,
        } = self;
        serializer.collect_str(&format_args!("{items} {discount} {shipping} {tax}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_became_another_is_told_without_what_follows_from_it() {
        let shown = Sums::parse("2400 0 500 210").unwrap();
        assert_eq!(serde_json::to_value(shown).unwrap(), "2400 0 500 210");
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
}
