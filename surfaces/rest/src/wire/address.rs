//! Addresses on the wire.

use kernel::{CountryCode, FieldError};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::words;

/// A postal address.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Address {
    /// Given name.
    #[serde(default)]
    #[schema(max_length = 200, pattern = r"^[^\x00-\x1f\x7f-\x9f]*$")]
    first_name: String,
    /// Family name.
    #[serde(default)]
    #[schema(max_length = 200, pattern = r"^[^\x00-\x1f\x7f-\x9f]*$")]
    last_name: String,
    /// Company.
    #[serde(default)]
    #[schema(max_length = 200, pattern = r"^[^\x00-\x1f\x7f-\x9f]*$")]
    company: String,
    /// Street and number.
    #[schema(min_length = 1, max_length = 200, pattern = r"^[^\x00-\x1f\x7f-\x9f]*$")]
    line1: String,
    /// Flat, floor, building.
    #[serde(default)]
    #[schema(max_length = 200, pattern = r"^[^\x00-\x1f\x7f-\x9f]*$")]
    line2: String,
    /// City or town.
    #[schema(min_length = 1, max_length = 200, pattern = r"^[^\x00-\x1f\x7f-\x9f]*$")]
    city: String,
    /// State, province or county: the code after the hyphen in ISO 3166-2, such as `CA`, where the country has such.
    #[serde(default)]
    #[schema(max_length = 200, pattern = r"^[^\x00-\x1f\x7f-\x9f]*$")]
    state: String,
    /// Postal code.
    #[serde(default)]
    #[schema(max_length = 200, pattern = r"^[^\x00-\x1f\x7f-\x9f]*$")]
    postal_code: String,
    /// Two-letter country code (ISO 3166-1 alpha-2).
    #[schema(value_type = words::Country, example = "US")]
    country: String,
    /// Telephone number.
    #[serde(default)]
    #[schema(max_length = 200, pattern = r"^[^\x00-\x1f\x7f-\x9f]*$")]
    phone: String,
}

impl Address {
    /// The address; a country that is none is named under `field`. The domain checks the rest.
    pub(crate) fn parse(self, field: &str) -> Result<kernel::Address, FieldError> {
        Ok(kernel::Address {
            country: CountryCode::parse(&self.country).map_err(|error| error.under(field))?,
            first_name: self.first_name,
            last_name: self.last_name,
            company: self.company,
            line1: self.line1,
            line2: self.line2,
            city: self.city,
            state: self.state,
            postal_code: self.postal_code,
            phone: self.phone,
        })
    }
}

impl From<kernel::Address> for Address {
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
