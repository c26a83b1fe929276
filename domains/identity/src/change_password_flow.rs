//! A new password for somebody who is signed in and knows the old one.

use chrono::TimeDelta;
use database::{Error, Work};
use kernel::{AccountId, FieldError, SessionId};

use crate::{
    HashingFailed, NewPassword, PasswordChanged,
    password::Turn,
    sign_in_flow::{count_failure, remaining_lock},
    store,
};

/// The old and the new password.
#[derive(Clone)]
pub struct ChangePassword {
    /// Whose password.
    pub account_id: AccountId,
    /// The session it is changed in, which goes on; all others end.
    pub session_id: SessionId,
    /// The password as it is.
    pub current_password: String,
    /// The password as it is to be.
    pub new_password: String,
}

/// Why the password stays as it is.
#[derive(Debug, thiserror::Error)]
pub enum ChangePasswordError {
    /// The current password is not the right one.
    #[error("the current password is wrong")]
    WrongPassword,
    /// The new password breaks the rule.
    #[error(transparent)]
    Invalid(FieldError),
    /// Too many tries failed, here or at sign-in.
    #[error("too many tries failed; the next is possible in {} s", retry_after.num_seconds())]
    TooManyAttempts {
        /// How long to wait.
        retry_after: TimeDelta,
    },
    /// The password could not be hashed.
    #[error(transparent)]
    Hashing(#[from] HashingFailed),
    /// The database failed.
    #[error(transparent)]
    Internal(#[from] Error),
}

/// Checks the current password as sign-in does, then sets the new one and ends all other sessions.
pub async fn change_password_flow(work: &Work, command: ChangePassword) -> Result<(), ChangePasswordError> {
    let ChangePassword {
        account_id,
        session_id,
        current_password,
        new_password,
    } = command;
    let turn = Turn::wait().await?;
    let mut ctx = work.read();
    let known = store::find_credentials(&mut ctx, account_id)
        .await?
        .ok_or(ChangePasswordError::WrongPassword)?;
    let locked_until = store::find_lock(&mut ctx, &known.email).await?;
    ctx.commit().await?;
    if let Some(retry_after) = remaining_lock(locked_until, work.now()) {
        return Err(ChangePasswordError::TooManyAttempts { retry_after });
    }
    let new_password = NewPassword::parse(&new_password, &known.email).map_err(ChangePasswordError::Invalid)?;
    let (turn, correct) = turn.verify(Some(known.password_hash), current_password).await?;
    if !correct {
        let mut ctx = work.write();
        count_failure(&mut ctx, &known.email).await?;
        ctx.commit().await?;
        return Err(ChangePasswordError::WrongPassword);
    }
    drop(turn);

    let hash = new_password.hash(work).await?;
    let mut ctx = work.write();
    store::delete_failures(&mut ctx, &known.email).await?;
    store::update_password(&mut ctx, account_id, &hash).await?;
    store::delete_sessions_but(&mut ctx, account_id, Some(session_id)).await?;
    let locale = ctx.locale().code().to_owned();
    ctx.publish(&PasswordChanged {
        account_id,
        email: known.email,
        locale,
    })
    .await?;
    Ok(ctx.commit().await?)
}
