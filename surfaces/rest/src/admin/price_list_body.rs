//! A price list on the wire, and what a request says of one.

use catalog::PriceListTerms;
use chrono::{DateTime, Utc};
use kernel::{CountryCode, CustomerGroupId, Invalid, PriceListId};
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::coupon_body::fraction;
use crate::wire::{ids, optional_time, present, present_time};

/// Prices for groups of customers.
#[derive(Serialize, ToSchema)]
pub(super) struct PriceList {
    #[schema(value_type = ids::PriceListId)]
    id: PriceListId,
    name: String,
    active: bool,
    /// Of several lists for a customer the one with the highest counts.
    priority: i32,
    starts_at: Option<DateTime<Utc>>,
    ends_at: Option<DateTime<Utc>>,
    /// How many hundredths it takes off the regular price of what it asks no price for, such as `12.5`.
    percent_off: Option<String>,
    #[schema(value_type = Vec<ids::CustomerGroupId>)]
    group_ids: Vec<CustomerGroupId>,
    /// The countries it is for, by two letters; none: all.
    countries: Vec<String>,
    /// How many prices it asks.
    price_count: i64,
    /// Raised by every change but those of its prices; also in the ETag.
    version: i64,
    created_at: DateTime<Utc>,
}

impl From<catalog::PriceList> for PriceList {
    fn from(list: catalog::PriceList) -> Self {
        let terms = list.terms;
        let percent = |fraction: Decimal| {
            let percent = fraction.checked_mul(Decimal::ONE_HUNDRED).unwrap_or_default();
            percent.normalize().to_string()
        };
        Self {
            id: list.id,
            name: terms.name,
            active: terms.active,
            priority: terms.priority,
            starts_at: terms.starts_at,
            ends_at: terms.ends_at,
            percent_off: terms.percent_off.map(percent),
            group_ids: terms.groups,
            countries: terms.countries.iter().map(ToString::to_string).collect(),
            price_count: list.price_count,
            version: list.version,
            created_at: list.created_at,
        }
    }
}

/// A price list to be made.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct CreatePriceList {
    /// Another than that of any other list, in whatever case.
    #[schema(min_length = 1, max_length = 100)]
    name: String,
    /// Whether it counts at all; yes without it.
    active: Option<bool>,
    /// Of several lists for a customer the one with the highest counts; 0 without it.
    #[serde(default)]
    #[schema(minimum = 0, maximum = 1000)]
    priority: i32,
    #[serde(default, deserialize_with = "optional_time")]
    starts_at: Option<DateTime<Utc>>,
    #[serde(default, deserialize_with = "optional_time")]
    ends_at: Option<DateTime<Utc>>,
    /// How many hundredths it takes off the regular price of what it asks no price for.
    #[schema(pattern = r"^[0-9]{1,3}(\.[0-9]{1,4})?$", example = "12.5")]
    percent_off: Option<String>,
    #[schema(value_type = Vec<ids::CustomerGroupId>, min_items = 1, max_items = 100)]
    group_ids: Vec<CustomerGroupId>,
    /// The countries it is for, by two letters; none: all.
    #[serde(default)]
    #[schema(max_items = 250)]
    countries: Vec<String>,
}

/// What to change; a field that is left out stays, null takes an end or the percentage away.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct UpdatePriceList {
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = String, required = false, min_length = 1, max_length = 100)]
    name: Option<String>,
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = bool, required = false)]
    active: Option<bool>,
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = i32, required = false, minimum = 0, maximum = 1000)]
    priority: Option<i32>,
    #[serde(default, deserialize_with = "present_time")]
    #[schema(value_type = Option<String>, format = DateTime)]
    starts_at: Option<Option<DateTime<Utc>>>,
    #[serde(default, deserialize_with = "present_time")]
    #[schema(value_type = Option<String>, format = DateTime)]
    ends_at: Option<Option<DateTime<Utc>>>,
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<String>, pattern = r"^[0-9]{1,3}(\.[0-9]{1,4})?$")]
    percent_off: Option<Option<String>>,
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Vec<ids::CustomerGroupId>, required = false, min_items = 1, max_items = 100)]
    group_ids: Option<Vec<CustomerGroupId>>,
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Vec<String>, required = false, max_items = 250)]
    countries: Option<Vec<String>>,
}

fn read_percent(invalid: &mut Invalid, percent: Option<&str>) -> Option<Decimal> {
    invalid.check("percent_off", fraction(percent?))
}

fn read_countries(invalid: &mut Invalid, countries: &[String]) -> Vec<CountryCode> {
    let read = countries.iter().map(|code| CountryCode::parse_assigned(code)).collect();
    invalid.check("countries", read).unwrap_or_default()
}

/// What is wrong under the names of the wire.
pub(super) fn on_the_wire(mut invalid: Invalid) -> Invalid {
    for error in invalid.0.iter_mut().filter(|error| error.field == "groups") {
        "group_ids".clone_into(&mut error.field);
    }
    invalid
}

impl CreatePriceList {
    pub(super) fn parse(self) -> Result<PriceListTerms, Invalid> {
        let mut invalid = Invalid::default();
        let terms = PriceListTerms {
            name: self.name,
            active: self.active.unwrap_or(true),
            priority: self.priority,
            starts_at: self.starts_at,
            ends_at: self.ends_at,
            percent_off: read_percent(&mut invalid, self.percent_off.as_deref()),
            groups: self.group_ids,
            countries: read_countries(&mut invalid, &self.countries),
        };
        invalid.into_result()?;
        Ok(terms)
    }
}

impl UpdatePriceList {
    pub(super) fn apply(&self, before: PriceListTerms) -> Result<PriceListTerms, Invalid> {
        let mut invalid = Invalid::default();
        let terms = PriceListTerms {
            name: self.name.clone().unwrap_or(before.name),
            active: self.active.unwrap_or(before.active),
            priority: self.priority.unwrap_or(before.priority),
            starts_at: self.starts_at.unwrap_or(before.starts_at),
            ends_at: self.ends_at.unwrap_or(before.ends_at),
            percent_off: match &self.percent_off {
                Some(percent) => read_percent(&mut invalid, percent.as_deref()),
                None => before.percent_off,
            },
            groups: self.group_ids.clone().unwrap_or(before.groups),
            countries: match &self.countries {
                Some(countries) => read_countries(&mut invalid, countries),
                None => before.countries,
            },
        };
        invalid.into_result()?;
        Ok(terms)
    }
}
