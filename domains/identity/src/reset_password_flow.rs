//! A new password through the link in the reset mail. It is a flow because no transaction stays open while it is hashed.

use database::{Ctx, Error, Work};
use kernel::{AccountId, FieldError};

use crate::{AccountVerified, HashingFailed, MailPurpose, NewPassword, PasswordChanged, PasswordHash, secret, store};

/// A new password with the mailed secret.
#[derive(Clone)]
pub struct ResetPassword {
    /// The secret from the link.
    pub token: String,
    /// The password as typed.
    pub new_password: String,
}

/// Why the password stays as it is.
#[derive(Debug, thiserror::Error)]
pub enum ResetPasswordError {
    /// The link is used, replaced by a newer one, too old or made up.
    #[error("the link does not work any more")]
    InvalidToken,
    /// The new password breaks the rule; the link still works.
    #[error(transparent)]
    Invalid(FieldError),
    /// The password could not be hashed.
    #[error(transparent)]
    Hashing(#[from] HashingFailed),
    /// The database failed.
    #[error(transparent)]
    Internal(#[from] Error),
}

/// Uses up the mailed secret, sets the password, ends every session and lifts a lock. Whoever has the secret reads the
/// mail, so the address counts as verified, too.
pub async fn reset_password_flow(work: &Work, command: ResetPassword) -> Result<AccountId, ResetPasswordError> {
    let token = secret::hash(&command.token);
    let mut ctx = work.read();
    let owner = store::find_mail_token_owner(&mut ctx, token, MailPurpose::ResetPassword).await?;
    ctx.commit().await?;
    let email = owner.ok_or(ResetPasswordError::InvalidToken)?;
    let password = NewPassword::parse(&command.new_password, &email).map_err(ResetPasswordError::Invalid)?;
    let hash = password.hash(work).await?;

    let mut ctx = work.write();
    let used = store::delete_mail_token(&mut ctx, token, MailPurpose::ResetPassword).await?;
    let account_id = used.ok_or(ResetPasswordError::InvalidToken)?;
    if store::update_verified(&mut ctx, account_id).await? {
        // Whoever opened the account before never proved to read this mail.
        store::delete_other_ways(&mut ctx, account_id).await?;
        let locale = ctx.locale().code().to_owned();
        ctx.publish(&AccountVerified {
            account_id,
            email: email.clone(),
            locale,
        })
        .await?;
    }
    store::delete_failures(&mut ctx, &email).await?;
    store_password(&mut ctx, account_id, &hash).await?;
    ctx.commit().await?;
    Ok(account_id)
}

/// Sets the password, ends every session and tells the owner by mail.
pub(crate) async fn store_password(ctx: &mut Ctx, account_id: AccountId, hash: &PasswordHash) -> Result<bool, Error> {
    let Some(email) = store::update_password(ctx, account_id, hash).await? else {
        return Ok(false);
    };
    store::delete_sessions_but(ctx, account_id, None).await?;
    let locale = ctx.locale().code().to_owned();
    ctx.publish(&PasswordChanged {
        account_id,
        email,
        locale,
    })
    .await?;
    Ok(true)
}

#[cfg(test)]
mod tests {
    use chrono::TimeDelta;
    use data_encoding::BASE32_NOPAD;
    use database::testing::TestDatabase;

    use super::*;
    use crate::{
        ResetRequested, SignInError, authenticate, confirm_second_factor, create_mail_token, find_account_by_id,
        find_second_factor, request_password_reset, start_second_factor,
        testing::{PASSWORD, account, count, email, sign_in},
        totp,
    };

    async fn token(db: &TestDatabase, account_id: AccountId, purpose: MailPurpose) -> String {
        let mut ctx = db.work().write();
        let secret = create_mail_token(&mut ctx, account_id, purpose).await.unwrap();
        ctx.commit().await.unwrap();
        secret.into_string()
    }

    async fn reset(db: &TestDatabase, token: &str, new_password: &str) -> Result<AccountId, ResetPasswordError> {
        let command = ResetPassword {
            token: token.to_owned(),
            new_password: new_password.to_owned(),
        };
        reset_password_flow(&db.work(), command).await
    }

    #[tokio::test]
    async fn a_reset_ends_sessions_and_locks_and_works_once() {
        let db = TestDatabase::new().await;
        let account_id = account(&db, "ann@example.com").await;
        let session = sign_in(&db, "ann@example.com", PASSWORD).await.unwrap().secret;
        for _ in 0..5 {
            sign_in(&db, "ann@example.com", "wrong").await.unwrap_err();
        }
        let token = token(&db, account_id, MailPurpose::ResetPassword).await;
        let weak = reset(&db, &token, "password123").await.unwrap_err();
        assert!(matches!(weak, ResetPasswordError::Invalid(error) if error.code == "password_common"));
        assert_eq!(reset(&db, &token, "a better password").await.unwrap(), account_id);
        assert!(matches!(
            reset(&db, &token, "a third password").await,
            Err(ResetPasswordError::InvalidToken)
        ));

        assert_eq!(
            authenticate(&mut db.work().read(), session.as_str()).await.unwrap(),
            None
        );
        assert!(matches!(
            sign_in(&db, "ann@example.com", PASSWORD).await,
            Err(SignInError::InvalidCredentials)
        ));
        assert!(sign_in(&db, "ann@example.com", "a better password").await.is_ok());
        let account = find_account_by_id(&mut db.work().read(), account_id)
            .await
            .unwrap()
            .unwrap();
        assert!(account.verified_at.is_some());
        assert_eq!(
            (count::<PasswordChanged>(&db).await, count::<AccountVerified>(&db).await),
            (1, 1)
        );
    }

    #[tokio::test]
    async fn only_the_newest_token_of_its_purpose_works_and_only_for_an_hour() {
        let db = TestDatabase::new().await;
        let account_id = account(&db, "ann@example.com").await;
        let old = token(&db, account_id, MailPurpose::ResetPassword).await;
        let new = token(&db, account_id, MailPurpose::ResetPassword).await;
        let verify = token(&db, account_id, MailPurpose::VerifyEmail).await;
        for useless in [old.as_str(), verify.as_str(), "", "made up"] {
            let outcome = reset(&db, useless, "a better password").await;
            assert!(matches!(outcome, Err(ResetPasswordError::InvalidToken)), "{useless}");
        }
        db.clock().advance(TimeDelta::hours(1));
        assert!(matches!(
            reset(&db, &new, "a better password").await,
            Err(ResetPasswordError::InvalidToken)
        ));
    }

    #[tokio::test]
    async fn a_strangers_second_factor_ends_where_the_address_proves_to_be_another_s() {
        let db = TestDatabase::new().await;
        let account_id = account(&db, "ann@example.com").await;
        let set_up = async || {
            let mut ctx = db.work().write();
            let enrolment = start_second_factor(&mut ctx, account_id).await.unwrap();
            let key = BASE32_NOPAD.decode(enrolment.secret.as_bytes()).unwrap();
            let code = totp::code_at(&key, ctx.now());
            confirm_second_factor(&mut ctx, account_id, &code).await.unwrap();
            ctx.commit().await.unwrap();
        };
        let left = async || {
            let status = find_second_factor(&mut db.work().read(), account_id).await.unwrap();
            (status.on, status.recovery_codes)
        };
        set_up().await;
        let secret = token(&db, account_id, MailPurpose::ResetPassword).await;
        reset(&db, &secret, "a better password").await.unwrap();
        assert_eq!(left().await, (false, 0));
        assert!(sign_in(&db, "ann@example.com", "a better password").await.is_ok());

        // From now on the address is proven, and a mail alone takes nobody's second factor away.
        set_up().await;
        let secret = token(&db, account_id, MailPurpose::ResetPassword).await;
        reset(&db, &secret, "a third password").await.unwrap();
        assert_eq!(left().await, (true, 10));
    }

    #[tokio::test]
    async fn asking_for_a_reset_takes_the_same_whether_somebody_has_the_address() {
        let db = TestDatabase::new().await;
        account(&db, "ann@example.com").await;
        for address in ["ann@example.com", "ann@example.com", "nobody@example.com"] {
            let mut ctx = db.work().write();
            let begun = db.database().statement_count();
            request_password_reset(&mut ctx, &email(address)).await.unwrap();
            let statements = db.database().statement_count() - begun;
            let written = "SELECT pg_current_xact_id_if_assigned() IS NOT NULL";
            let is_written: bool = sqlx::query_scalar(written)
                .fetch_one(ctx.sql().await.unwrap())
                .await
                .unwrap();
            ctx.commit().await.unwrap();
            assert_eq!((statements, is_written), (2, true), "{address}");
        }
    }

    #[tokio::test]
    async fn a_reset_is_asked_for_in_silence_and_once_a_minute() {
        let db = TestDatabase::new().await;
        let account_id = account(&db, "ann@example.com").await;
        let ask = async |address: &str| {
            let mut ctx = db.work().write();
            request_password_reset(&mut ctx, &email(address)).await.unwrap();
            ctx.commit().await.unwrap();
        };
        ask("nobody@example.com").await;
        assert_eq!(count::<ResetRequested>(&db).await, 0);
        ask("ann@example.com").await;
        token(&db, account_id, MailPurpose::ResetPassword).await;
        ask("ann@example.com").await;
        assert_eq!(count::<ResetRequested>(&db).await, 1);
        db.clock().advance(TimeDelta::minutes(1));
        ask("ann@example.com").await;
        assert_eq!(count::<ResetRequested>(&db).await, 2);
    }
}
