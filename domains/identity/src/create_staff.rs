//! A new member of staff.

use database::{Ctx, Error};
use kernel::{AccountId, EmailAddress, FieldError, Forbidden, Permission};

use crate::{PasswordHash, Role, store};

/// Somebody who is to work in the back office.
#[derive(Debug)]
pub struct NewStaff {
    /// The address to sign in with.
    pub email: EmailAddress,
    /// The name the back office shows.
    pub name: String,
    /// What they may do.
    pub role: Role,
    /// Their first password.
    pub password: PasswordHash,
}

/// Why there is no new member of staff.
#[derive(Debug, thiserror::Error)]
pub enum CreateStaffError {
    /// The actor may not manage staff.
    #[error(transparent)]
    Forbidden(#[from] Forbidden),
    /// The name is empty or too long.
    #[error(transparent)]
    Invalid(FieldError),
    /// The address has an account already.
    #[error("the e-mail address has an account already")]
    EmailTaken,
    /// The database failed.
    #[error(transparent)]
    Internal(#[from] Error),
}

/// Makes an account with a role. Its address counts as verified, because whoever made it vouches for it.
pub async fn create_staff(ctx: &mut Ctx, new: NewStaff) -> Result<AccountId, CreateStaffError> {
    ctx.require(Permission::ManageSettings)?;
    for permission in new.role.permissions() {
        ctx.require(*permission)?;
    }
    let name = name(&new.name).map_err(CreateStaffError::Invalid)?;
    let (account_id, now) = (ctx.new_id(), ctx.now());
    if !store::insert_account(ctx, account_id, &new.email, &new.password, Some(now)).await? {
        return Err(CreateStaffError::EmailTaken);
    }
    store::insert_staff(ctx, account_id, &name, new.role).await?;
    Ok(account_id)
}

/// A name of 1 to 100 printable characters, without blanks around it.
pub(crate) fn name(text: &str) -> Result<String, FieldError> {
    let text = text.trim();
    if text.is_empty() {
        Err(FieldError::required("name"))
    } else if text.chars().count() > 100 || text.chars().any(char::is_control) {
        Err(FieldError::new(
            "name",
            "too_long",
            "may have at most 100 printable characters",
        ))
    } else {
        Ok(text.to_owned())
    }
}
