//! A redirect is taken away.

use database::{Ctx, Error};
use kernel::{Forbidden, Permission};

use crate::store;

/// Why a redirect is not taken away.
#[derive(Debug, thiserror::Error)]
pub enum RemoveError {
    /// The actor may not change the catalogue.
    #[error(transparent)]
    Forbidden(#[from] Forbidden),
    /// The database failed.
    #[error(transparent)]
    Internal(#[from] Error),
}

/// Takes away the redirect of a path. False: there is none.
pub async fn remove(ctx: &mut Ctx, from: &str) -> Result<bool, RemoveError> {
    ctx.require(Permission::WriteCatalog)?;
    Ok(store::delete(ctx, from).await?)
}
