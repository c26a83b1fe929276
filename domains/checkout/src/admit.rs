//! Whether a shopper may go on, or has to wait in the store's waiting room.

use cart::{CartState, Saver};
use database::{Ctx, Error, InTransaction, Together, Work};
use kernel::{CartId, CartLineId, Quantity, VariantId};
use queue::{Claimed, Room, Standing, Ticket};
use uuid::Uuid;

/// What a shopper is about to do.
#[derive(Debug, Clone, Copy)]
pub enum Step<'a> {
    /// To put these into the cart.
    Add(&'a [VariantId]),
    /// To have so many of a line of the cart; fewer than there are may be had at any time.
    Change(CartId, CartLineId, Quantity),
    /// To take up what was put aside.
    TakeUp(Saver, CartLineId),
    /// To look at the checkout.
    Begin(CartId),
    /// To set stock aside for the cart, which uses the admission.
    Hold(CartId),
    /// To place the order, which uses the admission.
    Order(CartId),
}

/// Why a shopper may not go on.
#[derive(Debug, thiserror::Error)]
pub enum AdmitError {
    /// There is a waiting room, and no ticket that the store signed.
    #[error("a ticket of the waiting room is required")]
    TicketRequired,
    /// The ticket's moment is still to come.
    #[error("{position} are admitted before it is done")]
    Waiting {
        /// How many are admitted until then, this one counted.
        position: i64,
        /// How long that takes.
        wait_ms: i64,
    },
    /// The ticket's admission has ended.
    #[error("the admission has ended")]
    Expired,
    /// The ticket's admission was used for another cart.
    #[error("the admission was used for another cart")]
    Used,
    /// The database failed.
    #[error(transparent)]
    Internal(#[from] Error),
}

/// What stands before a step.
enum Way {
    /// Nothing; where that is because of what the cart is, then as long as it has this version.
    Free(Option<i64>),
    /// The waiting room.
    Guarded,
}

/// Lets a shopper go on who need not wait, or whose ticket is admitted. Where there is no waiting room this costs nothing; how
/// the room is set up is kept between requests. Answers with the version of a cart that need not wait as it is: changed in the
/// meantime, it might have to.
pub async fn admit(work: &Work, ticket: Option<Ticket>, step: Step<'_>) -> Result<Option<i64>, AdmitError> {
    if !work.store().has_waiting_room {
        return Ok(None);
    }
    let mut ctx = work.read();
    let room = queue::find_room(&mut ctx).await?;
    let Some(pace) = room.open_pace() else {
        ctx.rollback().await;
        return Ok(None);
    };
    let way = way(&mut ctx, &room, step).await?;
    ctx.rollback().await;
    if let Way::Free(version) = way {
        return Ok(version);
    }
    let ticket = ticket.ok_or(AdmitError::TicketRequired)?;
    match ticket.standing(&pace, work.now()) {
        Standing::Waiting { position, wait_ms } => return Err(AdmitError::Waiting { position, wait_ms }),
        Standing::Expired => return Err(AdmitError::Expired),
        Standing::Admitted { .. } => {}
    }
    let is_good = match step {
        Step::Add(_) | Step::Change(..) | Step::TakeUp(..) => true,
        Step::Begin(cart) => {
            let mut ctx = work.read();
            let is_used = is_used(&mut ctx, ticket, Some(cart)).await?;
            ctx.rollback().await;
            !is_used
        }
        Step::Hold(cart) | Step::Order(cart) => work.together(Claiming { ticket, cart }).await? == Claimed::Yes,
    };
    if is_good { Ok(None) } else { Err(AdmitError::Used) }
}

/// Whether the admission of a ticket was used for another cart than this one. A cart that went into another at sign-in uses
/// nothing any more.
pub async fn is_used(ctx: &mut Ctx, ticket: Ticket, cart: Option<CartId>) -> Result<bool, Error> {
    let claimant = queue::claimant(ctx, ticket).await?;
    match claimant.filter(|claimant| Some(*claimant) != cart) {
        Some(other) => Ok(!is_merged(ctx, other).await?),
        None => Ok(false),
    }
}

/// A cart that uses an admission, at the same time as others use theirs.
#[derive(Clone)]
struct Claiming {
    ticket: Ticket,
    cart: CartId,
}

impl Together for Claiming {
    type Done = Claimed;
    type Error = Error;

