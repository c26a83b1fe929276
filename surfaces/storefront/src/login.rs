//! Signing in and out.

use axum::{
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse as _, Redirect, Response},
};
use identity::{SignIn, SignInError};
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
    Ok(Redirect::to(local_path(&form.next, "/")).into_response())
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
