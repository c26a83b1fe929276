//! Takes a profile away.

use database::Ctx;
use kernel::{Permission, ProfileId};

use crate::{SetupError, events::tell_changed, store};

/// Takes the profile and its methods away; its products ship in the general profile again.
pub async fn remove_profile(ctx: &mut Ctx, id: ProfileId) -> Result<(), SetupError> {
    ctx.require(Permission::ManageSettings)?;
    tell_changed(ctx).await?;
    store::found(store::profiles::delete(ctx, id).await?)
}
