//! An account: an e-mail address that can sign in.

use database::{Ctx, Error};
use kernel::{AccountId, EmailAddress, Time};

use crate::store;

/// Somebody who can sign in, as far as other domains may see it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Account {
    /// The account's id.
    pub id: AccountId,
    /// The address it signs in with.
    pub email: EmailAddress,
    /// When its owner proved to read that address.
    pub verified_at: Option<Time>,
    /// When it registered.
    pub created_at: Time,
}

/// The account of an e-mail address. Never let a visitor learn whether there is one.
pub async fn find_account(ctx: &mut Ctx, email: &EmailAddress) -> Result<Option<Account>, Error> {
    store::find_account_by_email(ctx, email).await
}

/// Those of the accounts whose owners have proved to read their address.
pub async fn verified_among(ctx: &mut Ctx, ids: &[AccountId]) -> Result<Vec<AccountId>, Error> {
    store::list_verified_accounts(ctx, ids).await
}

/// The account of an id.
pub async fn find_account_by_id(ctx: &mut Ctx, id: AccountId) -> Result<Option<Account>, Error> {
    store::find_account(ctx, id).await
}
