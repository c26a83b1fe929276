//! Name, telephone number and password.

use std::collections::BTreeMap;

use axum::{
    http::StatusCode,
    response::{IntoResponse as _, Redirect, Response},
};
use customers::{Profile, UpdateProfileError};
use identity::{ChangePassword, ChangePasswordError};
use kernel::Invalid;
use serde::{Deserialize, Serialize};
use web::{Form, Problem, SignedIn};

use crate::layout;

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct ProfileForm {
    first_name: String,
    last_name: String,
    phone: String,
    accepts_marketing: String,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct PasswordForm {
    current_password: String,
    new_password: String,
}

#[derive(Serialize)]
struct ProfileView {
    email: String,
    verified: bool,
    first_name: String,
    last_name: String,
    phone: String,
    accepts_marketing: bool,
    errors: BTreeMap<String, &'static str>,
    /// What is wrong with a password, the code of the error.
    password_error: Option<&'static str>,
}

pub(crate) async fn show(visitor: SignedIn) -> Result<Response, Problem> {
    render(&visitor, StatusCode::OK, None, None).await
}

/// The page, with what was typed and what is wrong with it, or as the profile is.
async fn render(
    visitor: &SignedIn,
    status: StatusCode,
    refused: Option<(Profile, Invalid)>,
    password_error: Option<&'static str>,
) -> Result<Response, Problem> {
    let mut ctx = visitor.work.read();
    let customer = customers::find(&mut ctx, visitor.customer)
        .await?
        .ok_or_else(Problem::not_found)?;
    ctx.rollback().await;
    let (shown, invalid) = refused.unwrap_or_else(|| {
        let profile = Profile {
            first_name: customer.first_name,
            last_name: customer.last_name,
            phone: customer.phone,
            accepts_marketing: customer.accepts_marketing,
        };
        (profile, Invalid::default())
    });
    let view = ProfileView {
        email: customer.email.to_string(),
        verified: visitor.session.as_ref().is_some_and(|session| session.verified),
        first_name: shown.first_name,
        last_name: shown.last_name,
        phone: shown.phone,
        accepts_marketing: shown.accepts_marketing,
        errors: invalid.0.into_iter().map(|error| (error.field, error.code)).collect(),
        password_error,
    };
    layout::page_with_status(visitor, status, "storefront/account/profile.html", &view).await
}

pub(crate) async fn update(visitor: SignedIn, Form(form): Form<ProfileForm>) -> Result<Response, Problem> {
    let profile = Profile {
        first_name: form.first_name,
        last_name: form.last_name,
        phone: form.phone,
        accepts_marketing: !form.accepts_marketing.is_empty(),
    };
    let mut ctx = visitor.work.write();
    match customers::update_profile(&mut ctx, visitor.customer, profile.clone()).await {
        Ok(_customer) => {
            ctx.commit().await?;
            visitor.flash("profile-saved");
            Ok(Redirect::to("/account/profile").into_response())
        }
        Err(UpdateProfileError::Invalid(invalid)) => {
            ctx.rollback().await;
            render(
                &visitor,
                StatusCode::UNPROCESSABLE_ENTITY,
                Some((profile, invalid)),
                None,
            )
            .await
        }
        Err(UpdateProfileError::NotFound) => Err(Problem::not_found()),
        Err(UpdateProfileError::Internal(error)) => Err(error.into()),
    }
}

pub(crate) async fn change_password(visitor: SignedIn, Form(form): Form<PasswordForm>) -> Result<Response, Problem> {
    let session = visitor.session.as_ref().ok_or_else(Problem::unauthorized)?;
    visitor.count_auth_attempt(session.email.as_str()).await?;
    let command = ChangePassword {
        account_id: session.account,
        session_id: session.id,
        current_password: form.current_password,
        new_password: form.new_password,
    };
    let code = match identity::change_password_flow(&visitor.work, command).await {
        Ok(()) => {
            visitor.flash("password-changed");
            return Ok(Redirect::to("/account/profile").into_response());
        }
        Err(ChangePasswordError::WrongPassword) => "wrong_password",
        Err(ChangePasswordError::TooManyAttempts { .. }) => "too_many_attempts",
        Err(ChangePasswordError::Invalid(error)) => error.code,
        Err(error @ ChangePasswordError::Hashing(_)) => return Err(Problem::internal(&error)),
        Err(ChangePasswordError::Internal(error)) => return Err(error.into()),
    };
    render(&visitor, StatusCode::UNPROCESSABLE_ENTITY, None, Some(code)).await
}
