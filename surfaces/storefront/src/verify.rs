//! Confirming an e-mail address. The link shows a button, because mail scanners open links.

use axum::{http::StatusCode, response::Response};
use database::Error;
use identity::{LinkFollower, MailPurpose, VerifyEmailError};
use serde::{Deserialize, Serialize};
use web::{Done, Form, OnceForm, Problem, Query, SignedIn, Visitor};

use crate::layout;

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct VerifyForm {
    token: String,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct AgainForm {
    /// The page of the account to come back to, when it is not the profile.
    back: String,
}

#[derive(Serialize)]
struct VerifyView {
    token: String,
    /// `ask`, `sign_in`, `done` or `invalid`.
    state: &'static str,
    /// This page, for after signing in.
    next: String,
    /// Where another link would go, if the visitor's own address waits to be confirmed.
    unverified: Option<String>,
}

impl VerifyView {
    fn new(token: String, state: &'static str) -> Self {
        let query: String = url::form_urlencoded::byte_serialize(token.as_bytes()).collect();
        Self {
            next: format!("/account/verify?token={query}"),
            token,
            state,
            unverified: None,
        }
    }
}

/// The address of a customer who is signed in and has not confirmed it.
fn unverified(visitor: &Visitor) -> Option<String> {
    let session = visitor.session.as_ref().filter(|session| !session.verified)?;
    visitor.customer().map(|_customer| session.email.to_string())
}

pub(crate) async fn show(visitor: Visitor, Query(form): Query<VerifyForm>) -> Result<Response, Problem> {
    let mut ctx = visitor.work.read();
    let works = identity::mail_token_works(&mut ctx, &form.token, MailPurpose::VerifyEmail).await?;
    ctx.commit().await?;
    let confirmed = visitor.session.as_ref().is_some_and(|session| session.verified);
    let known = visitor.session.is_some() || visitor.registration().is_some();
    let (status, state) = match works {
        false if confirmed => (StatusCode::OK, "done"),
        false => (StatusCode::GONE, "invalid"),
        true if known => (StatusCode::OK, "ask"),
        true => (StatusCode::OK, "sign_in"),
    };
    let view = VerifyView {
        unverified: unverified(&visitor),
        ..VerifyView::new(form.token, state)
    };
    layout::page_with_status(&visitor, status, "storefront/verify.html", &view).await
}

pub(crate) async fn verify(visitor: Visitor, Form(form): Form<VerifyForm>) -> Result<Response, Problem> {
    let mut ctx = visitor.work.write();
    let by = LinkFollower {
        signed_in: visitor.session.as_ref().map(|session| session.account),
        mark: visitor.registration(),
    };
    let (status, state) = match identity::verify_email(&mut ctx, &form.token, by).await {
        Ok(_account) => {
            ctx.commit().await?;
            visitor.forget_registration();
            (StatusCode::OK, "done")
        }
        Err(VerifyEmailError::SignInFirst) => {
            ctx.rollback().await;
            (StatusCode::UNAUTHORIZED, "sign_in")
        }
        Err(VerifyEmailError::InvalidToken) => (StatusCode::UNPROCESSABLE_ENTITY, "invalid"),
        Err(VerifyEmailError::Internal(error)) => return Err(error.into()),
    };
    let token = if state == "sign_in" { form.token } else { String::new() };
    let view = VerifyView {
        unverified: unverified(&visitor),
        ..VerifyView::new(token, state)
    };
    layout::page_with_status(&visitor, status, "storefront/verify.html", &view).await
}

/// Sends the link once more. The answer is the same when that was not needed.
pub(crate) async fn again(
    visitor: SignedIn,
    OnceForm { form, request }: OnceForm<AgainForm>,
) -> Result<Response, Problem> {
    let session = visitor.session.as_ref().ok_or_else(Problem::unauthorized)?;
    let to = match form.back.as_str() {
        "messages" => "/account/messages",
        _ => "/account/profile",
    };
    let asked = web::write_form(&visitor, &request, async |ctx| {
        identity::request_verification(ctx, session.account).await?;
        Ok::<_, Error>(Done::to(to).saying("verify-sent"))
    });
    Ok(asked.await??)
}
