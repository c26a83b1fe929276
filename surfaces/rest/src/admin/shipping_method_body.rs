//! What requests say of a way to ship.

use kernel::{Currency, FieldError, Invalid, LocationId, Money, ProfileId};
use serde::Deserialize;
use shipping::{Method, MethodTerms, PostcodeRange, RateKind, Step, TableRow};
use utoipa::ToSchema;

use crate::wire::{Price, ids, present};

/// A way to ship that is to be made.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct CreateShippingMethod {
    /// Once in the zone and profile.
    #[schema(pattern = "^[a-z0-9_-]{1,50}$")]
    code: String,
    #[schema(min_length = 1, max_length = 100, pattern = r"^[^\x00-\x1f\x7f-\x9f]*$")]
    name: String,
    /// The products it ships; those of no profile without it.
    #[schema(value_type = Option<ids::ProfileId>)]
    profile_id: Option<ProfileId>,
    rate: NewShippingRate,
    /// What the items must cost together for it to be free.
    free_from: Option<Price>,
    #[serde(default = "one")]
    #[schema(minimum = 0, maximum = 365, default = 1)]
    days_min: i32,
    /// Not below `days_min`.
    #[serde(default = "five")]
    #[schema(minimum = 0, maximum = 365, default = 5)]
    days_max: i32,
    /// Cubic centimetres that count as a kilogram.
    #[schema(minimum = 1, maximum = 1_000_000)]
    volumetric_divisor: Option<i64>,
    /// How many working days a shopper may choose from.
    #[serde(default)]
    #[schema(minimum = 0, maximum = 60)]
    date_choices: i32,
    /// Whether it is offered.
    #[serde(default = "yes")]
    #[schema(default = true)]
    active: bool,
}

fn one() -> i32 {
    1
}

fn five() -> i32 {
    5
}

fn yes() -> bool {
    true
}

/// What to change; a field that is left out stays, null takes a sum, divisor or profile away.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct UpdateShippingMethod {
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = String, required = false, pattern = "^[a-z0-9_-]{1,50}$")]
    code: Option<String>,
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = String, required = false, min_length = 1, max_length = 100, pattern = r"^[^\x00-\x1f\x7f-\x9f]*$")]
    name: Option<String>,
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<ids::ProfileId>)]
    profile_id: Option<Option<ProfileId>>,
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = NewShippingRate, required = false)]
    rate: Option<NewShippingRate>,
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<Price>)]
    free_from: Option<Option<Price>>,
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = i32, required = false, minimum = 0, maximum = 365)]
    days_min: Option<i32>,
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = i32, required = false, minimum = 0, maximum = 365)]
    days_max: Option<i32>,
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<i64>, minimum = 1, maximum = 1_000_000)]
    volumetric_divisor: Option<Option<i64>>,
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = i32, required = false, minimum = 0, maximum = 60)]
    date_choices: Option<i32>,
    /// Offers it, or stops offering it.
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = bool, required = false)]
    active: Option<bool>,
}

/// What a way to ship is to cost, by its kind.
#[derive(Deserialize, ToSchema)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub(super) enum NewShippingRate {
    /// The same for every order.
    Flat { price: Price },
    /// By weight: `from` is in grams.
    ByWeight {
        #[schema(min_items = 1, max_items = 1000)]
        steps: Vec<NewRateStep>,
    },
    /// By what the items cost: `from` is in minor units.
    ByPrice {
        #[schema(min_items = 1, max_items = 1000)]
        steps: Vec<NewRateStep>,
    },
    /// By how many pieces there are.
    ByQuantity {
        #[schema(min_items = 1, max_items = 1000)]
        steps: Vec<NewRateStep>,
    },
    /// By postcode and weight: `from` is in grams.
    TableByWeight {
        #[schema(min_items = 1, max_items = 1000)]
        rows: Vec<NewRateRow>,
    },
    /// By postcode and what the items cost: `from` is in minor units.
    TableByPrice {
        #[schema(min_items = 1, max_items = 1000)]
        rows: Vec<NewRateRow>,
    },
    /// The shopper fetches it from a location.
    Pickup {
        #[schema(value_type = ids::LocationId)]
        location_id: LocationId,
        price: Price,
    },
}

/// The highest weight, price or quantity that a step may begin with.
const HIGHEST_FROM: i64 = 1_000_000_000_000;

/// A price that holds from a weight, price or quantity on. Steps rise.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewRateStep {
    #[schema(minimum = 0, maximum = 1_000_000_000_000_i64)]
    from: i64,
    price: Price,
}

/// A step for some postcodes. Those of the same postcodes rise.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewRateRow {
    /// Such as `10000-19999`, both ends of the same length, or `SW1`; null is every one.
    #[schema(max_length = 40)]
    postcodes: Option<String>,
    #[schema(minimum = 0, maximum = 1_000_000_000_000_i64)]
    from: i64,
    price: Price,
}

