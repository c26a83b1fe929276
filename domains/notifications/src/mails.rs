//! From an event to a stored message, and which events are listened to.

use std::{
    collections::{HashMap, hash_map::Entry},
    slice,
    sync::Arc,
};

use async_trait::async_trait;
use database::{
    Ctx, Event as _,
    outbox::StoredEvent,
    worker::{Failure, Reaction, Subscription},
};
use identity::{
    AccountRegistered, AccountRegisteredAgain, PasswordChanged, ResetRequested, StaffInvited, VerificationRequested,
};
use inventory::events::AvailabilityChanged;
use kernel::{EmailAddress, EventId, Locale, MessageId, OrderId, Store, VariantId};
use orders::{
    OrderAuthorized, OrderCancelled, OrderPaid, OrderPaymentFailed, OrderRefunded, OrderShipped, ParcelMoved,
};

use crate::{
    Content, MailData, MailKind, MailStore, Rendered, Renderer, SendMail, StoredTemplate, account_mails, back_in_stock,
    events::StockAlertAsked,
    order_mails, pushes,
    stop::stop_path,
    store::{self, NewMessage},
    texts, wants,
};

/// Where a store's pages are reached, such as `https://shop.example.com`, without a slash at the end.
pub type PublicUrl = Arc<dyn Fn(&Store) -> String + Send + Sync>;

/// Writes mails about events.
pub struct Mails {
    renderer: Arc<dyn Renderer>,
    public_url: PublicUrl,
    signing_key: [u8; 32],
}

/// A mail that an event asks for.
pub(crate) struct NewMail {
    pub(crate) to: EmailAddress,
    pub(crate) locale: Locale,
    pub(crate) content: Content,
    /// The order it is about.
    pub(crate) order_id: Option<OrderId>,
}

impl Mails {
    /// Writes with those templates, and with links to those addresses. The key signs links to orders; the
    /// pages behind them check with the same.
    pub fn new(renderer: Arc<dyn Renderer>, public_url: PublicUrl, signing_key: [u8; 32]) -> Self {
        Self {
            renderer,
            public_url,
            signing_key,
        }
    }

    /// A page of the store, such as `https://shop.example.com/login` for `/login`.
    pub(crate) fn link(&self, store: &Store, path: &str) -> String {
        format!("{}{path}", (self.public_url)(store).trim_end_matches('/'))
    }

    /// What links are signed with.
    pub(crate) fn key(&self) -> &[u8; 32] {
        &self.signing_key
    }

    /// What opens an order's status page without signing in.
    pub(crate) fn order_token(&self, id: OrderId) -> String {
        orders::access_token(&self.signing_key, id)
    }

    /// The order's status page with it.
    pub(crate) fn order_path(&self, id: OrderId) -> String {
        format!("/orders/{id}?token={}", self.order_token(id))
    }

    pub(crate) fn renderer(&self) -> &dyn Renderer {
        self.renderer.as_ref()
    }

    /// The store as its mails name it.
    pub(crate) fn store_text(&self, shop: &Store) -> MailStore {
        MailStore {
            name: shop.name.clone(),
            url: self.link(shop, ""),
            email: shop.email.as_str().to_owned(),
        }
    }

    /// A mail in the merchant's words, or in the theme's with the reason why the merchant's failed.
    fn write(&self, own: Option<&StoredTemplate>, data: &MailData) -> Result<(Rendered, Option<String>), Failure> {
        let mistake = match own.map(|own| self.renderer.render_own(&own.template, data)) {
            Some(Ok(rendered)) => return Ok((rendered, None)),
            Some(Err(mistake)) => Some(mistake.to_string()),
            None => None,
        };
        if let Some(mistake) = &mistake {
            tracing::error!(
                mail = data.kind.as_str(),
                locale = data.lang,
                mistake,
                "a store's own template failed, the theme's is used"
            );
        }
        // A merchant can mend a broken theme, so the delivery is tried again.
        let rendered = self.renderer.render(data);
        let rendered = rendered.map_err(|error| Failure::Retry(error.to_string()))?;
        Ok((rendered, mistake))
    }

    /// Confirms orders that are paid, or whose money is held.
    async fn confirm_all(&self, ctx: &mut Ctx, events: &[StoredEvent]) -> Result<(), Failure> {
        let mut orders: Vec<(EventId, OrderId)> = Vec::new();
        for event in events {
            let order = if event.kind == OrderPaid::KIND {
                let paid: OrderPaid = event.read()?;
                // It was confirmed when its money was held.
                (!paid.held_before).then_some(paid.order)
            } else {
                Some(event.read::<OrderAuthorized>()?.order)
            };
            orders.extend(order.map(|order| (event.id, order.order_id)));
        }
        let ids: Vec<OrderId> = orders.iter().map(|(_, id)| *id).collect();
        let mut mails = order_mails::confirmations(self, ctx, &ids).await?;
        let mails = orders.into_iter().filter_map(|(event_id, order_id)| {
            let mail = mails.remove(&order_id)?;
            Some((event_id, mail))
        });
        self.queue_all(ctx, mails.collect()).await?;
        self.write_short(ctx, events).await
    }

