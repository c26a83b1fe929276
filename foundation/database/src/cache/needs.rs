//! What something that is kept was made from: the events that would make it another, and the moment from which on time alone
//! would.

use std::{
    hash::{DefaultHasher, Hash as _, Hasher as _},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use kernel::{StoreId, Time};
use uuid::Uuid;

use crate::Event;

/// How many drops are told apart.
pub(super) const PLACES: usize = 1 << 16;

/// What an event drops: one thing of a store, or everything of a kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Tag(u64);

impl Tag {
    /// Something of a store that events of this kind tell of; without an id, any of them.
    pub fn new(store_id: StoreId, kind: &str, id: Option<Uuid>) -> Self {
        let mut hasher = DefaultHasher::new();
        (Uuid::from(store_id), kind, id).hash(&mut hasher);
        Self(hasher.finish())
    }

    /// What an event drops: what needs one of the things it touches, and what needs them all.
    pub(crate) fn of_event(store_id: StoreId, kind: &str, touched: &[Uuid]) -> Vec<Self> {
        let each = touched.iter().map(|id| Self::new(store_id, kind, Some(*id)));
        each.chain([Self::new(store_id, kind, None)]).collect()
    }

    pub(super) fn place(self) -> usize {
        usize::try_from(self.0).unwrap_or(usize::MAX) % PLACES
    }
}

/// The events that would make something another, and the moment from which on time alone would.
#[derive(Debug, Clone, Default)]
pub struct Needs {
    tags: Vec<Tag>,
    until: Option<Time>,
}

impl Needs {
    /// What a tag of this process stands for, which no event tells of.
    pub fn tag(mut self, tag: Tag) -> Self {
        self.add(tag);
        self
    }

    /// An event that touches this thing makes it another.
    pub fn one<E: Event>(self, store_id: StoreId, id: impl Into<Uuid>) -> Self {
        self.tag(Tag::new(store_id, E::KIND, Some(id.into())))
    }

    /// Every event of the kind makes it another.
    pub fn any<E: Event>(self, store_id: StoreId) -> Self {
        self.tag(Tag::new(store_id, E::KIND, None))
    }

    /// From then on it is another by itself.
    pub fn until(mut self, moment: Option<Time>) -> Self {
        self.until = sooner(self.until, moment);
        self
    }

    pub(super) fn tags(&self) -> &[Tag] {
        &self.tags
    }

    pub(super) fn until_when(&self) -> Option<Time> {
        self.until
    }

    fn add(&mut self, tag: Tag) {
        if !self.tags.contains(&tag) {
            self.tags.push(tag);
        }
    }

    fn merge(&mut self, other: &Self) {
        for tag in &other.tags {
            self.add(*tag);
        }
        self.until = sooner(self.until, other.until);
    }
}

fn sooner(one: Option<Time>, other: Option<Time>) -> Option<Time> {
    match (one, other) {
        (Some(one), Some(other)) => Some(one.min(other)),
        (one, other) => one.or(other),
    }
}

/// Collects what is needed while something is made. Cheap to clone; the clones collect together.
#[derive(Debug, Clone)]
pub struct Reads {
    begun: u64,
    needs: Arc<Mutex<Needs>>,
}

impl Reads {
    pub(super) fn beginning(begun: u64) -> Self {
        Self {
            begun,
            needs: Arc::default(),
        }
    }

    /// Notes what else is needed.
    pub fn note(&self, needs: &Needs) {
        self.lock().merge(needs);
    }

    /// All that was noted so far.
    pub fn needs(&self) -> Needs {
        self.lock().clone()
    }

    /// Whether nothing was noted.
    pub fn is_empty(&self) -> bool {
        self.lock().tags.is_empty()
    }

    pub(super) fn begun(&self) -> u64 {
        self.begun
    }

    fn lock(&self) -> MutexGuard<'_, Needs> {
        self.needs.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
