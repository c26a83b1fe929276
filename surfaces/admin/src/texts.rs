//! The log of texts.

use axum::{Router, routing::get};
use kernel::{OrderId, Permission};
use notifications::{TextFilter, TextKind, TextLogError, TextState, TextSummary, Unsent};
use serde::{Deserialize, Serialize};
use web::{Answer, Problem, Query, Staff, Visitor, can};

use crate::{
    Desk,
    forms::{Choice, actor, choices, word},
    lists::{self, Rows},
};

/// The routes of this room.
pub(crate) fn routes() -> Router<Desk> {
    Router::new().route("/admin/texts", get(list))
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct TextQuery {
    cursor: String,
    kind: String,
    state: String,
    q: String,
}

#[derive(Serialize)]
struct TextsView {
    texts: Rows<TextRow>,
    kinds: Vec<Choice>,
    states: Vec<Choice>,
    kind: &'static str,
    state: &'static str,
    q: String,
}

/// A text as the log and the page of its order show it.
#[derive(Serialize)]
pub(crate) struct TextRow {
    /// The kind in words.
    what: String,
    to: String,
    body: String,
    segments: i32,
    state: &'static str,
    attempts: i32,
    /// What went wrong last, in words.
    why: String,
    created_at: String,
    reference: Option<String>,
    order: Option<String>,
    /// Whoever asked for it, in words; empty where nobody had to.
    asked_by: String,
}

impl TextRow {
    fn new(visitor: &Visitor, text: TextSummary) -> Self {
        Self {
            what: word(visitor, "admin-text-kind", &text.kind),
            to: text.phone.as_str().to_owned(),
            body: text.body,
            segments: text.segments,
            state: text.state.as_str(),
            attempts: text.attempts,
            why: text
                .last_error
                .map(|error| why(visitor, "admin-text-unsent", &error))
                .unwrap_or_default(),
            created_at: text.created_at.to_rfc3339(),
            reference: text.reference,
            order: text.order_id.map(|id| id.to_string()),
            asked_by: text.asked_by.map(|label| actor(visitor, &label)).unwrap_or_default(),
        }
    }
}

/// Why something was not sent, in the words of that family, with what whoever carries it says, which has no other language.
pub(crate) fn why(visitor: &Visitor, family: &str, error: &str) -> String {
    let (why, said) = Unsent::read(error);
    let why = why.map(|why| word(visitor, family, why.as_str()));
    let said = Some(said.to_owned()).filter(|said| !said.is_empty());
    why.into_iter().chain(said).collect::<Vec<_>>().join(" ")
}

/// The texts that were written about an order.
pub(crate) async fn of_order(
    visitor: &Visitor,
    ctx: &mut database::Ctx,
    order: OrderId,
) -> Result<Vec<TextRow>, Problem> {
    if ctx.require(Permission::ReadOrders).is_err() {
        return Ok(Vec::new());
    }
    let texts = notifications::list_texts_about(ctx, &[order]).await?;
    Ok(texts.into_iter().map(|text| TextRow::new(visitor, text)).collect())
}

pub(crate) async fn list(staff: Staff<can::ReadMessages>, Query(query): Query<TextQuery>) -> Answer {
    let mut ctx = staff.work.read();
    let filter = TextFilter {
        kind: TextKind::parse(&query.kind),
        state: TextState::parse(&query.state),
        phone: query.q.chars().filter(|letter| !" ()-.".contains(*letter)).collect(),
    };
    let page = notifications::list_texts(&mut ctx, &filter, &lists::request(&query.cursor))
        .await
        .map_err(problem)?;
    ctx.rollback().await;
    let view = TextsView {
        texts: Rows::new(page, &query.cursor, |text| TextRow::new(&staff, text)),
        kinds: choices(
            &staff,
            "admin-text-kind",
            TextKind::ALL.iter().map(|kind| kind.as_str()),
        ),
        states: choices(&staff, "admin-text", TextState::ALL.iter().map(|state| state.as_str())),
        kind: filter.kind.map(TextKind::as_str).unwrap_or_default(),
        state: filter.state.map(TextState::as_str).unwrap_or_default(),
        q: query.q,
    };
    staff.page("admin/texts/list.html", &view)
}

fn problem(error: TextLogError) -> Problem {
    match error {
        TextLogError::Forbidden(error) => error.into(),
        TextLogError::Invalid(error) => error.into(),
        TextLogError::Internal(error) => error.into(),
    }
}
