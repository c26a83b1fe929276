//! Takes a zone away. Orders keep what they were shipped with.

use database::Ctx;
use kernel::{Permission, ZoneId};

use crate::{SetupError, events::tell_changed, store};

/// Takes the zone and its methods away when it has the expected version, which `None` lets be any.
pub async fn remove_zone(ctx: &mut Ctx, id: ZoneId, expected_version: Option<i64>) -> Result<(), SetupError> {
    ctx.require(Permission::ManageSettings)?;
    store::held(store::zones::lock_zone(ctx, id).await?, expected_version)?;
    tell_changed(ctx).await?;
    store::found(store::zones::delete_zone(ctx, id).await?)
}
