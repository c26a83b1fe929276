//! Takes a method away. Orders keep what they were shipped with.

use database::Ctx;
use kernel::{Permission, ShippingMethodId};

use crate::{SetupError, events::tell_changed, store};

/// Takes the method away.
pub async fn remove_method(ctx: &mut Ctx, id: ShippingMethodId) -> Result<(), SetupError> {
    ctx.require(Permission::ManageSettings)?;
    tell_changed(ctx).await?;
    store::found(store::zones::delete_method(ctx, id).await?)
}
