//! Somebody forgot the password.

use chrono::TimeDelta;
use database::{Ctx, Error};
use kernel::EmailAddress;

use crate::{ResetRequested, store};

/// A second request within this time sends no second mail.
pub(crate) const ONE_MAIL_PER: TimeDelta = TimeDelta::minutes(1);

/// Asks for a mail with a reset link, if the address has an account. The answer to the visitor is the same either way, and takes
/// as long: two statements, and a commit that waits for the disk.
pub async fn request_password_reset(ctx: &mut Ctx, email: &EmailAddress) -> Result<(), Error> {
    let since = ctx.now() - ONE_MAIL_PER;
    let Some(account_id) = store::update_reset_asked(ctx, email, since).await? else {
        return store::write_nothing(ctx).await;
    };
    let locale = ctx.locale().code().to_owned();
    ctx.publish(&ResetRequested {
        account_id,
        email: email.clone(),
        locale,
    })
    .await?;
    Ok(())
}
