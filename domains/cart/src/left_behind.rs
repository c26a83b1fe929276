//! Carts that somebody filled and left: which there are, which of them was told of, and which one a mail is about.

use database::{Ctx, Error};
use kernel::{CartId, CartReminderId, Time};

use crate::{Cart, store};

/// A cart with something in it, and with an address to write to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LeftCart {
    /// The cart.
    pub id: CartId,
    /// Its version. A cart of another was touched since.
    pub version: i64,
    /// When it was touched last.
    pub touched_at: Time,
}

/// Open carts that were touched last from one moment up to another and that nobody was told of, the longest untouched first, so many
/// at most. Of those that were touched at the first moment the ones behind a cart, where one is named.
pub async fn list_left(
    ctx: &mut Ctx,
    from: (Time, Option<CartId>),
    until: Time,
    most: u16,
) -> Result<Vec<LeftCart>, Error> {
    store::left_behind::list(ctx, from, until, most).await
}

/// Notes that somebody is told of a cart, and what its mail names it by; nothing when it was touched since, is closed, or they
/// were told already. So of two who ask one gets an answer.
pub async fn mark_reminded(ctx: &mut Ctx, left: LeftCart) -> Result<Option<CartReminderId>, Error> {
    let reminder = ctx.new_secret_id();
    let is_marked = store::left_behind::mark(ctx, left, reminder).await?;
    Ok(is_marked.then_some(reminder))
}

/// A cart that a mail is about.
#[derive(Debug, Clone)]
pub struct RemindedCart {
    /// The cart.
    pub cart: Cart,
    /// Whether nobody touched it since the mail was written.
    pub is_as_told: bool,
}

/// The cart that a mail is about, whatever became of it.
pub async fn find_reminded(ctx: &mut Ctx, id: CartReminderId) -> Result<Option<RemindedCart>, Error> {
    let Some((cart, told)) = store::left_behind::find(ctx, id).await? else {
        return Ok(None);
    };
    let cart = store::find_cart(ctx, cart).await?;
    Ok(cart.map(|cart| RemindedCart {
        is_as_told: cart.version == told,
        cart,
    }))
}
