//! What was answered to a request with an Idempotency-Key: the same key with the same request gets the same answer.
//!
//! `begin` runs in the first transaction of the request, `finish` in its last; for a plain mutation both are the same
//! transaction. A key whose request crashed becomes free when its lease ends.

use chrono::TimeDelta;

use crate::{Ctx, Error};

/// A request that must not take effect twice.
#[derive(Debug, Clone)]
pub struct Request {
    /// What the key is for, such as the route and, where there is one, the cart; keys of different scopes do not meet.
    pub scope: String,
    /// The caller's key.
    pub key: String,
    /// SHA-256 of the request.
    pub fingerprint: [u8; 32],
}

/// An answer worth repeating.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    /// HTTP status.
    pub status: u16,
    /// Content-Type of the body.
    pub content_type: String,
    /// Location header, empty for none.
    pub location: String,
    /// The body.
    pub body: Vec<u8>,
}

/// What is known of a key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Begin {
    /// The request is new and now runs.
    Fresh,
    /// It was answered before.
    Replay(Answer),
    /// It runs at this moment.
    InFlight,
    /// The key was used for another request.
    Mismatch,
}

/// How long a request may run before its key is free again.
const LEASE: TimeDelta = TimeDelta::seconds(60);

const CLAIM: &str = "INSERT INTO platform.idempotency_records AS record (store_id, scope, key, fingerprint, leased_until, created_at) \
     VALUES ($1, $2, $3, $4, $5, $6) \
     ON CONFLICT ON CONSTRAINT idempotency_records_pk DO UPDATE SET leased_until = EXCLUDED.leased_until \
     WHERE record.status IS NULL AND record.leased_until < $6 AND record.fingerprint = EXCLUDED.fingerprint";
const GET: &str = "SELECT fingerprint, status, content_type, location, body FROM platform.idempotency_records \
     WHERE store_id = $1 AND scope = $2 AND key = $3";
const FINISH: &str = "UPDATE platform.idempotency_records SET status = $4, content_type = $5, location = $6, body = $7 \
     WHERE store_id = $1 AND scope = $2 AND key = $3";
const FORGET: &str =
    "DELETE FROM platform.idempotency_records WHERE store_id = $1 AND scope = $2 AND key = $3 AND status IS NULL";
const DELETE_OLD: &str = "DELETE FROM platform.idempotency_records WHERE store_id = $1 AND created_at < $2";

#[derive(sqlx::FromRow)]
struct RecordRow {
    fingerprint: Vec<u8>,
    status: Option<i32>,
    content_type: Option<String>,
    location: Option<String>,
    body: Option<Vec<u8>>,
}

/// Claims the key, or tells what came of it before. Two requests with one key: the second waits for the first
/// transaction and then sees what it left.
pub async fn begin(ctx: &mut Ctx, request: &Request) -> Result<Begin, Error> {
    let (store_id, now) = (ctx.store_id(), ctx.now());
    let claimed = sqlx::query(CLAIM)
        .bind(store_id)
        .bind(&request.scope)
        .bind(&request.key)
        .bind(request.fingerprint.as_slice())
        .bind(now + LEASE)
        .bind(now)
        .execute(ctx.sql().await?)
        .await?
        .rows_affected();
    if claimed == 1 {
        return Ok(Begin::Fresh);
    }
    let row: RecordRow = sqlx::query_as(GET)
        .bind(store_id)
        .bind(&request.scope)
        .bind(&request.key)
        .fetch_one(ctx.sql().await?)
        .await?;
    if row.fingerprint != request.fingerprint {
        return Ok(Begin::Mismatch);
    }
    Ok(match row.status {
        None => Begin::InFlight,
        Some(status) => Begin::Replay(Answer {
            status: u16::try_from(status)
                .map_err(|_e| Error::corrupt("idempotency_records.status", status.to_string()))?,
            content_type: row.content_type.unwrap_or_default(),
            location: row.location.unwrap_or_default(),
            body: row.body.unwrap_or_default(),
        }),
    })
}

/// Keeps the answer for the next request with the same key.
pub async fn finish(ctx: &mut Ctx, request: &Request, answer: &Answer) -> Result<(), Error> {
    let store_id = ctx.store_id();
    sqlx::query(FINISH)
        .bind(store_id)
        .bind(&request.scope)
        .bind(&request.key)
        .bind(i32::from(answer.status))
        .bind(&answer.content_type)
        .bind(&answer.location)
        .bind(&answer.body)
        .execute(ctx.sql().await?)
        .await?;
    Ok(())
}

/// Frees the key of a request that had no effect, so that the caller may try again.
pub async fn forget(ctx: &mut Ctx, request: &Request) -> Result<(), Error> {
    let store_id = ctx.store_id();
    sqlx::query(FORGET)
        .bind(store_id)
        .bind(&request.scope)
        .bind(&request.key)
        .execute(ctx.sql().await?)
        .await?;
    Ok(())
}

/// Deletes answers older than two days.
pub async fn delete_old(ctx: &mut Ctx) -> Result<u64, Error> {
    let (store_id, now) = (ctx.store_id(), ctx.now());
    let deleted = sqlx::query(DELETE_OLD)
        .bind(store_id)
        .bind(now - TimeDelta::days(2))
        .execute(ctx.sql().await?)
        .await?;
    Ok(deleted.rows_affected())
}
