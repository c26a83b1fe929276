//! A forgotten password: ask for a link, and choose another password with it.

use axum::{
    http::StatusCode,
    response::{IntoResponse as _, Redirect, Response},
};
use identity::{MailPurpose, ResetPassword, ResetPasswordError};
use kernel::EmailAddress;
use serde::{Deserialize, Serialize};
use web::{Form, Problem, Query, Visitor};

use crate::layout;

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct ForgotForm {
    email: String,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct ResetForm {
    token: String,
    password: String,
}

#[derive(Serialize)]
struct ForgotView {
    email: String,
    sent: bool,
    error: Option<&'static str>,
}

#[derive(Serialize)]
struct ResetView {
    token: String,
    /// What is wrong with the password, the code of the field's error.
    error: Option<&'static str>,
    expired: bool,
}

pub(crate) async fn show_forgot(visitor: Visitor) -> Result<Response, Problem> {
    let view = ForgotView {
        email: String::new(),
        sent: false,
        error: None,
    };
    layout::page(&visitor, "storefront/forgot.html", &view).await
}

/// The answer is the same whether somebody has that address or not.
pub(crate) async fn forgot(visitor: Visitor, Form(form): Form<ForgotForm>) -> Result<Response, Problem> {
    visitor.count_auth_attempt(&form.email).await?;
    let (status, view) = match EmailAddress::parse(&form.email) {
        Err(error) => {
            let view = ForgotView {
                email: form.email,
                sent: false,
                error: Some(error.code),
            };
            (StatusCode::UNPROCESSABLE_ENTITY, view)
        }
        Ok(email) => {
            let mut ctx = visitor.work.write();
            identity::request_password_reset(&mut ctx, &email).await?;
            ctx.commit().await?;
            (
                StatusCode::OK,
                ForgotView {
                    email: email.into_string(),
                    sent: true,
                    error: None,
                },
            )
        }
    };
    layout::page_with_status(&visitor, status, "storefront/forgot.html", &view).await
}

pub(crate) async fn show_reset(visitor: Visitor, Query(form): Query<ResetForm>) -> Result<Response, Problem> {
    let mut ctx = visitor.work.read();
    let works = identity::mail_token_works(&mut ctx, &form.token, MailPurpose::ResetPassword).await?;
    ctx.commit().await?;
    let (status, token) = match works {
        true => (StatusCode::OK, form.token),
        false => (StatusCode::GONE, String::new()),
    };
    let view = ResetView {
        token,
        error: None,
        expired: !works,
    };
    layout::page_with_status(&visitor, status, "storefront/reset.html", &view).await
}

pub(crate) async fn reset(visitor: Visitor, Form(form): Form<ResetForm>) -> Result<Response, Problem> {
    let command = ResetPassword {
        token: form.token.clone(),
        new_password: form.password,
    };
    let view = match identity::reset_password_flow(&visitor.work, command).await {
        Ok(_account) => {
            visitor.end_session();
            visitor.flash("password-changed");
            return Ok(Redirect::to("/login").into_response());
        }
        Err(ResetPasswordError::InvalidToken) => ResetView {
            token: String::new(),
            error: None,
            expired: true,
        },
        Err(ResetPasswordError::Invalid(error)) => ResetView {
            token: form.token,
            error: Some(error.code),
            expired: false,
        },
        Err(error @ ResetPasswordError::Hashing(_)) => return Err(Problem::internal(&error)),
        Err(ResetPasswordError::Internal(error)) => return Err(error.into()),
    };
    layout::page_with_status(
        &visitor,
        StatusCode::UNPROCESSABLE_ENTITY,
        "storefront/reset.html",
        &view,
    )
    .await
}
