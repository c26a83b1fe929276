//! The PostgreSQL that test databases are made on, and the template that they are copies of.

mod memory;

use std::{
    fs::File,
    path::{Path, PathBuf},
    sync::Arc,
};

use kernel::{Entropy as _, ManualClock, SeededEntropy, SystemEntropy};
use sha2::{Digest as _, Sha256};
use sqlx::{AssertSqlSafe, ConnectOptions as _, PgConnection, postgres::PgConnectOptions};

use super::{HOST, TEMPLATE_SEED, TEST_OPTIONS, sample_store, start_of_time};
use crate::{Database, MIGRATIONS, Options, SealingKey, cluster, migrate};

/// Serialises the making of templates, and the clearing away of what dead tests left, over all test processes.
pub(super) const TEMPLATE_LOCK: &str = "SELECT pg_advisory_lock(7421)";
pub(super) const UNLOCK: &str = "SELECT pg_advisory_unlock_all()";
const TRY_CLEANING_LOCK: &str = "SELECT pg_try_advisory_lock(7422)";

/// The server that test databases are made on.
#[derive(Debug, Clone)]
pub(super) struct Server {
    pub(super) maintenance: PgConnectOptions,
    pub(super) template: String,
}

impl Server {
    /// Starts or finds the server.
    pub(super) async fn find() -> Self {
        let maintenance = match std::env::var("TEST_DATABASE_URL") {
            Ok(url) => url.parse().expect("TEST_DATABASE_URL is a PostgreSQL address"),
            Err(_) => shared_cluster().await,
        };
        Self {
            maintenance,
            template: template_name(),
        }
    }

    /// Makes the template if the migrations are new, and clears away what dead tests left.
    pub(super) async fn prepare(&self, connection: &mut PgConnection) {
        if !exists(connection, &self.template).await {
            self.make_template(connection).await;
        }
        drop_left_over(connection).await;
    }

    pub(super) async fn connect(&self) -> PgConnection {
        self.maintenance
            .connect()
            .await
            .expect("the test server accepts connections")
    }

    /// A copy of a template for a test alone. Its name says which process to outlive it is left over from.
    pub(super) async fn copy_of(&self, connection: &mut PgConnection, template: &str) -> String {
        let mut random = [0; 6];
        SystemEntropy.fill(&mut random);
        let name = format!("t_{}_{}", std::process::id(), hex(&random));
        // Copying files takes a third of the processor time that going through the write-ahead log takes.
        execute(
            connection,
            format!("CREATE DATABASE {name} TEMPLATE {template} STRATEGY file_copy"),
        )
        .await;
        name
    }

    pub(super) fn open(&self, name: &str, clock: Arc<ManualClock>, seed: u64) -> Database {
        self.open_with(name, clock, seed, TEST_OPTIONS)
    }

    pub(super) fn open_with(&self, name: &str, clock: Arc<ManualClock>, seed: u64, options: Options) -> Database {
        let connect = self.maintenance.clone().database(name);
        let entropy = Arc::new(SeededEntropy::new(seed));
        Database::connect_lazy(connect, options, clock, entropy, SealingKey::new([7; 32]))
    }

    /// Builds it under another name and renames it: a template that exists is complete.
    pub(super) async fn make_template(&self, connection: &mut PgConnection) {
        execute(connection, TEMPLATE_LOCK.to_owned()).await;
        if !exists(connection, &self.template).await {
            for old in databases_like(connection, "souk_template_%").await {
                execute(connection, format!("DROP DATABASE IF EXISTS {old} WITH (FORCE)")).await;
            }
            let unfinished = format!("{}_new", self.template);
            execute(connection, format!("CREATE DATABASE {unfinished}")).await;
            let database = self.open(&unfinished, Arc::new(ManualClock::new(start_of_time())), TEMPLATE_SEED);
            migrate(&database).await.expect("the migrations apply");
            database
                .ensure_store(&sample_store(), &[HOST])
                .await
                .expect("the sample store is made");
            database.close().await;
            execute(
                connection,
                format!("ALTER DATABASE {unfinished} RENAME TO {}", self.template),
            )
            .await;
        }
        execute(connection, UNLOCK.to_owned()).await;
    }
}

