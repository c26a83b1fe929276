//! The three statuses of an order: which there are, how they follow each other, and what they follow from.

kernel::named! {
    /// Where an order stands as a whole.
    OrderStatus {
        /// Placed, and its payment is not known yet.
        Pending = "pending",
        /// Paid, or authorized.
        Confirmed = "confirmed",
        /// Somebody is packing it.
        Processing = "processing",
        /// Some of it was shipped.
        PartiallyFulfilled = "partially_fulfilled",
        /// All that is to be shipped was shipped.
        Fulfilled = "fulfilled",
        /// All of it arrived.
        Delivered = "delivered",
        /// Given up before anything was shipped.
        Cancelled = "cancelled",
        /// All that was paid went back, or every piece was given back before any was shipped.
        Refunded = "refunded",
    }

    /// What can happen to an order as a whole.
    OrderEvent {
        /// The money is taken or held.
        Confirm = "confirm",
        /// Somebody begins to pack it.
        Process = "process",
        /// Pieces were shipped and others are left to ship.
        ShipPart = "ship_part",
        /// Nothing is left to ship.
        ShipAll = "ship_all",
        /// Pieces are left to ship after all, because their refund failed.
        Reopen = "reopen",
        /// Every parcel arrived.
        Deliver = "deliver",
        /// It is given up.
        Cancel = "cancel",
        /// All that was paid went back, or every piece was given back before any was shipped.
        Refund = "refund",
    }

    /// Where the money of an order stands.
    PaymentStatus {
        /// Nothing is known yet.
        Pending = "pending",
        /// All of it is held.
        Authorized = "authorized",
        /// All of it is taken.
        Paid = "paid",
        /// Some of it is taken.
        PartiallyPaid = "partially_paid",
        /// Some of what was taken went back.
        PartiallyRefunded = "partially_refunded",
        /// All of what was taken went back.
        Refunded = "refunded",
        /// It was refused.
        Failed = "failed",
        /// It is no longer wanted.
        Voided = "voided",
    }

    /// What can happen to the money of an order.
    PaymentEvent {
        /// All of it is held.
        Authorize = "authorize",
        /// It was refused.
        Fail = "fail",
        /// It is no longer wanted.
        Void = "void",
        /// Money came, and more is due.
        PayPart = "pay_part",
        /// Money came, and nothing more is due.
        PayAll = "pay_all",
        /// Money went back, and some is left.
        RefundPart = "refund_part",
        /// Money went back, and nothing is left.
        RefundAll = "refund_all",
    }

    /// Where the parcels of an order stand.
    FulfilmentStatus {
        /// Nothing was shipped.
        Unfulfilled = "unfulfilled",
        /// Pieces were shipped and others are left to ship.
        Partial = "partial",
        /// Nothing is left to ship.
        Fulfilled = "fulfilled",
        /// All of it came back.
        Returned = "returned",
    }

    /// How far a parcel is.
    FulfilmentState {
        /// Its pieces are being collected.
        Picking = "picking",
        /// It is packed.
        ReadyToShip = "ready_to_ship",
        /// It has a label.
        LabelCreated = "label_created",
        /// The carrier has it.
        InTransit = "in_transit",
        /// It is on the van.
        OutForDelivery = "out_for_delivery",
        /// It arrived.
        Delivered = "delivered",
        /// The carrier gave up.
        Failed = "failed",
        /// It came back.
        Returned = "returned",
    }

    /// Where an order comes from.
    Source {
        /// The storefront.
        Web = "web",
        /// An app.
        Mobile = "mobile",
        /// A till.
        Pos = "pos",
        /// A server of somebody else's.
        Api = "api",
        /// A member of staff on the telephone.
        Phone = "phone",
        /// A program that shops for somebody.
        Agent = "agent",
    }
}

/// There is no way from that status by that event.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("{event} is not possible while it is {status}")]
pub struct IllegalTransition {
    /// The status.
    pub status: &'static str,
    /// The event.
    pub event: &'static str,
}

