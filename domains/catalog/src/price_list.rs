//! A price list: prices for groups of customers, for a time and for some countries.

use kernel::{
    CountryCode, CustomerGroupId, FieldError, Invalid, Money, PriceListId, ProductId, Time, VariantId, typed_line,
};
use rust_decimal::Decimal;

use crate::PriceBreak;

/// The most characters of a list's name.
const NAME: usize = 100;
/// The highest priority.
const HIGHEST: i32 = 1_000;
/// The most groups that one list is for.
const GROUPS: usize = 100;
/// The most prices that a list asks for one variant.
pub const MOST_BREAKS: usize = 20;

/// A price list as it is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PriceList {
    /// Its id.
    pub id: PriceListId,
    /// What the merchant decided about it.
    pub terms: PriceListTerms,
    /// How many prices it asks.
    pub price_count: i64,
    /// Counts its changes; those of its prices do not count.
    pub version: i64,
    /// When it was made.
    pub created_at: Time,
}

/// What a merchant decides about a price list, but for its prices.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct PriceListTerms {
    /// What the merchant calls it; no other list of the store is called so.
    pub name: String,
    /// Whether it counts at all.
    pub active: bool,
    /// Of several lists the one with the highest counts.
    pub priority: i32,
    /// The first moment it counts.
    pub starts_at: Option<Time>,
    /// The first moment it no longer counts.
    pub ends_at: Option<Time>,
    /// What it takes off the regular price, as a fraction, where it asks no price of its own.
    pub percent_off: Option<Decimal>,
    /// The groups it is for; at least one.
    pub groups: Vec<CustomerGroupId>,
    /// The countries it is for; none: all.
    pub countries: Vec<CountryCode>,
}

/// Where a list is in its time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PriceListState {
    /// It counts.
    On,
    /// It has not begun.
    Scheduled,
    /// It is over.
    Ended,
    /// The merchant turned it off.
    Off,
}

impl PriceListState {
    /// Every state, as choices are listed.
    pub const ALL: [Self; 4] = [Self::On, Self::Scheduled, Self::Ended, Self::Off];

    /// The name in addresses and the API.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::On => "on",
            Self::Scheduled => "scheduled",
            Self::Ended => "ended",
            Self::Off => "off",
        }
    }

    /// The state of that name.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.as_str() == text)
    }
}

impl PriceListTerms {
    /// Where the list is in its time. The same rules as `price_lists::state_is`.
    pub fn state_at(&self, now: Time) -> PriceListState {
        if !self.active {
            PriceListState::Off
        } else if self.starts_at.is_some_and(|start| now < start) {
            PriceListState::Scheduled
        } else if self.ends_at.is_some_and(|end| end <= now) {
            PriceListState::Ended
        } else {
            PriceListState::On
        }
    }

    /// The terms as they are kept, or every one that cannot be.
    pub(crate) fn checked(mut self) -> Result<Self, Invalid> {
        let mut invalid = Invalid::default();
        self.name = typed_line(&self.name);
        if self.name.is_empty() {
            invalid.push(FieldError::required("name"));
        } else if self.name.chars().count() > NAME {
            let message = format!("may have at most {NAME} characters");
            invalid.push(FieldError::new("name", "too_long", message));
        } else if self.name.chars().any(char::is_control) {
            invalid.push(FieldError::new(
                "name",
                "invalid_text",
                "may not hold control characters",
            ));
        }
        if !(0..=HIGHEST).contains(&self.priority) {
            let message = format!("must be between 0 and {HIGHEST}");
            invalid.push(FieldError::new("priority", "out_of_range", message));
        }
        let is_percentage = |fraction: Decimal| {
            fraction > Decimal::ZERO && fraction <= Decimal::ONE && fraction.normalize().scale() <= 6
        };
        if self.percent_off.is_some_and(|fraction| !is_percentage(fraction)) {
            let message = "must be more than 0 % and at most 100 %, with at most four decimals";
            invalid.push(FieldError::new("percent_off", "invalid_percentage", message));
        }
        let window = self.starts_at.zip(self.ends_at);
        if window.is_some_and(|(starts_at, ends_at)| starts_at >= ends_at) {
            invalid.push(FieldError::new(
                "ends_at",
                "invalid_window",
                "must be later than the start",
            ));
        }
        self.groups.sort_unstable();
        self.groups.dedup();
        if self.groups.is_empty() {
            invalid.push(FieldError::new(
                "groups",
                "no_group",
                "must name at least one group of customers",
            ));
        } else if self.groups.len() > GROUPS {
            invalid.push(FieldError::new(
                "groups",
                "too_many",
                format!("may be at most {GROUPS}"),
            ));
        }
        self.countries.sort_unstable();
        self.countries.dedup();
        if let Some(unknown) = self
            .countries
            .iter()
            .find(|country| CountryCode::parse_assigned(country.as_str()).is_err())
        {
            let message = format!("{unknown} is not the code of a country");
            invalid.push(FieldError::new("countries", "invalid_country", message));
        }
        invalid.into_result()?;
        Ok(self)
    }
}

