//! The worker: hands events to consumers and runs jobs.
//!
//! One loop tells every consumer what is new, in a transaction together with the mark how far it has come, several events at once
//! where it takes them so; what failed waits as a delivery and is tried again. Another loop beside it runs due jobs, which may call
//! the network and so hold only a lease. Both wake on NOTIFY, which follows a commit that left something, and, in case one is
//! lost, by a timer. While there is always something to do they pause between rounds, so that a round finds more to do together.
//!
//! A worker takes only what it knows: while two versions of the program run beside each other, each leaves to the other what is
//! its own.

mod consumers;
mod deliveries;
mod jobs;
mod news;
mod snapshot;
#[cfg(test)]
mod tests;

use std::{collections::HashMap, sync::Arc, time::Duration};

use async_trait::async_trait;
use chrono::TimeDelta;
use kernel::{Store, StoreId, Time};
use sqlx::postgres::PgListener;
use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;

pub use self::{consumers::enrol_all, jobs::delete_old};
use crate::{Ctx, Database, Error, Work, jobs::Job, outbox::StoredEvent};

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

/// Reacts to an event inside a transaction, which also marks it as heard: the effect happens exactly once.
#[async_trait]
pub trait Reaction: Send + Sync {
    /// Applies the event. No network here: queue a job for that.
    async fn react(&self, ctx: &mut Ctx, event: &StoredEvent) -> Result<(), Failure>;

    /// How many events of one kind and store a transaction may take. Whoever takes more than one locks no rows, or locks
    /// them all in the order of their ids, whatever the order of the events. When one of them fails none has taken effect,
    /// and each is tried alone.
    fn at_once(&self, _event: &str) -> usize {
        1
    }

    /// Applies several of one kind and store, in the order they happened.
    async fn react_all(&self, ctx: &mut Ctx, events: &[StoredEvent]) -> Result<(), Failure> {
        for event in events {
            self.react(ctx, event).await?;
        }
        Ok(())
    }
}

/// Does a job; it may call the network and open several transactions, and may be run twice.
#[async_trait]
pub trait Handler: Send + Sync {
    /// Does it.
    async fn run(&self, work: &Work, job: &Job) -> Result<(), Failure>;

    /// How many jobs of one store it does at once.
    fn at_once(&self) -> usize {
        1
    }

    /// Does several of one store, and says what became of each, in their order.
    async fn run_all(&self, work: &Work, jobs: &[Job]) -> Vec<Result<(), Failure>> {
        let mut outcomes = Vec::with_capacity(jobs.len());
        for job in jobs {
            outcomes.push(self.run(work, job).await);
        }
        outcomes
    }
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
    /// Events that were told to a consumer.
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

/// What a round works with.
struct Known<'a> {
    database: &'a Database,
    registry: &'a Registry,
    stores: HashMap<StoreId, Arc<Store>>,
}

impl<'a> Known<'a> {
    async fn load(database: &'a Database, registry: &'a Registry) -> Result<Self, Error> {
        let stores = database.list_stores().await?.into_iter();
        Ok(Self {
            database,
            registry,
            stores: stores.map(|store| (store.id, store)).collect(),
        })
    }

    fn subscription(&self, consumer: &str, event: &str) -> Option<&Subscription> {
        let mut subscriptions = self.registry.subscriptions.iter();
        subscriptions.find(|it| it.consumer == consumer && it.event == event)
    }

    fn store(&self, id: StoreId) -> Result<Arc<Store>, Failure> {
        let found = self.stores.get(&id).map(Arc::clone);
        found.ok_or_else(|| Failure::Retry("the store is not known yet".to_owned()))
    }
}

const LEASE: TimeDelta = TimeDelta::seconds(120);
const POLL: Duration = Duration::from_secs(5);
/// How long after a round that found something the next one begins: a round costs nearly the same whatever it finds.
const PAUSE: Duration = Duration::from_millis(200);

