//! SQL of passkeys and what devices are asked to sign.

use database::{Ctx, Error};
use kernel::{AccountId, PasskeyId, Time};

use crate::Passkey;

database::statements! {
    LIST_PASSKEYS = "SELECT id, name, created_at, last_used_at FROM identity.passkeys \
        WHERE store_id = $1 AND account_id = $2 ORDER BY created_at DESC, id DESC";
    LIST_CREDENTIAL_IDS = "SELECT credential_id FROM identity.passkeys WHERE store_id = $1 AND account_id = $2 ORDER BY id";
    INSERT_PASSKEY = "INSERT INTO identity.passkeys \
          (store_id, id, account_id, credential_id, public_key, sign_count, name, created_at) \
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8)";
    LOCK_PASSKEY = "SELECT id, account_id, public_key, sign_count FROM identity.passkeys \
        WHERE store_id = $1 AND credential_id = $2 FOR UPDATE";
    UPDATE_PASSKEY_USED =
        "UPDATE identity.passkeys SET sign_count = $3, last_used_at = $4 WHERE store_id = $1 AND id = $2";
    DELETE_PASSKEY = "DELETE FROM identity.passkeys WHERE store_id = $1 AND account_id = $2 AND id = $3";
    DELETE_PASSKEYS = "DELETE FROM identity.passkeys WHERE store_id = $1 AND account_id = $2";
    INSERT_CHALLENGE = "INSERT INTO identity.passkey_challenges (store_id, secret_hash, account_id, expires_at) \
        VALUES ($1, $2, $3, $4)";
    DELETE_CHALLENGE = "DELETE FROM identity.passkey_challenges \
        WHERE store_id = $1 AND secret_hash = $2 AND expires_at > $3 RETURNING account_id";
}

/// A passkey to be stored.
pub(crate) struct NewPasskeyRow<'p> {
    pub(crate) id: PasskeyId,
    pub(crate) account_id: AccountId,
    pub(crate) credential_id: &'p [u8],
    pub(crate) public_key: &'p [u8],
    pub(crate) sign_count: i64,
    pub(crate) name: &'p str,
}

/// A passkey that somebody shows.
#[derive(sqlx::FromRow)]
pub(crate) struct StoredPasskey {
    pub(crate) id: PasskeyId,
    pub(crate) account_id: AccountId,
    pub(crate) public_key: Vec<u8>,
    pub(crate) sign_count: i64,
}

pub(crate) async fn list_passkeys(ctx: &mut Ctx, account_id: AccountId) -> Result<Vec<Passkey>, Error> {
    let store_id = ctx.store_id();
    let query = sqlx::query_as(LIST_PASSKEYS).bind(store_id).bind(account_id);
    Ok(query.fetch_all(ctx.sql().await?).await?)
}

pub(crate) async fn list_credential_ids(ctx: &mut Ctx, account_id: AccountId) -> Result<Vec<Vec<u8>>, Error> {
    let store_id = ctx.store_id();
    let query = sqlx::query_scalar(LIST_CREDENTIAL_IDS).bind(store_id).bind(account_id);
    Ok(query.fetch_all(ctx.sql().await?).await?)
}

pub(crate) async fn insert_passkey(ctx: &mut Ctx, new: &NewPasskeyRow<'_>) -> Result<(), Error> {
    let (store_id, now) = (ctx.store_id(), ctx.now());
    let query = sqlx::query(INSERT_PASSKEY)
        .bind(store_id)
        .bind(new.id)
        .bind(new.account_id);
    let query = query.bind(new.credential_id).bind(new.public_key);
    let query = query.bind(new.sign_count).bind(new.name).bind(now);
    query.execute(ctx.sql().await?).await?;
    Ok(())
}

pub(crate) async fn lock_passkey(ctx: &mut Ctx, credential_id: &[u8]) -> Result<Option<StoredPasskey>, Error> {
    let store_id = ctx.store_id();
    let query = sqlx::query_as(LOCK_PASSKEY).bind(store_id).bind(credential_id);
    Ok(query.fetch_optional(ctx.sql().await?).await?)
}

pub(crate) async fn update_passkey_used(ctx: &mut Ctx, id: PasskeyId, sign_count: i64) -> Result<(), Error> {
    let (store_id, now) = (ctx.store_id(), ctx.now());
    let query = sqlx::query(UPDATE_PASSKEY_USED).bind(store_id).bind(id);
    query.bind(sign_count).bind(now).execute(ctx.sql().await?).await?;
    Ok(())
}

/// False: the account has no such passkey.
pub(crate) async fn delete_passkey(ctx: &mut Ctx, account_id: AccountId, id: PasskeyId) -> Result<bool, Error> {
    let store_id = ctx.store_id();
    let query = sqlx::query(DELETE_PASSKEY).bind(store_id).bind(account_id).bind(id);
    Ok(query.execute(ctx.sql().await?).await?.rows_affected() == 1)
}

/// False: there was none.
pub(crate) async fn delete_passkeys(ctx: &mut Ctx, account_id: AccountId) -> Result<bool, Error> {
    let store_id = ctx.store_id();
    let query = sqlx::query(DELETE_PASSKEYS).bind(store_id).bind(account_id);
    Ok(query.execute(ctx.sql().await?).await?.rows_affected() > 0)
}

pub(crate) async fn insert_passkey_challenge(
    ctx: &mut Ctx,
    secret_hash: [u8; 32],
    account_id: Option<AccountId>,
    expires_at: Time,
) -> Result<(), Error> {
    let store_id = ctx.store_id();
    let query = sqlx::query(INSERT_CHALLENGE)
        .bind(store_id)
        .bind(secret_hash.as_slice());
    let query = query.bind(account_id).bind(expires_at);
    query.execute(ctx.sql().await?).await?;
    Ok(())
}

/// The account that a passkey was to be added to, or `Some(None)` for signing in. A second call finds nothing.
pub(crate) async fn delete_passkey_challenge(
    ctx: &mut Ctx,
    secret_hash: [u8; 32],
) -> Result<Option<Option<AccountId>>, Error> {
    let (store_id, now) = (ctx.store_id(), ctx.now());
    let query = sqlx::query_scalar(DELETE_CHALLENGE)
        .bind(store_id)
        .bind(secret_hash.as_slice());
    Ok(query.bind(now).fetch_optional(ctx.sql().await?).await?)
}
