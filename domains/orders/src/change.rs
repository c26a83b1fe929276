//! What each change does to an order, as pure functions: use cases load, apply one of these, and write.

use kernel::{Money, OrderLineId};

use crate::{
    ChangeError, FulfilmentStatus, OrderAndLines, OrderEvent, OrderLine, OrderStatus, PaymentEvent, PaymentKind,
    RefundPlan,
};

impl OrderAndLines {
    /// Money came or is held. An order that waited for it is confirmed; one without parcels is fulfilled with it. An order
    /// that was cancelled stays so, and only knows that it was paid.
    pub(crate) fn receive(&mut self, amount: Money, kind: PaymentKind) -> Result<(), ChangeError> {
        let order = &mut self.order;
        let event = match kind {
            PaymentKind::Authorized => PaymentEvent::Authorize,
            PaymentKind::Captured => {
                order.paid_total = order.paid_total.plus(amount)?;
                let (total, paid) = (order.total.minor(), order.paid_total.minor());
                PaymentEvent::of_money(total, paid, order.refunded_total.minor())
            }
        };
        order.payment_status = order.payment_status.next(event)?;
        if order.status == OrderStatus::Pending && matches!(event, PaymentEvent::Authorize | PaymentEvent::PayAll) {
            order.status = order.status.next(OrderEvent::Confirm)?;
            if self.fulfilment() == FulfilmentStatus::Fulfilled {
                self.order.fulfilment_status = FulfilmentStatus::Fulfilled;
                self.order.status = self.order.status.next(OrderEvent::ShipAll)?;
            }
        }
        Ok(())
    }

    /// Everything that is left to ship.
    pub(crate) fn all_left_to_ship(&self) -> Vec<(OrderLineId, i64)> {
        let left = self.lines.iter().map(|line| (line.id, line.left_to_ship()));
        left.filter(|(_, quantity)| *quantity > 0).collect()
    }

    /// Pieces were shipped.
    pub(crate) fn ship(&mut self, pieces: &[(OrderLineId, i64)]) -> Result<(), ChangeError> {
        for (line_id, quantity) in pieces {
            let line = self.line_mut(*line_id)?;
            let left = line.left_to_ship();
            if !(1..=left).contains(quantity) {
                return Err(ChangeError::QuantityOutOfRange { line: *line_id, left });
            }
            line.fulfilled_quantity += quantity;
        }
        if pieces.is_empty() {
            return Err(ChangeError::NothingToShip);
        }
        let event = match self.fulfilment() {
            FulfilmentStatus::Fulfilled => OrderEvent::ShipAll,
            FulfilmentStatus::Unfulfilled | FulfilmentStatus::Partial | FulfilmentStatus::Returned => {
                OrderEvent::ShipPart
            }
        };
        self.order.status = self.order.status.next(event)?;
        self.order.fulfilment_status = self.fulfilment();
        Ok(())
    }

    /// A refund begins: what it covers cannot be refunded or shipped any more.
    pub(crate) fn set_aside(&mut self, plan: &RefundPlan) -> Result<(), ChangeError> {
        for planned in &plan.lines {
            let line = self.line_mut(planned.line_id)?;
            line.refunded_quantity += planned.quantity;
            line.refunded = line.refunded.plus(planned.amount)?;
        }
        self.order.refunded_total = self.order.refunded_total.plus(plan.amount)?;
        self.order.shipping_refunded = self.order.shipping_refunded.plus(plan.shipping)?;
        Ok(())
    }

    /// A refund succeeded; `refunded` is what went back by now, without what is still on its way.
    pub(crate) fn refund_succeeded(&mut self, refunded: Money) -> Result<(), ChangeError> {
        let order = &mut self.order;
        let event = PaymentEvent::of_money(order.total.minor(), order.paid_total.minor(), refunded.minor());
        order.payment_status = order.payment_status.next(event)?;
        if event == PaymentEvent::RefundAll
            && let Ok(status) = order.status.next(OrderEvent::Refund)
        {
            order.status = status;
        } else if order.status == OrderStatus::PartiallyFulfilled && self.fulfilment() == FulfilmentStatus::Fulfilled {
            self.order.status = self.order.status.next(OrderEvent::ShipAll)?;
            self.order.fulfilment_status = FulfilmentStatus::Fulfilled;
        }
        Ok(())
    }

    /// A refund failed: what it covered can be refunded and shipped again.
    pub(crate) fn refund_failed(&mut self, plan: &RefundPlan) -> Result<(), ChangeError> {
        for planned in &plan.lines {
            let line = self.line_mut(planned.line_id)?;
            line.refunded_quantity -= planned.quantity;
            line.refunded = line.refunded.minus(planned.amount)?;
        }
        self.order.refunded_total = self.order.refunded_total.minus(plan.amount)?;
        self.order.shipping_refunded = self.order.shipping_refunded.minus(plan.shipping)?;
        if self.fulfilment() == FulfilmentStatus::Partial
            && let Ok(status) = self.order.status.next(OrderEvent::Reopen)
        {
            self.order.status = status;
            self.order.fulfilment_status = FulfilmentStatus::Partial;
        }
        Ok(())
    }

    /// Where the parcels stand, from the lines.
    fn fulfilment(&self) -> FulfilmentStatus {
        let parcelled = || self.lines.iter().filter(|line| line.requires_shipping);
        FulfilmentStatus::of_pieces(
            parcelled().map(|line| line.quantity).sum(),
            parcelled().map(|line| line.fulfilled_quantity).sum(),
            parcelled().map(OrderLine::left_to_ship).sum(),
        )
    }

    fn line_mut(&mut self, id: OrderLineId) -> Result<&mut OrderLine, ChangeError> {
        self.lines
            .iter_mut()
            .find(|line| line.id == id)
            .ok_or(ChangeError::LineNotFound { line: id })
    }
}
