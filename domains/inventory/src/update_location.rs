//! Changes a location. Closing it takes its stock off sale, opening it puts it back.

use database::{Ctx, OnConstraint as _};
use kernel::{Forbidden, Invalid, LocationId, Permission, VariantId};

use crate::{
    Level, Location, LocationTerms,
    events::AvailabilityChanged,
    has_pickup::tell_changed,
    held::tell_few_left,
    level::{crossings, few_left_of},
    store,
};

/// How many variants are looked at together when a location opens or closes.
const AT_ONCE: usize = 5_000;

/// A change of a location.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UpdateLocation {
    /// The location.
    pub id: LocationId,
    /// The version that the change was made to.
    pub version: i64,
    /// All that is said of it, changed or not.
    pub terms: LocationTerms,
}

/// Why the location is as it was.
#[derive(Debug, thiserror::Error)]
pub enum UpdateLocationError {
    /// The actor may not change settings.
    #[error(transparent)]
    Forbidden(#[from] Forbidden),
    /// The store has no such location.
    #[error("there is no such location")]
    NotFound,
    /// Somebody changed it in the meantime.
    #[error("the location was changed in the meantime")]
    VersionConflict,
    /// Another location has the name.
    #[error("another location has this name")]
    NameTaken,
    /// It is the only one that is open.
    #[error("a store needs a location that is open")]
    LastActive,
    /// Some fields hold what they cannot.
    #[error(transparent)]
    Invalid(#[from] Invalid),
    /// The database failed.
    #[error(transparent)]
    Internal(#[from] database::Error),
}

/// Changes the location. What was promised from it stays promised.
pub async fn update_location(ctx: &mut Ctx, change: UpdateLocation) -> Result<Location, UpdateLocationError> {
    ctx.require(Permission::ManageSettings)?;
    let terms = change.terms.checked()?;
    let open = store::locations::lock_active(ctx).await?;
    let was_open = open.contains(&change.id);
    if !terms.active && open == [change.id] {
        return Err(UpdateLocationError::LastActive);
    }
    let updated = store::locations::update(ctx, change.id, change.version, &terms).await;
    let updated = updated.on_constraint("locations_name_key", || UpdateLocationError::NameTaken)?;
    let Some(location) = updated else {
        return Err(match store::locations::find(ctx, change.id).await? {
            Some(_) => UpdateLocationError::VersionConflict,
            None => UpdateLocationError::NotFound,
        });
    };
    tell_changed(ctx).await?;
    if was_open != terms.active {
        publish_availability(ctx, change.id).await?;
    }
    Ok(location)
}

/// Tells of the variants that sold out or came back because the location closed or opened.
async fn publish_availability(ctx: &mut Ctx, location: LocationId) -> Result<(), database::Error> {
    let ids = store::locations::variants_at(ctx, location).await?;
    for some in ids.chunks(AT_ONCE) {
        let after = store::levels(ctx, some, None).await?;
        let flipped = |level: &Level| Level {
            active: level.active != (level.location_id == location),
            ..level.clone()
        };
        let before: Vec<Level> = after.iter().map(flipped).collect();
        let variants: Vec<(VariantId, bool)> = crossings(&before, &after);
        if !variants.is_empty() {
            ctx.publish(&AvailabilityChanged { variants }).await?;
        }
        tell_few_left(ctx, few_left_of(&[&before], &after)).await?;
    }
    Ok(())
}
