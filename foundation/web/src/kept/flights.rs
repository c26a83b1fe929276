//! One makes an answer; who asks for the same meanwhile waits for it. When something on a busy page changes, the page is made
//! once and not by everybody who looks at it.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};

use database::cache::Key;
use tokio::sync::watch;

/// The answers that are being made.
#[derive(Debug, Clone, Default)]
pub(crate) struct Flights(Arc<Mutex<HashMap<Key, watch::Receiver<Flight>>>>);

/// How far an answer is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Flight {
    /// It is being made.
    Begun,
    /// It was such that it can be kept, whether or not it has been dropped since.
    Landed,
    /// It was for its visitor alone, or never finished.
    Lost,
}

/// What becomes of somebody who asks.
pub(crate) enum Part {
    /// Nobody makes the answer: make it.
    Pilot(Pilot),
    /// Somebody made it in the meantime; it may be kept.
    Passenger,
    /// Nothing that others are answered is of use.
    Walker,
}

/// Makes the answer. Others wait until it goes.
pub(crate) struct Pilot {
    flights: Flights,
    key: Key,
    progress: watch::Sender<Flight>,
}

impl Flights {
    /// Joins whoever makes the same answer, or begins.
    pub(crate) async fn board(&self, key: &Key) -> Part {
        let waiting = {
            let mut flights = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            match flights.get(key) {
                Some(flight) => Ok(flight.clone()),
                None => {
                    let (progress, flight) = watch::channel(Flight::Begun);
                    flights.insert(key.clone(), flight);
                    Err(progress)
                }
            }
        };
        match waiting {
            Ok(mut flight) => match flight.wait_for(|flight| *flight != Flight::Begun).await.as_deref() {
                Ok(Flight::Landed) => Part::Passenger,
                Ok(Flight::Begun | Flight::Lost) | Err(_) => Part::Walker,
            },
            Err(progress) => Part::Pilot(Pilot {
                flights: self.clone(),
                key: key.clone(),
                progress,
            }),
        }
    }
}

impl Pilot {
    /// The answer has been kept.
    pub(crate) fn land(self) {
        self.progress.send_replace(Flight::Landed);
    }
}

impl Drop for Pilot {
    fn drop(&mut self) {
        let mut flights = self.flights.0.lock().unwrap_or_else(PoisonError::into_inner);
        flights.remove(&self.key);
        self.progress.send_if_modified(|flight| {
            let is_lost = *flight == Flight::Begun;
            if is_lost {
                *flight = Flight::Lost;
            }
            is_lost
        });
    }
}

#[cfg(test)]
mod tests {
    use kernel::StoreId;
    use uuid::Uuid;

    use super::*;

    fn key(name: &str) -> Key {
        Key::new(StoreId::from(Uuid::nil()), "page", name)
    }

    #[tokio::test]
    async fn whoever_comes_while_an_answer_is_made_waits_for_it() {
        let (flights, home) = (Flights::default(), key("home"));
        let Part::Pilot(first) = flights.board(&home).await else {
            panic!("nobody makes it")
        };
        assert!(
            matches!(flights.board(&key("cart")).await, Part::Pilot(_)),
            "another answer"
        );
        let (second, ()) = tokio::join!(flights.board(&home), async { first.land() });
        assert!(matches!(second, Part::Passenger));
        assert!(
            matches!(flights.board(&home).await, Part::Pilot(_)),
            "the next one begins anew"
        );
    }

    #[tokio::test]
    async fn nobody_waits_for_an_answer_that_is_given_up() {
        let (flights, home) = (Flights::default(), key("home"));
        let Part::Pilot(first) = flights.board(&home).await else {
            panic!("nobody makes it")
        };
        let (second, ()) = tokio::join!(flights.board(&home), async { drop(first) });
        assert!(matches!(second, Part::Walker));
    }
}