/// Reads prices and postcodes, and gathers what is wrong with them.
struct Reader<'i> {
    invalid: &'i mut Invalid,
    currency: Currency,
}

impl Reader<'_> {
    fn price(&mut self, field: &str, price: Price) -> Option<Money> {
        let read = price.parse(field, self.currency);
        read.map_err(|error| self.invalid.push(error)).ok()
    }

    /// How high a step may begin; that steps begin at 0 or more and rise the domain checks.
    fn check_from(&mut self, field: String, from: i64) {
        if from > HIGHEST_FROM {
            let message = format!("may be at most {HIGHEST_FROM}");
            self.invalid.push(FieldError::new(field, "out_of_range", message));
        }
    }

    fn steps(&mut self, steps: Vec<NewRateStep>) -> Option<Vec<Step>> {
        let mut read = Vec::with_capacity(steps.len());
        for (index, step) in steps.into_iter().enumerate() {
            self.check_from(format!("rate.steps.{index}.from"), step.from);
            let price = self.price(&format!("rate.steps.{index}.price"), step.price);
            read.push(price.map(|price| Step { from: step.from, price }));
        }
        read.into_iter().collect()
    }

    fn rows(&mut self, rows: Vec<NewRateRow>) -> Option<Vec<TableRow>> {
        let mut read = Vec::with_capacity(rows.len());
        for (index, row) in rows.into_iter().enumerate() {
            self.check_from(format!("rate.rows.{index}.from"), row.from);
            let price = self.price(&format!("rate.rows.{index}.price"), row.price);
            let field = format!("rate.rows.{index}.postcodes");
            let range = row.postcodes.map(|text| PostcodeRange::parse(&text)).transpose();
            let range = self.invalid.check(&field, range);
            read.push(price.zip(range).map(|(price, postcodes)| TableRow {
                postcodes,
                from: row.from,
                price,
            }));
        }
        read.into_iter().collect()
    }

    fn rate(&mut self, rate: NewShippingRate) -> Option<RateKind> {
        match rate {
            NewShippingRate::Flat { price } => self.price("rate.price", price).map(RateKind::Flat),
            NewShippingRate::ByWeight { steps } => self.steps(steps).map(RateKind::ByWeight),
            NewShippingRate::ByPrice { steps } => self.steps(steps).map(RateKind::ByPrice),
            NewShippingRate::ByQuantity { steps } => self.steps(steps).map(RateKind::ByQuantity),
            NewShippingRate::TableByWeight { rows } => self.rows(rows).map(RateKind::TableByWeight),
            NewShippingRate::TableByPrice { rows } => self.rows(rows).map(RateKind::TableByPrice),
            NewShippingRate::Pickup { location_id, price } => {
                let price = self.price("rate.price", price)?;
                Some(RateKind::Pickup { location_id, price })
            }
        }
    }
}

impl CreateShippingMethod {
    /// The terms, and whether it is offered.
    pub(super) fn parse(self, currency: Currency) -> Result<(MethodTerms, bool), Invalid> {
        let mut invalid = Invalid::default();
        let mut reader = Reader {
            invalid: &mut invalid,
            currency,
        };
        let kind = reader.rate(self.rate);
        let free_from = self.free_from.and_then(|price| reader.price("free_from", price));
        let Some(kind) = kind.filter(|_| invalid.0.is_empty()) else {
            return Err(invalid);
        };
        let terms = MethodTerms {
            profile_id: self.profile_id,
            free_from,
            days_min: self.days_min,
            days_max: self.days_max,
            volumetric_divisor: self.volumetric_divisor,
            date_choices: self.date_choices,
            ..MethodTerms::new(self.code, self.name, kind)
        };
        Ok((terms, self.active))
    }
}

impl UpdateShippingMethod {
    /// The method as it is to be: its terms, and whether it is offered.
    pub(super) fn apply(self, before: Method, currency: Currency) -> Result<(MethodTerms, bool), Invalid> {
        let mut invalid = Invalid::default();
        let mut reader = Reader {
            invalid: &mut invalid,
            currency,
        };
        let rate = self.rate.and_then(|rate| reader.rate(rate));
        let free_from = self
            .free_from
            .map(|price| price.and_then(|price| reader.price("free_from", price)));
        invalid.into_result()?;
        let Method { terms, active, .. } = before;
        let terms = MethodTerms {
            code: self.code.unwrap_or(terms.code),
            name: self.name.unwrap_or(terms.name),
            profile_id: self.profile_id.unwrap_or(terms.profile_id),
            kind: rate.unwrap_or(terms.kind),
            free_from: free_from.unwrap_or(terms.free_from),
            days_min: self.days_min.unwrap_or(terms.days_min),
            days_max: self.days_max.unwrap_or(terms.days_max),
            volumetric_divisor: self.volumetric_divisor.unwrap_or(terms.volumetric_divisor),
            date_choices: self.date_choices.unwrap_or(terms.date_choices),
        };
        Ok((terms, self.active.unwrap_or(active)))
    }
}
