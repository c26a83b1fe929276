//! Where a zone reaches, and where a parcel goes.

use std::fmt;

use kernel::{Address, CountryCode, FieldError};

/// A part of the world that belongs to a zone.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Region {
    /// Everywhere that no other zone names.
    Everywhere,
    /// A country, but for its states that other zones name.
    Country(CountryCode),
    /// A state of a country.
    State(CountryCode, String),
}

impl Region {
    /// Reads `*`, `US` or `US-CA`.
    pub fn parse(text: &str) -> Result<Self, FieldError> {
        let text = text.trim();
        if text == "*" {
            return Ok(Self::Everywhere);
        }
        match text.split_once('-') {
            None => Ok(Self::Country(CountryCode::parse(text)?)),
            Some((_, "")) => Err(FieldError::new(
                "region",
                "invalid_region",
                "must be like US, US-CA or *",
            )),
            Some((country, state)) => Ok(Self::State(CountryCode::parse(country)?, state.to_uppercase())),
        }
    }

    /// How closely it fits a destination: higher is closer, `None` is not at all.
    pub(crate) fn fits(&self, destination: &Destination) -> Option<u8> {
        match self {
            Self::Everywhere => Some(0),
            Self::Country(country) => (*country == destination.country).then_some(1),
            Self::State(country, state) => {
                (*country == destination.country && *state == destination.state).then_some(2)
            }
        }
    }
}

impl fmt::Display for Region {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Everywhere => f.write_str("*"),
            Self::Country(country) => write!(f, "{country}"),
            Self::State(country, state) => write!(f, "{country}-{state}"),
        }
    }
}

/// Where a parcel goes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Destination {
    /// The country.
    pub country: CountryCode,
    /// The state's code without the country, in capitals; may be empty.
    pub state: String,
    /// The postcode; may be empty.
    pub postal_code: String,
}

impl From<&Address> for Destination {
    fn from(address: &Address) -> Self {
        Self {
            country: address.country,
            state: address.state.trim().to_uppercase(),
            postal_code: address.postal_code.trim().to_owned(),
        }
    }
}
