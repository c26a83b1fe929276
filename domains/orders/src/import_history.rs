//! Takes over orders that were placed before, such as those of a demo store.

use database::Ctx;
use kernel::{FulfilmentId, Money, OrderId, RefundId, Time};
use payments::RefundState;
use serde_json::json;

use crate::{
    Amount, ChangeError, Fulfilment, FulfilmentState, OrderAndLines, OrderEvent, OrderRefund, PaymentEvent,
    PaymentKind, PlaceError, PlaceOrder, RefundLines, RefundShipping, RefundWanted, TimelineEntry, place, plan_refund,
    store,
};

/// An order with what happened to it since.
#[derive(Debug, Clone)]
pub struct HistoricOrder {
    /// The order as it was placed.
    pub order: PlaceOrder,
    /// When it was placed.
    pub placed_at: Time,
    /// What became of its payment.
    pub payment: HistoricPayment,
    /// The parcel with all of it, if it was shipped.
    pub shipped: Option<HistoricParcel>,
    /// When and why it was cancelled, if it was.
    pub cancelled: Option<(Time, String)>,
    /// What went back, if something did.
    pub refund: Option<HistoricRefund>,
}

/// What became of a payment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum HistoricPayment {
    /// Nothing is known yet.
    Pending,
    /// All of it was taken then.
    Captured(Time),
    /// It was refused then, with that code.
    Failed(Time, String),
}

/// A parcel that left.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HistoricParcel {
    /// When it left.
    pub at: Time,
    /// Who carries it.
    pub carrier: String,
    /// The carrier's number for it.
    pub tracking_number: String,
    /// Where it can be followed.
    pub tracking_url: String,
    /// When it arrived, if it did.
    pub delivered_at: Option<Time>,
}

/// Money that went back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HistoricRefund {
    /// Its id, which the payment's side of it has too.
    pub id: RefundId,
    /// When.
    pub at: Time,
    /// For which of the lines, by their position from 1, and how many pieces; empty is everything with the delivery.
    pub pieces: Vec<(i32, i64)>,
    /// Why.
    pub reason: String,
    /// Whether the pieces went back on the shelf.
    pub restock: bool,
}

/// An order that was taken over.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Imported {
    /// The order.
    pub order_id: OrderId,
    /// The number it got.
    pub number: String,
    /// What was taken.
    pub paid: Money,
    /// What went back, by refund.
    pub refund: Option<(RefundId, Money)>,
}

/// What happened to an order, as it will be written.
struct Told {
    sold: OrderAndLines,
    timeline: Vec<TimelineEntry>,
    parcel: Option<Fulfilment>,
    refund: Option<OrderRefund>,
}

