//! Notes that somebody begins to pack an order.

use database::Ctx;
use kernel::{OrderId, Permission};
use serde_json::json;

use crate::{ChangeError, Order, OrderEvent, OrderProcessing, get::lock, store};

/// Marks a confirmed order as being packed.
pub async fn start_processing(ctx: &mut Ctx, order_id: OrderId) -> Result<Order, ChangeError> {
    ctx.require(Permission::FulfilOrders)?;
    let mut order = lock(ctx, order_id).await?.order;
    order.status = order.status.next(OrderEvent::Process)?;
    store::save(
        ctx,
        &mut order,
        store::Entry {
            kind: "processing",
            details: json!({}),
        },
    )
    .await?;
    ctx.publish(&OrderProcessing { order: (&order).into() }).await?;
    Ok(order)
}
