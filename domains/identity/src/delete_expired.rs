//! Housekeeping: what has expired goes.

use database::{Ctx, Error};

use crate::{lockout, second_factor, signing_key, store};

/// Deletes expired sessions, mail tokens, invitations, half sign-ins, replaced signing keys and forgotten failures of the
/// store, and gives how many rows went. Recovery codes that were shown cannot be shown again from now on.
pub async fn delete_expired(ctx: &mut Ctx) -> Result<u64, Error> {
    let forget_before = ctx.now() - lockout::FORGET_AFTER;
    let replaced_before = ctx.now() - signing_key::VERIFIES_ON_FOR;
    let shown_before = ctx.now() - second_factor::SHOWN_AGAIN_FOR;
    store::update_shown_codes_gone(ctx, shown_before).await?;
    let keys = store::delete_old_keys(ctx, replaced_before).await?;
    Ok(keys + store::delete_expired(ctx, forget_before).await?)
}

#[cfg(test)]
mod tests {
    use chrono::TimeDelta;
    use database::testing::TestDatabase;

    use super::*;
    use crate::{
        MailPurpose, check, create_mail_token,
        testing::{PASSWORD, account, sign_in},
    };

    #[tokio::test]
    async fn only_what_is_over_goes() {
        let db = TestDatabase::new().await;
        let account_id = account(&db, "ann@example.com").await;
        sign_in(&db, "ann@example.com", PASSWORD).await.unwrap();
        sign_in(&db, "bob@example.com", "wrong").await.unwrap_err();
        let mut ctx = db.work().write();
        create_mail_token(&mut ctx, account_id, MailPurpose::ResetPassword)
            .await
            .unwrap();
        create_mail_token(&mut ctx, account_id, MailPurpose::VerifyEmail)
            .await
            .unwrap();
        ctx.commit().await.unwrap();
        for (hours, gone) in [(0, 0), (1, 1), (24, 1), (72, 1), (24 * 30, 1), (24 * 60, 0)] {
            db.clock().advance(TimeDelta::hours(hours));
            let mut ctx = db.work().write();
            assert_eq!(
                delete_expired(&mut ctx).await.unwrap(),
                gone,
                "after {hours} more hours"
            );
            assert_eq!(check(&mut ctx).await.unwrap(), Vec::<String>::new());
            ctx.commit().await.unwrap();
        }
    }
}
