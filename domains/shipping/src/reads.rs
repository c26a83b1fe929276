//! Loads a store's zones.

use database::{Ctx, Error};

use crate::{ShippingFacts, Zone, store};

/// What decides the deliveries a shopper can choose from, in one statement.
pub async fn load(ctx: &mut Ctx) -> Result<ShippingFacts, Error> {
    Ok(ShippingFacts {
        zones: store::list_zones(ctx).await?,
    })
}

/// The zones with all of their methods, oldest zone first.
pub async fn list_zones(ctx: &mut Ctx) -> Result<Vec<Zone>, Error> {
    store::list_zones(ctx).await
}
