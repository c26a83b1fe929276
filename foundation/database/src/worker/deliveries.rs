//! Hands events to consumers.

use std::collections::HashSet;

use kernel::EventId;
use tracing::Instrument as _;

use super::{Failure, Known, LEASE, Registry, Subscription, after_failure, label, subscriptions};
use crate::{Error, Scope, Work, outbox::StoredEvent};

const MAX_ATTEMPTS: i32 = 10;

const DISPATCH: &str = "WITH new_events AS ( \
       SELECT store_id, id, kind FROM platform.outbox WHERE dispatched_at IS NULL ORDER BY position LIMIT 1000 FOR UPDATE SKIP LOCKED \
     ), queued AS ( \
       INSERT INTO platform.deliveries (store_id, event_id, consumer, state, run_at) \
       SELECT e.store_id, e.id, s.consumer, 'queued', $3 FROM new_events e JOIN ( \
         SELECT kind, consumer FROM unnest($1::text[], $2::text[]) AS own (kind, consumer) \
         UNION SELECT event, consumer FROM platform.subscriptions WHERE known_at > $4 \
       ) AS s ON s.kind = e.kind \
       ON CONFLICT ON CONSTRAINT deliveries_pk DO NOTHING \
     ) UPDATE platform.outbox o SET dispatched_at = $3 FROM new_events e WHERE o.store_id = e.store_id AND o.id = e.id";
/// Only what this worker knows, as `consumer kind`: the rest is for a worker of another version.
const DUE: &str = "UPDATE platform.deliveries d SET leased_until = $2, attempts = attempts + 1 FROM ( \
       SELECT store_id, event_id, consumer FROM platform.deliveries w \
       WHERE state = 'queued' AND run_at <= $1 AND (leased_until IS NULL OR leased_until < $1) \
         AND w.consumer || ' ' || (SELECT e.kind FROM platform.outbox e WHERE e.store_id = w.store_id AND e.id = w.event_id) = ANY ($3::text[]) \
       ORDER BY run_at, event_id LIMIT 200 FOR UPDATE SKIP LOCKED \
     ) AS due, platform.outbox o \
     WHERE d.store_id = due.store_id AND d.event_id = due.event_id AND d.consumer = due.consumer \
       AND o.store_id = d.store_id AND o.id = d.event_id \
     RETURNING d.consumer, d.attempts, o.store_id, o.id, o.kind, o.version, o.aggregate_id, o.aggregate_sequence, o.payload, o.occurred_at";
/// Marks what still waits as done. Another worker that has them too, because a lease ran out, waits for the end of this
/// transaction and then finds nothing to do.
const TAKE: &str = "WITH waiting AS ( \
       SELECT event_id FROM platform.deliveries \
       WHERE store_id = $1 AND consumer = $2 AND event_id = ANY ($3::uuid[]) AND state = 'queued' ORDER BY event_id FOR UPDATE \
     ) UPDATE platform.deliveries d SET state = 'done', leased_until = NULL, last_error = NULL FROM waiting w \
     WHERE d.store_id = $1 AND d.consumer = $2 AND d.event_id = w.event_id RETURNING d.event_id";
const NOT_DELIVERED: &str = "UPDATE platform.deliveries SET state = $4, run_at = $5, last_error = $6, leased_until = NULL \
     WHERE store_id = $1 AND event_id = $2 AND consumer = $3 AND state = 'queued'";

#[derive(sqlx::FromRow)]
struct Delivery {
    consumer: String,
    attempts: i32,
    #[sqlx(flatten)]
    event: StoredEvent,
}

/// Gives every new event one delivery for each consumer, of whatever version of the program.
pub(super) async fn dispatch(known: &Known<'_>) -> Result<(), Error> {
    let (kinds, consumers) = subscriptions::columns(known.registry);
    let now = known.database.now();
    sqlx::query(DISPATCH)
        .bind(kinds)
        .bind(consumers)
        .bind(now)
        .bind(now - subscriptions::KNOWN_FOR)
        .execute(known.database.pool())
        .await?;
    Ok(())
}

