//! Takes a restriction away.

use database::Ctx;
use kernel::{Permission, RestrictionId};

use crate::{SetupError, events::tell_changed, store};

/// Takes the restriction away.
pub async fn remove_restriction(ctx: &mut Ctx, id: RestrictionId) -> Result<(), SetupError> {
    ctx.require(Permission::ManageSettings)?;
    tell_changed(ctx).await?;
    store::found(store::restrictions::delete(ctx, id).await?)
}
