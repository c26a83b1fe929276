//! Tells consumers what they have not heard of yet, in the order of the outbox.

use std::collections::{BTreeMap, BTreeSet};

use tracing::{Instrument as _, Span};

use super::{
    Failure, Known, Subscription, after_failure,
    consumers::{Mark, Marks, Place, PutOff, marks},
    deliveries::MAX_ATTEMPTS,
    label,
    snapshot::Snapshot,
};
use crate::{Ctx, Error, Scope, Work, outbox::StoredEvent};

/// How many events one look takes.
const MOST: i64 = 500;
/// After how much that was told more may wait.
pub(super) const FULL: usize = 200;

macro_rules! look {
    ($of_consumer:literal, $of_outbox:literal) => {
        concat!(
            "SELECT o.store_id, o.id, o.kind, o.version, o.aggregate_id, o.aggregate_sequence, o.payload, o.occurred_at, \
               o.transaction_id::text AS transaction_id, o.position, w.consumers, pg_current_snapshot()::text AS now \
             FROM platform.outbox o CROSS JOIN LATERAL ( \
               SELECT array_agg(c.name) AS consumers FROM platform.consumers c WHERE c.name = ANY ($1) AND o.kind = ANY (c.kinds) AND ",
            $of_consumer,
            ") AS w WHERE ",
            $of_outbox,
            " AND w.consumers IS NOT NULL ORDER BY o.transaction_id, o.position LIMIT $3"
        )
    };
}

/// The events that some of these consumers have not heard, with their names, once none of them stopped within a transaction.
/// Before the given one they have heard everything.
pub(super) const LOOK: &str = look!(
    "NOT pg_visible_in_snapshot(o.transaction_id, c.heard)",
    "o.transaction_id >= $2::text::xid8"
);
/// The rest of the transactions within which some of them stopped.
pub(super) const LOOK_AT_REST: &str = look!(
    "o.transaction_id = c.transaction_id AND o.position > c.position",
    "o.transaction_id = ANY ($2::text[]::xid8[])"
);

#[derive(sqlx::FromRow)]
struct NewsRow {
    #[sqlx(flatten)]
    event: StoredEvent,
    transaction_id: String,
    position: i64,
    consumers: Vec<String>,
    now: String,
}

/// An event, and where it stands.
#[derive(Debug, Clone)]
struct News {
    event: StoredEvent,
    place: Place,
    /// Whether its transaction has no more for the consumer.
    is_end: bool,
}

/// What there is to tell.
#[derive(Debug)]
pub(super) struct Look {
    marks: Marks,
    /// By consumer, in the order of the outbox.
    news: BTreeMap<String, Vec<News>>,
    /// What could be seen; `None` when only the rest of transactions was looked for.
    now: Option<Snapshot>,
    /// Whether that is everything.
    is_all: bool,
    /// Whether each transaction is there to its end.
    is_whole: bool,
}

/// Tells everybody what is new, and says how much it was.
pub(super) async fn run(known: &Known<'_>) -> Result<usize, Error> {
    let mut count: usize = 0;
    for look in look(known).await? {
        if look.is_all {
            let told: BTreeSet<String> = look.news.keys().cloned().collect();
            count = count.saturating_add(look.marks.catch_up(known, &told).await?);
        }
        count = count.saturating_add(tell(known, look).await?);
    }
    Ok(count)
}

/// Looks what the consumers have yet to hear.
pub(super) async fn look(known: &Known<'_>) -> Result<Vec<Look>, Error> {
    let mut looks = Vec::new();
    for marks in marks(known).await?.apart() {
        looks.push(look_for(known, marks).await?);
    }
    Ok(looks)
}

