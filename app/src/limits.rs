//! Limits that all processes share: in Redis when there is one, in PostgreSQL otherwise.

mod redis;

use std::{sync::Arc, time::Duration};

use anyhow::Context as _;
use async_trait::async_trait;
use database::Database;
use kernel::{Store, Time};
use sha2::{Digest as _, Sha256};
use web::{Allowance, SharedLimits, SharedLimitsAway};

pub use self::redis::RedisLimits;
use crate::config::Config;

/// Where limits are counted together.
pub fn shared(config: &Config, database: &Database) -> anyhow::Result<Arc<dyn SharedLimits>> {
    match &config.redis_url {
        Some(url) => Ok(Arc::new(
            RedisLimits::new(url, config.redis_timeout_ms).context("REDIS_URL is not the address of a Redis")?,
        )),
        None => Ok(Arc::new(PostgresLimits(database.clone()))),
    }
}

/// In the database, which is asked only where somebody could guess: a statement for each call of the API would cost more than
/// many calls do.
struct PostgresLimits(Database);

#[async_trait]
impl SharedLimits for PostgresLimits {
    fn counts_calls(&self) -> bool {
        false
    }

    async fn take(
        &self,
        store: &Arc<Store>,
        _now: Time,
        allowances: &[Allowance],
    ) -> Result<Vec<Option<Duration>>, SharedLimitsAway> {
        let asked = allowances.iter().map(|allowance| database::limits::Allowance {
            key: Sha256::digest(&allowance.name).into(),
            period_us: micros(allowance.throttle.period),
            window_us: micros(allowance.throttle.window()),
        });
        let waits = database::limits::take(&self.0, store, asked.collect()).await;
        let waits = waits.map_err(|error| SharedLimitsAway(error.into()))?;
        Ok(waits.into_iter().map(|wait| wait.map(duration)).collect())
    }
}

fn micros(time: Duration) -> i64 {
    i64::try_from(time.as_micros()).unwrap_or(i64::MAX / 4)
}

fn duration(micros: i64) -> Duration {
    Duration::from_micros(micros.unsigned_abs())
}
