//! Follows the outbox, so that what other processes change is dropped here too.

use std::{
    collections::HashSet,
    sync::{Mutex, MutexGuard, OnceLock, PoisonError},
    time::{Duration, Instant},
};

use kernel::{EventId, StoreId};
use sqlx::{FromRow as _, Row as _, postgres::PgListener};
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use super::{Cache, Published, Tag};
use crate::{
    Database, Error, Event,
    outbox::{SEEN, epoch_and_snapshot},
};

/// How long two looks at the outbox lie apart at least, however often somebody wakes us.
const PAUSE: Duration = Duration::from_millis(50);
/// How often it is looked at when nobody wakes us: several times within a lease.
const POLL: Duration = Duration::from_secs(1);
/// How many of its own events a process remembers to have dropped already.
const MOST_TOLD: usize = 10_000;

/// Events of every store that could not be seen then and can be now; one row without an event where there are none.
const CHANGES: &str = "SELECT s.epoch || '/' || s.snapshot AS seen, \
       s.epoch <> $3 OR pg_snapshot_xmax($1::text::pg_snapshot) > pg_snapshot_xmax(s.snapshot) \
         OR s.pruned >= pg_snapshot_xmin($1::text::pg_snapshot) AS is_foreign, \
       e.store_id, e.id, e.kind, e.payload \
     FROM (SELECT pg_current_snapshot() AS snapshot, epoch::text AS epoch, pruned FROM platform.installation) s LEFT JOIN ( \
       SELECT n.store_id, n.id, n.kind, n.payload FROM platform.outbox n WHERE n.transaction_id >= pg_snapshot_xmin($1::text::pg_snapshot) \
         AND n.kind = ANY($2) AND NOT pg_visible_in_snapshot(n.transaction_id, $1::text::pg_snapshot) ORDER BY n.transaction_id, n.position \
     ) e ON true";

/// Events that drop something, read from the outbox.
#[derive(Debug, Clone, Copy)]
pub struct Followed {
    kind: &'static str,
    touched: fn(serde_json::Value) -> Result<Vec<Uuid>, serde_json::Error>,
}

impl Followed {
    /// The event's kind.
    pub fn kind(&self) -> &'static str {
        self.kind
    }
}

/// Events of this type.
pub const fn followed<E: Event>() -> Followed {
    Followed {
        kind: E::KIND,
        touched: |payload| serde_json::from_value::<E>(payload).map(|event| event.touched()),
    }
}

/// Events that this process drops when it commits them, until it reads of them in the outbox.
#[derive(Debug, Default)]
pub(super) struct Told {
    followed: OnceLock<&'static [Followed]>,
    events: Mutex<HashSet<EventId>>,
}

impl Told {
    pub(super) fn note(&self, events: &[Published]) {
        let followed = self.followed.get().copied().unwrap_or_default();
        let mut told = self.lock();
        for event in events
            .iter()
            .filter(|event| followed.iter().any(|one| one.kind == event.kind))
        {
            if told.len() < MOST_TOLD {
                told.insert(event.id);
            }
        }
    }

    pub(super) fn forget(&self, events: &[Published]) {
        let mut told = self.lock();
        for event in events {
            told.remove(&event.id);
        }
    }

    fn take(&self, event: EventId) -> bool {
        self.lock().remove(&event)
    }

    fn lock(&self) -> MutexGuard<'_, HashSet<EventId>> {
        self.events.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// How far one process has read the outbox.
#[derive(Debug)]
pub struct Follower {
    database: Database,
    events: &'static [Followed],
    seen: Option<String>,
}

#[derive(sqlx::FromRow)]
struct EventRow {
    store_id: StoreId,
    id: EventId,
    kind: String,
    payload: serde_json::Value,
}

impl Follower {
    /// A follower of these events that has seen nothing.
    pub fn new(database: Database, events: &'static [Followed]) -> Self {
        // A process follows one list of events, so a second follower has the same.
        let _same = database.cache().0.told.followed.set(events);
        Self {
            database,
            events,
            seen: None,
        }
    }

