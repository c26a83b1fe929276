//! A postal address, as forms and the API spell it.

mod format;

use serde::{Deserialize, Serialize};

pub use self::format::{AddressFormat, AddressPart};
use crate::{CountryCode, FieldError, Invalid, Locale, typed_line};

/// Where something is sent or billed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Address {
    /// Given name.
    #[serde(default)]
    pub first_name: String,
    /// Family name.
    #[serde(default)]
    pub last_name: String,
    /// Company.
    #[serde(default)]
    pub company: String,
    /// Street and number.
    pub line1: String,
    /// Flat, floor, building.
    #[serde(default)]
    pub line2: String,
    /// City or town.
    pub city: String,
    /// State, province or county: the code after the hyphen in ISO 3166-2 (`CA`) where [`AddressFormat`] knows such.
    #[serde(default)]
    pub state: String,
    /// Postal code.
    #[serde(default)]
    pub postal_code: String,
    /// Country.
    pub country: CountryCode,
    /// Telephone number.
    #[serde(default)]
    pub phone: String,
}

impl Address {
    /// Reads every field by [`typed_line`], writes a state by its code and a postal code in capitals, and names everything
    /// that is wrong. What must be there is decided by the country.
    pub fn checked(mut self) -> Result<Self, Invalid> {
        for text in self.texts_mut() {
            *text = typed_line(text);
        }
        self.postal_code = self.postal_code.to_uppercase();
        let format = AddressFormat::of(self.country);
        let mut invalid = Invalid::default();
        if self.line1.is_empty() {
            invalid.push(FieldError::required("line1"));
        }
        if self.city.is_empty() && format.requires(AddressPart::City) {
            invalid.push(FieldError::required("city"));
        }
        for (field, value) in self.texts() {
            if value.chars().count() > 200 {
                invalid.push(FieldError::new(field, "too_long", "may have at most 200 characters"));
            } else if value.chars().any(char::is_control) {
                invalid.push(FieldError::new(
                    field,
                    "invalid_text",
                    "may not hold control characters",
                ));
            }
        }
        if !self.phone.is_empty() && self.phone.chars().filter(|c| c.is_numeric()).count() < 3 {
            invalid.push(FieldError::new("phone", "invalid_phone", "is not a telephone number"));
        }
        if let Err(error) = CountryCode::parse_assigned(self.country.as_str()) {
            invalid.push(error);
        }
        let state = match format.state_code(&self.state) {
            Some("") if format.requires(AddressPart::State) => None,
            None if self.state.is_empty() && !format.requires(AddressPart::State) => Some(""),
            known => known,
        };
        match state.map(str::to_owned) {
            Some(state) => self.state = state,
            None => invalid.push(FieldError::new(
                "state",
                "invalid_state",
                format!("is not a {} of {}", format.state_word.replace('_', " "), self.country),
            )),
        }
        let no_code_needed = self.postal_code.is_empty() && !format.requires(AddressPart::PostalCode);
        if !no_code_needed && !format.fits_postal_code(&self.postal_code) {
            invalid.push(FieldError::new(
                "postal_code",
                "invalid_postal_code",
                format!(
                    "is not a postal code of {} such as {}",
                    self.country, format.postal_example
                ),
            ));
        }
        invalid.into_result()?;
        Ok(self)
    }

    /// First and last name with a blank between.
    pub fn full_name(&self) -> String {
        format!("{} {}", self.first_name, self.last_name).trim().to_owned()
    }

    /// The lines of an address label, without empty ones; the last is the country's name in the reader's language.
    pub fn label_lines(&self, locale: Locale) -> Vec<String> {
        let format = AddressFormat::of(self.country);
        let part = |part| match part {
            AddressPart::City => self.city.as_str(),
            AddressPart::State => format.state_on_label(&self.state),
            AddressPart::PostalCode => self.postal_code.as_str(),
        };
        let all = [AddressPart::City, AddressPart::State, AddressPart::PostalCode];
        let others = all.into_iter().filter(|part| !format.has(*part));
        let place = format
            .parts()
            .chain(others)
            .map(part)
            .filter(|part| !part.is_empty())
            .collect::<Vec<_>>()
            .join(" ");
        [
            self.full_name(),
            self.company.clone(),
            self.line1.clone(),
            self.line2.clone(),
            place,
            match format.name(locale) {
                "" => self.country.to_string(),
                name => name.to_owned(),
            },
        ]
        .into_iter()
        .filter(|line| !line.is_empty())
        .collect()
    }

    /// An address for tests and previews, in California.
    pub fn sample() -> Self {
        Self {
            first_name: "Ann".to_owned(),
            last_name: "Lee".to_owned(),
            company: String::new(),
            line1: "123 Main St".to_owned(),
            line2: String::new(),
            city: "Anytown".to_owned(),
            state: "CA".to_owned(),
            postal_code: "90210".to_owned(),
            country: CountryCode::US,
            phone: String::new(),
        }
    }

