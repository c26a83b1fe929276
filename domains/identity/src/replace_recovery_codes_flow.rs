//! New recovery codes when the old ones are used up or lie with somebody else. It is a flow because a wrong code must be
//! counted although it fails.

use chrono::TimeDelta;
use database::{Error, Work};
use kernel::{AccountId, EmailAddress};

use crate::{
    second_factor::{CodeRefused, new_recovery_codes, shown_again, try_code},
    store,
};

/// Why the recovery codes stay as they are.
#[derive(Debug, thiserror::Error)]
pub enum ReplaceRecoveryCodesError {
    /// The code is wrong or was used before, or there is no second factor.
    #[error("the code is wrong")]
    WrongCode,
    /// Too many tries failed, here or at sign-in.
    #[error("too many tries failed; the next is possible in {} s", retry_after.num_seconds())]
    TooManyAttempts {
        /// How long to wait.
        retry_after: TimeDelta,
    },
    /// The database failed.
    #[error(transparent)]
    Internal(#[from] Error),
}

/// Ten new codes for a code of the app or a recovery code; the old ones stop working. The same form sent again within two
/// minutes gives the same codes.
pub async fn replace_recovery_codes_flow(
    work: &Work,
    account_id: AccountId,
    email: &EmailAddress,
    code: &str,
) -> Result<Vec<String>, ReplaceRecoveryCodesError> {
    let mut ctx = work.write();
    // Two clicks wait for each other here, so that the second sees what the first made.
    store::lock_second_factor(&mut ctx, account_id).await?;
    if let Some(codes) = shown_again(&mut ctx, account_id, code).await? {
        ctx.commit().await?;
        return Ok(codes);
    }
    let outcome = match try_code(&mut ctx, account_id, email, code).await? {
        Ok(()) => {
            store::delete_failures(&mut ctx, email).await?;
            Ok(new_recovery_codes(&mut ctx, account_id, code).await?)
        }
        Err(CodeRefused::Wrong) => Err(ReplaceRecoveryCodesError::WrongCode),
        Err(CodeRefused::Locked(retry_after)) => Err(ReplaceRecoveryCodesError::TooManyAttempts { retry_after }),
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
        SecondFactorError, confirm_second_factor, delete_expired, find_second_factor, start_second_factor,
        testing::{account, email},
        totp,
    };

    const ANN: &str = "ann@example.com";
    const SHOWN_LONG_AGO: TimeDelta = TimeDelta::minutes(2);

    async fn confirm(db: &TestDatabase, id: AccountId, code: &str) -> Result<Vec<String>, SecondFactorError> {
        let mut ctx = db.work().write();
        let codes = confirm_second_factor(&mut ctx, id, code).await?;
        ctx.commit().await?;
        Ok(codes)
    }

    async fn replace(db: &TestDatabase, id: AccountId, code: &str) -> Result<Vec<String>, ReplaceRecoveryCodesError> {
        replace_recovery_codes_flow(&db.work(), id, &email(ANN), code).await
    }

    /// Ann, the secret of her app, the code that confirmed it and her recovery codes.
    async fn ann(db: &TestDatabase) -> (AccountId, Vec<u8>, String, Vec<String>) {
        let id = account(db, ANN).await;
        let mut ctx = db.work().write();
        let enrolment = start_second_factor(&mut ctx, id).await.unwrap();
        ctx.commit().await.unwrap();
        let key = BASE32_NOPAD.decode(enrolment.secret.as_bytes()).unwrap();
        let code = totp::code_at(&key, db.database().now());
        let codes = confirm(db, id, &code).await.unwrap();
        (id, key, code, codes)
    }

    #[tokio::test]
    async fn a_double_click_shows_the_codes_twice_and_an_old_page_does_not() {
        let db = TestDatabase::new().await;
        let (id, _, code, codes) = ann(&db).await;
        assert_eq!(confirm(&db, id, &code).await.unwrap(), codes);
        let other = confirm(&db, id, "000000").await;
        assert!(matches!(other, Err(SecondFactorError::AlreadyOn)), "{other:?}");
        db.clock().advance(SHOWN_LONG_AGO);
        let late = confirm(&db, id, &code).await;
        assert!(matches!(late, Err(SecondFactorError::AlreadyOn)), "{late:?}");
        let kept = "SELECT count(sealed_recovery_codes) FROM identity.second_factors";
        let mut ctx = db.work().write();
        for expected in [1_i64, 0] {
            let found: i64 = sqlx::query_scalar(kept)
                .fetch_one(ctx.sql().await.unwrap())
                .await
                .unwrap();
            assert_eq!(found, expected, "what was shown is forgotten");
            delete_expired(&mut ctx).await.unwrap();
        }
    }

    #[tokio::test]
    async fn new_codes_take_a_code_and_end_the_old_ones() {
        let db = TestDatabase::new().await;
        let (id, key, used, old) = ann(&db).await;
        db.clock().advance(SHOWN_LONG_AGO);
        for wrong in [used.as_str(), "000000", "", "aaaa-bbbb-cccc-dddd"] {
            let refused = replace(&db, id, wrong).await;
            assert!(matches!(refused, Err(ReplaceRecoveryCodesError::WrongCode)), "{wrong}");
        }
        let new = replace(&db, id, &old[0]).await.unwrap();
        assert_eq!(
            replace(&db, id, &old[0].to_uppercase()).await.unwrap(),
            new,
            "sent twice"
        );
        assert!(new.len() == 10 && new.iter().all(|code| !old.contains(code)));
        let refused = replace(&db, id, &old[1]).await;
        assert!(
            matches!(refused, Err(ReplaceRecoveryCodesError::WrongCode)),
            "{refused:?}"
        );
        let code = totp::code_at(&key, db.database().now());
        assert_ne!(replace(&db, id, &code).await.unwrap(), new);
        let status = find_second_factor(&mut db.work().read(), id).await.unwrap();
        assert_eq!((status.on, status.recovery_codes), (true, 10));
    }

    #[tokio::test]
    async fn guesses_lock_and_without_a_second_factor_there_is_nothing_to_renew() {
        let db = TestDatabase::new().await;
        let id = account(&db, ANN).await;
        for _ in 0..5 {
            let refused = replace(&db, id, "123456").await;
            assert!(
                matches!(refused, Err(ReplaceRecoveryCodesError::WrongCode)),
                "{refused:?}"
            );
        }
        let refused = replace(&db, id, "123456").await;
        assert!(
            matches!(refused, Err(ReplaceRecoveryCodesError::TooManyAttempts { .. })),
            "{refused:?}"
        );
    }
}
