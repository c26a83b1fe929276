//! A mail goes out once more, as it was written.

use database::{Ctx, Error};
use kernel::{Forbidden, MessageId, OrderId, Permission};

use crate::{MessageState, MessageSummary, SendMail, store};

/// Why a mail is not sent again.
#[derive(Debug, thiserror::Error)]
pub enum ResendError {
    /// The actor may not send it.
    #[error(transparent)]
    Forbidden(#[from] Forbidden),
    /// There is no such message.
    #[error("there is no such message")]
    NotFound,
    /// It has yet to be sent for the first time.
    #[error("the mail waits to be sent, or tried again")]
    Waiting,
    /// Whoever would get it said that such mails are not wanted.
    #[error("its reader refused such mails")]
    Refused,
    /// It is so old that its texts are gone.
    #[error("its text is no longer kept")]
    Emptied,
    /// The database failed.
    #[error(transparent)]
    Internal(#[from] Error),
}

/// Sends any mail again, to whom it went. Whoever may read all mails may do this.
pub async fn resend(ctx: &mut Ctx, id: MessageId) -> Result<MessageId, ResendError> {
    ctx.require(Permission::ReadMessages)?;
    copy(ctx, id, None).await
}

/// Sends a mail about an order again.
pub async fn resend_about(ctx: &mut Ctx, order_id: OrderId, id: MessageId) -> Result<MessageId, ResendError> {
    ctx.require(Permission::FulfilOrders)?;
    copy(ctx, id, Some(order_id)).await
}

/// The mails about an order, the oldest first.
pub async fn messages_about(ctx: &mut Ctx, order_id: OrderId) -> Result<Vec<MessageSummary>, ResendError> {
    ctx.require(Permission::ReadOrders)?;
    Ok(store::list_about(ctx, order_id).await?)
}

async fn copy(ctx: &mut Ctx, id: MessageId, about: Option<OrderId>) -> Result<MessageId, ResendError> {
    let message = store::find_message(ctx, id).await?.ok_or(ResendError::NotFound)?;
    if about.is_some() && message.summary.order_id != about {
        return Err(ResendError::NotFound);
    }
    if message.summary.state == MessageState::Queued {
        return Err(ResendError::Waiting);
    }
    if message.summary.refused {
        return Err(ResendError::Refused);
    }
    if message.summary.is_emptied {
        return Err(ResendError::Emptied);
    }
    let copy = store::copy_message(ctx, id).await?;
    ctx.enqueue(SendMail::job(copy)?).await?;
    Ok(copy)
}

#[cfg(test)]
mod tests {
    use database::Work;
    use kernel::{Actor, PageRequest};

    use super::*;
    use crate::{MessageFilter, empty_old_mails, list_messages, testing::TestShop};

    fn staff(shop: &TestShop, permission: Permission) -> Work {
        let account = shop.db.work().read().new_id();
        let permissions = vec![permission, Permission::ReadMessages];
        shop.db.work().acting_as(Actor::Staff { account, permissions })
    }

    #[tokio::test]
    async fn a_mail_goes_out_again_as_it_was_and_says_who_asked() {
        let shop = TestShop::open().await;
        shop.register("ann@example.com").await;
        let all = MessageFilter::default();
        let owner = staff(&shop, Permission::ReadMessages);
        let mut ctx = owner.write();
        assert!(
            list_messages(&mut ctx, &all, &PageRequest::first(9))
                .await
                .unwrap()
                .items
                .is_empty()
        );
        ctx.rollback().await;
        let first = shop.sent().await.remove(0);
        let mut ctx = owner.write();
        let message = list_messages(&mut ctx, &all, &PageRequest::first(9))
            .await
            .unwrap()
            .items
            .remove(0);
        let copy = resend(&mut ctx, message.id).await.unwrap();
        let waiting = resend(&mut ctx, copy).await;
        assert!(matches!(waiting, Err(ResendError::Waiting)), "{waiting:?}");
        ctx.commit().await.unwrap();
        let sent = shop.sent().await;
        assert_eq!((sent.len(), &sent[1]), (2, &first));

        // A copy of a copy is one of the first.
        shop.db.clock().advance(chrono::TimeDelta::seconds(1));
        let mut ctx = owner.write();
        resend(&mut ctx, copy).await.unwrap();
        let newest = list_messages(&mut ctx, &all, &PageRequest::first(1))
            .await
            .unwrap()
            .items
            .remove(0);
        assert_eq!(newest.copy_of, Some(message.id));
        assert!(newest.asked_by.unwrap().starts_with("staff acc_") && message.asked_by.is_none());
        let unknown = ctx.new_id();
        assert!(matches!(resend(&mut ctx, unknown).await, Err(ResendError::NotFound)));
    }

    #[tokio::test]
    async fn a_mail_of_a_year_ago_has_no_text_and_is_not_sent_again() {
        let shop = TestShop::open().await;
        shop.register("ann@example.com").await;
        shop.sent().await;
        shop.db.clock().advance(chrono::TimeDelta::days(365));
        shop.register("bob@example.com").await;
        let empty = async || {
            let mut ctx = shop.db.work().write();
            assert!(!empty_old_mails(&mut ctx).await.unwrap(), "there are no more");
            ctx.commit().await.unwrap();
            shop.sent().await;
            let request = PageRequest::first(9);
            let listed = list_messages(&mut shop.db.work().read(), &MessageFilter::default(), &request).await;
            listed.unwrap().items
        };
        assert_eq!(empty().await.iter().filter(|mail| mail.is_emptied).count(), 0);
        shop.db.clock().advance(chrono::TimeDelta::seconds(1));
        let mails = empty().await;
        let emptied: Vec<_> = mails
            .iter()
            .map(|mail| (mail.recipient.as_str(), mail.is_emptied))
            .collect();
        assert_eq!(emptied, [("bob@example.com", false), ("ann@example.com", true)]);
        assert!(!mails[1].subject.is_empty());
        let again = resend(&mut staff(&shop, Permission::ReadMessages).write(), mails[1].id).await;
        assert!(matches!(again, Err(ResendError::Emptied)), "{again:?}");
    }

    #[tokio::test]
    async fn whoever_ships_orders_sends_their_mails_again_and_no_others() {
        let shop = TestShop::open().await;
        shop.register("ann@example.com").await;
        shop.sent().await;
        let mut ctx = staff(&shop, Permission::FulfilOrders).write();
        let request = PageRequest::first(1);
        let message = list_messages(&mut ctx, &MessageFilter::default(), &request)
            .await
            .unwrap()
            .items
            .remove(0);
        let order: OrderId = ctx.new_id();
        let other = resend_about(&mut ctx, order, message.id).await;
        assert!(matches!(other, Err(ResendError::NotFound)), "{other:?}");
        assert!(matches!(
            messages_about(&mut ctx, order).await,
            Err(ResendError::Forbidden(_))
        ));
        let mut ctx = staff(&shop, Permission::ReadOrders).write();
        assert!(messages_about(&mut ctx, order).await.unwrap().is_empty());
        let refused = resend_about(&mut ctx, order, message.id).await;
        assert!(matches!(refused, Err(ResendError::Forbidden(_))), "{refused:?}");
        ctx.rollback().await;
        let account = shop.db.work().read().new_id();
        let permissions = vec![Permission::FulfilOrders];
        let mut ctx = shop.db.work().acting_as(Actor::Staff { account, permissions }).write();
        assert!(matches!(
            resend(&mut ctx, message.id).await,
            Err(ResendError::Forbidden(_))
        ));
    }
}
