//! Everything the cart's tables hold on a customer. Whoever asks has proved to be the customer, or to be allowed to see it.

use database::{Ctx, Error};
use kernel::{CartId, CustomerId, Time};

use crate::{
    Cart, CartLine, Saver,
    store::{self, saved},
};

/// Carts of a customer with their lines, open or not, the newest first: so many at most, those that follow one.
pub async fn list_of_customer(
    ctx: &mut Ctx,
    customer: CustomerId,
    after: Option<(Time, CartId)>,
    most: u16,
) -> Result<Vec<(Cart, Vec<CartLine>)>, Error> {
    let carts = store::list_carts_of_customer(ctx, customer, after, most).await?;
    let ids: Vec<_> = carts.iter().map(|cart| cart.id).collect();
    let mut lines = store::list_lines_of(ctx, &ids).await?;
    let with_lines = |cart: Cart| {
        let lines = lines.remove(&cart.id).unwrap_or_default();
        (cart, lines)
    };
    Ok(carts.into_iter().map(with_lines).collect())
}

/// What somebody put aside, as it was put there.
pub async fn list_saved_lines(ctx: &mut Ctx, saver: Saver) -> Result<Vec<CartLine>, Error> {
    saved::list(ctx, saver.owner()).await
}
