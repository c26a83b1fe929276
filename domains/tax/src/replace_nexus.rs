//! Says where the merchant collects tax.

use database::Ctx;
use kernel::{Forbidden, Permission};

use crate::{Nexus, events::tell_changed, store};

/// Why the places cannot be replaced.
#[derive(Debug, thiserror::Error)]
pub enum ReplaceNexusError {
    /// The actor may not change settings.
    #[error(transparent)]
    Forbidden(#[from] Forbidden),
    /// The database failed.
    #[error(transparent)]
    Internal(#[from] database::Error),
}

/// Puts these places in place of all there were.
pub async fn replace_nexus(ctx: &mut Ctx, nexus: &Nexus) -> Result<(), ReplaceNexusError> {
    ctx.require(Permission::ManageSettings)?;
    tell_changed(ctx).await?;
    Ok(store::replace_nexus(ctx, nexus).await?)
}

#[cfg(test)]
mod tests {
    use database::testing::TestDatabase;
    use kernel::Actor;

    use super::*;
    use crate::{Place, load_nexus};

    fn nexus(places: &[&str]) -> Nexus {
        Nexus(places.iter().map(|place| Place::parse(place).unwrap()).collect())
    }

    #[tokio::test]
    async fn the_last_places_are_the_ones_that_hold() {
        let db = TestDatabase::new().await;
        let mut ctx = db.work().write();
        replace_nexus(&mut ctx, &nexus(&["US-CA", "US-NY", "US-NY"]))
            .await
            .unwrap();
        replace_nexus(&mut ctx, &nexus(&["DE", "US-NY"])).await.unwrap();
        assert_eq!(load_nexus(&mut ctx).await.unwrap(), nexus(&["DE", "US-NY"]));
        replace_nexus(&mut ctx, &nexus(&[])).await.unwrap();
        assert_eq!(load_nexus(&mut ctx).await.unwrap(), nexus(&[]));
    }

    #[tokio::test]
    async fn a_guest_may_not() {
        let db = TestDatabase::new().await;
        let mut ctx = db.work().acting_as(Actor::Guest).write();
        let refused = replace_nexus(&mut ctx, &nexus(&["DE"])).await;
        assert!(matches!(refused, Err(ReplaceNexusError::Forbidden(_))));
    }
}