async fn look_for(known: &Known<'_>, marks: Marks) -> Result<Look, Error> {
    let halves: Vec<String> = marks.halves().iter().map(u64::to_string).collect();
    let names: Vec<String> = marks.of.keys().cloned().collect();
    let query = match marks.lowest() {
        Some(lowest) if halves.is_empty() => sqlx::query_as(LOOK).bind(names).bind(lowest.to_string()),
        _ => sqlx::query_as(LOOK_AT_REST).bind(names).bind(&halves),
    };
    let mut rows: Vec<NewsRow> = query.bind(MOST).fetch_all(known.database.pool()).await?;
    let is_all = i64::try_from(rows.len()).is_ok_and(|found| found < MOST);
    let is_whole = is_all || forget_last(&mut rows);
    let now = rows.first().filter(|_| halves.is_empty());
    let mut look = Look {
        now: now.map(|row| Snapshot::parse(&row.now)).transpose()?,
        news: BTreeMap::new(),
        marks,
        is_all,
        is_whole,
    };
    for row in rows {
        let news = News {
            place: Place::parse(&row.transaction_id, row.position)?,
            event: row.event,
            is_end: false,
        };
        for consumer in row.consumers {
            look.news.entry(consumer).or_default().push(news.clone());
        }
    }
    Ok(look)
}

/// Leaves the last transaction, of which there may be more, to the next look. `false`: there is no other.
fn forget_last(rows: &mut Vec<NewsRow>) -> bool {
    let Some(last) = rows.last().map(|row| row.transaction_id.clone()) else {
        return true;
    };
    let has_others = rows.first().is_some_and(|first| first.transaction_id != last);
    if has_others {
        rows.retain(|row| row.transaction_id != last);
    }
    has_others
}

/// Tells what was found, and says how much it was: what another worker told since is left out.
pub(super) async fn tell(known: &Known<'_>, look: Look) -> Result<usize, Error> {
    let mut count: usize = 0;
    for (consumer, news) in look.news {
        let Some(mark) = look.marks.of.get(&consumer) else {
            continue;
        };
        let mut teller = Teller {
            known,
            now: look.now.as_ref(),
            mark: mark.clone(),
        };
        for group in grouped(known, &consumer, with_ends(news, look.is_whole)) {
            let length = group.len();
            if !teller.tell(&group).await? {
                break;
            }
            count = count.saturating_add(length);
        }
    }
    Ok(count)
}

/// Notes which events are the last of their transactions for their consumer.
fn with_ends(mut news: Vec<News>, is_whole: bool) -> Vec<News> {
    let next = news.iter().skip(1).map(|one| Some(one.place.transaction));
    let next: Vec<Option<u64>> = next.chain([None]).collect();
    for (one, next) in news.iter_mut().zip(next) {
        one.is_end = next.map_or(is_whole, |next| next != one.place.transaction);
    }
    news
}

/// Puts together what one transaction may take: events of one store and kind that follow each other.
fn grouped(known: &Known<'_>, consumer: &str, news: Vec<News>) -> Vec<Vec<News>> {
    let mut groups: Vec<Vec<News>> = Vec::new();
    for one in news {
        let subscription = known.subscription(consumer, &one.event.kind);
        let at_once = subscription.map_or(1, |found| found.reaction.at_once(&one.event.kind));
        let fits = |group: &&mut Vec<News>| {
            let first = group.first().map(|first| (first.event.store_id, &first.event.kind));
            group.len() < at_once && first == Some((one.event.store_id, &one.event.kind))
        };
        match groups.last_mut().filter(fits) {
            Some(group) => group.push(one),
            None => groups.push(vec![one]),
        }
    }
    groups
}

/// Tells one consumer, from where it is.
struct Teller<'a> {
    known: &'a Known<'a>,
    now: Option<&'a Snapshot>,
    mark: Mark,
}

