//! Somebody forgot the password.

use chrono::TimeDelta;
use database::{Ctx, Error};
use kernel::EmailAddress;

use crate::{ResetRequested, store};

/// A second request within this time sends no second mail.
const ONE_MAIL_PER: TimeDelta = TimeDelta::minutes(1);

/// Asks for a mail with a reset link, if the address has an account. The answer to the visitor is the same either way.
pub async fn request_password_reset(ctx: &mut Ctx, email: &EmailAddress) -> Result<(), Error> {
    let since = ctx.now() - ONE_MAIL_PER;
    if let Some(account_id) = store::find_account_for_reset(ctx, email, since).await? {
        let locale = ctx.locale().code().to_owned();
        ctx.publish(&ResetRequested {
            account_id,
            email: email.clone(),
            locale,
        })
        .await?;
    }
    Ok(())
}