/// Runs what is due, and says how much it was.
pub(super) async fn run(known: &Known<'_>) -> Result<usize, Error> {
    let now = known.database.now();
    let mut due: Vec<Delivery> = sqlx::query_as(DUE)
        .bind(now)
        .bind(now + LEASE)
        .bind(pairs(known.registry))
        .fetch_all(known.database.pool())
        .await?;
    let count = due.len();
    due.sort_by_key(|it| (it.event.occurred_at, it.event.aggregate_sequence, it.event.id));
    for group in grouped(known, due) {
        let mut outcome = attempt(known, &group).await;
        if let (Err(failure), [_, _, ..]) = (&outcome, group.as_slice()) {
            tracing::info!(%failure, events = group.len(), "events that failed together are tried one by one");
        } else {
            settle(known, group, &outcome).await?;
            continue;
        }
        for delivery in group {
            let alone = vec![delivery];
            outcome = attempt(known, &alone).await;
            settle(known, alone, &outcome).await?;
        }
    }
    Ok(count)
}

/// Every consumer with each event that it hears, as [`DUE`] asks for them.
fn pairs(registry: &Registry) -> Vec<String> {
    let subscriptions = registry.subscriptions.iter();
    subscriptions
        .map(|it| format!("{} {}", it.consumer, it.event))
        .collect()
}

/// Puts together what one transaction may take: the same consumer's events of one store and kind that follow each other.
fn grouped(known: &Known<'_>, due: Vec<Delivery>) -> Vec<Vec<Delivery>> {
    let mut groups: Vec<Vec<Delivery>> = Vec::new();
    for delivery in due {
        let event = &delivery.event;
        let at_once = match known.subscription(&delivery.consumer, &event.kind) {
            // What has failed before goes alone.
            Some(found) if delivery.attempts == 1 => found.reaction.at_once(&event.kind),
            Some(_) | None => 1,
        };
        // Only the consumer's newest group: nothing overtakes what happened before it.
        let newest = groups.iter_mut().rev().find(|group| {
            let of = group.first();
            of.is_some_and(|first| first.consumer == delivery.consumer && first.event.store_id == event.store_id)
        });
        match newest {
            Some(group)
                if group.len() < at_once && group.iter().all(|it| it.attempts == 1 && it.event.kind == event.kind) =>
            {
                group.push(delivery);
            }
            _ => groups.push(vec![delivery]),
        }
    }
    groups
}

async fn attempt(known: &Known<'_>, group: &[Delivery]) -> Result<(), Failure> {
    let Some(first) = group.first() else { return Ok(()) };
    let span = tracing::info_span!(
        "trace",
        otel.name = first.consumer,
        otel.kind = "consumer",
        souk.event = first.event.kind,
        souk.events = group.len(),
        souk.store = known.stores.get(&first.event.store_id).map(|store| store.slug.as_str()),
    );
    let subscription = known
        .subscription(&first.consumer, &first.event.kind)
        .ok_or_else(|| Failure::Fail(format!("no consumer {} for {}", first.consumer, first.event.kind)))?;
    deliver(known, subscription, group).instrument(span).await
}

async fn deliver(known: &Known<'_>, subscription: &Subscription, group: &[Delivery]) -> Result<(), Failure> {
    let Some(first) = group.first() else { return Ok(()) };
    let store = known.store(first.event.store_id)?;
    let mut ctx = Work::new(known.database.clone(), Scope::system(store)).write();
    let ids: Vec<EventId> = group.iter().map(|it| it.event.id).collect();
    let taken: Vec<EventId> = sqlx::query_scalar(TAKE)
        .bind(first.event.store_id)
        .bind(&first.consumer)
        .bind(ids)
        .fetch_all(ctx.sql().await?)
        .await
        .map_err(Error::from)?;
    let taken: HashSet<EventId> = taken.into_iter().collect();
    let events: Vec<StoredEvent> = group
        .iter()
        .filter(|it| taken.contains(&it.event.id))
        .map(|it| it.event.clone())
        .collect();
    subscription.reaction.react_all(&mut ctx, &events).await?;
    Ok(ctx.commit().await?)
}

