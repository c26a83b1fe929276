//! A cart becomes an order, and becomes a cart again when the payment fails.

use kernel::{CartId, OrderId};

use crate::{CartError, store};

/// Closes carts that orders were placed from, all or none.
pub async fn complete(ctx: &mut database::Ctx, carts: &[(CartId, OrderId)]) -> Result<(), CartError> {
    if carts.is_empty() || store::complete(ctx, carts).await? == carts.len() {
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