    fn texts(&self) -> [(&'static str, &str); 9] {
        [
            ("first_name", &self.first_name),
            ("last_name", &self.last_name),
            ("company", &self.company),
            ("line1", &self.line1),
            ("line2", &self.line2),
            ("city", &self.city),
            ("state", &self.state),
            ("postal_code", &self.postal_code),
            ("phone", &self.phone),
        ]
    }

    fn texts_mut(&mut self) -> [&mut String; 9] {
        [
            &mut self.first_name,
            &mut self.last_name,
            &mut self.company,
            &mut self.line1,
            &mut self.line2,
            &mut self.city,
            &mut self.state,
            &mut self.postal_code,
            &mut self.phone,
        ]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fields(address: Address) -> Vec<String> {
        address
            .checked()
            .map(|_| Vec::new())
            .unwrap_or_else(|invalid| invalid.0.into_iter().map(|e| e.field).collect())
    }

    #[test]
    fn the_sample_is_good() {
        assert_eq!(fields(Address::sample()), Vec::<String>::new());
    }

    #[test]
    fn every_bad_field_is_named() {
        let sample = Address::sample;
        assert_eq!(
            fields(Address {
                line1: " ".into(),
                city: String::new(),
                ..sample()
            }),
            ["line1", "city"]
        );
        assert_eq!(
            fields(Address {
                state: "XX".into(),
                ..sample()
            }),
            ["state"]
        );
        assert_eq!(
            fields(Address {
                postal_code: "1234".into(),
                ..sample()
            }),
            ["postal_code"]
        );
        assert_eq!(
            fields(Address {
                company: "x".repeat(201),
                ..sample()
            }),
            ["company"]
        );
        assert_eq!(
            fields(Address {
                first_name: "a\u{0}b".into(),
                ..sample()
            }),
            ["first_name"]
        );
        assert_eq!(
            fields(Address {
                phone: "abc".into(),
                country: CountryCode::parse("XX").unwrap(),
                state: String::new(),
                ..sample()
            }),
            ["phone", "country"]
        );
    }

    #[test]
    fn what_turns_writing_around_is_dropped() {
        let address = Address {
            first_name: "A\u{202e}nn\u{2069} ".into(),
            phone: "+44 20 7946 0018".into(),
            ..Address::sample()
        };
        assert_eq!(address.checked().unwrap().first_name, "Ann");
    }

    #[test]
    fn each_country_asks_for_its_own() {
        let at = |country: &str, city: &str, state: &str, postal_code: &str| Address {
            city: city.to_owned(),
            state: state.to_owned(),
            postal_code: postal_code.to_owned(),
            country: CountryCode::parse(country).unwrap(),
            ..Address::sample()
        };
        for good in [
            at("DE", "Berlin", "", "10115"),
            at("GB", "London", "", "ec1y 8sy"),
            at("SG", "", "", "546080"),
            at("JP", "", "Tokyo", "100-0001"),
            at("IT", "Roma", "RM", "00144"),
            at("AE", "", "Dubai", ""),
            at("ID", "Bandung", "jawa barat", "40115"),
            at("HK", "Central", "Hong Kong Island", ""),
        ] {
            assert_eq!(fields(good.clone()), Vec::<String>::new(), "{good:?}");
        }
        for (bad, field) in [
            (at("DE", "Berlin", "", "1011"), "postal_code"),
            (at("DE", "", "", "10115"), "city"),
            (at("JP", "", "", "100-0001"), "state"),
            (at("IT", "Roma", "Lazio", "00144"), "state"),
            (at("HK", "Central", "", ""), "state"),
            (at("US", "Anytown", "CA", "902 10"), "postal_code"),
        ] {
            assert_eq!(fields(bad.clone()), [field], "{bad:?}");
        }
        let tokyo = at("JP", "", "tokyo", "100-0001").checked().unwrap();
        assert_eq!(
            (tokyo.state.as_str(), tokyo.label_lines(Locale::EN)[2].as_str()),
            ("13", "100-0001 Tokyo")
        );
        assert_eq!(
            at("DE", "Berlin", "", "10115").label_lines(Locale::ID)[2..],
            ["10115 Berlin", "Jerman"]
        );
    }

    #[test]
    fn codes_are_written_in_capitals() {
        let address = Address {
            state: "ca".into(),
            ..Address::sample()
        }
        .checked()
        .unwrap();
        assert_eq!(address.state, "CA");
        let canada = Address {
            country: CountryCode::parse("ca").unwrap(),
            state: "on".into(),
            postal_code: "k1a 0b1".into(),
            ..Address::sample()
        };
        assert_eq!(canada.checked().unwrap().postal_code, "K1A 0B1");
    }
}
