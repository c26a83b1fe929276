//! A new API key.

use database::{Ctx, Error};
use kernel::{FieldError, Forbidden, Permission};

use crate::{ApiKey, Secret, create_staff, store};

/// Why there is no new key.
#[derive(Debug, thiserror::Error)]
pub enum CreateApiKeyError {
    /// The actor may not manage keys, or lacks a permission the key was to have.
    #[error(transparent)]
    Forbidden(#[from] Forbidden),
    /// The name is empty or too long, or no permission was chosen.
    #[error(transparent)]
    Invalid(FieldError),
    /// The database failed.
    #[error(transparent)]
    Internal(#[from] Error),
}

/// Makes a key with the given permissions, all of which the actor must have. The secret is shown this once.
pub async fn create_api_key(
    ctx: &mut Ctx,
    name: &str,
    permissions: &[Permission],
) -> Result<(ApiKey, Secret), CreateApiKeyError> {
    ctx.require(Permission::ManageSettings)?;
    for permission in permissions {
        ctx.require(*permission)?;
    }
    let name = create_staff::name(name).map_err(CreateApiKeyError::Invalid)?;
    let mut permissions = permissions.to_vec();
    permissions.sort_unstable();
    permissions.dedup();
    if permissions.is_empty() {
        return Err(CreateApiKeyError::Invalid(FieldError::required("permissions")));
    }
    let secret = Secret::for_api_key(ctx);
    let (id, created_at) = (ctx.new_id(), ctx.now());
    let key = ApiKey {
        id,
        name,
        permissions,
        created_at,
        last_used_at: None,
        revoked_at: None,
    };
    store::insert_api_key(ctx, &key, secret.hash()).await?;
    Ok((key, secret))
}
