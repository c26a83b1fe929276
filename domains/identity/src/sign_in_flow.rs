//! Signing in with e-mail address and password. It is a flow because a failure must be counted although it fails, and
//! because no transaction stays open while a password is hashed.

use chrono::TimeDelta;
use database::{Error, Work};
use kernel::{AccountId, EmailAddress, Time};

use crate::{
    Entrance, HashingFailed, Secret,
    enter::{Entered, enter},
    lockout,
    password::Turn,
    store,
};

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

/// Why somebody is not signed in. Unless the password was right, no variant tells whether the address has an account.
#[derive(Debug, thiserror::Error)]
pub enum SignInError {
    /// The e-mail address or the password is wrong.
    #[error("the e-mail address or the password is wrong")]
    InvalidCredentials,
    /// The password is right; a code of the second factor is still needed.
    #[error("a code of the second factor is needed")]
    SecondFactorNeeded {
        /// What [`crate::complete_sign_in_flow`] wants to see with the code.
        challenge: Secret,
    },
    /// The password is right; the store wants a second factor, which is a passkey here, so nothing but that opens the account.
    #[error("the passkey is needed")]
    PasskeyNeeded,
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

    let stored = credentials.as_ref().map(|known| known.password_hash.clone());
    let (turn, correct) = turn.verify(stored, password).await?;

    let mut ctx = work.write();
    let entrance = Entrance { user_agent, previous };
    let outcome = match credentials.filter(|_| correct) {
        Some(known) => match enter(&mut ctx, &known, &entrance).await? {
            Entered::SignedIn(signed_in) => Ok(signed_in),
            Entered::SecondFactorNeeded { challenge } => Err(SignInError::SecondFactorNeeded { challenge }),
            Entered::PasskeyNeeded => Err(SignInError::PasskeyNeeded),
        },
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

#[cfg(test)]
mod tests {
    use database::testing::TestDatabase;

    use super::*;
    use crate::{
        authenticate,
        testing::{PASSWORD, account, email, sign_in},
    };

    fn name(outcome: &Result<SignedIn, SignInError>) -> String {
        match outcome {
            Ok(_) => "signed in".to_owned(),
            Err(SignInError::InvalidCredentials) => "invalid".to_owned(),
            Err(SignInError::TooManyAttempts { retry_after }) => format!("locked for {} s", retry_after.num_seconds()),
            Err(error) => panic!("{error:?}"),
        }
    }

    #[tokio::test]
    async fn the_right_password_opens_a_session_and_ends_the_one_before() {
        let db = TestDatabase::new().await;
        let account_id = account(&db, "ann@example.com").await;
        let first = sign_in(&db, "ann@example.com", PASSWORD).await.unwrap();
        assert_eq!((first.account_id, first.is_staff), (account_id, false));
        assert_eq!(first.secret.as_str().len(), 43);
        let again = SignIn {
            email: email("ann@example.com"),
            password: PASSWORD.to_owned(),
            user_agent: String::new(),
            previous: Some(first.secret.as_str().to_owned()),
        };
        let second = sign_in_flow(&db.work(), again).await.unwrap();
        let mut ctx = db.work().read();
        assert_eq!(authenticate(&mut ctx, first.secret.as_str()).await.unwrap(), None);
        let found = authenticate(&mut ctx, second.secret.as_str()).await.unwrap().unwrap();
        assert_eq!(
            (found.account_id, found.verified, found.staff),
            (account_id, false, None)
        );
    }

    #[tokio::test]
    async fn a_lock_is_the_same_with_and_without_an_account() {
        let db = TestDatabase::new().await;
        account(&db, "ann@example.com").await;
        for address in ["ann@example.com", "nobody@example.com"] {
            let mut seen = Vec::new();
            for _ in 0..6 {
                seen.push(name(&sign_in(&db, address, "wrong").await));
            }
            assert_eq!(
                seen,
                ["invalid", "invalid", "invalid", "invalid", "invalid", "locked for 60 s"],
                "{address}"
            );
        }
        assert_eq!(
            name(&sign_in(&db, "ann@example.com", PASSWORD).await),
            "locked for 60 s"
        );
        db.clock().advance(TimeDelta::seconds(60));
        assert_eq!(name(&sign_in(&db, "ann@example.com", "wrong").await), "invalid");
        assert_eq!(
            name(&sign_in(&db, "ann@example.com", PASSWORD).await),
            "locked for 120 s"
        );
        db.clock().advance(TimeDelta::seconds(120));
        assert_eq!(name(&sign_in(&db, "ann@example.com", PASSWORD).await), "signed in");
        assert_eq!(name(&sign_in(&db, "ann@example.com", "wrong").await), "invalid");
        assert_eq!(name(&sign_in(&db, "ann@example.com", PASSWORD).await), "signed in");
    }

    #[tokio::test]
    async fn failures_of_yesterday_are_forgotten() {
        let db = TestDatabase::new().await;
        for _ in 0..4 {
            assert_eq!(name(&sign_in(&db, "ann@example.com", "wrong").await), "invalid");
        }
        db.clock().advance(TimeDelta::hours(25));
        for _ in 0..5 {
            assert_eq!(name(&sign_in(&db, "ann@example.com", "wrong").await), "invalid");
        }
        assert_eq!(name(&sign_in(&db, "ann@example.com", "wrong").await), "locked for 60 s");
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn guesses_sent_at_once_do_not_run_past_the_lock() {
        let db = TestDatabase::new().await;
        account(&db, "ann@example.com").await;
        let guess = || {
            let work = db.work();
            let command = SignIn {
                email: email("ann@example.com"),
                password: "wrong".to_owned(),
                user_agent: String::new(),
                previous: None,
            };
            tokio::spawn(async move { sign_in_flow(&work, command).await })
        };
        let guesses: Vec<_> = (0..15).map(|_| guess()).collect();
        let mut checked = 0;
        for guess in guesses {
            if matches!(guess.await.unwrap(), Err(SignInError::InvalidCredentials)) {
                checked += 1;
            }
        }
        assert!((5..=6).contains(&checked), "{checked} passwords were checked");
    }
}
