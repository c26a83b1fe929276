//! Records money that came for an order, or is held for it.

use std::collections::HashMap;

use database::Ctx;
use kernel::{Money, OrderId};
use serde_json::json;

use crate::{
    Amount, ChangeError, Order, OrderAndLines, OrderAuthorized, OrderDetails, OrderPaid, OrderStatus, PaymentStatus,
    TimelineEntry, record_refund::gone_back, store,
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
    let mut received = Vec::with_capacity(payments.len());
    for (id, amount) in payments {
        let sold = locked.remove(id).ok_or(ChangeError::NotFound)?;
        let refunds = refunds.get(id).map(Vec::as_slice).unwrap_or_default();
        received.push(Received {
            held_before: sold.order.status != OrderStatus::Pending,
            gone_back: gone_back(refunds, Money::zero(amount.currency()))?,
            amount: *amount,
            sold,
        });
    }
    let (recorded, _entries) = receive(ctx, received, kind).await?;
    Ok(recorded)
}

/// The same for orders as they were placed, with two statements: what nobody has changed since need not be read again. Where
/// somebody has it is a conflict, and with several the transaction has to go back.
pub async fn record_first_payments(
    ctx: &mut Ctx,
    payments: &[(&OrderDetails, Money)],
    kind: PaymentKind,
) -> Result<Vec<OrderDetails>, ChangeError> {
    if payments.is_empty() {
        return Ok(Vec::new());
    }
    let received = payments.iter().map(|(placed, amount)| Received {
        sold: placed.sold(),
        amount: *amount,
        gone_back: Money::zero(amount.currency()),
        held_before: placed.order.status != OrderStatus::Pending,
    });
    let (recorded, entries) = receive(ctx, received.collect(), kind).await?;
    let whole = recorded.into_iter().zip(entries).zip(payments);
    let whole = whole.map(|((sold, entry), (placed, _))| OrderDetails {
        order: sold.order,
        lines: sold.lines,
        fulfilments: placed.fulfilments.clone(),
        refunds: placed.refunds.clone(),
        timeline: placed.timeline.iter().cloned().chain([entry]).collect(),
    });
    Ok(whole.collect())
}

/// Money that came for an order.
struct Received {
    sold: OrderAndLines,
    amount: Money,
    /// What went back by now.
    gone_back: Money,
    /// Whether the order waited for no money.
    held_before: bool,
}

/// Writes what came, with the entries that tell of it, and tells it on.
async fn receive(
    ctx: &mut Ctx,
    received: Vec<Received>,
    kind: PaymentKind,
) -> Result<(Vec<OrderAndLines>, Vec<TimelineEntry>), ChangeError> {
    let (mut orders, mut lines, mut entries, mut before) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    for Received {
        mut sold,
        amount,
        gone_back,
        held_before,
    } in received
    {
        sold.receive(amount, kind, gone_back)?;
        orders.push(sold.order);
        lines.push(sold.lines);
        entries.push(entry_of(amount, kind));
        before.push((amount, held_before));
    }
    let entries = store::save_all(ctx, &mut orders, entries).await?;
    let told = || orders.iter().zip(&before);
    let paid: Vec<OrderPaid> = told()
        .filter(|(order, _)| kind == PaymentKind::Captured && is_paid(order))
        .map(|(order, (_, held_before))| OrderPaid {
            order: order.into(),
            paid: order.paid_total.into(),
            held_before: *held_before,
        })
        .collect();
    let authorized: Vec<OrderAuthorized> = told()
        .filter(|(order, _)| order.payment_status == PaymentStatus::Authorized)
        .map(|(order, (held, _))| OrderAuthorized {
            order: order.into(),
            held: (*held).into(),
        })
        .collect();
    ctx.publish_all(&paid).await?;
    ctx.publish_all(&authorized).await?;
    let recorded = orders.into_iter().zip(lines);
    let recorded = recorded.map(|(order, lines)| OrderAndLines { order, lines });
    Ok((recorded.collect(), entries))
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
