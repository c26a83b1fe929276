//! Money that was held and is taken, and how to find it.

use database::{Ctx, Error};
use kernel::{AttemptId, CaptureId, Money, OrderId, Time};

use crate::{CaptureState, store::captures};

/// A part of held money that is taken, or all of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Capture {
    /// Its id, which the gateway knows too.
    pub id: CaptureId,
    /// The attempt that holds the money.
    pub attempt_id: AttemptId,
    /// The order of that attempt.
    pub order_id: OrderId,
    /// The gateway of that attempt.
    pub gateway: String,
    /// The gateway's name for that attempt.
    pub attempt_reference: Option<String>,
    /// How far it has come.
    pub state: CaptureState,
    /// How much.
    pub amount: Money,
    /// Whether the rest is held no longer.
    pub last: bool,
    /// What the gateway kept for it.
    pub fee: Money,
    /// The gateway's name for it, once it has one.
    pub gateway_reference: Option<String>,
    /// Why it failed.
    pub failure_code: Option<String>,
    /// When it was opened.
    pub created_at: Time,
    /// When the reconciler asks next; `None` once the outcome is known.
    pub check_at: Option<Time>,
}

/// The capture of that id.
pub async fn find_capture(ctx: &mut Ctx, id: CaptureId) -> Result<Option<Capture>, Error> {
    captures::find(ctx, id).await
}

/// The captures of every attempt of an order, oldest first. Money that was never held has none.
pub async fn captures_of(ctx: &mut Ctx, order_id: OrderId) -> Result<Vec<Capture>, Error> {
    captures::list_of(ctx, order_id).await
}
