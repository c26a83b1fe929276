//! Removes a tax code of the store's own, with its rates. Goods that have it are taxed as the standard.

use database::Ctx;
use kernel::{Forbidden, Permission};

use crate::{TaxCode, events::tell_changed, store};

/// Why the code cannot be removed.
#[derive(Debug, thiserror::Error)]
pub enum RemoveCodeError {
    /// The actor may not change settings.
    #[error(transparent)]
    Forbidden(#[from] Forbidden),
    /// The store has no such code.
    #[error("there is no such tax code")]
    NotFound,
    /// The database failed.
    #[error(transparent)]
    Internal(#[from] database::Error),
}

/// Removes the code.
pub async fn remove_code(ctx: &mut Ctx, code: &TaxCode) -> Result<(), RemoveCodeError> {
    ctx.require(Permission::ManageSettings)?;
    if store::codes::delete(ctx, code).await? {
        Ok(tell_changed(ctx).await?)
    } else {
        Err(RemoveCodeError::NotFound)
    }
}
