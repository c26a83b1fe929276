//! Joining the staff through the link of an invitation.

use axum::{
    Router,
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse as _, Redirect, Response},
    routing::get,
};
use identity::{AcceptInvitation, AcceptInvitationError};
use serde::{Deserialize, Serialize};
use web::{Answer, Form, Problem, Query, Visitor};

use crate::{Desk, forms::Errors};

/// The routes of this room. Their address holds a secret, so no cache keeps the page and no other site learns the address.
pub(crate) fn routes() -> Router<Desk> {
    Router::new()
        .route("/admin/join", get(show).post(join))
        .layer(axum::middleware::map_response(keep_private))
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct JoinForm {
    token: String,
    name: String,
    password: String,
}

#[derive(Default, Serialize)]
struct JoinView {
    token: String,
    /// Whether the link works.
    valid: bool,
    email: String,
    name: String,
    needs_password: bool,
    errors: Errors,
}

async fn show(visitor: Visitor, Query(form): Query<JoinForm>) -> Answer {
    render(&visitor, StatusCode::OK, form, Errors::default()).await
}

/// The form, or word that the link does not work.
async fn render(visitor: &Visitor, status: StatusCode, form: JoinForm, errors: Errors) -> Answer {
    let mut ctx = visitor.work.read();
    let found = identity::find_invitation(&mut ctx, &form.token).await?;
    ctx.rollback().await;
    let view = match found {
        Some(found) => {
            let name = if form.name.is_empty() {
                found.invitation.name
            } else {
                form.name
            };
            JoinView {
                token: form.token,
                valid: true,
                email: found.invitation.email.into_string(),
                name,
                needs_password: found.needs_password,
                errors,
            }
        }
        None => JoinView::default(),
    };
    visitor.page_with_status(status, "admin/join.html", &view)
}

async fn join(visitor: Visitor, Form(form): Form<JoinForm>) -> Answer {
    visitor.count_auth_attempt("").await?;
    let command = AcceptInvitation {
        token: form.token.clone(),
        name: form.name.clone(),
        password: form.password.clone(),
    };
    match identity::accept_invitation_flow(&visitor.work, command).await {
        Ok(_account) => {
            visitor.end_session();
            visitor.flash("admin-flash-joined");
            Ok(Redirect::to("/login?next=/admin").into_response())
        }
        Err(AcceptInvitationError::InvalidToken) => {
            let view = JoinView::default();
            visitor.page_with_status(StatusCode::UNPROCESSABLE_ENTITY, "admin/join.html", &view)
        }
        Err(AcceptInvitationError::Invalid(error)) => {
            let errors = Errors::of(&visitor, error.into());
            render(&visitor, StatusCode::UNPROCESSABLE_ENTITY, form, errors).await
        }
        Err(error @ AcceptInvitationError::Hashing(_)) => Err(Problem::internal(&error)),
        Err(AcceptInvitationError::Internal(error)) => Err(error.into()),
    }
}

async fn keep_private(mut response: Response) -> Response {
    let headers = response.headers_mut();
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(header::REFERRER_POLICY, HeaderValue::from_static("same-origin"));
    response
}
