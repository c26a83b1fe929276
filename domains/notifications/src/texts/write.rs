//! From an event to a stored text.

use chrono::TimeDelta;
use database::{Ctx, Error, Event as _, outbox::StoredEvent, worker::Failure};
use kernel::{FieldError, FulfilmentId, Locale, MessageId, OrderId, RefundId, Time};
use orders::{OrderAuthorized, OrderDetails, OrderPaid, OrderRefunded, OrderShipped, ParcelMoved};

use super::{PhoneNumber, SendText, TextFacts, TextKind, TextLength, TextsAbout, Unsent, wishes::find_takers};
use crate::{Channel, Mails, store, store::texts::NewText};

/// The longest text that is taken, in characters.
const LONGEST: usize = 1_600;
/// The error of words that make a longer one.
pub(crate) const TOO_LONG: &str = "text_too_long";
/// How many texts about orders a number gets within a day at most.
const MOST_A_DAY: i64 = 20;

/// What a text or a push is about.
pub(crate) struct About {
    pub(crate) kind: TextKind,
    pub(crate) order_id: OrderId,
    parcel: Option<FulfilmentId>,
    refund: Option<RefundId>,
}

/// Writes the texts that events ask for, when the store sends such and somebody wants them.
pub(crate) async fn write(mails: &Mails, ctx: &mut Ctx, events: &[StoredEvent]) -> Result<(), Failure> {
    let settings = store::texts::find_settings(ctx).await?.map(|(settings, _)| settings);
    let Some(settings) = settings.filter(|settings| settings.active) else {
        return Ok(());
    };
    let asked = asked(events, &settings.kinds)?;
    let ids: Vec<OrderId> = asked.iter().map(|(_, about)| about.order_id).collect();
    if ids.is_empty() {
        return Ok(());
    }
    let found = orders::get_all(ctx, &ids).await?;
    let wishes: Vec<_> = found
        .values()
        .map(|details| (details.order.id, TextsAbout::of(&details.order)))
        .collect();
    let takers = find_takers(ctx, &wishes).await?;
    for (event, about) in asked {
        if let (Some(details), Some(phone)) = (found.get(&about.order_id), takers.get(&about.order_id)) {
            write_one(mails, ctx, details, (event, &about, phone)).await?;
        }
    }
    Ok(())
}

/// The events that one of these kinds is sent about.
pub(crate) fn asked<'e>(
    events: &'e [StoredEvent],
    kinds: &[TextKind],
) -> Result<Vec<(&'e StoredEvent, About)>, Failure> {
    let mut asked = Vec::new();
    for event in events {
        let about = about(event)?.filter(|about| kinds.contains(&about.kind));
        asked.extend(about.map(|about| (event, about)));
    }
    Ok(asked)
}

/// How long after an event what is sent about it may be read: a parcel "comes today" only while it is still day.
pub(crate) fn lasts(kind: TextKind) -> TimeDelta {
    match kind {
        TextKind::OutForDelivery => TimeDelta::hours(6),
        TextKind::OrderConfirmed | TextKind::Shipped | TextKind::Delivered | TextKind::Refunded => TimeDelta::hours(24),
    }
}

async fn write_one(
    mails: &Mails,
    ctx: &mut Ctx,
    details: &OrderDetails,
    (event, about, phone): (&StoredEvent, &About, &PhoneNumber),
) -> Result<(), Failure> {
    let (kind, locale) = (about.kind, details.order.locale);
    let facts = facts(mails, ctx, (details, about), locale);
    let until = event.occurred_at + lasts(kind);
    let own = store::words::find(ctx, Channel::Text, kind, locale).await?;
    let words = own.unwrap_or_else(|| mails.renderer().words(Channel::Text, kind, locale));
    // A text that cannot be sent stands in the log with its reason; the mail beside it goes all the same.
    let (body, refused) = match whole(kind, &words, &facts) {
        Ok(body) => (body, unwanted(ctx, phone, until).await?),
        Err(error) => (words, Some(unsent(&error))),
    };
    let id = ctx.new_id::<MessageId>();
    let is_refused = refused.is_some();
    let new = NewText {
        id,
        kind,
        event_id: event.id,
        phone,
        locale,
        body: &body,
        segments: i32::try_from(TextLength::of(&body).segments.max(1)).unwrap_or(i32::MAX),
        order_id: Some(about.order_id),
        asked_by: None,
        refused,
    };
    if store::texts::insert_text(ctx, new).await? && !is_refused {
        ctx.enqueue(SendText::job(id, until)?).await?;
    }
    Ok(())
}

/// Why a number is not texted: what there is to say is old, or it got enough today, because whoever orders with the number of
/// somebody else must not bury them.
async fn unwanted(ctx: &mut Ctx, phone: &PhoneNumber, until: Time) -> Result<Option<String>, Error> {
    if ctx.now() > until {
        return Ok(Some(Unsent::Late.as_str().to_owned()));
    }
    let since = ctx.now() - TimeDelta::days(1);
    let written = store::texts::count_since(ctx, phone, since).await?;
    Ok((written >= MOST_A_DAY).then(|| Unsent::TooMany.as_str().to_owned()))
}

/// What the log says of words that make no text.
fn unsent(error: &FieldError) -> String {
    match error.code {
        TOO_LONG => Unsent::TooLong.as_str().to_owned(),
        _ => Unsent::NoText.because(&error.message),
    }
}

/// The text of words and facts, if it is short enough to be sent.
pub(super) fn whole(kind: TextKind, words: &str, facts: &TextFacts) -> Result<String, FieldError> {
    // A space that keeps a sum on one line is no letter of telephones, and would make the whole text cost more than twice.
    let text = filled(kind, words, facts)?.replace(['\u{a0}', '\u{202f}'], " ");
    if text.chars().count() > LONGEST {
        let message = format!("make a text of more than {LONGEST} characters");
        return Err(FieldError::new("words", TOO_LONG, message));
    }
    Ok(text)
}

/// What words make of facts, if that is anything.
pub(crate) fn filled(kind: TextKind, words: &str, facts: &TextFacts) -> Result<String, FieldError> {
    let text = kind.fill(words, facts);
    let text = text.map_err(|mistake| FieldError::new("words", "unknown_fact", mistake.to_string()))?;
    if text.trim().is_empty() {
        return Err(FieldError::new("words", "blank_text", "make a text without a word"));
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

/// What is so now, in a language.
pub(crate) fn facts(mails: &Mails, ctx: &Ctx, (details, about): (&OrderDetails, &About), locale: Locale) -> TextFacts {
    let order = &details.order;
    let link = mails.link(ctx.store(), &mails.order_path(order.id));
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
        amount: refund.map_or(order.total, |refund| refund.amount).format(locale),
    }
}
