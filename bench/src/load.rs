//! Load in a closed loop: each caller has a connection of its own and asks again when it was answered. The callers share
//! threads that do nothing else.

use std::{
    net::SocketAddr,
    time::{Duration, Instant},
};

use futures_util::future::join_all;
use hdrhistogram::Histogram;

use crate::{
    figures::{Milli, micros, per_second},
    http::Connection,
};

/// Latencies are told apart up to this: ten minutes.
const LONGEST_US: u64 = 600_000_000;

/// What one caller does over and over.
pub(crate) trait Caller {
    /// Does it once. What fails is counted and told.
    async fn operate(&mut self, http: &mut Connection) -> anyhow::Result<Done>;
}

/// What came of one operation that did not fail.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Done {
    /// It counts.
    Counted,
    /// There is nothing left to do: the caller stops.
    Over,
}

/// How many callers, and for how long.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Load {
    /// The server.
    pub(crate) address: SocketAddr,
    /// How many at once.
    pub(crate) callers: usize,
    /// How long.
    pub(crate) time: Duration,
}

/// What was measured.
#[derive(Debug)]
pub(crate) struct Measured {
    latencies: Histogram<u64>,
    /// Operations that failed.
    pub(crate) errors: u64,
    /// HTTP requests.
    pub(crate) requests: u64,
    /// What the first failure said.
    pub(crate) first_error: Option<String>,
    /// From the first request to the last answer.
    pub(crate) time: Duration,
}

impl Measured {
    /// Nothing yet.
    pub(crate) fn new() -> anyhow::Result<Self> {
        Ok(Self {
            latencies: Histogram::new_with_bounds(1, LONGEST_US, 3)?,
            errors: 0,
            requests: 0,
            first_error: None,
            time: Duration::ZERO,
        })
    }

    /// Notes an operation that took so long.
    pub(crate) fn note(&mut self, micros: u64) {
        self.latencies.saturating_record(micros);
    }

    /// Notes an operation that failed.
    pub(crate) fn fail(&mut self, error: &anyhow::Error) {
        self.errors += 1;
        self.first_error.get_or_insert_with(|| format!("{error:#}"));
    }

    fn take_in(&mut self, other: Self) -> anyhow::Result<()> {
        self.latencies.add(&other.latencies)?;
        self.errors += other.errors;
        self.requests += other.requests;
        self.first_error = self.first_error.take().or(other.first_error);
        self.time = self.time.max(other.time);
        Ok(())
    }

    /// Operations that did not fail.
    pub(crate) fn count(&self) -> u64 {
        self.latencies.len()
    }

    /// The latency that so many thousandths of the operations did not exceed, in microseconds.
    #[expect(clippy::float_arithmetic, reason = "the histogram is asked by a fraction")]
    pub(crate) fn latency(&self, thousandths: u32) -> Option<u64> {
        let quantile = f64::from(thousandths) * 0.001;
        (!self.latencies.is_empty()).then(|| self.latencies.value_at_quantile(quantile))
    }

    /// Operations a second.
    pub(crate) fn rate(&self) -> Option<Milli> {
        per_second(self.count(), self.time)
    }
}

/// Runs the callers that `make` makes, each from its number, and waits for their last answers.
pub(crate) fn run<C: Caller>(load: &Load, make: impl Fn(usize) -> C + Sync) -> anyhow::Result<Measured> {
    let threads = std::thread::available_parallelism().map_or(1, |cores| (cores.get() / 2).max(1));
    let began = Instant::now();
    let parts: Vec<anyhow::Result<Measured>> = std::thread::scope(|scope| {
        let running: Vec<_> = (0..threads)
            .map(|thread| {
                let mine = (thread..load.callers).step_by(threads);
                let make = &make;
                scope.spawn(move || run_some(load, mine, make, began))
            })
            .collect();
        let ended = running.into_iter().map(|thread| thread.join());
        ended
            .map(|part| part.unwrap_or_else(|_panic| Err(anyhow::anyhow!("a thread of callers broke off"))))
            .collect()
    });
    let mut all = Measured::new()?;
    for part in parts {
        all.take_in(part?)?;
    }
    Ok(all)
}

fn run_some<C: Caller>(
    load: &Load,
    callers: impl Iterator<Item = usize>,
    make: &impl Fn(usize) -> C,
    began: Instant,
) -> anyhow::Result<Measured> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let parts = runtime.block_on(join_all(callers.map(|index| one(load, make(index), began))));
    let mut all = Measured::new()?;
    for part in parts {
        all.take_in(part?)?;
    }
    Ok(all)
}

async fn one<C: Caller>(load: &Load, mut caller: C, began: Instant) -> anyhow::Result<Measured> {
    let mut measured = Measured::new()?;
    let mut http = Connection::new(load.address);
    while began.elapsed() < load.time {
        let started = Instant::now();
        match caller.operate(&mut http).await {
            Ok(Done::Counted) => measured.note(micros(started.elapsed())),
            Ok(Done::Over) => break,
            Err(error) => measured.fail(&error),
        }
    }
    measured.requests = http.requests;
    measured.time = began.elapsed();
    Ok(measured)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percentiles_are_those_of_what_was_noted() {
        let mut measured = Measured::new().unwrap();
        assert_eq!(measured.latency(500), None);
        for micros in 1..=1000 {
            measured.note(micros);
        }
        measured.time = Duration::from_secs(2);
        let near = |found: Option<u64>, expected: u64| found.is_some_and(|found| found.abs_diff(expected) <= 1);
        assert!(near(measured.latency(500), 500), "{:?}", measured.latency(500));
        assert!(near(measured.latency(990), 990), "{:?}", measured.latency(990));
        assert_eq!(measured.rate(), Some(Milli(500_000)));
    }

    #[test]
    fn parts_add_up() {
        let mut all = Measured::new().unwrap();
        for (micros, seconds) in [(10, 1), (30, 3)] {
            let mut part = Measured::new().unwrap();
            part.note(micros);
            part.requests = 2;
            part.fail(&anyhow::anyhow!("after {micros}"));
            part.time = Duration::from_secs(seconds);
            all.take_in(part).unwrap();
        }
        assert_eq!((all.count(), all.requests, all.errors), (2, 4, 2));
        assert_eq!(all.first_error.as_deref(), Some("after 10"));
        assert_eq!(all.time, Duration::from_secs(3));
        assert_eq!(all.latency(990), Some(30));
    }

    /// Counts down without asking anybody.
    struct CountDown(u32);

    impl Caller for CountDown {
        async fn operate(&mut self, _http: &mut Connection) -> anyhow::Result<Done> {
            self.0 -= 1;
            Ok(if self.0 == 0 { Done::Over } else { Done::Counted })
        }
    }

    #[test]
    fn every_caller_works_until_there_is_nothing_left() {
        let load = Load {
            address: SocketAddr::from(([127, 0, 0, 1], 9)),
            callers: 5,
            time: Duration::from_secs(3600),
        };
        let measured = run(&load, |_index| CountDown(4)).unwrap();
        assert_eq!((measured.count(), measured.errors, measured.requests), (15, 0, 0));
    }
}
