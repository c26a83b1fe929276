//! The owner of an account wants the verification mail once more.

use database::{Ctx, Error};
use kernel::AccountId;

use crate::{VerificationRequested, store};

/// Asks for another verification mail, unless the address is verified.
pub async fn request_verification(ctx: &mut Ctx, account_id: AccountId) -> Result<(), Error> {
    let account = store::find_account(ctx, account_id).await?;
    if let Some(account) = account.filter(|account| account.verified_at.is_none()) {
        let locale = ctx.locale().code().to_owned();
        ctx.publish(&VerificationRequested {
            account_id,
            email: account.email,
            locale,
        })
        .await?;
    }
    Ok(())
}