impl Teller<'_> {
    /// Tells events together, or, when they fail together, one by one. `false`: another worker tells them.
    async fn tell(&mut self, group: &[News]) -> Result<bool, Error> {
        let outcome = self.attempt(group).await;
        match (&outcome, group) {
            (Err(failure), [_, _, ..]) => {
                tracing::info!(%failure, events = group.len(), "events that failed together are tried one by one");
            }
            _ => return self.settle(group, outcome).await,
        }
        for alone in group.chunks(1) {
            let outcome = self.attempt(alone).await;
            if !self.settle(alone, outcome).await? {
                return Ok(false);
            }
        }
        Ok(true)
    }

    async fn attempt(&self, group: &[News]) -> Result<bool, Failure> {
        let (Some(first), Some(last)) = (group.first(), group.last()) else {
            return Ok(true);
        };
        let span = span(self.known, &self.mark.consumer, &first.event, group.len());
        let events: Vec<StoredEvent> = group.iter().map(|one| one.event.clone()).collect();
        let to = self.mark.at(last.place, last.is_end, self.now);
        self.react(&events, &first.event, &to).instrument(span).await
    }

    /// Lets it react, in the transaction of its step. A transaction that fails has ended before somebody steps past it.
    async fn react(&self, events: &[StoredEvent], first: &StoredEvent, to: &Mark) -> Result<bool, Failure> {
        let (subscription, mut ctx) = begin(self.known, &self.mark.consumer, first)?;
        let reacted = match self.mark.step(&mut ctx, to).await {
            Ok(true) => subscription.reaction.react_all(&mut ctx, events).await.map(|()| true),
            other => other.map_err(Failure::from),
        };
        if matches!(reacted, Ok(true)) {
            ctx.commit().await?;
        } else {
            ctx.rollback().await;
        }
        reacted
    }

    /// Counts what became of them, and goes on from there. What failed goes on as a delivery, to be tried again or parked.
    async fn settle(&mut self, group: &[News], outcome: Result<bool, Failure>) -> Result<bool, Error> {
        let Some(last) = group.last() else { return Ok(true) };
        let to = self.mark.at(last.place, last.is_end, self.now);
        let mut became = "done";
        let is_ours = match outcome {
            Ok(is_ours) => is_ours,
            Err(failure) => {
                let (event, consumer) = (&last.event, &self.mark.consumer);
                tracing::warn!(consumer, event = %event.id, %failure, "a reaction failed");
                let (state, run_at) = after_failure(&failure, 1, MAX_ATTEMPTS, self.known.database.now());
                became = label(state);
                let error = failure.to_string();
                let put_off = PutOff {
                    state,
                    run_at,
                    error: &error,
                };
                self.mark.step_past(self.known, &to, event, &put_off).await?
            }
        };
        if is_ours {
            count(&self.mark.consumer, became, group.len());
            self.mark = to;
        }
        Ok(is_ours)
    }
}

/// The reaction, and the transaction for it. While two versions of the program work side by side, one may know consumers of an
/// event that the other does not: they wait for a worker that does.
pub(super) fn begin<'a>(
    known: &'a Known<'_>,
    consumer: &str,
    event: &StoredEvent,
) -> Result<(&'a Subscription, Ctx), Failure> {
    let subscription = known
        .subscription(consumer, &event.kind)
        .ok_or_else(|| Failure::Retry(format!("this version knows no consumer {consumer} for {}", event.kind)))?;
    let store = known.store(event.store_id)?;
    let work = Work::new(known.database.clone(), Scope::system(store));
    Ok((subscription, work.write()))
}

/// What a trace tells of a reaction.
pub(super) fn span(known: &Known<'_>, consumer: &str, event: &StoredEvent, events: usize) -> Span {
    tracing::info_span!(
        "trace",
        otel.name = consumer,
        otel.kind = "consumer",
        souk.event = event.kind,
        souk.events = events,
        souk.store = known.stores.get(&event.store_id).map(|store| store.slug.as_str()),
    )
}

/// Counts events that a consumer has heard, or not.
pub(super) fn count(consumer: &str, became: &'static str, events: usize) {
    let number = u64::try_from(events).unwrap_or(u64::MAX);
    metrics::counter!("deliveries_total", "consumer" => consumer.to_owned(), "outcome" => became).increment(number);
}
