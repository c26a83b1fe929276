//! The worker: hands events to consumers and runs jobs.
//!
//! A round has three steps: give every new event one delivery per consumer; run due deliveries, each in a transaction
//! together with the mark that it ran; run due jobs, which may call the network and so hold only a lease. The worker
//! wakes on NOTIFY, which follows a commit that left something, and, in case one is lost, by a timer.

use std::{
    collections::HashMap,
    sync::Arc,
    time::{Duration, Instant},
};

use async_trait::async_trait;
use chrono::TimeDelta;
use kernel::{Store, StoreId, Time};
use sqlx::postgres::PgListener;
use tokio_util::sync::CancellationToken;
use tracing::Instrument as _;

use crate::{Ctx, Database, Error, Scope, Work, jobs::Job, outbox::StoredEvent};

/// Why a reaction or job did not succeed.
#[derive(Debug, thiserror::Error)]
pub enum Failure {
    /// It may succeed later.
    #[error("{0}")]
    Retry(String),
    /// It will not succeed, however often it is tried: park it.
    #[error("{0}")]
    Fail(String),
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        use std::error::Error as _;
        let cause = error.source().map(ToString::to_string).unwrap_or_default();
        Self::Retry(format!("{error}: {cause}"))
    }
}

/// Reacts to an event inside a transaction, which also marks the delivery as done: the effect happens exactly once.
#[async_trait]
pub trait Reaction: Send + Sync {
    /// Applies the event. No network here: queue a job for that.
    async fn react(&self, ctx: &mut Ctx, event: &StoredEvent) -> Result<(), Failure>;
}

/// Does a job; it may call the network and open several transactions, and may be run twice.
#[async_trait]
pub trait Handler: Send + Sync {
    /// Does it.
    async fn run(&self, work: &Work, job: &Job) -> Result<(), Failure>;
}

/// Who reacts to which event.
pub struct Subscription {
    /// The event's kind.
    pub event: &'static str,
    /// The consumer's name, such as `notifications::order_confirmation`.
    pub consumer: &'static str,
    /// What it does.
    pub reaction: Arc<dyn Reaction>,
}

/// Everything the worker knows how to do.
#[derive(Default)]
pub struct Registry {
    /// Reactions to events.
    pub subscriptions: Vec<Subscription>,
    /// Handlers of jobs, by kind.
    pub handlers: HashMap<&'static str, Arc<dyn Handler>>,
}

/// What one round did.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Round {
    /// Deliveries that were run.
    pub deliveries: usize,
    /// Jobs that were run.
    pub jobs: usize,
}

impl Round {
    /// Whether nothing was due.
    pub fn is_idle(self) -> bool {
        self == Self::default()
    }
}

const LEASE: TimeDelta = TimeDelta::seconds(120);
const MAX_DELIVERY_ATTEMPTS: i32 = 10;
const POLL: Duration = Duration::from_secs(5);

const DISPATCH: &str = "WITH new_events AS ( \
       SELECT store_id, id, kind FROM platform.outbox WHERE dispatched_at IS NULL ORDER BY position LIMIT 1000 FOR UPDATE SKIP LOCKED \
     ), queued AS ( \
       INSERT INTO platform.deliveries (store_id, event_id, consumer, state, run_at) \
       SELECT e.store_id, e.id, s.consumer, 'queued', $3 FROM new_events e JOIN unnest($1::text[], $2::text[]) AS s (kind, consumer) ON s.kind = e.kind \
       ON CONFLICT ON CONSTRAINT deliveries_pk DO NOTHING \
     ) UPDATE platform.outbox o SET dispatched_at = $3 FROM new_events e WHERE o.store_id = e.store_id AND o.id = e.id";
