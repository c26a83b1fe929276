//! Which rates a sale is taxed at: a pure function over what was loaded.

use chrono::NaiveDate;
use kernel::CountryCode;

use crate::{Destination, Nexus, Place, Rate, TableRate, TaxCategory, TaxTable};

/// Everything that decides a store's rates.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TaxFacts {
    /// The country the store sells from.
    pub origin: CountryCode,
    /// Where the merchant collects tax.
    pub nexus: Nexus,
    /// The store's own rates.
    pub own_rates: Vec<TableRate>,
    /// The day of the sale.
    pub day: NaiveDate,
}

/// The rates that goods of a category are taxed at when they go to `destination`, compound rates last.
///
/// - No rates where the merchant has no nexus, for the category `zero`, and where the rate is nothing.
/// - A state that has any rate does not also take its country's rates.
/// - A store's rate stands in place of the built-in one of the same place, category and name, and beside the others. Of the
///   store's rates of one name that of a postcode stands before that of a city, and that before the whole place's; of two
///   as narrow the later one.
/// - Goods of a category that the place has no rate for are taxed at its standard rate.
pub fn rates_for(facts: &TaxFacts, destination: &Destination, category: TaxCategory) -> Vec<Rate> {
    if category == TaxCategory::Zero {
        return Vec::new();
    }
    let Some(place) = facts.nexus.taxed_at(facts.origin, &destination.place) else {
        return Vec::new();
    };
    // At home nobody asks where in the home country.
    let at = if place == destination.place {
        destination.clone()
    } else {
        Destination::of(place)
    };
    let mut rows = rows_at(facts, &at.place, &at);
    if rows.is_empty() && !at.place.state.is_empty() {
        rows = rows_at(facts, &Place::country(at.place.country), &at);
    }
    let category = if rows.iter().any(|row| row.category == category) {
        category
    } else {
        TaxCategory::Standard
    };
    let chosen = rows
        .into_iter()
        .filter(|row| row.category == category && !row.rate.rate.is_zero());
    let mut rates: Vec<Rate> = chosen.map(|row| row.rate.clone()).collect();
    rates.sort_by_key(|rate| rate.compound);
    rates
}

/// The rates that delivery to `destination` is taxed at: the standard rates of the place that say so.
pub fn shipping_rates_for(facts: &TaxFacts, destination: &Destination) -> Vec<Rate> {
    let rates = rates_for(facts, destination, TaxCategory::Standard);
    rates.into_iter().filter(|rate| rate.on_shipping).collect()
}

