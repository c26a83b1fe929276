//! Gives up an order before anything of it was shipped.

use database::Ctx;
use kernel::OrderId;
use serde_json::json;

use crate::{ChangeError, Order, OrderCancelled, OrderEvent, ParcelUnpacked, PaymentEvent, get::lock, store};

/// An order to be given up.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cancel {
    /// The order.
    pub order_id: OrderId,
    /// Why, for the timeline and the mail.
    pub reason: String,
}

/// Cancels an order and unpacks what waits to leave. What was paid stays paid until it is refunded. Called by the flows of
/// checkout, which also free the stock and return the money; the store itself cancels too, so it is they who ask for the
/// actor's permission.
pub async fn cancel(ctx: &mut Ctx, cancel: Cancel) -> Result<Order, ChangeError> {
    let mut order = lock(ctx, cancel.order_id).await?.order;
    order.status = order.status.next(OrderEvent::Cancel)?;
    if let Ok(voided) = order.payment_status.next(PaymentEvent::Void) {
        order.payment_status = voided;
    }
    let parcels = store::parcels::list(ctx, order.id).await?;
    let waiting = parcels.iter().filter(|parcel| !parcel.state.has_left());
    let waiting: Vec<_> = waiting.map(|parcel| parcel.id).collect();
    if !waiting.is_empty() {
        store::parcels::delete(ctx, &waiting).await?;
    }
    for fulfilment_id in waiting {
        let order = (&order).into();
        ctx.publish(&ParcelUnpacked { order, fulfilment_id }).await?;
    }
    let entry = store::Entry {
        kind: "cancelled",
        details: json!({ "reason": cancel.reason }),
    };
    store::save(ctx, &mut order, entry).await?;
    ctx.publish(&OrderCancelled {
        order: (&order).into(),
        reason: cancel.reason,
    })
    .await?;
    Ok(order)
}
