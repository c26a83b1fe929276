//! What somebody has bought and got.

use database::{Ctx, Error};
use kernel::{CustomerId, OrderId, ProductId};

use crate::store;

/// Which of these products reached a customer with any order, or came with this order: in a parcel that left and did not come
/// back, or without a parcel once it was paid.
pub async fn received(
    ctx: &mut Ctx,
    customer: Option<CustomerId>,
    order: Option<OrderId>,
    products: &[ProductId],
) -> Result<Vec<ProductId>, Error> {
    if products.is_empty() || (customer.is_none() && order.is_none()) {
        return Ok(Vec::new());
    }
    store::received::list(ctx, customer, order, products).await
}
