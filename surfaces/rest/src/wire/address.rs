//! Addresses on the wire.

use kernel::{CountryCode, FieldError, Invalid};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{null_is_empty, words};

/// A postal address. What may be left out may be null too, which is the same as empty.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Address {
    /// Given name.
    #[serde(default, deserialize_with = "null_is_empty")]
    #[schema(value_type = Option<String>, max_length = 200, pattern = r"^[^\x00-\x1f\x7f-\x9f]*$")]
    first_name: String,
    /// Family name.
    #[serde(default, deserialize_with = "null_is_empty")]
    #[schema(value_type = Option<String>, max_length = 200, pattern = r"^[^\x00-\x1f\x7f-\x9f]*$")]
    last_name: String,
    /// Company.
    #[serde(default, deserialize_with = "null_is_empty")]
    #[schema(value_type = Option<String>, max_length = 200, pattern = r"^[^\x00-\x1f\x7f-\x9f]*$")]
    company: String,
    /// Street and number.
    #[serde(default)]
    #[schema(
        required = true,
        min_length = 1,
        max_length = 200,
        pattern = r"^[^\x00-\x1f\x7f-\x9f]*$"
    )]
    line1: String,
    /// Flat, floor, building.
    #[serde(default, deserialize_with = "null_is_empty")]
    #[schema(value_type = Option<String>, max_length = 200, pattern = r"^[^\x00-\x1f\x7f-\x9f]*$")]
    line2: String,
    /// City or town.
    #[serde(default)]
    #[schema(
        required = true,
        min_length = 1,
        max_length = 200,
        pattern = r"^[^\x00-\x1f\x7f-\x9f]*$"
    )]
    city: String,
    /// State, province or county: the code after the hyphen in ISO 3166-2, such as `CA`, where the country has such.
    #[serde(default, deserialize_with = "null_is_empty")]
    #[schema(value_type = Option<String>, max_length = 200, pattern = r"^[^\x00-\x1f\x7f-\x9f]*$")]
    state: String,
    /// Postal code.
    #[serde(default, deserialize_with = "null_is_empty")]
    #[schema(value_type = Option<String>, max_length = 200, pattern = r"^[^\x00-\x1f\x7f-\x9f]*$")]
    postal_code: String,
    /// Two-letter country code (ISO 3166-1 alpha-2).
    #[serde(default)]
    #[schema(required = true, value_type = words::Country, example = "US")]
    country: String,
    /// Telephone number.
    #[serde(default, deserialize_with = "null_is_empty")]
    #[schema(value_type = Option<String>, max_length = 200, pattern = r"^[^\x00-\x1f\x7f-\x9f]*$")]
    phone: String,
}

impl Address {
    /// The address; a country that is none is named under `field`. The domain checks the rest.
    pub(crate) fn read(self, field: &str) -> Result<kernel::Address, FieldError> {
        let country = CountryCode::parse(&self.country).map_err(|error| error.under(field))?;
        Ok(self.with_country(country))
    }

    /// The address, or everything that is wrong with it, named under `field`. What a state and a postal code look like is not known
    /// without the country.
    pub(crate) fn parse(self, field: &str) -> Result<kernel::Address, Invalid> {
        let mut wrong = Invalid::default();
        let country = wrong.check("country", CountryCode::parse(&self.country));
        let checked = self.with_country(country.unwrap_or(CountryCode::US)).checked();
        if let Err(invalid) = &checked {
            let is_known = |error: &&FieldError| {
                country.is_some() || !matches!(error.code, "invalid_state" | "invalid_postal_code")
            };
            wrong.0.extend(invalid.0.iter().filter(is_known).cloned());
        }
        wrong.0 = wrong.0.into_iter().map(|error| error.under(field)).collect();
        wrong.into_result()?;
        checked
    }

    fn with_country(self, country: CountryCode) -> kernel::Address {
        kernel::Address {
            country,
            first_name: self.first_name,
            last_name: self.last_name,
            company: self.company,
            line1: self.line1,
            line2: self.line2,
            city: self.city,
            state: self.state,
            postal_code: self.postal_code,
            phone: self.phone,
        }
    }
}

/// A postal address as it is on record, which may be without a street or a city: it came so from another shop, or its owner was
/// erased.
#[derive(Serialize, ToSchema)]
pub(crate) struct KnownAddress {
    first_name: String,
    last_name: String,
    company: String,
    line1: String,
    line2: String,
    city: String,
    state: String,
    postal_code: String,
    #[schema(value_type = words::Country, example = "US")]
    country: String,
    phone: String,
}

impl From<kernel::Address> for KnownAddress {
    fn from(address: kernel::Address) -> Self {
        Self {
            first_name: address.first_name,
            last_name: address.last_name,
            company: address.company,
            line1: address.line1,
            line2: address.line2,
            city: address.city,
            state: address.state,
            postal_code: address.postal_code,
            country: address.country.to_string(),
            phone: address.phone,
        }
    }
}
