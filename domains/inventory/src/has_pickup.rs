//! Whether shoppers may fetch orders anywhere.

use database::{Ctx, Error, cache::Needs};

use crate::{events::LocationsChanged, store};

/// How much memory the answer takes.
const BYTES: usize = 64;

/// Whether there is a location where shoppers may fetch orders, which every page of the shop asks; kept between requests.
pub async fn has_pickup(ctx: &mut Ctx) -> Result<bool, Error> {
    let making = match ctx.kept::<bool>("inventory.pickup", "") {
        Ok(known) => return Ok(*known),
        Err(making) => making,
    };
    let needs = Needs::default().any::<LocationsChanged>(ctx.store_id());
    let found = store::locations::has_pickup(ctx).await?;
    Ok(*ctx.keep(making, found, &needs, BYTES))
}

/// Tells that a location is new or another, in the transaction of the change.
pub(crate) async fn tell_changed(ctx: &mut Ctx) -> Result<(), Error> {
    let store_id = ctx.store_id();
    ctx.publish(&LocationsChanged { store_id }).await?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use database::testing::TestDatabase;
    use kernel::Address;

    use super::*;
    use crate::{LocationTerms, UpdateLocation, create_location, update_location};

    #[tokio::test]
    async fn orders_are_fetched_where_an_open_location_says_so() {
        let db = TestDatabase::new().await;
        let mut ctx = db.work().write();
        let warehouse = LocationTerms::named("Warehouse");
        create_location(&mut ctx, warehouse).await.unwrap();
        assert!(!has_pickup(&mut ctx).await.unwrap());
        let terms = LocationTerms {
            address: Some(Address::sample()),
            pickup: true,
            ..LocationTerms::named("Corner")
        };
        let corner = create_location(&mut ctx, terms).await.unwrap();
        assert!(has_pickup(&mut ctx).await.unwrap());
        for (active, pickup) in [(false, true), (true, false)] {
            let found = crate::find_location(&mut ctx, corner.id).await.unwrap().unwrap();
            let change = UpdateLocation {
                id: corner.id,
                version: found.version,
                terms: LocationTerms {
                    active,
                    pickup,
                    ..found.terms
                },
            };
            update_location(&mut ctx, change).await.unwrap();
            assert!(!has_pickup(&mut ctx).await.unwrap(), "{active} {pickup}");
        }
    }
}
