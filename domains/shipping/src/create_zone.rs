//! Makes a zone.

use database::Ctx;
use kernel::{FieldError, Forbidden, Invalid, Permission, ZoneId};

use crate::{Region, store};

/// A zone to be made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CreateZone {
    /// What the merchant calls it; no other zone has that name.
    pub name: String,
    /// Where it reaches.
    pub regions: Vec<Region>,
}

/// Why there is no such zone now.
#[derive(Debug, thiserror::Error)]
pub enum CreateZoneError {
    /// The actor may not change settings.
    #[error(transparent)]
    Forbidden(#[from] Forbidden),
    /// Another zone has the name.
    #[error("another zone has this name")]
    NameTaken,
    /// Some fields hold what they cannot.
    #[error(transparent)]
    Invalid(#[from] Invalid),
    /// The database failed.
    #[error(transparent)]
    Internal(#[from] database::Error),
}

/// Makes the zone, without any method.
pub async fn create_zone(ctx: &mut Ctx, new: &CreateZone) -> Result<ZoneId, CreateZoneError> {
    ctx.require(Permission::ManageSettings)?;
    let mut invalid = Invalid::default();
    if new.name.trim().is_empty() {
        invalid.push(FieldError::required("name"));
    }
    if new.regions.is_empty() {
        invalid.push(FieldError::required("regions"));
    }
    invalid.into_result()?;
    store::insert_zone(ctx, new).await
}

#[cfg(test)]
mod tests {
    use database::testing::TestDatabase;
    use kernel::Actor;

    use super::*;
    use crate::list_zones;

    fn new(name: &str, regions: &[&str]) -> CreateZone {
        CreateZone {
            name: name.to_owned(),
            regions: regions.iter().map(|region| Region::parse(region).unwrap()).collect(),
        }
    }

    #[tokio::test]
    async fn zones_are_listed_as_they_were_made() {
        let db = TestDatabase::new().await;
        let mut ctx = db.work().write();
        let id = create_zone(&mut ctx, &new(" Islands ", &["us-hi", "US-AK", "PR", "*"]))
            .await
            .unwrap();
        let zones = list_zones(&mut ctx).await.unwrap();
        assert_eq!(zones.len(), 1);
        assert_eq!(
            (zones[0].id, zones[0].name.as_str(), &zones[0].methods),
            (id, "Islands", &Vec::new())
        );
        let regions: Vec<_> = zones[0].regions.iter().map(Region::to_string).collect();
        assert_eq!(regions, ["US-HI", "US-AK", "PR", "*"]);
        let taken = create_zone(&mut ctx, &new("Islands", &["*"])).await;
        assert!(matches!(taken, Err(CreateZoneError::NameTaken)));
    }

    #[tokio::test]
    async fn a_zone_needs_a_name_a_region_and_permission() {
        let db = TestDatabase::new().await;
        let refused = create_zone(&mut db.work().write(), &new(" ", &[])).await;
        let Err(CreateZoneError::Invalid(invalid)) = refused else {
            panic!("{refused:?}")
        };
        assert_eq!(
            invalid.0.iter().map(|error| error.field.as_str()).collect::<Vec<_>>(),
            ["name", "regions"]
        );
        let mut ctx = db.work().acting_as(Actor::Guest).write();
        assert!(matches!(
            create_zone(&mut ctx, &new("X", &["*"])).await,
            Err(CreateZoneError::Forbidden(_))
        ));
    }
}