/// Why orders cannot be taken over.
#[derive(Debug, thiserror::Error)]
pub enum ImportHistoryError {
    /// An order cannot have been placed so.
    #[error(transparent)]
    Place(#[from] PlaceError),
    /// An order cannot have gone on so, such as shipped before it was paid.
    #[error(transparent)]
    Change(#[from] ChangeError),
    /// The database failed.
    #[error(transparent)]
    Internal(#[from] database::Error),
}

/// Inserts orders in the order given, with numbers that follow on, by four statements however many there are. They go
/// through the same changes as orders of today, and no event tells of them.
pub async fn import_history(ctx: &mut Ctx, history: Vec<HistoricOrder>) -> Result<Vec<Imported>, ImportHistoryError> {
    let count = i64::try_from(history.len()).unwrap_or(i64::MAX);
    if count == 0 {
        return Ok(Vec::new());
    }
    let first = place::next_numbers(ctx, count).await?;
    let (mut orders, mut timeline, mut parcels, mut refunds) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    let mut imported = Vec::new();
    for (number, historic) in (first..).zip(history) {
        let told = tell(ctx, number, historic)?;
        let id = told.sold.order.id;
        imported.push(Imported {
            order_id: id,
            number: told.sold.order.number.clone(),
            paid: told.sold.order.paid_total,
            refund: told.refund.as_ref().map(|refund| (refund.id, refund.amount)),
        });
        timeline.extend(told.timeline.into_iter().map(|entry| (id, entry)));
        parcels.extend(told.parcel.map(|parcel| (id, parcel)));
        refunds.extend(told.refund.map(|refund| (id, refund)));
        orders.push(told.sold);
    }
    store::insert_orders(ctx, &orders, timeline).await?;
    store::parcels::insert(ctx, &parcels).await?;
    store::insert_refunds(ctx, &refunds).await?;
    Ok(imported)
}

fn tell(ctx: &Ctx, number: i64, historic: HistoricOrder) -> Result<Told, ImportHistoryError> {
    let sold = place::numbered(ctx, place::snapshot(ctx, historic.order, historic.placed_at)?, number);
    let placed = place::placed_entry(ctx, &sold.order);
    let mut told = Told {
        sold,
        timeline: vec![placed],
        parcel: None,
        refund: None,
    };
    told.pay(ctx, historic.payment)?;
    if let Some(parcel) = historic.shipped {
        told.ship(ctx, parcel)?;
    }
    if let Some((at, reason)) = historic.cancelled {
        told.cancel(ctx, at, &reason)?;
    }
    if let Some(refund) = historic.refund {
        told.refund(ctx, refund)?;
    }
    Ok(told)
}

impl Told {
    fn pay(&mut self, ctx: &Ctx, payment: HistoricPayment) -> Result<(), ChangeError> {
        match payment {
            HistoricPayment::Pending => {}
            HistoricPayment::Captured(at) => {
                let total = self.sold.order.total;
                self.sold
                    .receive(total, PaymentKind::Captured, Money::zero(total.currency()))?;
                self.note(ctx, at, "payment_captured", json!({ "amount": Amount::from(total) }));
            }
            HistoricPayment::Failed(at, code) => {
                let order = &mut self.sold.order;
                order.payment_status = order.payment_status.next(PaymentEvent::Fail)?;
                order.status = order.status.next(OrderEvent::Cancel)?;
                self.note(ctx, at, "payment_failed", json!({ "code": code }));
            }
        }
        Ok(())
    }

    fn ship(&mut self, ctx: &Ctx, parcel: HistoricParcel) -> Result<(), ChangeError> {
        let left = self.sold.left_to_pack(&[]).into_iter();
        let pieces: Vec<_> = left.filter(|(_, quantity)| *quantity > 0).collect();
        self.sold.ship(&pieces)?;
        let id: FulfilmentId = ctx.new_id();
        let details = json!({
            "fulfilment": id, "carrier": parcel.carrier, "tracking_number": parcel.tracking_number,
            "pieces": pieces.iter().map(|(_, quantity)| quantity).sum::<i64>(),
        });
        self.note(ctx, parcel.at, "shipped", details);
        let mut state = FulfilmentState::InTransit;
        if let Some(at) = parcel.delivered_at {
            let order = &mut self.sold.order;
            order.status = order.status.next(OrderEvent::Deliver)?;
            state = FulfilmentState::Delivered;
            self.note(ctx, at, "delivered", json!({ "parcels": 1 }));
        }
        self.parcel = Some(Fulfilment {
            id,
            state,
            location_id: None,
            carrier: parcel.carrier,
            tracking_number: parcel.tracking_number,
            tracking_url: parcel.tracking_url,
            created_at: parcel.at,
            shipped_at: Some(parcel.at),
            lines: pieces,
        });
        Ok(())
    }

    fn cancel(&mut self, ctx: &Ctx, at: Time, reason: &str) -> Result<(), ChangeError> {
        let order = &mut self.sold.order;
        order.status = order.status.next(OrderEvent::Cancel)?;
        if let Ok(voided) = order.payment_status.next(PaymentEvent::Void) {
            order.payment_status = voided;
        }
        self.note(ctx, at, "cancelled", json!({ "reason": reason }));
        Ok(())
    }

    fn refund(&mut self, ctx: &Ctx, refund: HistoricRefund) -> Result<(), ChangeError> {
        let wanted = self.wanted(&refund.pieces);
        let plan = plan_refund::plan_refund(&self.sold, &wanted)?;
        self.sold.set_aside(&plan)?;
        self.sold.refund_succeeded(plan.amount)?;
        let amount = Amount::from(plan.amount);
        self.note(
            ctx,
            refund.at,
            "refunded",
            json!({ "refund": refund.id, "amount": amount }),
        );
        self.refund = Some(OrderRefund {
            id: refund.id,
            state: RefundState::Succeeded,
            amount: plan.amount,
            shipping_amount: plan.shipping,
            reason: refund.reason,
            restock: refund.restock,
            created_at: refund.at,
            lines: plan.lines,
        });
        Ok(())
    }

    fn wanted(&self, pieces: &[(i32, i64)]) -> RefundWanted {
        if pieces.is_empty() {
            return RefundWanted::everything();
        }
        let id_of = |position| {
            self.sold
                .lines
                .iter()
                .find(|line| line.position == position)
                .map(|line| line.id)
        };
        let known = pieces
            .iter()
            .filter_map(|(position, quantity)| Some((id_of(*position)?, *quantity)));
        RefundWanted {
            lines: RefundLines::Some(known.collect()),
            shipping: RefundShipping::None,
        }
    }

    fn note(&mut self, ctx: &Ctx, at: Time, kind: &str, details: serde_json::Value) {
        self.sold.order.updated_at = at;
        self.sold.order.version += 1;
        self.timeline.push(TimelineEntry {
            id: ctx.new_id(),
            order_version: self.sold.order.version,
            kind: kind.to_owned(),
            details,
            actor: ctx.actor().label(),
            occurred_at: at,
        });
    }
}
