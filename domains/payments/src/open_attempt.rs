//! Opens an attempt, before the gateway hears of it: what was begun can then be asked about, whatever happens next.

use chrono::TimeDelta;
use database::{Ctx, Error};
use kernel::{AttemptId, CustomerId, Money, OrderId};

use crate::{CardLabel, store};

/// How long an attempt or refund may stay without an outcome before the reconciler asks.
pub(crate) const PATIENCE: TimeDelta = TimeDelta::seconds(60);

/// An attempt to be opened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewAttempt {
    /// The order.
    pub order_id: OrderId,
    /// The gateway's name.
    pub gateway: String,
    /// How much.
    pub amount: Money,
    /// The card, when it is a saved one.
    pub card: Option<CardLabel>,
    /// For which customer the gateway is to keep the card.
    pub saves_for: Option<CustomerId>,
}

/// Opens an attempt in the state pending. Commit before the gateway is called.
pub async fn open_attempt(ctx: &mut Ctx, new: NewAttempt) -> Result<AttemptId, Error> {
    let id = ctx.new_id();
    open_attempts(ctx, &[(id, new)]).await?;
    Ok(id)
}

/// The same for several at once, with the ids they get.
pub async fn open_attempts(ctx: &mut Ctx, new: &[(AttemptId, NewAttempt)]) -> Result<(), Error> {
    if new.is_empty() {
        return Ok(());
    }
    let check_at = ctx.now() + PATIENCE;
    store::insert_attempts(ctx, new, check_at).await
}
