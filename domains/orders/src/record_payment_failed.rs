//! Records that the payment of an order was refused.

use database::Ctx;
use kernel::OrderId;
use serde_json::json;

use crate::{
    ChangeError, Order, OrderEvent, OrderPaymentFailed, OrderStatus, PaymentEvent, PaymentStatus, get::lock, store,
};

/// How the shopper hears that a payment failed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Heard {
    /// In answer to what they asked.
    AtOnce,
    /// Not by themselves: they were told that it is pending, or got no answer at all.
    Later,
}

/// Cancels an order that waited for a payment which was refused. One whose money was held, and cannot be taken after all,
/// is unpaid from now on and stays: pieces of it may have left, so somebody has to decide. Any other stays as it is.
pub async fn record_payment_failed(
    ctx: &mut Ctx,
    order_id: OrderId,
    code: &str,
    heard: Heard,
) -> Result<Order, ChangeError> {
    let mut order = lock(ctx, order_id).await?.order;
    let waited = order.status == OrderStatus::Pending;
    if !waited && order.payment_status != PaymentStatus::Authorized {
        return Ok(order);
    }
    order.payment_status = order.payment_status.next(PaymentEvent::Fail)?;
    if waited {
        order.status = order.status.next(OrderEvent::Cancel)?;
    }
    let entry = store::Entry {
        kind: "payment_failed",
        details: json!({ "code": code }),
    };
    store::save(ctx, &mut order, entry).await?;
    if !waited {
        return Ok(order);
    }
    ctx.publish(&OrderPaymentFailed {
        order: (&order).into(),
        code: code.to_owned(),
        unheard: heard == Heard::Later,
    })
    .await?;
    Ok(order)
}
