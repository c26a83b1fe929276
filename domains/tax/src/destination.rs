//! Where goods go, and the part of a place that a rate is for.

use kernel::Address;

use crate::{Place, territories};

/// Where goods go.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Destination {
    /// The country and state.
    pub place: Place,
    /// The city; empty when it is not known.
    pub city: String,
    /// The postal code as [`postcode`] writes it; empty when it is not known.
    pub postcode: String,
}

impl Destination {
    /// A city and postal code of a place; either may be empty. A country whose sales are taxed as if they were made in
    /// another becomes that one.
    pub fn at(place: Place, city: &str, postal_code: &str) -> Self {
        let (place, postal_code) = territories::taxed_with(place, postal_code);
        Self {
            postcode: postcode(&place, &postal_code),
            city: city.trim().to_owned(),
            place,
        }
    }

    /// Somewhere in a place.
    pub fn of(place: Place) -> Self {
        Self {
            place,
            city: String::new(),
            postcode: String::new(),
        }
    }
}

impl From<&Address> for Destination {
    fn from(address: &Address) -> Self {
        Self::at(Place::from(address), &address.city, &address.postal_code)
    }
}

/// A postal code in capitals without blanks; of an American one the first five digits.
pub(crate) fn postcode(place: &Place, text: &str) -> String {
    let code: String = text.chars().filter(|letter| !letter.is_whitespace()).collect();
    let code = code.to_uppercase();
    match code.split_once('-') {
        Some((zip, _)) if place.country.as_str() == "US" => zip.to_owned(),
        _ => code,
    }
}

/// The part of a place that a rate is for; by default all of it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Scope {
    /// The county, for people: what counts is the city or the postcodes.
    pub county: String,
    /// The city, in any case; empty for every city.
    pub city: String,
    /// The first and the last postcode, as [`postcode`] writes them.
    pub postcodes: Option<(String, String)>,
}

impl Scope {
    /// Whether goods that go there fall under the rate.
    pub fn covers(&self, destination: &Destination) -> bool {
        let city = self.city.is_empty() || self.city.to_lowercase() == destination.city.to_lowercase();
        let postcodes = self.postcodes.as_ref().is_none_or(|(first, last)| {
            let code = &destination.postcode;
            !code.is_empty() && first <= code && code <= last
        });
        city && postcodes
    }

    /// How narrow it is: of two rates of one name the narrower one holds.
    pub(crate) fn narrowness(&self) -> u8 {
        let city = u8::from(!self.city.is_empty());
        match &self.postcodes {
            Some((first, last)) if first == last => 4 + city,
            Some(_) => 2 + city,
            None => city,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_part_of_a_place_is_a_city_or_postcodes() {
        let destination = |city: &str, code: &str| {
            let place = Place::parse("US-NY").unwrap();
            Destination {
                postcode: postcode(&place, code),
                city: city.to_owned(),
                place,
            }
        };
        let scope = |city: &str, postcodes: Option<(&str, &str)>| Scope {
            county: String::new(),
            city: city.to_owned(),
            postcodes: postcodes.map(|(first, last)| (first.to_owned(), last.to_owned())),
        };
        for (scope, city, code, covered) in [
            (scope("", None), "Albany", "", true),
            (scope("albany", None), "Albany", "", true),
            (scope("Albany", None), "Troy", "", false),
            (scope("", Some(("12200", "12299"))), "", "12207-1234", true),
            (scope("", Some(("12200", "12299"))), "", "12300", false),
            (scope("", Some(("12200", "12299"))), "", "", false),
            (scope("Albany", Some(("12200", "12299"))), "Troy", "12207", false),
        ] {
            assert_eq!(
                scope.covers(&destination(city, code)),
                covered,
                "{scope:?} {city} {code}"
            );
        }
        let order = [
            scope("", None),
            scope("Albany", None),
            scope("", Some(("12200", "12299"))),
            scope("", Some(("12207", "12207"))),
        ];
        assert!(order.is_sorted_by_key(Scope::narrowness));
        assert_eq!(postcode(&Place::parse("GB").unwrap(), "sw1a 1aa"), "SW1A1AA");
    }
}
