//! Takes a box away.

use database::Ctx;
use kernel::{BoxId, Permission};

use crate::{SetupError, events::tell_changed, store};

/// Takes the box away.
pub async fn remove_box(ctx: &mut Ctx, id: BoxId) -> Result<(), SetupError> {
    ctx.require(Permission::ManageSettings)?;
    tell_changed(ctx).await?;
    store::found(store::boxes::delete(ctx, id).await?)
}
