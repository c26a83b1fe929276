//! The log of mails. In the demo it is the mailbox: links that were mailed can be followed here.

use axum::{
    Router,
    http::header,
    response::{IntoResponse as _, Response},
    routing::get,
};
use kernel::MessageId;
use notifications::{Message, MessageLogError, MessageSummary};
use serde::{Deserialize, Serialize};
use web::{Answer, Path, Problem, Query, Staff, can};

use crate::{
    Desk,
    lists::{self, Rows},
};

/// The routes of this room.
pub(crate) fn routes() -> Router<Desk> {
    Router::new()
        .route("/admin/mail", get(list))
        .route("/admin/mail/{id}", get(show))
        .route("/admin/mail/{id}/html", get(html))
}

/// What a mail may do in the browser of a member of staff: look as it was meant to, and nothing else.
const MAIL_POLICY: &str = "default-src 'none'; img-src 'self' https: data:; style-src 'unsafe-inline'; \
     base-uri 'none'; form-action 'none'; frame-ancestors 'none'; sandbox allow-popups allow-popups-to-escape-sandbox \
     allow-top-navigation-by-user-activation";

/// The same in a frame of the desk.
pub(crate) const FRAMED_MAIL_POLICY: &str = "default-src 'none'; img-src 'self' https: data:; style-src 'unsafe-inline'; \
     base-uri 'none'; form-action 'none'; frame-ancestors 'self'; sandbox";

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct MailQuery {
    cursor: String,
}

#[derive(Serialize)]
struct MailView {
    messages: Rows<MessageRow>,
}

#[derive(Serialize)]
struct MessageRow {
    id: String,
    kind: String,
    to: String,
    subject: String,
    state: &'static str,
    attempts: i32,
    last_error: String,
    created_at: String,
    sent_at: Option<String>,
}

#[derive(Serialize)]
struct MessageView {
    message: MessageRow,
    /// Why the theme's words stood in for the merchant's.
    template_error: Option<String>,
    lines: Vec<Vec<Word>>,
    has_html: bool,
}

/// A piece of a mail's text; addresses of the web can be followed.
#[derive(Debug, PartialEq, Eq, Serialize)]
struct Word {
    text: String,
    link: bool,
}

impl From<MessageSummary> for MessageRow {
    fn from(message: MessageSummary) -> Self {
        Self {
            id: message.id.to_string(),
            kind: message.kind,
            to: message.recipient.to_string(),
            subject: message.subject,
            state: message.state.as_str(),
            attempts: message.attempts,
            last_error: message.last_error.unwrap_or_default(),
            created_at: message.created_at.to_rfc3339(),
            sent_at: message.sent_at.map(|at| at.to_rfc3339()),
        }
    }
}

pub(crate) async fn list(staff: Staff<can::ReadMessages>, Query(query): Query<MailQuery>) -> Answer {
    let mut ctx = staff.work.read();
    let page = notifications::list_messages(&mut ctx, &lists::request(&query.cursor))
        .await
        .map_err(problem)?;
    ctx.rollback().await;
    staff.page(
        "admin/mail/list.html",
        &MailView {
            messages: Rows::new(page, &query.cursor, MessageRow::from),
        },
    )
}

async fn load(staff: &Staff<can::ReadMessages>, id: MessageId) -> Result<Message, Problem> {
    let mut ctx = staff.work.read();
    let message = notifications::get_message(&mut ctx, id).await.map_err(problem)?;
    ctx.rollback().await;
    Ok(message)
}

pub(crate) async fn show(staff: Staff<can::ReadMessages>, Path(id): Path<MessageId>) -> Answer {
    let message = load(&staff, id).await?;
    let view = MessageView {
        lines: message.text.lines().map(words).collect(),
        has_html: !message.html.is_empty(),
        template_error: message.template_error,
        message: message.summary.into(),
    };
    Ok(secret(staff.page("admin/mail/message.html", &view)?))
}

/// The mail's HTML as a page of its own, in a sandbox: no scripts, no forms, no origin.
pub(crate) async fn html(staff: Staff<can::ReadMessages>, Path(id): Path<MessageId>) -> Answer {
    let message = load(&staff, id).await?;
    let headers = [
        (header::CONTENT_TYPE, "text/html; charset=utf-8"),
        (header::CONTENT_SECURITY_POLICY, MAIL_POLICY),
        (header::REFERRER_POLICY, "no-referrer"),
    ];
    Ok(secret((headers, message.html).into_response()))
}

/// A mail may hold a link that signs somebody in, so it stays in no cache.
fn secret(response: Response) -> Response {
    ([(header::CACHE_CONTROL, "no-store")], response).into_response()
}

/// A line cut at its blanks, with addresses of the web told from the rest.
fn words(line: &str) -> Vec<Word> {
    let mut words: Vec<Word> = Vec::new();
    for text in line.split_inclusive(char::is_whitespace) {
        let link = text.starts_with("https://") || text.starts_with("http://");
        match words.last_mut() {
            Some(last) if !last.link && !link => last.text.push_str(text),
            _ => words.push(Word {
                text: text.to_owned(),
                link,
            }),
        }
    }
    words
}

fn problem(error: MessageLogError) -> Problem {
    match error {
        MessageLogError::Forbidden(error) => error.into(),
        MessageLogError::Invalid(error) => error.into(),
        MessageLogError::NotFound => Problem::not_found(),
        MessageLogError::Internal(error) => error.into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_in_a_line_can_be_followed() {
        let found = words("Please open http://shop/verify?token=1 soon");
        let texts: Vec<_> = found.iter().map(|word| (word.text.as_str(), word.link)).collect();
        assert_eq!(
            texts,
            [
                ("Please open ", false),
                ("http://shop/verify?token=1 ", true),
                ("soon", false)
            ]
        );
        assert!(words("javascript:alert(1)").iter().all(|word| !word.link));
    }
}
