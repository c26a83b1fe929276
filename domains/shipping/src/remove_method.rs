//! Takes a method away. Orders keep what they were shipped with.

use database::Ctx;
use kernel::{Permission, ShippingMethodId};

use crate::{SetupError, events::tell_changed, store};

/// Takes the method away when it has the expected version, which `None` lets be any.
pub async fn remove_method(
    ctx: &mut Ctx,
    id: ShippingMethodId,
    expected_version: Option<i64>,
) -> Result<(), SetupError> {
    ctx.require(Permission::ManageSettings)?;
    store::held(store::zones::lock_method(ctx, id).await?, expected_version)?;
    tell_changed(ctx).await?;
    store::found(store::zones::delete_method(ctx, id).await?)
}
