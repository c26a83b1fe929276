//! Signing in and out.

use axum::{
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse as _, Redirect, Response},
};
use identity::{CompleteSignIn, CompleteSignInError, SignIn, SignInError, SignedIn};
use kernel::EmailAddress;
use serde::{Deserialize, Serialize};
use web::{Form, Problem, Query, Visitor};

use crate::{cart::local_path, layout};

#[derive(Debug, Default, Deserialize)]
pub(crate) struct LoginQuery {
    #[serde(default)]
    next: String,
}

#[derive(Debug, Deserialize)]
pub(crate) struct LoginForm {
    email: String,
    password: String,
    #[serde(default)]
    next: String,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct CodeForm {
    challenge: String,
    code: String,
    next: String,
}

#[derive(Serialize)]
struct CodeView {
    /// What the first step gave.
    challenge: String,
    next: String,
    /// What went wrong, a key of the texts.
    trouble: Option<&'static str>,
    minutes: i64,
}

#[derive(Serialize)]
struct LoginView {
    email: String,
    next: String,
    /// What went wrong, a key of the texts.
    trouble: Option<&'static str>,
    minutes: i64,
}

pub(crate) async fn show(visitor: Visitor, Query(query): Query<LoginQuery>) -> Result<Response, Problem> {
    let view = LoginView {
        email: String::new(),
        next: query.next,
        trouble: None,
        minutes: 0,
    };
    layout::page(&visitor, "storefront/login.html", &view).await
}

pub(crate) async fn sign_in(visitor: Visitor, Form(form): Form<LoginForm>) -> Result<Response, Problem> {
    visitor.count_auth_attempt(&form.email)?;
    let Ok(email) = EmailAddress::parse(&form.email) else {
        return refuse(
            &visitor,
            form.email,
            form.next,
            StatusCode::UNAUTHORIZED,
            ("login-wrong", 0),
        )
        .await;
    };
    let command = SignIn {
        email,
        password: form.password,
        user_agent: visitor.user_agent().to_owned(),
        previous: visitor.session_secret().map(str::to_owned),
    };
    let signed_in = match identity::sign_in_flow(&visitor.work, command).await {
        Ok(signed_in) => signed_in,
        Err(SignInError::InvalidCredentials) => {
            return refuse(
                &visitor,
                form.email,
                form.next,
                StatusCode::UNAUTHORIZED,
                ("login-wrong", 0),
            )
            .await;
        }
        Err(SignInError::SecondFactorNeeded { challenge }) => {
            return ask_for_code(&visitor, StatusCode::OK, challenge.into_string(), form.next, None).await;
        }
        Err(SignInError::TooManyAttempts { retry_after }) => {
            let minutes = retry_after.num_minutes() + 1;
            let trouble = ("login-locked", minutes);
            let status = StatusCode::TOO_MANY_REQUESTS;
            let mut page = refuse(&visitor, form.email, form.next, status, trouble).await?;
            let seconds = HeaderValue::from(retry_after.num_seconds().max(1));
            page.headers_mut().insert(header::RETRY_AFTER, seconds);
            return Ok(page);
        }
        Err(error @ SignInError::Hashing(_)) => return Err(Problem::internal(&error)),
        Err(SignInError::Internal(error)) => return Err(error.into()),
    };
    welcome(&visitor, &signed_in, &form.next).await
}

/// Opens the session in this browser, brings its cart along, and goes on to where the visitor wanted to be.
pub(crate) async fn welcome(visitor: &Visitor, signed_in: &SignedIn, next: &str) -> Result<Response, Problem> {
    let mut ctx = visitor.work.write();
    if let Some(customer) = customers::find_by_account(&mut ctx, signed_in.account_id).await? {
        match cart::merge_into_customer(&mut ctx, visitor.cart(), customer.id)
            .await
            .map_err(crate::cart::problem)?
        {
            Some(cart) => visitor.remember_cart(cart),
            None => visitor.forget_cart(),
        }
    }
    ctx.commit().await?;
    visitor.start_session(signed_in.secret.as_str());
    Ok(Redirect::to(local_path(next, "/")).into_response())
}

/// The second step: the code of an authenticator app.
pub(crate) async fn complete(visitor: Visitor, Form(form): Form<CodeForm>) -> Result<Response, Problem> {
    // The address is not known here; the account's own lock counts the codes.
    visitor.count_auth_attempt("")?;
    let command = CompleteSignIn {
        challenge: form.challenge.clone(),
        code: form.code,
        user_agent: visitor.user_agent().to_owned(),
        previous: visitor.session_secret().map(str::to_owned),
    };
    let (status, trouble, minutes) = match identity::complete_sign_in_flow(&visitor.work, command).await {
        Ok(signed_in) => return welcome(&visitor, &signed_in, &form.next).await,
        Err(CompleteSignInError::Expired) => {
            let trouble = ("login-expired", 0);
            return refuse(&visitor, String::new(), form.next, StatusCode::UNAUTHORIZED, trouble).await;
        }
        Err(CompleteSignInError::WrongCode) => (StatusCode::UNAUTHORIZED, "login-code-wrong", 0),
        Err(CompleteSignInError::TooManyAttempts { retry_after }) => (
            StatusCode::TOO_MANY_REQUESTS,
            "login-locked",
            retry_after.num_minutes() + 1,
        ),
        Err(CompleteSignInError::Internal(error)) => return Err(error.into()),
    };
    ask_for_code(&visitor, status, form.challenge, form.next, Some((trouble, minutes))).await
}

async fn ask_for_code(
    visitor: &Visitor,
    status: StatusCode,
    challenge: String,
    next: String,
    trouble: Option<(&'static str, i64)>,
) -> Result<Response, Problem> {
    let (trouble, minutes) = trouble.unzip();
    let view = CodeView {
        challenge,
        next,
        trouble,
        minutes: minutes.unwrap_or_default(),
    };
    layout::page_with_status(visitor, status, "storefront/login_code.html", &view).await
}

async fn refuse(
    visitor: &Visitor,
    email: String,
    next: String,
    status: StatusCode,
    (trouble, minutes): (&'static str, i64),
) -> Result<Response, Problem> {
    let view = LoginView {
        email,
        next,
        trouble: Some(trouble),
        minutes,
    };
    layout::page_with_status(visitor, status, "storefront/login.html", &view).await
}

/// Ends the session. The customer's cart stays theirs; this browser forgets it.
pub(crate) async fn sign_out(visitor: Visitor) -> Result<Response, Problem> {
    if let Some(secret) = visitor.session_secret() {
        let mut ctx = visitor.work.write();
        identity::sign_out(&mut ctx, secret).await?;
        ctx.commit().await?;
    }
    visitor.end_session();
    visitor.forget_cart();
    visitor.flash("signed-out");
    Ok(Redirect::to("/").into_response())
}