/// The server in the target folder. The lock lets one test process start it while the others wait.
async fn shared_cluster() -> PgConnectOptions {
    let folder = target_folder().join("test-postgres");
    if !folder.is_dir() && !memory::place(&folder) {
        std::fs::create_dir_all(&folder).expect("the folder of the test server");
    }
    let lock = File::create(folder.join("lock")).expect("the lock file of the test server");
    lock.lock().expect("the lock of the test server");
    cluster::ensure_for_tests(&folder)
        .await
        .expect("the test server starts")
}

/// The folder Cargo builds into, which is where this test program lies; Cargo marks it with a file of this name.
fn target_folder() -> PathBuf {
    let program = std::env::current_exe().expect("a path");
    let marked = program.ancestors().find(|folder| folder.join("CACHEDIR.TAG").is_file());
    marked.map_or_else(std::env::temp_dir, Path::to_owned)
}

/// Changes with every migration, and with the store that the template holds.
fn template_name() -> String {
    let mut hasher = Sha256::new();
    for migration in MIGRATIONS.iter() {
        hasher.update(migration.version.to_le_bytes());
        hasher.update(&migration.checksum);
    }
    hasher.update(format!("{:?} {HOST} {TEMPLATE_SEED}", sample_store()));
    format!(
        "souk_template_{}",
        hex(hasher.finalize().get(..8).expect("a digest has 32 bytes"))
    )
}

/// Drops the databases of test processes that ended without doing so.
async fn drop_left_over(connection: &mut PgConnection) {
    let alone: bool = sqlx::query_scalar(TRY_CLEANING_LOCK)
        .fetch_one(&mut *connection)
        .await
        .expect("a lock");
    if !alone {
        return;
    }
    for name in databases_like(connection, r"t\_%").await {
        let creator = name
            .split('_')
            .nth(1)
            .and_then(|id| id.parse().ok())
            .and_then(rustix::process::Pid::from_raw);
        if creator.is_some_and(|pid| rustix::process::test_kill_process(pid).is_err()) {
            let dropping = AssertSqlSafe(format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)"));
            // One whose connections do not end in time is left to a later process.
            let _dropped = sqlx::raw_sql(dropping).execute(&mut *connection).await;
        }
    }
    execute(connection, UNLOCK.to_owned()).await;
}

/// Ends the connections of the test's pool and waits until they are gone. `DROP DATABASE … WITH (FORCE)` would do so too, but
/// looks again only after a tenth of a second.
pub(super) async fn disconnect_everybody(connection: &mut PgConnection, name: &str) -> Result<(), sqlx::Error> {
    for _ in 0..500 {
        let left: i64 = sqlx::query_scalar(
            "SELECT count(*) FILTER (WHERE pg_terminate_backend(pid)) FROM pg_stat_activity WHERE datname = $1",
        )
        .bind(name)
        .fetch_one(&mut *connection)
        .await?;
        if left == 0 {
            break;
        }
        tokio::task::yield_now().await;
    }
    Ok(())
}

pub(super) async fn databases_like(connection: &mut PgConnection, pattern: &str) -> Vec<String> {
    sqlx::query_scalar("SELECT datname::text FROM pg_database WHERE datname LIKE $1")
        .bind(pattern)
        .fetch_all(connection)
        .await
        .expect("databases are listed")
}

pub(super) async fn exists(connection: &mut PgConnection, name: &str) -> bool {
    databases_like(connection, &name.replace('_', r"\_"))
        .await
        .iter()
        .any(|found| found == name)
}

pub(super) async fn execute(connection: &mut PgConnection, sql: String) {
    sqlx::raw_sql(AssertSqlSafe(sql))
        .execute(connection)
        .await
        .expect("the test server runs the statement");
}

pub(super) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