const DUE_DELIVERIES: &str = "UPDATE platform.deliveries d SET leased_until = $2, attempts = attempts + 1 FROM ( \
       SELECT store_id, event_id, consumer FROM platform.deliveries \
       WHERE state = 'queued' AND run_at <= $1 AND (leased_until IS NULL OR leased_until < $1) \
       ORDER BY run_at, event_id LIMIT 100 FOR UPDATE SKIP LOCKED \
     ) AS due, platform.outbox o \
     WHERE d.store_id = due.store_id AND d.event_id = due.event_id AND d.consumer = due.consumer \
       AND o.store_id = d.store_id AND o.id = d.event_id \
     RETURNING d.consumer, d.attempts, o.store_id, o.id, o.kind, o.version, o.aggregate_id, o.aggregate_sequence, o.payload, o.occurred_at";
const DELIVERED: &str = "UPDATE platform.deliveries SET state = 'done', leased_until = NULL, last_error = NULL \
     WHERE store_id = $1 AND event_id = $2 AND consumer = $3 AND state = 'queued'";
const NOT_DELIVERED: &str = "UPDATE platform.deliveries SET state = $4, run_at = $5, last_error = $6, leased_until = NULL \
     WHERE store_id = $1 AND event_id = $2 AND consumer = $3 AND state = 'queued'";
const DUE_JOBS: &str = "UPDATE platform.jobs j SET leased_until = $2, attempts = attempts + 1 FROM ( \
       SELECT store_id, id FROM platform.jobs \
       WHERE state = 'queued' AND run_at <= $1 AND (leased_until IS NULL OR leased_until < $1) \
       ORDER BY run_at, id LIMIT 20 FOR UPDATE SKIP LOCKED \
     ) AS due WHERE j.store_id = due.store_id AND j.id = due.id \
     RETURNING j.store_id, j.id, j.kind, j.payload, j.attempts, j.max_attempts";
const JOB_DONE: &str =
    "UPDATE platform.jobs SET state = 'done', leased_until = NULL, last_error = NULL WHERE store_id = $1 AND id = $2";
const JOB_NOT_DONE: &str = "UPDATE platform.jobs SET state = $3, run_at = $4, last_error = $5, leased_until = NULL WHERE store_id = $1 AND id = $2";
const DELETE_DONE_JOBS: &str = "DELETE FROM platform.jobs WHERE state = 'done' AND run_at < $1";

#[derive(sqlx::FromRow)]
struct DueDelivery {
    consumer: String,
    attempts: i32,
    #[sqlx(flatten)]
    event: StoredEvent,
}

/// Runs rounds until `stop` is cancelled.
pub async fn run(database: Database, registry: Arc<Registry>, stop: CancellationToken) {
    let mut listener = listen(&database).await;
    while !stop.is_cancelled() {
        match round(&database, &registry).await {
            Ok(done) if !done.is_idle() => continue,
            Ok(_) => {}
            Err(error) => tracing::warn!(%error, "a worker round failed and will be tried again"),
        }
        tokio::select! {
            () = stop.cancelled() => {}
            () = tokio::time::sleep(POLL) => {
                if listener.is_none() {
                    listener = listen(&database).await;
                }
            }
            woken = wait(&mut listener) => {
                if !woken {
                    listener = None;
                }
            }
        }
    }
}

/// One round: dispatch new events, run due deliveries, run due jobs.
pub async fn round(database: &Database, registry: &Registry) -> Result<Round, Error> {
    dispatch(database, registry).await?;
    let stores: HashMap<StoreId, Arc<Store>> = database
        .list_stores()
        .await?
        .into_iter()
        .map(|store| (store.id, store))
        .collect();
    let deliveries = run_deliveries(database, registry, &stores).await?;
    let jobs = run_jobs(database, registry, &stores).await?;
    Ok(Round { deliveries, jobs })
}

/// Runs rounds until nothing is due: how tests let events and jobs happen.
pub async fn drain(database: &Database, registry: &Registry) -> Result<(), Error> {
    while !round(database, registry).await?.is_idle() {}
    Ok(())
}

/// Deletes finished jobs older than a week.
pub async fn delete_old(database: &Database) -> Result<u64, Error> {
    let before = database.now() - TimeDelta::days(7);
    Ok(sqlx::query(DELETE_DONE_JOBS)
        .bind(before)
        .execute(database.pool())
        .await?
        .rows_affected())
}

