//! The time of day, as a port: production asks the system, a test says what time it is.

use std::sync::Mutex;

use chrono::{DateTime, TimeDelta, Utc};

/// A moment in UTC, with microseconds as PostgreSQL keeps them.
pub type Time = DateTime<Utc>;

/// Tells the current moment.
pub trait Clock: Send + Sync + std::fmt::Debug {
    /// The current moment, truncated to microseconds so that it survives a round trip through PostgreSQL unchanged.
    fn now(&self) -> Time;
}

/// The system's clock.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    #[expect(
        clippy::disallowed_methods,
        reason = "this is the one place that asks the system for the time"
    )]
    fn now(&self) -> Time {
        truncate(Utc::now())
    }
}

/// A clock that stands still until it is told to move.
#[derive(Debug)]
pub struct ManualClock(Mutex<Time>);

impl ManualClock {
    /// A clock that shows `start`.
    pub fn new(start: Time) -> Self {
        Self(Mutex::new(truncate(start)))
    }

    /// Moves the clock forward (or back, with a negative difference).
    pub fn advance(&self, by: TimeDelta) {
        let mut now = self.0.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        *now = truncate(*now + by);
    }
}

impl Clock for ManualClock {
    fn now(&self) -> Time {
        *self.0.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
    }
}

fn truncate(time: Time) -> Time {
    DateTime::from_timestamp_micros(time.timestamp_micros()).unwrap_or(time)
}