/// What a list asks for a variant, for whoever keeps the list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListedVariant {
    /// The variant.
    pub variant_id: VariantId,
    /// Its product.
    pub product_id: ProductId,
    /// The product's name.
    pub product_title: String,
    /// The option values in words; empty for a product without options.
    pub variant_title: String,
    /// The merchant's own number.
    pub sku: Option<String>,
    /// The regular price.
    pub regular: Option<Money>,
    /// What the list asks, by quantity.
    pub breaks: Vec<PriceBreak>,
}

#[cfg(test)]
mod tests {
    use chrono::TimeDelta;
    use kernel::{SeededEntropy, TypedId as _};

    use super::*;

    fn terms() -> PriceListTerms {
        PriceListTerms {
            name: " Trade prices ".to_owned(),
            active: true,
            groups: vec![CustomerGroupId::generate(Time::UNIX_EPOCH, &SeededEntropy::new(1))],
            ..PriceListTerms::default()
        }
    }

    #[test]
    fn terms_that_cannot_be_are_named() {
        let now = Time::UNIX_EPOCH;
        let wrong = PriceListTerms {
            name: " ".to_owned(),
            priority: 1_001,
            percent_off: Some(Decimal::new(101, 2)),
            starts_at: Some(now),
            ends_at: Some(now),
            groups: Vec::new(),
            countries: vec![CountryCode::parse("QX").unwrap()],
            ..terms()
        };
        let named = wrong.checked().unwrap_err();
        let fields: Vec<&str> = named.0.iter().map(|error| error.field.as_str()).collect();
        assert_eq!(
            fields,
            ["name", "priority", "percent_off", "ends_at", "groups", "countries"]
        );
        assert_eq!(terms().checked().unwrap().name, "Trade prices");
        let free = PriceListTerms {
            percent_off: Some(Decimal::ONE),
            priority: 1_000,
            ..terms()
        };
        assert!(free.checked().is_ok());
    }

    #[test]
    fn a_list_counts_from_its_start_until_just_before_its_end() {
        let (start, end) = (Time::UNIX_EPOCH, Time::UNIX_EPOCH + TimeDelta::days(1));
        let tick = TimeDelta::microseconds(1);
        let list = PriceListTerms {
            starts_at: Some(start),
            ends_at: Some(end),
            ..terms()
        };
        for (now, state) in [
            (start - tick, PriceListState::Scheduled),
            (start, PriceListState::On),
            (end - tick, PriceListState::On),
            (end, PriceListState::Ended),
        ] {
            assert_eq!(list.state_at(now), state, "{now}");
            assert_eq!(PriceListState::parse(state.as_str()), Some(state));
        }
        let off = PriceListTerms { active: false, ..list };
        assert_eq!(off.state_at(start), PriceListState::Off);
    }
}
