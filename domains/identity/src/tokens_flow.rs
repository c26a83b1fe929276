//! Access and refresh tokens for programs: issued for a password or an API key, renewed, and taken back. Renewing is a flow
//! because a stolen token must end its session although the call fails.

use database::{Ctx, Error, Work};
use kernel::{ApiKeyId, SessionId};

use crate::{
    Authenticated, AuthenticatedKey, CompleteSignIn, CompleteSignInError, Secret, SignIn, SignInError, access_token,
    access_token::Claims, authenticate_api_key, complete_sign_in_flow, secret, session, sign_in_flow, signing_key,
    store,
};

/// What a program gets.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tokens {
    /// Sent as `Authorization: Bearer` with each call.
    pub access_token: String,
    /// For how many seconds.
    pub expires_in_seconds: i64,
    /// What gets the next ones, once; none for an API key, which is itself kept for long.
    pub refresh_token: Option<Secret>,
}

/// A program that signs in for somebody.
#[derive(Clone)]
pub struct SignInProgram {
    /// Address and password; `user_agent` is the program's name for itself.
    pub sign_in: SignIn,
    /// The code of the second factor, where the account has one.
    pub code: Option<String>,
}

/// Why a program gets no tokens.
#[derive(Debug, thiserror::Error)]
pub enum SignInProgramError {
    /// As in a browser.
    #[error(transparent)]
    SignIn(#[from] SignInError),
    /// The code of the second factor does not count.
    #[error(transparent)]
    Code(#[from] CompleteSignInError),
    /// The database failed.
    #[error(transparent)]
    Internal(#[from] Error),
}

/// Why there are no new tokens.
#[derive(Debug, thiserror::Error)]
pub enum RefreshError {
    /// The token is made up, or its session ended.
    #[error("the refresh token does not work any more")]
    InvalidToken,
    /// The token was used before: two hold it, so its session ended for both.
    #[error("the refresh token was used before, so its session was ended")]
    Reused,
    /// The database failed.
    #[error(transparent)]
    Internal(#[from] Error),
}

/// Whose an access token is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TokenHolder {
    /// An account, through a program. It acts as a customer, never as staff.
    Account(Authenticated),
    /// An API key.
    Key(AuthenticatedKey),
}

/// Signs in as a browser does, with the same throttle and locks, and gives tokens instead of a cookie.
pub async fn sign_in_program_flow(work: &Work, command: SignInProgram) -> Result<Tokens, SignInProgramError> {
    let SignInProgram { sign_in, code } = command;
    let (user_agent, previous) = (sign_in.user_agent.clone(), sign_in.previous.clone());
    let signed_in = match (sign_in_flow(work, sign_in).await, code) {
        (Err(SignInError::SecondFactorNeeded { challenge }), Some(code)) => {
            let command = CompleteSignIn {
                challenge: challenge.into_string(),
                code,
                user_agent,
                previous,
            };
            complete_sign_in_flow(work, command).await?
        }
        (outcome, _) => outcome?,
    };
    let mut ctx = work.write();
    // The session's secret was given to nobody; a new one that nobody has makes it a program's.
    let nobodys = Secret::for_link(&ctx).hash();
    let session_id = store::update_session_program(&mut ctx, signed_in.secret.hash(), nobodys).await?;
    let session_id = session_id.ok_or_else(|| Error::corrupt("sessions.id", "gone"))?;
    let tokens = issue(&mut ctx, session_id, signed_in.account_id.to_string()).await?;
    ctx.commit().await?;
    Ok(tokens)
}

/// A short-lived token that may do what the key may. `None`: the key was revoked or is made up.
pub async fn create_key_token(ctx: &mut Ctx, key: &str) -> Result<Option<Tokens>, Error> {
    let Some(key) = authenticate_api_key(ctx, key).await? else {
        return Ok(None);
    };
    Ok(Some(Tokens {
        access_token: sign(ctx, key.id.to_string(), None).await?,
        expires_in_seconds: access_token::LIFETIME.num_seconds(),
        refresh_token: None,
    }))
}

/// New tokens for a refresh token, which is used up. One that was used before ends its session.
pub async fn refresh_tokens_flow(work: &Work, refresh_token: &str) -> Result<Tokens, RefreshError> {
    let hash = secret::hash(refresh_token);
    let mut ctx = work.write();
    let expires_at = ctx.now() + session::idle_limit(false);
    if let Some((session_id, account_id)) = store::update_refresh_token_used(&mut ctx, hash).await? {
        store::update_session(&mut ctx, session_id, expires_at).await?;
        let tokens = issue(&mut ctx, session_id, account_id.to_string()).await?;
        ctx.commit().await?;
        return Ok(tokens);
    }
    let stolen = store::delete_session_of_refresh_token(&mut ctx, hash).await?;
    ctx.commit().await?;
    Err(if stolen {
        RefreshError::Reused
    } else {
        RefreshError::InvalidToken
    })
}

/// Ends the session of a refresh token, used or not. A token that is made up ends nothing, and nobody learns so.
pub async fn revoke_tokens(ctx: &mut Ctx, refresh_token: &str) -> Result<(), Error> {
    store::delete_session_of_refresh_token(ctx, secret::hash(refresh_token)).await?;
    Ok(())
}

/// Whose token it is, unless it is over, forged, or its session or key ended. Works in a read-only transaction.
pub async fn authenticate_access_token(ctx: &mut Ctx, token: &str) -> Result<Option<TokenHolder>, Error> {
    let Some(unverified) = access_token::read(token) else {
        return Ok(None);
    };
    let Some(public_key) = store::find_public_key(ctx, unverified.kid).await? else {
        return Ok(None);
    };
    let Some(claims) = unverified.verify(&public_key, ctx.store_id(), ctx.now()) else {
        return Ok(None);
    };
    if let Some(id) = claims.sid {
        return Ok(program_session(ctx, id).await?.map(TokenHolder::Account));
    }
    match claims.sub.parse::<ApiKeyId>() {
        Ok(id) => Ok(store::find_api_key_by_id(ctx, id).await?.map(|key| {
            TokenHolder::Key(AuthenticatedKey {
                id: key.id,
                name: key.name,
                permissions: key.permissions,
                use_due: false,
            })
        })),
        Err(_other) => Ok(None),
    }
}

async fn program_session(ctx: &mut Ctx, id: SessionId) -> Result<Option<Authenticated>, Error> {
    let found = store::find_program_session(ctx, id).await?;
    Ok(found.map(|found| Authenticated { staff: None, ..found }))
}

async fn issue(ctx: &mut Ctx, session_id: SessionId, subject: String) -> Result<Tokens, Error> {
    let refresh_token = Secret::for_link(ctx);
    store::insert_refresh_token(ctx, refresh_token.hash(), session_id).await?;
    Ok(Tokens {
        access_token: sign(ctx, subject, Some(session_id)).await?,
        expires_in_seconds: access_token::LIFETIME.num_seconds(),
        refresh_token: Some(refresh_token),
    })
}

async fn sign(ctx: &mut Ctx, subject: String, session_id: Option<SessionId>) -> Result<String, Error> {
    let (kid, seed) = signing_key::current(ctx).await?;
    let claims = Claims {
        iss: ctx.store_id(),
        sub: subject,
        sid: session_id,
        iat: ctx.now().timestamp(),
        exp: (ctx.now() + access_token::LIFETIME).timestamp(),
    };
    access_token::sign(&seed, kid, &claims).ok_or(Error::Sealed("signing_keys.seed"))
}

#[cfg(test)]
mod tests {
    use chrono::TimeDelta;
    use database::{Scope, testing::TestDatabase};
    use kernel::Permission;

    use super::*;
    use crate::{
        create_api_key, delete_expired, end_session, list_sessions, list_signing_keys, revoke_api_key,
        sign_out_everywhere,
        testing::{PASSWORD, account, email},
    };

    async fn tokens(db: &TestDatabase, password: &str) -> Result<Tokens, SignInProgramError> {
        let sign_in = SignIn {
            email: email("ann@example.com"),
            password: password.to_owned(),
            user_agent: "Program".to_owned(),
            previous: None,
        };
        sign_in_program_flow(&db.work(), SignInProgram { sign_in, code: None }).await
    }

    async fn holder(db: &TestDatabase, token: &str) -> Option<TokenHolder> {
        authenticate_access_token(&mut db.work().read(), token).await.unwrap()
    }

    async fn refresh(db: &TestDatabase, tokens: &Tokens) -> Result<Tokens, RefreshError> {
        refresh_tokens_flow(&db.work(), tokens.refresh_token.as_ref().unwrap().as_str()).await
    }

    #[tokio::test]
    async fn tokens_are_renewed_in_a_row_and_one_used_twice_ends_the_session() {
        let db = TestDatabase::new().await;
        let ann = account(&db, "ann@example.com").await;
        let first = tokens(&db, PASSWORD).await.unwrap();
        let Some(TokenHolder::Account(found)) = holder(&db, &first.access_token).await else {
            panic!("a token of ann's");
        };
        assert_eq!((found.account_id, found.staff), (ann, None));
        db.clock().advance(TimeDelta::minutes(10));
        assert_eq!(holder(&db, &first.access_token).await, None);
        let second = refresh(&db, &first).await.unwrap();
        let third = refresh(&db, &second).await.unwrap();
        assert!(holder(&db, &third.access_token).await.is_some());
        let sessions = list_sessions(&mut db.work().read(), ann).await.unwrap();
        assert_eq!((sessions.len(), sessions[0].kind.as_str()), (1, "program"));

        assert!(matches!(refresh(&db, &first).await, Err(RefreshError::Reused)));
        assert_eq!(holder(&db, &third.access_token).await, None);
        assert!(matches!(refresh(&db, &third).await, Err(RefreshError::InvalidToken)));
    }

    #[tokio::test]
    async fn signing_out_ends_tokens_at_once() {
        let db = TestDatabase::new().await;
        let ann = account(&db, "ann@example.com").await;
        let (one, other) = (
            tokens(&db, PASSWORD).await.unwrap(),
            tokens(&db, PASSWORD).await.unwrap(),
        );
        let mut ctx = db.work().write();
        let Some(TokenHolder::Account(found)) = holder(&db, &one.access_token).await else {
            panic!("a token of ann's");
        };
        assert!(end_session(&mut ctx, ann, found.session_id).await.unwrap());
        ctx.commit().await.unwrap();
        assert_eq!(holder(&db, &one.access_token).await, None);
        assert!(holder(&db, &other.access_token).await.is_some());
        let mut ctx = db.work().write();
        sign_out_everywhere(&mut ctx, ann).await.unwrap();
        ctx.commit().await.unwrap();
        assert_eq!(holder(&db, &other.access_token).await, None);
        assert!(matches!(refresh(&db, &other).await, Err(RefreshError::InvalidToken)));
        let revoked = tokens(&db, PASSWORD).await.unwrap();
        let mut ctx = db.work().write();
        revoke_tokens(&mut ctx, revoked.refresh_token.as_ref().unwrap().as_str())
            .await
            .unwrap();
        revoke_tokens(&mut ctx, "made up").await.unwrap();
        ctx.commit().await.unwrap();
        assert_eq!(holder(&db, &revoked.access_token).await, None);
    }

    #[tokio::test]
    async fn guesses_lock_programs_and_browsers_alike() {
        let db = TestDatabase::new().await;
        account(&db, "ann@example.com").await;
        for _ in 0..5 {
            let wrong = tokens(&db, "wrong").await;
            assert!(matches!(
                wrong,
                Err(SignInProgramError::SignIn(SignInError::InvalidCredentials))
            ));
        }
        let locked = tokens(&db, PASSWORD).await;
        assert!(matches!(
            locked,
            Err(SignInProgramError::SignIn(SignInError::TooManyAttempts { .. }))
        ));
    }

    #[tokio::test]
    async fn a_keys_token_may_what_the_key_may_until_it_is_revoked() {
        let db = TestDatabase::new().await;
        let mut ctx = db.work().write();
        let (key, secret) = create_api_key(&mut ctx, "Robot", &[Permission::ReadOrders])
            .await
            .unwrap();
        let tokens = create_key_token(&mut ctx, secret.as_str()).await.unwrap().unwrap();
        assert_eq!(tokens.refresh_token, None);
        assert_eq!(create_key_token(&mut ctx, "souk_made_up").await.unwrap(), None);
        ctx.commit().await.unwrap();
        let Some(TokenHolder::Key(found)) = holder(&db, &tokens.access_token).await else {
            panic!("a token of the key's");
        };
        assert_eq!(
            (found.id, found.permissions.as_slice()),
            (key.id, &[Permission::ReadOrders][..])
        );
        let mut ctx = db.work().write();
        revoke_api_key(&mut ctx, key.id).await.unwrap();
        ctx.commit().await.unwrap();
        assert_eq!(holder(&db, &tokens.access_token).await, None);
    }

    #[tokio::test]
    async fn keys_change_monthly_and_the_old_one_verifies_a_while() {
        let db = TestDatabase::new().await;
        account(&db, "ann@example.com").await;
        tokens(&db, PASSWORD).await.unwrap();
        db.clock().advance(TimeDelta::days(30) - TimeDelta::minutes(5));
        let old = tokens(&db, PASSWORD).await.unwrap();
        db.clock().advance(TimeDelta::minutes(5));
        let new = tokens(&db, PASSWORD).await.unwrap();
        for tokens in [&old, &new] {
            assert!(holder(&db, &tokens.access_token).await.is_some());
        }
        assert_eq!(list_signing_keys(&mut db.work().read()).await.unwrap().len(), 2);
        db.clock().advance(TimeDelta::days(2));
        let mut ctx = db.work().write();
        delete_expired(&mut ctx).await.unwrap();
        assert_eq!(list_signing_keys(&mut ctx).await.unwrap().len(), 1);
        ctx.commit().await.unwrap();
    }

    #[tokio::test]
    async fn a_token_of_one_store_is_nothing_in_another() {
        let db = TestDatabase::new().await;
        account(&db, "ann@example.com").await;
        let tokens = tokens(&db, PASSWORD).await.unwrap();
        let shop = db.store();
        let other = database::stores::NewStore {
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
        let work = Work::new(db.database().clone(), Scope::system(other));
        let found = authenticate_access_token(&mut work.read(), &tokens.access_token)
            .await
            .unwrap();
        assert_eq!(found, None);
        let refreshed = refresh_tokens_flow(&work, tokens.refresh_token.as_ref().unwrap().as_str()).await;
        assert!(matches!(refreshed, Err(RefreshError::InvalidToken)));
    }
}
