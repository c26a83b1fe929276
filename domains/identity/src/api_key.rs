//! API keys as the back office lists them, and their end.

use database::{Ctx, Error};
use kernel::{ApiKeyId, Cursor, FieldError, Forbidden, Page, PageRequest, Permission, Time};

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

/// Why a page of the keys cannot be given.
#[derive(Debug, thiserror::Error)]
pub enum ListApiKeysError {
    /// The actor may not manage keys.
    #[error(transparent)]
    Forbidden(#[from] Forbidden),
    /// The cursor is not one of this list.
    #[error(transparent)]
    Cursor(#[from] FieldError),
    /// The database failed.
    #[error(transparent)]
    Internal(#[from] Error),
}

/// Every key, the newest first; revoked ones too.
pub async fn list_api_keys(ctx: &mut Ctx) -> Result<Vec<ApiKey>, ApiKeyError> {
    ctx.require(Permission::ManageSettings)?;
    Ok(store::list_api_keys(ctx).await?)
}

/// A page of them, the newest first; revoked ones too. In two statements.
pub async fn page_api_keys(ctx: &mut Ctx, page: &PageRequest) -> Result<Page<ApiKey>, ListApiKeysError> {
    ctx.require(Permission::ManageSettings)?;
    let after = page.cursor.as_ref().map(Cursor::decode).transpose()?;
    let found = store::list_api_keys_after(ctx, after, page.limit_plus_one()).await?;
    let total = store::count_api_keys(ctx).await?;
    Ok(Page::from_rows(found, page, total, |key| (key.created_at, key.id)))
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
