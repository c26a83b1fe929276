//! API keys as the back office lists them, and their end.

use database::{Ctx, Error};
use kernel::{ApiKeyId, Forbidden, Permission, Time};

use crate::store;

/// A key with which a server calls the API. Its secret was shown once and is not kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ApiKey {
    /// The key's id.
    pub id: ApiKeyId,
    /// What the merchant calls it.
    pub name: String,
    /// What it may do.
    pub permissions: Vec<Permission>,
    /// When it was made.
    pub created_at: Time,
    /// When it was used last, to the minute.
    pub last_used_at: Option<Time>,
    /// When it stopped working.
    pub revoked_at: Option<Time>,
}

/// Why keys cannot be listed or revoked.
#[derive(Debug, thiserror::Error)]
pub enum ApiKeyError {
    /// The actor may not manage keys.
    #[error(transparent)]
    Forbidden(#[from] Forbidden),
    /// There is no such key, or it was revoked before.
    #[error("there is no such key")]
    NotFound,
    /// The database failed.
    #[error(transparent)]
    Internal(#[from] Error),
}

/// Every key, the newest first; revoked ones too.
pub async fn list_api_keys(ctx: &mut Ctx) -> Result<Vec<ApiKey>, ApiKeyError> {
    ctx.require(Permission::ManageSettings)?;
    Ok(store::list_api_keys(ctx).await?)
}

/// What keys are called, revoked ones too, for logs that name them.
pub async fn list_api_key_names(ctx: &mut Ctx) -> Result<Vec<(ApiKeyId, String)>, Error> {
    store::list_api_key_names(ctx).await
}

/// Ends a key for good.
pub async fn revoke_api_key(ctx: &mut Ctx, id: ApiKeyId) -> Result<(), ApiKeyError> {
    ctx.require(Permission::ManageSettings)?;
    if store::update_api_key_revoked(ctx, id).await? {
        Ok(())
    } else {
        Err(ApiKeyError::NotFound)
    }
}
