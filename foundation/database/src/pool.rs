//! The connection pool with the clock and entropy that every unit of work gets.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    time::Duration,
};

use kernel::{Clock, Entropy, Time};
use sqlx::{
    AssertSqlSafe, ConnectOptions as _, Connection as _, PgConnection, PgPool, Postgres, Transaction,
    postgres::{PgConnectOptions, PgPoolOptions},
};

use crate::{Error, SealingKey, cache::Cache, full_disk::FullDisk, together::Gatherings};

/// A connection that was idle for longer is asked whether it still works before it is used. One that came back a moment ago was
/// asked then, and asking again would cost every transaction a round trip.
const STALE_AFTER: Duration = Duration::from_secs(1);
/// How many statements a connection keeps prepared: more than the paths of shoppers and the worker have together.
const PREPARED_STATEMENTS: usize = 256;
/// A connection of the pool gives up what its login may do beyond reading and writing rows, once the migrations have made the
/// role for that.
const BECOME_PROGRAM: &str = "SELECT set_config('role', r.rolname, false) FROM pg_roles r WHERE r.rolname = 'souk_program' \
    AND pg_has_role(current_user, r.oid, CASE WHEN current_setting('server_version_num')::int >= 160000 THEN 'SET' ELSE 'MEMBER' END) \
    AND has_schema_privilege(r.oid, to_regnamespace('platform')::oid, 'USAGE')";
/// PostgreSQL would weigh anew for each list of keys how to look them up, which takes longer than looking them up. A plan that
/// is kept may be from when the tables were empty, so it is to go by indexes.
const KEEP_PLANS: &str =
    "SET LOCAL plan_cache_mode = force_generic_plan; SET LOCAL enable_seqscan = off; SET LOCAL jit = off";
/// Wakes the workers of every process.
const WAKE: &str = "NOTIFY souk_outbox";

/// How many connections, and how long to wait for one.
#[derive(Debug, Clone, Copy)]
pub struct Options {
    /// The most connections the pool opens.
    pub max_connections: u32,
    /// How long a request waits for a connection before it is told to come back later.
    pub acquire_timeout: Duration,
    /// How many bytes the process keeps between requests.
    pub cache_bytes: u64,
    /// How long it believes what it keeps without hearing from the database.
    pub cache_lease: Duration,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            max_connections: 16,
            acquire_timeout: Duration::from_secs(5),
            cache_bytes: 64 << 20,
            cache_lease: Duration::from_secs(5),
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
    waking: Arc<AtomicBool>,
    sealing_key: SealingKey,
    cache: Cache,
    gatherings: Gatherings,
    full_disk: FullDisk,
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
            .test_before_acquire(false)
            .after_connect(|connection, _| {
                Box::pin(async move {
                    sqlx::raw_sql(BECOME_PROGRAM).execute(connection).await?;
                    Ok(())
                })
            })
            .before_acquire(|connection, known| {
                Box::pin(async move {
                    if known.idle_for > STALE_AFTER {
                        connection.ping().await?;
                    }
                    Ok(true)
                })
            })
            .connect_lazy_with(
                connect
                    .application_name("souk")
                    .statement_cache_capacity(PREPARED_STATEMENTS),
            );
        Self {
            pool,
            clock,
            entropy,
            statements: Arc::default(),
            waking: Arc::default(),
            sealing_key,
            cache: Cache::new(options.cache_bytes, options.cache_lease),
            gatherings: Gatherings::default(),
            full_disk: FullDisk::default(),
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

    /// What this process keeps between requests.
    pub fn cache(&self) -> &Cache {
        &self.cache
    }

    /// Connections that are open, and of those the idle ones.
    pub fn pool_use(&self) -> (u32, usize) {
        (self.pool.size(), self.pool.num_idle())
    }

    /// Lets open transactions finish and closes every connection.
    pub async fn close(&self) {
        self.pool.close().await;
    }

    /// A connection of its own that owns the schema, for migrations. Its name is not that of the pool's: the server knows a
    /// connection for a moment longer than who closed it, and one of this kind is no sign of a running Souk.
    pub(crate) async fn connect_as_owner(&self) -> Result<PgConnection, Error> {
        let options = PgConnectOptions::clone(&self.pool.connect_options());
        // A migration takes what it takes, and its text is long.
        let options = options.application_name("souk owner").disable_statement_logging();
        Ok(options.connect().await?)
    }

    /// How long a connection is waited for.
    pub(crate) fn acquire_timeout(&self) -> Duration {
        self.pool.options().get_acquire_timeout()
    }

    pub(crate) fn gatherings(&self) -> &Gatherings {
        &self.gatherings
    }

    pub(crate) fn full_disk(&self) -> &FullDisk {
        &self.full_disk
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

    /// Has the workers look for new events and jobs. Not within the transaction that leaves them: PostgreSQL lets only one
    /// transaction with a NOTIFY commit at a time, the waiting for the disk included. Callers do not wait for it, one call
    /// stands for all that come before it is sent, and a lost one is made up for by the workers' timer.
    #[expect(clippy::disallowed_methods, reason = "no unit of work is concerned")]
    pub(crate) fn wake_workers(&self) {
        if self.waking.swap(true, Ordering::AcqRel) {
            return;
        }
        let database = self.clone();
        tokio::spawn(async move {
            let connection = database.pool.acquire().await;
            database.waking.store(false, Ordering::Release);
            let woken = match connection {
                Ok(mut connection) => sqlx::query(WAKE).execute(&mut *connection).await.map(drop),
                Err(error) => Err(error),
            };
            if let Err(error) = woken {
                tracing::debug!(%error, "the workers were not woken");
            }
        });
    }

    /// Begins a transaction, in a task of its own: a caller that goes away while the server begins would leave the connection
    /// in a transaction that the pool knows nothing of, and the next one would work inside it.
    pub(crate) async fn begin(&self, begin: Begin) -> Result<Transaction<'static, Postgres>, Error> {
        let pool = self.pool.clone();
        match tokio::spawn(open(pool, begin)).await {
            Ok(begun) => Ok(begun?),
            Err(stopped) if stopped.is_panic() => std::panic::resume_unwind(stopped.into_panic()),
            Err(_stopped_with_the_runtime) => Err(sqlx::Error::PoolClosed.into()),
        }
    }
}

async fn open(pool: PgPool, begin: Begin) -> Result<Transaction<'static, Postgres>, sqlx::Error> {
    match begin {
        Begin::Read => pool.begin_with("BEGIN READ ONLY").await,
        Begin::Snapshot => pool.begin_with("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY").await,
        Begin::Write { keeps_plans, watched } => {
            let plans = keeps_plans.then_some(KEEP_PLANS);
            let settings = plans.into_iter().chain(watched.as_deref());
            let begin = ["BEGIN"].into_iter().chain(settings).collect::<Vec<_>>().join("; ");
            pool.begin_with(AssertSqlSafe(begin)).await
        }
    }
}

