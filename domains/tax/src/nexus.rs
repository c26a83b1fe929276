//! Where a merchant collects tax.

use kernel::CountryCode;

use crate::{Destination, Place, territories};

/// The members of the European Union.
pub(crate) const EUROPEAN_UNION: [&str; 27] = [
    "AT", "BE", "BG", "CY", "CZ", "DE", "DK", "EE", "ES", "FI", "FR", "GR", "HR", "HU", "IE", "IT", "LT", "LU", "LV",
    "MT", "NL", "PL", "PT", "RO", "SE", "SI", "SK",
];

/// The code that stands for a registration with the One Stop Shop of the European Union.
const ONE_STOP_SHOP: &str = "EU";

/// The places where a merchant collects tax. The entry `EU` stands for a registration with the One Stop Shop.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Nexus(pub Vec<Place>);

impl Nexus {
    /// Which place's rates a sale is taxed at; `None` when the merchant does not collect tax there.
    ///
    /// Tax is due at the destination. One exception is the European Union's: a merchant established in a member state
    /// who is not registered with the One Stop Shop sells to the other members at the rates of the own state, which
    /// is allowed up to 10,000 euros a year (Directive 2006/112/EC, article 59c). Nothing here watches that sum.
    ///
    /// Northern Ireland belongs to the union where goods are concerned (Directive 2006/112/EC, annex of 2020/1756), and what
    /// goes to a territory where the union's VAT does not hold leaves it, whatever member the territory belongs to.
    pub fn taxed_at(&self, origin: CountryCode, destination: &Destination) -> Option<Place> {
        let outside = territories::find(destination).is_some();
        let inside = in_european_union(destination.place.country) || territories::is_northern_ireland(destination);
        let destination = &destination.place;
        if self.0.iter().any(|place| place.covers(destination)) {
            return Some(destination.clone());
        }
        if outside || !inside {
            return None;
        }
        if self.0.iter().any(|place| place.country.as_str() == ONE_STOP_SHOP) {
            return Some(destination.clone());
        }
        let home = Place::country(origin);
        (in_european_union(origin) && self.0.contains(&home)).then_some(home)
    }
}

/// Whether a country is a member of the European Union.
pub fn in_european_union(country: CountryCode) -> bool {
    EUROPEAN_UNION.contains(&country.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tax_is_collected_only_where_there_is_nexus() {
        for (nexus, origin, destination, taxed_at) in [
            (&["US-CA"][..], "US", "US-CA", "US-CA"),
            (&["US-CA"], "US", "US-NY", "nowhere"),
            (&["US"], "US", "US-NY", "US-NY"),
            (&["US"], "US", "DE", "nowhere"),
            (&["ID"], "ID", "ID-JB", "ID-JB"),
            (&["DE"], "DE", "DE", "DE"),
            (&["DE"], "DE", "FR", "DE"),
            (&["DE", "FR"], "DE", "FR", "FR"),
            (&["DE", "EU"], "DE", "FR", "FR"),
            (&["DE", "EU"], "DE", "CH", "nowhere"),
            (&["EU"], "US", "FR", "FR"),
            (&["US"], "US", "FR", "nowhere"),
            (&[], "DE", "DE", "nowhere"),
        ] {
            let places = Nexus(nexus.iter().map(|place| Place::parse(place).unwrap()).collect());
            let found = places.taxed_at(
                CountryCode::parse(origin).unwrap(),
                &Destination::of(Place::parse(destination).unwrap()),
            );
            let found = found.map_or_else(|| "nowhere".to_owned(), |place| place.to_string());
            assert_eq!(found, taxed_at, "{nexus:?}: {origin} to {destination}");
        }
    }
}
