//! How addresses are written in each country.

use std::sync::LazyLock;

use regex_lite::Regex;

use crate::{CountryCode, Locale};

/// One country a line, with its source and its columns above.
const FORMATS: &str = include_str!("formats.tsv");
static ALL: LazyLock<Vec<AddressFormat>> = LazyLock::new(|| {
    let mut formats: Vec<AddressFormat> = FORMATS.lines().filter_map(AddressFormat::read).collect();
    formats.sort_by_key(|format| format.country);
    formats
});
/// Where nothing is known: a city, and whatever else is given.
static ANY: AddressFormat = AddressFormat {
    country: "",
    names: ["", ""],
    required: "AC",
    order: "CSZ",
    state_word: "province",
    city_word: "city",
    postal_word: "postal",
    postal_pattern: "",
    postal_example: "",
    states: Vec::new(),
};

/// What is asked for below the street.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AddressPart {
    /// City, town or district.
    City,
    /// State, province or county.
    State,
    /// Postal code.
    PostalCode,
}

/// How addresses of a country are written.
#[derive(Debug)]
pub struct AddressFormat {
    /// The code of ISO 3166-1.
    pub country: &'static str,
    /// The country's name in each of [`Locale::ALL`].
    names: [&'static str; 2],
    required: &'static str,
    order: &'static str,
    /// What a state is called there: `state`, `province`, `prefecture`, `county` and others.
    pub state_word: &'static str,
    /// What a city is called there: `city`, `post_town`, `district` or `suburb`.
    pub city_word: &'static str,
    /// What a postal code is called there: `postal`, `zip`, `pin` or `eircode`.
    pub postal_word: &'static str,
    postal_pattern: &'static str,
    /// A postal code of the country; empty when it has none.
    pub postal_example: &'static str,
    /// Code and name of each state, by name; empty where any text is taken. The code is the part after the hyphen in ISO
    /// 3166-2.
    pub states: Vec<(&'static str, &'static str)>,
}

impl AddressFormat {
    /// The format of a country.
    pub fn of(country: CountryCode) -> &'static Self {
        Self::of_code(country.as_str())
    }

    /// The format of the country with that code; of one that nothing is known of when it is no country's.
    pub fn of_code(code: &str) -> &'static Self {
        let place = ALL.binary_search_by(|format| format.country.cmp(code));
        place.ok().and_then(|index| ALL.get(index)).unwrap_or(&ANY)
    }

    /// The country's name in a language.
    pub fn name(&self, locale: Locale) -> &'static str {
        let [english, indonesian] = self.names;
        match locale {
            Locale::EN => english,
            Locale::ID => indonesian,
        }
    }

    /// All countries, by code.
    pub fn all() -> &'static [Self] {
        &ALL
    }

    fn read(line: &'static str) -> Option<Self> {
        if line.starts_with('#') {
            return None;
        }
        let mut cells = line.split('\t');
        let mut next = || cells.next().unwrap_or_default();
        Some(Self {
            country: next(),
            names: [next(), next()],
            required: next(),
            order: next(),
            state_word: next(),
            city_word: next(),
            postal_word: next(),
            postal_pattern: next(),
            postal_example: next(),
            states: next().split('|').filter_map(|state| state.split_once(' ')).collect(),
        })
    }

    /// What is asked for below the street, in the order it is written.
    pub fn parts(&self) -> impl Iterator<Item = AddressPart> {
        self.order.chars().map(|letter| match letter {
            'S' => AddressPart::State,
            'Z' => AddressPart::PostalCode,
            _ => AddressPart::City,
        })
    }

    /// Whether addresses there have such a part.
    pub fn has(&self, part: AddressPart) -> bool {
        self.parts().any(|other| other == part)
    }

    /// Whether the part must be there. A city must wherever addresses have one.
    pub fn requires(&self, part: AddressPart) -> bool {
        match part {
            AddressPart::City => self.has(part),
            AddressPart::State => self.required.contains('S'),
            AddressPart::PostalCode => self.required.contains('Z'),
        }
    }

    /// The code of a state that is given by code or name, in any case; `None` when there is no such state. Where there is
    /// no list, whatever is given.
    pub fn state_code<'t>(&self, text: &'t str) -> Option<&'t str>
    where
        'static: 't,
    {
        if self.states.is_empty() {
            return Some(text);
        }
        let lower = text.to_lowercase();
        let mut states = self.states.iter();
        let by_code = states.find(|(code, _)| code.eq_ignore_ascii_case(text));
        let found = by_code.or_else(|| self.states.iter().find(|(_, name)| name.to_lowercase() == lower));
        found.map(|(code, _)| *code)
    }

    /// A state as labels have it: by its code where people write it, by its name where the code is a number.
    pub fn state_on_label<'t>(&self, code: &'t str) -> &'t str
    where
        'static: 't,
    {
        if !code.contains(|c: char| c.is_ascii_digit()) {
            return code;
        }
        let mut states = self.states.iter();
        states.find(|(known, _)| *known == code).map_or(code, |(_, name)| *name)
    }

    /// Whether a postal code, in capitals, has the form of the country's.
    pub fn fits_postal_code(&self, code: &str) -> bool {
        if self.postal_pattern.is_empty() {
            return code.chars().count() <= 16;
        }
        // The patterns are few and short; a test reads them all.
        Regex::new(&format!("^(?:{})$", self.postal_pattern)).is_ok_and(|pattern| pattern.is_match(code))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_line_of_the_table_can_be_used() {
        assert_eq!(AddressFormat::all().len(), 242);
        for format in AddressFormat::all() {
            let country = CountryCode::parse(format.country).unwrap();
            assert!(std::ptr::eq(AddressFormat::of(country), format), "{country}");
            assert!(!format.city_word.is_empty(), "{country}");
            for locale in Locale::ALL {
                assert!(!format.name(locale).is_empty(), "{country}");
            }
            assert!(format.order.chars().all(|letter| "CSZ".contains(letter)), "{country}");
            assert!(format.required.starts_with('A'), "{country}");
            if !format.postal_pattern.is_empty() {
                assert!(format.fits_postal_code(format.postal_example), "{country}");
                assert!(!format.fits_postal_code("#"), "{country}");
            }
            for (code, name) in &format.states {
                assert_eq!(format.state_code(&code.to_lowercase()), Some(*code), "{country} {code}");
                assert!(format.state_code(&name.to_lowercase()).is_some(), "{country} {name}");
            }
        }
    }

    #[test]
    fn a_country_without_a_line_takes_what_it_gets() {
        let antarctica = AddressFormat::of(CountryCode::parse("AQ").unwrap());
        assert!(antarctica.requires(AddressPart::City) && !antarctica.requires(AddressPart::PostalCode));
        assert_eq!(antarctica.state_code("East"), Some("East"));
        assert!(antarctica.fits_postal_code("BIQQ 1ZZ") && !antarctica.fits_postal_code(&"1".repeat(17)));
    }

    #[test]
    fn parts_come_in_the_order_of_the_country() {
        use AddressPart::{City, PostalCode, State};
        for (country, parts) in [
            ("US", vec![City, State, PostalCode]),
            ("DE", vec![PostalCode, City]),
            ("JP", vec![PostalCode, State]),
            ("SG", vec![PostalCode]),
            ("AE", vec![State]),
        ] {
            let format = AddressFormat::of(CountryCode::parse(country).unwrap());
            assert_eq!(format.parts().collect::<Vec<_>>(), parts, "{country}");
        }
    }
}
