//! A new password set from outside: by a command, or by an owner for a member of staff.

use database::{Ctx, Error};
use kernel::{AccountId, Forbidden, Permission};

use crate::{PasswordHash, reset_password_flow::store_password};

/// Why the password stays as it is.
#[derive(Debug, thiserror::Error)]
pub enum ReplacePasswordError {
    /// The actor may not manage accounts.
    #[error(transparent)]
    Forbidden(#[from] Forbidden),
    /// There is no such account.
    #[error("there is no such account")]
    NotFound,
    /// The database failed.
    #[error(transparent)]
    Internal(#[from] Error),
}

/// Sets the password and ends every session.
pub async fn replace_password(
    ctx: &mut Ctx,
    account_id: AccountId,
    password: &PasswordHash,
) -> Result<(), ReplacePasswordError> {
    ctx.require(Permission::ManageSettings)?;
    if store_password(ctx, account_id, password).await? {
        Ok(())
    } else {
        Err(ReplacePasswordError::NotFound)
    }
}
