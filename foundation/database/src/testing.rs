//! A database of its own for every test, in a few hundredths of a second.
//!
//! One PostgreSQL without crash safety serves every test process: it lives in `target/test-postgres`, is started by the
//! first test that needs it and goes on running (`make test` stops it; `TEST_DATABASE_URL` names another server). The
//! migrations run once into a template named after their hash, and each test gets a copy of it, dropped when it ends.
#![expect(
    clippy::expect_used,
    reason = "only tests call this, and a test that cannot have its database must fail loudly"
)]

use std::{
    fs::File,
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};

use kernel::{Entropy as _, ManualClock, SeededEntropy, Store, SystemEntropy, Time};
use sha2::{Digest as _, Sha256};
use sqlx::{AssertSqlSafe, ConnectOptions as _, Connection as _, PgConnection, postgres::PgConnectOptions};
use tokio::sync::OnceCell;

use crate::{Database, MIGRATIONS, Options, Scope, SealingKey, Work, cluster, migrate, stores::NewStore};

/// The host name that leads to the store of a test database.
pub const HOST: &str = "store.test";

/// Serialises the making of templates, and the clearing away of what dead tests left, over all test processes.
const TEMPLATE_LOCK: &str = "SELECT pg_advisory_lock(7421)";
const TRY_CLEANING_LOCK: &str = "SELECT pg_try_advisory_lock(7422)";

/// Another seed than a test's, so that no test makes an id that the template holds already.
const TEMPLATE_SEED: u64 = 0;
const TEST_SEED: u64 = 1;

/// No limit of time is met in a test, however slow the machine: what is about a limit sets its own.
const PATIENCE: Duration = Duration::from_secs(3_600);
const TEST_OPTIONS: Options = Options {
    max_connections: 8,
    acquire_timeout: PATIENCE,
    cache_bytes: 64 << 20,
    cache_lease: PATIENCE,
};

/// A fresh database with the whole schema, one store, a clock that stands still and repeatable randomness.
#[derive(Debug)]
pub struct TestDatabase {
    database: Database,
    clock: Arc<ManualClock>,
    store: Arc<Store>,
    server: Server,
    name: String,
}

/// The server that test databases are made on.
#[derive(Debug, Clone)]
struct Server {
    maintenance: PgConnectOptions,
    template: String,
}

impl TestDatabase {
    /// Makes the database. Its store is `Store::sample` with the host name `HOST`.
    pub async fn new() -> Self {
        static SERVER: OnceCell<Server> = OnceCell::const_new();
        let server = SERVER.get_or_init(Server::find).await.clone();
        let mut random = [0; 6];
        SystemEntropy.fill(&mut random);
        let name = format!("t_{}_{}", std::process::id(), hex(&random));
        let mut connection = server.connect().await;
        // Copying through the write-ahead log takes 20 to 60 ms; copying files takes 40 to 95, for its two checkpoints.
        execute(
            &mut connection,
            format!("CREATE DATABASE {name} TEMPLATE {} STRATEGY wal_log", server.template),
        )
        .await;
        connection.close().await.expect("the connection closes");
        let clock = Arc::new(ManualClock::new(start_of_time()));
        let database = server.open(&name, Arc::clone(&clock), TEST_SEED);
        let store = database
            .find_store(&Store::sample().slug)
            .await
            .expect("stores are read")
            .expect("a sample store");
        Self {
            database,
            clock,
            store,
            server,
            name,
        }
    }

    /// The database, for everything that opens its own units of work.
    pub fn database(&self) -> &Database {
        &self.database
    }

    /// The same database as another process of the program has it.
    pub fn another(&self) -> Database {
        self.server.open(&self.name, Arc::clone(&self.clock), TEST_SEED + 1)
    }

    /// The same database with a pool of that many connections.
    pub fn with_connections(&self, max_connections: u32) -> Database {
        let options = Options {
            max_connections,
            ..TEST_OPTIONS
        };
        self.server
            .open_with(&self.name, Arc::clone(&self.clock), TEST_SEED + 1, options)
    }

    /// The clock that everything in the test reads.
    pub fn clock(&self) -> &ManualClock {
        &self.clock
    }

    /// The store that the template holds.
    pub fn store(&self) -> &Arc<Store> {
        &self.store
    }

    /// Opens units of work on the store as Souk itself; `acting_as` makes it somebody else's.
    pub fn work(&self) -> Work {
        Work::new(self.database.clone(), Scope::system(Arc::clone(&self.store)))
    }

    /// The address of the database, as `DATABASE_URL` would give it to another process.
    pub fn address(&self) -> String {
        let server = &self.server.maintenance;
        let place = match server.get_socket() {
            Some(socket) => format!("/{}?host={}&", self.name, socket.display()),
            None => format!("{}/{}?", server.get_host(), self.name),
        };
        format!(
            "postgres://{place}port={}&user={}",
            server.get_port(),
            server.get_username()
        )
    }

    /// Closes every connection to the database, and waits until the server no longer knows them.
    pub async fn vacate(&self) {
        self.database.close().await;
        let mut connection = self.server.connect().await;
        sqlx::query("SELECT pg_terminate_backend(pid, 60000) FROM pg_stat_activity WHERE datname = $1")
            .bind(&self.name)
            .execute(&mut connection)
            .await
            .expect("connections are ended");
        connection.close().await.expect("the connection closes");
    }

