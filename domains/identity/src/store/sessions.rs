//! SQL of sessions and mailed tokens.

use std::collections::HashSet;

use database::{Ctx, Error};
use kernel::{AccountId, EmailAddress, MailTokenId, SessionId, Time};

use super::{staff::RoleColumns, stored_email};
use crate::{Authenticated, MailPurpose, SessionEntry, Staff, session};

database::statements! {
    INSERT_SESSION = "INSERT INTO identity.sessions \
        (store_id, id, account_id, secret_hash, user_agent, created_at, last_seen_at, expires_at) \
        VALUES ($1, $2, $3, $4, $5, $6, $6, $7)";
    FIND_SESSION = "SELECT se.id AS session_id, se.last_seen_at, a.id AS account_id, a.email, \
          a.verified_at IS NOT NULL AS verified, st.name AS staff_name, coalesce(st.role, '') AS role, st.role_id, \
          r.name AS role_name, r.permissions AS role_permissions, \
          EXISTS (SELECT FROM identity.policies p WHERE p.store_id = se.store_id AND p.staff_second_factor) \
            AND NOT EXISTS (SELECT FROM identity.second_factors f WHERE f.store_id = se.store_id \
              AND f.account_id = se.account_id AND f.confirmed_at IS NOT NULL) \
            AND NOT EXISTS (SELECT FROM identity.passkeys k WHERE k.store_id = se.store_id \
              AND k.account_id = se.account_id) AS lacks_second_factor \
        FROM identity.sessions se \
        JOIN identity.accounts a ON a.store_id = se.store_id AND a.id = se.account_id \
        LEFT JOIN identity.staff st ON st.store_id = se.store_id AND st.account_id = se.account_id \
          AND st.deactivated_at IS NULL \
        LEFT JOIN identity.roles r ON r.store_id = st.store_id AND r.id = st.role_id \
        WHERE se.store_id = $1 AND se.secret_hash = $2 AND se.kind = 'browser' AND se.expires_at > $3";
    FIND_PROGRAM_SESSION = "SELECT se.id AS session_id, se.last_seen_at, a.id AS account_id, a.email, \
          a.verified_at IS NOT NULL AS verified, st.name AS staff_name, coalesce(st.role, '') AS role, st.role_id, \
          r.name AS role_name, r.permissions AS role_permissions, \
          EXISTS (SELECT FROM identity.policies p WHERE p.store_id = se.store_id AND p.staff_second_factor) \
            AND NOT EXISTS (SELECT FROM identity.second_factors f WHERE f.store_id = se.store_id \
              AND f.account_id = se.account_id AND f.confirmed_at IS NOT NULL) \
            AND NOT EXISTS (SELECT FROM identity.passkeys k WHERE k.store_id = se.store_id \
              AND k.account_id = se.account_id) AS lacks_second_factor \
        FROM identity.sessions se \
        JOIN identity.accounts a ON a.store_id = se.store_id AND a.id = se.account_id \
        LEFT JOIN identity.staff st ON st.store_id = se.store_id AND st.account_id = se.account_id \
          AND st.deactivated_at IS NULL \
        LEFT JOIN identity.roles r ON r.store_id = st.store_id AND r.id = st.role_id \
        WHERE se.store_id = $1 AND se.id = $2 AND se.kind = 'program' AND se.expires_at > $3";
    LIST_SESSIONS = "SELECT id, kind, user_agent, created_at, last_seen_at FROM identity.sessions \
        WHERE store_id = $1 AND account_id = $2 AND expires_at > $3 ORDER BY last_seen_at DESC, id";
    LIST_OPEN_SESSIONS = "SELECT id FROM identity.sessions WHERE store_id = $1 AND id = ANY($2) AND expires_at > $3";
    DELETE_OWN_SESSION = "DELETE FROM identity.sessions WHERE store_id = $1 AND account_id = $2 AND id = $3";
    UPDATE_SESSION =
        "UPDATE identity.sessions SET last_seen_at = $3, expires_at = $4 WHERE store_id = $1 AND id = $2";
    DELETE_SESSION = "DELETE FROM identity.sessions WHERE store_id = $1 AND secret_hash = $2";
    FIND_SESSION_CREATED = "SELECT created_at FROM identity.sessions WHERE store_id = $1 AND id = $2";
    /// What is on the way to a session ends as well.
    DELETE_SESSIONS_BUT = "WITH pending AS ( \
          DELETE FROM identity.pending_sign_ins WHERE store_id = $1 AND account_id = $2 \
        ), visits AS ( \
          DELETE FROM identity.provider_visits WHERE store_id = $1 AND account_id = $2 \
        ), challenges AS ( \
          DELETE FROM identity.passkey_challenges WHERE store_id = $1 AND account_id = $2 \
        ) DELETE FROM identity.sessions WHERE store_id = $1 AND account_id = $2 AND ($3::uuid IS NULL OR id <> $3)";
    REPLACE_MAIL_TOKEN = "WITH replaced AS ( \
          DELETE FROM identity.mail_tokens WHERE store_id = $1 AND account_id = $3 AND purpose = $4 \
        ) INSERT INTO identity.mail_tokens (store_id, id, account_id, purpose, secret_hash, created_at, expires_at) \
        VALUES ($1, $2, $3, $4, $5, $6, $7)";
    FIND_MAIL_TOKEN_OWNER = "SELECT a.email FROM identity.mail_tokens t \
        JOIN identity.accounts a ON a.store_id = t.store_id AND a.id = t.account_id \
        WHERE t.store_id = $1 AND t.secret_hash = $2 AND t.purpose = $3 AND t.expires_at > $4";
    DELETE_MAIL_TOKEN = "DELETE FROM identity.mail_tokens \
        WHERE store_id = $1 AND secret_hash = $2 AND purpose = $3 AND expires_at > $4 RETURNING account_id";
}

