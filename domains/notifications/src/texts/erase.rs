//! Somebody is texted no more.

use database::{Ctx, Error, erase};
use kernel::OrderId;
use uuid::Uuid;

use crate::{erase::forget_texts, store::erase as rows};

/// Deletes every text about one of the orders, sent or not, and what was said about texts for any of these carts and customers.
/// What a number itself answered stays: without it somebody who refused would be texted again.
pub async fn erase_texts(ctx: &mut Ctx, orders: &[OrderId], about: &[Uuid]) -> Result<(), Error> {
    let texts = rows::delete_texts_about(ctx, orders).await?;
    forget_texts(ctx, &texts).await?;
    let wishes = rows::delete_wishes_about(ctx, about).await?;
    erase::erase_audit(ctx, "notifications.text_wishes", &wishes).await
}
