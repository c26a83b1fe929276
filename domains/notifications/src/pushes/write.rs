//! From an event to stored pushes.

use std::collections::{HashMap, hash_map::Entry};

use database::{Ctx, outbox::StoredEvent, worker::Failure};
use kernel::{FieldError, Locale, MessageId, OrderId};
use orders::OrderDetails;

use super::{Notice, PushSubscription, PushesAbout, SendPush, subscriptions::find_takers};
use crate::{
    Channel, Mails, TextKind, Unsent,
    store::{self, pushes::NewPush},
    texts::{About, TOO_LONG, asked, facts, lasts},
};

/// The words of each kind and language, looked up once.
type Words = HashMap<(TextKind, Locale), String>;

/// Writes the pushes that events ask for, when the store sends such and some browser wants them.
pub(crate) async fn write(mails: &Mails, ctx: &mut Ctx, events: &[StoredEvent]) -> Result<(), Failure> {
    let kept = store::pushes::find_settings(ctx).await?;
    let Some(kept) = kept.filter(|kept| kept.settings.active) else {
        return Ok(());
    };
    let asked = asked(events, &kept.settings.kinds)?;
    let ids: Vec<OrderId> = asked.iter().map(|(_, about)| about.order_id).collect();
    if ids.is_empty() {
        return Ok(());
    }
    let found = orders::get_all(ctx, &ids).await?;
    let about: Vec<_> = found
        .values()
        .map(|details| (details.order.id, PushesAbout::of(&details.order)))
        .collect();
    let takers = find_takers(ctx, &about).await?;
    let mut words = Words::new();
    for (event, about) in asked {
        let Some(details) = found.get(&about.order_id) else {
            continue;
        };
        for taker in takers.get(&about.order_id).into_iter().flatten() {
            write_one(mails, ctx, (event, &about), (details, taker, &mut words)).await?;
        }
    }
    Ok(())
}

async fn write_one(
    mails: &Mails,
    ctx: &mut Ctx,
    (event, about): (&StoredEvent, &About),
    (details, taker, words): (&OrderDetails, &PushSubscription, &mut Words),
) -> Result<(), Failure> {
    let (kind, locale) = (about.kind, taker.locale);
    let until = event.occurred_at + lasts(kind);
    let words = match words.entry((kind, locale)) {
        Entry::Occupied(known) => known.into_mut(),
        Entry::Vacant(unknown) => {
            let own = store::words::find(ctx, Channel::Push, kind, locale).await?;
            unknown.insert(own.unwrap_or_else(|| mails.renderer().words(Channel::Push, kind, locale)))
        }
    };
    let facts = facts(mails, ctx, (details, about), locale);
    // A push that cannot be sent stands in the log with its reason; the mail and the text beside it go all the same.
    let (notice, refused) = match Notice::of(kind, words, &facts) {
        Ok(notice) => (notice, (ctx.now() > until).then(|| Unsent::Late.as_str().to_owned())),
        Err(error) => {
            let unfilled = Notice {
                title: String::new(),
                body: words.clone(),
            };
            (unfilled, Some(unsent(&error)))
        }
    };
    let id = ctx.new_id::<MessageId>();
    let is_refused = refused.is_some();
    let new = NewPush {
        id,
        kind,
        event_id: event.id,
        taker,
        notice: &notice,
        order: &details.order,
        refused,
    };
    if store::pushes::insert_push(ctx, new).await? && !is_refused {
        ctx.enqueue(SendPush::job(id, until)?).await?;
    }
    Ok(())
}

/// What the log says of words that make no push.
fn unsent(error: &FieldError) -> String {
    match error.code {
        TOO_LONG => Unsent::TooLong.as_str().to_owned(),
        _ => Unsent::NoText.because(&error.message),
    }
}
