//! How a mail would look, in a frame of the page that changes it or in a window of its own.

use axum::{
    extract::State,
    http::{HeaderName, HeaderValue, StatusCode, header},
    response::{IntoResponse as _, Response},
};
use notifications::{Preview, PreviewError, Rendered};
use serde::{Deserialize, Serialize};
use web::{Answer, Form, Path, Problem, Query, Staff, Visitor, can};

use super::{edit::MailForm, problem, read_address, sentence};
use crate::{Desk, forms::Errors, mail::FRAMED_MAIL_POLICY};

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct LookQuery {
    which: String,
    shown: String,
}

#[derive(Serialize)]
struct MistakeView {
    sentences: Vec<String>,
}

/// The mail as it is kept, or the theme's.
pub(crate) async fn kept(
    staff: Staff<can::ManageSettings>,
    State(desk): State<Desk>,
    Path(address): Path<(String, String)>,
    Query(query): Query<LookQuery>,
) -> Answer {
    let (kind, locale) = read_address(&address)?;
    let mut ctx = staff.work.read();
    let own = notifications::find_template(&mut ctx, kind, locale)
        .await
        .map_err(problem)?;
    let preview = Preview {
        kind,
        locale,
        which: query.which.parse().unwrap_or_default(),
        template: own.map(|own| own.template),
    };
    let rendered = notifications::preview(&mut ctx, &desk.mails(&staff), preview).await;
    ctx.rollback().await;
    show(&staff, rendered, query.shown == "plain")
}

/// The mail as it is typed.
pub(crate) async fn typed(
    staff: Staff<can::ManageSettings>,
    State(desk): State<Desk>,
    Path(address): Path<(String, String)>,
    Form(form): Form<MailForm>,
) -> Answer {
    let (kind, locale) = read_address(&address)?;
    let mut ctx = staff.work.read();
    let rendered = notifications::preview(&mut ctx, &desk.mails(&staff), form.preview(kind, locale)).await;
    ctx.rollback().await;
    show(&staff, rendered, form.shown == "plain")
}

fn show(visitor: &Visitor, rendered: Result<Rendered, PreviewError>, plain: bool) -> Answer {
    let (status, kind, policy, body) = match rendered {
        Ok(mail) if plain => (
            StatusCode::OK,
            "text/plain; charset=utf-8",
            FRAMED_MAIL_POLICY,
            format!("{}\n\n{}", mail.subject, mail.text),
        ),
        Ok(mail) => (
            StatusCode::OK,
            "text/html; charset=utf-8",
            FRAMED_MAIL_POLICY,
            mail.html,
        ),
        Err(error) => {
            let view = MistakeView {
                sentences: sentences(visitor, error)?,
            };
            let page = visitor.page_with_status(
                StatusCode::UNPROCESSABLE_ENTITY,
                "admin/settings/mail_mistake.html",
                &view,
            )?;
            return Ok(framed(page, MISTAKE_POLICY));
        }
    };
    let response = (status, [(header::CONTENT_TYPE, kind)], body).into_response();
    Ok(framed(response, policy))
}

/// The page about a mistake has a style sheet and nothing else.
const MISTAKE_POLICY: &str = "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; form-action 'none'; \
     frame-ancestors 'self'; sandbox";

/// Lets pages of the same host show it in a frame.
fn framed(mut response: Response, policy: &'static str) -> Response {
    let headers: [(HeaderName, &'static str); 4] = [
        (header::CONTENT_SECURITY_POLICY, policy),
        (header::X_FRAME_OPTIONS, "SAMEORIGIN"),
        (header::REFERRER_POLICY, "no-referrer"),
        (header::CACHE_CONTROL, "no-store"),
    ];
    for (name, value) in headers {
        response.headers_mut().insert(name, HeaderValue::from_static(value));
    }
    response
}

/// What is wrong, part by part.
fn sentences(visitor: &Visitor, error: PreviewError) -> Result<Vec<String>, Problem> {
    match error {
        PreviewError::Mistake(mistake) => Ok(vec![sentence(visitor, &mistake)]),
        PreviewError::Invalid(invalid) => Ok(Errors::of(visitor, invalid).into_sentences()),
        PreviewError::Forbidden(error) => Err(error.into()),
        PreviewError::Theme(error) => Err(Problem::internal(&error)),
        PreviewError::Internal(error) => Err(error.into()),
    }
}
