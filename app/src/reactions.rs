//! How the program hangs together: who reacts to which event, and who does which job.

use std::{collections::BTreeSet, slice, sync::Arc};

use async_trait::async_trait;
use database::{
    Ctx, Event,
    outbox::StoredEvent,
    worker::{Failure, Reaction, Registry, Subscription},
};
use erasure::ErasePerson;
use identity::AccountVerified;
use inventory::events::AvailabilityChanged;
use notifications::{
    Mailer, Mails, Pusher, RemindOfCart, SendMail, SendPush, SendText, TellLowStock, TellWaiting, Texter,
};
use orders::OrderShipped;
use payments::Gateways;

/// Every subscription and job of the program.
///
/// | event | reactions |
/// | --- | --- |
/// | `inventory.availability_changed` | catalog notes whether the product can be bought |
/// | `account.verified` | orders and customers: guest orders of that address become the customer's |
/// | `order.shipped` | checkout has the money taken, in a store that takes it with the parcel |
/// | `inventory.availability_changed` | notifications tell those who wait for the variant |
/// | `order.paid`, `order.refunded` | invoices writes the invoice, and a credit note for each refund |
/// | `account.*`, `order.*` | notifications write and queue mails, texts and pushes, see `notifications::subscriptions` |
///
/// | job | does |
/// | --- | --- |
/// | `notifications::send_mail` | hands one mail to the mailer |
/// | `notifications::send_text` | hands one text to the texter |
/// | `notifications::send_push` | hands one push to the pusher |
/// | `notifications::tell_waiting` | looks again for whoever waits for a variant |
/// | `notifications::remind_of_cart` | writes to whoever left a cart behind |
/// | `notifications::tell_low_stock` | writes what is low to a member of staff |
/// | `erasure::erase_person` | takes somebody who is to be forgotten out of every table |
pub fn registry(
    mails: &Arc<Mails>,
    mailer: Arc<dyn Mailer>,
    texter: Arc<dyn Texter>,
    pusher: Arc<dyn Pusher>,
    gateways: Gateways,
) -> Registry {
    let mut registry = Registry {
        subscriptions: vec![
            Subscription {
                event: AvailabilityChanged::KIND,
                consumer: "catalog::refresh_in_stock",
                reaction: Arc::new(RefreshInStock),
            },
            Subscription {
                event: AccountVerified::KIND,
                consumer: "orders::attach_to_customer",
                reaction: Arc::new(AttachGuestOrders),
            },
            Subscription {
                event: OrderShipped::KIND,
                consumer: "checkout::capture_shipped",
                reaction: Arc::new(CaptureShipped),
            },
        ],
        ..Registry::default()
    };
    registry.subscriptions.extend(notifications::subscriptions(mails));
    registry.subscriptions.extend(invoices::subscriptions());
    registry
        .handlers
        .insert(SendMail::KIND, Arc::new(SendMail::new(mailer)));
    let texts = SendText::new(texter, Arc::clone(mails));
    registry.handlers.insert(SendText::KIND, Arc::new(texts));
    let pushes = SendPush::new(pusher, Arc::clone(mails));
    registry.handlers.insert(SendPush::KIND, Arc::new(pushes));
    let waiting = TellWaiting::new(Arc::clone(mails));
    registry.handlers.insert(TellWaiting::KIND, Arc::new(waiting));
    let carts = RemindOfCart::new(Arc::clone(mails));
    registry.handlers.insert(RemindOfCart::KIND, Arc::new(carts));
    let low = TellLowStock::new(Arc::clone(mails));
    registry.handlers.insert(TellLowStock::KIND, Arc::new(low));
    let erase = ErasePerson::new(Arc::clone(mails), gateways);
    registry.handlers.insert(ErasePerson::KIND, Arc::new(erase));
    registry
}

struct RefreshInStock;

#[async_trait]
impl Reaction for RefreshInStock {
    async fn react(&self, ctx: &mut Ctx, event: &StoredEvent) -> Result<(), Failure> {
        self.react_all(ctx, slice::from_ref(event)).await
    }

    /// One event may be about thousands of variants, whose rows are locked until the end.
    fn at_once(&self, _event: &str) -> usize {
        20
    }

    async fn react_all(&self, ctx: &mut Ctx, events: &[StoredEvent]) -> Result<(), Failure> {
        // Events may come late or in another order; what is so now is asked.
        let mut ids = BTreeSet::new();
        for event in events {
            let event: AvailabilityChanged = event.read()?;
            ids.extend(event.variants.iter().map(|(variant, _)| *variant));
        }
        let ids: Vec<_> = ids.into_iter().collect();
        let now = inventory::availability(ctx, &ids).await?;
        let told: Vec<_> = now
            .iter()
            .map(|(variant, stock)| (*variant, stock.can_sell(1)))
            .collect();
        catalog::refresh_in_stock(ctx, &told).await?;
        Ok(())
    }
}

struct AttachGuestOrders;

#[async_trait]
impl Reaction for AttachGuestOrders {
    async fn react(&self, ctx: &mut Ctx, event: &StoredEvent) -> Result<(), Failure> {
        let event: AccountVerified = event.read()?;
        if let Some(customer) = customers::find_by_account(ctx, event.account_id).await? {
            orders::attach_to_customer(ctx, &event.email, customer.id).await?;
        }
        Ok(())
    }
}

struct CaptureShipped;

#[async_trait]
impl Reaction for CaptureShipped {
    async fn react(&self, ctx: &mut Ctx, event: &StoredEvent) -> Result<(), Failure> {
        let event: OrderShipped = event.read()?;
        let asked = checkout::capture_shipped(ctx, event.order.order_id).await;
        asked.map_err(|error| Failure::Retry(error.to_string()))
    }
}
