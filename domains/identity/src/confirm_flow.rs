//! Somebody who is signed in shows once more who they are, before something that cannot be undone.

use chrono::TimeDelta;
use database::{Error, Work};
use kernel::{AccountId, SessionId};

use crate::{
    HashingFailed,
    password::Turn,
    session,
    sign_in_flow::{count_failure, remaining_lock},
    store,
};

/// Why it is not certain enough who it is.
#[derive(Debug, thiserror::Error)]
pub enum ConfirmError {
    /// The password is not the right one.
    #[error("the password is wrong")]
    WrongPassword,
    /// The account has no password, and the session is too old to count.
    #[error("the account has no password, and its owner signed in too long ago")]
    SignInAgain,
    /// Too many tries failed, here or at sign-in.
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

/// Checks the password as sign-in does. Without one a session of the last hour is enough.
pub async fn confirm_flow(
    work: &Work,
    account_id: AccountId,
    session_id: SessionId,
    password: String,
) -> Result<(), ConfirmError> {
    let mut ctx = work.read();
    if !store::has_password(&mut ctx, account_id).await? {
        let is_fresh = session::opened_lately(&mut ctx, session_id).await?;
        ctx.commit().await?;
        return if is_fresh {
            Ok(())
        } else {
            Err(ConfirmError::SignInAgain)
        };
    }
    let known = store::find_credentials(&mut ctx, account_id)
        .await?
        .ok_or(ConfirmError::WrongPassword)?;
    let locked_until = store::find_lock(&mut ctx, &known.email).await?;
    ctx.commit().await?;
    if let Some(retry_after) = remaining_lock(locked_until, work.now()) {
        return Err(ConfirmError::TooManyAttempts { retry_after });
    }
    let turn = Turn::wait().await?;
    let (_turn, correct) = turn.verify(Some(known.password_hash), password).await?;
    if correct {
        return Ok(());
    }
    let mut ctx = work.write();
    count_failure(&mut ctx, &known.email).await?;
    ctx.commit().await?;
    Err(ConfirmError::WrongPassword)
}
