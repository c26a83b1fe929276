//! A try to take money, and how to find it.

use database::{Ctx, Error};
use kernel::{AttemptId, CustomerId, Money, MoneyError, OrderId, Time};

use crate::{AttemptState, CardLabel, store};

/// A try to take money for an order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attempt {
    /// Its id, which the gateway knows too.
    pub id: AttemptId,
    /// The order.
    pub order_id: OrderId,
    /// The gateway's name.
    pub gateway: String,
    /// How far it has come.
    pub state: AttemptState,
    /// How much.
    pub amount: Money,
    /// How much of it was taken; never more than `amount`.
    pub captured: Money,
    /// What captures without an outcome may still take.
    pub capturing: Money,
    /// What refunds took or may take of it; never more than `captured`.
    pub refunded: Money,
    /// What the gateway kept for taking it, less what it gave back of that with refunds.
    pub fee: Money,
    /// The gateway's name for it, once it has one.
    pub gateway_reference: Option<String>,
    /// Whether the gateway was asked to give up what it holds; its answer is not known yet.
    pub giving_up: bool,
    /// Where the shopper has to do something.
    pub action_url: Option<String>,
    /// Why it failed.
    pub failure_code: Option<String>,
    /// When it was opened.
    pub created_at: Time,
    /// When its state last changed.
    pub updated_at: Time,
    /// When the reconciler asks next; `None` once the outcome is known.
    pub check_at: Option<Time>,
    /// For which customer the gateway is to keep the card.
    pub saves_for: Option<CustomerId>,
    /// When the reconciler asks what the gateway kept; `None` before the card pays, and once that is known.
    pub saving_check_at: Option<Time>,
    /// The card, where it is known: a saved one, or one that was saved with this attempt.
    pub card: Option<CardLabel>,
}

impl Attempt {
    /// What can still be refunded: nothing before it is captured.
    pub fn refundable(&self) -> Money {
        let left = self.captured.minus(self.refunded);
        left.unwrap_or(Money::zero(self.amount.currency()))
    }

    /// What is held, is in no capture, and is not being given up.
    pub fn capturable(&self) -> Money {
        if self.state != AttemptState::Authorized || self.giving_up {
            return Money::zero(self.amount.currency());
        }
        let left = self.held().and_then(|held| held.minus(self.capturing));
        left.unwrap_or(Money::zero(self.amount.currency()))
    }

    /// What was not taken.
    pub(crate) fn held(&self) -> Result<Money, MoneyError> {
        self.amount.minus(self.captured)
    }
}

/// The attempt of that id.
pub async fn find_attempt(ctx: &mut Ctx, id: AttemptId) -> Result<Option<Attempt>, Error> {
    store::find_attempt(ctx, id).await
}

/// The attempt that a gateway knows by that reference.
pub async fn find_attempt_by_reference(
    ctx: &mut Ctx,
    gateway: &str,
    reference: &str,
) -> Result<Option<Attempt>, Error> {
    store::find_attempt_by_reference(ctx, gateway, reference).await
}

/// Holds the attempts of an order until the transaction ends. Whoever holds the order too holds its attempts first, as news of a
/// payment do; the other way round they would wait for each other.
pub async fn hold_attempts_of(ctx: &mut Ctx, order_id: OrderId) -> Result<(), Error> {
    store::captures::hold_attempts_of(ctx, &[order_id]).await
}

/// The same for several orders.
pub async fn hold_attempts_of_all(ctx: &mut Ctx, orders: &[OrderId]) -> Result<(), Error> {
    store::captures::hold_attempts_of(ctx, orders).await
}

/// The attempts of an order, oldest first.
pub async fn attempts_of(ctx: &mut Ctx, order_id: OrderId) -> Result<Vec<Attempt>, Error> {
    store::list_attempts_of(ctx, order_id).await
}
