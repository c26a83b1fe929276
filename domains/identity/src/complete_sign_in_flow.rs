//! The second step of signing in: the code of an authenticator app, or a recovery code. It is a flow because a wrong code must
//! be counted although it fails.

use chrono::TimeDelta;
use database::{Ctx, Error, Work};
use kernel::AccountId;

use crate::{
    Secret, SignedIn,
    second_factor::{CodeRefused, try_code},
    secret, session, store,
};

/// How long the second step may take after the first.
const PATIENCE: TimeDelta = TimeDelta::minutes(10);

/// The code, with what the first step gave.
#[derive(Clone)]
pub struct CompleteSignIn {
    /// The secret of the first step.
    pub challenge: String,
    /// The code as typed.
    pub code: String,
    /// The browser's name for itself, kept with the session.
    pub user_agent: String,
    /// The secret of the session the browser has now; it ends.
    pub previous: Option<String>,
}

/// Why somebody is not signed in.
#[derive(Debug, thiserror::Error)]
pub enum CompleteSignInError {
    /// The first step is too long ago, was completed, or never happened: begin again.
    #[error("the sign-in has to begin again")]
    Expired,
    /// The code is wrong or was used before.
    #[error("the code is wrong")]
    WrongCode,
    /// Too many tries failed.
    #[error("too many tries failed; the next is possible in {} s", retry_after.num_seconds())]
    TooManyAttempts {
        /// How long to wait.
        retry_after: TimeDelta,
    },
    /// The database failed.
    #[error(transparent)]
    Internal(#[from] Error),
}

/// Notes that the password was right; the secret leads to the second step.
pub(crate) async fn open_challenge(ctx: &mut Ctx, account_id: AccountId) -> Result<Secret, Error> {
    let challenge = Secret::for_link(ctx);
    let expires_at = ctx.now() + PATIENCE;
    store::insert_pending_sign_in(ctx, challenge.hash(), account_id, expires_at).await?;
    Ok(challenge)
}

/// Opens a session for the right code; counts the failure otherwise.
pub async fn complete_sign_in_flow(work: &Work, command: CompleteSignIn) -> Result<SignedIn, CompleteSignInError> {
    let challenge = secret::hash(&command.challenge);
    let mut ctx = work.write();
    let known = store::find_pending_sign_in(&mut ctx, challenge).await?;
    let known = known.ok_or(CompleteSignInError::Expired)?;
    let tried = try_code(&mut ctx, known.account_id, &known.email, &command.code).await?;
    let outcome = match tried {
        Ok(()) if store::delete_pending_sign_in(&mut ctx, challenge).await? => {
            store::delete_failures(&mut ctx, &known.email).await?;
            if let Some(previous) = &command.previous {
                session::sign_out(&mut ctx, previous).await?;
            }
            let secret = session::open(&mut ctx, known.account_id, known.is_staff, &command.user_agent).await?;
            Ok(SignedIn {
                secret,
                account_id: known.account_id,
                is_staff: known.is_staff,
            })
        }
        Ok(()) => Err(CompleteSignInError::Expired),
        Err(CodeRefused::Wrong) => Err(CompleteSignInError::WrongCode),
        Err(CodeRefused::Locked(retry_after)) => Err(CompleteSignInError::TooManyAttempts { retry_after }),
    };
    ctx.commit().await?;
    outcome
}

#[cfg(test)]
mod tests {
    use data_encoding::BASE32_NOPAD;
    use database::testing::TestDatabase;

    use super::*;
    use crate::{
        ChangeStaffError, RemoveSecondFactorError, Role, SecondFactorError, SignInError, authenticate,
        confirm_second_factor, find_enrolment, find_second_factor, remove_second_factor_flow,
        remove_staff_second_factor, start_second_factor,
        testing::{PASSWORD, acting, email, sign_in, staff},
        totp,
    };

    const BOB: &str = "bob@example.com";

    /// Bob with an app; the app's secret and the recovery codes.
    async fn bob(db: &TestDatabase) -> (AccountId, Vec<u8>, Vec<String>) {
        let id = staff(db, BOB, Role::Support).await;
        let mut ctx = db.work().write();
        let wrong = confirm_second_factor(&mut ctx, id, "123456").await;
        assert!(matches!(wrong, Err(SecondFactorError::NotStarted)));
        let enrolment = start_second_factor(&mut ctx, id).await.unwrap();
        assert_eq!(find_enrolment(&mut ctx, id).await.unwrap(), Some(enrolment.clone()));
        let key = BASE32_NOPAD.decode(enrolment.secret.as_bytes()).unwrap();
        let wrong = confirm_second_factor(&mut ctx, id, "12345").await;
        assert!(matches!(wrong, Err(SecondFactorError::WrongCode)));
        let code = totp::code_at(&key, ctx.now());
        let codes = confirm_second_factor(&mut ctx, id, &code).await.unwrap();
        ctx.commit().await.unwrap();
        db.clock().advance(TimeDelta::seconds(30));
        (id, key, codes)
    }