#[derive(sqlx::FromRow)]
struct SessionRow {
    session_id: SessionId,
    last_seen_at: Time,
    account_id: AccountId,
    email: String,
    verified: bool,
    staff_name: Option<String>,
    #[sqlx(flatten)]
    role: RoleColumns,
    lacks_second_factor: bool,
}

/// A session to be stored.
pub(crate) struct NewSession {
    pub(crate) id: SessionId,
    pub(crate) account_id: AccountId,
    pub(crate) secret_hash: [u8; 32],
    pub(crate) user_agent: String,
    pub(crate) expires_at: Time,
}

pub(crate) async fn insert_session(ctx: &mut Ctx, new: &NewSession) -> Result<(), Error> {
    let (store_id, now) = (ctx.store_id(), ctx.now());
    let query = sqlx::query(INSERT_SESSION)
        .bind(store_id)
        .bind(new.id)
        .bind(new.account_id);
    let query = query
        .bind(new.secret_hash.as_slice())
        .bind(&new.user_agent)
        .bind(now)
        .bind(new.expires_at);
    query.execute(ctx.sql().await?).await?;
    Ok(())
}

pub(crate) async fn find_session(ctx: &mut Ctx, secret_hash: [u8; 32]) -> Result<Option<Authenticated>, Error> {
    let (store_id, now) = (ctx.store_id(), ctx.now());
    let query = sqlx::query_as(FIND_SESSION)
        .bind(store_id)
        .bind(secret_hash.as_slice())
        .bind(now);
    let row: Option<SessionRow> = query.fetch_optional(ctx.sql().await?).await?;
    row.map(|row| authenticated(row, now)).transpose()
}

/// The session of a program.
pub(crate) async fn find_program_session(ctx: &mut Ctx, id: SessionId) -> Result<Option<Authenticated>, Error> {
    let (store_id, now) = (ctx.store_id(), ctx.now());
    let query = sqlx::query_as(FIND_PROGRAM_SESSION).bind(store_id).bind(id).bind(now);
    let row: Option<SessionRow> = query.fetch_optional(ctx.sql().await?).await?;
    row.map(|row| authenticated(row, now)).transpose()
}

fn authenticated(row: SessionRow, now: Time) -> Result<Authenticated, Error> {
    let SessionRow {
        session_id,
        last_seen_at,
        account_id,
        email,
        verified,
        staff_name,
        role,
        lacks_second_factor,
    } = row;
    let staff = match staff_name {
        Some(name) => Some(Staff {
            name,
            role: role.into_role()?,
            lacks_second_factor,
        }),
        None => None,
    };
    let (email, refresh_due) = (stored_email(&email)?, session::refresh_due(last_seen_at, now));
    Ok(Authenticated {
        account_id,
        session_id,
        email,
        verified,
        staff,
        refresh_due,
    })
}

pub(crate) async fn find_session_created(ctx: &mut Ctx, id: SessionId) -> Result<Option<Time>, Error> {
    let store_id = ctx.store_id();
    let query = sqlx::query_scalar(FIND_SESSION_CREATED).bind(store_id).bind(id);
    Ok(query.fetch_optional(ctx.sql().await?).await?)
}

