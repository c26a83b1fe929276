//! Somebody is told in no browser any more.

use database::{Ctx, Error};
use kernel::OrderId;
use uuid::Uuid;

use crate::store;

/// Deletes every push about one of the orders, sent or not, what browsers asked for about any of these orders and customers, and
/// the browsers that asked for nothing else.
pub async fn erase_pushes(ctx: &mut Ctx, orders: &[OrderId], about: &[Uuid]) -> Result<(), Error> {
    store::pushes::delete_about(ctx, orders).await?;
    let about: Vec<Uuid> = orders
        .iter()
        .map(|id| (*id).into())
        .chain(about.iter().copied())
        .collect();
    store::push_subscriptions::delete_wishes(ctx, &about, None).await
}
