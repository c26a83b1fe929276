//! The owner of an account followed the link in the verification mail.
//!
//! Whoever likes registers an address that is somebody else's, with a password of their own. If the link alone confirmed it, its
//! owner would hand the stranger a confirmed account by following it. So it takes both: to read the mail, and to be who registered.

use database::{Ctx, Error};
use kernel::AccountId;

use crate::{Account, AccountVerified, MailPurpose, registration_mark::is_mark_of, secret, store};

/// Who followed the link, besides reading the mail.
#[derive(Debug, Clone, Copy, Default)]
pub struct LinkFollower<'a> {
    /// The account that they are signed in as.
    pub signed_in: Option<AccountId>,
    /// What [`crate::registration_mark`] gave their browser.
    pub mark: Option<&'a str>,
}

/// Why an address is not verified.
#[derive(Debug, thiserror::Error)]
pub enum VerifyEmailError {
    /// The link is used, replaced by a newer one, too old or made up.
    #[error("the link does not work any more")]
    InvalidToken,
    /// They may not be who registered: they sign in first, or choose a password by a mailed link. The link still works.
    #[error("whoever follows the link has to sign in first")]
    SignInFirst,
    /// The database failed.
    #[error(transparent)]
    Internal(#[from] Error),
}

/// Uses up the mailed secret and marks the address as verified. Not for GET: mail programs open links on their own. Roll back when
/// it is refused.
pub async fn verify_email(ctx: &mut Ctx, token: &str, by: LinkFollower<'_>) -> Result<Account, VerifyEmailError> {
    let used = store::delete_mail_token(ctx, secret::hash(token), MailPurpose::VerifyEmail).await?;
    let account_id = used.ok_or(VerifyEmailError::InvalidToken)?;
    let registered_here = by.mark.is_some_and(|mark| is_mark_of(ctx, mark, account_id));
    if by.signed_in != Some(account_id) && !registered_here {
        return Err(VerifyEmailError::SignInFirst);
    }
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
        Registered, VerificationRequested, create_mail_token, registration_mark, request_verification,
        testing::{account, count},
    };

    #[tokio::test]
    async fn the_link_alone_confirms_no_address_that_a_stranger_registered() {
        let db = TestDatabase::new().await;
        let account_id = account(&db, "ann@example.com").await;
        let other = account(&db, "eve@example.com").await;
        let mut ctx = db.work().write();
        let token = create_mail_token(&mut ctx, account_id, MailPurpose::VerifyEmail)
            .await
            .unwrap();
        let mark = |registered| registration_mark(&ctx, registered).unwrap();
        let own = mark(Registered::New { account_id });
        let of_other = mark(Registered::New { account_id: other });
        let of_known = mark(Registered::AlreadyRegistered);
        assert_eq!(own.len(), of_known.len());
        ctx.commit().await.unwrap();
        let follow = async |signed_in, mark: Option<&str>| {
            let mut ctx = db.work().write();
            let followed = verify_email(&mut ctx, token.as_str(), LinkFollower { signed_in, mark }).await;
            ctx.rollback().await;
            followed
        };
        for (signed_in, mark) in [
            (None, None),
            (Some(other), None),
            (None, Some(of_other.as_str())),
            (None, Some(of_known.as_str())),
            (None, Some("made up")),
        ] {
            let followed = follow(signed_in, mark).await;
            assert!(matches!(followed, Err(VerifyEmailError::SignInFirst)), "{followed:?}");
        }
        follow(Some(account_id), None).await.unwrap();
        follow(None, Some(&own)).await.unwrap();
    }

    #[tokio::test]
    async fn an_address_is_verified_once_within_three_days() {
        let db = TestDatabase::new().await;
        let account_id = account(&db, "ann@example.com").await;
        let owner = LinkFollower {
            signed_in: Some(account_id),
            mark: None,
        };
        let mut ctx = db.work().write();
        let late = create_mail_token(&mut ctx, account_id, MailPurpose::VerifyEmail)
            .await
            .unwrap();
        ctx.commit().await.unwrap();
        db.clock().advance(TimeDelta::days(3));
        let mut ctx = db.work().write();
        assert!(matches!(
            verify_email(&mut ctx, late.as_str(), owner).await,
            Err(VerifyEmailError::InvalidToken)
        ));

        request_verification(&mut ctx, account_id).await.unwrap();
        let token = create_mail_token(&mut ctx, account_id, MailPurpose::VerifyEmail)
            .await
            .unwrap();
        let account = verify_email(&mut ctx, token.as_str(), owner).await.unwrap();
        assert_eq!((account.id, account.verified_at), (account_id, Some(ctx.now())));
        assert!(matches!(
            verify_email(&mut ctx, token.as_str(), owner).await,
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
