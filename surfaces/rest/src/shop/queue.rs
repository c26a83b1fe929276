//! `GET` and `POST /queue`: the waiting room, for programs that buy.

use std::sync::Arc;

use axum::{
    extract::State,
    http::{StatusCode, header},
    response::{IntoResponse as _, Response},
};
use checkout::{AdmitError, Step};
use chrono::{DateTime, Utc};
use database::{Ctx, InTransaction};
use kernel::{StoreId, Time};
use queue::{Room, Standing, Ticket};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;
use web::{Answer, Idempotent, IdempotentRequest, Mutation, Problem, Visitor};

use crate::{Rest, endpoint::Endpoint};

/// What 429 means where the waiting room may stand.
pub(super) const WAITS: &str = "Too many requests, or a waiting room stands before this: `code` is `queue_ticket_required`, \
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
    /// How the ticket stands: `waiting`, `admitted`, `used` (admitted, for the cart that used it alone) or `expired`; `none`
    /// without one.
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
    let (room, seen) = look(&visitor, &rest).await?;
    Ok(answer(StatusCode::OK, &Signing::new(&visitor, &rest), &room, seen))
}

/// A ticket of the open room, and how it stands.
#[derive(Clone, Copy)]
struct Seen {
    ticket: Ticket,
    standing: Standing,
    /// A cart uses it.
    is_used: bool,
}

impl Seen {
    fn is_good(self) -> bool {
        !self.is_used && self.standing != Standing::Expired
    }
}

/// The room, and the ticket that was sent.
async fn look(visitor: &Visitor, rest: &Rest) -> Result<(Arc<Room>, Option<Seen>), Problem> {
    let mut ctx = visitor.work.read();
    let room = queue::find_room(&mut ctx).await?;
    let seen = match (room.open_pace(), ticket(visitor, rest)) {
        (Some(pace), Some(ticket)) => {
            let standing = ticket.standing(&pace, visitor.work.now());
            let is_admitted = matches!(standing, Standing::Admitted { .. });
            Some(Seen {
                ticket,
                standing,
                is_used: is_admitted && checkout::is_used(&mut ctx, ticket, None).await?,
            })
        }
        (_, _) => None,
    };
    ctx.rollback().await;
    Ok((room, seen))
}

pub(crate) fn post_endpoint() -> Endpoint {
    Endpoint::post("join_queue", "/queue", join)
        .says(
            "Waiting room",
            "Take a ticket",
            "Takes a place at the end of the queue. With a ticket in `Queue-Ticket` that waits, or is admitted and not used, the \
             answer is that one. An admission serves one cart.",
        )
        .idempotent()
        .queue_ticket()
        .answers::<Queue>(200, "The ticket that was sent is good; or there is no waiting room.")
        .answers::<Queue>(201, "A new ticket.")
}

async fn join(visitor: Visitor, State(rest): State<Rest>, Idempotent { body: (), request }: Idempotent<()>) -> Answer {
    let (room, seen) = look(&visitor, &rest).await?;
    if room.open_pace().is_none() || seen.is_some_and(Seen::is_good) {
        return Ok(answer(StatusCode::OK, &Signing::new(&visitor, &rest), &room, seen));
    }
    // A refusal for coming too often is not kept.
    visitor.count_ticket().await?;
    let request = request.owned_by(visitor.client_ip());
    let joining = Joining {
        room,
        now: visitor.work.now(),
        signing: Signing::new(&visitor, &rest),
    };
    web::write_together(&visitor.work, &request, joining).await
}

/// A shopper who takes a place, together with others.
#[derive(Clone)]
struct Joining {
    room: Arc<Room>,
    now: Time,
    signing: Signing,
}

impl Mutation for Joining {
    type Error = database::Error;

    const NAMES_ITS_SHOPPER: bool = true;

    fn subjects(&self) -> Vec<Uuid> {
        Vec::new()
    }

    fn run<'a>(
        ctx: &'a mut Ctx,
        batch: &'a [&'a Self],
    ) -> InTransaction<'a, Vec<Result<Response, database::Error>>, database::Error> {
        Box::pin(async move {
            let tickets = queue::join_all(ctx, batch.len()).await?;
            Ok(batch
                .iter()
                .zip(tickets)
                .map(|(one, ticket)| Ok(one.answer(ticket)))
                .collect())
        })
    }
}

impl Joining {
    /// The room may have been closed in the meantime.
    fn answer(&self, ticket: Option<Ticket>) -> Response {
        let status = ticket.map_or(StatusCode::OK, |_new| StatusCode::CREATED);
        let seen = self.room.open_pace().zip(ticket).map(|(pace, ticket)| Seen {
            ticket,
            standing: ticket.standing(&pace, self.now),
            is_used: false,
        });
        answer(status, &self.signing, &self.room, seen)
    }
}

/// Whose tickets these are.
#[derive(Clone, Copy)]
struct Signing {
    link_key: [u8; 32],
    store: StoreId,
}

impl Signing {
    fn new(visitor: &Visitor, rest: &Rest) -> Self {
        Self {
            link_key: rest.link_key,
            store: visitor.store().id,
        }
    }
}

fn ticket(visitor: &Visitor, rest: &Rest) -> Option<Ticket> {
    Ticket::read(&rest.link_key, visitor.store().id, visitor.ticket()?)
}

fn answer(status: StatusCode, signing: &Signing, room: &Room, seen: Option<Seen>) -> Response {
    let mut view = Queue {
        before: room.terms.before.as_str(),
        message: room.terms.message.clone(),
        admission_minutes: room.terms.admission_minutes,
        ticket: seen.map(|seen| seen.ticket.sign(&signing.link_key, signing.store)),
        state: "none",
        position: None,
        wait_seconds: None,
        admitted_until: None,
    };
    match seen.map(|seen| seen.standing) {
        Some(Standing::Waiting { position, wait_ms }) => {
            view.state = "waiting";
            view.position = Some(position);
            view.wait_seconds = Some(seconds(wait_ms));
        }
        Some(Standing::Admitted { until_ms }) => {
            let is_used = seen.is_some_and(|seen| seen.is_used);
            view.state = if is_used { "used" } else { "admitted" };
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

/// Lets a program go on whose shopper need not wait, or answers again what the same request was answered before.
pub(super) async fn admit_or_repeat(
    visitor: &Visitor,
    rest: &Rest,
    step: Step<'_>,
    request: &IdempotentRequest,
) -> Result<Option<Response>, Problem> {
    let Err(refused) = admit(visitor, rest, step).await else {
        return Ok(None);
    };
    match web::answered(&visitor.work, request).await? {
        Some(answer) => Ok(Some(answer)),
        None => Err(refused),
    }
}

/// Lets a program go on whose shopper need not wait; with the version of the cart, where it need not as it is.
pub(super) async fn admit(visitor: &Visitor, rest: &Rest, step: Step<'_>) -> Result<Option<i64>, Problem> {
    let refused = |code, detail| Problem::new(StatusCode::TOO_MANY_REQUESTS, code, detail);
    let again = "Take a ticket with POST /api/v1/queue and send it in Queue-Ticket.";
    match checkout::admit(&visitor.work, ticket(visitor, rest), step).await {
        Ok(version) => Ok(version),
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
