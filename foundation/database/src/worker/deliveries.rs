//! Hands events again to consumers that failed at them.

use std::collections::HashSet;

use kernel::EventId;
use tracing::Instrument as _;

use super::{
    Failure, Known, LEASE, Registry, after_failure, label,
    news::{begin, count, span},
};
use crate::{Error, outbox::StoredEvent};

/// How often an event is tried with a consumer, the first time included.
pub(super) const MAX_ATTEMPTS: i32 = 10;

/// Only what this worker knows, as `consumer kind`: the rest is for a worker of another version.
pub(super) const DUE: &str = "UPDATE platform.deliveries d SET leased_until = $2, attempts = attempts + 1 FROM ( \
       SELECT store_id, event_id, consumer FROM platform.deliveries w \
       WHERE state = 'queued' AND run_at <= $1 AND (leased_until IS NULL OR leased_until < $1) \
         AND w.consumer || ' ' || (SELECT e.kind FROM platform.outbox e WHERE e.store_id = w.store_id AND e.id = w.event_id) = ANY ($3::text[]) \
       ORDER BY run_at, event_id LIMIT 200 FOR UPDATE SKIP LOCKED \
     ) AS due, platform.outbox o \
     WHERE d.store_id = due.store_id AND d.event_id = due.event_id AND d.consumer = due.consumer \
       AND o.store_id = d.store_id AND o.id = d.event_id \
     RETURNING d.consumer, d.attempts, o.store_id, o.id, o.kind, o.version, o.aggregate_id, o.aggregate_sequence, o.payload, o.occurred_at";
/// Takes away what still waits. Another worker that has them too, because a lease ran out, waits for the end of this
/// transaction and then finds nothing to do.
pub(super) const TAKE: &str = "WITH waiting AS ( \
       SELECT event_id FROM platform.deliveries \
       WHERE store_id = $1 AND consumer = $2 AND event_id = ANY ($3::uuid[]) AND state = 'queued' ORDER BY event_id FOR UPDATE \
     ) DELETE FROM platform.deliveries d USING waiting w \
     WHERE d.store_id = $1 AND d.consumer = $2 AND d.event_id = w.event_id RETURNING d.event_id";
pub(super) const NOT_DELIVERED: &str = "UPDATE platform.deliveries SET state = $4, run_at = $5, last_error = $6, leased_until = NULL \
     WHERE store_id = $1 AND event_id = $2 AND consumer = $3 AND state = 'queued'";

#[derive(sqlx::FromRow)]
struct Delivery {
    consumer: String,
    attempts: i32,
    #[sqlx(flatten)]
    event: StoredEvent,
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
    let found = due.len();
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
    Ok(found)
}

/// Every consumer with each event that it hears, as [`DUE`] asks for them.
pub(super) fn pairs(registry: &Registry) -> Vec<String> {
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
    let span = span(known, &first.consumer, &first.event, group.len());
    deliver(known, first, group).instrument(span).await
}

async fn deliver(known: &Known<'_>, first: &Delivery, group: &[Delivery]) -> Result<(), Failure> {
    let (subscription, mut ctx) = begin(known, &first.consumer, &first.event)?;
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
        count(&consumer, became, 1);
    }
    Ok(())
}
