//! The log of messages, for the back office.

use database::{Ctx, Error};
use kernel::{FieldError, Forbidden, MessageId, Page, PageRequest, Permission};

use crate::{Message, MessageSummary, store};

/// Why the log is not shown.
#[derive(Debug, thiserror::Error)]
pub enum MessageLogError {
    /// The actor may not read it.
    #[error(transparent)]
    Forbidden(#[from] Forbidden),
    /// The cursor is not one this list gave out.
    #[error(transparent)]
    Invalid(#[from] FieldError),
    /// There is no such message.
    #[error("there is no such message")]
    NotFound,
    /// The database failed.
    #[error(transparent)]
    Internal(#[from] Error),
}

/// The messages, the newest first.
pub async fn list_messages(ctx: &mut Ctx, request: &PageRequest) -> Result<Page<MessageSummary>, MessageLogError> {
    ctx.require(Permission::ReadMessages)?;
    let after = request.cursor.as_ref().map(|cursor| cursor.decode()).transpose()?;
    let total = store::count_messages(ctx).await?;
    let rows = store::list_messages(ctx, after, request.limit_plus_one()).await?;
    Ok(Page::from_rows(rows, request, total, |message| {
        (message.created_at, message.id)
    }))
}

/// One message with its texts.
pub async fn get_message(ctx: &mut Ctx, id: MessageId) -> Result<Message, MessageLogError> {
    ctx.require(Permission::ReadMessages)?;
    store::find_message(ctx, id).await?.ok_or(MessageLogError::NotFound)
}