    /// Drops what changed since the last time and opens the cache for a lease. What another server showed, or nobody knows
    /// the beginning of, drops everything.
    pub async fn catch_up(&mut self) -> Result<(), Error> {
        let cache = self.database.cache().clone();
        let asked = Instant::now();
        let seen = match &self.seen {
            Some(seen) => self.drop_since(&cache, seen).await?,
            None => None,
        };
        let seen = match seen {
            Some(seen) => seen,
            None => {
                let seen = sqlx::query_scalar(SEEN).fetch_one(self.database.pool()).await?;
                cache.drop_everything();
                seen
            }
        };
        self.seen = Some(seen);
        cache.open_since(asked);
        metrics::gauge!("cache_bytes").set(gauge(cache.bytes()));
        Ok(())
    }

    /// Puts another snapshot into what was seen.
    #[cfg(test)]
    pub(super) fn pretend_to_have_seen(&mut self, snapshot: &str) {
        let epoch = self.seen.as_deref().and_then(epoch_and_snapshot).unwrap_or_default().0;
        self.seen = Some(format!("{epoch}/{snapshot}"));
    }

    /// What can be seen now; `None` when what was seen before is of another server, or from before a restore.
    async fn drop_since(&self, cache: &Cache, seen: &str) -> Result<Option<String>, Error> {
        let Some((epoch, snapshot)) = epoch_and_snapshot(seen) else {
            return Ok(None);
        };
        let kinds: Vec<&str> = self.events.iter().map(|event| event.kind).collect();
        let rows = sqlx::query(CHANGES)
            .bind(snapshot)
            .bind(kinds)
            .bind(epoch)
            .fetch_all(self.database.pool())
            .await?;
        let mut now = None;
        for row in &rows {
            if row.try_get("is_foreign")? {
                return Ok(None);
            }
            now = Some(row.try_get("seen")?);
            if row.try_get::<Option<EventId>, _>("id")?.is_some() {
                self.drop_event(cache, EventRow::from_row(row)?)?;
            }
        }
        Ok(now)
    }

    fn drop_event(&self, cache: &Cache, event: EventRow) -> Result<(), Error> {
        let followed = self.events.iter().find(|followed| followed.kind == event.kind);
        if let Some(followed) = followed
            && !cache.0.told.take(event.id)
        {
            let touched = (followed.touched)(event.payload)?;
            cache.drop_tags(&Tag::of_event(event.store_id, &event.kind, &touched));
        }
        Ok(())
    }
}

fn gauge(bytes: u64) -> u32 {
    u32::try_from(bytes).unwrap_or(u32::MAX)
}

/// Follows the outbox until told to stop. It looks when a commit tells that it left something, and once a second. While
/// nothing can be heard or asked, nothing is taken out of the cache.
pub async fn follow(database: Database, events: &'static [Followed], stop: CancellationToken) {
    let mut follower = Follower::new(database.clone(), events);
    let mut listener = None;
    while !stop.is_cancelled() {
        if listener.is_none() {
            listener = listen(&database).await;
        }
        match (&listener, follower.catch_up().await) {
            (Some(_), Ok(())) => {}
            (None, _) => database.cache().close(),
            (_, Err(error)) => {
                database.cache().close();
                tracing::warn!(%error, "what changed could not be read, so nothing is taken out of the cache");
            }
        }
        tokio::select! {
            () = stop.cancelled() => {}
            () = tokio::time::sleep(POLL) => {}
            heard = hear(&mut listener) => {
                if heard {
                    tokio::time::sleep(PAUSE).await;
                    forget_waiting(&mut listener).await;
                } else {
                    database.cache().close();
                    listener = None;
                }
            }
        }
    }
}

async fn listen(database: &Database) -> Option<PgListener> {
    let mut listener = PgListener::connect_with(database.pool()).await.ok()?;
    listener.listen("souk_outbox").await.ok()?;
    Some(listener)
}

/// What was said meanwhile is answered by the same look at the outbox.
async fn forget_waiting(listener: &mut Option<PgListener>) {
    while let Ok(heard) = tokio::time::timeout(Duration::ZERO, hear(listener)).await {
        if !heard {
            *listener = None;
        }
    }
}

/// Whether somebody was heard; `false` when the connection is gone, and what was said meanwhile with it.
async fn hear(listener: &mut Option<PgListener>) -> bool {
    match listener {
        Some(listener) => matches!(listener.try_recv().await, Ok(Some(_))),
        None => std::future::pending().await,
    }
}
