//! Makes a location.

use database::Ctx;
use kernel::{Forbidden, Invalid, Permission};

use crate::{Location, LocationTerms, has_pickup::tell_changed, store};

/// Why there is no such location now.
#[derive(Debug, thiserror::Error)]
pub enum CreateLocationError {
    /// The actor may not change settings.
    #[error(transparent)]
    Forbidden(#[from] Forbidden),
    /// Another location has the name.
    #[error("another location has this name")]
    NameTaken,
    /// Some fields hold what they cannot.
    #[error(transparent)]
    Invalid(#[from] Invalid),
    /// The database failed.
    #[error(transparent)]
    Internal(#[from] database::Error),
}

/// Makes the location, empty.
pub async fn create_location(ctx: &mut Ctx, terms: LocationTerms) -> Result<Location, CreateLocationError> {
    ctx.require(Permission::ManageSettings)?;
    let location = store::locations::insert(ctx, &terms.checked()?).await?;
    tell_changed(ctx).await?;
    Ok(location)
}

#[cfg(test)]
mod tests {
    use database::testing::TestDatabase;
    use kernel::{Actor, Address};

    use super::*;
    use crate::{OpeningHours, find_location, list_locations};

    #[tokio::test]
    async fn a_location_is_found_as_it_was_made() {
        let db = TestDatabase::new().await;
        let mut ctx = db.work().write();
        let days = std::array::from_fn(|day| {
            if day < 5 {
                "09:00-18:00".to_owned()
            } else {
                String::new()
            }
        });
        let terms = LocationTerms {
            address: Some(Address::sample()),
            priority: 3,
            capacity: Some(500),
            pickup: true,
            hours: OpeningHours::parse(&days).unwrap(),
            ..LocationTerms::named("Corner shop")
        };
        let made = create_location(&mut ctx, terms.clone()).await.unwrap();
        assert_eq!(made.terms, terms);
        assert_eq!(find_location(&mut ctx, made.id).await.unwrap(), Some(made.clone()));
        let first = create_location(&mut ctx, LocationTerms::named("Warehouse"))
            .await
            .unwrap();
        assert_eq!(list_locations(&mut ctx).await.unwrap(), [first, made]);
        let taken = create_location(&mut ctx, LocationTerms::named(" Warehouse ")).await;
        assert!(matches!(taken, Err(CreateLocationError::NameTaken)));
    }

    #[tokio::test]
    async fn what_is_wrong_is_named() {
        let db = TestDatabase::new().await;
        let mut ctx = db.work().write();
        let nowhere = Address {
            line1: String::new(),
            ..Address::sample()
        };
        for (terms, fields) in [
            (LocationTerms::named(" "), vec!["name"]),
            (
                LocationTerms {
                    priority: -1,
                    capacity: Some(0),
                    pickup: true,
                    ..LocationTerms::named("A")
                },
                vec!["priority", "capacity", "address.line1"],
            ),
            (
                LocationTerms {
                    address: Some(nowhere),
                    ..LocationTerms::named("B")
                },
                vec!["address.line1"],
            ),
        ] {
            let Err(CreateLocationError::Invalid(invalid)) = create_location(&mut ctx, terms).await else {
                panic!("{fields:?}")
            };
            let named: Vec<&str> = invalid.0.iter().map(|error| error.field.as_str()).collect();
            assert_eq!(named, fields);
        }
    }

    #[tokio::test]
    async fn a_shopper_may_not() {
        let db = TestDatabase::new().await;
        let mut ctx = db.work().acting_as(Actor::Guest).write();
        let refused = create_location(&mut ctx, LocationTerms::named("Mine")).await;
        assert!(matches!(refused, Err(CreateLocationError::Forbidden(_))));
    }
}
