//! The log of pushes, for the back office.

use chrono::TimeDelta;
use database::{Ctx, Error};
use kernel::{CustomerId, FieldError, Forbidden, MessageId, OrderId, Page, PageRequest, Permission, Time};

use crate::{TextKind, store};

/// For how many days the log keeps a push.
const KEPT_DAYS: i64 = 90;
/// After how many days a browser that got nothing is forgotten.
const UNUSED_DAYS: i64 = 365;

kernel::named! {
    /// How far a push is.
    PushState {
        /// It will be sent, or tried again.
        Queued = "queued",
        /// The browser's push service has it.
        Sent = "sent",
        /// It will not be tried again.
        Failed = "failed",
    }
}

/// Which pushes are wanted.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PushFilter {
    /// Only those of this kind.
    pub kind: Option<TextKind>,
    /// Only those that are so far.
    pub state: Option<PushState>,
    /// Only those that say this, such as an order's number.
    pub words: String,
}

/// A line of the log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PushSummary {
    /// The push's id.
    pub id: MessageId,
    /// The kind, such as `shipped`; kept as text, because the log outlives the kinds.
    pub kind: String,
    /// The host of the push service that carries it.
    pub service: String,
    /// Its first line.
    pub title: String,
    /// The rest.
    pub body: String,
    /// How far it is.
    pub state: PushState,
    /// How often it was offered.
    pub attempts: i32,
    /// What went wrong last.
    pub last_error: Option<String>,
    /// The order it is about.
    pub order_id: OrderId,
    /// Whose order that is, where it is a customer's.
    pub customer_id: Option<CustomerId>,
    /// When it was written.
    pub created_at: Time,
    /// When it was handed over.
    pub sent_at: Option<Time>,
}

/// Why the log is not shown.
#[derive(Debug, thiserror::Error)]
pub enum PushLogError {
    /// The actor may not read it.
    #[error(transparent)]
    Forbidden(#[from] Forbidden),
    /// The cursor is not one this list gave out.
    #[error(transparent)]
    Invalid(#[from] FieldError),
    /// The database failed.
    #[error(transparent)]
    Internal(#[from] Error),
}

/// Every push that was written about these orders, the oldest first, for whoever may see the orders.
pub async fn list_pushes_about(ctx: &mut Ctx, orders: &[OrderId]) -> Result<Vec<PushSummary>, Error> {
    store::pushes::list_about(ctx, orders).await
}

/// The pushes, the newest first.
pub async fn list_pushes(
    ctx: &mut Ctx,
    filter: &PushFilter,
    request: &PageRequest,
) -> Result<Page<PushSummary>, PushLogError> {
    ctx.require(Permission::ReadMessages)?;
    let after = request.cursor.as_ref().map(|cursor| cursor.decode()).transpose()?;
    let total = store::pushes::count_pushes(ctx, filter).await?;
    let rows = store::pushes::list_pushes(ctx, filter, after, request.limit_plus_one()).await?;
    Ok(Page::from_rows(rows, request, total, |push| (push.created_at, push.id)))
}

/// Forgets pushes that were written long ago, and browsers that got none for long.
pub async fn delete_old_pushes(ctx: &mut Ctx) -> Result<(), Error> {
    let before = |days| ctx.now() - TimeDelta::days(days);
    let (written_until, used_until) = (before(KEPT_DAYS), before(UNUSED_DAYS));
    store::pushes::delete_old(ctx, written_until).await?;
    store::push_subscriptions::delete_old(ctx, used_until).await
}
