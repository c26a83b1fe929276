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

/// Uses the admissions of tickets for carts, no ticket twice. Whether they are admitted is for the caller to look at.
pub async fn claim_all(ctx: &mut Ctx, claims: &[(Ticket, CartId)]) -> Result<Vec<Claimed>, Error> {
    let places: Vec<_> = claims.iter().map(|(ticket, cart)| (ticket.place, *cart)).collect();
    let claimants = store::claim(ctx, &places).await?;
    let claimed = places.iter().map(|(place, cart)| match claimants.get(place) {
        Some(claimant) if claimant == cart => Ok(Claimed::Yes),
        Some(claimant) => Ok(Claimed::ByAnother(*claimant)),
        None => Err(Error::corrupt("admissions", "a claim is missing")),
    });
    claimed.collect()
}

/// The same for one.
pub async fn claim(ctx: &mut Ctx, ticket: Ticket, cart: CartId) -> Result<Claimed, Error> {
    let claimed = claim_all(ctx, &[(ticket, cart)]).await?.pop();
    claimed.ok_or_else(|| Error::corrupt("admissions", "a claim is missing"))
}

/// The cart that uses the admission of a ticket, if one does.
pub async fn claimant(ctx: &mut Ctx, ticket: Ticket) -> Result<Option<CartId>, Error> {
    store::claimant(ctx, ticket.place).await
}

/// Gives an admission that a cart used to the cart which that one went into, unless somebody else did first.
pub async fn pass_on(ctx: &mut Ctx, ticket: Ticket, from: CartId, to: CartId) -> Result<Claimed, Error> {
    store::pass_on(ctx, ticket.place, from, to).await?;
    claim(ctx, ticket, to).await
}

/// Forgets old claims.
pub async fn delete_old(ctx: &mut Ctx) -> Result<(), Error> {
    let before = ctx.now() - REMEMBERED;
    store::delete_old(ctx, before).await
}
