//! Money on the wire: `{"amount": 1999, "currency": "USD"}`, in minor units.

use catalog::HIGHEST_PRICE;
use kernel::{Currency, FieldError};
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// An amount in minor units: `{"amount": 1999, "currency": "USD"}` is $19.99.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Money {
    /// Minor units, such as cents.
    #[schema(minimum = -9_000_000_000_000_000_000_i64, maximum = 9_000_000_000_000_000_000_i64, example = 1999)]
    pub(crate) amount: i64,
    /// ISO 4217 code.
    #[schema(pattern = "^[A-Z]{3}$", example = "USD")]
    pub(crate) currency: String,
}

impl Money {
    /// The amount; an unknown currency is named under `field`.
    pub(crate) fn parse(self, field: &str) -> Result<kernel::Money, FieldError> {
        let currency = Currency::parse(&self.currency).map_err(|error| error.under(field))?;
        Ok(kernel::Money::new(self.amount, currency))
    }
}

impl From<kernel::Money> for Money {
    fn from(money: kernel::Money) -> Self {
        Self {
            amount: money.minor(),
            currency: money.currency().code().to_owned(),
        }
    }
}

/// What a base amount of a thing costs, such as a litre, so that packs of any size can be compared.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct BasePrice {
    price: Money,
    /// How much costs that, such as `1 l` or `100 ml`.
    per: String,
}

impl BasePrice {
    /// Nothing without a measure or a price, and where it would be the price again.
    pub(crate) fn of(measure: Option<catalog::Measure>, price: Option<kernel::Money>) -> Option<Self> {
        let measure = measure?;
        Some(Self {
            price: measure.base_price(price?)?.into(),
            per: measure.base().to_string(),
        })
    }
}

/// A price in the store's currency: 0 to 1,000,000,000,000 minor units.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Price {
    /// Minor units, such as cents.
    #[schema(minimum = 0, maximum = 1_000_000_000_000_i64, example = 1999)]
    amount: i64,
    /// The store's currency.
    #[schema(pattern = "^[A-Z]{3}$", example = "USD")]
    currency: String,
}

impl Price {
    /// The price, if it is within bounds and in the store's currency; what is wrong is named under `field`.
    pub(crate) fn parse(self, field: &str, currency: Currency) -> Result<kernel::Money, FieldError> {
        let price = price_of(self.amount, currency).map_err(|error| error.under(field))?;
        if self.currency != currency.code() {
            let message = format!("must be {currency}, the store's currency");
            return Err(FieldError::new(format!("{field}.currency"), "wrong_currency", message));
        }
        Ok(price)
    }
}

/// A price of that many minor units, if it is within bounds.
pub(crate) fn price_of(amount: i64, currency: Currency) -> Result<kernel::Money, FieldError> {
    if (0..=HIGHEST_PRICE).contains(&amount) {
        return Ok(kernel::Money::new(amount, currency));
    }
    Err(FieldError::new(
        "amount",
        "out_of_range",
        format!("must be between 0 and {HIGHEST_PRICE} minor units"),
    ))
}

/// What one rate of tax comes to.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(crate) struct TaxShare {
    /// What the tax is called.
    name: String,
    /// The exact fraction: `0.0725` is 7.25 %.
    #[schema(value_type = String, pattern = "^[0-9]+(\\.[0-9]+)?$", example = "0.0725")]
    rate: Decimal,
    /// Whose tax it is, such as `US-CA` or `DE`.
    jurisdiction: String,
    /// How much.
    amount: Money,
}

impl From<pricing::TaxPart> for TaxShare {
    fn from(part: pricing::TaxPart) -> Self {
        Self {
            name: part.name,
            rate: part.rate,
            jurisdiction: part.jurisdiction,
            amount: part.amount.into(),
        }
    }
}

impl From<orders::TaxShare> for TaxShare {
    fn from(share: orders::TaxShare) -> Self {
        Self {
            name: share.name,
            rate: share.rate,
            jurisdiction: share.jurisdiction,
            amount: share.amount.into(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_price_is_the_stores_and_has_bounds() {
        let price = |amount, currency: &str| {
            Price {
                amount,
                currency: currency.to_owned(),
            }
            .parse("price", Currency::USD)
            .map_err(|error| error.field)
        };
        assert_eq!(price(1999, "USD"), Ok(kernel::Money::new(1999, Currency::USD)));
        assert_eq!(price(HIGHEST_PRICE + 1, "USD"), Err("price.amount".to_owned()));
        assert_eq!(price(-1, "USD"), Err("price.amount".to_owned()));
        assert_eq!(price(1, "EUR"), Err("price.currency".to_owned()));
    }
}