pub(crate) async fn update_session(ctx: &mut Ctx, id: SessionId, expires_at: Time) -> Result<(), Error> {
    let (store_id, now) = (ctx.store_id(), ctx.now());
    let query = sqlx::query(UPDATE_SESSION)
        .bind(store_id)
        .bind(id)
        .bind(now)
        .bind(expires_at);
    query.execute(ctx.sql().await?).await?;
    Ok(())
}

pub(crate) async fn delete_session(ctx: &mut Ctx, secret_hash: [u8; 32]) -> Result<(), Error> {
    let store_id = ctx.store_id();
    sqlx::query(DELETE_SESSION)
        .bind(store_id)
        .bind(secret_hash.as_slice())
        .execute(ctx.sql().await?)
        .await?;
    Ok(())
}

/// Deletes the account's sessions, except the one to be kept.
pub(crate) async fn delete_sessions_but(
    ctx: &mut Ctx,
    account_id: AccountId,
    kept: Option<SessionId>,
) -> Result<(), Error> {
    let store_id = ctx.store_id();
    sqlx::query(DELETE_SESSIONS_BUT)
        .bind(store_id)
        .bind(account_id)
        .bind(kept)
        .execute(ctx.sql().await?)
        .await?;
    Ok(())
}

pub(crate) async fn replace_mail_token(
    ctx: &mut Ctx,
    account_id: AccountId,
    purpose: MailPurpose,
    secret_hash: [u8; 32],
    expires_at: Time,
) -> Result<(), Error> {
    let (store_id, now, id) = (ctx.store_id(), ctx.now(), ctx.new_id::<MailTokenId>());
    let query = sqlx::query(REPLACE_MAIL_TOKEN)
        .bind(store_id)
        .bind(id)
        .bind(account_id)
        .bind(purpose.as_str());
    let query = query.bind(secret_hash.as_slice()).bind(now).bind(expires_at);
    query.execute(ctx.sql().await?).await?;
    Ok(())
}

pub(crate) async fn find_mail_token_owner(
    ctx: &mut Ctx,
    secret_hash: [u8; 32],
    purpose: MailPurpose,
) -> Result<Option<EmailAddress>, Error> {
    let (store_id, now) = (ctx.store_id(), ctx.now());
    let query = sqlx::query_scalar(FIND_MAIL_TOKEN_OWNER)
        .bind(store_id)
        .bind(secret_hash.as_slice());
    let email: Option<String> = query
        .bind(purpose.as_str())
        .bind(now)
        .fetch_optional(ctx.sql().await?)
        .await?;
    email.map(|email| stored_email(&email)).transpose()
}

/// The account whose token it was. A second call finds nothing.
pub(crate) async fn delete_mail_token(
    ctx: &mut Ctx,
    secret_hash: [u8; 32],
    purpose: MailPurpose,
) -> Result<Option<AccountId>, Error> {
    let (store_id, now) = (ctx.store_id(), ctx.now());
    let query = sqlx::query_scalar(DELETE_MAIL_TOKEN)
        .bind(store_id)
        .bind(secret_hash.as_slice());
    Ok(query
        .bind(purpose.as_str())
        .bind(now)
        .fetch_optional(ctx.sql().await?)
        .await?)
}

pub(crate) async fn list_sessions(ctx: &mut Ctx, account_id: AccountId) -> Result<Vec<SessionEntry>, Error> {
    let (store_id, now) = (ctx.store_id(), ctx.now());
    let query = sqlx::query_as(LIST_SESSIONS).bind(store_id).bind(account_id).bind(now);
    Ok(query.fetch_all(ctx.sql().await?).await?)
}

/// False: the account has no such session.
/// Those of these that have not ended.
pub(crate) async fn list_open_sessions(ctx: &mut Ctx, ids: &[SessionId]) -> Result<HashSet<SessionId>, Error> {
    let (store_id, now) = (ctx.store_id(), ctx.now());
    let query = sqlx::query_scalar(LIST_OPEN_SESSIONS)
        .bind(store_id)
        .bind(ids)
        .bind(now);
    let open: Vec<SessionId> = query.fetch_all(ctx.sql().await?).await?;
    Ok(open.into_iter().collect())
}

pub(crate) async fn delete_own_session(ctx: &mut Ctx, account_id: AccountId, id: SessionId) -> Result<bool, Error> {
    let store_id = ctx.store_id();
    let query = sqlx::query(DELETE_OWN_SESSION).bind(store_id).bind(account_id).bind(id);
    Ok(query.execute(ctx.sql().await?).await?.rows_affected() == 1)
}
