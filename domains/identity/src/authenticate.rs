//! From a session's secret to the account behind it, in one statement.

use database::{Ctx, Error};
use kernel::{AccountId, EmailAddress, Permission, SessionId};

use crate::{Role, secret, session, store};

/// The account behind a session.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Authenticated {
    /// The account.
    pub account_id: AccountId,
    /// The session.
    pub session_id: SessionId,
    /// The account's e-mail address.
    pub email: EmailAddress,
    /// Whether its owner proved to read that address.
    pub verified: bool,
    /// Set for members of staff.
    pub staff: Option<Staff>,
    /// Whether [`keep_session`] should be called in a transaction that may write: at most once an hour.
    pub refresh_due: bool,
}

/// A member of staff.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Staff {
    /// The name the back office shows.
    pub name: String,
    /// The role.
    pub role: Role,
    /// What the role allows.
    pub permissions: Vec<Permission>,
}

/// The account whose session has that secret, unless it expired. Works in a read-only transaction.
pub async fn authenticate(ctx: &mut Ctx, secret: &str) -> Result<Option<Authenticated>, Error> {
    store::find_session(ctx, secret::hash(secret)).await
}

/// Writes that the session was used, so that it lives on.
pub async fn keep_session(ctx: &mut Ctx, session: &Authenticated) -> Result<(), Error> {
    let expires_at = ctx.now() + session::idle_limit(session.staff.is_some());
    store::update_session(ctx, session.session_id, expires_at).await
}
