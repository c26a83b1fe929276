//! Whether a shopper may go on, or has to wait in the store's waiting room.

use database::{Error, Work};
use kernel::{CartId, ProductId, VariantId};
use queue::{Claimed, Room, Standing, Ticket};

/// What a shopper is about to do.
#[derive(Debug, Clone, Copy)]
pub enum Step<'a> {
    /// To put these into the cart.
    Add(&'a [VariantId]),
    /// To begin the checkout.
    Begin(CartId),
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

/// Lets a shopper go on who need not wait, or whose ticket is admitted. Where there is no waiting room this costs nothing; how
/// the room is set up is kept between requests.
pub async fn admit(work: &Work, ticket: Option<Ticket>, step: Step<'_>) -> Result<(), AdmitError> {
    if !work.store().has_waiting_room {
        return Ok(());
    }
    let mut ctx = work.read();
    let room = queue::find_room(&mut ctx).await?;
    let Some(pace) = room.open_pace() else {
        ctx.rollback().await;
        return Ok(());
    };
    let is_free = !stands_before(&mut ctx, &room, step).await?;
    ctx.rollback().await;
    if is_free {
        return Ok(());
    }
    let ticket = ticket.ok_or(AdmitError::TicketRequired)?;
    match ticket.standing(&pace, work.now()) {
        Standing::Waiting { position, wait_ms } => return Err(AdmitError::Waiting { position, wait_ms }),
        Standing::Expired => return Err(AdmitError::Expired),
        Standing::Admitted { .. } => {}
    }
    let Step::Order(cart) = step else { return Ok(()) };
    let mut ctx = work.write();
    let claimed = queue::claim(&mut ctx, ticket, cart).await?;
    ctx.commit().await?;
    match claimed {
        Claimed::Yes => Ok(()),
        Claimed::ByAnother => Err(AdmitError::Used),
    }
}

async fn stands_before(ctx: &mut database::Ctx, room: &Room, step: Step<'_>) -> Result<bool, Error> {
    if room.terms.before == queue::Before::Checkout {
        return Ok(!matches!(step, Step::Add(_)));
    }
    let products = match step {
        Step::Add(variants) => products_of(ctx, variants).await?,
        Step::Begin(cart) | Step::Order(cart) => {
            let variants = cart::list_variants(ctx, cart).await?;
            products_of(ctx, &variants).await?
        }
    };
    Ok(room.stands_before(products))
}

async fn products_of(ctx: &mut database::Ctx, variants: &[VariantId]) -> Result<Vec<ProductId>, Error> {
    let sellable = catalog::sellable(ctx, variants).await?;
    Ok(sellable.into_iter().map(|variant| variant.product_id).collect())
}
