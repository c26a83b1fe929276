//! SQL of API keys.

use database::{Ctx, Error};
use kernel::{ApiKeyId, Permission, Time};

use crate::ApiKey;

/// The keys of a store.
macro_rules! keys {
    ($rest:literal) => {
        concat!(
            "SELECT id, name, permissions, created_at, last_used_at, revoked_at FROM identity.api_keys WHERE store_id = $1 ",
            $rest
        )
    };
}

database::statements! {
    INSERT_API_KEY = "INSERT INTO identity.api_keys (store_id, id, name, secret_hash, permissions, created_at) \
        VALUES ($1, $2, $3, $4, $5, $6)";
    FIND_API_KEY = keys!("AND secret_hash = $2 AND revoked_at IS NULL");
    FIND_API_KEY_BY_ID = keys!("AND id = $2 AND revoked_at IS NULL");
    LIST_API_KEYS = keys!("ORDER BY created_at DESC, id DESC");
    /// So many of them, behind one.
    LIST_API_KEYS_AFTER = keys!("AND ($2::timestamptz IS NULL OR (created_at, id) < ($2, $3::uuid)) \
        ORDER BY created_at DESC, id DESC LIMIT $4");
    COUNT_API_KEYS = "SELECT count(*) FROM identity.api_keys WHERE store_id = $1";
    LIST_API_KEY_NAMES = "SELECT id, name FROM identity.api_keys WHERE store_id = $1";
    UPDATE_API_KEY_USED = "UPDATE identity.api_keys SET last_used_at = $3 WHERE store_id = $1 AND id = $2";
    UPDATE_API_KEY_REVOKED =
        "UPDATE identity.api_keys SET revoked_at = $3 WHERE store_id = $1 AND id = $2 AND revoked_at IS NULL";
}

#[derive(sqlx::FromRow)]
struct ApiKeyRow {
    id: ApiKeyId,
    name: String,
    permissions: Vec<String>,
    created_at: Time,
    last_used_at: Option<Time>,
    revoked_at: Option<Time>,
}

impl From<ApiKeyRow> for ApiKey {
    /// A permission that this version does not know allows nothing.
    fn from(row: ApiKeyRow) -> Self {
        let permissions = row
            .permissions
            .iter()
            .filter_map(|name| Permission::parse(name))
            .collect();
        let ApiKeyRow {
            id,
            name,
            created_at,
            last_used_at,
            revoked_at,
            ..
        } = row;
        Self {
            id,
            name,
            permissions,
            created_at,
            last_used_at,
            revoked_at,
        }
    }
}

pub(crate) async fn insert_api_key(ctx: &mut Ctx, key: &ApiKey, secret_hash: [u8; 32]) -> Result<(), Error> {
    let store_id = ctx.store_id();
    let permissions: Vec<&str> = key.permissions.iter().map(|permission| permission.as_str()).collect();
    let query = sqlx::query(INSERT_API_KEY)
        .bind(store_id)
        .bind(key.id)
        .bind(&key.name)
        .bind(secret_hash.as_slice());
    query
        .bind(permissions)
        .bind(key.created_at)
        .execute(ctx.sql().await?)
        .await?;
    Ok(())
}

pub(crate) async fn find_api_key(ctx: &mut Ctx, secret_hash: [u8; 32]) -> Result<Option<ApiKey>, Error> {
    let store_id = ctx.store_id();
    let query = sqlx::query_as(FIND_API_KEY).bind(store_id).bind(secret_hash.as_slice());
    let row: Option<ApiKeyRow> = query.fetch_optional(ctx.sql().await?).await?;
    Ok(row.map(ApiKey::from))
}

pub(crate) async fn list_api_keys(ctx: &mut Ctx) -> Result<Vec<ApiKey>, Error> {
    let store_id = ctx.store_id();
    let rows: Vec<ApiKeyRow> = sqlx::query_as(LIST_API_KEYS)
        .bind(store_id)
        .fetch_all(ctx.sql().await?)
        .await?;
    Ok(rows.into_iter().map(ApiKey::from).collect())
}

/// So many of them, the newest first, behind one.
pub(crate) async fn list_api_keys_after(
    ctx: &mut Ctx,
    after: Option<(Time, ApiKeyId)>,
    limit: i64,
) -> Result<Vec<ApiKey>, Error> {
    let (created_at, id) = after.unzip();
    let query = sqlx::query_as(LIST_API_KEYS_AFTER).bind(ctx.store_id());
    let query = query.bind(created_at).bind(id).bind(limit);
    let rows: Vec<ApiKeyRow> = query.fetch_all(ctx.sql().await?).await?;
    Ok(rows.into_iter().map(ApiKey::from).collect())
}

pub(crate) async fn count_api_keys(ctx: &mut Ctx) -> Result<i64, Error> {
    let query = sqlx::query_scalar(COUNT_API_KEYS).bind(ctx.store_id());
    Ok(query.fetch_one(ctx.sql().await?).await?)
}

pub(crate) async fn update_api_key_used(ctx: &mut Ctx, id: ApiKeyId) -> Result<(), Error> {
    let (store_id, now) = (ctx.store_id(), ctx.now());
    sqlx::query(UPDATE_API_KEY_USED)
        .bind(store_id)
        .bind(id)
        .bind(now)
        .execute(ctx.sql().await?)
        .await?;
    Ok(())
}

/// False: there is no such key, or it was revoked before.
pub(crate) async fn update_api_key_revoked(ctx: &mut Ctx, id: ApiKeyId) -> Result<bool, Error> {
    let (store_id, now) = (ctx.store_id(), ctx.now());
    let query = sqlx::query(UPDATE_API_KEY_REVOKED).bind(store_id).bind(id).bind(now);
    Ok(query.execute(ctx.sql().await?).await?.rows_affected() == 1)
}

pub(crate) async fn list_api_key_names(ctx: &mut Ctx) -> Result<Vec<(ApiKeyId, String)>, Error> {
    let store_id = ctx.store_id();
    let query = sqlx::query_as(LIST_API_KEY_NAMES).bind(store_id);
    Ok(query.fetch_all(ctx.sql().await?).await?)
}

pub(crate) async fn find_api_key_by_id(ctx: &mut Ctx, id: ApiKeyId) -> Result<Option<ApiKey>, Error> {
    let store_id = ctx.store_id();
    let query = sqlx::query_as(FIND_API_KEY_BY_ID).bind(store_id).bind(id);
    let row: Option<ApiKeyRow> = query.fetch_optional(ctx.sql().await?).await?;
    Ok(row.map(ApiKey::from))
}
