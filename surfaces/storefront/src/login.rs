//! Signing in and out.

use axum::{
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse as _, Redirect, Response},
};
use chrono::TimeDelta;
use identity::{CompleteSignIn, CompleteSignInError, Entrance, Provider, SignIn, SignInError, SignedIn};
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

/// What went wrong: a key of the texts, and what the text names.
#[derive(Debug, Default, Serialize)]
pub(crate) struct Trouble {
    pub(crate) key: &'static str,
    pub(crate) minutes: i64,
    /// A provider's name.
    pub(crate) provider: String,
    /// What the provider's answer lacks.
    pub(crate) detail: String,
}

#[derive(Serialize)]
struct LoginView {
    email: String,
    next: String,
    trouble: Option<Trouble>,
    providers: Vec<ProviderButton>,
}

#[derive(Serialize)]
struct ProviderButton {
    id: String,
    name: String,
}

impl Trouble {
    pub(crate) fn of(key: &'static str) -> Self {
        Self { key, ..Self::default() }
    }

    fn locked(retry_after: TimeDelta) -> Self {
        Self {
            key: "login-locked",
            minutes: retry_after.num_minutes() + 1,
            ..Self::default()
        }
    }
}

pub(crate) async fn show(visitor: Visitor, Query(query): Query<LoginQuery>) -> Result<Response, Problem> {
    render(&visitor, StatusCode::OK, String::new(), query.next, None).await
}

pub(crate) async fn sign_in(visitor: Visitor, Form(form): Form<LoginForm>) -> Result<Response, Problem> {
    visitor.count_auth_attempt(&form.email).await?;
    let wrong = StatusCode::UNAUTHORIZED;
    let Ok(email) = EmailAddress::parse(&form.email) else {
        return refuse(&visitor, wrong, form.email, form.next, Trouble::of("login-wrong")).await;
    };
    let entrance = entrance(&visitor);
    let command = SignIn {
        email,
        password: form.password,
        user_agent: entrance.user_agent,
        previous: entrance.previous,
    };
    let signed_in = match identity::sign_in_flow(&visitor.work, command).await {
        Ok(signed_in) => signed_in,
        Err(SignInError::InvalidCredentials) => {
            return refuse(&visitor, wrong, form.email, form.next, Trouble::of("login-wrong")).await;
        }
        Err(SignInError::SecondFactorNeeded { challenge }) => {
            return ask_for_code(&visitor, StatusCode::OK, challenge.into_string(), form.next, None).await;
        }
        Err(SignInError::PasskeyNeeded) => {
            let trouble = Trouble::of("login-passkey-needed");
            return refuse(&visitor, wrong, form.email, form.next, trouble).await;
        }
        Err(SignInError::TooManyAttempts { retry_after }) => {
            let trouble = Trouble::locked(retry_after);
            let status = StatusCode::TOO_MANY_REQUESTS;
            let mut page = refuse(&visitor, status, form.email, form.next, trouble).await?;
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
    visitor.count_auth_attempt("").await?;
    let entrance = entrance(&visitor);
    let command = CompleteSignIn {
        challenge: form.challenge.clone(),
        code: form.code,
        user_agent: entrance.user_agent,
        previous: entrance.previous,
    };
    let (status, trouble, minutes) = match identity::complete_sign_in_flow(&visitor.work, command).await {
        Ok(signed_in) => return welcome(&visitor, &signed_in, &form.next).await,
        Err(CompleteSignInError::Expired) => {
            let trouble = Trouble::of("login-expired");
            return refuse(&visitor, StatusCode::UNAUTHORIZED, String::new(), form.next, trouble).await;
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

pub(crate) async fn ask_for_code(
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

/// The sign-in page with what went wrong.
pub(crate) async fn refuse(
    visitor: &Visitor,
    status: StatusCode,
    email: String,
    next: String,
    trouble: Trouble,
) -> Result<Response, Problem> {
    render(visitor, status, email, next, Some(trouble)).await
}

async fn render(
    visitor: &Visitor,
    status: StatusCode,
    email: String,
    next: String,
    trouble: Option<Trouble>,
) -> Result<Response, Problem> {
    let mut ctx = visitor.work.read();
    let for_desk = next.starts_with("/admin");
    let providers = identity::list_open_providers(&mut ctx, for_desk).await?;
    ctx.rollback().await;
    let button = |provider: Provider| ProviderButton {
        id: provider.id.to_string(),
        name: provider.name,
    };
    let view = LoginView {
        email,
        next,
        trouble,
        providers: providers.into_iter().map(button).collect(),
    };
    layout::page_with_status(visitor, status, "storefront/login.html", &view).await
}

/// The browser that signs in.
pub(crate) fn entrance(visitor: &Visitor) -> Entrance {
    Entrance {
        user_agent: visitor.user_agent().to_owned(),
        previous: visitor.session_secret().map(str::to_owned),
    }
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
