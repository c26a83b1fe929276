//! A person is forgotten: what they had of what one customer may have counts no more.

use database::{Ctx, Error};
use kernel::OrderId;

use crate::store;

/// Forgets what these orders took of somebody's quotas.
pub async fn erase_quotas(ctx: &mut Ctx, orders: &[OrderId]) -> Result<(), Error> {
    store::erase::erase(ctx, orders).await
}
