//! Streams that tell an open page that what it shows is another now (server-sent events). They carry no content: the page
//! asks again, by the rights it has then. A stream that nothing happens on asks the database nothing.

use std::{
    collections::HashMap,
    sync::{Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use axum::{
    body::{Body, Bytes},
    http::{HeaderName, HeaderValue, StatusCode, header},
    response::{IntoResponse as _, Response},
};
use database::cache::{Needs, Watched};
use futures_util::stream;
use tokio::time::{Instant, Interval, MissedTickBehavior, interval, sleep_until};

use crate::{AppState, Problem, Visitor, limits::caller};

/// How often a stream says that it is there, so that proxies let it be and a browser that is gone is noticed.
const HEARTBEAT: Duration = Duration::from_secs(15);
/// How long a stream lasts. Then the browser opens the next one, and has to be allowed to again.
const LIFE: Duration = Duration::from_secs(30 * 60);
/// Tells browsers how long to wait before they come back, in milliseconds.
const RETRY: &str = "retry: 5000\n\n";

/// The streams that are open.
#[derive(Debug, Default)]
pub(crate) struct Streams {
    open: Mutex<Open>,
}

#[derive(Debug, Default)]
struct Open {
    all: usize,
    by_client: HashMap<String, usize>,
}

impl Streams {
    fn lock(&self) -> MutexGuard<'_, Open> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A place for one stream, given back when it ends.
pub struct Place {
    state: AppState,
    client: String,
}

impl std::fmt::Debug for Place {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Place")
            .field("client", &self.client)
            .finish_non_exhaustive()
    }
}

impl Visitor {
    /// Takes a place for a stream, before anything is looked up for it. There are so many for each client and for all, and
    /// none while the program ends.
    pub fn take_place(&self) -> Result<Place, Problem> {
        let (state, client) = (self.state(), caller(self.client_ip()));
        if state.draining().is_cancelled() {
            return Err(no_place("The server is about to end."));
        }
        let mut open = state.streams().lock();
        let of_client = open.by_client.get(&client).copied().unwrap_or_default();
        if of_client >= state.settings().streams_per_client {
            let detail = "This client has as many streams open as it may have.";
            return Err(Problem::new(StatusCode::TOO_MANY_REQUESTS, "too_many_streams", detail).retry_after(60));
        }
        if open.all >= state.settings().streams {
            return Err(no_place("As many streams are open as this server takes."));
        }
        open.all += 1;
        open.by_client.insert(client.clone(), of_client + 1);
        metrics::gauge!("http_streams_open").increment(1);
        drop(open);
        Ok(Place {
            state: state.clone(),
            client,
        })
    }
}

fn no_place(detail: &'static str) -> Problem {
    Problem::new(StatusCode::SERVICE_UNAVAILABLE, "no_streams", detail).retry_after(60)
}

impl Place {
    /// Begins to listen. What is looked up from here on is either as the page will find it, or told to be another.
    pub fn watch(self, needs: &Needs) -> Stream {
        Stream {
            watched: self.state.database().cache().watch(needs),
            place: self,
        }
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut open = self.state.streams().lock();
        open.all = open.all.saturating_sub(1);
        if let Some(count) = open.by_client.get_mut(&self.client) {
            *count = count.saturating_sub(1);
            if *count == 0 {
                open.by_client.remove(&self.client);
            }
        }
        metrics::gauge!("http_streams_open").decrement(1);
    }
}

/// A stream that has noted what happens since, and is not sent yet.
#[derive(Debug)]
pub struct Stream {
    watched: Watched,
    place: Place,
}

impl Stream {
    /// Sends it: first the version of what the page is about, so that a page made before this notices what it missed, then
    /// a word whenever it is another. It ends when the program is told to.
    pub fn begin(self, version: &str) -> Response {
        let mut heartbeat = interval(HEARTBEAT);
        heartbeat.set_missed_tick_behavior(MissedTickBehavior::Delay);
        heartbeat.reset();
        let sending = Sending {
            first: Some(format!("{RETRY}event: version\ndata: {version}\n\n")),
            stream: self,
            heartbeat,
            end: Instant::now() + LIFE,
        };
        let pieces = stream::unfold(sending, async |mut sending| {
            let piece = sending.next().await?;
            Some((Ok::<_, std::convert::Infallible>(piece), sending))
        });
        let headers = [
            (header::CONTENT_TYPE, HeaderValue::from_static("text/event-stream")),
            (header::CACHE_CONTROL, HeaderValue::from_static("no-store")),
            // nginx and those that follow it collect no answer with this.
            (
                HeaderName::from_static("x-accel-buffering"),
                HeaderValue::from_static("no"),
            ),
        ];
        (headers, Body::from_stream(pieces)).into_response()
    }
}

struct Sending {
    first: Option<String>,
    stream: Stream,
    heartbeat: Interval,
    end: Instant,
}

impl Sending {
    async fn next(&mut self) -> Option<Bytes> {
        if let Some(first) = self.first.take() {
            return Some(first.into());
        }
        let draining = self.stream.place.state.draining();
        tokio::select! {
            () = draining.cancelled() => None,
            () = self.stream.watched.dropped() => Some(Bytes::from_static(b"event: changed\ndata: changed\n\n")),
            _ = self.heartbeat.tick() => Some(Bytes::from_static(b":\n\n")),
            () = sleep_until(self.end) => None,
        }
    }
}
