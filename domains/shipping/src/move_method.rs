//! Moves a method among those of its zone.

use database::Ctx;
use kernel::{Permission, ShippingMethodId};

use crate::{SetupError, events::tell_changed, store};

/// Puts the method before the one above it, or after the one below it. The first stays first and the last stays last.
pub async fn move_method(ctx: &mut Ctx, id: ShippingMethodId, up: bool) -> Result<(), SetupError> {
    ctx.require(Permission::ManageSettings)?;
    tell_changed(ctx).await?;
    store::found(store::zones::move_method(ctx, id, up).await?)
}
