//! Sessions: opened at sign-in, kept alive by use, ended by sign-out or time.

use std::collections::HashSet;

use chrono::TimeDelta;
use database::{Ctx, Error};
use kernel::{AccountId, SessionId, Time};

use crate::{Secret, secret, store};

/// A session is written as used at most this often.
const WRITE_EVERY: TimeDelta = TimeDelta::hours(1);

/// How long a session lives without being used.
pub(crate) fn idle_limit(is_staff: bool) -> TimeDelta {
    if is_staff {
        TimeDelta::hours(12)
    } else {
        TimeDelta::days(30)
    }
}

/// For how long after signing in an account's ways in may be added to: a browser that was left alone does not make a way in
/// that stays.
const ADDS_WAYS_FOR: TimeDelta = TimeDelta::hours(1);

/// Whether a session that was last written as used then should be written again.
pub(crate) fn refresh_due(last_seen_at: Time, now: Time) -> bool {
    now - last_seen_at >= WRITE_EVERY
}

/// Opens a session with a secret that nobody had before.
pub(crate) async fn open(
    ctx: &mut Ctx,
    account_id: AccountId,
    is_staff: bool,
    user_agent: &str,
) -> Result<Secret, Error> {
    let secret = Secret::for_link(ctx);
    let id: SessionId = ctx.new_id();
    let user_agent: String = user_agent.chars().filter(|c| !c.is_control()).take(300).collect();
    let expires_at = ctx.now() + idle_limit(is_staff);
    store::insert_session(
        ctx,
        &store::NewSession {
            id,
            account_id,
            secret_hash: secret.hash(),
            user_agent,
            expires_at,
        },
    )
    .await?;
    Ok(secret)
}

/// Whether a session is young enough to add a way into its account.
pub(crate) async fn opened_lately(ctx: &mut Ctx, id: SessionId) -> Result<bool, Error> {
    let opened = store::find_session_created(ctx, id).await?;
    Ok(opened.is_some_and(|at| ctx.now() - at < ADDS_WAYS_FOR))
}

/// Ends the session of that secret, if there is one.
pub async fn sign_out(ctx: &mut Ctx, secret: &str) -> Result<(), Error> {
    store::delete_session(ctx, secret::hash(secret)).await
}

/// A place where an account is signed in.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct SessionEntry {
    /// The session.
    pub id: SessionId,
    /// `browser`, or `program` for one that signed in through the API.
    pub kind: String,
    /// The browser's or program's name for itself.
    pub user_agent: String,
    /// When it signed in.
    pub created_at: Time,
    /// When it was here last, to the hour.
    pub last_seen_at: Time,
}

/// Every session of an account that has not ended, the one used last first.
pub async fn list_sessions(ctx: &mut Ctx, account_id: AccountId) -> Result<Vec<SessionEntry>, Error> {
    store::list_sessions(ctx, account_id).await
}

/// Which of these sessions have not ended.
pub async fn list_open_sessions(ctx: &mut Ctx, ids: &[SessionId]) -> Result<HashSet<SessionId>, Error> {
    store::list_open_sessions(ctx, ids).await
}

/// Ends one session of an account; false: the account has no such session.
pub async fn end_session(ctx: &mut Ctx, account_id: AccountId, id: SessionId) -> Result<bool, Error> {
    store::delete_own_session(ctx, account_id, id).await
}

/// Ends every session of an account, and what is on the way to one: a second step, a visit to a provider.
pub async fn sign_out_everywhere(ctx: &mut Ctx, account_id: AccountId) -> Result<(), Error> {
    store::delete_sessions_but(ctx, account_id, None).await
}
