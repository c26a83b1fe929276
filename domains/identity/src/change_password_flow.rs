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

#[cfg(test)]
mod tests {
    use database::testing::TestDatabase;

    use super::*;
    use crate::{
        authenticate,
        testing::{PASSWORD, account, count, sign_in},
    };

    #[tokio::test]
    async fn the_old_password_is_needed_and_other_sessions_end() {
        let db = TestDatabase::new().await;
        let account_id = account(&db, "ann@example.com").await;
        let other = sign_in(&db, "ann@example.com", PASSWORD).await.unwrap().secret;
        let own = sign_in(&db, "ann@example.com", PASSWORD).await.unwrap().secret;
        let session_id = authenticate(&mut db.work().read(), own.as_str())
            .await
            .unwrap()
            .unwrap()
            .session_id;
        let change = async |current: &str, new: &str| {
            let command = ChangePassword {
                account_id,
                session_id,
                current_password: current.to_owned(),
                new_password: new.to_owned(),
            };
            change_password_flow(&db.work(), command).await
        };
        assert!(matches!(
            change(PASSWORD, "short").await,
            Err(ChangePasswordError::Invalid(_))
        ));
        change(PASSWORD, "a better password").await.unwrap();
        assert_eq!(count::<PasswordChanged>(&db).await, 1);
        let mut ctx = db.work().read();
        assert!(authenticate(&mut ctx, other.as_str()).await.unwrap().is_none());
        assert!(authenticate(&mut ctx, own.as_str()).await.unwrap().is_some());
        ctx.rollback().await;
        for _ in 0..5 {
            let outcome = change(PASSWORD, "another password").await;
            assert!(
                matches!(outcome, Err(ChangePasswordError::WrongPassword)),
                "{outcome:?}"
            );
        }
        let outcome = change("a better password", "another password").await;
        assert!(
            matches!(outcome, Err(ChangePasswordError::TooManyAttempts { .. })),
            "{outcome:?}"
        );
    }
}
