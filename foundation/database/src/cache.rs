//! What one process keeps between requests: facts that were loaded, and answers that were made. Bounded by bytes.
//!
//! Everything that is kept names the events that would make it another ([`Needs`]). An event does not look for what it
//! drops: it writes the number of its moment into the places of its tags, and whoever takes something out of the cache
//! compares. What was begun before the last drop of one of its tags does not count, in whatever order loading, committing
//! and keeping happened; a loader that read an old row and keeps it a second after the change keeps nothing.
//!
//! The process that changed something drops it between its commit and its answer. Other processes follow the outbox
//! ([`follow`]). Who has not heard from the database for as long as its lease takes nothing out of the cache until it has caught up.

mod bells;
mod facts;
mod follow;
mod needs;

use std::{
    any::Any,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

use kernel::{EventId, StoreId, Time};

use self::{bells::Bells, follow::Told, needs::PLACES};
pub use self::{
    bells::Watched,
    facts::Making,
    follow::{Followed, Follower, follow, followed},
    needs::{Needs, Reads, Tag},
};

/// What something is kept under.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Key {
    store_id: StoreId,
    kind: &'static str,
    name: String,
}

impl Key {
    /// `kind` says what it is, `name` which one.
    pub fn new(store_id: StoreId, kind: &'static str, name: impl Into<String>) -> Self {
        Self {
            store_id,
            kind,
            name: name.into(),
        }
    }
}

#[derive(Debug, Clone)]
struct Kept {
    value: Arc<dyn Any + Send + Sync>,
    /// The number of the last drop when its making began.
    begun: u64,
    needs: Arc<Needs>,
    bytes: u32,
}

/// The cache of one process. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Cache(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    kept: moka::sync::Cache<Key, Kept>,
    /// Every tag has a place here, and some share one: then too much is dropped, never too little.
    dropped: Box<[AtomicU64]>,
    /// What was begun before this drop does not count, whatever its tags.
    everything: AtomicU64,
    drops: AtomicU64,
    /// Until which millisecond since `started` what is kept may be used.
    open_until: AtomicU64,
    /// How long it believes what it keeps without hearing from the database.
    lease: Duration,
    started: Instant,
    told: Told,
    bells: Bells,
}

impl Cache {
    /// A cache of that many bytes, which nothing is taken out of before it is opened; of none, nothing is ever kept. `lease` is
    /// how long it is believed without a word from the database.
    pub fn new(bytes: u64, lease: Duration) -> Self {
        let kept = moka::sync::Cache::builder()
            .max_capacity(bytes)
            .weigher(|_key, kept: &Kept| kept.bytes)
            .build();
        Self(Arc::new(Inner {
            kept,
            dropped: (0..PLACES).map(|_| AtomicU64::new(0)).collect(),
            everything: AtomicU64::new(0),
            drops: AtomicU64::new(0),
            open_until: AtomicU64::new(0),
            lease,
            started: Instant::now(),
            told: Told::default(),
            bells: Bells::default(),
        }))
    }

    /// Opens it for good: for whoever is the only process that changes the database.
    pub fn open_alone(&self) {
        self.0.open_until.store(u64::MAX, Ordering::SeqCst);
    }

    /// Whether what is kept may be used.
    pub fn is_open(&self) -> bool {
        self.0.kept.policy().max_capacity() != Some(0) && self.millis() < self.0.open_until.load(Ordering::SeqCst)
    }

    /// Notes the moment before the first look at the database.
    pub fn begin(&self) -> Reads {
        Reads::beginning(self.0.drops.load(Ordering::SeqCst))
    }