    const NAMES_ITS_SHOPPER: bool = true;

    fn subjects(&self) -> Vec<Uuid> {
        vec![self.ticket.subject()]
    }

    fn run<'a>(ctx: &'a mut Ctx, batch: &'a [Self]) -> InTransaction<'a, Vec<Result<Claimed, Error>>, Error> {
        Box::pin(async move {
            if let [one] = batch {
                return Ok(vec![claim(ctx, one.ticket, one.cart).await]);
            }
            let claims: Vec<_> = batch.iter().map(|one| (one.ticket, one.cart)).collect();
            let claimed = queue::claim_all(ctx, &claims).await?;
            let answer = |claimed| match claimed {
                Claimed::Yes => Ok(Claimed::Yes),
                // Which cart that is has to be looked at.
                Claimed::ByAnother(_) => Err(Error::apart()),
            };
            Ok(claimed.into_iter().map(answer).collect())
        })
    }
}

async fn claim(ctx: &mut Ctx, ticket: Ticket, cart: CartId) -> Result<Claimed, Error> {
    match queue::claim(ctx, ticket, cart).await? {
        Claimed::ByAnother(other) if is_merged(ctx, other).await? => queue::pass_on(ctx, ticket, other, cart).await,
        claimed => Ok(claimed),
    }
}

async fn is_merged(ctx: &mut Ctx, cart: CartId) -> Result<bool, Error> {
    let state = cart::state_of(ctx, cart).await?;
    Ok(matches!(state, Some((CartState::Merged, _))))
}

async fn way(ctx: &mut Ctx, room: &Room, step: Step<'_>) -> Result<Way, Error> {
    let is_before_all = room.terms.before == queue::Before::Checkout;
    let variants = match step {
        Step::Begin(cart) | Step::Hold(cart) | Step::Order(cart) => {
            // A cart that became an order is answered with it; one that nobody knows uses no admission.
            let version = match cart::state_of(ctx, cart).await? {
                Some((CartState::Open, _)) if is_before_all => return Ok(Way::Guarded),
                Some((CartState::Open, version)) => version,
                closed => return Ok(Way::Free(closed.map(|(_, version)| version))),
            };
            let variants = cart::list_variants(ctx, cart).await?;
            let is_guarded = stands_before(ctx, room, &variants).await?;
            return Ok(if is_guarded {
                Way::Guarded
            } else {
                Way::Free(Some(version))
            });
        }
        _ if is_before_all => return Ok(Way::Free(None)),
        Step::Add(variants) => variants.to_vec(),
        Step::Change(cart, line, quantity) => {
            let found = cart::find_line(ctx, cart, line).await?;
            let more = found.filter(|found| found.quantity.get() < quantity.get());
            more.map(|found| found.variant_id).into_iter().collect()
        }
        Step::TakeUp(saver, line) => {
            let found = cart::find_saved(ctx, saver, line).await?;
            found.map(|found| found.variant_id).into_iter().collect()
        }
    };
    let is_guarded = stands_before(ctx, room, &variants).await?;
    Ok(if is_guarded { Way::Guarded } else { Way::Free(None) })
}

async fn stands_before(ctx: &mut Ctx, room: &Room, variants: &[VariantId]) -> Result<bool, Error> {
    let sellable = catalog::sellable(ctx, variants).await?;
    Ok(room.stands_before(sellable.into_iter().map(|variant| variant.product_id)))
}
