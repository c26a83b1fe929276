//! Offers a method, or stops offering it. Orders keep what they were shipped with.

use database::Ctx;
use kernel::{Forbidden, Permission, ShippingMethodId};

use crate::store;

/// Why the method is as it was.
#[derive(Debug, thiserror::Error)]
pub enum SwitchMethodError {
    /// The actor may not change settings.
    #[error(transparent)]
    Forbidden(#[from] Forbidden),
    /// The store has no such method.
    #[error("there is no such method")]
    NotFound,
    /// The database failed.
    #[error(transparent)]
    Internal(#[from] database::Error),
}

/// Offers the method from now on, or not.
pub async fn switch_method(ctx: &mut Ctx, id: ShippingMethodId, active: bool) -> Result<(), SwitchMethodError> {
    ctx.require(Permission::ManageSettings)?;
    if store::update_active(ctx, id, active).await? {
        Ok(())
    } else {
        Err(SwitchMethodError::NotFound)
    }
}
