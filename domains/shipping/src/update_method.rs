//! Changes a method. Orders keep what they were shipped with.

use database::Ctx;
use kernel::{Permission, ShippingMethodId};

use crate::{MethodTerms, SetupError, events::tell_changed, store};

/// Changes all that a merchant says of the method when it has the expected version, which `None` lets be any.
pub async fn update_method(
    ctx: &mut Ctx,
    id: ShippingMethodId,
    expected_version: Option<i64>,
    terms: &MethodTerms,
) -> Result<(), SetupError> {
    ctx.require(Permission::ManageSettings)?;
    store::held(store::zones::lock_method(ctx, id).await?, expected_version)?;
    tell_changed(ctx).await?;
    let terms = terms.checked(ctx.currency())?;
    store::found(store::zones::update_method(ctx, id, &terms).await?)
}
