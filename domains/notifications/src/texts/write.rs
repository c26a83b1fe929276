//! From an event to a stored text.

use chrono::TimeDelta;
use database::{Ctx, Error, Event as _, outbox::StoredEvent, worker::Failure};
use kernel::{EventId, FieldError, FulfilmentId, MessageId, OrderId, RefundId};
use orders::{OrderAuthorized, OrderDetails, OrderPaid, OrderRefunded, OrderShipped, ParcelMoved};
use uuid::Uuid;

use super::{PhoneNumber, SendText, TextFacts, TextKind, TextLength, wishes::find_takers};
use crate::{Mails, store, store::texts::NewText};

/// The longest text that is taken, in characters.
const LONGEST: usize = 1_600;
/// How many texts about orders a number gets within a day at most.
const MOST_A_DAY: i64 = 20;

/// What a text is about.
struct About {
    kind: TextKind,
    order_id: OrderId,
    parcel: Option<FulfilmentId>,
    refund: Option<RefundId>,
}

/// Writes the texts that events ask for, when the store sends such and somebody wants them.
pub(crate) async fn write(mails: &Mails, ctx: &mut Ctx, events: &[StoredEvent]) -> Result<(), Failure> {
    let settings = store::texts::find_settings(ctx).await?.map(|(settings, _)| settings);
    let Some(settings) = settings.filter(|settings| settings.active) else {
        return Ok(());
    };
    let mut asked = Vec::new();
    for event in events {
        let about = about(event)?.filter(|about| settings.kinds.contains(&about.kind));
        asked.extend(about.map(|about| (event.id, about)));
    }
    let ids: Vec<OrderId> = asked.iter().map(|(_, about)| about.order_id).collect();
    if ids.is_empty() {
        return Ok(());
    }
    let found = orders::get_all(ctx, &ids).await?;
    let wishes: Vec<_> = found
        .values()
        .map(|details| (details.order.id, wishes_of(details)))
        .collect();
    let takers = find_takers(ctx, &wishes).await?;
    for (event_id, about) in asked {
        if let (Some(details), Some(phone)) = (found.get(&about.order_id), takers.get(&about.order_id)) {
            write_one(mails, ctx, details, (event_id, &about, phone)).await?;
        }
    }
    Ok(())
}

/// What somebody can have asked about to be texted about an order.
fn wishes_of(details: &OrderDetails) -> Vec<Uuid> {
    let order = &details.order;
    let cart = order.cart_id.map(Uuid::from);
    cart.into_iter().chain(order.customer_id.map(Uuid::from)).collect()
}

async fn write_one(
    mails: &Mails,
    ctx: &mut Ctx,
    details: &OrderDetails,
    (event_id, about, phone): (EventId, &About, &PhoneNumber),
) -> Result<(), Failure> {
    let (kind, locale) = (about.kind, details.order.locale);
    let facts = facts(mails, ctx, details, about);
    let own = store::texts::find_words(ctx, kind, locale).await?;
    let words = own.unwrap_or_else(|| mails.renderer().words(kind, locale));
    // A text that cannot be sent stands in the log with its reason; the mail beside it goes all the same.
    let (body, refused) = match whole(kind, &words, &facts) {
        Ok(body) => (body, too_many(ctx, phone).await?),
        Err(error) => (words, Some(error.to_string())),
    };
    let id = ctx.new_id::<MessageId>();
    let is_refused = refused.is_some();
    let new = NewText {
        id,
        kind,
        event_id,
        phone,
        locale,
        body: &body,
        segments: i32::try_from(TextLength::of(&body).segments).unwrap_or(i32::MAX),
        order_id: Some(about.order_id),
        asked_by: None,
        refused,
    };
    if store::texts::insert_text(ctx, new).await? && !is_refused {
        ctx.enqueue(SendText::job(id)?).await?;
    }
    Ok(())
}

/// Why a number gets nothing more today: whoever orders with the number of somebody else cannot bury them.
async fn too_many(ctx: &mut Ctx, phone: &PhoneNumber) -> Result<Option<String>, Error> {
    let since = ctx.now() - TimeDelta::days(1);
    let written = store::texts::count_since(ctx, phone, since).await?;
    Ok((written >= MOST_A_DAY).then(|| format!("the number got {MOST_A_DAY} texts within a day, which is the most")))
}

/// The text of words and facts, if it is short enough to be sent.
pub(super) fn whole(kind: TextKind, words: &str, facts: &TextFacts) -> Result<String, FieldError> {
    let text = kind.fill(words, facts);
    let text = text.map_err(|mistake| FieldError::new("words", "unknown_fact", mistake.to_string()))?;
    // A space that keeps a sum on one line is no letter of telephones, and would make the whole text cost more than twice.
    let text = text.replace(['\u{a0}', '\u{202f}'], " ");
    if text.chars().count() > LONGEST {
        let message = format!("make a text of more than {LONGEST} characters");
        return Err(FieldError::new("words", "text_too_long", message));
    }
    Ok(text)
}

fn about(event: &StoredEvent) -> Result<Option<About>, Failure> {
    let plain = |kind, order_id| About {
        kind,
        order_id,
        parcel: None,
        refund: None,
    };
    Ok(match event.kind.as_str() {
        OrderPaid::KIND => {
            let paid: OrderPaid = event.read()?;
            (!paid.held_before).then(|| plain(TextKind::OrderConfirmed, paid.order.order_id))
        }
        OrderAuthorized::KIND => {
            let held: OrderAuthorized = event.read()?;
            Some(plain(TextKind::OrderConfirmed, held.order.order_id))
        }
        OrderShipped::KIND => {
            let shipped: OrderShipped = event.read()?;
            Some(About {
                parcel: Some(shipped.fulfilment_id),
                ..plain(TextKind::Shipped, shipped.order.order_id)
            })
        }
        ParcelMoved::KIND => {
            let moved: ParcelMoved = event.read()?;
            let kind = match moved.state.as_str() {
                "out_for_delivery" => Some(TextKind::OutForDelivery),
                "delivered" => Some(TextKind::Delivered),
                _ => None,
            };
            kind.map(|kind| About {
                parcel: Some(moved.fulfilment_id),
                ..plain(kind, moved.order.order_id)
            })
        }
        OrderRefunded::KIND => {
            let refunded: OrderRefunded = event.read()?;
            Some(About {
                refund: Some(refunded.refund_id),
                ..plain(TextKind::Refunded, refunded.order.order_id)
            })
        }
        _ => None,
    })
}

fn facts(mails: &Mails, ctx: &Ctx, details: &OrderDetails, about: &About) -> TextFacts {
    let order = &details.order;
    let path = format!("/orders/{}?token={}", order.id, mails.order_token(order.id));
    let link = mails.link(ctx.store(), &path);
    let parcel = details
        .fulfilments
        .iter()
        .find(|parcel| Some(parcel.id) == about.parcel);
    let tracking = parcel.map(|parcel| parcel.tracking_url.clone());
    let refund = details.refunds.iter().find(|refund| Some(refund.id) == about.refund);
    TextFacts {
        store: ctx.store().name.clone(),
        order: order.number.clone(),
        tracking: tracking.filter(|url| !url.is_empty()).unwrap_or_else(|| link.clone()),
        link,
        amount: refund.map_or(order.total, |refund| refund.amount).format(order.locale),
    }
}
