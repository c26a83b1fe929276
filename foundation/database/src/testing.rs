//! A database of its own for every test, in a few hundredths of a second.
//!
//! One PostgreSQL without crash safety serves every test process: it lives in `target/test-postgres`, a link into memory where
//! there is room, is started by the first test that needs it and goes on running (`make test` ends it; `TEST_DATABASE_URL` names
//! another server). The
//! migrations run once into a template named after their hash, and each test gets a copy of it, dropped when it ends.
#![expect(
    clippy::expect_used,
    reason = "only tests call this, and a test that cannot have its database must fail loudly"
)]

mod filled;
mod server;

use std::{sync::Arc, time::Duration};

use kernel::{ManualClock, Store, Time};
use sqlx::{AssertSqlSafe, ConnectOptions as _, Connection as _, PgConnection, Row as _};
use tokio::sync::OnceCell;

use self::server::{Server, disconnect_everybody, execute};
use crate::{Database, Options, Scope, Work, stores::NewStore};

/// The host name that leads to the store of a test database.
pub const HOST: &str = "store.test";

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

impl TestDatabase {
    /// Makes the database. Its store is `Store::sample` with the host name `HOST`.
    pub async fn new() -> Self {
        let (server, mut connection) = Self::maintenance().await;
        let copy = server.copy_of(&mut connection, &server.template).await;
        connection.close().await.expect("the connection closes");
        Self::open(server, copy, TEST_SEED).await
    }

    /// The server, and a connection to what all its databases share.
    async fn maintenance() -> (Server, PgConnection) {
        static SERVER: OnceCell<Server> = OnceCell::const_new();
        static PREPARED: OnceCell<()> = OnceCell::const_new();
        let server = SERVER.get_or_init(Server::find).await.clone();
        let mut connection = server.connect().await;
        PREPARED.get_or_init(|| server.prepare(&mut connection)).await;
        (server, connection)
    }

    async fn open(server: Server, name: String, seed: u64) -> Self {
        let clock = Arc::new(ManualClock::new(start_of_time()));
        let database = server.open(&name, Arc::clone(&clock), seed);
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

    /// A connection that may look into everything.
    async fn connect(&self) -> PgConnection {
        let options = self.server.maintenance.clone().database(&self.name);
        options.connect().await.expect("a connection")
    }

    async fn refused(&self, statements: &[(&str, &str)]) -> Vec<String> {
        let mut connection = self.connect().await;
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

    async fn plan(&self, explain: &str, sql: &str, parameters: &[&str]) -> Vec<String> {
        let mut connection = self.connect().await;
        execute(&mut connection, format!("PREPARE planned AS {sql}")).await;
        let explain = format!("{explain} EXECUTE planned ({})", parameters.join(", "));
        let lines = sqlx::raw_sql(AssertSqlSafe(explain)).fetch_all(&mut connection).await;
        connection.close().await.expect("the connection closes");
        let lines = lines.expect("a plan");
        lines.iter().map(|line| line.get(0)).collect()
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

/// How PostgreSQL answers a statement whose parameters are these, written as they stand in SQL: its plan, line by line.
pub async fn plan(database: &TestDatabase, sql: &str, parameters: &[&str]) -> String {
    database.plan("EXPLAIN", sql, parameters).await.join("\n")
}

/// The same of a statement that is run for it. What a recursive one asks at each step shows only then.
pub async fn plan_as_run(database: &TestDatabase, sql: &str, parameters: &[&str]) -> String {
    let explain = "EXPLAIN (ANALYZE, COSTS OFF, TIMING OFF, SUMMARY OFF)";
    database.plan(explain, sql, parameters).await.join("\n")
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

pub(crate) fn sample_store() -> NewStore {
    let Store {
        slug,
        name,
        currency,
        locale,
        prices_include_tax,
        tax_rounding,
        country,
        email,
        time_zone,
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
        time_zone,
    }
}

/// Noon of the fifteenth of January 2026, when every test begins.
fn start_of_time() -> Time {
    Time::from_timestamp(1_768_478_400, 0).expect("a moment")
}

#[cfg(test)]
mod tests;
