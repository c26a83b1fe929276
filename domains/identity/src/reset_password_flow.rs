//! A new password through the link in the reset mail. It is a flow because no transaction stays open while it is hashed.

use database::{Ctx, Error, Work};
use kernel::{AccountId, FieldError};

use crate::{AccountVerified, HashingFailed, MailPurpose, NewPassword, PasswordChanged, PasswordHash, secret, store};

/// A new password with the mailed secret.
#[derive(Clone)]
pub struct ResetPassword {
    /// The secret from the link.
    pub token: String,
    /// The password as typed.
    pub new_password: String,
}

/// Why the password stays as it is.
#[derive(Debug, thiserror::Error)]
pub enum ResetPasswordError {
    /// The link is used, replaced by a newer one, too old or made up.
    #[error("the link does not work any more")]
    InvalidToken,
    /// The new password breaks the rule; the link still works.
    #[error(transparent)]
    Invalid(FieldError),
    /// The password could not be hashed.
    #[error(transparent)]
    Hashing(#[from] HashingFailed),
    /// The database failed.
    #[error(transparent)]
    Internal(#[from] Error),
}

/// Uses up the mailed secret, sets the password, ends every session and lifts a lock. Whoever has the secret reads the
/// mail, so the address counts as verified, too.
pub async fn reset_password_flow(work: &Work, command: ResetPassword) -> Result<AccountId, ResetPasswordError> {
    let token = secret::hash(&command.token);
    let mut ctx = work.read();
    let owner = store::find_mail_token_owner(&mut ctx, token, MailPurpose::ResetPassword).await?;
    ctx.commit().await?;
    let email = owner.ok_or(ResetPasswordError::InvalidToken)?;
    let password = NewPassword::parse(&command.new_password, &email).map_err(ResetPasswordError::Invalid)?;
    let hash = password.hash(work).await?;

    let mut ctx = work.write();
    let used = store::delete_mail_token(&mut ctx, token, MailPurpose::ResetPassword).await?;
    let account_id = used.ok_or(ResetPasswordError::InvalidToken)?;
    if store::update_verified(&mut ctx, account_id).await? {
        let locale = ctx.locale().code().to_owned();
        ctx.publish(&AccountVerified {
            account_id,
            email: email.clone(),
            locale,
        })
        .await?;
    }
    store::delete_failures(&mut ctx, &email).await?;
    store_password(&mut ctx, account_id, &hash).await?;
    ctx.commit().await?;
    Ok(account_id)
}

/// Sets the password, ends every session and tells the owner by mail.
pub(crate) async fn store_password(ctx: &mut Ctx, account_id: AccountId, hash: &PasswordHash) -> Result<bool, Error> {
    let Some(email) = store::update_password(ctx, account_id, hash).await? else {
        return Ok(false);
    };
    store::delete_sessions_but(ctx, account_id, None).await?;
    let locale = ctx.locale().code().to_owned();
    ctx.publish(&PasswordChanged {
        account_id,
        email,
        locale,
    })
    .await?;
    Ok(true)
}
