//! The log of texts, for the back office.

use database::{Ctx, Error};
use kernel::{FieldError, Forbidden, MessageId, OrderId, Page, PageRequest, Permission, Time};

use super::{PhoneNumber, TextKind};
use crate::store;

kernel::named! {
    /// How far a text is.
    TextState {
        /// It will be sent, or tried again.
        Queued = "queued",
        /// It was handed over.
        Sent = "sent",
        /// It is on the telephone.
        Delivered = "delivered",
        /// It will not be tried again.
        Failed = "failed",
    }
}

/// Which texts are wanted.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TextFilter {
    /// Only those of this kind.
    pub kind: Option<TextKind>,
    /// Only those that are so far.
    pub state: Option<TextState>,
    /// Only those to numbers with these digits in them.
    pub phone: String,
}

/// A line of the log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TextSummary {
    /// The text's id.
    pub id: MessageId,
    /// The kind, such as `shipped`; kept as text, because the log outlives the kinds.
    pub kind: String,
    /// Who gets it.
    pub phone: PhoneNumber,
    /// What it says.
    pub body: String,
    /// As how many messages it is paid for.
    pub segments: i32,
    /// How far it is.
    pub state: TextState,
    /// How often it was offered.
    pub attempts: i32,
    /// What went wrong last.
    pub last_error: Option<String>,
    /// What whoever carries it calls it.
    pub reference: Option<String>,
    /// The order it is about.
    pub order_id: Option<OrderId>,
    /// Who asked for it, such as `staff acc_…`; nobody where an event did.
    pub asked_by: Option<String>,
    /// When it was written.
    pub created_at: Time,
    /// When it was handed over.
    pub sent_at: Option<Time>,
}

/// Why the log is not shown.
#[derive(Debug, thiserror::Error)]
pub enum TextLogError {
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

/// Every text that was written about these orders, the oldest first, for whoever may see the orders.
pub async fn list_texts_about(ctx: &mut Ctx, orders: &[OrderId]) -> Result<Vec<TextSummary>, Error> {
    store::texts::list_about(ctx, orders).await
}

/// The texts, the newest first.
pub async fn list_texts(
    ctx: &mut Ctx,
    filter: &TextFilter,
    request: &PageRequest,
) -> Result<Page<TextSummary>, TextLogError> {
    ctx.require(Permission::ReadMessages)?;
    let after = request.cursor.as_ref().map(|cursor| cursor.decode()).transpose()?;
    let total = store::texts::count_texts(ctx, filter).await?;
    let rows = store::texts::list_texts(ctx, filter, after, request.limit_plus_one()).await?;
    Ok(Page::from_rows(rows, request, total, |text| (text.created_at, text.id)))
}
