//! A try to take money, and how to find it.

use database::{Ctx, Error};
use kernel::{AttemptId, Money, OrderId, Time};

use crate::{AttemptState, Wanted, store};

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
    /// What refunds took or may take of it; never more than `amount`.
    pub refunded: Money,
    /// The gateway's name for it, once it has one.
    pub gateway_reference: Option<String>,
    /// What the gateway was asked to do with money that it holds; its answer is not known yet.
    pub wanted: Option<Wanted>,
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
}

impl Attempt {
    /// What can still be refunded: nothing before it is captured.
    pub fn refundable(&self) -> Money {
        match self.state {
            AttemptState::Captured => self
                .amount
                .minus(self.refunded)
                .unwrap_or(Money::zero(self.amount.currency())),
            AttemptState::Pending
            | AttemptState::RequiresAction
            | AttemptState::Authorized
            | AttemptState::Failed
            | AttemptState::Voided => Money::zero(self.amount.currency()),
        }
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

/// The attempts of an order, oldest first.
pub async fn attempts_of(ctx: &mut Ctx, order_id: OrderId) -> Result<Vec<Attempt>, Error> {
    store::list_attempts_of(ctx, order_id).await
}
