//! Reads one order. Whoever asks has proved that they may: staff by permission, a customer by owning it, a guest by the
//! order's token.

use std::collections::HashMap;

use database::{Ctx, Error};
use kernel::OrderId;

use crate::{ChangeError, Order, OrderAndLines, OrderDetails, store};

/// Everything about an order.
pub async fn get(ctx: &mut Ctx, id: OrderId) -> Result<OrderDetails, ChangeError> {
    let mut found = store::whole::list_of(ctx, &[id]).await?;
    found.remove(&id).ok_or(ChangeError::NotFound)
}

/// Everything about those that there are of these orders, with as many statements as for one.
pub async fn get_all(ctx: &mut Ctx, ids: &[OrderId]) -> Result<HashMap<OrderId, OrderDetails>, Error> {
    store::whole::list_of(ctx, ids).await
}

/// Everything about orders of which a transaction has the lines at hand, as they are in it.
pub async fn get_rest(ctx: &mut Ctx, sold: Vec<OrderAndLines>) -> Result<Vec<OrderDetails>, Error> {
    store::whole::with_the_rest_and_timeline(ctx, sold).await
}

/// The order of that id, without its lines.
pub async fn find(ctx: &mut Ctx, id: OrderId) -> Result<Option<Order>, Error> {
    store::find_order(ctx, id).await
}

/// The order of that number, such as `ORD-1001`, without its lines.
pub async fn find_by_number(ctx: &mut Ctx, number: &str) -> Result<Option<Order>, Error> {
    store::find_order_by_number(ctx, number).await
}

/// An order and its lines, locked until the end of the transaction.
pub async fn lock(ctx: &mut Ctx, id: OrderId) -> Result<OrderAndLines, ChangeError> {
    store::lock_order(ctx, id).await?.ok_or(ChangeError::NotFound)
}

/// The same, if nobody changed the order since the caller read that version of it; `None` takes any.
pub async fn lock_version(
    ctx: &mut Ctx,
    id: OrderId,
    expected_version: Option<i64>,
) -> Result<OrderAndLines, ChangeError> {
    let sold = lock(ctx, id).await?;
    sold.require_version(expected_version)?;
    Ok(sold)
}

/// The same for those that there are of several, locked in the order of their ids.
pub async fn lock_all(ctx: &mut Ctx, ids: &[OrderId]) -> Result<HashMap<OrderId, OrderAndLines>, Error> {
    store::lock_orders(ctx, ids).await
}

impl OrderAndLines {
    /// Refuses to go on with a locked order that was changed since the caller read that version of it; `None` takes any.
    pub fn require_version(&self, expected_version: Option<i64>) -> Result<(), ChangeError> {
        match expected_version {
            Some(version) if version != self.order.version => Err(ChangeError::VersionConflict {
                current: Some(self.order.version),
            }),
            Some(_) | None => Ok(()),
        }
    }
}
