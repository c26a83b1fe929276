//! `/auth/token` and `/auth/revoke`: tokens for programs, and their end.

use axum::{
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse as _, Response},
};
use chrono::TimeDelta;
use data_encoding::BASE64URL_NOPAD;
use identity::{CompleteSignInError, RefreshError, SignIn, SignInError, SignInProgram, SignInProgramError, Tokens};
use kernel::{EmailAddress, FieldError};
use serde::{Deserialize, Serialize};
use serde_json::json;
use utoipa::ToSchema;
use web::{Answer, Problem, Visitor};

use crate::{endpoint::Endpoint, wire::present};

const TAG: &str = "Sign-in";

/// How a program signs in.
#[derive(Debug, Clone, Copy, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
enum GrantType {
    /// With `email` and `password`, and `code` where the account has a second factor.
    Password,
    /// With `api_key`: a token for something that should not hold the key.
    ApiKey,
    /// With the `refresh_token` of the answer before, which works once.
    RefreshToken,
}

/// What a program has to show; which fields are needed depends on `grant_type`.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct TokenRequest {
    #[schema(inline)]
    grant_type: GrantType,
    /// A customer's address.
    #[serde(default, deserialize_with = "present")]
    #[schema(max_length = 254, nullable = false)]
    email: Option<String>,
    #[serde(default, deserialize_with = "present")]
    #[schema(max_length = 1000, nullable = false)]
    password: Option<String>,
    /// A code of the authenticator app or a recovery code.
    #[serde(default, deserialize_with = "present")]
    #[schema(max_length = 64, nullable = false)]
    code: Option<String>,
    #[serde(default, deserialize_with = "present")]
    #[schema(max_length = 256, nullable = false)]
    api_key: Option<String>,
    #[serde(default, deserialize_with = "present")]
    #[schema(max_length = 256, nullable = false)]
    refresh_token: Option<String>,
}

/// What a program sends with its calls, and what gets the next.
#[derive(Serialize, ToSchema)]
struct TokenAnswer {
    /// Send it as `Authorization: Bearer …`. A JWT, signed with a key of `/.well-known/jwks.json`.
    access_token: String,
    /// `Bearer`.
    token_type: &'static str,
    /// For how many seconds it works.
    expires_in: i64,
    /// Gets the next tokens, once; null for an API key.
    refresh_token: Option<String>,
}

/// A session to be ended.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct RevokeRequest {
    /// The newest refresh token.
    #[schema(min_length = 1, max_length = 256)]
    refresh_token: String,
}

/// The endpoints of this file.
pub(crate) fn endpoints() -> Vec<Endpoint> {
    vec![
        Endpoint::post("create_token", "/auth/token", create)
            .says(
                TAG,
                "Get tokens",
                "Gives an access token for a customer's password, an API key or a refresh token. An access token works for \
                 ten minutes; a refresh token for thirty days and once, and using it again ends the session.",
            )
            .body::<TokenRequest>()
            .answers::<TokenAnswer>(200, "The tokens.")
            .never_kept()
            .problem(401, "`invalid_credentials`, `second_factor_required`, `passkey_required`, `invalid_code`, `invalid_token` or `token_reused`.")
            .problem(429, "`too_many_attempts`: too many tries failed; `Retry-After` tells when to come back."),
        Endpoint::post("revoke_token", "/auth/revoke", revoke)
            .says(
                TAG,
                "Sign out",
                "Ends the session of a refresh token. The answer is the same for a token that is none.",
            )
            .body::<RevokeRequest>()
            .answers_nothing(204, "The session is over.")
            .never_kept(),
    ]
}

async fn create(visitor: Visitor, headers: HeaderMap, web::Json(body): web::Json<TokenRequest>) -> Answer {
    let tokens = match body.grant_type {
        GrantType::Password => {
            let email = needed("email", body.email)?;
            let password = needed("password", body.password)?;
            visitor.count_auth_attempt(&email).await?;
            // What is no address gets the answer that a wrong password gets.
            let email = EmailAddress::parse(&email).map_err(|_error| wrong(SignInError::InvalidCredentials))?;
            let agent = headers.get(header::USER_AGENT).and_then(|value| value.to_str().ok());
            let sign_in = SignIn {
                email,
                password,
                user_agent: agent.unwrap_or_default().to_owned(),
                previous: None,
            };
            let command = SignInProgram {
                sign_in,
                code: body.code,
            };
            let outcome = identity::sign_in_program_flow(&visitor.work, command).await;
            outcome.map_err(program_problem)?
        }
        GrantType::ApiKey => {
            let api_key = needed("api_key", body.api_key)?;
            visitor.count_auth_attempt("").await?;
            let mut ctx = visitor.work.write();
            let tokens = identity::create_key_token(&mut ctx, &api_key).await?;
            ctx.commit().await?;
            tokens.ok_or_else(|| refused("invalid_credentials", "The API key is not valid."))?
        }
        GrantType::RefreshToken => {
            let refresh_token = needed("refresh_token", body.refresh_token)?;
            let outcome = identity::refresh_tokens_flow(&visitor.work, &refresh_token).await;
            outcome.map_err(refresh_problem)?
        }
    };
    Ok(answer(tokens))
}

