//! Work of several callers in one transaction with one commit, each with its own outcome.
//!
//! Nobody waits for company: whoever finds no batch under way begins as soon as everybody who is ready to join could, and what
//! comes meanwhile goes together as soon as it is done. A second batch goes beside the first when one cannot take all who wait: each costs the same statements
//! whatever it holds, so a few large ones are done sooner than many small ones. A batch has one scope, so that its rows say who acted, and no subject twice. Where the
//! pieces themselves say who acts and in which language, shoppers share a batch whoever they are.
//!
//! A batch that got no connection in time tells so to everybody who has waited as long as one waits for a connection; who came
//! later goes on waiting with the next.

use std::{
    any::{Any, TypeId},
    collections::{HashMap, HashSet, VecDeque},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Instant,
};

use kernel::{Actor, Locale, StoreId};
use tokio::sync::oneshot;
use uuid::Uuid;

use crate::{
    Ctx, Error, InTransaction, Scope, Work,
    error::{is_apart, is_closed, is_timed_out, is_unavailable},
};

/// How many batches of a kind are under way at once.
const PLACES: usize = 2;
/// The most pieces of work in a batch.
const MOST: usize = 32;
/// How often at most others are let run before a batch begins.
const TURNS: usize = 8;

/// A piece of work that can be done together with others of its kind, in one transaction.
pub trait Together: Clone + Send + Sync + 'static {
    /// What comes of it.
    type Done: Send + 'static;
    /// Why nothing does.
    type Error: std::error::Error + From<Error> + Send + 'static;

    /// Whether each piece says itself for whom it is and in which language. Batches of shoppers then run as a guest in the
    /// language of the store; those of staff and keys, whose changes are on record, stay apart.
    const NAMES_ITS_SHOPPER: bool = false;

    /// What it is about. Two pieces of work about the same are never in one batch.
    fn subjects(&self) -> Vec<Uuid>;

    /// Does all of a batch and answers for each piece, in their order. A piece that is refused has written nothing, and keeps
    /// no other from being done. A piece answered with [`Error::apart`] is done by itself afterwards; when the batch as a whole
    /// fails it is rolled back, and every piece of it is done by itself, unless it failed because the database is away.
    #[expect(clippy::type_complexity, reason = "an answer for each, or one for all")]
    fn run<'a>(
        ctx: &'a mut Ctx,
        batch: &'a [Self],
    ) -> InTransaction<'a, Vec<Result<Self::Done, Self::Error>>, Self::Error>;
}

impl Work {
    /// Does a piece of work in a transaction, together with what others want at the same time. It is done even when the caller
    /// goes away meanwhile.
    pub async fn together<I: Together>(&self, input: I) -> Result<I::Done, I::Error> {
        let (answer, answered) = oneshot::channel();
        let work = self.noting(None).keeping_plans().sharing::<I>();
        let key = Key::of::<I>(work.scope());
        let waiting = Waiting {
            input: input.clone(),
            work: work.clone(),
            until: Instant::now() + self.database().acquire_timeout(),
            answer,
        };
        if self.database().gatherings().join(&key, waiting) {
            let gatherings = self.database().gatherings().clone();
            let is_left = false;
            tokio::spawn(run_batches::<I>(Place {
                gatherings,
                key,
                is_left,
            }));
        }
        match answered.await {
            Ok(Some(outcome)) => outcome,
            // A batch that panicked answers nobody.
            Ok(None) | Err(_) => work.alone(&input).await,
        }
    }

    /// The scope that a piece of work shares with others.
    fn sharing<I: Together>(self) -> Self {
        let scope = self.scope();
        match scope.actor {
            Actor::Guest | Actor::Customer { .. } if I::NAMES_ITS_SHOPPER => {
                let locale = scope.store.locale;
                self.acting_as(Actor::Guest).speaking(locale)
            }
            _ => self,
        }
    }

    async fn alone<I: Together>(&self, input: &I) -> Result<I::Done, I::Error> {
        let done = self.transact(std::slice::from_ref(input), I::run).await?;
        done.into_iter().next().unwrap_or_else(|| Err(missing().into()))
    }
}

