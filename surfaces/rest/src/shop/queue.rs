//! `GET` and `POST /queue`: the waiting room, for programs that buy.

use axum::{
    extract::State,
    http::{StatusCode, header},
    response::IntoResponse as _,
};
use checkout::{AdmitError, Step};
use chrono::{DateTime, Utc};
use queue::{Room, Standing, Ticket};
use serde::Serialize;
use utoipa::ToSchema;
use web::{Answer, Problem, Visitor};

use crate::{Rest, endpoint::Endpoint};

/// What 503 means where the waiting room may stand.
pub(super) const WAITS: &str = "The server cannot answer now, or a waiting room stands before this: `code` is `queue_ticket_required`, \
    `queue_waiting` (with `position` and `wait_seconds`), `queue_expired` or `queue_used`. Take a ticket with `POST /queue`, \
    send it in `Queue-Ticket`, and come back after `Retry-After` seconds.";

/// The waiting room, and how the ticket stands in it.
#[derive(Serialize, ToSchema)]
struct Queue {
    /// What it stands before: `nothing`, `products` or `checkout`.
    before: &'static str,
    /// What the merchant tells those who wait.
    message: String,
    /// How many minutes an admission lasts.
    admission_minutes: i32,
    /// To be sent as `Queue-Ticket` with every call; nobody needs one before nothing.
    ticket: Option<String>,
    /// How the ticket stands: `waiting`, `admitted` or `expired`; `none` without one.
    state: &'static str,
    /// How many are admitted until it is this one's moment: 1 is the next.
    position: Option<i64>,
    /// How many seconds that takes.
    wait_seconds: Option<i64>,
    /// Until when the admission lasts.
    admitted_until: Option<DateTime<Utc>>,
}

pub(crate) fn get_endpoint() -> Endpoint {
    Endpoint::get("get_queue", "/queue", get)
        .says(
            "Waiting room",
            "See how a ticket stands",
            "Tells whether there is a waiting room, and how the ticket in `Queue-Ticket` stands. Wait for `wait_seconds`, or \
             look again now and then: the merchant may let more in.",
        )
        .queue_ticket()
        .answers::<Queue>(200, "The waiting room.")
        .never_kept()
}

async fn get(visitor: Visitor, State(rest): State<Rest>) -> Answer {
    let mut ctx = visitor.work.read();
    let room = queue::find_room(&mut ctx).await?;
    ctx.rollback().await;
    let ticket = ticket(&visitor, &rest);
    Ok(answer(StatusCode::OK, &visitor, &rest, &room, ticket))
}

pub(crate) fn post_endpoint() -> Endpoint {
    Endpoint::post("join_queue", "/queue", join)
        .says(
            "Waiting room",
            "Take a ticket",
            "Takes a place at the end of the queue. With a ticket in `Queue-Ticket` that waits or is admitted the answer is that \
             one. An admission serves one cart.",
        )
        .queue_ticket()
        .answers::<Queue>(200, "The ticket that was sent is good; or there is no waiting room.")
        .answers::<Queue>(201, "A new ticket.")
}

async fn join(visitor: Visitor, State(rest): State<Rest>) -> Answer {
    let mut ctx = visitor.work.read();
    let room = queue::find_room(&mut ctx).await?;
    ctx.rollback().await;
    let known = ticket(&visitor, &rest);
    let standing = room
        .open_pace()
        .and_then(|pace| Some(known?.standing(&pace, visitor.work.now())));
    let is_good = matches!(standing, Some(Standing::Waiting { .. } | Standing::Admitted { .. }));
    if is_good || room.open_pace().is_none() {
        return Ok(answer(StatusCode::OK, &visitor, &rest, &room, known));
    }
    visitor.count_ticket().await?;
    let ticket = queue::join(&visitor.work).await?;
    Ok(answer(StatusCode::CREATED, &visitor, &rest, &room, ticket))
}

fn ticket(visitor: &Visitor, rest: &Rest) -> Option<Ticket> {
    Ticket::read(&rest.link_key, visitor.store().id, visitor.ticket()?)
}

fn answer(
    status: StatusCode,
    visitor: &Visitor,
    rest: &Rest,
    room: &Room,
    ticket: Option<Ticket>,
) -> axum::response::Response {
    let standing = room
        .open_pace()
        .and_then(|pace| Some(ticket?.standing(&pace, visitor.work.now())));
    let mut view = Queue {
        before: room.terms.before.as_str(),
        message: room.terms.message.clone(),
        admission_minutes: room.terms.admission_minutes,
        ticket: standing
            .and(ticket)
            .map(|ticket| ticket.sign(&rest.link_key, visitor.store().id)),
        state: "none",
        position: None,
        wait_seconds: None,
        admitted_until: None,
    };
    match standing {
        Some(Standing::Waiting { position, wait_ms }) => {
            view.state = "waiting";
            view.position = Some(position);
            view.wait_seconds = Some(seconds(wait_ms));
        }
        Some(Standing::Admitted { until_ms }) => {
            view.state = "admitted";
            view.admitted_until = DateTime::from_timestamp_millis(until_ms);
        }
        Some(Standing::Expired) => view.state = "expired",
        None => {}
    }
    (status, [(header::CACHE_CONTROL, "no-store")], web::Json(view)).into_response()
}

fn seconds(ms: i64) -> i64 {
    ms.saturating_add(999) / 1_000
}

/// Lets a program go on whose shopper need not wait.
pub(super) async fn admit(visitor: &Visitor, rest: &Rest, step: Step<'_>) -> Result<(), Problem> {
    let refused = |code, detail| Problem::new(StatusCode::SERVICE_UNAVAILABLE, code, detail);
    let again = "Take a ticket with POST /api/v1/queue and send it in Queue-Ticket.";
    match checkout::admit(&visitor.work, ticket(visitor, rest), step).await {
        Ok(()) => Ok(()),
        Err(AdmitError::TicketRequired) => {
            let detail = format!("A waiting room stands before this. {again}");
            Err(refused("queue_ticket_required", detail).retry_after(1))
        }
        Err(AdmitError::Waiting { position, wait_ms }) => {
            let wait = seconds(wait_ms);
            let detail = format!("The ticket is number {position} in the queue.");
            Err(refused("queue_waiting", detail)
                .with("position", &position)
                .with("wait_seconds", &wait)
                .retry_after(wait.unsigned_abs().max(1)))
        }
        Err(AdmitError::Expired) => {
            let detail = format!("The time in which the ticket admitted is over. {again}");
            Err(refused("queue_expired", detail).retry_after(1))
        }
        Err(AdmitError::Used) => {
            let detail = format!("The ticket's admission was used for another cart. {again}");
            Err(refused("queue_used", detail).retry_after(1))
        }
        Err(AdmitError::Internal(error)) => Err(error.into()),
    }
}