/// Works until `stop` is cancelled. Jobs go beside deliveries: what waits for a mail server keeps no event waiting.
pub async fn run(database: Database, registry: Arc<Registry>, stop: CancellationToken) {
    let (events, jobs) = (Notify::new(), Notify::new());
    tokio::join!(
        wake(&database, [&events, &jobs], &stop),
        repeat(&events, &stop, news::FULL, || noting(
            &database,
            deliver_due(&database, &registry)
        )),
        repeat(&jobs, &stop, jobs::FULL, || noting(
            &database,
            run_due(&database, &registry, &stop)
        )),
    );
}

/// When the next round begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Next {
    /// More waits than a round takes.
    AtOnce,
    /// There is always something, and more of it can go together.
    AfterPause,
    /// There was nothing.
    WhenWoken,
}

impl Next {
    fn after(found: usize, full: usize) -> Self {
        match found {
            0 => Self::WhenWoken,
            found if found >= full => Self::AtOnce,
            _ => Self::AfterPause,
        }
    }
}

async fn noting(database: &Database, round: impl Future<Output = Result<usize, Error>>) -> Result<usize, Error> {
    let done = round.await;
    if let Err(error) = &done {
        database.note_failure(error);
    }
    done
}

/// Does again and again what finds something to do. A round that finds so much is full.
async fn repeat<F: Future<Output = Result<usize, Error>>>(
    woken: &Notify,
    stop: &CancellationToken,
    full: usize,
    round: impl Fn() -> F,
) {
    while !stop.is_cancelled() {
        let next = match round().await {
            Ok(found) => Next::after(found, full),
            Err(error) => {
                tracing::warn!(%error, "a worker round failed and will be tried again");
                Next::WhenWoken
            }
        };
        let (longest, may_be_woken) = match next {
            Next::AtOnce => continue,
            Next::AfterPause => (PAUSE, false),
            Next::WhenWoken => (POLL, true),
        };
        tokio::select! {
            () = stop.cancelled() => {}
            () = tokio::time::sleep(longest) => {}
            () = woken.notified(), if may_be_woken => {}
        }
    }
}

/// Wakes them when a commit tells that it left something.
async fn wake(database: &Database, sleepers: [&Notify; 2], stop: &CancellationToken) {
    let mut listener = listen(database).await;
    while !stop.is_cancelled() {
        tokio::select! {
            () = stop.cancelled() => {}
            () = tokio::time::sleep(POLL), if listener.is_none() => listener = listen(database).await,
            heard = wait(&mut listener) => {
                if !heard {
                    listener = None;
                }
                for sleeper in sleepers {
                    sleeper.notify_one();
                }
            }
        }
    }
}

/// Tells new events to their consumers, and again what failed and is due, and says how much it was.
async fn deliver_due(database: &Database, registry: &Registry) -> Result<usize, Error> {
    let known = Known::load(database, registry).await?;
    let told = news::run(&known).await?;
    Ok(told.saturating_add(deliveries::run(&known).await?))
}

async fn run_due(database: &Database, registry: &Registry, stop: &CancellationToken) -> Result<usize, Error> {
    jobs::run(&Known::load(database, registry).await?, stop).await
}

/// One round: tell new events, run due deliveries, run due jobs.
pub async fn round(database: &Database, registry: &Registry) -> Result<Round, Error> {
    Ok(Round {
        deliveries: deliver_due(database, registry).await?,
        jobs: run_due(database, registry, &CancellationToken::new()).await?,
    })
}

/// Runs rounds until nothing is due: how tests let events and jobs happen.
pub async fn drain(database: &Database, registry: &Registry) -> Result<(), Error> {
    while !round(database, registry).await?.is_idle() {}
    Ok(())
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

/// What a failed attempt counts as.
fn label(state: &str) -> &'static str {
    if state == "parked" { "parked" } else { "retried" }
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
