//! Whether a buyer owes tax, and what that makes of prices and rates before they are quoted.

use kernel::{Money, MoneyError};
use tax::Rate;

use crate::taxation::without_tax;

/// What a buyer owes besides the price.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Owing {
    /// Whether the buyer need not pay tax.
    pub exempt: bool,
    /// Whether prices contain the tax.
    pub included: bool,
}

impl Owing {
    /// The rates that are charged: none to a buyer who is exempt.
    pub fn taxes(self, rates: Vec<Rate>) -> Vec<Rate> {
        if self.exempt { Vec::new() } else { rates }
    }

    /// The price that is charged: of one that contains the tax, a buyer who is exempt pays what is left without it.
    pub fn price(self, price: Money, rates: &[Rate]) -> Result<Money, MoneyError> {
        if self.exempt && self.included {
            without_tax(price, rates)
        } else {
            Ok(price)
        }
    }
}

#[cfg(test)]
mod tests {
    use kernel::Currency;
    use proptest::prelude::*;

    use super::*;

    fn rate(rate: &str, compound: bool) -> Rate {
        Rate {
            name: format!("Tax {rate}"),
            rate: rate.parse().unwrap(),
            compound,
            on_shipping: true,
            jurisdiction: tax::Place::parse("CA-QC").unwrap(),
        }
    }

    #[test]
    fn who_is_exempt_pays_the_price_without_its_tax() {
        let rates = [rate("0.05", false), rate("0.10", true)];
        let price = Money::new(11_550, Currency::USD);
        for (exempt, included, minor) in [
            (true, true, 10_000),
            (true, false, 11_550),
            (false, true, 11_550),
            (false, false, 11_550),
        ] {
            let owing = Owing { exempt, included };
            assert_eq!(owing.price(price, &rates).unwrap().minor(), minor, "{owing:?}");
            assert_eq!(owing.taxes(rates.to_vec()).is_empty(), exempt);
        }
    }

    proptest! {
        #[test]
        fn what_an_exempt_buyer_pays_is_never_negative_and_never_above_the_price(
            minor in 0_i64..1_000_000_000,
            millionths in proptest::collection::vec((0_i64..1_000_000, any::<bool>()), 0..4),
        ) {
            let mut rates: Vec<Rate> = millionths.iter().map(|(part, compound)| {
                rate(&rust_decimal::Decimal::new(*part, 6).to_string(), *compound)
            }).collect();
            rates.sort_by_key(|rate| rate.compound);
            let price = Money::new(minor, Currency::USD);
            let paid = Owing { exempt: true, included: true }.price(price, &rates).unwrap();
            prop_assert!((0..=minor).contains(&paid.minor()));
        }
    }
}
