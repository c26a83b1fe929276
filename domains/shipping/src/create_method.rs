//! Makes a method that ships into a zone.

use database::Ctx;
use kernel::{Currency, FieldError, Forbidden, Invalid, Money, Permission, ShippingMethodId, ZoneId};

use crate::{RateKind, store};

/// A method to be made; it is offered at once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CreateMethod {
    /// The zone.
    pub zone_id: ZoneId,
    /// What it is chosen by: lower-case letters, digits, `-` and `_`; once in the zone.
    pub code: String,
    /// What shoppers see.
    pub name: String,
    /// What it costs.
    pub kind: RateKind,
    /// What the items must cost together for it to be free.
    pub free_from: Option<Money>,
    /// The fewest days that delivery takes.
    pub days_min: i32,
    /// The most days that delivery takes.
    pub days_max: i32,
    /// Where it stands among the zone's methods, lowest first.
    pub position: i32,
}

/// Why there is no such method now.
#[derive(Debug, thiserror::Error)]
pub enum CreateMethodError {
    /// The actor may not change settings.
    #[error(transparent)]
    Forbidden(#[from] Forbidden),
    /// The store has no such zone.
    #[error("there is no such zone")]
    ZoneNotFound,
    /// Another method of the zone has the code.
    #[error("another method of the zone has this code")]
    CodeTaken,
    /// Some fields hold what they cannot.
    #[error(transparent)]
    Invalid(#[from] Invalid),
    /// The database failed.
    #[error(transparent)]
    Internal(#[from] database::Error),
}

/// Makes the method.
pub async fn create_method(ctx: &mut Ctx, new: &CreateMethod) -> Result<ShippingMethodId, CreateMethodError> {
    ctx.require(Permission::ManageSettings)?;
    checked(new, ctx.currency())?;
    store::insert_method(ctx, new).await
}

fn checked(new: &CreateMethod, currency: Currency) -> Result<(), Invalid> {
    let mut invalid = Invalid::default();
    let good_char = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-' || c == '_';
    if new.code.is_empty() {
        invalid.push(FieldError::required("code"));
    } else if new.code.len() > 50 || !new.code.chars().all(good_char) {
        let message = "may have at most 50 lower-case letters, digits, - and _";
        invalid.push(FieldError::new("code", "invalid_code", message));
    }
    if new.name.trim().is_empty() {
        invalid.push(FieldError::required("name"));
    }
    let (mut amounts, steps) = match &new.kind {
        RateKind::Flat(price) => (vec![*price], None),
        RateKind::ByWeight(steps) | RateKind::ByPrice(steps) => {
            (steps.iter().map(|step| step.price).collect(), Some(steps))
        }
    };
    if let Some(steps) = steps {
        let rising = steps
            .iter()
            .zip(steps.iter().skip(1))
            .all(|(one, next)| one.from < next.from);
        if steps.is_empty() || !rising || steps.first().is_some_and(|step| step.from < 0) {
            invalid.push(FieldError::new(
                "steps",
                "invalid_steps",
                "must be one or more, rising from 0 or more",
            ));
        }
    }
    amounts.extend(new.free_from);
    if amounts.iter().any(|amount| amount.is_negative()) {
        invalid.push(FieldError::new("price", "too_small", "may not be negative"));
    }
    if amounts.iter().any(|amount| amount.currency() != currency) {
        invalid.push(FieldError::new(
            "price",
            "wrong_currency",
            format!("must be in {currency}"),
        ));
    }
    if new.days_min < 0 || new.days_min > new.days_max {
        invalid.push(FieldError::new(
            "days_max",
            "invalid_days",
            "must be at least the fewest days, and those at least 0",
        ));
    }
    invalid.into_result()
}

#[cfg(test)]
mod tests {
    use database::testing::TestDatabase;

    use super::*;
    use crate::{CreateZone, Destination, Region, Step, SwitchMethodError, create_zone, load, options, switch_method};

    fn usd(minor: i64) -> Money {
        Money::new(minor, Currency::USD)
    }

    fn new(zone_id: ZoneId, code: &str, kind: RateKind) -> CreateMethod {
        CreateMethod {
            zone_id,
            code: code.to_owned(),
            name: "Standard".to_owned(),
            kind,
            free_from: Some(usd(10_000)),
            days_min: 2,
            days_max: 5,
            position: 1,
        }
    }

    #[tokio::test]
    async fn methods_become_options_until_they_are_switched_off() {
        let db = TestDatabase::new().await;
        let mut ctx = db.work().write();
        let zone = CreateZone {
            name: "World".to_owned(),
            regions: vec![Region::Everywhere],
        };
        let zone = create_zone(&mut ctx, &zone).await.unwrap();
        let steps = vec![
            Step {
                from: 0,
                price: usd(500),
            },
            Step {
                from: 1_000,
                price: usd(900),
            },
        ];
        let flat = new(zone, "standard", RateKind::Flat(usd(700)));
        let standard = create_method(&mut ctx, &flat).await.unwrap();
        create_method(&mut ctx, &new(zone, "weight", RateKind::ByWeight(steps.clone())))
            .await
            .unwrap();
        create_method(
            &mut ctx,
            &CreateMethod {
                position: 0,
                ..new(zone, "price", RateKind::ByPrice(steps))
            },
        )
        .await
        .unwrap();
        let destination = Destination {
            country: kernel::CountryCode::US,
            state: "CA".to_owned(),
        };
        let shown = async |ctx: &mut Ctx| {
            let before = db.database().statement_count();
            let facts = load(ctx).await.unwrap();
            assert_eq!(db.database().statement_count() - before, 1);
            let options = options(&facts, &destination, usd(999), 1_000);
            options
                .into_iter()
                .map(|option| (option.code, option.price.minor(), option.days_max))
                .collect::<Vec<_>>()
        };
        let option = |code: &str, price| (code.to_owned(), price, 5);
        assert_eq!(
            shown(&mut ctx).await,
            [option("price", 500), option("standard", 700), option("weight", 900)]
        );
        switch_method(&mut ctx, standard, false).await.unwrap();
        assert_eq!(shown(&mut ctx).await, [option("price", 500), option("weight", 900)]);
        let unknown = ctx.new_id();
        assert!(matches!(
            switch_method(&mut ctx, unknown, true).await,
            Err(SwitchMethodError::NotFound)
        ));
        let taken = create_method(&mut ctx, &flat).await;
        assert!(matches!(taken, Err(CreateMethodError::CodeTaken)));
    }

    #[tokio::test]
    async fn a_method_needs_a_zone_of_the_store() {
        let db = TestDatabase::new().await;
        let mut ctx = db.work().write();
        let method = new(ctx.new_id(), "standard", RateKind::Flat(usd(700)));
        assert!(matches!(
            create_method(&mut ctx, &method).await,
            Err(CreateMethodError::ZoneNotFound)
        ));
    }

    #[test]
    fn every_field_that_cannot_be_is_named() {
        use kernel::TypedId as _;
        let zone = ZoneId::generate(chrono::DateTime::UNIX_EPOCH, &kernel::SeededEntropy::new(1));
        let flat = || new(zone, "standard", RateKind::Flat(usd(700)));
        let steps = |from: &[i64]| {
            from.iter()
                .map(|from| Step {
                    from: *from,
                    price: usd(1),
                })
                .collect::<Vec<_>>()
        };
        for (method, fields) in [
            (flat(), vec![]),
            (
                CreateMethod {
                    code: "Über".to_owned(),
                    name: " ".to_owned(),
                    ..flat()
                },
                vec!["code", "name"],
            ),
            (
                CreateMethod {
                    code: String::new(),
                    days_min: 6,
                    ..flat()
                },
                vec!["code", "days_max"],
            ),
            (
                CreateMethod {
                    kind: RateKind::Flat(usd(-1)),
                    ..flat()
                },
                vec!["price"],
            ),
            (
                CreateMethod {
                    free_from: Some(Money::new(1, Currency::EUR)),
                    ..flat()
                },
                vec!["price"],
            ),
            (
                CreateMethod {
                    kind: RateKind::ByWeight(Vec::new()),
                    ..flat()
                },
                vec!["steps"],
            ),
            (
                CreateMethod {
                    kind: RateKind::ByWeight(steps(&[0, 5, 5])),
                    ..flat()
                },
                vec!["steps"],
            ),
            (
                CreateMethod {
                    kind: RateKind::ByPrice(steps(&[-1, 5])),
                    ..flat()
                },
                vec!["steps"],
            ),
            (
                CreateMethod {
                    kind: RateKind::ByPrice(steps(&[0, 5])),
                    ..flat()
                },
                vec![],
            ),
        ] {
            let named = checked(&method, Currency::USD).err().unwrap_or_default();
            assert_eq!(
                named.0.iter().map(|error| error.field.as_str()).collect::<Vec<_>>(),
                fields,
                "{method:?}"
            );
        }
    }
}
