//! Notes that the parcels of an order arrived.

use database::Ctx;
use kernel::{OrderId, Permission};
use serde_json::json;

use crate::{ChangeError, FulfilmentState, Order, OrderDelivered, OrderEvent, OrderStatus, get::lock, store};

/// Marks every parcel that is on its way as delivered. The order is delivered with them, unless pieces are left to ship.
pub async fn mark_delivered(ctx: &mut Ctx, order_id: OrderId) -> Result<Order, ChangeError> {
    ctx.require(Permission::FulfilOrders)?;
    let mut order = lock(ctx, order_id).await?.order;
    if order.status != OrderStatus::PartiallyFulfilled {
        order.status = order.status.next(OrderEvent::Deliver)?;
    }
    let under_way = FulfilmentState::ALL.iter().filter(|state| state.is_under_way());
    let under_way: Vec<&str> = under_way.map(|state| state.as_str()).collect();
    let parcels = store::deliver_fulfilments(ctx, order_id, &under_way).await?;
    store::save(
        ctx,
        &mut order,
        store::Entry {
            kind: "delivered",
            details: json!({ "parcels": parcels }),
        },
    )
    .await?;
    if order.status == OrderStatus::Delivered {
        ctx.publish(&OrderDelivered { order: (&order).into() }).await?;
    }
    Ok(order)
}