impl OrderStatus {
    /// The status after an event.
    pub fn next(self, event: OrderEvent) -> Result<Self, IllegalTransition> {
        match (event, self) {
            (OrderEvent::Confirm, Self::Pending) => Ok(Self::Confirmed),
            (OrderEvent::Process, Self::Confirmed) => Ok(Self::Processing),
            (OrderEvent::ShipPart, Self::Confirmed | Self::Processing | Self::PartiallyFulfilled) => {
                Ok(Self::PartiallyFulfilled)
            }
            (OrderEvent::ShipAll, Self::Confirmed | Self::Processing | Self::PartiallyFulfilled) => Ok(Self::Fulfilled),
            (OrderEvent::Reopen, Self::Fulfilled | Self::Delivered) => Ok(Self::PartiallyFulfilled),
            (OrderEvent::Deliver, Self::Fulfilled) => Ok(Self::Delivered),
            (OrderEvent::Cancel, Self::Pending | Self::Confirmed | Self::Processing) => Ok(Self::Cancelled),
            (
                OrderEvent::Refund,
                Self::Confirmed | Self::Processing | Self::PartiallyFulfilled | Self::Fulfilled | Self::Delivered,
            ) => Ok(Self::Refunded),
            (
                OrderEvent::Confirm
                | OrderEvent::Process
                | OrderEvent::ShipPart
                | OrderEvent::ShipAll
                | OrderEvent::Reopen
                | OrderEvent::Deliver
                | OrderEvent::Cancel
                | OrderEvent::Refund,
                Self::Pending
                | Self::Confirmed
                | Self::Processing
                | Self::PartiallyFulfilled
                | Self::Fulfilled
                | Self::Delivered
                | Self::Cancelled
                | Self::Refunded,
            ) => Err(IllegalTransition {
                status: self.as_str(),
                event: event.as_str(),
            }),
        }
    }
}

impl PaymentStatus {
    /// The status after an event. Money that moved is a fact and possible everywhere; the rest is news of an order that has
    /// no money yet.
    pub fn next(self, event: PaymentEvent) -> Result<Self, IllegalTransition> {
        match (event, self) {
            (PaymentEvent::Authorize, Self::Pending) => Ok(Self::Authorized),
            (PaymentEvent::Fail, Self::Pending | Self::Authorized) => Ok(Self::Failed),
            (PaymentEvent::Void, Self::Pending | Self::Authorized) => Ok(Self::Voided),
            (PaymentEvent::PayPart, _) => Ok(Self::PartiallyPaid),
            (PaymentEvent::PayAll, _) => Ok(Self::Paid),
            (PaymentEvent::RefundPart, _) => Ok(Self::PartiallyRefunded),
            (PaymentEvent::RefundAll, _) => Ok(Self::Refunded),
            (PaymentEvent::Authorize | PaymentEvent::Fail | PaymentEvent::Void, _) => Err(IllegalTransition {
                status: self.as_str(),
                event: event.as_str(),
            }),
        }
    }
}

impl PaymentEvent {
    /// What it is that money moved, in minor units of the order's currency. What is on its way back counts as refunded
    /// once the gateway says so.
    ///
    /// | refunded       | paid       | event        |
    /// | -------------- | ---------- | ------------ |
    /// | nothing        | below total| `PayPart`    |
    /// | nothing        | the total  | `PayAll`     |
    /// | less than paid | any        | `RefundPart` |
    /// | all of it      | any        | `RefundAll`  |
    pub fn of_money(total: i64, paid: i64, refunded: i64) -> Self {
        if refunded > 0 {
            if refunded < paid {
                Self::RefundPart
            } else {
                Self::RefundAll
            }
        } else if paid < total {
            Self::PayPart
        } else {
            Self::PayAll
        }
    }
}

impl FulfilmentStatus {
    /// Where the parcels of a confirmed order stand, by its pieces that go into parcels. A piece that is refunded before it
    /// was shipped is no longer to be shipped; what needs no parcel is handed over with the payment.
    ///
    /// | sold | shipped | left to ship | of the shipped came back | status        |
    /// | ---- | ------- | ------------ | ------------------------ | ------------- |
    /// | none | -       | -            | -                        | `Fulfilled`   |
    /// | some | none    | any          | -                        | `Unfulfilled` |
    /// | some | some    | some         | any                      | `Partial`     |
    /// | some | some    | none         | not all                  | `Fulfilled`   |
    /// | some | some    | none         | all                      | `Returned`    |
    pub fn of_pieces(sold: i64, shipped: i64, left: i64, returned: i64) -> Self {
        if sold == 0 {
            Self::Fulfilled
        } else if shipped == 0 {
            Self::Unfulfilled
        } else if left > 0 {
            Self::Partial
        } else if returned >= shipped {
            Self::Returned
        } else {
            Self::Fulfilled
        }
    }
}

