//! Takes a zone away. Orders keep what they were shipped with.

use database::Ctx;
use kernel::{Permission, ZoneId};

use crate::{SetupError, events::tell_changed, store};

/// Takes the zone and its methods away.
pub async fn remove_zone(ctx: &mut Ctx, id: ZoneId) -> Result<(), SetupError> {
    ctx.require(Permission::ManageSettings)?;
    tell_changed(ctx).await?;
    store::found(store::zones::delete_zone(ctx, id).await?)
}
