//! From a session's secret to the account behind it, in one statement.

use database::{Ctx, Error};
use kernel::{AccountId, EmailAddress, SessionId};

use crate::{AssignedRole, secret, session, store};

/// The account behind a session.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Authenticated {
    /// The account.
    pub account_id: AccountId,
    /// The session.
    pub session_id: SessionId,
    /// The account's e-mail address.
    pub email: EmailAddress,
    /// Whether its owner proved to read that address.
    pub verified: bool,
    /// Set for members of staff.
    pub staff: Option<Staff>,
    /// Whether [`keep_session`] should be called in a transaction that may write: at most once an hour.
    pub refresh_due: bool,
}

/// A member of staff.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Staff {
    /// The name the back office shows.
    pub name: String,
    /// The role and what it allows.
    pub role: AssignedRole,
    /// Whether the store wants a second factor of them, which they have not set up.
    pub lacks_second_factor: bool,
}

/// The account whose session has that secret, unless it expired. Works in a read-only transaction.
pub async fn authenticate(ctx: &mut Ctx, secret: &str) -> Result<Option<Authenticated>, Error> {
    store::find_session(ctx, secret::hash(secret)).await
}

/// Writes that the session was used, so that it lives on.
pub async fn keep_session(ctx: &mut Ctx, session: &Authenticated) -> Result<(), Error> {
    let expires_at = ctx.now() + session::idle_limit(session.staff.is_some());
    store::update_session(ctx, session.session_id, expires_at).await
}

#[cfg(test)]
mod tests {
    use chrono::TimeDelta;
    use database::{Scope, Work, stores::NewStore, testing::TestDatabase};

    use super::*;
    use crate::{
        NewPassword, NewStaff, Role, create_staff, list_open_sessions, sign_out, sign_out_everywhere,
        testing::{PASSWORD, account, email, sign_in},
    };

    async fn found(db: &TestDatabase, secret: &str) -> Option<Authenticated> {
        authenticate(&mut db.work().read(), secret).await.unwrap()
    }

    #[tokio::test]
    async fn a_session_slides_and_is_written_once_an_hour() {
        let db = TestDatabase::new().await;
        account(&db, "ann@example.com").await;
        let secret = sign_in(&db, "ann@example.com", PASSWORD)
            .await
            .unwrap()
            .secret
            .into_string();
        db.clock().advance(TimeDelta::minutes(59));
        assert!(!found(&db, &secret).await.unwrap().refresh_due);
        db.clock().advance(TimeDelta::days(29));
        let session = found(&db, &secret).await.unwrap();
        assert!(session.refresh_due);
        let mut ctx = db.work().write();
        keep_session(&mut ctx, &session).await.unwrap();
        ctx.commit().await.unwrap();
        db.clock().advance(TimeDelta::days(29));
        assert!(found(&db, &secret).await.is_some());
        db.clock().advance(TimeDelta::days(1));
        assert_eq!(found(&db, &secret).await, None);
    }

    #[tokio::test]
    async fn staff_are_known_by_role_and_idle_half_a_day() {
        let db = TestDatabase::new().await;
        let password = NewPassword::parse(PASSWORD, &email("boss@example.com")).unwrap();
        let password = password.hash(&db.work()).await.unwrap();
        let mut ctx = db.work().write();
        let new = NewStaff {
            email: email("boss@example.com"),
            name: " Boss ".to_owned(),
            role: Role::Manager,
            password,
        };
        create_staff(&mut ctx, new).await.unwrap();
        ctx.commit().await.unwrap();
        let signed_in = sign_in(&db, "boss@example.com", PASSWORD).await.unwrap();
        assert!(signed_in.is_staff);
        let session = found(&db, signed_in.secret.as_str()).await.unwrap();
        assert_eq!(
            session.staff,
            Some(Staff {
                name: "Boss".to_owned(),
                role: Role::Manager.into(),
                lacks_second_factor: false,
            })
        );
        assert!(session.verified);
        db.clock().advance(TimeDelta::hours(12));
        assert_eq!(found(&db, signed_in.secret.as_str()).await, None);
    }

    #[tokio::test]
    async fn signing_out_ends_one_session_or_all() {
        let db = TestDatabase::new().await;
        let account_id = account(&db, "ann@example.com").await;
        let mut secrets = Vec::new();
        for _ in 0..3 {
            secrets.push(
                sign_in(&db, "ann@example.com", PASSWORD)
                    .await
                    .unwrap()
                    .secret
                    .into_string(),
            );
        }
        let mut ctx = db.work().write();
        sign_out(&mut ctx, &secrets[0]).await.unwrap();
        ctx.commit().await.unwrap();
        assert!(found(&db, &secrets[0]).await.is_none() && found(&db, &secrets[1]).await.is_some());
        let mut ids = Vec::new();
        for secret in &secrets[1..] {
            ids.push(found(&db, secret).await.unwrap().session_id);
        }
        let mut ctx = db.work().write();
        ids.push(ctx.new_id());
        let open = list_open_sessions(&mut ctx, &ids).await.unwrap();
        assert_eq!(open, ids[..2].iter().copied().collect());
        ctx.rollback().await;
        let mut ctx = db.work().write();
        sign_out_everywhere(&mut ctx, account_id).await.unwrap();
        ctx.commit().await.unwrap();
        assert!(found(&db, &secrets[1]).await.is_none() && found(&db, &secrets[2]).await.is_none());
    }

    #[tokio::test]
    async fn a_session_of_one_store_is_nothing_in_another() {
        let db = TestDatabase::new().await;
        account(&db, "ann@example.com").await;
        let secret = sign_in(&db, "ann@example.com", PASSWORD).await.unwrap().secret;
        let shop = db.store();
        let other = NewStore {
            slug: "other".to_owned(),
            name: "Other".to_owned(),
            currency: shop.currency,
            locale: shop.locale,
            prices_include_tax: true,
            tax_rounding: shop.tax_rounding,
            country: shop.country,
            email: shop.email.clone(),
            time_zone: shop.time_zone,
        };
        let other = db.database().ensure_store(&other, &[]).await.unwrap();
        let mut ctx = Work::new(db.database().clone(), Scope::system(other)).read();
        assert_eq!(authenticate(&mut ctx, secret.as_str()).await.unwrap(), None);
        assert!(found(&db, secret.as_str()).await.is_some());
    }
}
