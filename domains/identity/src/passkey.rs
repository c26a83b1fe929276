//! Passkeys of an account: adding one, listing and removing them.

use chrono::TimeDelta;
use data_encoding::BASE64URL_NOPAD;
use database::{Ctx, Error, OnConstraint as _};
use kernel::{AccountId, FieldError, PasskeyId, SessionId, Time};
use uuid::Uuid;

use crate::{
    PasskeyFlaw, PasskeySite, RemoveMethodError, Secret, SignedData, cose, session, sign_in_methods, store,
    webauthn::{Ceremony, encoded},
};

/// How long a device may take to answer.
const PATIENCE: TimeDelta = TimeDelta::minutes(5);
/// How many passkeys an account may have.
const MOST: usize = 20;
/// How long a name may be.
const LONGEST_NAME: usize = 60;

/// A passkey, as its owner sees it.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct Passkey {
    /// Its id.
    pub id: PasskeyId,
    /// What its owner calls it.
    pub name: String,
    /// Since when.
    pub created_at: Time,
    /// When it was used last; `None` before the first time.
    pub last_used_at: Option<Time>,
}

/// What a browser needs to make a passkey. Bytes are in base 64 for addresses.
#[derive(Debug, Clone)]
pub struct PasskeyOffer {
    /// What the device signs.
    pub challenge: Secret,
    /// How the device names the account.
    pub user_handle: String,
    /// The passkeys there are, so that no device gets two.
    pub known: Vec<String>,
    /// The numbers of the algorithms that are taken, the best first.
    pub algorithms: [i64; 3],
}

/// A passkey that a device made.
#[derive(Debug, Clone)]
pub struct NewPasskey {
    /// What its owner calls it.
    pub name: String,
    /// What the device answered.
    pub data: SignedData,
}

/// Why there is no passkey.
#[derive(Debug, thiserror::Error)]
pub enum AddPasskeyError {
    /// The session is too old to change how the account signs in.
    #[error("sign in again first")]
    SignInAgain,
    /// The name is empty or too long.
    #[error(transparent)]
    Invalid(#[from] FieldError),
    /// The device took too long, or its answer was used before.
    #[error("the device took too long")]
    Expired,
    /// The device's answer does not hold.
    #[error(transparent)]
    Flaw(#[from] PasskeyFlaw),
    /// The passkey is known already.
    #[error("this passkey is known already")]
    Known,
    /// The account has as many as it may.
    #[error("an account has at most {MOST} passkeys")]
    TooMany,
    /// The database failed.
    #[error(transparent)]
    Internal(#[from] Error),
}

/// Every passkey of an account, the newest first.
pub async fn list_passkeys(ctx: &mut Ctx, account_id: AccountId) -> Result<Vec<Passkey>, Error> {
    store::list_passkeys(ctx, account_id).await
}

/// Begins to add a passkey.
pub async fn offer_passkey(
    ctx: &mut Ctx,
    account_id: AccountId,
    session_id: SessionId,
) -> Result<PasskeyOffer, AddPasskeyError> {
    if !session::opened_lately(ctx, session_id).await? {
        return Err(AddPasskeyError::SignInAgain);
    }
    let known = store::list_credential_ids(ctx, account_id).await?;
    if known.len() >= MOST {
        return Err(AddPasskeyError::TooMany);
    }
    Ok(PasskeyOffer {
        challenge: new_challenge(ctx, Some(account_id)).await?,
        user_handle: user_handle(account_id),
        known: known.iter().map(|id| encoded(id)).collect(),
        algorithms: cose::ALGORITHMS,
    })
}

/// Keeps the passkey that a device made. When it fails the caller rolls back.
pub async fn add_passkey(
    ctx: &mut Ctx,
    account_id: AccountId,
    site: &PasskeySite,
    new: NewPasskey,
) -> Result<PasskeyId, AddPasskeyError> {
    let name = name(&new.name)?;
    let asked = store::delete_passkey_challenge(ctx, new.data.challenge_hash()?).await?;
    if asked != Some(Some(account_id)) {
        return Err(AddPasskeyError::Expired);
    }
    let said = new.data.check(Ceremony::Create, site)?;
    let made = said.made.ok_or(PasskeyFlaw::Form)?;
    store::lock_account(ctx, account_id).await?;
    if store::list_credential_ids(ctx, account_id).await?.len() >= MOST {
        return Err(AddPasskeyError::TooMany);
    }
    let id = ctx.new_id();
    let passkey = store::NewPasskeyRow {
        id,
        account_id,
        credential_id: made.credential_id,
        public_key: made.public_key,
        sign_count: said.sign_count,
        name: &name,
    };
    store::insert_passkey(ctx, &passkey)
        .await
        .on_constraint("passkeys_credential_key", || AddPasskeyError::Known)?;
    Ok(id)
}

/// Takes a passkey away, unless nothing else leads into the account. When it fails the caller rolls back.
pub async fn remove_passkey(ctx: &mut Ctx, account_id: AccountId, id: PasskeyId) -> Result<(), RemoveMethodError> {
    store::lock_account(ctx, account_id).await?;
    if !store::delete_passkey(ctx, account_id, id).await? {
        return Err(RemoveMethodError::NotFound);
    }
    sign_in_methods::require_a_way(ctx, account_id).await
}

/// Something to sign, for an account that adds a passkey or for whoever signs in.
pub(crate) async fn new_challenge(ctx: &mut Ctx, account_id: Option<AccountId>) -> Result<Secret, Error> {
    let challenge = Secret::for_link(ctx);
    let expires_at = ctx.now() + PATIENCE;
    store::insert_passkey_challenge(ctx, challenge.hash(), account_id, expires_at).await?;
    Ok(challenge)
}

/// How devices name an account.
pub(crate) fn user_handle(account_id: AccountId) -> String {
    BASE64URL_NOPAD.encode(Uuid::from(account_id).as_bytes())
}

fn name(typed: &str) -> Result<String, FieldError> {
    let name = typed.trim();
    if name.is_empty() {
        return Err(FieldError::required("name"));
    }
    if name.chars().count() > LONGEST_NAME {
        return Err(FieldError::new("name", "too_long", "may have at most 60 characters"));
    }
    if name.chars().any(char::is_control) {
        return Err(FieldError::new(
            "name",
            "invalid_text",
            "may not hold control characters",
        ));
    }
    Ok(name.to_owned())
}
