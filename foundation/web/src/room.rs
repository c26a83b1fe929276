//! How many requests are at work at once, who waits, and who is turned away.
//!
//! The database does so much at a time, and what comes on top of that only makes everybody wait longer. So there are so many
//! places, as many may wait for a moment, in the order in which they came, and everybody else is told at once to come back.
//! Nothing else takes a quarter of the places from those who pay, and the desk and its programs leave half of the others to
//! shoppers who look around. Who holds a place while a long body comes, at their own pace, has a quarter of the others, and one
//! client half of that.
//!
//! Those who are turned away are told different times, one after the other: a crowd that was told the same would come back as
//! one, and be turned away again. Who pays is asked to come back first.

use std::{
    collections::HashMap,
    sync::{
        Arc, Mutex, PoisonError, Weak,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use axum::http::StatusCode;
use metrics::Gauge;
use tokio::sync::{OwnedSemaphorePermit, Semaphore, TryAcquireError};

use crate::{Problem, Settings};

/// What a request is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Purpose {
    /// The way from a cart to an order, and what gateways tell.
    Buying,
    /// Everything else that shoppers see, a waiting room too.
    Looking,
    /// The desk, and what programs do in its place.
    Desk,
}

impl Purpose {
    /// What a path is for.
    pub(crate) fn of(path: &str) -> Self {
        let is_below = |prefixes: &[&str]| {
            prefixes.iter().any(|prefix| {
                path.strip_prefix(*prefix)
                    .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
            })
        };
        if is_below(&["/admin", "/api/v1/admin", "/api/v1/imports"]) {
            Self::Desk
        } else if is_below(&[
            "/api/v1/carts",
            "/api/v1/webhooks",
            "/cart",
            "/checkout",
            "/metrics",
            "/sandbox",
        ]) {
            Self::Buying
        } else {
            Self::Looking
        }
    }

    fn name(self) -> &'static str {
        match self {
            Self::Buying => "buying",
            Self::Looking => "looking",
            Self::Desk => "desk",
        }
    }

    fn number_of(self, which: &'static str) -> Gauge {
        metrics::gauge!("http_requests_at_once", "purpose" => self.name(), "state" => which)
    }
}

/// The places.
#[derive(Debug)]
pub(crate) struct Room {
    places: Arc<Semaphore>,
    /// Those that are not kept for who pays.
    open: Arc<Semaphore>,
    /// Those of them that the desk may take.
    desk: Arc<Semaphore>,
    /// Those of them that may be held while something long comes in.
    sending: Arc<Semaphore>,
    /// How many of these one client may hold.
    sending_each: usize,
    senders: Mutex<HashMap<String, Weak<Semaphore>>>,
    /// Places to wait at, of buyers, lookers and the desk.
    queues: [Arc<Semaphore>; 3],
    patience: Duration,
    turned_away: AtomicU64,
}

/// A place, until it is dropped.
#[derive(Debug)]
pub(crate) struct Held {
    permits: Vec<OwnedSemaphorePermit>,
    _counted: Counted,
}

