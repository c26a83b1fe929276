//! The ways into an account: what there is, and taking one away.

use database::{Ctx, Error};
use kernel::{AccountId, ProviderId, Time};

use crate::{Passkey, store};

/// A person at a provider who is this account.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct LinkedProvider {
    /// The provider.
    pub provider_id: ProviderId,
    /// Its name.
    pub name: String,
    /// What the provider called the person at the last sign-in; may be empty.
    pub email: String,
    /// Since when.
    pub created_at: Time,
    /// When it was used last.
    pub last_used_at: Time,
}

/// The ways into an account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignInMethods {
    /// Whether it has a password.
    pub password: bool,
    /// Its passkeys, the newest first.
    pub passkeys: Vec<Passkey>,
    /// The linked providers by name, switched off or not.
    pub linked: Vec<LinkedProvider>,
    /// The providers that could be linked, with their names.
    pub offered: Vec<(ProviderId, String)>,
}

/// Why a way in stays.
#[derive(Debug, thiserror::Error)]
pub enum RemoveMethodError {
    /// The account has no such way in.
    #[error("the account has no such way to sign in")]
    NotFound,
    /// There would be none left.
    #[error("this is the only way into the account")]
    LastWay,
    /// The database failed.
    #[error(transparent)]
    Internal(#[from] Error),
}

/// The ways into an account.
pub async fn list_sign_in_methods(ctx: &mut Ctx, account_id: AccountId, staff: bool) -> Result<SignInMethods, Error> {
    let linked = store::list_linked(ctx, account_id).await?;
    let open = crate::list_open_providers(ctx, staff).await?.into_iter();
    let offered = open.filter(|provider| linked.iter().all(|link| link.provider_id != provider.id));
    Ok(SignInMethods {
        password: store::has_password(ctx, account_id).await?,
        passkeys: store::list_passkeys(ctx, account_id).await?,
        offered: offered.map(|provider| (provider.id, provider.name)).collect(),
        linked,
    })
}

/// Ends the link with a provider, unless nothing else leads into the account. When it fails the caller rolls back.
pub async fn unlink_provider(
    ctx: &mut Ctx,
    account_id: AccountId,
    provider_id: ProviderId,
) -> Result<(), RemoveMethodError> {
    store::lock_account(ctx, account_id).await?;
    if !store::delete_link(ctx, provider_id, account_id).await? {
        return Err(RemoveMethodError::NotFound);
    }
    require_a_way(ctx, account_id).await
}

/// Whoever takes one away holds the account's lock, so that two do not each leave the other's.
pub(crate) async fn require_a_way(ctx: &mut Ctx, account_id: AccountId) -> Result<(), RemoveMethodError> {
    if store::count_ways_in(ctx, account_id).await? == 0 {
        return Err(RemoveMethodError::LastWay);
    }
    Ok(())
}
