//! The connection pool with the clock and entropy that every unit of work gets.

use std::{
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use kernel::{Clock, Entropy, Time};
use sqlx::{
    AssertSqlSafe, PgPool, Postgres, Transaction,
    postgres::{PgConnectOptions, PgPoolOptions},
};

use crate::{Error, SealingKey};

/// How many connections, and how long to wait for one.
#[derive(Debug, Clone, Copy)]
pub struct Options {
    /// The most connections the pool opens.
    pub max_connections: u32,
    /// How long a request waits for a connection before it is told to come back later.
    pub acquire_timeout: Duration,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            max_connections: 16,
            acquire_timeout: Duration::from_secs(5),
        }
    }
}

/// A PostgreSQL database, the clock and the entropy. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Database {
    pool: PgPool,
    clock: Arc<dyn Clock>,
    entropy: Arc<dyn Entropy>,
    statements: Arc<AtomicU64>,
    sealing_key: SealingKey,
}

impl Database {
    /// A pool that connects when the first statement comes.
    pub fn connect_lazy(
        connect: PgConnectOptions,
        options: Options,
        clock: Arc<dyn Clock>,
        entropy: Arc<dyn Entropy>,
        sealing_key: SealingKey,
    ) -> Self {
        let pool = PgPoolOptions::new()
            .max_connections(options.max_connections)
            .acquire_timeout(options.acquire_timeout)
            .connect_lazy_with(connect.application_name("souk"));
        Self {
            pool,
            clock,
            entropy,
            statements: Arc::default(),
            sealing_key,
        }
    }

    /// The current moment by the injected clock.
    pub fn now(&self) -> Time {
        self.clock.now()
    }

    /// The injected randomness.
    pub fn entropy(&self) -> &dyn Entropy {
        self.entropy.as_ref()
    }

    /// How many statements were sent through every `Ctx` so far; tests hold pages to their budget with it.
    pub fn statement_count(&self) -> u64 {
        self.statements.load(Ordering::Relaxed)
    }

    /// Whether the database answers.
    pub async fn ping(&self) -> Result<(), Error> {
        sqlx::query("SELECT 1").execute(&self.pool).await?;
        Ok(())
    }

    /// Connections that are open, and of those the idle ones.
    pub fn pool_use(&self) -> (u32, usize) {
        (self.pool.size(), self.pool.num_idle())
    }

    /// Lets open transactions finish and closes every connection.
    pub async fn close(&self) {
        self.pool.close().await;
    }

    pub(crate) fn pool(&self) -> &PgPool {
        &self.pool
    }

    pub(crate) fn sealing_key(&self) -> &SealingKey {
        &self.sealing_key
    }

    pub(crate) fn count_statement(&self) {
        self.statements.fetch_add(1, Ordering::Relaxed);
    }

    #[expect(
        clippy::disallowed_methods,
        reason = "transactions are opened here and passed as Ctx"
    )]
    pub(crate) async fn begin(&self, begin: Begin) -> Result<Transaction<'static, Postgres>, Error> {
        Ok(match begin {
            Begin::Read => self.pool.begin_with("BEGIN READ ONLY").await?,
            Begin::Write => self.pool.begin().await?,
            Begin::Watched(settings) => {
                self.pool
                    .begin_with(AssertSqlSafe(format!("BEGIN; {settings}")))
                    .await?
            }
        })
    }
}

/// How a transaction begins.
#[derive(Debug)]
pub(crate) enum Begin {
    Read,
    Write,
    /// With settings that the audit log reads; they travel with BEGIN, so they cost no round trip.
    Watched(String),
}
