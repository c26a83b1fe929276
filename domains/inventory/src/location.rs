//! Where stock lies.

use database::{Ctx, Error};
use kernel::LocationId;

use crate::store;

/// The name of the location that is made when a store has none.
const FIRST: &str = "Main";

/// The location that stock goes to when none is named: the active one of the highest priority, made on demand.
pub async fn default_location(ctx: &mut Ctx) -> Result<LocationId, Error> {
    match store::find_default_location(ctx).await? {
        Some(location) => Ok(location),
        None => store::insert_location(ctx, FIRST).await,
    }
}