/// A field that this kind of grant cannot do without.
fn needed(field: &'static str, value: Option<String>) -> Result<String, FieldError> {
    value
        .filter(|value| !value.is_empty())
        .ok_or_else(|| FieldError::required(field))
}

fn answer(tokens: Tokens) -> Response {
    let answer = TokenAnswer {
        access_token: tokens.access_token,
        token_type: "Bearer",
        expires_in: tokens.expires_in_seconds,
        refresh_token: tokens.refresh_token.map(identity::Secret::into_string),
    };
    ([(header::CACHE_CONTROL, "no-store")], web::Json(answer)).into_response()
}

async fn revoke(visitor: Visitor, web::Json(body): web::Json<RevokeRequest>) -> Answer {
    let length = body.refresh_token.chars().count();
    if !(1..=256).contains(&length) {
        let message = "must have 1 to 256 characters";
        return Err(Problem::field("refresh_token", "wrong_length", message));
    }
    let mut ctx = visitor.work.write();
    identity::revoke_tokens(&mut ctx, &body.refresh_token).await?;
    ctx.commit().await?;
    Ok(StatusCode::NO_CONTENT.into_response())
}

fn refused(code: &'static str, detail: &'static str) -> Problem {
    Problem::new(StatusCode::UNAUTHORIZED, code, detail)
}

pub(crate) fn locked(retry_after: TimeDelta) -> Problem {
    let problem = Problem::new(
        StatusCode::TOO_MANY_REQUESTS,
        "too_many_attempts",
        "Too many tries failed: wait before the next.",
    );
    problem.retry_after(u64::try_from(retry_after.num_seconds()).unwrap_or_default().max(1))
}

fn wrong(error: SignInError) -> Problem {
    match error {
        SignInError::InvalidCredentials => {
            refused("invalid_credentials", "The e-mail address or the password is wrong.")
        }
        SignInError::SecondFactorNeeded { .. } => refused(
            "second_factor_required",
            "This account needs a code of its second factor: send it as `code`.",
        ),
        SignInError::PasskeyNeeded => refused(
            "passkey_required",
            "This account signs in with its passkey, which a program cannot show: use an API key.",
        ),
        SignInError::TooManyAttempts { retry_after } => locked(retry_after),
        error @ SignInError::Hashing(_) => Problem::internal(&error),
        SignInError::Internal(error) => error.into(),
    }
}

fn program_problem(error: SignInProgramError) -> Problem {
    match error {
        SignInProgramError::SignIn(error) => wrong(error),
        SignInProgramError::Code(CompleteSignInError::TooManyAttempts { retry_after }) => locked(retry_after),
        SignInProgramError::Code(CompleteSignInError::Internal(error)) | SignInProgramError::Internal(error) => {
            error.into()
        }
        SignInProgramError::Code(CompleteSignInError::WrongCode | CompleteSignInError::Expired) => {
            refused("invalid_code", "The code is wrong or was used before.")
        }
    }
}

fn refresh_problem(error: RefreshError) -> Problem {
    match error {
        RefreshError::InvalidToken => refused("invalid_token", "The refresh token does not work any more."),
        RefreshError::Reused => refused(
            "token_reused",
            "The refresh token was used before, so its session was ended: sign in again.",
        ),
        RefreshError::Internal(error) => error.into(),
    }
}

/// The public keys that access tokens can be checked with (RFC 7517, RFC 8037).
pub(crate) async fn keys(visitor: Visitor) -> Answer {
    let mut ctx = visitor.work.read();
    let keys = identity::list_signing_keys(&mut ctx).await?;
    ctx.rollback().await;
    let keys: Vec<serde_json::Value> = keys
        .into_iter()
        .map(|key| {
            json!({
                "kty": "OKP", "crv": "Ed25519", "use": "sig", "alg": "EdDSA",
                "kid": key.id, "x": BASE64URL_NOPAD.encode(&key.public_key),
            })
        })
        .collect();
    Ok(web::Json(json!({ "keys": keys })).into_response())
}
