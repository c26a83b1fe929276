//! The log of messages, for the back office.

use database::{Ctx, Error};
use kernel::{EmailAddress, FieldError, Forbidden, MessageId, Page, PageRequest, Permission};

use crate::{Message, MessageFilter, MessageSummary, store};

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
pub async fn list_messages(
    ctx: &mut Ctx,
    filter: &MessageFilter,
    request: &PageRequest,
) -> Result<Page<MessageSummary>, MessageLogError> {
    ctx.require(Permission::ReadMessages)?;
    let after = request.cursor.as_ref().map(|cursor| cursor.decode()).transpose()?;
    let total = store::count_messages(ctx, filter).await?;
    let rows = store::list_messages(ctx, filter, after, request.limit_plus_one()).await?;
    Ok(Page::from_rows(rows, request, total, |message| {
        (message.created_at, message.id)
    }))
}

/// What was ever written to an address, the oldest first, for whoever reads it.
pub async fn list_sent_to(ctx: &mut Ctx, email: &EmailAddress) -> Result<Vec<MessageSummary>, Error> {
    store::list_sent_to(ctx, email).await
}

/// One message with its texts.
pub async fn get_message(ctx: &mut Ctx, id: MessageId) -> Result<Message, MessageLogError> {
    ctx.require(Permission::ReadMessages)?;
    store::find_message(ctx, id).await?.ok_or(MessageLogError::NotFound)
}

#[cfg(test)]
mod tests {
    use chrono::TimeDelta;
    use identity::Role;
    use kernel::{AccountId, Actor};

    use super::*;
    use crate::{MessageState, testing::TestShop};

    #[tokio::test]
    async fn owners_page_through_the_log_and_others_do_not() {
        let shop = TestShop::open().await;
        for address in ["ann@example.com", "bob@example.com", "cy@example.com"] {
            shop.register(address).await;
            shop.drain().await;
            shop.db.clock().advance(TimeDelta::seconds(1));
        }
        let account: AccountId = shop.db.work().read().new_id();
        let as_role = |role: Role| {
            let permissions = role.permissions().to_vec();
            shop.db.work().acting_as(Actor::Staff { account, permissions }).read()
        };
        let mut ctx = as_role(Role::Owner);
        let first = list_messages(&mut ctx, &MessageFilter::default(), &PageRequest::first(2))
            .await
            .unwrap();
        assert_eq!(first.total, 3);
        let rest = PageRequest::first(2).after(first.next_cursor);
        let second = list_messages(&mut ctx, &MessageFilter::default(), &rest).await.unwrap();
        assert_eq!(second.next_cursor, None);
        let to: Vec<&str> = first
            .items
            .iter()
            .chain(&second.items)
            .map(|message| message.recipient.as_str())
            .collect();
        assert_eq!(to, ["cy@example.com", "bob@example.com", "ann@example.com"]);
        let message = get_message(&mut ctx, first.items[0].id).await.unwrap();
        assert!(message.text.contains("/account/verify") && message.html.starts_with("<pre>"));
        for (filter, found) in [
            (("verify_email", "sent", "BOB@"), vec!["bob@example.com"]),
            (("verify_email", "failed", ""), vec![]),
            (("order_shipped", "sent", ""), vec![]),
            (("verify_email", "sent", "y@example"), vec!["cy@example.com"]),
        ] {
            let filter = MessageFilter {
                kind: Some(filter.0.to_owned()),
                state: MessageState::parse(filter.1),
                recipient: filter.2.to_owned(),
            };
            let page = list_messages(&mut ctx, &filter, &PageRequest::first(9)).await.unwrap();
            let to: Vec<_> = page.items.iter().map(|message| message.recipient.as_str()).collect();
            assert_eq!((page.total, to), (i64::try_from(found.len()).unwrap(), found));
        }
        let unknown = ctx.new_id();
        assert!(matches!(
            get_message(&mut ctx, unknown).await,
            Err(MessageLogError::NotFound)
        ));
        let mut ctx = as_role(Role::Manager);
        let refused = list_messages(&mut ctx, &MessageFilter::default(), &PageRequest::first(2)).await;
        assert!(matches!(refused, Err(MessageLogError::Forbidden(_))));
        let refused = get_message(&mut ctx, first.items[0].id).await;
        assert!(matches!(refused, Err(MessageLogError::Forbidden(_))));
    }
}
