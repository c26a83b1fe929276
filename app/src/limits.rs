//! Limits that all processes share: in Redis when there is one, in PostgreSQL otherwise.

mod redis;

use std::{
    sync::{
        Arc,
        atomic::{AtomicI64, Ordering},
    },
    time::Duration,
};

use anyhow::Context as _;
use async_trait::async_trait;
use database::Database;
use kernel::{Store, Time};
use sha2::{Digest as _, Sha256};
use tokio::sync::Notify;
use web::{Allowance, SharedLimits, SharedLimitsAway};

pub use self::redis::RedisLimits;
use crate::config::Config;

/// Where limits are counted together.
pub fn shared(config: &Config, database: &Database) -> anyhow::Result<Arc<dyn SharedLimits>> {
    match &config.redis_url {
        Some(url) => Ok(Arc::new(
            RedisLimits::new(url, config.redis_timeout_ms).context("REDIS_URL is not the address of a Redis")?,
        )),
        None => Ok(Arc::new(PostgresLimits {
            database: database.clone(),
            rest: Rest::default(),
        })),
    }
}

/// After what counts together did not answer, nobody asks it again before this much time has passed.
const REST_US: i64 = 1_000_000;

/// Keeps requests from waiting, each in its turn, for what has just not answered.
#[derive(Debug)]
struct Rest {
    until_us: AtomicI64,
    begins: Notify,
}

impl Default for Rest {
    fn default() -> Self {
        Self {
            until_us: AtomicI64::new(i64::MIN),
            begins: Notify::new(),
        }
    }
}

impl Rest {
    fn begin(&self, now: Time) {
        self.until_us.store(now.timestamp_micros() + REST_US, Ordering::Relaxed);
        self.begins.notify_waiters();
    }

    /// What comes of asking, unless a rest begins meanwhile: who asked after the one who got no answer gets none either.
    async fn unless_begun<T>(&self, asking: impl Future<Output = T>) -> Result<T, SharedLimitsAway> {
        tokio::select! {
            biased;
            answer = asking => Ok(answer),
            () = self.begins.notified() => Err(SharedLimitsAway("it did not answer somebody else".into())),
        }
    }

    /// A clock that was set back makes nobody wait for longer.
    fn is_over(&self, now: Time) -> Result<(), SharedLimitsAway> {
        let until_us = self.until_us.load(Ordering::Relaxed);
        if (until_us.saturating_sub(REST_US)..until_us).contains(&now.timestamp_micros()) {
            return Err(SharedLimitsAway("it did not answer a moment ago".into()));
        }
        Ok(())
    }
}

/// In the database, which is asked only where somebody could guess: a statement for each call of the API would cost more than
/// many calls do.
struct PostgresLimits {
    database: Database,
    rest: Rest,
}

#[async_trait]
impl SharedLimits for PostgresLimits {
    fn counts_calls(&self) -> bool {
        false
    }

    async fn take(
        &self,
        store: &Arc<Store>,
        now: Time,
        allowances: &[Allowance],
    ) -> Result<Vec<Option<Duration>>, SharedLimitsAway> {
        self.rest.is_over(now)?;
        let asked = allowances.iter().map(|allowance| database::limits::Allowance {
            key: Sha256::digest(&allowance.name).into(),
            period_us: micros(allowance.throttle.period),
            window_us: micros(allowance.throttle.window()),
        });
        let asking = database::limits::take(&self.database, store, asked.collect());
        let waits = self.rest.unless_begun(asking).await?.map_err(|error| {
            // It may have taken long to fail.
            self.rest.begin(self.database.now());
            SharedLimitsAway(error.into())
        })?;
        Ok(waits.into_iter().map(|wait| wait.map(duration)).collect())
    }
}

fn micros(time: Duration) -> i64 {
    i64::try_from(time.as_micros()).unwrap_or(i64::MAX / 4)
}

fn duration(micros: i64) -> Duration {
    Duration::from_micros(micros.unsigned_abs())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn who_waits_is_told_as_soon_as_somebody_else_got_no_answer() {
        let rest = Rest::default();
        let waiting = rest.unless_begun(std::future::pending::<()>());
        let failing = async { rest.begin(Time::UNIX_EPOCH) };
        let (waited, ()) = tokio::join!(waiting, failing);
        assert!(waited.is_err());
        assert!(rest.is_over(Time::UNIX_EPOCH).is_err(), "nobody else asks for a second");
        let later = rest.unless_begun(std::future::ready(7)).await;
        assert_eq!(later.unwrap(), 7);
    }
}