async fn listen(database: &Database) -> Option<PgListener> {
    let mut listener = PgListener::connect_with(database.pool()).await.ok()?;
    listener.listen("souk_outbox").await.ok()?;
    Some(listener)
}

/// Waits for a notification; without a listener it never returns. False: the connection is gone.
async fn wait(listener: &mut Option<PgListener>) -> bool {
    match listener {
        Some(listener) => listener.recv().await.is_ok(),
        None => std::future::pending().await,
    }
}

async fn dispatch(database: &Database, registry: &Registry) -> Result<(), Error> {
    let kinds: Vec<&str> = registry
        .subscriptions
        .iter()
        .map(|subscription| subscription.event)
        .collect();
    let consumers: Vec<&str> = registry
        .subscriptions
        .iter()
        .map(|subscription| subscription.consumer)
        .collect();
    sqlx::query(DISPATCH)
        .bind(kinds)
        .bind(consumers)
        .bind(database.now())
        .execute(database.pool())
        .await?;
    Ok(())
}

async fn run_deliveries(
    database: &Database,
    registry: &Registry,
    stores: &HashMap<StoreId, Arc<Store>>,
) -> Result<usize, Error> {
    let now = database.now();
    let due: Vec<DueDelivery> = sqlx::query_as(DUE_DELIVERIES)
        .bind(now)
        .bind(now + LEASE)
        .fetch_all(database.pool())
        .await?;
    let count = due.len();
    for delivery in due {
        let event = &delivery.event;
        let span = tracing::info_span!(
            "trace",
            otel.name = delivery.consumer,
            otel.kind = "consumer",
            souk.event = event.kind,
            souk.store = stores.get(&event.store_id).map(|store| store.slug.as_str()),
        );
        let outcome = deliver(database, registry, stores, &delivery).instrument(span).await;
        let mut outcome_label = "done";
        if let Err(failure) = outcome {
            tracing::warn!(consumer = delivery.consumer, event = %event.id, %failure, "a reaction failed");
            let (state, run_at) = after_failure(&failure, delivery.attempts, MAX_DELIVERY_ATTEMPTS, now);
            outcome_label = label(state);
            sqlx::query(NOT_DELIVERED)
                .bind(event.store_id)
                .bind(event.id)
                .bind(&delivery.consumer)
                .bind(state)
                .bind(run_at)
                .bind(failure.to_string())
                .execute(database.pool())
                .await?;
        }
        metrics::counter!("deliveries_total", "consumer" => delivery.consumer, "outcome" => outcome_label).increment(1);
    }
    Ok(count)
}

/// What a failed attempt counts as.
fn label(state: &str) -> &'static str {
    if state == "parked" { "parked" } else { "retried" }
}

async fn deliver(
    database: &Database,
    registry: &Registry,
    stores: &HashMap<StoreId, Arc<Store>>,
    delivery: &DueDelivery,
) -> Result<(), Failure> {
    let event = &delivery.event;
    let subscription = registry
        .subscriptions
        .iter()
        .find(|subscription| subscription.consumer == delivery.consumer && subscription.event == event.kind)
        .ok_or_else(|| Failure::Fail(format!("no consumer {} for {}", delivery.consumer, event.kind)))?;
    let store = stores
        .get(&event.store_id)
        .ok_or_else(|| Failure::Retry("the store is not known yet".to_owned()))?;
    let mut ctx = Work::new(database.clone(), Scope::system(Arc::clone(store))).write();
    subscription.reaction.react(&mut ctx, event).await?;
    sqlx::query(DELIVERED)
        .bind(event.store_id)
        .bind(event.id)
        .bind(&delivery.consumer)
        .execute(ctx.sql().await?)
        .await
        .map_err(Error::from)?;
    Ok(ctx.commit().await?)
}

