//! The log of mails. In the demo it is the mailbox: links that were mailed can be followed here.

use axum::{
    Router,
    http::header,
    response::{IntoResponse as _, Response},
    routing::{get, post},
};
use kernel::MessageId;
use notifications::{MailKind, Message, MessageFilter, MessageLogError, MessageState, MessageSummary, ResendError};
use serde::{Deserialize, Serialize};
use web::{Answer, Done, OnceForm, Path, Problem, Query, Staff, Visitor, can};

use crate::{
    Desk,
    forms::{Choice, actor, choices, word},
    lists::{self, Rows},
    orders::Nothing,
};

/// The routes of this room.
pub(crate) fn routes() -> Router<Desk> {
    Router::new()
        .route("/admin/mail", get(list))
        .route("/admin/mail/{id}", get(show))
        .route("/admin/mail/{id}/html", get(html))
        .route("/admin/mail/{id}/resend", post(resend))
}

/// What a mail may do in the browser of a member of staff: look as it was meant to, and nothing else.
const MAIL_POLICY: &str = "default-src 'none'; img-src 'self' https: data:; style-src 'unsafe-inline'; \
     base-uri 'none'; form-action 'none'; frame-ancestors 'self'; sandbox allow-popups allow-popups-to-escape-sandbox \
     allow-top-navigation-by-user-activation";

/// The same in a frame of the desk.
pub(crate) const FRAMED_MAIL_POLICY: &str = "default-src 'none'; img-src 'self' https: data:; style-src 'unsafe-inline'; \
     base-uri 'none'; form-action 'none'; frame-ancestors 'self'; sandbox";

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct MailQuery {
    cursor: String,
    kind: String,
    state: String,
    q: String,
}

#[derive(Serialize)]
struct MailView {
    messages: Rows<MessageRow>,
    kinds: Vec<Choice>,
    states: Vec<Choice>,
    kind: String,
    state: String,
    q: String,
}

#[derive(Serialize)]
pub(crate) struct MessageRow {
    id: String,
    kind: String,
    /// The kind in words.
    what: String,
    to: String,
    subject: String,
    state: &'static str,
    attempts: i32,
    last_error: String,
    created_at: String,
    sent_at: Option<String>,
    /// What the mail server calls it.
    reference: Option<String>,
    order: Option<String>,
    /// The mail that this one repeats.
    copy_of: Option<String>,
    /// Whoever asked for it, in words; empty where nobody had to.
    asked_by: String,
    /// Whether its reader said that such mails are not wanted.
    refused: bool,
    /// Whether its text is no longer kept.
    emptied: bool,
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

impl MessageRow {
    pub(crate) fn new(visitor: &Visitor, message: MessageSummary) -> Self {
        Self {
            what: word(visitor, "admin-mail-kind", &message.kind),
            order: message.order_id.map(|id| id.to_string()),
            copy_of: message.copy_of.map(|id| id.to_string()),
            asked_by: message.asked_by.map(|label| actor(visitor, &label)).unwrap_or_default(),
            id: message.id.to_string(),
            kind: message.kind,
            to: message.recipient.to_string(),
            subject: message.subject,
            state: message.state.as_str(),
            refused: message.refused,
            emptied: message.is_emptied,
            attempts: message.attempts,
            last_error: message.last_error.unwrap_or_default(),
            created_at: message.created_at.to_rfc3339(),
            sent_at: message.sent_at.map(|at| at.to_rfc3339()),
            reference: message.reference,
        }
    }
}

pub(crate) async fn list(staff: Staff<can::ReadMessages>, Query(query): Query<MailQuery>) -> Answer {
    let mut ctx = staff.work.read();
    let filter = MessageFilter {
        kind: MailKind::parse(&query.kind).map(|kind| kind.as_str().to_owned()),
        state: MessageState::parse(&query.state),
        recipient: query.q.trim().to_owned(),
    };
    let page = notifications::list_messages(&mut ctx, &filter, &lists::request(&query.cursor))
        .await
        .map_err(problem)?;
    ctx.rollback().await;
    let view = MailView {
        messages: Rows::new(page, &query.cursor, |message| MessageRow::new(&staff, message)),
        kinds: choices(
            &staff,
            "admin-mail-kind",
            MailKind::ALL.iter().map(|kind| kind.as_str()),
        ),
        states: choices(
            &staff,
            "admin-mail",
            MessageState::ALL.iter().map(|state| state.as_str()),
        ),
        kind: filter.kind.unwrap_or_default(),
        state: filter.state.map(MessageState::as_str).unwrap_or_default().to_owned(),
        q: filter.recipient,
    };
    staff.page("admin/mail/list.html", &view)
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
        message: MessageRow::new(&staff, message.summary),
    };
    let page = staff.page("admin/mail/message.html", &view)?;
    Ok(secret(web::with_own_frames(page)))
}

/// The mail's HTML as a page of its own, in a sandbox: no scripts, no forms, no origin.
pub(crate) async fn html(staff: Staff<can::ReadMessages>, Path(id): Path<MessageId>) -> Answer {
    let message = load(&staff, id).await?;
    let headers = [
        (header::CONTENT_TYPE, "text/html; charset=utf-8"),
        (header::CONTENT_SECURITY_POLICY, MAIL_POLICY),
        (header::REFERRER_POLICY, "no-referrer"),
        (header::X_FRAME_OPTIONS, "SAMEORIGIN"),
    ];
    Ok(secret((headers, message.html).into_response()))
}

/// Sends it again, once for each page that was shown.
pub(crate) async fn resend(
    staff: Staff<can::ReadMessages>,
    Path(id): Path<MessageId>,
    OnceForm {
        form: Nothing {},
        request,
    }: OnceForm<Nothing>,
) -> Answer {
    let sent = web::write_form(&staff, &request, async |ctx| {
        let copy = notifications::resend(ctx, id).await?;
        Ok::<_, ResendError>(Done::to(format!("/admin/mail/{copy}")).saying("admin-flash-mail-resent"))
    });
    sent.await?.map_err(resend_problem)
}

/// Why a mail is not sent again.
pub(crate) fn resend_problem(error: ResendError) -> Problem {
    match error {
        ResendError::Forbidden(error) => error.into(),
        ResendError::NotFound => Problem::not_found(),
        ResendError::Waiting => Problem::conflict("mail_waits", error.to_string()),
        ResendError::Refused => Problem::conflict("mail_refused", error.to_string()),
        ResendError::Emptied => Problem::conflict("mail_emptied", error.to_string()),
        ResendError::Internal(error) => error.into(),
    }
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
