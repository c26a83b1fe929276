//! A postal address, as forms and the API spell it.

use serde::{Deserialize, Serialize};

use crate::{CountryCode, FieldError, Invalid};

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
    /// State, province or county: the code after the hyphen in ISO 3166-2 (`CA`) where the country has such.
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

/// The two-letter codes of the US states, the federal district, territories and military mail.
pub(crate) const US_STATES: &str = "AL AK AZ AR CA CO CT DE DC FL GA HI ID IL IN IA KS KY LA ME MD MA MI MN MS MO MT NE NV NH NJ NM NY NC ND OH OK OR PA \
     RI SC SD TN TX UT VT VA WA WV WI WY AS GU MP PR VI AA AE AP";
const CA_PROVINCES: &str = "AB BC MB NB NL NS NT NU ON PE QC SK YT";
const AU_STATES: &str = "ACT NSW NT QLD SA TAS VIC WA";

impl Address {
    /// Drops blanks around every field, writes state and postal code in capitals, and names everything that is wrong.
    pub fn checked(mut self) -> Result<Self, Invalid> {
        for text in self.texts_mut() {
            *text = text.trim().to_owned();
        }
        self.state = self.state.to_uppercase();
        self.postal_code = self.postal_code.to_uppercase();
        let mut invalid = Invalid::default();
        for (field, value) in [("line1", &self.line1), ("city", &self.city)] {
            if value.is_empty() {
                invalid.push(FieldError::required(field));
            }
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
        if let Some(states) = self.known_states()
            && !states.split(' ').any(|state| state == self.state)
        {
            invalid.push(FieldError::new(
                "state",
                "invalid_state",
                format!("is not a state of {}", self.country),
            ));
        }
        if !self.postal_code_fits() {
            invalid.push(FieldError::new(
                "postal_code",
                "invalid_postal_code",
                format!("is not a postal code of {}", self.country),
            ));
        }
        invalid.into_result()?;
        Ok(self)
    }

    /// First and last name with a blank between.
    pub fn full_name(&self) -> String {
        format!("{} {}", self.first_name, self.last_name).trim().to_owned()
    }

    /// The lines of an address label, without empty ones.
    pub fn label_lines(&self) -> Vec<String> {
        let place = [self.city.as_str(), self.state.as_str(), self.postal_code.as_str()];
        let place = place
            .into_iter()
            .filter(|part| !part.is_empty())
            .collect::<Vec<_>>()
            .join(" ");
        [
            self.full_name(),
            self.company.clone(),
            self.line1.clone(),
            self.line2.clone(),
            place,
            self.country.to_string(),
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

    fn known_states(&self) -> Option<&'static str> {
        match self.country.as_str() {
            "US" => Some(US_STATES),
            "CA" => Some(CA_PROVINCES),
            "AU" => Some(AU_STATES),
            _ => None,
        }
    }

    /// US: `12345` or `12345-6789`; CA: `A1A 1A1` with or without the blank; AU 4 digits, ID 5 digits. Elsewhere anything
    /// up to 16 characters.
    fn postal_code_fits(&self) -> bool {
        let code = self.postal_code.as_str();
        let digits = |text: &str, count: usize| text.len() == count && text.bytes().all(|byte| byte.is_ascii_digit());
        match self.country.as_str() {
            "US" => match code.split_once('-') {
                Some((zip, plus4)) => digits(zip, 5) && digits(plus4, 4),
                None => digits(code, 5),
            },
            "CA" => {
                let compact: Vec<u8> = code.bytes().filter(|byte| *byte != b' ').collect();
                compact.len() == 6
                    && compact.iter().enumerate().all(|(index, byte)| {
                        if index % 2 == 0 {
                            byte.is_ascii_uppercase()
                        } else {
                            byte.is_ascii_digit()
                        }
                    })
            }
            "AU" => digits(code, 4),
            "ID" => digits(code, 5),
            _ => code.chars().count() <= 16,
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
