//! An admission is used: by one cart, and no other after it.

use chrono::TimeDelta;
use database::{Ctx, Error};
use kernel::CartId;

use crate::{Ticket, store};

/// Claims are remembered for longer than any admission lasts.
const REMEMBERED: TimeDelta = TimeDelta::days(30);

/// What became of a claim.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Claimed {
    /// The admission is this cart's, from now on or since before.
    Yes,
    /// Another cart used it.
    ByAnother(CartId),
}

/// Uses the admission of a ticket for a cart. Whether it is admitted is for the caller to look at.
pub async fn claim(ctx: &mut Ctx, ticket: Ticket, cart: CartId) -> Result<Claimed, Error> {
    store::claim(ctx, ticket.place, cart).await
}

/// The cart that uses the admission of a ticket, if one does.
pub async fn claimant(ctx: &mut Ctx, ticket: Ticket) -> Result<Option<CartId>, Error> {
    store::claimant(ctx, ticket.place).await
}

/// Gives an admission that a cart used to the cart which that one went into, unless somebody else did first.
pub async fn pass_on(ctx: &mut Ctx, ticket: Ticket, from: CartId, to: CartId) -> Result<Claimed, Error> {
    store::pass_on(ctx, ticket.place, from, to).await?;
    store::claim(ctx, ticket.place, to).await
}

/// Forgets old claims.
pub async fn delete_old(ctx: &mut Ctx) -> Result<(), Error> {
    let before = ctx.now() - REMEMBERED;
    store::delete_old(ctx, before).await
}
