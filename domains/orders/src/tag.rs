//! Gives an order the words that the staff finds it by.

use database::Ctx;
use kernel::{FieldError, OrderId, Permission};
use serde_json::json;

use crate::{ChangeError, Order, get::lock, store};

/// Replaces the tags of an order: at most 50, each of 1 to 50 characters, without repeats.
pub async fn tag(ctx: &mut Ctx, order_id: OrderId, tags: Vec<String>) -> Result<Order, ChangeError> {
    ctx.require(Permission::FulfilOrders)?;
    let mut kept: Vec<String> = Vec::new();
    for tag in tags {
        let tag = tag.trim();
        if tag.is_empty() || tag.chars().count() > 50 || tag.chars().any(char::is_control) {
            return Err(FieldError::new("tags", "invalid_tag", "must have 1 to 50 printable characters each").into());
        }
        if !kept.iter().any(|known| known == tag) {
            kept.push(tag.to_owned());
        }
    }
    if kept.len() > 50 {
        return Err(FieldError::new("tags", "too_many", "may be at most 50").into());
    }
    let mut order = lock(ctx, order_id).await?.order;
    order.tags = kept;
    let details = json!({ "tags": order.tags });
    store::save(
        ctx,
        &mut order,
        store::Entry {
            kind: "tagged",
            details,
        },
    )
    .await?;
    Ok(order)
}
