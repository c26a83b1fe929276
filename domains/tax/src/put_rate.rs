//! Adds a rate to a place, or puts it in place of the one of the same name.

use database::Ctx;
use kernel::{FieldError, Forbidden, Invalid, Permission, TaxRateId};
use rust_decimal::Decimal;

use crate::{Place, TaxCategory, store};

/// A rate of the store's own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PutRate {
    /// Where it holds.
    pub place: Place,
    /// The goods it is for.
    pub category: TaxCategory,
    /// What the tax is called. A rate of the table or of the store with that name is replaced.
    pub name: String,
    /// The exact fraction, below 1 and with at most six decimals; 0 takes the table's rate away.
    pub rate: Decimal,
    /// Whether it is due on the price and the rates before it.
    pub compound: bool,
    /// Whether shipping is taxed too.
    pub on_shipping: bool,
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
    checked(rate)?;
    Ok(store::put_rate(ctx, rate).await?)
}

fn checked(rate: &PutRate) -> Result<(), Invalid> {
    let mut invalid = Invalid::default();
    if rate.name.trim().is_empty() {
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
    invalid.into_result()
}

#[cfg(test)]
mod tests {
    use database::testing::TestDatabase;

    use super::*;
    use crate::{Nexus, list_own_rates, load, rates_for, remove_rate, replace_nexus};

    fn sales_tax(rate: &str) -> PutRate {
        PutRate {
            place: Place::parse("US-CA").unwrap(),
            category: TaxCategory::Standard,
            name: "Sales tax".to_owned(),
            rate: rate.parse().unwrap(),
            compound: false,
            on_shipping: true,
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
            let facts = load(ctx).await.unwrap();
            let rates = rates_for(&facts, &Place::parse("US-CA").unwrap(), TaxCategory::Standard);
            rates.iter().map(|rate| rate.rate.to_string()).collect::<Vec<_>>()
        };
        assert_eq!(shown(&mut ctx).await, ["0.0975"]);
        assert_eq!(list_own_rates(&mut ctx).await.unwrap().len(), 1);
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
