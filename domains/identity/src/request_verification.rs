//! The owner of an account wants the verification mail once more.

use chrono::TimeDelta;
use database::{Ctx, Error};
use kernel::AccountId;

use crate::{VerificationRequested, store};

/// A second request within this time sends no second mail.
const ONE_MAIL_PER: TimeDelta = TimeDelta::minutes(1);

/// Asks for another verification mail, unless the address is verified or a mail was written just now.
pub async fn request_verification(ctx: &mut Ctx, account_id: AccountId) -> Result<(), Error> {
    let since = ctx.now() - ONE_MAIL_PER;
    if let Some(email) = store::find_email_to_verify(ctx, account_id, since).await? {
        let locale = ctx.locale().code().to_owned();
        ctx.publish(&VerificationRequested {
            account_id,
            email,
            locale,
        })
        .await?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use database::testing::TestDatabase;

    use super::*;
    use crate::{
        MailPurpose, create_mail_token,
        testing::{account, count},
    };

    #[tokio::test]
    async fn one_mail_is_asked_for_in_a_minute() {
        let db = TestDatabase::new().await;
        let account_id = account(&db, "ann@example.com").await;
        let ask = async || {
            let mut ctx = db.work().write();
            request_verification(&mut ctx, account_id).await.unwrap();
            ctx.commit().await.unwrap();
            count::<VerificationRequested>(&db).await
        };
        assert_eq!(ask().await, 1);

        let mut ctx = db.work().write();
        create_mail_token(&mut ctx, account_id, MailPurpose::VerifyEmail)
            .await
            .unwrap();
        ctx.commit().await.unwrap();
        assert_eq!(ask().await, 1, "the mail was written just now");
        db.clock().advance(ONE_MAIL_PER);
        assert_eq!(ask().await, 2);
    }
}
