//! What each change does to an order, as pure functions: use cases load, apply one of these, and write.

use kernel::{Money, OrderLineId};

use crate::{
    ChangeError, Fulfilment, FulfilmentState, FulfilmentStatus, OrderAndLines, OrderEvent, OrderLine, OrderStatus,
    PaymentEvent, PaymentKind, RefundPlan,
};

impl OrderAndLines {
    /// Money came or is held. An order that waited for it is confirmed; one without parcels is fulfilled with it. An order
    /// that was cancelled stays so, and only knows that it was paid. `refunded` is what went back by now, without what is
    /// still on its way.
    pub(crate) fn receive(&mut self, amount: Money, kind: PaymentKind, refunded: Money) -> Result<(), ChangeError> {
        let order = &mut self.order;
        let event = match kind {
            PaymentKind::Authorized => PaymentEvent::Authorize,
            PaymentKind::Captured => {
                order.paid_total = order.paid_total.plus(amount)?;
                let (total, paid) = (order.total.minor(), order.paid_total.minor());
                PaymentEvent::of_money(total, paid, refunded.minor())
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

    /// How many pieces of each line are left to ship and wait in none of these parcels.
    pub(crate) fn left_to_pack(&self, parcels: &[Fulfilment]) -> Vec<(OrderLineId, i64)> {
        let left = |line: &OrderLine| (line.id, left_to_pack(line, parcels));
        self.lines.iter().map(left).collect()
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

    /// What follows from where the parcels are: whether all of the order came back, and whether all of it arrived.
    pub(crate) fn follow(&mut self, parcels: &[Fulfilment]) -> Result<(), ChangeError> {
        let left = || parcels.iter().filter(|parcel| parcel.state.has_left());
        let back = left().filter(|parcel| parcel.state == FulfilmentState::Returned);
        let returned = back
            .flat_map(|parcel| &parcel.lines)
            .map(|(_, quantity)| quantity)
            .sum();
        if left().next().is_some() {
            self.order.fulfilment_status = self.fulfilment_with(returned);
        }
        let arrived = left().next().is_some() && left().all(|parcel| parcel.state == FulfilmentState::Delivered);
        if arrived && self.order.status == OrderStatus::Fulfilled {
            self.order.status = self.order.status.next(OrderEvent::Deliver)?;
        }
        Ok(())
    }

    /// A refund begins: what it covers cannot be refunded or shipped any more.
    pub(crate) fn set_aside(&mut self, plan: &RefundPlan) -> Result<(), ChangeError> {
        for planned in &plan.lines {
            let line = self.line_mut(planned.line_id)?;
            line.refunded_quantity += planned.quantity;
            line.refunded = line.refunded.plus(planned.amount)?;
            line.refunded_tax = line.refunded_tax.plus(planned.tax)?;
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
        // Of an order that is paid in part more may come.
        let is_over = order.paid_total == order.total || self.lines.iter().all(|line| line.left_to_refund() == 0);
        if event == PaymentEvent::RefundAll
            && is_over
            && let Ok(status) = order.status.next(OrderEvent::Refund)
        {
            order.status = status;
        } else {
            self.finish(refunded);
        }
        Ok(())
    }

    /// With the last piece that was to be shipped refunded nothing is left to do. An order of which nothing was shipped waits
    /// for refunds that are under way: when they fail it is as if they had never been, and not one that was shipped in part.
    /// One of which no piece reached the shopper is refunded, even if the delivery was not given back.
    fn finish(&mut self, refunded: Money) {
        let all = |is: fn(&OrderLine) -> bool| self.lines.iter().all(is);
        let is_certain = self.order.status == OrderStatus::PartiallyFulfilled || self.order.refunded_total == refunded;
        let event = if all(|line| line.left_to_refund() == 0 && line.fulfilled_quantity == 0) {
            OrderEvent::Refund
        } else {
            OrderEvent::ShipAll
        };
        if all(|line| line.left_to_ship() == 0)
            && is_certain
            && let Ok(status) = self.order.status.next(event)
        {
            self.order.status = status;
            self.order.fulfilment_status = self.fulfilment();
        }
    }

    /// A refund failed: what it covered can be refunded and shipped again, and it is not waited for any more. `refunded` is
    /// what went back by now.
    pub(crate) fn refund_failed(&mut self, plan: &RefundPlan, refunded: Money) -> Result<(), ChangeError> {
        for planned in &plan.lines {
            let line = self.line_mut(planned.line_id)?;
            line.refunded_quantity -= planned.quantity;
            line.refunded = line.refunded.minus(planned.amount)?;
            line.refunded_tax = line.refunded_tax.minus(planned.tax)?;
        }
        self.order.refunded_total = self.order.refunded_total.minus(plan.amount)?;
        self.order.shipping_refunded = self.order.shipping_refunded.minus(plan.shipping)?;
        let order = &mut self.order;
        let event = PaymentEvent::of_money(order.total.minor(), order.paid_total.minor(), refunded.minor());
        order.payment_status = order.payment_status.next(event)?;
        if self.fulfilment() == FulfilmentStatus::Partial
            && let Ok(status) = self.order.status.next(OrderEvent::Reopen)
        {
            self.order.status = status;
            self.order.fulfilment_status = FulfilmentStatus::Partial;
        } else {
            self.finish(refunded);
        }
        Ok(())
    }

    /// The parcels that wait with more than is left to ship, such as after a refund, without what is too much. The youngest
    /// lose theirs first.
    pub(crate) fn shrunk(&self, parcels: &[Fulfilment]) -> Vec<Fulfilment> {
        let waiting = || parcels.iter().filter(|parcel| !parcel.state.has_left());
        let mut shrunk: Vec<Fulfilment> = waiting().cloned().collect();
        for line in &self.lines {
            let all = shrunk.iter_mut().rev().flat_map(|parcel| &mut parcel.lines);
            let own: Vec<&mut i64> = all
                .filter(|(id, _)| *id == line.id)
                .map(|(_, quantity)| quantity)
                .collect();
            let mut too_many = own.iter().map(|quantity| **quantity).sum::<i64>() - line.left_to_ship();
            for quantity in own {
                let taken = too_many.clamp(0, *quantity);
                *quantity -= taken;
                too_many -= taken;
            }
        }
        for parcel in &mut shrunk {
            parcel.lines.retain(|(_, quantity)| *quantity > 0);
        }
        shrunk.retain(|parcel| !waiting().any(|before| before == parcel));
        shrunk
    }

    /// Where the parcels stand, from the lines, as long as none came back.
    fn fulfilment(&self) -> FulfilmentStatus {
        self.fulfilment_with(0)
    }

    /// Where the parcels stand, when so many of the pieces came back.
    fn fulfilment_with(&self, returned: i64) -> FulfilmentStatus {
        let parcelled = || self.lines.iter().filter(|line| line.requires_shipping);
        FulfilmentStatus::of_pieces(
            parcelled().map(|line| line.quantity).sum(),
            parcelled().map(|line| line.fulfilled_quantity).sum(),
            parcelled().map(OrderLine::left_to_ship).sum(),
            returned,
        )
    }

    fn line_mut(&mut self, id: OrderLineId) -> Result<&mut OrderLine, ChangeError> {
        self.lines
            .iter_mut()
            .find(|line| line.id == id)
            .ok_or(ChangeError::LineNotFound { line: id })
    }
}

/// How many pieces of a line are left to ship and wait in none of these parcels.
pub(crate) fn left_to_pack(line: &OrderLine, parcels: &[Fulfilment]) -> i64 {
    let waiting = parcels.iter().filter(|parcel| !parcel.state.has_left());
    let pieces = waiting
        .flat_map(|parcel| &parcel.lines)
        .filter(|(id, _)| *id == line.id);
    (line.left_to_ship() - pieces.map(|(_, quantity)| quantity).sum::<i64>()).max(0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Order, PaymentStatus, RefundWanted, plan_refund, sample::sold};

    fn unpaid(mut sold: OrderAndLines) -> OrderAndLines {
        let zero = Money::zero(sold.order.currency);
        sold.order = Order {
            status: OrderStatus::Pending,
            payment_status: PaymentStatus::Pending,
            paid_total: zero,
            ..sold.order
        };
        sold
    }

    fn statuses(sold: &OrderAndLines) -> [&'static str; 3] {
        let order = &sold.order;
        [
            order.status.as_str(),
            order.payment_status.as_str(),
            order.fulfilment_status.as_str(),
        ]
    }

    fn none() -> Money {
        Money::zero(kernel::Currency::USD)
    }

    #[test]
    fn an_order_is_confirmed_when_all_of_it_is_paid() {
        let mut sold = unpaid(sold(&[(1, 1_000, 0)], 0));
        sold.receive(Money::new(400, sold.order.currency), PaymentKind::Captured, none())
            .unwrap();
        assert_eq!(statuses(&sold), ["pending", "partially_paid", "unfulfilled"]);
        sold.receive(Money::new(600, sold.order.currency), PaymentKind::Captured, none())
            .unwrap();
        assert_eq!(statuses(&sold), ["confirmed", "paid", "unfulfilled"]);
    }

    #[test]
    fn held_money_confirms_too() {
        let mut sold = unpaid(sold(&[(1, 1_000, 0)], 0));
        let total = sold.order.total;
        sold.receive(total, PaymentKind::Authorized, none()).unwrap();
        assert_eq!(statuses(&sold), ["confirmed", "authorized", "unfulfilled"]);
        sold.receive(total, PaymentKind::Captured, none()).unwrap();
        assert_eq!(statuses(&sold), ["confirmed", "paid", "unfulfilled"]);
    }

    #[test]
    fn what_needs_no_parcel_is_handed_over_with_the_payment() {
        let mut sold = unpaid(sold(&[(1, 1_000, 0)], 0));
        sold.lines[0].requires_shipping = false;
        let total = sold.order.total;
        sold.receive(total, PaymentKind::Captured, none()).unwrap();
        assert_eq!(statuses(&sold), ["fulfilled", "paid", "fulfilled"]);
        assert!(matches!(sold.ship(&[]), Err(ChangeError::NothingToShip)));
    }

    #[test]
    fn late_money_does_not_bring_a_cancelled_order_back() {
        let mut sold = unpaid(sold(&[(1, 1_000, 0)], 0));
        sold.order.status = OrderStatus::Cancelled;
        let total = sold.order.total;
        sold.receive(total, PaymentKind::Captured, none()).unwrap();
        assert_eq!(statuses(&sold), ["cancelled", "paid", "unfulfilled"]);
        let plan = plan_refund(&sold, &RefundWanted::everything()).unwrap();
        sold.set_aside(&plan).unwrap();
        sold.refund_succeeded(plan.amount).unwrap();
        assert_eq!(statuses(&sold), ["cancelled", "refunded", "unfulfilled"]);
    }

    #[test]
    fn what_is_being_refunded_is_not_shipped_until_the_refund_fails() {
        let mut sold = sold(&[(2, 1_000, 0), (1, 500, 0)], 0);
        let (mugs, pot) = (sold.lines[0].id, sold.lines[1].id);
        let wanted = RefundWanted {
            lines: crate::RefundLines::Some(vec![(pot, 1)]),
            shipping: crate::RefundShipping::None,
        };
        let plan = plan_refund(&sold, &wanted).unwrap();
        sold.set_aside(&plan).unwrap();
        assert!(matches!(
            sold.clone().ship(&[(pot, 1)]),
            Err(ChangeError::QuantityOutOfRange { left: 0, .. })
        ));
        sold.ship(&[(mugs, 2)]).unwrap();
        assert_eq!(statuses(&sold), ["fulfilled", "paid", "fulfilled"]);

        let mut failed = sold.clone();
        failed.refund_failed(&plan, none()).unwrap();
        assert_eq!(statuses(&failed), ["partially_fulfilled", "paid", "partial"]);
        assert_eq!(failed.left_to_pack(&[]), [(mugs, 0), (pot, 1)]);
        assert!(failed.order.refunded_total.is_zero());

        sold.refund_succeeded(plan.amount).unwrap();
        assert_eq!(statuses(&sold), ["fulfilled", "partially_refunded", "fulfilled"]);
    }

    #[test]
    fn refunding_the_rest_finishes_an_order_that_was_shipped_in_part() {
        let mut sold = sold(&[(2, 1_000, 0)], 0);
        let line = sold.lines[0].id;
        sold.ship(&[(line, 1)]).unwrap();
        assert_eq!(statuses(&sold), ["partially_fulfilled", "paid", "partial"]);
        let wanted = RefundWanted {
            lines: crate::RefundLines::Some(vec![(line, 1)]),
            shipping: crate::RefundShipping::None,
        };
        let plan = plan_refund(&sold, &wanted).unwrap();
        sold.set_aside(&plan).unwrap();
        sold.refund_succeeded(plan.amount).unwrap();
        assert_eq!(statuses(&sold), ["fulfilled", "partially_refunded", "fulfilled"]);
    }

    /// Two mugs that go into a parcel, and an e-book.
    fn mugs_and_book() -> OrderAndLines {
        let mut sold = sold(&[(2, 1_000, 0), (1, 500, 0)], 599);
        sold.lines[1].requires_shipping = false;
        sold
    }

    fn pieces(sold: &OrderAndLines, line: usize, quantity: i64) -> RefundWanted {
        RefundWanted {
            lines: crate::RefundLines::Some(vec![(sold.lines[line].id, quantity)]),
            shipping: crate::RefundShipping::None,
        }
    }

    #[test]
    fn an_order_whose_parcels_are_all_refunded_before_they_leave_is_done() {
        let mut sold = mugs_and_book();
        let plan = plan_refund(&sold, &pieces(&sold, 0, 1)).unwrap();
        sold.set_aside(&plan).unwrap();
        sold.refund_succeeded(plan.amount).unwrap();
        assert_eq!(statuses(&sold), ["confirmed", "partially_refunded", "unfulfilled"]);
        let rest = plan_refund(&sold, &pieces(&sold, 0, 1)).unwrap();
        sold.set_aside(&rest).unwrap();
        sold.order.status = OrderStatus::Processing;
        sold.refund_succeeded(plan.amount.plus(rest.amount).unwrap()).unwrap();
        assert_eq!(statuses(&sold), ["fulfilled", "partially_refunded", "unfulfilled"]);
        let left = plan_refund(&sold, &RefundWanted::everything()).unwrap();
        sold.set_aside(&left).unwrap();
        sold.refund_succeeded(sold.order.total).unwrap();
        assert_eq!(statuses(&sold), ["refunded", "refunded", "unfulfilled"]);
    }

    #[test]
    fn an_order_is_refunded_when_every_piece_was_before_any_was_shipped() {
        let mut sold = sold(&[(1, 1_000, 0)], 599);
        let plan = plan_refund(&sold, &pieces(&sold, 0, 1)).unwrap();
        sold.set_aside(&plan).unwrap();
        sold.refund_succeeded(plan.amount).unwrap();
        assert_eq!(statuses(&sold), ["refunded", "partially_refunded", "unfulfilled"]);
        let delivery = plan_refund(&sold, &RefundWanted::everything()).unwrap();
        sold.set_aside(&delivery).unwrap();
        sold.refund_succeeded(sold.order.total).unwrap();
        assert_eq!(statuses(&sold), ["refunded", "refunded", "unfulfilled"]);
    }

    #[test]
    fn an_order_is_not_done_while_a_refund_may_still_fail() {
        let mut sold = mugs_and_book();
        let first = plan_refund(&sold, &pieces(&sold, 0, 1)).unwrap();
        sold.set_aside(&first).unwrap();
        let second = plan_refund(&sold, &pieces(&sold, 0, 1)).unwrap();
        sold.set_aside(&second).unwrap();
        sold.refund_succeeded(second.amount).unwrap();
        assert_eq!(statuses(&sold), ["confirmed", "partially_refunded", "unfulfilled"]);
        let mut failed = sold.clone();
        failed.refund_failed(&first, second.amount).unwrap();
        assert_eq!(statuses(&failed), ["confirmed", "partially_refunded", "unfulfilled"]);

        // The one that fails covered nothing that was to be shipped.
        let book = plan_refund(&sold, &pieces(&sold, 1, 1)).unwrap();
        sold.set_aside(&book).unwrap();
        let both = first.amount.plus(second.amount).unwrap();
        sold.refund_succeeded(both).unwrap();
        assert_eq!(sold.order.status, OrderStatus::Confirmed);
        sold.refund_failed(&book, both).unwrap();
        assert_eq!(statuses(&sold), ["fulfilled", "partially_refunded", "unfulfilled"]);
    }

    #[test]
    fn a_refund_that_is_under_way_when_money_comes_counts_once_it_succeeded() {
        let mut sold = sold(&[(2, 1_000, 0)], 0);
        sold.order.paid_total = Money::new(500, sold.order.currency);
        sold.order.payment_status = PaymentStatus::PartiallyPaid;
        let plan = plan_refund(&sold, &pieces(&sold, 0, 1)).unwrap();
        sold.set_aside(&plan).unwrap();
        sold.receive(plan.amount, PaymentKind::Captured, none()).unwrap();
        assert_eq!(sold.order.payment_status, PaymentStatus::Paid);
        let mut back = sold.clone();
        back.refund_succeeded(plan.amount).unwrap();
        assert_eq!(back.order.payment_status, PaymentStatus::PartiallyRefunded);
        // What an earlier count of it had left behind is put right when it fails.
        sold.order.payment_status = PaymentStatus::PartiallyRefunded;
        sold.refund_failed(&plan, none()).unwrap();
        assert_eq!(sold.order.payment_status, PaymentStatus::Paid);
    }
}
