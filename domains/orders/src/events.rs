//! What orders tell others.

use database::{Event, cache::Needs};
use kernel::{CustomerId, EmailAddress, FulfilmentId, Money, OrderId, RefundId, StoreId};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::{Fulfilment, Order};

/// An amount as events carry it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Amount {
    /// In minor units.
    pub amount: i64,
    /// The three-letter code.
    pub currency: String,
}

impl From<Money> for Amount {
    fn from(money: Money) -> Self {
        Self {
            amount: money.minor(),
            currency: money.currency().code().to_owned(),
        }
    }
}

/// The order that an event is about.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OrderRef {
    /// Its id.
    pub order_id: OrderId,
    /// Its number.
    pub number: String,
    /// Where its mails go.
    pub email: EmailAddress,
    /// Whose it is.
    pub customer_id: Option<CustomerId>,
}

impl From<&Order> for OrderRef {
    fn from(order: &Order) -> Self {
        Self {
            order_id: order.id,
            number: order.number.clone(),
            email: order.email.clone(),
            customer_id: order.customer_id,
        }
    }
}

impl OrderRef {
    fn touched(&self) -> Vec<Uuid> {
        let customer = self.customer_id.map(Uuid::from);
        [self.order_id.into()].into_iter().chain(customer).collect()
    }
}

macro_rules! order_events {
    ($($(#[$doc:meta])* $name:ident = $kind:literal { $($(#[$field_doc:meta])* $field:ident: $type:ty,)* })*) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
        pub struct $name {
            /// The order.
            #[serde(flatten)]
            pub order: OrderRef,
            $($(#[$field_doc])* pub $field: $type,)*
        }

        impl Event for $name {
            const KIND: &'static str = $kind;

            fn aggregate(&self) -> Uuid {
                self.order.order_id.into()
            }

            fn touched(&self) -> Vec<Uuid> {
                self.order.touched()
            }
        }
    )*};
}

order_events! {
    /// A cart became an order; its payment is not known yet.
    OrderPlaced = "order.placed" {
        /// What the shopper owes.
        total: Amount,
    }

    /// All of it is paid.
    OrderPaid = "order.paid" {
        /// What was taken.
        paid: Amount,
        /// Whether it was held before, so that `order.authorized` came first.
        #[serde(default)]
        held_before: bool,
    }

    /// A gateway holds all of it; it is taken later. The order is confirmed.
    OrderAuthorized = "order.authorized" {
        /// What is held.
        held: Amount,
    }

    /// Its payment was refused, and it is cancelled.
    OrderPaymentFailed = "order.payment_failed" {
        /// Why, such as `card_declined`.
        code: String,
        /// Whether the shopper has not heard of it: they were told that it is pending, or got no answer.
        #[serde(default)]
        unheard: bool,
    }

    /// Somebody began to pack it.
    OrderProcessing = "order.processing" {}

    /// A parcel left.
    OrderShipped = "order.shipped" {
        /// The parcel.
        fulfilment_id: FulfilmentId,
    }

    /// A parcel waits to leave, or went on after it had left.
    ParcelMoved = "order.parcel_moved" {
        /// The parcel.
        fulfilment_id: FulfilmentId,
        /// How far it is, such as `out_for_delivery`.
        state: String,
    }

    /// A parcel is followed otherwise, or lost pieces that are refunded.
    ParcelChanged = "order.parcel_changed" {
        /// The parcel.
        fulfilment_id: FulfilmentId,
    }

    /// A parcel that had not left is no more.
    ParcelUnpacked = "order.parcel_unpacked" {
        /// What was the parcel.
        fulfilment_id: FulfilmentId,
    }

    /// Every parcel arrived.
    OrderDelivered = "order.delivered" {}

    /// It was given up after it had been paid or while it waited for its payment.
    OrderCancelled = "order.cancelled" {
        /// Why.
        reason: String,
    }

    /// Money is on its way back.
    OrderRefunded = "order.refunded" {
        /// Which refund.
        refund_id: RefundId,
        /// How much.
        amount: Amount,
    }
}

/// What makes another of what a shopper sees of an order, or of a customer's orders: `about` is either's id.
pub fn progress(store: StoreId, about: impl Into<Uuid>) -> Needs {
    let about = about.into();
    Needs::default()
        .one::<OrderPaid>(store, about)
        .one::<OrderAuthorized>(store, about)
        .one::<OrderPaymentFailed>(store, about)
        .one::<OrderProcessing>(store, about)
        .one::<OrderShipped>(store, about)
        .one::<ParcelMoved>(store, about)
        .one::<ParcelChanged>(store, about)
        .one::<ParcelUnpacked>(store, about)
        .one::<OrderDelivered>(store, about)
        .one::<OrderCancelled>(store, about)
        .one::<OrderRefunded>(store, about)
}

impl ParcelMoved {
    pub(crate) fn of(order: &Order, parcel: &Fulfilment) -> Self {
        Self {
            order: order.into(),
            fulfilment_id: parcel.id,
            state: parcel.state.as_str().to_owned(),
        }
    }
}