/// How a transaction begins.
#[derive(Debug)]
pub(crate) enum Begin {
    Read,
    /// Every statement sees what the first one saw.
    Snapshot,
    /// What is set for it travels with BEGIN, so it costs no round trip.
    Write {
        /// Whether statements keep their plans.
        keeps_plans: bool,
        /// What the audit log reads.
        watched: Option<String>,
    },
}

impl Begin {
    /// One that may write and sets nothing.
    pub(crate) fn plain() -> Self {
        Self::Write {
            keeps_plans: false,
            watched: None,
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::{jobs::NewJob, testing::TestDatabase};

    /// `souk check` beside a running server compares what was true at one moment.
    #[tokio::test]
    async fn a_snapshot_sees_nothing_of_what_comes_after_its_first_statement() {
        const COUNT: &str = "SELECT count(*) FROM platform.jobs";
        let db = TestDatabase::new().await;
        let (mut snapshot, mut looking) = (db.work().snapshot(), db.work().read());
        for ctx in [&mut snapshot, &mut looking] {
            let before: i64 = sqlx::query_scalar(COUNT)
                .fetch_one(ctx.sql().await.unwrap())
                .await
                .unwrap();
            assert_eq!(before, 0);
        }
        let mut ctx = db.work().write();
        ctx.enqueue(NewJob::new("test.job", &()).unwrap()).await.unwrap();
        ctx.commit().await.unwrap();
        for (ctx, seen) in [(&mut snapshot, 0), (&mut looking, 1)] {
            let after: i64 = sqlx::query_scalar(COUNT)
                .fetch_one(ctx.sql().await.unwrap())
                .await
                .unwrap();
            assert_eq!(after, seen);
        }
    }

    /// A browser that goes away drops its request wherever it is, also while a transaction begins.
    #[tokio::test]
    async fn a_transaction_that_nobody_waits_for_any_more_stays_in_no_connection() {
        let db = TestDatabase::new().await;
        for _ in 0..20 {
            let mut dropped = db.work().read();
            let begun = tokio::select! {
                biased;
                begun = dropped.sql() => begun.is_ok(),
                () = std::future::ready(()) => false,
            };
            assert!(!begun, "the answer of the server takes longer than a look");
            drop(dropped);
            let mut ctx = db.work().write();
            ctx.enqueue(NewJob::new("test.job", &()).unwrap()).await.unwrap();
            ctx.commit().await.unwrap();
        }
    }
}