/// The rows that hold at a destination in a place on the day of the sale: of those with the same category and name the last,
/// which is the store's own, the narrowest, the newest.
fn rows_at<'a>(facts: &'a TaxFacts, place: &Place, destination: &Destination) -> Vec<&'a TableRate> {
    let mut own: Vec<&TableRate> = facts
        .own_rates
        .iter()
        .filter(|row| row.rate.jurisdiction == *place && row.scope.covers(destination))
        .collect();
    own.sort_by_key(|row| (row.scope.narrowness(), row.valid_from));
    let mut rows: Vec<&TableRate> = Vec::new();
    for row in TaxTable::built_in().at(place).iter().chain(own) {
        let over = row.valid_until.is_some_and(|last_day| last_day < facts.day);
        if over || row.valid_from.is_some_and(|first_day| first_day > facts.day) {
            continue;
        }
        match rows
            .iter_mut()
            .find(|other| other.category == row.category && other.rate.name == row.rate.name)
        {
            Some(other) => *other = row,
            None => rows.push(row),
        }
    }
    rows
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Scope;

    fn facts(nexus: &[&str], own_rates: Vec<TableRate>) -> TaxFacts {
        TaxFacts {
            origin: CountryCode::US,
            nexus: Nexus(nexus.iter().map(|place| Place::parse(place).unwrap()).collect()),
            own_rates,
            day: NaiveDate::from_ymd_opt(2026, 11, 20).unwrap(),
        }
    }

    fn own(place: &str, category: TaxCategory, name: &str, rate: &str) -> TableRate {
        let rate = Rate {
            name: name.to_owned(),
            rate: rate.parse().unwrap(),
            compound: name.starts_with("Compound"),
            on_shipping: true,
            jurisdiction: Place::parse(place).unwrap(),
        };
        TableRate {
            category,
            rate,
            scope: Scope::default(),
            valid_from: None,
            valid_until: None,
            source: String::new(),
        }
    }

    fn shown(facts: &TaxFacts, destination: &str, category: TaxCategory) -> String {
        let rates = rates_for(facts, &Destination::of(Place::parse(destination).unwrap()), category);
        let rates = rates
            .iter()
            .map(|rate| format!("{} {} {}", rate.jurisdiction, rate.name, rate.rate));
        rates.collect::<Vec<_>>().join(" + ")
    }

    #[test]
    fn the_destination_and_the_category_decide() {
        use TaxCategory::{Intermediate, Reduced, Standard, SuperReduced, Zero};
        let facts = facts(&["US", "CA", "EU", "ID"], Vec::new());
        for (destination, category, rates) in [
            ("US-CA", Standard, "US-CA Sales tax 0.0725"),
            ("US-OR", Standard, ""),
            ("US-PR", Standard, ""),
            ("CA-BC", Standard, "CA-BC GST 0.05 + CA-BC PST 0.07"),
            ("CA-AB", Standard, "CA GST 0.05"),
            ("FR", Standard, "FR VAT 0.2"),
            ("FR", Intermediate, "FR VAT 0.1"),
            ("FR", Reduced, "FR VAT 0.055"),
            ("FR", SuperReduced, "FR VAT 0.021"),
            ("DE", SuperReduced, "DE VAT 0.19"),
            ("FR", Zero, ""),
            ("ID-JB", Standard, "ID PPN 0.11"),
            ("GB", Standard, ""),
        ] {
            assert_eq!(
                shown(&facts, destination, category),
                rates,
                "{destination} {category:?}"
            );
        }
    }

    #[test]
    fn a_stores_own_rate_replaces_its_namesake_and_joins_the_others() {
        let standard = TaxCategory::Standard;
        let own_rates = vec![
            own("US-CA", standard, "Compound levy", "0.01"),
            own("US-CA", standard, "District tax", "0.02"),
            own("US-NY", standard, "Sales tax", "0.08875"),
            own("US-NJ", TaxCategory::Reduced, "Sales tax", "0.03"),
            own("US-TX", standard, "Sales tax", "0"),
        ];
        let facts = facts(&["US"], own_rates);
        assert_eq!(
            shown(&facts, "US-CA", standard),
            "US-CA Sales tax 0.0725 + US-CA District tax 0.02 + US-CA Compound levy 0.01"
        );
        assert_eq!(shown(&facts, "US-NY", standard), "US-NY Sales tax 0.08875");
        assert_eq!(shown(&facts, "US-NJ", TaxCategory::Reduced), "US-NJ Sales tax 0.03");
        assert_eq!(shown(&facts, "US-NJ", standard), "US-NJ Sales tax 0.06625");
        assert_eq!(shown(&facts, "US-TX", standard), "");
    }

    #[test]
    fn a_rate_does_not_hold_before_its_first_day() {
        let later = NaiveDate::from_ymd_opt(2027, 1, 1).unwrap();
        let row = TableRate {
            valid_from: Some(later),
            ..own("GB", TaxCategory::Standard, "VAT", "0.21")
        };
        let mut facts = facts(&["GB"], vec![row]);
        assert_eq!(shown(&facts, "GB", TaxCategory::Standard), "GB VAT 0.2");
        facts.day = later;
        assert_eq!(shown(&facts, "GB", TaxCategory::Standard), "GB VAT 0.21");
    }

    #[test]
    fn a_rate_ends_with_its_last_day_and_the_next_one_follows() {
        let day = |day| NaiveDate::from_ymd_opt(2026, 11, day);
        let standard = TaxCategory::Standard;
        let old = TableRate {
            valid_until: day(19),
            ..own("US-NY", standard, "City tax", "0.01")
        };
        let new = TableRate {
            valid_from: day(20),
            ..own("US-NY", standard, "City tax", "0.02")
        };
        let mut facts = facts(&["US"], vec![new, old]);
        assert_eq!(
            shown(&facts, "US-NY", standard),
            "US-NY Sales tax 0.04 + US-NY City tax 0.02"
        );
        facts.day = day(19).unwrap();
        assert_eq!(
            shown(&facts, "US-NY", standard),
            "US-NY Sales tax 0.04 + US-NY City tax 0.01"
        );
    }
}
