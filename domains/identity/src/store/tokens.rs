//! SQL of signing keys and refresh tokens, and of the sessions they belong to.

use database::{Ctx, Error};
use kernel::{AccountId, SessionId, SigningKeyId, Time};

use crate::PublicSigningKey;

database::statements! {
    FIND_SIGNING_KEY = "SELECT id, sealed_seed FROM identity.signing_keys WHERE store_id = $1 AND created_at > $2 \
        ORDER BY created_at DESC, id DESC LIMIT 1";
    INSERT_SIGNING_KEY = "INSERT INTO identity.signing_keys (store_id, id, sealed_seed, public_key, created_at) \
        VALUES ($1, $2, $3, $4, $5)";
    FIND_PUBLIC_KEY = "SELECT public_key FROM identity.signing_keys WHERE store_id = $1 AND id = $2";
    LIST_SIGNING_KEYS =
        "SELECT id, public_key FROM identity.signing_keys WHERE store_id = $1 ORDER BY created_at DESC, id DESC";
    /// Keys that a newer one has replaced for long enough.
    DELETE_OLD_KEYS = "DELETE FROM identity.signing_keys k WHERE k.store_id = $1 AND EXISTS ( \
        SELECT FROM identity.signing_keys n WHERE n.store_id = $1 AND n.created_at > k.created_at AND n.created_at < $2)";
    UPDATE_SESSION_PROGRAM = "UPDATE identity.sessions SET kind = 'program', secret_hash = $3 \
        WHERE store_id = $1 AND secret_hash = $2 RETURNING id";
    INSERT_REFRESH_TOKEN = "INSERT INTO identity.refresh_tokens (store_id, secret_hash, session_id, created_at) \
        VALUES ($1, $2, $3, $4)";
    UPDATE_REFRESH_TOKEN_USED = "UPDATE identity.refresh_tokens t SET used_at = $3 FROM identity.sessions s \
        WHERE t.store_id = $1 AND t.secret_hash = $2 AND t.used_at IS NULL \
          AND s.store_id = t.store_id AND s.id = t.session_id AND s.expires_at > $3 \
        RETURNING s.id, s.account_id";
    DELETE_SESSION_OF_REFRESH_TOKEN = "DELETE FROM identity.sessions s USING identity.refresh_tokens t \
        WHERE t.store_id = $1 AND t.secret_hash = $2 AND s.store_id = t.store_id AND s.id = t.session_id";
}

pub(crate) async fn find_signing_key(ctx: &mut Ctx, since: Time) -> Result<Option<(SigningKeyId, Vec<u8>)>, Error> {
    let store_id = ctx.store_id();
    let query = sqlx::query_as(FIND_SIGNING_KEY).bind(store_id).bind(since);
    Ok(query.fetch_optional(ctx.sql().await?).await?)
}

pub(crate) async fn insert_signing_key(
    ctx: &mut Ctx,
    id: SigningKeyId,
    sealed_seed: &[u8],
    public_key: &[u8],
) -> Result<(), Error> {
    let (store_id, now) = (ctx.store_id(), ctx.now());
    let query = sqlx::query(INSERT_SIGNING_KEY).bind(store_id).bind(id);
    let query = query.bind(sealed_seed).bind(public_key).bind(now);
    query.execute(ctx.sql().await?).await?;
    Ok(())
}

pub(crate) async fn find_public_key(ctx: &mut Ctx, id: SigningKeyId) -> Result<Option<Vec<u8>>, Error> {
    let store_id = ctx.store_id();
    let query = sqlx::query_scalar(FIND_PUBLIC_KEY).bind(store_id).bind(id);
    Ok(query.fetch_optional(ctx.sql().await?).await?)
}

pub(crate) async fn list_signing_keys(ctx: &mut Ctx) -> Result<Vec<PublicSigningKey>, Error> {
    let store_id = ctx.store_id();
    let query = sqlx::query_as(LIST_SIGNING_KEYS).bind(store_id);
    let rows: Vec<(SigningKeyId, Vec<u8>)> = query.fetch_all(ctx.sql().await?).await?;
    let key = |(id, public_key)| PublicSigningKey { id, public_key };
    Ok(rows.into_iter().map(key).collect())
}

pub(crate) async fn delete_old_keys(ctx: &mut Ctx, replaced_before: Time) -> Result<u64, Error> {
    let store_id = ctx.store_id();
    let query = sqlx::query(DELETE_OLD_KEYS).bind(store_id).bind(replaced_before);
    Ok(query.execute(ctx.sql().await?).await?.rows_affected())
}

/// The session of that secret, which is a program's from now on, under another secret.
pub(crate) async fn update_session_program(
    ctx: &mut Ctx,
    secret_hash: [u8; 32],
    other_hash: [u8; 32],
) -> Result<Option<SessionId>, Error> {
    let store_id = ctx.store_id();
    let query = sqlx::query_scalar(UPDATE_SESSION_PROGRAM)
        .bind(store_id)
        .bind(secret_hash.as_slice())
        .bind(other_hash.as_slice());
    Ok(query.fetch_optional(ctx.sql().await?).await?)
}

pub(crate) async fn insert_refresh_token(
    ctx: &mut Ctx,
    secret_hash: [u8; 32],
    session_id: SessionId,
) -> Result<(), Error> {
    let (store_id, now) = (ctx.store_id(), ctx.now());
    let query = sqlx::query(INSERT_REFRESH_TOKEN)
        .bind(store_id)
        .bind(secret_hash.as_slice());
    query.bind(session_id).bind(now).execute(ctx.sql().await?).await?;
    Ok(())
}

/// The session and account of a refresh token that nobody used yet. A second call finds nothing.
pub(crate) async fn update_refresh_token_used(
    ctx: &mut Ctx,
    secret_hash: [u8; 32],
) -> Result<Option<(SessionId, AccountId)>, Error> {
    let (store_id, now) = (ctx.store_id(), ctx.now());
    let query = sqlx::query_as(UPDATE_REFRESH_TOKEN_USED)
        .bind(store_id)
        .bind(secret_hash.as_slice())
        .bind(now);
    Ok(query.fetch_optional(ctx.sql().await?).await?)
}

/// False: there is no such token.
pub(crate) async fn delete_session_of_refresh_token(ctx: &mut Ctx, secret_hash: [u8; 32]) -> Result<bool, Error> {
    let store_id = ctx.store_id();
    let query = sqlx::query(DELETE_SESSION_OF_REFRESH_TOKEN)
        .bind(store_id)
        .bind(secret_hash.as_slice());
    Ok(query.execute(ctx.sql().await?).await?.rows_affected() == 1)
}