    /// What is kept under the key, with what would make it another, if nothing has.
    pub fn get<T: Send + Sync + 'static>(&self, key: &Key, now: Time) -> Option<(Arc<T>, Arc<Needs>)> {
        if !self.is_open() {
            return None;
        }
        let found = self.0.kept.get(key).filter(|kept| self.holds(kept, now));
        let kind = key.kind;
        match found {
            Some(kept) => {
                metrics::counter!("cache_hits_total", "kind" => kind).increment(1);
                Some((Arc::downcast(kept.value).ok()?, kept.needs))
            }
            None => {
                metrics::counter!("cache_misses_total", "kind" => kind).increment(1);
                None
            }
        }
    }

    /// Keeps something of that many bytes that was made from what the reads noted.
    pub fn keep<T: Send + Sync + 'static>(&self, key: Key, value: Arc<T>, reads: &Reads, bytes: usize) {
        let bytes = u32::try_from(bytes.saturating_add(key.name.len()).saturating_add(256)).unwrap_or(u32::MAX);
        let kept = Kept {
            value,
            begun: reads.begun(),
            needs: Arc::new(reads.needs()),
            bytes,
        };
        if self.0.kept.policy().max_capacity() != Some(0) {
            self.0.kept.insert(key, kept);
        }
    }

    /// From now on nothing counts that was begun before and needs one of these.
    pub fn drop_tags(&self, tags: &[Tag]) {
        if tags.is_empty() {
            return;
        }
        let moment = self.next_moment();
        for place in tags.iter().filter_map(|tag| self.0.dropped.get(tag.place())) {
            place.fetch_max(moment, Ordering::SeqCst);
        }
        self.0.bells.ring(tags);
        metrics::counter!("cache_drops_total").increment(u64::try_from(tags.len()).unwrap_or(u64::MAX));
    }

    /// From now on nothing counts that was begun before.
    pub fn drop_everything(&self) {
        let moment = self.next_moment();
        self.0.everything.fetch_max(moment, Ordering::SeqCst);
        self.0.kept.invalidate_all();
        self.0.bells.ring_all();
    }

    /// Whether something that was begun so, and needs what it noted, is another by now.
    pub fn has_dropped(&self, reads: &Reads) -> bool {
        let needs = reads.needs();
        self.0.everything.load(Ordering::SeqCst) > reads.begun()
            || needs.tags().iter().any(|tag| self.last_drop(*tag) > reads.begun())
    }

    /// How many bytes are kept, about.
    pub fn bytes(&self) -> u64 {
        self.0.kept.run_pending_tasks();
        self.0.kept.weighted_size()
    }

    /// The kinds of all that is kept, sorted.
    pub fn kinds(&self) -> Vec<&'static str> {
        self.0.kept.run_pending_tasks();
        let mut kinds: Vec<_> = self.0.kept.iter().map(|(key, _)| key.kind).collect();
        kinds.sort_unstable();
        kinds.dedup();
        kinds
    }

    fn holds(&self, kept: &Kept, now: Time) -> bool {
        self.0.everything.load(Ordering::SeqCst) <= kept.begun
            && kept.needs.until_when().is_none_or(|until| now < until)
            && kept.needs.tags().iter().all(|tag| self.last_drop(*tag) <= kept.begun)
    }

    fn last_drop(&self, tag: Tag) -> u64 {
        let place = self.0.dropped.get(tag.place());
        place.map_or(u64::MAX, |place| place.load(Ordering::SeqCst))
    }

    /// The number is given before the places are written, so what begins in between has seen the change and is dropped by
    /// mistake at worst.
    fn next_moment(&self) -> u64 {
        self.0.drops.fetch_add(1, Ordering::SeqCst).saturating_add(1)
    }

    fn millis(&self) -> u64 {
        u64::try_from(self.0.started.elapsed().as_millis()).unwrap_or(u64::MAX)
    }

    /// Opens it for the length of a lease that began when the database was last asked.
    fn open_since(&self, asked: Instant) {
        let end = asked.duration_since(self.0.started).saturating_add(self.0.lease);
        let end = u64::try_from(end.as_millis()).unwrap_or(u64::MAX);
        self.0.open_until.fetch_max(end, Ordering::SeqCst);
    }

    fn close(&self) {
        if self.0.open_until.load(Ordering::SeqCst) != u64::MAX {
            self.0.open_until.store(0, Ordering::SeqCst);
        }
    }
}

/// An event of a transaction, as far as what it drops is concerned.
#[derive(Debug)]
pub(crate) struct Published {
    pub(crate) id: EventId,
    pub(crate) kind: &'static str,
    pub(crate) tags: Vec<Tag>,
}

/// The events of a transaction that is being committed. What they drop is dropped when this goes, be it that the commit
/// succeeded, that nobody knows whether it did, or that nobody waited for it.
#[derive(Debug)]
pub(crate) struct Dropping {
    cache: Cache,
    events: Vec<Published>,
    is_committed: bool,
}

impl Dropping {
    pub(crate) fn new(cache: Cache, events: Vec<Published>) -> Self {
        cache.0.told.note(&events);
        Self {
            cache,
            events,
            is_committed: false,
        }
    }

    /// The change is there, so the follower need not drop the same again.
    pub(crate) fn committed(mut self) {
        self.is_committed = true;
    }
}

impl Drop for Dropping {
    fn drop(&mut self) {
        if !self.is_committed {
            // It may still come to be, after what is dropped here; the follower will know.
            self.cache.0.told.forget(&self.events);
        }
        let tags: Vec<Tag> = self
            .events
            .iter()
            .flat_map(|event| event.tags.iter().copied())
            .collect();
        self.cache.drop_tags(&tags);
    }
}

#[cfg(test)]
mod tests;