fn missing() -> Error {
    Error::corrupt("batch", "an answer is missing")
}

/// Nobody is to wait for the database once more who has waited in a batch.
fn away() -> Error {
    Error::Sql(sqlx::Error::PoolTimedOut)
}

/// Somebody who waits for a batch. `None` tells them to do it by themselves.
struct Waiting<I: Together> {
    input: I,
    work: Work,
    /// From then on they are not to wait for another connection.
    until: Instant,
    answer: oneshot::Sender<Option<Result<I::Done, I::Error>>>,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
struct Key {
    kind: TypeId,
    store: StoreId,
    actor: Actor,
    locale: Locale,
}

impl Key {
    fn of<I: Together>(scope: &Scope) -> Self {
        Self {
            kind: TypeId::of::<I>(),
            store: scope.store.id,
            actor: scope.actor.clone(),
            locale: scope.locale,
        }
    }
}

/// What waits, by kind and scope.
#[derive(Debug, Clone, Default)]
pub(crate) struct Gatherings(Arc<Mutex<HashMap<Key, Gathering>>>);

#[derive(Debug, Default)]
struct Gathering {
    /// Each a [`Waiting`] of the key's kind.
    waiting: VecDeque<Box<dyn Any + Send>>,
    places_taken: usize,
}

impl Gathering {
    /// Whether a batch may begin beside so many others.
    fn has_place_beside(&self, others: usize) -> bool {
        others == 0 || others < PLACES && self.waiting.len() >= MOST
    }
}

impl Gatherings {
    fn lock(&self) -> MutexGuard<'_, HashMap<Key, Gathering>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Queues somebody. True: a place was free, and the caller has taken it.
    fn join<I: Together>(&self, key: &Key, waiting: Waiting<I>) -> bool {
        let mut gatherings = self.lock();
        let gathering = gatherings.entry(key.clone()).or_default();
        gathering.waiting.push_back(Box::new(waiting));
        let is_free = gathering.has_place_beside(gathering.places_taken);
        gathering.places_taken += usize::from(is_free);
        is_free
    }

    /// The next batch, oldest first. Whoever sees the store otherwise than the first, or wants the same as somebody before,
    /// waits for another one. When nobody waits, or so few that the other batch takes them along, the place is given back in the
    /// same moment: whoever joins afterwards finds it free.
    fn next<I: Together>(&self, key: &Key) -> Option<Vec<Waiting<I>>> {
        let mut gatherings = self.lock();
        let gathering = gatherings.get_mut(key)?;
        if !gathering.has_place_beside(gathering.places_taken.saturating_sub(1)) {
            Self::give_back(&mut gatherings, key);
            return None;
        }
        let (mut batch, mut subjects) = (Vec::<Waiting<I>>::new(), HashSet::new());
        let mut left = VecDeque::new();
        for waiting in std::mem::take(&mut gathering.waiting) {
            let Ok(waiting) = waiting.downcast::<Waiting<I>>() else {
                continue;
            };
            let first = batch.first();
            let is_like_first = first.is_none_or(|first| first.work.store() == waiting.work.store());
            let about = waiting.input.subjects();
            if batch.len() < MOST && is_like_first && about.iter().all(|subject| !subjects.contains(subject)) {
                subjects.extend(about);
                batch.push(*waiting);
            } else {
                let waiting: Box<dyn Any + Send> = waiting;
                left.push_back(waiting);
            }
        }
        gathering.waiting = left;
        if !batch.is_empty() {
            return Some(batch);
        }
        Self::give_back(&mut gatherings, key);
        None
    }

    fn count_waiting(&self, key: &Key) -> usize {
        self.lock().get(key).map_or(0, |gathering| gathering.waiting.len())
    }

    /// Those who wait and are not to wait any longer; the others keep their places.
    fn take<I: Together>(&self, key: &Key, is_tired: impl Fn(&Waiting<I>) -> bool) -> Vec<Waiting<I>> {
        let mut gatherings = self.lock();
        let Some(gathering) = gatherings.get_mut(key) else {
            return Vec::new();
        };
        let (mut tired, mut left) = (Vec::new(), VecDeque::new());
        for waiting in std::mem::take(&mut gathering.waiting) {
            let Ok(waiting) = waiting.downcast::<Waiting<I>>() else {
                continue;
            };
            if is_tired(&waiting) {
                tired.push(*waiting);
            } else {
                let waiting: Box<dyn Any + Send> = waiting;
                left.push_back(waiting);
            }
        }
        gathering.waiting = left;
        tired
    }