/// One more in a gauge, until it is dropped.
#[derive(Debug)]
struct Counted(Purpose, &'static str);

impl Counted {
    fn new(purpose: Purpose, which: &'static str) -> Self {
        purpose.number_of(which).increment(1);
        Self(purpose, which)
    }
}

impl Drop for Counted {
    fn drop(&mut self) {
        self.0.number_of(self.1).decrement(1);
    }
}

impl Room {
    pub(crate) fn new(settings: &Settings) -> Self {
        let places = settings.max_concurrent;
        let open = places.saturating_mul(3).div_ceil(4);
        let sending = open.div_ceil(4);
        let semaphore = |permits: usize| Arc::new(Semaphore::new(permits.min(Semaphore::MAX_PERMITS)));
        Self {
            places: semaphore(places),
            open: semaphore(open),
            desk: semaphore(open.div_ceil(2)),
            sending: semaphore(sending),
            sending_each: sending.div_ceil(2),
            senders: Mutex::default(),
            queues: [places; 3].map(semaphore),
            patience: settings.patience,
            turned_away: AtomicU64::new(0),
        }
    }

    /// A place at once, or after a moment in the queue.
    pub(crate) async fn enter(&self, purpose: Purpose) -> Result<Held, Problem> {
        let permits = match self.try_enter(purpose) {
            Ok(permits) => permits,
            Err(_taken) => self.wait(purpose).await?,
        };
        Ok(Held {
            permits,
            _counted: Counted::new(purpose, "working"),
        })
    }

    /// The same for somebody whose body is long and still coming.
    pub(crate) async fn enter_sending(&self, purpose: Purpose, client: String) -> Result<Held, Problem> {
        let shares = [self.share_of(client), Arc::clone(&self.sending)];
        let mut permits = Vec::new();
        for share in shares {
            let share = tokio::time::timeout(self.patience, share.acquire_owned()).await;
            let permit = share
                .ok()
                .and_then(Result::ok)
                .ok_or_else(|| self.refuse(purpose, "sending"))?;
            permits.push(permit);
        }
        let mut held = self.enter(purpose).await?;
        held.permits.extend(permits);
        Ok(held)
    }

    /// The places of a client who sends something. They are forgotten once nobody holds or awaits one.
    fn share_of(&self, client: String) -> Arc<Semaphore> {
        let mut senders = self.senders.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(share) = senders.get(&client).and_then(Weak::upgrade) {
            return share;
        }
        senders.retain(|_client, share| share.strong_count() > 0);
        let share = Arc::new(Semaphore::new(self.sending_each.min(Semaphore::MAX_PERMITS)));
        senders.insert(client, Arc::downgrade(&share));
        share
    }

    /// The narrower share always comes first, so that nobody holds what somebody waits for who holds what they wait for.
    fn shares(&self, purpose: Purpose) -> impl Iterator<Item = &Arc<Semaphore>> {
        let desk = (purpose == Purpose::Desk).then_some(&self.desk);
        let open = (purpose != Purpose::Buying).then_some(&self.open);
        desk.into_iter().chain(open).chain([&self.places])
    }

    /// Who comes does not overtake who waits: what is given back belongs to them.
    fn try_enter(&self, purpose: Purpose) -> Result<Vec<OwnedSemaphorePermit>, TryAcquireError> {
        self.shares(purpose)
            .map(|share| Arc::clone(share).try_acquire_owned())
            .collect()
    }

    async fn wait(&self, purpose: Purpose) -> Result<Vec<OwnedSemaphorePermit>, Problem> {
        let [buyers, lookers, desk] = &self.queues;
        let queue = match purpose {
            Purpose::Buying => buyers,
            Purpose::Looking => lookers,
            Purpose::Desk => desk,
        };
        let _queued = queue.try_acquire().map_err(|_full| self.refuse(purpose, "full"))?;
        let _counted = Counted::new(purpose, "waiting");
        let entering = async {
            let mut permits = Vec::new();
            for share in self.shares(purpose) {
                permits.push(Arc::clone(share).acquire_owned().await.ok()?);
            }
            Some(permits)
        };
        let entered = tokio::time::timeout(self.patience, entering).await;
        entered.ok().flatten().ok_or_else(|| self.refuse(purpose, "waited"))
    }

    fn refuse(&self, purpose: Purpose, why: &'static str) -> Problem {
        metrics::counter!("http_requests_shed_total", "purpose" => purpose.name(), "why" => why).increment(1);
        let turn = self.turned_away.fetch_add(1, Ordering::Relaxed);
        let (soonest_secs, spread_secs) = match purpose {
            Purpose::Buying => (1, 2),
            Purpose::Looking | Purpose::Desk => (2, 4),
        };
        let detail = "More requests are running than this server takes.";
        Problem::new(StatusCode::SERVICE_UNAVAILABLE, "overloaded", detail)
            .retry_after(soonest_secs + turn % spread_secs)
    }
}

#[cfg(test)]
mod tests {
    use axum::response::IntoResponse as _;
    use futures_util::{FutureExt as _, poll};

    use super::{Purpose::*, *};

    const LONG: Duration = Duration::from_secs(3_600);

    fn room(max_concurrent: usize, patience: Duration) -> Room {
        Room::new(&Settings {
            max_concurrent,
            patience,
            ..Settings::default()
        })
    }

    /// A place that is there without waiting.
    fn at_once(room: &Room, purpose: Purpose) -> Option<Held> {
        room.enter(purpose).now_or_never()?.ok()
    }

    #[test]
    fn the_way_to_an_order_is_told_from_the_rest() {
        for (path, purpose) in [
            ("/", Looking),
            ("/products/lamp", Looking),
            ("/cart", Buying),
            ("/cartoons", Looking),
            ("/checkout/return", Buying),
            ("/api/v1/carts/cart_1/complete", Buying),
            ("/api/v1/webhooks/sandbox", Buying),
            // Those who wait come by the thousand, and those who were let in are to get through.
            ("/queue", Looking),
            ("/api/v1/queue", Looking),
            ("/api/v1/products", Looking),
            ("/api/v1/admin/orders", Desk),
            ("/admin", Desk),
            ("/administration", Looking),
        ] {
            assert_eq!(Purpose::of(path), purpose, "{path}");
        }
    }

    #[tokio::test]
    async fn who_pays_has_places_that_nobody_else_takes_and_the_desk_has_the_fewest() {
        let room = room(8, Duration::ZERO);
        let mut taken = Vec::new();
        for (purpose, most) in [(Desk, 3), (Looking, 3), (Buying, 2)] {
            for _place in 0..most {
                taken.push(room.enter(purpose).await.unwrap());
            }
            let problem = room.enter(purpose).await.unwrap_err();
            assert_eq!((problem.status().as_u16(), problem.code()), (503, "overloaded"));
        }
        assert_eq!(taken.len(), 8);
        taken.clear();
        for _place in 0..8 {
            taken.push(room.enter(Buying).await.unwrap());
        }
        assert!(room.enter(Looking).await.is_err());
    }

    #[tokio::test]
    async fn who_waits_comes_in_before_who_comes_after_them() {
        let room = room(1, LONG);
        let first = room.enter(Looking).await.unwrap();
        let mut second = Box::pin(room.enter(Buying));
        assert!(poll!(&mut second).is_pending());
        drop(first);
        assert!(at_once(&room, Buying).is_none(), "the place belongs to who waited");
        drop(second.await.unwrap());
        assert!(at_once(&room, Looking).is_some());
    }

    #[tokio::test]
    async fn the_queue_has_an_end_and_who_leaves_it_leaves_room() {
        let room = room(2, LONG);
        let _taken = [room.enter(Buying).await.unwrap(), room.enter(Buying).await.unwrap()];
        let (mut one, mut other) = (Box::pin(room.enter(Looking)), Box::pin(room.enter(Looking)));
        assert!(poll!(&mut one).is_pending() && poll!(&mut other).is_pending());
        assert!(room.enter(Looking).await.is_err(), "at once, however patient");
        let mut buyer = Box::pin(room.enter(Buying));
        assert!(poll!(&mut buyer).is_pending(), "buyers have a queue of their own");
        drop(other);
        let mut third = Box::pin(room.enter(Looking));
        assert!(poll!(&mut third).is_pending());
    }

    #[tokio::test]
    async fn who_sends_something_long_leaves_most_places_to_others_and_half_of_theirs_to_other_clients() {
        let room = room(16, Duration::ZERO);
        let mut taken = Vec::new();
        for (client, most) in [("a", 2), ("b", 1)] {
            for _place in 0..most {
                taken.push(room.enter_sending(Looking, client.to_owned()).await.unwrap());
            }
            let problem = room.enter_sending(Looking, client.to_owned()).await.unwrap_err();
            assert_eq!(
                (problem.status().as_u16(), problem.code()),
                (503, "overloaded"),
                "{client}"
            );
        }
        for _place in 0..9 {
            taken.push(room.enter(Looking).await.unwrap());
        }
        for _place in 0..4 {
            taken.push(room.enter(Buying).await.unwrap());
        }
        taken.clear();
        assert!(room.enter_sending(Desk, "a".to_owned()).await.is_ok());
        assert_eq!(
            room.senders.lock().unwrap().len(),
            1,
            "who sends nothing any more is forgotten"
        );
    }

    #[tokio::test]
    async fn a_crowd_that_is_turned_away_does_not_come_back_as_one() {
        let room = room(0, Duration::ZERO);
        for (purpose, told) in [(Looking, ["2", "3", "4", "5"]), (Buying, ["1", "2", "1", "2"])] {
            for seconds in told {
                let refused = room.enter(purpose).await.unwrap_err().into_response();
                assert_eq!(refused.headers()["retry-after"], seconds, "{purpose:?}");
            }
        }
    }

    #[tokio::test]
    async fn who_was_turned_away_holds_nothing() {
        let room = room(2, Duration::ZERO);
        let (buyer, looker) = (room.enter(Buying).await.unwrap(), room.enter(Looking).await.unwrap());
        for _asked in 0..5 {
            assert!(room.enter(Desk).await.is_err() && room.enter(Looking).await.is_err());
        }
        drop((buyer, looker));
        assert!(at_once(&room, Desk).is_some());
        assert!(at_once(&room, Looking).is_some());
    }

    #[tokio::test]
    async fn a_program_without_a_place_turns_everybody_away_at_once() {
        let room = room(0, LONG);
        for purpose in [Buying, Looking, Desk] {
            assert!(room.enter(purpose).await.is_err());
        }
    }
}