async fn run_jobs(
    database: &Database,
    registry: &Registry,
    stores: &HashMap<StoreId, Arc<Store>>,
) -> Result<usize, Error> {
    let now = database.now();
    let due: Vec<Job> = sqlx::query_as(DUE_JOBS)
        .bind(now)
        .bind(now + LEASE)
        .fetch_all(database.pool())
        .await?;
    let count = due.len();
    for job in due {
        let started = Instant::now();
        let span = tracing::info_span!(
            "trace",
            otel.name = format!("job {}", job.kind),
            otel.kind = "consumer",
            souk.job = %job.id,
            souk.store = stores.get(&job.store_id).map(|store| store.slug.as_str()),
        );
        let outcome = run_job(database, registry, stores, &job).instrument(span).await;
        metrics::histogram!("job_duration_seconds", "kind" => job.kind.clone()).record(started.elapsed());
        let outcome_label = match outcome {
            Ok(()) => {
                sqlx::query(JOB_DONE)
                    .bind(job.store_id)
                    .bind(job.id)
                    .execute(database.pool())
                    .await?;
                "done"
            }
            Err(failure) => {
                tracing::warn!(kind = job.kind, job = %job.id, %failure, "a job failed");
                let (state, run_at) = after_failure(&failure, job.attempts, job.max_attempts, now);
                sqlx::query(JOB_NOT_DONE)
                    .bind(job.store_id)
                    .bind(job.id)
                    .bind(state)
                    .bind(run_at)
                    .bind(failure.to_string())
                    .execute(database.pool())
                    .await?;
                label(state)
            }
        };
        metrics::counter!("jobs_total", "kind" => job.kind, "outcome" => outcome_label).increment(1);
    }
    Ok(count)
}

async fn run_job(
    database: &Database,
    registry: &Registry,
    stores: &HashMap<StoreId, Arc<Store>>,
    job: &Job,
) -> Result<(), Failure> {
    let handler = registry
        .handlers
        .get(job.kind.as_str())
        .ok_or_else(|| Failure::Fail(format!("no handler for jobs of kind {}", job.kind)))?;
    let store = stores
        .get(&job.store_id)
        .ok_or_else(|| Failure::Retry("the store is not known yet".to_owned()))?;
    handler
        .run(&Work::new(database.clone(), Scope::system(Arc::clone(store))), job)
        .await
}

/// The state and next time after a failed attempt: 10 s, 20 s, 40 s … up to an hour apart, then parked.
fn after_failure(failure: &Failure, attempts: i32, max_attempts: i32, now: Time) -> (&'static str, Time) {
    match failure {
        Failure::Retry(_) if attempts < max_attempts => {
            let doublings = u32::try_from(attempts.clamp(1, 9)).unwrap_or(1) - 1;
            (
                "queued",
                now + TimeDelta::seconds((10 * 2_i64.pow(doublings)).min(3600)),
            )
        }
        Failure::Retry(_) | Failure::Fail(_) => ("parked", now),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{jobs::NewJob, testing::TestDatabase};

    #[tokio::test]
    async fn what_a_transaction_left_wakes_the_workers_of_every_process() {
        let db = TestDatabase::new().await;
        let mut other_process = listen(db.database()).await.unwrap();
        for _ in 0..2 {
            let mut ctx = db.work().write();
            ctx.enqueue(NewJob::new("test.job", &()).unwrap()).await.unwrap();
            ctx.commit().await.unwrap();
            let woken = tokio::time::timeout(Duration::from_secs(60), other_process.recv()).await;
            assert_eq!(woken.unwrap().unwrap().channel(), "souk_outbox");
        }
    }

    #[test]
    fn retries_wait_longer_each_time_and_end() {
        let now = Time::UNIX_EPOCH;
        let retry = Failure::Retry("later".into());
        let waits: Vec<i64> = [1, 2, 3, 9]
            .map(|attempt| (after_failure(&retry, attempt, 10, now).1 - now).num_seconds())
            .to_vec();
        assert_eq!(waits, [10, 20, 40, 2560]);
        assert_eq!(after_failure(&retry, 10, 10, now).0, "parked");
        assert_eq!(after_failure(&Failure::Fail("never".into()), 1, 10, now).0, "parked");
    }
}
