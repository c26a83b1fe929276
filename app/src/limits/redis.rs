//! Redis, or what speaks its protocol: one round trip for all allowances of a request, and none while it is away.

use std::{sync::Arc, time::Duration};

use async_trait::async_trait;
use data_encoding::HEXLOWER;
use kernel::{Store, StoreId, Time};
use redis::{
    Client, Script,
    aio::{ConnectionManager, ConnectionManagerConfig},
};
use sha2::{Digest as _, Sha256};
use tokio::sync::OnceCell;
use web::{Allowance, SharedLimits, SharedLimitsAway};

use super::{Rest, duration, micros};

/// When an allowance is full again; forgotten ten minutes later, for clocks that are apart. The moment comes from whoever asks;
/// where that clock was set back nobody waits for longer than the window.
const TAKE: &str = "
local waits = {}
local now = tonumber(ARGV[1])
for i, key in ipairs(KEYS) do
    local period, window = tonumber(ARGV[2 * i]), tonumber(ARGV[2 * i + 1])
    local before = math.max(tonumber(redis.call('GET', key) or 0), now)
    local full = before + period
    waits[i] = 0
    if full > now + window then
        full = math.min(before, now + window)
        waits[i] = full + period - window - now
    end
    redis.call('SET', key, string.format('%.0f', full), 'PX', math.ceil((full - now) / 1000) + 600000)
end
return waits";

/// Counts in Redis.
pub struct RedisLimits {
    client: Client,
    connection: OnceCell<ConnectionManager>,
    script: Script,
    /// No request waits longer for it.
    patience: Duration,
    rest: Rest,
}

impl RedisLimits {
    /// The Redis at an address such as `redis://cache.example:6379`; nothing is sent before it is needed.
    pub fn new(url: &str, timeout_ms: u32) -> anyhow::Result<Self> {
        // Another part of the program may have chosen the same already.
        let _ = rustls::crypto::ring::default_provider().install_default();
        Ok(Self {
            client: Client::open(url)?,
            connection: OnceCell::new(),
            script: Script::new(TAKE),
            patience: Duration::from_millis(timeout_ms.into()),
            rest: Rest::default(),
        })
    }

    /// Whether it answers.
    pub async fn greet(&self) -> anyhow::Result<()> {
        let mut connection = self.connection().await?;
        let asking = redis::cmd("PING");
        let answer: String = tokio::time::timeout(self.patience, asking.query_async(&mut connection)).await??;
        anyhow::ensure!(answer == "PONG", "it answered {answer:?}");
        Ok(())
    }

    async fn connection(&self) -> redis::RedisResult<ConnectionManager> {
        let manager = self.connection.get_or_try_init(async || {
            let config = ConnectionManagerConfig::new()
                .set_number_of_retries(1)
                .set_connection_timeout(Some(self.patience))
                .set_response_timeout(Some(self.patience));
            ConnectionManager::new_lazy_with_config(self.client.clone(), config)
        });
        manager.await.cloned()
    }

    async fn ask(&self, store: StoreId, now_us: i64, allowances: &[Allowance]) -> anyhow::Result<Vec<i64>> {
        let mut connection = self.connection().await?;
        let mut asking = self.script.prepare_invoke();
        asking.arg(now_us);
        for allowance in allowances {
            let name = HEXLOWER.encode(&Sha256::digest(&allowance.name));
            // In braces what a Redis Cluster chooses the node by: all keys of a request lie on one.
            asking
                .key(format!("souk:limit:{{{store}}}:{name}"))
                .arg(micros(allowance.throttle.period))
                .arg(micros(allowance.throttle.window()));
        }
        Ok(tokio::time::timeout(self.patience, asking.invoke_async(&mut connection)).await??)
    }
}

#[async_trait]
impl SharedLimits for RedisLimits {
    fn counts_calls(&self) -> bool {
        true
    }

    async fn take(
        &self,
        store: &Arc<Store>,
        now: Time,
        allowances: &[Allowance],
    ) -> Result<Vec<Option<Duration>>, SharedLimitsAway> {
        self.rest.is_over(now)?;
        match self.ask(store.id, now.timestamp_micros(), allowances).await {
            Ok(waits) => Ok(waits
                .into_iter()
                .map(|wait| (wait > 0).then(|| duration(wait)))
                .collect()),
            Err(error) => {
                self.rest.begin(now);
                Err(SharedLimitsAway(error.into()))
            }
        }
    }
}
