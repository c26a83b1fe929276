//! A cart becomes an order, and becomes a cart again when the payment fails.

use kernel::{CartId, OrderId};

use crate::{CartError, store};

/// Closes a cart that an order was placed from.
pub async fn complete(ctx: &mut database::Ctx, cart: CartId, order: OrderId) -> Result<(), CartError> {
    if store::complete(ctx, cart, order).await? {
        Ok(())
    } else {
        Err(CartError::Closed)
    }
}

/// Opens the cart of an order whose payment failed, so that the shopper can try again. When its customer has begun
/// another cart since, the old one opens as a cart of nobody; only its link leads there.
pub async fn reopen(ctx: &mut database::Ctx, order: OrderId) -> Result<(), database::Error> {
    store::reopen(ctx, order).await
}
