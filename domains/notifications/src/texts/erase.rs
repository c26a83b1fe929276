//! Somebody is texted no more.

use database::{Ctx, Error};
use kernel::OrderId;
use uuid::Uuid;

use crate::store;

/// Deletes every text about one of the orders, sent or not, and what was said about texts for any of these carts and customers.
/// What a number itself answered stays: without it somebody who refused would be texted again.
pub async fn erase_texts(ctx: &mut Ctx, orders: &[OrderId], about: &[Uuid]) -> Result<(), Error> {
    store::texts::delete_about(ctx, orders).await?;
    store::text_wishes::delete_about(ctx, about).await
}
