//! The owner of an account followed the link in the verification mail.

use database::{Ctx, Error};

use crate::{Account, AccountVerified, MailPurpose, secret, store};

/// Why an address is not verified.
#[derive(Debug, thiserror::Error)]
pub enum VerifyEmailError {
    /// The link is used, replaced by a newer one, too old or made up.
    #[error("the link does not work any more")]
    InvalidToken,
    /// The database failed.
    #[error(transparent)]
    Internal(#[from] Error),
}

/// Uses up the mailed secret and marks the address as verified. Not for GET: mail programs open links on their own.
pub async fn verify_email(ctx: &mut Ctx, token: &str) -> Result<Account, VerifyEmailError> {
    let used = store::delete_mail_token(ctx, secret::hash(token), MailPurpose::VerifyEmail).await?;
    let account_id = used.ok_or(VerifyEmailError::InvalidToken)?;
    let newly = store::update_verified(ctx, account_id).await?;
    let account = store::find_account(ctx, account_id)
        .await?
        .ok_or(VerifyEmailError::InvalidToken)?;
    if newly {
        let locale = ctx.locale().code().to_owned();
        ctx.publish(&AccountVerified {
            account_id,
            email: account.email.clone(),
            locale,
        })
        .await?;
    }
    Ok(account)
}