impl FulfilmentState {
    /// The state a parcel comes to, when there is a way to it.
    pub fn next(self, to: Self) -> Result<Self, IllegalTransition> {
        match (self, to) {
            (Self::Picking, Self::ReadyToShip | Self::LabelCreated | Self::InTransit)
            | (Self::ReadyToShip, Self::Picking | Self::LabelCreated | Self::InTransit)
            | (Self::LabelCreated, Self::ReadyToShip | Self::InTransit)
            | (Self::InTransit, Self::OutForDelivery | Self::Delivered | Self::Failed | Self::Returned)
            | (Self::OutForDelivery, Self::InTransit | Self::Delivered | Self::Failed | Self::Returned)
            | (Self::Failed, Self::InTransit | Self::OutForDelivery | Self::Delivered | Self::Returned)
            | (Self::Delivered, Self::Returned) => Ok(to),
            (
                Self::Picking
                | Self::ReadyToShip
                | Self::LabelCreated
                | Self::InTransit
                | Self::OutForDelivery
                | Self::Failed
                | Self::Delivered
                | Self::Returned,
                _,
            ) => Err(IllegalTransition {
                status: self.as_str(),
                event: to.as_str(),
            }),
        }
    }

    /// Whether the parcel has left the store: its pieces are shipped, whatever became of them.
    pub fn has_left(self) -> bool {
        match self {
            Self::Picking | Self::ReadyToShip | Self::LabelCreated => false,
            Self::InTransit | Self::OutForDelivery | Self::Delivered | Self::Failed | Self::Returned => true,
        }
    }