    /// Writes the texts and pushes about events.
    async fn write_short(&self, ctx: &mut Ctx, events: &[StoredEvent]) -> Result<(), Failure> {
        texts::write(self, ctx, events).await?;
        pushes::write(self, ctx, events).await
    }

    /// Renders a mail, stores it, and queues the job that sends it.
    pub(crate) async fn queue(&self, ctx: &mut Ctx, event_id: EventId, mail: NewMail) -> Result<(), Failure> {
        self.queue_all(ctx, vec![(event_id, mail)]).await
    }

    /// The same for several. What is owed takes two statements, and one more for each language and kind.
    async fn queue_all(&self, ctx: &mut Ctx, mails: Vec<(EventId, NewMail)>) -> Result<(), Failure> {
        let mut own: HashMap<(MailKind, Locale), Option<StoredTemplate>> = HashMap::new();
        let mut new = Vec::with_capacity(mails.len());
        for (event_id, mail) in mails {
            if mail.to == EmailAddress::nobody() {
                // Whoever it was for is forgotten, or was never known.
                continue;
            }
            let Some(content) = wanted(ctx, &mail.to, mail.content).await? else {
                continue;
            };
            let words = (content.kind(), mail.locale);
            if let Entry::Vacant(unknown) = own.entry(words) {
                unknown.insert(store::templates::find(ctx, words.0, words.1).await?);
            }
            let (id, topic) = (ctx.new_id::<MessageId>(), content.topic());
            let data = MailData {
                kind: content.kind(),
                lang: mail.locale.code(),
                store: self.store_text(ctx.store()),
                stop_link: topic.map(|_topic| self.link(ctx.store(), &stop_path(&self.signing_key, id))),
                content,
            };
            let (rendered, template_error) = self.write(own.get(&words).and_then(Option::as_ref), &data)?;
            new.push(NewMessage {
                id,
                event_id,
                recipient: mail.to,
                data,
                rendered,
                template_error,
                order_id: mail.order_id,
                asked_by: None,
            });
        }
        if new.is_empty() {
            return Ok(());
        }
        let inserted = store::insert_messages(ctx, &new).await?;
        let jobs = inserted.into_iter().map(SendMail::job).collect::<Result<_, _>>()?;
        ctx.enqueue_all(jobs).await?;
        Ok(())
    }
}

/// What of a mail its reader is sent: nothing of what they refused and is not owed.
async fn wanted(ctx: &mut Ctx, to: &EmailAddress, content: Content) -> Result<Option<Content>, Failure> {
    match content.topic() {
        Some(topic) if !wants(ctx, to, topic).await? => Ok(content.owed()),
        Some(_) | None => Ok(Some(content)),
    }
}

#[async_trait]
impl Reaction for Mails {
    async fn react(&self, ctx: &mut Ctx, event: &StoredEvent) -> Result<(), Failure> {
        let mail = match event.kind.as_str() {
            AccountRegistered::KIND => account_mails::verify_registered(self, ctx, &event.read()?).await?,
            VerificationRequested::KIND => account_mails::verify_again(self, ctx, &event.read()?).await?,
            AccountRegisteredAgain::KIND => account_mails::already_registered(self, ctx, event.read()?),
            ResetRequested::KIND => account_mails::reset_password(self, ctx, event.read()?).await?,
            PasswordChanged::KIND => account_mails::password_changed(self, ctx, event.read()?),
            StaffInvited::KIND => match account_mails::staff_invitation(self, ctx, event.read()?).await? {
                Some(mail) => mail,
                // It was taken back before the mail was written.
                None => return Ok(()),
            },
            OrderPaid::KIND | OrderAuthorized::KIND => return self.confirm_all(ctx, slice::from_ref(event)).await,
            OrderPaymentFailed::KIND => match order_mails::payment_failed(self, ctx, event.read()?).await? {
                Some(mail) => mail,
                None => return Ok(()),
            },
            OrderShipped::KIND => order_mails::shipped(self, ctx, event.read()?).await?,
            ParcelMoved::KIND => match order_mails::parcel_moved(self, ctx, event.read()?).await? {
                Some(mail) => mail,
                None => return Ok(()),
            },
            OrderRefunded::KIND => order_mails::refunded(self, ctx, event.read()?).await?,
            StockAlertAsked::KIND => match back_in_stock::confirmation(self, ctx, event.read()?).await? {
                Some(mail) => mail,
                // Nobody sells it any more.
                None => return Ok(()),
            },
            AvailabilityChanged::KIND => return look_all(ctx, slice::from_ref(event)).await,
            OrderCancelled::KIND => order_mails::cancelled(self, ctx, event.read()?).await?,
            other => return Err(Failure::Fail(format!("there is no mail about {other}"))),
        };
        self.queue(ctx, event.id, mail).await?;
        self.write_short(ctx, slice::from_ref(event)).await
    }

