//! Which rates a sale is taxed at: a pure function over what was loaded.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use kernel::CountryCode;

use crate::{
    Destination, Exemption, Nexus, Place, Rate, Scope, TableRate, TaxCategory, TaxCode, TaxTable, territories,
};

/// Everything that decides a store's rates.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TaxFacts {
    /// The country the store sells from.
    pub origin: CountryCode,
    /// Where the merchant collects tax.
    pub nexus: Nexus,
    /// The store's own rates.
    pub own_rates: Vec<TableRate>,
    /// The store's own codes, and what their goods are taxed as where a place has no rate for them.
    pub codes: BTreeMap<TaxCode, TaxCategory>,
    /// The buyer's exemptions. They do not change the rates: [`crate::exemption_for`] says whether one holds.
    pub exemptions: Vec<Exemption>,
    /// The day of the sale.
    pub day: NaiveDate,
}

/// The rates that goods of a code are taxed at when they go to `destination`, compound rates last.
///
/// - No rates where the merchant has no nexus, for the category `zero`, and where the rate is nothing.
/// - A state that has any rate does not also take its country's rates.
/// - In a territory where the European Union's VAT does not hold only the territory's own rate does, and rates of the store
///   for its postcodes.
/// - A store's rate stands in place of the built-in one of the same place, code and name, and beside the others. Of the
///   store's rates of one name that of a postcode stands before that of a city, and that before the whole place's; of two
///   as narrow the later one.
/// - Goods of a code of the store's own that the place has no rate for are taxed as the code's category, and goods of a
///   category that the place has no rate for at its standard rate.
pub fn rates_for(facts: &TaxFacts, destination: &Destination, code: &TaxCode) -> Vec<Rate> {
    let Some(place) = facts.nexus.taxed_at(facts.origin, destination) else {
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
    let category = facts.codes.get(code).copied().or_else(|| code.category());
    let has_rates = |code: &TaxCode| rows.iter().any(|row| row.code == *code);
    let fallback = category.unwrap_or_default();
    let code = match fallback {
        _ if code.category().is_none() && has_rates(code) => code.clone(),
        TaxCategory::Zero => return Vec::new(),
        category if has_rates(&category.into()) => category.into(),
        _ => TaxCode::default(),
    };
    let chosen = rows
        .into_iter()
        .filter(|row| row.code == code && !row.rate.rate.is_zero());
    let mut rates: Vec<Rate> = chosen.map(|row| row.rate.clone()).collect();
    rates.sort_by_key(|rate| rate.compound);
    rates
}

/// Whether goods of a code may be taxed somewhere: whoever sells them without tax in the price has to know where they go.
pub fn may_be_taxed(facts: &TaxFacts, code: &TaxCode) -> bool {
    !facts.nexus.0.is_empty() && code.category() != Some(TaxCategory::Zero)
}

/// The rates that delivery to `destination` is taxed at: the standard rates of the place that say so.
pub fn shipping_rates_for(facts: &TaxFacts, destination: &Destination) -> Vec<Rate> {
    let rates = rates_for(facts, destination, &TaxCode::default());
    rates.into_iter().filter(|rate| rate.on_shipping).collect()
}

/// The rows that hold at a destination in a place on the day of the sale: of those with the same code and name the last,
/// which is the store's own, the narrowest, the newest.
fn rows_at<'a>(facts: &'a TaxFacts, place: &Place, destination: &Destination) -> Vec<&'a TableRate> {
    let mut own: Vec<&TableRate> = facts
        .own_rates
        .iter()
        .filter(|row| row.rate.jurisdiction == *place && row.scope.covers(destination))
        .collect();
    own.sort_by_key(|row| (row.scope.narrowness(), row.valid_from));
    let mut rows: Vec<&TableRate> = Vec::new();
    let built_in = match territories::find(destination).filter(|_| place.state.is_empty()) {
        Some(territory) => {
            own.retain(|row| row.scope != Scope::default());
            std::slice::from_ref(territory)
        }
        None => TaxTable::built_in().at(place),
    };
    for row in built_in.iter().chain(own) {
        let over = row.valid_until.is_some_and(|last_day| last_day < facts.day);
        if over || row.valid_from.is_some_and(|first_day| first_day > facts.day) {
            continue;
        }
        match rows
            .iter_mut()
            .find(|other| other.code == row.code && other.rate.name == row.rate.name)
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

    fn facts(nexus: &[&str], own_rates: Vec<TableRate>) -> TaxFacts {
        TaxFacts {
            origin: CountryCode::US,
            nexus: Nexus(nexus.iter().map(|place| Place::parse(place).unwrap()).collect()),
            own_rates,
            codes: BTreeMap::new(),
            exemptions: Vec::new(),
            day: NaiveDate::from_ymd_opt(2026, 11, 20).unwrap(),
        }
    }

    fn own(place: &str, code: impl Into<TaxCode>, name: &str, rate: &str) -> TableRate {
        let rate = Rate {
            name: name.to_owned(),
            rate: rate.parse().unwrap(),
            compound: name.starts_with("Compound"),
            on_shipping: true,
            jurisdiction: Place::parse(place).unwrap(),
        };
        TableRate {
            code: code.into(),
            rate,
            scope: Scope::default(),
            valid_from: None,
            valid_until: None,
            source: String::new(),
        }
    }

    fn shown(facts: &TaxFacts, destination: &str, code: impl Into<TaxCode>) -> String {
        let destination = Destination::of(Place::parse(destination).unwrap());
        let rates = rates_for(facts, &destination, &code.into());
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
    fn the_unions_vat_ends_where_its_territory_does() {
        let sold = |origin: &str, nexus: &[&str], place: &str, postcode: &str| {
            let mut facts = facts(
                nexus,
                vec![
                    within("ES", "IGIC", "0.07", ("35000", "35999")),
                    own("ES", TaxCategory::Standard, "Levy", "0.01"),
                ],
            );
            facts.origin = CountryCode::parse(origin).unwrap();
            let to = Destination::at(Place::parse(place).unwrap(), "", postcode);
            let rates = rates_for(&facts, &to, &TaxCode::default());
            let rates = rates
                .iter()
                .map(|rate| format!("{} {} {}", rate.jurisdiction, rate.name, rate.rate));
            rates.collect::<Vec<_>>().join(" + ")
        };
        for (origin, nexus, place, postcode, rates) in [
            // Who is registered in the country, in the One Stop Shop, and at home alone.
            ("ES", "ES", "ES", "28001", "ES VAT 0.21 + ES Levy 0.01"),
            ("ES", "ES", "ES", "38001", ""),
            ("ES", "ES", "ES", "35 001", "ES IGIC 0.07"),
            ("DE", "EU", "ES", "35001", ""),
            ("DE", "DE", "ES", "35001", ""),
            ("DE", "DE", "ES", "28001", "DE VAT 0.19"),
            ("ES", "ES", "ES-CE", "51001", ""),
            ("ES", "ES", "ES-ML", "52006", ""),
            ("IT", "IT", "IT", "22061", ""),
            ("IT", "IT", "IT", "23041", ""),
            ("DE", "DE", "DE", "78266", ""),
            ("DE", "DE", "DE", "27498", ""),
            ("GR", "EU", "GR", "630 86", ""),
            ("FI", "FI", "FI", "22100", ""),
            ("FI", "FI", "FI", "00100", "FI VAT 0.255"),
            ("FI", "FI", "AX", "22100", ""),
            // Overseas departments have a rate of their own for who is registered in France.
            ("FR", "FR", "FR", "97400", "FR VAT 0.085"),
            ("FR", "FR", "RE", "97400", "FR VAT 0.085"),
            ("FR", "FR", "MQ", "", "FR VAT 0.085"),
            ("FR", "FR", "GF", "97300", ""),
            ("DE", "EU", "RE", "97400", ""),
            // Monaco is taxed with France and the Isle of Man with the United Kingdom.
            ("DE", "EU", "MC", "98000", "FR VAT 0.2"),
            ("GB", "GB", "IM", "IM1 1AA", "GB VAT 0.2"),
            // Goods for Northern Ireland go to the union.
            ("DE", "EU", "GB", "BT1 1AA", "GB VAT 0.2"),
            ("DE", "DE", "GB", "bt1 1aa", "DE VAT 0.19"),
            ("DE", "EU", "GB", "B1 1AA", ""),
            ("GB", "GB", "GB", "BT1 1AA", "GB VAT 0.2"),
        ] {
            assert_eq!(
                sold(origin, &[nexus], place, postcode),
                rates,
                "{origin}, registered in {nexus}, to {place} {postcode}"
            );
        }
    }

    fn within(place: &str, name: &str, rate: &str, postcodes: (&str, &str)) -> TableRate {
        let scope = Scope {
            postcodes: Some((postcodes.0.to_owned(), postcodes.1.to_owned())),
            ..Scope::default()
        };
        TableRate {
            scope,
            ..own(place, TaxCategory::Standard, name, rate)
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
    fn a_code_has_rates_of_its_own_or_those_of_its_category() {
        let code = |text| TaxCode::parse(text).unwrap();
        let own_rates = vec![
            own("US-NY", code("clothing"), "Sales tax", "0"),
            own("US-NY", TaxCategory::Standard, "City tax", "0.045"),
            own("GB", code("books"), "VAT", "0.01"),
        ];
        let mut facts = facts(&["US", "GB", "DE", "FR"], own_rates);
        facts.codes = BTreeMap::from([
            (code("clothing"), TaxCategory::Standard),
            (code("books"), TaxCategory::Reduced),
            (code("gold"), TaxCategory::Zero),
        ]);
        for (destination, goods, rates) in [
            ("US-NY", "clothing", ""),
            ("US-CA", "clothing", "US-CA Sales tax 0.0725"),
            ("DE", "books", "DE VAT 0.07"),
            ("GB", "books", "GB VAT 0.01"),
            ("GB", "reduced", "GB VAT 0.05"),
            ("FR", "gold", ""),
            ("US-NY", "unheard-of", "US-NY Sales tax 0.04 + US-NY City tax 0.045"),
        ] {
            assert_eq!(shown(&facts, destination, code(goods)), rates, "{destination} {goods}");
        }
    }

    #[test]
    fn an_exemption_holds_in_its_places_and_days() {
        let day = |day| NaiveDate::from_ymd_opt(2026, 11, day);
        let entropy = kernel::SeededEntropy::new(3);
        let now = kernel::Time::UNIX_EPOCH;
        let exemption = |certificate: &str, places: &[&str], first: Option<NaiveDate>, last| Exemption {
            id: kernel::TypedId::generate(now, &entropy),
            customer_id: kernel::TypedId::generate(now, &entropy),
            certificate: certificate.to_owned(),
            reason: crate::ExemptionReason::Resale,
            reference: String::new(),
            places: places.iter().map(|place| Place::parse(place).unwrap()).collect(),
            valid_from: first,
            valid_until: last,
            created_at: now,
        };
        let mut facts = facts(&["US"], Vec::new());
        facts.exemptions = vec![
            exemption("over", &[], None, day(19)),
            exemption("to come", &[], day(21), None),
            exemption("short", &["US-NY", "DE"], day(1), day(20)),
            exemption("long", &["US-NY"], None, None),
        ];
        for (destination, certificate) in [
            ("US-NY", Some("long")),
            ("DE", Some("short")),
            ("US-CA", None),
            ("US", None),
        ] {
            let destination = Destination::of(Place::parse(destination).unwrap());
            let found = crate::exemption_for(&facts, &destination);
            assert_eq!(
                found.map(|one| one.certificate.as_str()),
                certificate,
                "{destination:?}"
            );
        }
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
