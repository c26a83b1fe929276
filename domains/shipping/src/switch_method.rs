//! Offers a method, or stops offering it. Orders keep what they were shipped with.

use database::Ctx;
use kernel::{Permission, ShippingMethodId};

use crate::{SetupError, events::tell_changed, store};

/// Offers the method from now on, or not.
pub async fn switch_method(ctx: &mut Ctx, id: ShippingMethodId, active: bool) -> Result<(), SetupError> {
    ctx.require(Permission::ManageSettings)?;
    tell_changed(ctx).await?;
    store::found(store::zones::update_active(ctx, id, active).await?)
}
