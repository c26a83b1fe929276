//! From an API key's secret to what it may do, in one statement.

use chrono::TimeDelta;
use database::{Ctx, Error};
use kernel::{ApiKeyId, Permission, Time};

use crate::{secret, store};

/// A key's use is written at most this often.
const WRITE_EVERY: TimeDelta = TimeDelta::minutes(1);

/// A key that works.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuthenticatedKey {
    /// The key.
    pub id: ApiKeyId,
    /// What the merchant calls it.
    pub name: String,
    /// What it may do.
    pub permissions: Vec<Permission>,
    /// Whether [`record_api_key_use`] should be called in a transaction that may write: at most once a minute.
    pub use_due: bool,
}

/// The key of that secret, unless it was revoked. Works in a read-only transaction.
pub async fn authenticate_api_key(ctx: &mut Ctx, secret: &str) -> Result<Option<AuthenticatedKey>, Error> {
    let Some(key) = store::find_api_key(ctx, secret::hash(secret)).await? else {
        return Ok(None);
    };
    let use_due = use_due(key.last_used_at, ctx.now());
    Ok(Some(AuthenticatedKey {
        id: key.id,
        name: key.name,
        permissions: key.permissions,
        use_due,
    }))
}

/// Writes that the key was used.
pub async fn record_api_key_use(ctx: &mut Ctx, id: ApiKeyId) -> Result<(), Error> {
    store::update_api_key_used(ctx, id).await
}

fn use_due(last_used_at: Option<Time>, now: Time) -> bool {
    last_used_at.is_none_or(|last| now - last >= WRITE_EVERY)
}
