//! Money that goes back through a gateway, and how to find it.

use database::{Ctx, Error};
use kernel::{AttemptId, Money, OrderId, RefundId, Time};

use crate::{RefundState, store::refunds};

/// Money that goes back. The order's side of it has the same id.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refund {
    /// Its id, which the gateway knows too.
    pub id: RefundId,
    /// The attempt that took the money.
    pub attempt_id: AttemptId,
    /// The order of that attempt.
    pub order_id: OrderId,
    /// The gateway of that attempt.
    pub gateway: String,
    /// The gateway's name for that attempt.
    pub attempt_reference: Option<String>,
    /// How far it has come.
    pub state: RefundState,
    /// How much.
    pub amount: Money,
    /// What the gateway gave back of its fee.
    pub fee_returned: Money,
    /// The gateway's name for the refund, once it has one.
    pub gateway_reference: Option<String>,
    /// Why it failed.
    pub failure_code: Option<String>,
    /// When it was opened.
    pub created_at: Time,
    /// When the reconciler asks next; `None` once the outcome is known.
    pub check_at: Option<Time>,
}

/// The refund of that id.
pub async fn find_refund(ctx: &mut Ctx, id: RefundId) -> Result<Option<Refund>, Error> {
    refunds::find(ctx, id).await
}

/// The refunds of every attempt of an order, oldest first.
pub async fn refunds_of(ctx: &mut Ctx, order_id: OrderId) -> Result<Vec<Refund>, Error> {
    refunds::list_of(ctx, order_id).await
}
