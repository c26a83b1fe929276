//! Gives an order's coupons back when it was not paid or was cancelled.

use database::{Ctx, Error};
use kernel::OrderId;

use crate::store;

/// Counts the order's coupons as not used. Calling it again, or for an order without coupons, changes nothing.
pub async fn release(ctx: &mut Ctx, order_id: OrderId) -> Result<(), Error> {
    store::release(ctx, order_id).await
}
