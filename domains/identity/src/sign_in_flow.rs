//! Signing in with e-mail address and password. It is a flow because a failure must be counted although it fails, and
//! because no transaction stays open while a password is hashed.

use chrono::TimeDelta;
use database::{Error, Work};
use kernel::{AccountId, EmailAddress, Time};

use crate::{HashingFailed, Secret, lockout, password::Turn, session, store};

/// A try to sign in.
#[derive(Clone)]
pub struct SignIn {
    /// The address as typed.
    pub email: EmailAddress,
    /// The password as typed.
    pub password: String,
    /// The browser's name for itself, kept with the session.
    pub user_agent: String,
    /// The secret of the session the browser has now; it ends.
    pub previous: Option<String>,
}

/// A new session.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignedIn {
    /// The cookie's value.
    pub secret: Secret,
    /// Who signed in.
    pub account_id: AccountId,
    /// Whether the account belongs to a member of staff.
    pub is_staff: bool,
}

/// Why somebody is not signed in. Neither variant tells whether the address has an account.
#[derive(Debug, thiserror::Error)]
pub enum SignInError {
    /// The e-mail address or the password is wrong.
    #[error("the e-mail address or the password is wrong")]
    InvalidCredentials,
    /// Too many tries failed.
    #[error("too many tries failed; the next is possible in {} s", retry_after.num_seconds())]
    TooManyAttempts {
        /// How long to wait.
        retry_after: TimeDelta,
    },
    /// The password could not be compared.
    #[error(transparent)]
    Hashing(#[from] HashingFailed),
    /// The database failed.
    #[error(transparent)]
    Internal(#[from] Error),
}

/// Opens a session for the right password; counts the failure otherwise.
pub async fn sign_in_flow(work: &Work, command: SignIn) -> Result<SignedIn, SignInError> {
    let SignIn {
        email,
        password,
        user_agent,
        previous,
    } = command;
    let turn = Turn::wait().await?;
    let mut ctx = work.read();
    let locked_until = store::find_lock(&mut ctx, &email).await?;
    let credentials = store::find_credentials_by_email(&mut ctx, &email).await?;
    ctx.commit().await?;
    if let Some(retry_after) = remaining_lock(locked_until, work.now()) {
        return Err(SignInError::TooManyAttempts { retry_after });
    }

    let (account, stored) = credentials
        .map(|known| ((known.account_id, known.is_staff), known.password_hash))
        .unzip();
    let (turn, correct) = turn.verify(stored, password).await?;

    let mut ctx = work.write();
    let outcome = match account.filter(|_| correct) {
        Some((account_id, is_staff)) => {
            store::delete_failures(&mut ctx, &email).await?;
            if let Some(previous) = previous {
                session::sign_out(&mut ctx, &previous).await?;
            }
            let secret = session::open(&mut ctx, account_id, is_staff, &user_agent).await?;
            Ok(SignedIn {
                secret,
                account_id,
                is_staff,
            })
        }
        None => {
            count_failure(&mut ctx, &email).await?;
            Err(SignInError::InvalidCredentials)
        }
    };
    ctx.commit().await?;
    drop(turn);
    outcome
}

/// How much of a lock is left.
pub(crate) fn remaining_lock(locked_until: Option<Time>, now: Time) -> Option<TimeDelta> {
    locked_until
        .map(|until| until - now)
        .filter(|left| *left > TimeDelta::zero())
}

/// Notes a wrong password, and locks the address when there were too many.
pub(crate) async fn count_failure(ctx: &mut database::Ctx, email: &EmailAddress) -> Result<(), Error> {
    let failures = store::insert_failure(ctx, email).await?;
    match lockout::lock_after(failures) {
        Some(lock) => store::update_lock(ctx, email, lock).await,
        None => Ok(()),
    }
}
