//! Tells whoever waits when something is dropped: a page that is open somewhere and shows it.

use std::{
    collections::HashMap,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicUsize, Ordering},
    },
};

use tokio::sync::Notify;

use super::{Cache, Needs, Tag};

/// Who waits for which tag. Nobody who waits asks the database anything.
#[derive(Debug, Default)]
pub(super) struct Bells {
    /// Without anybody who waits a drop takes no lock.
    waiting: AtomicUsize,
    by_tag: Mutex<HashMap<Tag, Vec<Arc<Notify>>>>,
}

impl Bells {
    pub(super) fn ring(&self, tags: &[Tag]) {
        if self.waiting.load(Ordering::SeqCst) == 0 {
            return;
        }
        let by_tag = self.lock();
        let bells = tags.iter().filter_map(|tag| by_tag.get(tag)).flatten();
        bells.for_each(|bell| bell.notify_one());
    }

    pub(super) fn ring_all(&self) {
        let by_tag = self.lock();
        by_tag.values().flatten().for_each(|bell| bell.notify_one());
    }

    fn hang(&self, tags: &[Tag], bell: &Arc<Notify>) {
        self.waiting.fetch_add(1, Ordering::SeqCst);
        let mut by_tag = self.lock();
        for tag in tags {
            by_tag.entry(*tag).or_default().push(Arc::clone(bell));
        }
    }

    fn take_down(&self, tags: &[Tag], bell: &Arc<Notify>) {
        let mut by_tag = self.lock();
        for tag in tags {
            if let Some(bells) = by_tag.get_mut(tag) {
                bells.retain(|other| !Arc::ptr_eq(other, bell));
                if bells.is_empty() {
                    by_tag.remove(tag);
                }
            }
        }
        self.waiting.fetch_sub(1, Ordering::SeqCst);
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<Tag, Vec<Arc<Notify>>>> {
        self.by_tag.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Waits for what would make something another.
#[derive(Debug)]
pub struct Watched {
    cache: Cache,
    tags: Vec<Tag>,
    bell: Arc<Notify>,
}

impl Watched {
    /// Returns once something was dropped since the beginning, or since it returned the last time. Several drops meanwhile
    /// are told as one.
    pub async fn dropped(&self) {
        self.bell.notified().await;
    }
}

impl Drop for Watched {
    fn drop(&mut self) {
        self.cache.0.bells.take_down(&self.tags, &self.bell);
    }
}

impl Cache {
    /// From now on tells when something happens that would make another of what needs these. What other processes change is
    /// told when the follower has read of it. What passes with time is not.
    pub fn watch(&self, needs: &Needs) -> Watched {
        let bell = Arc::default();
        let tags = needs.tags().to_vec();
        self.0.bells.hang(&tags, &bell);
        Watched {
            cache: self.clone(),
            tags,
            bell,
        }
    }

    /// How many wait.
    pub fn watched(&self) -> usize {
        self.0.bells.waiting.load(Ordering::SeqCst)
    }
}