    fn give_back(gatherings: &mut HashMap<Key, Gathering>, key: &Key) {
        if let Some(gathering) = gatherings.get_mut(key) {
            gathering.places_taken = gathering.places_taken.saturating_sub(1);
            if gathering.places_taken == 0 {
                gatherings.remove(key);
            }
        }
    }
}

/// One of the places of a gathering. A panic gives it back, and who waits for it then goes by themselves.
struct Place {
    gatherings: Gatherings,
    key: Key,
    is_left: bool,
}

impl Drop for Place {
    fn drop(&mut self) {
        if !self.is_left {
            let mut gatherings = self.gatherings.lock();
            if let Some(gathering) = gatherings.get_mut(&self.key) {
                gathering.waiting.clear();
            }
            Gatherings::give_back(&mut gatherings, &self.key);
        }
    }
}

/// Lets everybody join who is ready to. Those whom a batch has answered go on one after the other, often to the next kind of
/// batch, and the first of them would have it alone.
async fn let_join(place: &Place) {
    let mut known = place.gatherings.count_waiting(&place.key);
    for _ in 0..TURNS {
        tokio::task::yield_now().await;
        let now = place.gatherings.count_waiting(&place.key);
        if now == known || now >= MOST {
            break;
        }
        known = now;
    }
}

async fn run_batches<I: Together>(mut place: Place) {
    loop {
        let_join(&place).await;
        let Some(batch) = place.gatherings.next::<I>(&place.key) else {
            break;
        };
        let reached = run_batch(batch).await;
        let now = Instant::now();
        let tired = match reached {
            Reached::Database => Vec::new(),
            Reached::Busy => place.gatherings.take::<I>(&place.key, |waiting| waiting.until <= now),
            // Whoever waits behind it would find the same, one batch after the other.
            Reached::Nobody => place.gatherings.take::<I>(&place.key, |_| true),
        };
        for waiting in tired {
            let _gone = waiting.answer.send(Some(Err(away().into())));
        }
    }
    place.is_left = true;
}

/// Whether a batch reached the database.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Reached {
    Database,
    /// Every connection was in use, or none could be made.
    Busy,
    /// There are no connections any more.
    Nobody,
}

async fn run_batch<I: Together>(batch: Vec<Waiting<I>>) -> Reached {
    let Some(work) = batch.first().map(|first| first.work.clone()) else {
        return Reached::Database;
    };
    let (inputs, mut answers): (Vec<I>, VecDeque<_>) =
        batch.into_iter().map(|waiting| (waiting.input, waiting.answer)).unzip();
    let done = work.transact(inputs.as_slice(), I::run).await;
    let reached = match &done {
        Err(error) if is_closed(error) => Reached::Nobody,
        Err(error) if is_timed_out(error) => Reached::Busy,
        Ok(_) | Err(_) => Reached::Database,
    };
    let done = match done {
        Ok(done) => done,
        Err(error) if inputs.len() == 1 => vec![Err(error)],
        Err(error) if is_unavailable(&error) => {
            tracing::warn!(%error, pieces = inputs.len(), "the database went away from a batch");
            inputs.iter().map(|_| Err(away().into())).collect()
        }
        Err(error) => {
            if !is_apart(&error) {
                tracing::warn!(%error, pieces = inputs.len(), "a batch failed; each of its pieces is done by itself");
            }
            Vec::new()
        }
    };
    for outcome in done {
        if let Some(answer) = answers.pop_front() {
            let apart = matches!(&outcome, Err(error) if is_apart(error));
            // Whoever went away has no use for the answer.
            let _gone = answer.send((!apart).then_some(outcome));
        }
    }
    for answer in answers {
        let _gone = answer.send(None);
    }
    reached
}

#[cfg(test)]
mod tests;
