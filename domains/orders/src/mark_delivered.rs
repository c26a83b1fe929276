//! Notes that the parcels of an order arrived.

use database::Ctx;
use kernel::{OrderId, Permission};
use serde_json::json;

use crate::{
    ChangeError, FulfilmentState, IllegalTransition, Order, OrderDelivered, OrderStatus, ParcelMoved, get::lock, store,
};

/// Marks every parcel that is on its way as delivered. The order is delivered with them, unless pieces are left to ship or
/// another parcel did not arrive.
pub async fn mark_delivered(ctx: &mut Ctx, order_id: OrderId) -> Result<Order, ChangeError> {
    ctx.require(Permission::FulfilOrders)?;
    let mut sold = lock(ctx, order_id).await?;
    let mut parcels = store::parcels::list(ctx, order_id).await?;
    let mut arrived = Vec::new();
    for parcel in parcels.iter_mut().filter(|parcel| parcel.state.is_under_way()) {
        parcel.state = parcel.state.next(FulfilmentState::Delivered)?;
        arrived.push(parcel.clone());
    }
    if arrived.is_empty() {
        return Err(IllegalTransition {
            status: sold.order.status.as_str(),
            event: "deliver",
        }
        .into());
    }
    let was = sold.order.status;
    sold.follow(&parcels)?;
    let ids: Vec<_> = arrived.iter().map(|parcel| parcel.id).collect();
    store::parcels::mark_delivered(ctx, &ids).await?;
    let mut order = sold.order;
    let entry = store::Entry {
        kind: "delivered",
        details: json!({ "parcels": arrived.len() }),
    };
    store::save(ctx, &mut order, entry).await?;
    for parcel in &arrived {
        ctx.publish(&ParcelMoved::of(&order, parcel)).await?;
    }
    if order.status == OrderStatus::Delivered && was != OrderStatus::Delivered {
        ctx.publish(&OrderDelivered { order: (&order).into() }).await?;
    }
    Ok(order)
}
