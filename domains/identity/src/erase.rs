//! A person is forgotten: nobody enters the account from here on, and at last it goes.

use database::{Ctx, Error, erase};
use kernel::AccountId;
use uuid::Uuid;

use crate::store::{self, erase as rows};

/// Whether somebody works here, or did.
pub async fn is_of_staff(ctx: &mut Ctx, id: AccountId) -> Result<bool, Error> {
    rows::is_of_staff(ctx, id).await
}

/// Ends every session of an account and takes every way in away. Its address is free for whoever registers with it, who is
/// somebody new.
pub async fn close_account(ctx: &mut Ctx, id: AccountId) -> Result<(), Error> {
    store::lock_account(ctx, id).await?;
    store::delete_sessions_but(ctx, id, None).await?;
    store::delete_second_factor(ctx, id).await?;
    let passkeys = rows::delete_passkeys(ctx, id).await?;
    let (links, nameless): (Vec<String>, Vec<String>) = rows::delete_links(ctx, id).await?.into_iter().unzip();
    let key = Uuid::from(id).to_string();
    rows::blank(ctx, id, &format!("{key}@example.invalid")).await?;
    erase::erase_audit(ctx, "identity.passkeys", &passkeys).await?;
    erase::erase_audit_keys(ctx, "identity.linked_accounts", &links, &nameless).await?;
    erase::erase_audit(ctx, "identity.accounts", &[key]).await
}

/// Deletes an account that was closed, and to which nothing points.
pub async fn delete_closed(ctx: &mut Ctx, id: AccountId) -> Result<(), Error> {
    rows::delete_account(ctx, id).await
}
