//! Prices as shopping portals want them: without tax in the United States and Canada, with it everywhere else.

use kernel::{Money, MoneyError, Rounding, Store};
use rust_decimal::Decimal;
use tax::{Destination, Place, Rate, TaxCode, TaxFacts, rates_for};

/// Countries whose prices are told without tax, because it depends on where the buyer is.
const WITHOUT_TAX: [&str; 2] = ["US", "CA"];

/// The price to tell of a price that the store shows.
pub(crate) fn price_to_tell(
    price: Money,
    store: &Store,
    facts: &TaxFacts,
    code: Option<&TaxCode>,
) -> Result<Money, MoneyError> {
    let wants_tax = !WITHOUT_TAX.contains(&store.country.as_str());
    let code = match code {
        Some(code) if wants_tax != store.prices_include_tax => code,
        _ => return Ok(price),
    };
    let home = Destination::of(Place::country(store.country));
    let factor = factor(&rates_for(facts, &home, code)).ok_or(MoneyError::Overflow)?;
    let factor = if wants_tax {
        Some(factor)
    } else {
        Decimal::ONE.checked_div(factor)
    };
    price.at_rate_in_practice(factor.ok_or(MoneyError::Overflow)?, Rounding::HalfUp)
}

/// What a price is multiplied by to have the taxes in it; compound rates come last.
fn factor(rates: &[Rate]) -> Option<Decimal> {
    let add = |factor: Decimal, rate: &Rate| {
        let base = if rate.compound { factor } else { Decimal::ONE };
        factor.checked_add(base.checked_mul(rate.rate)?)
    };
    rates.iter().try_fold(Decimal::ONE, add)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use chrono::NaiveDate;
    use kernel::{CountryCode, Currency};
    use tax::{Nexus, TaxCategory};

    use super::*;

    /// The price that is told of 100.00 in a store of that country.
    fn told(country: &str, prices_include_tax: bool, category: Option<TaxCategory>) -> String {
        let country = CountryCode::parse(country).unwrap();
        let store = Store {
            country,
            prices_include_tax,
            ..Store::sample()
        };
        let facts = TaxFacts {
            origin: country,
            nexus: Nexus(vec![Place::country(country)]),
            own_rates: Vec::new(),
            codes: BTreeMap::new(),
            exemptions: Vec::new(),
            day: NaiveDate::from_ymd_opt(2026, 11, 20).unwrap(),
        };
        let price = Money::new(10_000, Currency::EUR);
        let code = category.map(TaxCode::from);
        price_to_tell(price, &store, &facts, code.as_ref())
            .unwrap()
            .to_decimal()
            .to_string()
    }

    #[test]
    fn the_country_decides_whether_tax_is_in_the_price() {
        let standard = Some(TaxCategory::Standard);
        for (country, included, category, price) in [
            ("US", false, standard, "100.00"),
            ("CA", false, standard, "100.00"),
            ("CA", true, standard, "95.24"),
            ("DE", true, standard, "100.00"),
            ("DE", false, standard, "119.00"),
            ("DE", false, Some(TaxCategory::Reduced), "107.00"),
            ("DE", false, Some(TaxCategory::Zero), "100.00"),
            ("DE", false, None, "100.00"),
            ("ID", true, standard, "100.00"),
        ] {
            assert_eq!(
                told(country, included, category),
                price,
                "{country} {included} {category:?}"
            );
        }
    }

    #[test]
    fn a_compound_rate_is_due_on_the_tax_before_it() {
        let rate = |rate: &str, compound| Rate {
            name: "Tax".to_owned(),
            rate: rate.parse().unwrap(),
            compound,
            on_shipping: true,
            jurisdiction: Place::parse("CA-QC").unwrap(),
        };
        let rates = [rate("0.05", false), rate("0.10", true)];
        assert_eq!(factor(&rates), Some(Decimal::new(1155, 3)));
    }
}
