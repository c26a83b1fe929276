//! Adds a rate to a place, or puts it in place of the one of the same name.

use chrono::NaiveDate;
use database::Ctx;
use kernel::{FieldError, Forbidden, Invalid, Permission, TaxRateId};
use rust_decimal::Decimal;

use crate::{Place, Scope, TaxCode, destination::postcode, events::tell_changed, store};

/// A rate of the store's own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PutRate {
    /// Where it holds.
    pub place: Place,
    /// In which part of it.
    pub scope: Scope,
    /// The goods it is for: a category, or a code of the store's own.
    pub code: TaxCode,
    /// What the tax is called. A rate of the table or of the store with that name is replaced.
    pub name: String,
    /// The exact fraction, below 1 and with at most six decimals; 0 takes the table's rate away.
    pub rate: Decimal,
    /// Whether it is due on the price and the rates before it.
    pub compound: bool,
    /// Whether shipping is taxed too.
    pub on_shipping: bool,
    /// The first day it holds; `None` when it holds already.
    pub valid_from: Option<NaiveDate>,
    /// The last day it holds; `None` until further notice.
    pub valid_until: Option<NaiveDate>,
}

/// Why the rate cannot be kept.
#[derive(Debug, thiserror::Error)]
pub enum PutRateError {
    /// The actor may not change settings.
    #[error(transparent)]
    Forbidden(#[from] Forbidden),
    /// Some fields hold what they cannot.
    #[error(transparent)]
    Invalid(#[from] Invalid),
    /// The database failed.
    #[error(transparent)]
    Internal(#[from] database::Error),
}

/// Keeps the rate. Its id is a new one, or that of the store's rate it replaces.
pub async fn put_rate(ctx: &mut Ctx, rate: &PutRate) -> Result<TaxRateId, PutRateError> {
    ctx.require(Permission::ManageSettings)?;
    tell_changed(ctx).await?;
    let rate = checked(rate.clone())?;
    if rate.code.category().is_none() && !store::codes::list(ctx).await?.iter().any(|own| own.code == rate.code) {
        return Err(Invalid(vec![unknown_code()]).into());
    }
    Ok(store::put_rate(ctx, &rate).await?)
}

/// Goods that the store has no code for.
pub(crate) fn unknown_code() -> FieldError {
    FieldError::new(
        "category",
        "unknown_tax_code",
        "is neither a category nor a tax code of the store",
    )
}

/// The same, tidied up, or everything that is wrong with it.
pub(crate) fn checked(mut rate: PutRate) -> Result<PutRate, Invalid> {
    let mut invalid = Invalid::default();
    rate.name = rate.name.trim().to_owned();
    check_scope(&mut rate, &mut invalid);
    if rate
        .valid_from
        .zip(rate.valid_until)
        .is_some_and(|(first, last)| last < first)
    {
        invalid.push(FieldError::new(
            "valid_until",
            "invalid_window",
            "must not be before the first day",
        ));
    }
    if rate.name.is_empty() {
        invalid.push(FieldError::required("name"));
    } else if rate.name.chars().count() > 100 {
        invalid.push(FieldError::new("name", "too_long", "may have at most 100 characters"));
    }
    if !(Decimal::ZERO..Decimal::ONE).contains(&rate.rate) || rate.rate.normalize().scale() > 6 {
        invalid.push(FieldError::new(
            "rate",
            "invalid_rate",
            "must be a fraction from 0 to below 1 with at most six decimals",
        ));
    }
    invalid.into_result()?;
    Ok(rate)
}

fn check_scope(rate: &mut PutRate, invalid: &mut Invalid) {
    for (field, text) in [("county", &mut rate.scope.county), ("city", &mut rate.scope.city)] {
        *text = text.trim().to_owned();
        if text.chars().count() > 100 {
            invalid.push(FieldError::new(field, "too_long", "may have at most 100 characters"));
        } else if text.chars().any(char::is_control) {
            invalid.push(FieldError::new(
                field,
                "invalid_text",
                "may not hold control characters",
            ));
        }
    }
    if let Some((first, last)) = &mut rate.scope.postcodes {
        *first = postcode(&rate.place, first);
        *last = postcode(&rate.place, last);
        for (field, code) in [("postcode_from", &*first), ("postcode_to", &*last)] {
            if code.is_empty() {
                invalid.push(FieldError::required(field));
            } else if code.len() > 16 || !code.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-') {
                invalid.push(FieldError::new(field, "invalid_postal_code", "is not a postal code"));
            }
        }
        if first > last {
            invalid.push(FieldError::new(
                "postcode_to",
                "invalid_range",
                "must not be before the first one",
            ));
        }
    } else if rate.scope.city.is_empty() && !rate.scope.county.is_empty() {
        let message = "needs a city or postal codes: addresses do not name their county";
        invalid.push(FieldError::new("county", "county_alone", message));
    }
}

#[cfg(test)]
mod tests {
    use database::testing::TestDatabase;

    use super::*;
    use crate::{Destination, Nexus, list_own_rates, load, rates_for, remove_rate, replace_nexus};

    fn sales_tax(rate: &str) -> PutRate {
        PutRate {
            place: Place::parse("US-CA").unwrap(),
            scope: Scope::default(),
            code: TaxCode::default(),
            name: "Sales tax".to_owned(),
            rate: rate.parse().unwrap(),
            compound: false,
            on_shipping: true,
            valid_from: None,
            valid_until: None,
        }
    }

    #[tokio::test]
    async fn a_stores_rate_holds_until_it_is_removed() {
        let db = TestDatabase::new().await;
        let mut ctx = db.work().write();
        let place = Place::parse("US-CA").unwrap();
        replace_nexus(&mut ctx, &Nexus(vec![place.clone()])).await.unwrap();
        let first = put_rate(&mut ctx, &sales_tax("0.08")).await.unwrap();
        let id = put_rate(&mut ctx, &sales_tax("0.0975")).await.unwrap();
        assert_eq!(first, id);
        let shown = async |ctx: &mut Ctx| {
            let destination = Destination::of(Place::parse("US-CA").unwrap());
            let facts = load(ctx, Some(&destination), None).await.unwrap();
            let rates = rates_for(&facts, &destination, &TaxCode::default());
            rates.iter().map(|rate| rate.rate.to_string()).collect::<Vec<_>>()
        };
        assert_eq!(shown(&mut ctx).await, ["0.0975"]);
        assert_eq!(list_own_rates(&mut ctx, None).await.unwrap().rates.len(), 1);
        remove_rate(&mut ctx, id).await.unwrap();
        assert_eq!(shown(&mut ctx).await, ["0.0725"]);
    }

    #[tokio::test]
    async fn a_rate_that_cannot_be_is_refused_with_its_fields() {
        let db = TestDatabase::new().await;
        let mut ctx = db.work().write();
        for (rate, fields) in [
            (sales_tax("1"), vec!["rate"]),
            (sales_tax("-0.1"), vec!["rate"]),
            (
                PutRate {
                    code: TaxCode::parse("books").unwrap(),
                    ..sales_tax("0.01")
                },
                vec!["category"],
            ),
            (
                PutRate {
                    name: " ".to_owned(),
                    ..sales_tax("0.0000001")
                },
                vec!["name", "rate"],
            ),
        ] {
            let Err(PutRateError::Invalid(invalid)) = put_rate(&mut ctx, &rate).await else {
                panic!("{rate:?}")
            };
            assert_eq!(
                invalid.0.iter().map(|error| error.field.as_str()).collect::<Vec<_>>(),
                fields
            );
        }
    }
}
