//! Records money that came for an order, or is held for it.

use std::collections::HashMap;

use database::Ctx;
use kernel::{Money, OrderId};
use serde_json::json;

use crate::{
    Amount, ChangeError, Order, OrderAndLines, OrderAuthorized, OrderPaid, OrderStatus, PaymentStatus,
    record_refund::gone_back, store,
};

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
    let recorded = record_payments(ctx, &[(order_id, amount)], kind).await?;
    let recorded = recorded.into_iter().next().ok_or(ChangeError::NotFound)?;
    Ok(recorded.order)
}

/// The same for several orders, none of them twice, with four statements however many they are, or two more when some of it went back
/// before. All or none; the answers are
/// the orders as they now are, in the order of the payments.
pub async fn record_payments(
    ctx: &mut Ctx,
    payments: &[(OrderId, Money)],
    kind: PaymentKind,
) -> Result<Vec<OrderAndLines>, ChangeError> {
    if payments.is_empty() {
        return Ok(Vec::new());
    }
    let ids: Vec<OrderId> = payments.iter().map(|(id, _)| *id).collect();
    let mut locked = store::lock_orders(ctx, &ids).await?;
    let refunded = locked.values().filter(|sold| sold.order.refunded_total.is_positive());
    let refunded: Vec<OrderId> = refunded.map(|sold| sold.order.id).collect();
    let refunds = if refunded.is_empty() {
        HashMap::new()
    } else {
        store::whole::refunds(ctx, &refunded).await?
    };
    let (mut orders, mut lines, mut entries, mut held_before) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    for (id, amount) in payments {
        let mut sold = locked.remove(id).ok_or(ChangeError::NotFound)?;
        held_before.push(sold.order.status != OrderStatus::Pending);
        let refunds = refunds.get(id).map(Vec::as_slice).unwrap_or_default();
        sold.receive(*amount, kind, gone_back(refunds, Money::zero(amount.currency()))?)?;
        orders.push(sold.order);
        lines.push(sold.lines);
        entries.push(entry_of(*amount, kind));
    }
    store::save_all(ctx, &mut orders, entries).await?;
    let paid: Vec<OrderPaid> = orders
        .iter()
        .zip(held_before)
        .filter(|(order, _)| kind == PaymentKind::Captured && is_paid(order))
        .map(|(order, held_before)| OrderPaid {
            order: order.into(),
            paid: order.paid_total.into(),
            held_before,
        })
        .collect();
    ctx.publish_all(&paid).await?;
    let authorized: Vec<OrderAuthorized> = orders
        .iter()
        .zip(payments)
        .filter(|(order, _)| order.payment_status == PaymentStatus::Authorized)
        .map(|(order, (_, held))| OrderAuthorized {
            order: order.into(),
            held: (*held).into(),
        })
        .collect();
    ctx.publish_all(&authorized).await?;
    let recorded = orders.into_iter().zip(lines);
    Ok(recorded.map(|(order, lines)| OrderAndLines { order, lines }).collect())
}

/// Whether all of the money came, whatever went back meanwhile.
fn is_paid(order: &Order) -> bool {
    order.paid_total.minor() >= order.total.minor() && order.status != OrderStatus::Cancelled
}

fn entry_of(amount: Money, kind: PaymentKind) -> store::Entry {
    store::Entry {
        kind: match kind {
            PaymentKind::Authorized => "payment_authorized",
            PaymentKind::Captured => "payment_captured",
        },
        details: json!({ "amount": Amount::from(amount) }),
    }
}