    /// Whether the parcel is with the carrier, so that it can arrive.
    pub fn is_under_way(self) -> bool {
        match self {
            Self::InTransit | Self::OutForDelivery => true,
            Self::Picking
            | Self::ReadyToShip
            | Self::LabelCreated
            | Self::Delivered
            | Self::Failed
            | Self::Returned => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_transition_of_an_order() {
        let mut table = String::new();
        for event in OrderEvent::ALL {
            for status in OrderStatus::ALL {
                let next = status.next(*event).map_or("-", OrderStatus::as_str);
                table.push_str(&format!("{:<10} {:<20} {next}\n", event.as_str(), status.as_str()));
            }
        }
        assert_eq!(table, ORDER_TABLE, "\n{table}");
    }

    #[test]
    fn every_transition_of_a_payment() {
        let mut table = String::new();
        for event in PaymentEvent::ALL {
            for status in PaymentStatus::ALL {
                let next = status.next(*event).map_or("-", PaymentStatus::as_str);
                table.push_str(&format!("{:<12} {:<19} {next}\n", event.as_str(), status.as_str()));
            }
        }
        assert_eq!(table, PAYMENT_TABLE, "\n{table}");
    }

    #[test]
    fn statuses_follow_from_amounts_and_pieces() {
        for (total, paid, refunded, event) in [
            (100, 99, 0, PaymentEvent::PayPart),
            (100, 100, 0, PaymentEvent::PayAll),
            (0, 0, 0, PaymentEvent::PayAll),
            (100, 100, 1, PaymentEvent::RefundPart),
            (100, 100, 100, PaymentEvent::RefundAll),
            (100, 50, 50, PaymentEvent::RefundAll),
        ] {
            assert_eq!(
                PaymentEvent::of_money(total, paid, refunded),
                event,
                "{total} {paid} {refunded}"
            );
        }
        for (sold, shipped, left, returned, status) in [
            (0, 0, 0, 0, FulfilmentStatus::Fulfilled),
            (2, 0, 2, 0, FulfilmentStatus::Unfulfilled),
            (2, 0, 0, 0, FulfilmentStatus::Unfulfilled),
            (2, 1, 1, 0, FulfilmentStatus::Partial),
            (2, 1, 1, 1, FulfilmentStatus::Partial),
            (2, 1, 0, 0, FulfilmentStatus::Fulfilled),
            (2, 2, 0, 1, FulfilmentStatus::Fulfilled),
            (2, 2, 0, 2, FulfilmentStatus::Returned),
        ] {
            assert_eq!(
                FulfilmentStatus::of_pieces(sold, shipped, left, returned),
                status,
                "{sold} {shipped} {left} {returned}"
            );
        }
    }

    #[test]
    fn every_transition_of_a_parcel() {
        let mut table = String::new();
        for state in FulfilmentState::ALL {
            let reached = FulfilmentState::ALL.iter().filter(|to| state.next(**to).is_ok());
            let reached: Vec<&str> = reached.map(|to| to.as_str()).collect();
            table.push_str(&format!("{}: {}\n", state.as_str(), reached.join(" ")));
        }
        assert_eq!(table, PARCEL_TABLE, "\n{table}");
    }

    const PARCEL_TABLE: &str = "\
picking: ready_to_ship label_created in_transit
ready_to_ship: picking label_created in_transit
label_created: ready_to_ship in_transit
in_transit: out_for_delivery delivered failed returned
out_for_delivery: in_transit delivered failed returned
delivered: returned
failed: in_transit out_for_delivery delivered returned
returned: 
";

    const ORDER_TABLE: &str = "\
confirm    pending              confirmed
confirm    confirmed            -
confirm    processing           -
confirm    partially_fulfilled  -
confirm    fulfilled            -
confirm    delivered            -
confirm    cancelled            -
confirm    refunded             -
process    pending              -
process    confirmed            processing
process    processing           -
process    partially_fulfilled  -
process    fulfilled            -
process    delivered            -
process    cancelled            -
process    refunded             -
ship_part  pending              -
ship_part  confirmed            partially_fulfilled
ship_part  processing           partially_fulfilled
ship_part  partially_fulfilled  partially_fulfilled
ship_part  fulfilled            -
ship_part  delivered            -
ship_part  cancelled            -
ship_part  refunded             -
ship_all   pending              -
ship_all   confirmed            fulfilled
ship_all   processing           fulfilled
ship_all   partially_fulfilled  fulfilled
ship_all   fulfilled            -
ship_all   delivered            -
ship_all   cancelled            -
ship_all   refunded             -
reopen     pending              -
reopen     confirmed            -
reopen     processing           -
reopen     partially_fulfilled  -
reopen     fulfilled            partially_fulfilled
reopen     delivered            partially_fulfilled
reopen     cancelled            -
reopen     refunded             -
deliver    pending              -
deliver    confirmed            -
deliver    processing           -
deliver    partially_fulfilled  -
deliver    fulfilled            delivered
deliver    delivered            -
deliver    cancelled            -
deliver    refunded             -
cancel     pending              cancelled
cancel     confirmed            cancelled
cancel     processing           cancelled
cancel     partially_fulfilled  -
cancel     fulfilled            -
cancel     delivered            -
cancel     cancelled            -
cancel     refunded             -
refund     pending              -
refund     confirmed            refunded
refund     processing           refunded
refund     partially_fulfilled  refunded
refund     fulfilled            refunded
refund     delivered            refunded
refund     cancelled            -
refund     refunded             -
";

    const PAYMENT_TABLE: &str = "\
authorize    pending             authorized
authorize    authorized          -
authorize    paid                -
authorize    partially_paid      -
authorize    partially_refunded  -
authorize    refunded            -
authorize    failed              -
authorize    voided              -
fail         pending             failed
fail         authorized          failed
fail         paid                -
fail         partially_paid      -
fail         partially_refunded  -
fail         refunded            -
fail         failed              -
fail         voided              -
void         pending             voided
void         authorized          voided
void         paid                -
void         partially_paid      -
void         partially_refunded  -
void         refunded            -
void         failed              -
void         voided              -
pay_part     pending             partially_paid
pay_part     authorized          partially_paid
pay_part     paid                partially_paid
pay_part     partially_paid      partially_paid
pay_part     partially_refunded  partially_paid
pay_part     refunded            partially_paid
pay_part     failed              partially_paid
pay_part     voided              partially_paid
pay_all      pending             paid
pay_all      authorized          paid
pay_all      paid                paid
pay_all      partially_paid      paid
pay_all      partially_refunded  paid
pay_all      refunded            paid
pay_all      failed              paid
pay_all      voided              paid
refund_part  pending             partially_refunded
refund_part  authorized          partially_refunded
refund_part  paid                partially_refunded
refund_part  partially_paid      partially_refunded
refund_part  partially_refunded  partially_refunded
refund_part  refunded            partially_refunded
refund_part  failed              partially_refunded
refund_part  voided              partially_refunded
refund_all   pending             refunded
refund_all   authorized          refunded
refund_all   paid                refunded
refund_all   partially_paid      refunded
refund_all   partially_refunded  refunded
refund_all   refunded            refunded
refund_all   failed              refunded
refund_all   voided              refunded
";
}
