//! One-time secrets that are sent by mail and prove that somebody reads it.

use chrono::TimeDelta;
use database::{Ctx, Error};
use kernel::AccountId;

use crate::{Secret, secret, store};

/// What a mailed secret is good for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MailPurpose {
    /// To verify the e-mail address; three days.
    VerifyEmail,
    /// To choose a new password; one hour.
    ResetPassword,
}

impl MailPurpose {
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::VerifyEmail => "verify_email",
            Self::ResetPassword => "reset_password",
        }
    }

    /// How long the secret works.
    pub fn lifetime(self) -> TimeDelta {
        match self {
            Self::VerifyEmail => TimeDelta::days(3),
            Self::ResetPassword => TimeDelta::hours(1),
        }
    }
}

/// Whether a mailed secret would still work: it is not used, replaced by a newer one, too old or made up.
pub async fn mail_token_works(ctx: &mut Ctx, token: &str, purpose: MailPurpose) -> Result<bool, Error> {
    let owner = store::find_mail_token_owner(ctx, secret::hash(token), purpose).await?;
    Ok(owner.is_some())
}

/// A new secret for an account; older ones for the same purpose stop working. Called by whoever writes the mail.
pub async fn create_mail_token(ctx: &mut Ctx, account_id: AccountId, purpose: MailPurpose) -> Result<Secret, Error> {
    let secret = Secret::for_link(ctx);
    let expires_at = ctx.now() + purpose.lifetime();
    store::replace_mail_token(ctx, account_id, purpose, secret.hash(), expires_at).await?;
    Ok(secret)
}