    async fn challenge(db: &TestDatabase) -> String {
        match sign_in(db, BOB, PASSWORD).await {
            Err(SignInError::SecondFactorNeeded { challenge }) => challenge.into_string(),
            other => panic!("{other:?}"),
        }
    }

    async fn complete(db: &TestDatabase, challenge: &str, code: &str) -> Result<SignedIn, CompleteSignInError> {
        let command = CompleteSignIn {
            challenge: challenge.to_owned(),
            code: code.to_owned(),
            user_agent: "Browser".to_owned(),
            previous: None,
        };
        complete_sign_in_flow(&db.work(), command).await
    }

    #[tokio::test]
    async fn password_and_code_sign_in_and_neither_code_nor_challenge_works_twice() {
        let db = TestDatabase::new().await;
        let (id, key, _) = bob(&db).await;
        let first = challenge(&db).await;
        let code = totp::code_at(&key, db.database().now());
        let signed_in = complete(&db, &first, &code).await.unwrap();
        assert_eq!((signed_in.account_id, signed_in.is_staff), (id, true));
        assert!(
            authenticate(&mut db.work().read(), signed_in.secret.as_str())
                .await
                .unwrap()
                .is_some()
        );
        assert!(matches!(
            complete(&db, &first, &code).await,
            Err(CompleteSignInError::Expired)
        ));
        let second = challenge(&db).await;
        assert!(matches!(
            complete(&db, &second, &code).await,
            Err(CompleteSignInError::WrongCode)
        ));
        db.clock().advance(TimeDelta::minutes(10));
        let code = totp::code_at(&key, db.database().now());
        assert!(matches!(
            complete(&db, &second, &code).await,
            Err(CompleteSignInError::Expired)
        ));
    }

    #[tokio::test]
    async fn a_recovery_code_works_once_however_it_is_typed() {
        let db = TestDatabase::new().await;
        let (id, _, codes) = bob(&db).await;
        assert_eq!(codes.len(), 10);
        let typed = codes[3].to_uppercase().replace('-', " ");
        complete(&db, &challenge(&db).await, &typed).await.unwrap();
        let again = complete(&db, &challenge(&db).await, &typed).await;
        assert!(matches!(again, Err(CompleteSignInError::WrongCode)));
        let status = find_second_factor(&mut db.work().read(), id).await.unwrap();
        assert_eq!((status.on, status.recovery_codes), (true, 9));
    }

    #[tokio::test]
    async fn guesses_lock_the_account_even_with_the_password() {
        let db = TestDatabase::new().await;
        let (_, key, _) = bob(&db).await;
        let open = challenge(&db).await;
        for _ in 0..4 {
            // The right password in between does not start the count anew.
            let fresh = challenge(&db).await;
            assert!(matches!(
                complete(&db, &fresh, "000000").await,
                Err(CompleteSignInError::WrongCode)
            ));
        }
        assert!(matches!(
            complete(&db, &open, "000000").await,
            Err(CompleteSignInError::WrongCode)
        ));
        let code = totp::code_at(&key, db.database().now());
        let locked = complete(&db, &open, &code).await;
        assert!(
            matches!(locked, Err(CompleteSignInError::TooManyAttempts { .. })),
            "{locked:?}"
        );
        assert!(matches!(
            sign_in(&db, BOB, PASSWORD).await,
            Err(SignInError::TooManyAttempts { .. })
        ));
        db.clock().advance(TimeDelta::seconds(60));
        let code = totp::code_at(&key, db.database().now());
        complete(&db, &open, &code).await.unwrap();
    }

    #[tokio::test]
    async fn it_ends_by_a_code_or_by_a_colleague_who_holds_as_much() {
        let db = TestDatabase::new().await;
        let (id, key, _) = bob(&db).await;
        let wrong = remove_second_factor_flow(&db.work(), id, &email(BOB), "000000").await;
        assert!(matches!(wrong, Err(RemoveSecondFactorError::WrongCode)));
        let mut ctx = db.work().write();
        assert!(matches!(
            start_second_factor(&mut ctx, id).await,
            Err(SecondFactorError::AlreadyOn)
        ));
        ctx.rollback().await;
        let code = totp::code_at(&key, db.database().now());
        remove_second_factor_flow(&db.work(), id, &email(BOB), &code)
            .await
            .unwrap();
        sign_in(&db, BOB, PASSWORD).await.unwrap();

        let mut ctx = acting(&db, id, &[kernel::Permission::ManageStaff]).write();
        let refused = remove_staff_second_factor(&mut ctx, id).await;
        assert!(matches!(refused, Err(ChangeStaffError::Forbidden(_))));
        ctx.rollback().await;
        let mut ctx = db.work().write();
        let nothing = remove_staff_second_factor(&mut ctx, id).await;
        assert!(matches!(nothing, Err(ChangeStaffError::NotFound)));
        start_second_factor(&mut ctx, id).await.unwrap();
        remove_staff_second_factor(&mut ctx, id).await.unwrap();
        ctx.commit().await.unwrap();
        assert!(sign_in(&db, BOB, PASSWORD).await.is_ok());
    }
}