/// Counts what became of them. What failed is written down, to be tried again or parked.
async fn settle(known: &Known<'_>, group: Vec<Delivery>, outcome: &Result<(), Failure>) -> Result<(), Error> {
    for Delivery {
        consumer,
        attempts,
        event,
    } in group
    {
        let mut became = "done";
        if let Err(failure) = outcome {
            tracing::warn!(consumer, event = %event.id, %failure, "a reaction failed");
            let now = known.database.now();
            let (state, run_at) = after_failure(failure, attempts, MAX_ATTEMPTS, now);
            became = label(state);
            sqlx::query(NOT_DELIVERED)
                .bind(event.store_id)
                .bind(event.id)
                .bind(&consumer)
                .bind(state)
                .bind(run_at)
                .bind(failure.to_string())
                .execute(known.database.pool())
                .await?;
        }
        metrics::counter!("deliveries_total", "consumer" => consumer, "outcome" => became).increment(1);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::{
        collections::HashMap,
        sync::{Arc, Mutex},
    };

    use async_trait::async_trait;
    use chrono::TimeDelta;
    use kernel::StoreId;
    use serde::{Deserialize, Serialize};
    use uuid::Uuid;

    use super::*;
    use crate::{
        Ctx, Event,
        jobs::{NewJob, list_parked},
        testing::TestDatabase,
        worker::{Reaction, drain, note},
    };

    #[derive(Serialize, Deserialize)]
    struct Said(String);

    impl Event for Said {
        const KIND: &'static str = "test.said";

        fn aggregate(&self) -> Uuid {
            Uuid::nil()
        }
    }

    /// Notes what it was given, queues a job for each word, and stumbles over one of them.
    #[derive(Default)]
    struct Listener(Mutex<Vec<Vec<String>>>);

    #[async_trait]
    impl Reaction for Listener {
        async fn react(&self, ctx: &mut Ctx, event: &StoredEvent) -> Result<(), Failure> {
            let Said(word) = event.read()?;
            let tomorrow = ctx.now() + TimeDelta::days(1);
            ctx.enqueue(NewJob::new("test.heard", &word)?.at(tomorrow)).await?;
            match word.as_str() {
                "boo" => Err(Failure::Fail("boo".to_owned())),
                _ => Ok(()),
            }
        }

        fn at_once(&self, _event: &str) -> usize {
            3
        }

        async fn react_all(&self, ctx: &mut Ctx, events: &[StoredEvent]) -> Result<(), Failure> {
            let words = events.iter().map(|event| Ok(event.read::<Said>()?.0));
            self.0.lock().unwrap().push(words.collect::<Result<_, Error>>()?);
            for event in events {
                self.react(ctx, event).await?;
            }
            Ok(())
        }
    }

    fn registry(listener: &Arc<Listener>) -> Registry {
        let subscription = Subscription {
            event: Said::KIND,
            consumer: "test::listen",
            reaction: Arc::<Listener>::clone(listener),
        };
        Registry {
            subscriptions: vec![subscription],
            handlers: HashMap::new(),
        }
    }

    async fn say(db: &TestDatabase, words: &[&str]) {
        let mut ctx = db.work().write();
        for word in words {
            ctx.publish(&Said((*word).to_owned())).await.unwrap();
        }
        ctx.commit().await.unwrap();
    }

    /// What the jobs hold that committed reactions left.
    async fn heard(db: &TestDatabase) -> Vec<String> {
        let mut ctx = db.work().read();
        let sql = sqlx::query_scalar("SELECT payload #>> '{}' FROM platform.jobs WHERE kind = 'test.heard' ORDER BY 1");
        sql.fetch_all(ctx.sql().await.unwrap()).await.unwrap()
    }

    #[tokio::test]
    async fn events_that_wait_share_a_transaction_in_the_order_they_happened() {
        let (db, listener) = (TestDatabase::new().await, Arc::new(Listener::default()));
        say(&db, &["a", "b", "c", "d"]).await;
        drain(db.database(), &registry(&listener)).await.unwrap();
        let told = listener.0.lock().unwrap().clone();
        assert_eq!(told, [vec!["a", "b", "c"], vec!["d"]]);
        assert_eq!(heard(&db).await, ["a", "b", "c", "d"]);
    }

    #[tokio::test]
    async fn one_that_fails_leaves_the_others_in_peace() {
        let (db, listener) = (TestDatabase::new().await, Arc::new(Listener::default()));
        say(&db, &["a", "boo", "c"]).await;
        drain(db.database(), &registry(&listener)).await.unwrap();
        let told = listener.0.lock().unwrap().clone();
        assert_eq!(told, [vec!["a", "boo", "c"], vec!["a"], vec!["boo"], vec!["c"]]);
        // What the first attempt and the one that failed left went with them.
        assert_eq!(heard(&db).await, ["a", "c"]);
        let parked = list_parked(&mut db.work().read()).await.unwrap();
        assert_eq!(parked.len(), 1);
        assert_eq!(parked[0].last_error.as_deref(), Some("boo"));
    }

    #[tokio::test]
    async fn what_a_worker_of_another_version_is_to_hear_is_left_for_it() {
        let (db, listener) = (TestDatabase::new().await, Arc::new(Listener::default()));
        let newer = registry(&listener);
        note(db.database(), &newer).await.unwrap();
        say(&db, &["a"]).await;
        // The older one knows neither that consumer nor that it hears of the event; it hands it on all the same.
        let mut other_event = registry(&listener);
        other_event.subscriptions[0].event = "test.whispered";
        for older in [Registry::default(), other_event] {
            drain(db.database(), &older).await.unwrap();
            assert_eq!(heard(&db).await, Vec::<String>::new());
            assert!(list_parked(&mut db.work().read()).await.unwrap().is_empty());
        }
        db.clock().advance(TimeDelta::minutes(61));
        let overdue = list_parked(&mut db.work().read()).await.unwrap();
        assert_eq!(overdue.len(), 1);
        assert_eq!(
            (overdue[0].kind.as_str(), overdue[0].overdue),
            ("test.said → test::listen", true)
        );
        drain(db.database(), &newer).await.unwrap();
        assert_eq!(heard(&db).await, ["a"]);
        assert!(list_parked(&mut db.work().read()).await.unwrap().is_empty());
        // A consumer that nobody has noted for long is no more.
        say(&db, &["b"]).await;
        drain(db.database(), &Registry::default()).await.unwrap();
        drain(db.database(), &newer).await.unwrap();
        assert_eq!(heard(&db).await, ["a"]);
    }

    #[tokio::test]
    async fn what_another_worker_has_done_meanwhile_is_not_done_again() {
        let (db, listener) = (TestDatabase::new().await, Arc::new(Listener::default()));
        say(&db, &["a"]).await;
        let registry = registry(&listener);
        let stores: HashMap<StoreId, _> = HashMap::from([(db.store().id, Arc::clone(db.store()))]);
        let known = Known {
            database: db.database(),
            registry: &registry,
            stores,
        };
        dispatch(&known).await.unwrap();
        let lease_that_ran_out = db.database().now() + LEASE;
        let due = sqlx::query_as(DUE)
            .bind(db.database().now())
            .bind(lease_that_ran_out)
            .bind(pairs(&registry))
            .fetch_all(db.database().pool());
        let slow: Vec<Delivery> = due.await.unwrap();
        attempt(&known, &slow).await.unwrap();
        attempt(&known, &slow).await.unwrap();
        assert_eq!(heard(&db).await, ["a"]);
    }
}