    /// Runs a statement as the owner of the schema, for what the program itself may not do.
    pub async fn as_owner(&self, sql: &'static str) -> Result<(), sqlx::Error> {
        let mut owner = self.database.pool().connect_options().connect().await?;
        sqlx::query(sql).execute(&mut owner).await?;
        owner.close().await
    }

    async fn refused(&self, statements: &[(&str, &str)]) -> Vec<String> {
        let mut connection = self
            .server
            .maintenance
            .clone()
            .database(&self.name)
            .connect()
            .await
            .expect("a connection");
        let mut refused = Vec::new();
        for (name, sql) in statements {
            let prepared = sqlx::raw_sql(AssertSqlSafe(format!("PREPARE checked AS {sql}")))
                .execute(&mut connection)
                .await;
            match prepared {
                Ok(_) => execute(&mut connection, "DEALLOCATE checked".to_owned()).await,
                Err(error) => refused.push(format!("{name}: {error}")),
            }
        }
        connection.close().await.expect("the connection closes");
        refused
    }
}

/// Lets PostgreSQL check each statement against the schema: its syntax, its tables and columns, its parameters' types.
pub async fn prepare_all(database: &TestDatabase, statements: &[(&str, &str)]) {
    let refused = database.refused(statements).await;
    assert!(
        refused.is_empty(),
        "statements that PostgreSQL refuses:\n{}",
        refused.join("\n")
    );
}

impl Drop for TestDatabase {
    fn drop(&mut self) {
        let (server, name) = (self.server.clone(), std::mem::take(&mut self.name));
        // A destructor cannot wait for a future, and the test's own runtime is busy running it.
        let dropper = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread()
                .enable_all()
                .build()
                .ok()?;
            runtime.block_on(async {
                let mut connection = server.maintenance.connect().await.ok()?;
                disconnect_everybody(&mut connection, &name).await.ok()?;
                let drop = format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)");
                sqlx::raw_sql(AssertSqlSafe(drop)).execute(&mut connection).await.ok()?;
                connection.close().await.ok()
            })
        });
        // What could not be dropped is cleared away by a later test process.
        let _dropped = dropper.join();
    }
}

impl Server {
    /// Starts or finds the server, makes the template if the migrations are new, and clears away what dead tests left.
    async fn find() -> Self {
        let maintenance = match std::env::var("TEST_DATABASE_URL") {
            Ok(url) => url.parse().expect("TEST_DATABASE_URL is a PostgreSQL address"),
            Err(_) => shared_cluster().await,
        };
        let server = Self {
            maintenance,
            template: template_name(),
        };
        let mut connection = server.connect().await;
        if !exists(&mut connection, &server.template).await {
            server.make_template(&mut connection).await;
        }
        drop_left_over(&mut connection).await;
        connection.close().await.expect("the connection closes");
        server
    }

    async fn connect(&self) -> PgConnection {
        self.maintenance
            .connect()
            .await
            .expect("the test server accepts connections")
    }

    fn open(&self, name: &str, clock: Arc<ManualClock>, seed: u64) -> Database {
        self.open_with(name, clock, seed, TEST_OPTIONS)
    }

    fn open_with(&self, name: &str, clock: Arc<ManualClock>, seed: u64, options: Options) -> Database {
        let connect = self.maintenance.clone().database(name);
        let entropy = Arc::new(SeededEntropy::new(seed));
        Database::connect_lazy(connect, options, clock, entropy, SealingKey::new([7; 32]))
    }

    /// Builds it under another name and renames it: a template that exists is complete.
    async fn make_template(&self, connection: &mut PgConnection) {
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
        execute(connection, "SELECT pg_advisory_unlock_all()".to_owned()).await;
    }
}

/// The server in the target folder. The lock lets one test process start it while the others wait.
async fn shared_cluster() -> PgConnectOptions {
    let folder = target_folder().join("test-postgres");
    std::fs::create_dir_all(&folder).expect("the folder of the test server");
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

fn sample_store() -> NewStore {
    let Store {
        slug,
        name,
        currency,
        locale,
        prices_include_tax,
        tax_rounding,
        country,
        email,
        ..
    } = Store::sample();
    NewStore {
        slug,
        name,
        currency,
        locale,
        prices_include_tax,
        tax_rounding,
        country,
        email,
    }
}

/// Noon of the fifteenth of January 2026, when every test begins.
fn start_of_time() -> Time {
    Time::from_timestamp(1_768_478_400, 0).expect("a moment")
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
    execute(connection, "SELECT pg_advisory_unlock_all()".to_owned()).await;
}

/// Ends the connections of the test's pool and waits until they are gone. `DROP DATABASE … WITH (FORCE)` would do so too, but
/// looks again only after a tenth of a second.
async fn disconnect_everybody(connection: &mut PgConnection, name: &str) -> Result<(), sqlx::Error> {
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

async fn databases_like(connection: &mut PgConnection, pattern: &str) -> Vec<String> {
    sqlx::query_scalar("SELECT datname::text FROM pg_database WHERE datname LIKE $1")
        .bind(pattern)
        .fetch_all(connection)
        .await
        .expect("databases are listed")
}

async fn exists(connection: &mut PgConnection, name: &str) -> bool {
    databases_like(connection, &name.replace('_', r"\_"))
        .await
        .iter()
        .any(|found| found == name)
}

async fn execute(connection: &mut PgConnection, sql: String) {
    sqlx::raw_sql(AssertSqlSafe(sql))
        .execute(connection)
        .await
        .expect("the test server runs the statement");
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests;