    fn at_once(&self, event: &str) -> usize {
        match event {
            OrderPaid::KIND | OrderAuthorized::KIND | AvailabilityChanged::KIND => 100,
            _ => 1,
        }
    }

    async fn react_all(&self, ctx: &mut Ctx, events: &[StoredEvent]) -> Result<(), Failure> {
        match events.first().map(|event| event.kind.as_str()) {
            Some(OrderPaid::KIND | OrderAuthorized::KIND) => self.confirm_all(ctx, events).await,
            Some(AvailabilityChanged::KIND) => look_all(ctx, events).await,
            _ => {
                for event in events {
                    self.react(ctx, event).await?;
                }
                Ok(())
            }
        }
    }
}

/// Looks who waits for what is back.
async fn look_all(ctx: &mut Ctx, events: &[StoredEvent]) -> Result<(), Failure> {
    let mut back: Vec<VariantId> = Vec::new();
    for event in events {
        let changed: AvailabilityChanged = event.read()?;
        let sold = changed.variants.into_iter().filter(|(_, sold)| *sold);
        back.extend(sold.map(|(variant, _)| variant));
    }
    back.sort_unstable();
    back.dedup();
    Ok(back_in_stock::look(ctx, &back).await?)
}

/// Which events a mail is written about, by which consumer.
pub fn subscriptions(mails: &Arc<Mails>) -> Vec<Subscription> {
    [
        (AccountRegistered::KIND, "notifications::verify_email"),
        (VerificationRequested::KIND, "notifications::verify_email_again"),
        (AccountRegisteredAgain::KIND, "notifications::already_registered"),
        (ResetRequested::KIND, "notifications::reset_password"),
        (PasswordChanged::KIND, "notifications::password_changed"),
        (StaffInvited::KIND, "notifications::staff_invitation"),
        (StockAlertAsked::KIND, "notifications::confirm_stock_alert"),
        (AvailabilityChanged::KIND, "notifications::back_in_stock"),
        (OrderPaid::KIND, "notifications::order_confirmation"),
        (OrderAuthorized::KIND, "notifications::order_confirmation"),
        (OrderPaymentFailed::KIND, "notifications::payment_failed"),
        (OrderShipped::KIND, "notifications::order_shipped"),
        (ParcelMoved::KIND, "notifications::parcel_moved"),
        (OrderRefunded::KIND, "notifications::order_refunded"),
        (OrderCancelled::KIND, "notifications::order_cancelled"),
    ]
    .into_iter()
    .map(|(event, consumer)| Subscription {
        event,
        consumer,
        reaction: Arc::<Mails>::clone(mails),
    })
    .collect()
}

#[cfg(test)]
mod tests {
    use database::outbox;

    use super::*;
    use crate::testing::TestShop;

    #[tokio::test]
    async fn an_event_that_is_delivered_again_sends_no_second_mail() {
        let shop = TestShop::open().await;
        shop.register("ann@example.com").await;
        let events = outbox::replay(&mut shop.db.work().read(), 0, 10).await.unwrap();
        for _ in 0..2 {
            let mut ctx = shop.db.work().write();
            shop.mails.react(&mut ctx, &events[0].1).await.unwrap();
            ctx.commit().await.unwrap();
        }
        assert_eq!(shop.sent().await.len(), 1);
    }

    #[tokio::test]
    async fn an_event_without_a_mail_is_parked() {
        let shop = TestShop::open().await;
        shop.register("ann@example.com").await;
        let events = outbox::replay(&mut shop.db.work().read(), 0, 10).await.unwrap();
        let event = StoredEvent {
            kind: "moon.risen".to_owned(),
            ..events[0].1.clone()
        };
        let outcome = shop.mails.react(&mut shop.db.work().write(), &event).await;
        assert!(matches!(outcome, Err(Failure::Fail(why)) if why.contains("moon.risen")));
    }
}
