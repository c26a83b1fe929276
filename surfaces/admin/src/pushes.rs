//! The log of pushes.

use axum::{Router, routing::get};
use notifications::{PushFilter, PushLogError, PushState, PushSummary, TextKind};
use serde::{Deserialize, Serialize};
use web::{Answer, Problem, Query, Staff, Visitor, can};

use crate::{
    Desk,
    forms::{Choice, choices, word},
    lists::{self, Rows},
    texts::why,
};

/// The routes of this room.
pub(crate) fn routes() -> Router<Desk> {
    Router::new().route("/admin/pushes", get(list))
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct PushQuery {
    cursor: String,
    kind: String,
    state: String,
    q: String,
}

#[derive(Serialize)]
struct PushesView {
    pushes: Rows<PushRow>,
    kinds: Vec<Choice>,
    states: Vec<Choice>,
    kind: &'static str,
    state: &'static str,
    q: String,
}

#[derive(Serialize)]
struct PushRow {
    /// The kind in words.
    what: String,
    service: String,
    title: String,
    body: String,
    state: &'static str,
    attempts: i32,
    /// What went wrong last, in words.
    why: String,
    created_at: String,
    order: String,
    customer: Option<String>,
}

impl PushRow {
    fn new(visitor: &Visitor, push: PushSummary) -> Self {
        let said = push.last_error.map(|error| why(visitor, "admin-push-unsent", &error));
        Self {
            what: word(visitor, "admin-text-kind", &push.kind),
            service: push.service,
            title: push.title,
            body: push.body,
            state: push.state.as_str(),
            attempts: push.attempts,
            why: said.unwrap_or_default(),
            created_at: push.created_at.to_rfc3339(),
            order: push.order_id.to_string(),
            customer: push.customer_id.map(|id| id.to_string()),
        }
    }
}

pub(crate) async fn list(staff: Staff<can::ReadMessages>, Query(query): Query<PushQuery>) -> Answer {
    let mut ctx = staff.work.read();
    let filter = PushFilter {
        kind: TextKind::parse(&query.kind),
        state: PushState::parse(&query.state),
        words: query.q.trim().to_owned(),
    };
    let page = notifications::list_pushes(&mut ctx, &filter, &lists::request(&query.cursor))
        .await
        .map_err(problem)?;
    ctx.rollback().await;
    let view = PushesView {
        pushes: Rows::new(page, &query.cursor, |push| PushRow::new(&staff, push)),
        kinds: choices(
            &staff,
            "admin-text-kind",
            TextKind::ALL.iter().map(|kind| kind.as_str()),
        ),
        states: choices(&staff, "admin-text", PushState::ALL.iter().map(|state| state.as_str())),
        kind: filter.kind.map(TextKind::as_str).unwrap_or_default(),
        state: filter.state.map(PushState::as_str).unwrap_or_default(),
        q: query.q,
    };
    staff.page("admin/pushes/list.html", &view)
}

fn problem(error: PushLogError) -> Problem {
    match error {
        PushLogError::Forbidden(error) => error.into(),
        PushLogError::Invalid(error) => error.into(),
        PushLogError::Internal(error) => error.into(),
    }
}
