//! Where tax is due: a country, or a state of it.

use std::fmt;

use kernel::{Address, CountryCode, FieldError};

/// A country, or one state of it when `state` is not empty.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Place {
    /// The country.
    pub country: CountryCode,
    /// The state's code without the country, such as `CA`; empty for the whole country.
    pub state: String,
}

impl Place {
    /// A whole country.
    pub fn country(country: CountryCode) -> Self {
        Self {
            country,
            state: String::new(),
        }
    }

    /// A state of a country; an empty code is the whole country.
    pub fn state(country: CountryCode, state: &str) -> Self {
        Self {
            country,
            state: state.trim().to_uppercase(),
        }
    }

    /// Reads `US` or `US-CA`.
    pub fn parse(text: &str) -> Result<Self, FieldError> {
        let (country, state) = text.split_once('-').unwrap_or((text, ""));
        Ok(Self::state(CountryCode::parse(country)?, state))
    }

    /// Whether `other` is this place or lies in it.
    pub fn covers(&self, other: &Self) -> bool {
        self.country == other.country && (self.state.is_empty() || self.state == other.state)
    }
}

impl From<&Address> for Place {
    fn from(address: &Address) -> Self {
        Self::state(address.country, &address.state)
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.state.is_empty() {
            write!(f, "{}", self.country)
        } else {
            write!(f, "{}-{}", self.country, self.state)
        }
    }
}
