//! The waiting room: where shoppers wait for their moment, and how they get there.

use std::sync::Arc;

use axum::{
    extract::State,
    response::{IntoResponse as _, Redirect, Response},
};
use checkout::{AdmitError, Step};
use queue::{Room, Standing, Ticket};
use serde::{Deserialize, Serialize};
use url::form_urlencoded::byte_serialize;
use web::{Form, Problem, Query, Visitor};

use crate::{Shop, head::path_of, layout};

/// How often a page that waits looks again, in seconds.
const SOONEST_SECS: i64 = 2;
const LATEST_SECS: i64 = 15;

#[derive(Debug, Default, Deserialize)]
pub(crate) struct NextPage {
    /// Where the shopper was going.
    #[serde(default)]
    next: String,
}

impl NextPage {
    fn path(&self) -> &str {
        web::local_path(&self.next)
    }
}

#[derive(Serialize)]
struct QueueView {
    next: String,
    /// The merchant's words.
    message: String,
    /// How many minutes an admission lasts.
    admission_minutes: i32,
    /// Where the ticket stands; none without one that is good.
    waiting: Option<WaitingView>,
}

#[derive(Serialize)]
struct WaitingView {
    position: i64,
    minutes: i64,
    /// When to look again.
    again_secs: i64,
}

/// Where a shopper goes.
pub(crate) enum Way {
    /// On; with the version of the cart, where it need not wait as it is.
    On(Option<i64>),
    /// To the waiting room.
    Away(Response),
}

/// Lets the shopper go on, or answers with the way to the waiting room. Whoever has no good ticket is given one.
pub(crate) async fn turn_away(visitor: &Visitor, shop: &Shop, step: Step<'_>) -> Result<Option<Response>, Problem> {
    Ok(match way(visitor, shop, step, None).await? {
        Way::On(_) => None,
        Way::Away(away) => Some(away),
    })
}

/// The same, with the cart's version and the page that the moment of a ticket leads to, if it is another than the step's.
pub(crate) async fn way(visitor: &Visitor, shop: &Shop, step: Step<'_>, next: Option<String>) -> Result<Way, Problem> {
    let admitted = checkout::admit(&visitor.work, ticket(visitor, shop), step).await;
    match admitted {
        Ok(version) => return Ok(Way::On(version)),
        Err(AdmitError::Waiting { .. }) => {}
        Err(AdmitError::TicketRequired | AdmitError::Expired | AdmitError::Used) => {
            // Looking at the checkout is not joining.
            if !matches!(step, Step::Begin(_)) {
                take_ticket(visitor, shop).await?;
            }
        }
        Err(AdmitError::Internal(error)) => return Err(error.into()),
    }
    let next = match next {
        Some(next) => next,
        None => next_page(visitor, step).await?,
    };
    let next: String = byte_serialize(next.as_bytes()).collect();
    Ok(Way::Away(Redirect::to(&format!("/queue?next={next}")).into_response()))
}

/// Whether the shopper may go on.
pub(crate) async fn is_admitted(visitor: &Visitor, shop: &Shop, step: Step<'_>) -> Result<bool, Problem> {
    match checkout::admit(&visitor.work, ticket(visitor, shop), step).await {
        Ok(_) => Ok(true),
        Err(AdmitError::Internal(error)) => Err(error.into()),
        Err(AdmitError::TicketRequired | AdmitError::Waiting { .. } | AdmitError::Expired | AdmitError::Used) => {
            Ok(false)
        }
    }
}

/// Where the moment of a ticket leads: to the product that was chosen, or on to the checkout.
async fn next_page(visitor: &Visitor, step: Step<'_>) -> Result<String, Problem> {
    let variants = match step {
        Step::Add(variants) => variants,
        Step::Change(..) | Step::TakeUp(..) => return Ok("/cart".to_owned()),
        Step::Begin(_) | Step::Hold(_) | Step::Order(_) => return Ok("/checkout".to_owned()),
    };
    let mut ctx = visitor.work.read();
    let sellable = catalog::sellable(&mut ctx, variants).await?;
    ctx.rollback().await;
    let product = sellable.into_iter().next();
    Ok(product.map_or_else(
        || "/cart".to_owned(),
        |found| {
            format!(
                "{}?variant={}",
                path_of("/products", found.slug.as_str()),
                found.variant_id
            )
        },
    ))
}

fn ticket(visitor: &Visitor, shop: &Shop) -> Option<Ticket> {
    Ticket::read(&shop.link_key, visitor.store().id, visitor.ticket()?)
}

async fn take_ticket(visitor: &Visitor, shop: &Shop) -> Result<(), Problem> {
    visitor.count_ticket().await?;
    if let Some(ticket) = queue::join(&visitor.work).await? {
        visitor.remember_ticket(&ticket.sign(&shop.link_key, visitor.store().id));
    }
    Ok(())
}

/// The room, and where the ticket stands; none without a room, or a ticket that this browser can use.
async fn look(visitor: &Visitor, shop: &Shop) -> Result<(Arc<Room>, Option<Standing>), Problem> {
    let mut ctx = visitor.work.read();
    let room = queue::find_room(&mut ctx).await?;
    let standing = match (room.open_pace(), ticket(visitor, shop)) {
        (Some(pace), Some(ticket)) => match ticket.standing(&pace, visitor.work.now()) {
            Standing::Expired => None,
            Standing::Admitted { .. } if checkout::is_used(&mut ctx, ticket, visitor.cart()).await? => None,
            standing => Some(standing),
        },
        (_, _) => None,
    };
    ctx.rollback().await;
    Ok((room, standing))
}

/// Waits with the shopper; leads on when there is nothing to wait for.
pub(crate) async fn show(
    visitor: Visitor,
    State(shop): State<Shop>,
    Query(query): Query<NextPage>,
) -> Result<Response, Problem> {
    let (room, standing) = look(&visitor, &shop).await?;
    let waiting = match standing {
        Some(Standing::Waiting { position, wait_ms }) => Some(WaitingView {
            position,
            minutes: wait_ms.saturating_add(59_999) / 60_000,
            again_secs: (wait_ms / 4_000).clamp(SOONEST_SECS, LATEST_SECS),
        }),
        Some(Standing::Admitted { .. }) => {
            visitor.flash("queue-admitted");
            return Ok(Redirect::to(query.path()).into_response());
        }
        Some(Standing::Expired) | None => None,
    };
    if room.open_pace().is_none() {
        return Ok(Redirect::to(query.path()).into_response());
    }
    let view = QueueView {
        next: query.path().to_owned(),
        message: room.terms.message.clone(),
        admission_minutes: room.terms.admission_minutes,
        waiting,
    };
    layout::page(&visitor, "storefront/queue.html", &view).await
}

/// Takes a place at the end for who has none.
pub(crate) async fn join(
    visitor: Visitor,
    State(shop): State<Shop>,
    Form(form): Form<NextPage>,
) -> Result<Response, Problem> {
    let (_room, standing) = look(&visitor, &shop).await?;
    if standing.is_none() {
        take_ticket(&visitor, &shop).await?;
    }
    let next: String = byte_serialize(form.path().as_bytes()).collect();
    Ok(Redirect::to(&format!("/queue?next={next}")).into_response())
}
