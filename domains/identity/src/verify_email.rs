//! The owner of an account followed the link in the verification mail.

use database::{Ctx, Error};

use crate::{Account, AccountVerified, MailPurpose, secret, store};

/// Why an address is not verified.
#[derive(Debug, thiserror::Error)]
pub enum VerifyEmailError {
    /// The link is used, replaced by a newer one, too old or made up.
    #[error("the link does not work any more")]
    InvalidToken,
    /// The database failed.
    #[error(transparent)]
    Internal(#[from] Error),
}

/// Uses up the mailed secret and marks the address as verified. Not for GET: mail programs open links on their own.
pub async fn verify_email(ctx: &mut Ctx, token: &str) -> Result<Account, VerifyEmailError> {
    let used = store::delete_mail_token(ctx, secret::hash(token), MailPurpose::VerifyEmail).await?;
    let account_id = used.ok_or(VerifyEmailError::InvalidToken)?;
    let newly = store::update_verified(ctx, account_id).await?;
    let account = store::find_account(ctx, account_id)
        .await?
        .ok_or(VerifyEmailError::InvalidToken)?;
    if newly {
        let locale = ctx.locale().code().to_owned();
        ctx.publish(&AccountVerified {
            account_id,
            email: account.email.clone(),
            locale,
        })
        .await?;
    }
    Ok(account)
}

#[cfg(test)]
mod tests {
    use chrono::TimeDelta;
    use database::testing::TestDatabase;

    use super::*;
    use crate::{
        VerificationRequested, create_mail_token, request_verification,
        testing::{account, count},
    };

    #[tokio::test]
    async fn an_address_is_verified_once_within_three_days() {
        let db = TestDatabase::new().await;
        let account_id = account(&db, "ann@example.com").await;
        let mut ctx = db.work().write();
        let late = create_mail_token(&mut ctx, account_id, MailPurpose::VerifyEmail)
            .await
            .unwrap();
        ctx.commit().await.unwrap();
        db.clock().advance(TimeDelta::days(3));
        let mut ctx = db.work().write();
        assert!(matches!(
            verify_email(&mut ctx, late.as_str()).await,
            Err(VerifyEmailError::InvalidToken)
        ));

        request_verification(&mut ctx, account_id).await.unwrap();
        let token = create_mail_token(&mut ctx, account_id, MailPurpose::VerifyEmail)
            .await
            .unwrap();
        let account = verify_email(&mut ctx, token.as_str()).await.unwrap();
        assert_eq!((account.id, account.verified_at), (account_id, Some(ctx.now())));
        assert!(matches!(
            verify_email(&mut ctx, token.as_str()).await,
            Err(VerifyEmailError::InvalidToken)
        ));
        request_verification(&mut ctx, account_id).await.unwrap();
        ctx.commit().await.unwrap();
        assert_eq!(
            (
                count::<VerificationRequested>(&db).await,
                count::<AccountVerified>(&db).await
            ),
            (1, 1)
        );
    }
}
