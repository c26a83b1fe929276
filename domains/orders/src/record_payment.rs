//! Records money that came for an order, or is held for it.

use database::Ctx;
use kernel::{Money, OrderId};
use serde_json::json;

use crate::{Amount, ChangeError, Order, OrderAuthorized, OrderPaid, OrderStatus, PaymentStatus, get::lock, store};

/// What a gateway did with the money.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PaymentKind {
    /// It holds it.
    Authorized,
    /// It took it.
    Captured,
}

/// Records money, once for each payment: the caller knows whether it is news. An order that was waiting for it is confirmed;
/// one that was cancelled stays so, and the money has to go back.
pub async fn record_payment(
    ctx: &mut Ctx,
    order_id: OrderId,
    amount: Money,
    kind: PaymentKind,
) -> Result<Order, ChangeError> {
    let mut sold = lock(ctx, order_id).await?;
    let held_before = sold.order.status != OrderStatus::Pending;
    sold.receive(amount, kind)?;
    let mut order = sold.order;
    let entry = store::Entry {
        kind: match kind {
            PaymentKind::Authorized => "payment_authorized",
            PaymentKind::Captured => "payment_captured",
        },
        details: json!({ "amount": Amount::from(amount) }),
    };
    store::save(ctx, &mut order, entry).await?;
    let paid = kind == PaymentKind::Captured && order.payment_status == PaymentStatus::Paid;
    if paid && order.status != OrderStatus::Cancelled {
        let paid = order.paid_total.into();
        ctx.publish(&OrderPaid {
            order: (&order).into(),
            paid,
            held_before,
        })
        .await?;
    }
    if order.payment_status == PaymentStatus::Authorized {
        let held = amount.into();
        ctx.publish(&OrderAuthorized {
            order: (&order).into(),
            held,
        })
        .await?;
    }
    Ok(order)
}
