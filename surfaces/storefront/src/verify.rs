//! Confirming an e-mail address. The link shows a button, because mail scanners open links.

use axum::{http::StatusCode, response::Response};
use identity::VerifyEmailError;
use serde::{Deserialize, Serialize};
use web::{Form, Problem, Query, Visitor};

use crate::layout;

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct VerifyForm {
    token: String,
}

#[derive(Serialize)]
struct VerifyView {
    token: String,
    /// `ask`, `done` or `invalid`.
    state: &'static str,
}

pub(crate) async fn show(visitor: Visitor, Query(form): Query<VerifyForm>) -> Result<Response, Problem> {
    let view = VerifyView {
        token: form.token,
        state: "ask",
    };
    layout::page(&visitor, "storefront/verify.html", &view).await
}

pub(crate) async fn verify(visitor: Visitor, Form(form): Form<VerifyForm>) -> Result<Response, Problem> {
    let mut ctx = visitor.work.write();
    let (status, state) = match identity::verify_email(&mut ctx, &form.token).await {
        Ok(_account) => {
            ctx.commit().await?;
            (StatusCode::OK, "done")
        }
        Err(VerifyEmailError::InvalidToken) => (StatusCode::UNPROCESSABLE_ENTITY, "invalid"),
        Err(VerifyEmailError::Internal(error)) => return Err(error.into()),
    };
    let view = VerifyView {
        token: String::new(),
        state,
    };
    layout::page_with_status(&visitor, status, "storefront/verify.html", &view).await
}
