//! A private PostgreSQL that Souk starts itself: in the data folder, reachable through a Unix socket only, gone when
//! Souk stops. Nobody has to set up a database server to try a store, and there is still only one SQL dialect.
//!
//! In the data folder: `postgres/` is the cluster, `run/` holds its socket, `postgres.log` what it says and `lock` keeps
//! a second Souk away. PostgreSQL refuses to run as root; root therefore hands the cluster to the user `postgres` (or
//! `nobody`). Where that user cannot walk into the data folder, such as below `/root`, the cluster is placed in
//! `/var/lib/souk` and `postgres` is a symbolic link to it.

mod binaries;
mod error;
mod join;
mod place;
mod postmaster;
mod watch;

use std::{
    fs::{File, OpenOptions, TryLockError},
    io::{ErrorKind, Read as _, Seek as _, SeekFrom},
    path::Path,
    process::{ExitStatus, Stdio},
    time::{Duration, Instant},
};

use sqlx::{
    ConnectOptions as _, Connection as _,
    postgres::{PgConnectOptions, PgSslMode},
};
use tokio::process::{Child, Command};

pub(crate) use self::binaries::ClientPrograms;
use self::{binaries::Binaries, error::io, place::Place};
pub use self::{
    binaries::{OLDEST, newest_installed},
    error::ClusterError,
    join::is_begun,
};

/// The role that owns everything in the cluster.
const ROLE: &str = "souk";
/// The database that Souk keeps its tables in.
const DATABASE: &str = "souk";
/// How long a start may take. Long, because PostgreSQL may have to recover from a power cut first.
const START_LIMIT: Duration = Duration::from_secs(120);
/// How long a stop may take before running statements are cut off.
const STOP_LIMIT: Duration = Duration::from_secs(20);
/// For how long a start that failed at once is tried again: leftovers of a killed PostgreSQL need a moment to go away.
const LEFTOVERS_LIMIT: Duration = Duration::from_secs(15);
const POLL: Duration = Duration::from_millis(15);

/// What the cluster is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Purpose {
    /// A shop: nothing that was committed may be lost.
    Shop,
    /// Tests: as fast as can be, nothing has to survive.
    Tests,
}

impl Purpose {
    /// Appended to a new cluster's `postgresql.conf`, where the owner may change it.
    fn settings(self) -> &'static str {
        match self {
            Self::Shop => {
                "\n# Chosen by Souk for a small shop; yours to change.\n\
                 shared_buffers = 128MB\n\
                 effective_cache_size = 512MB\n\
                 work_mem = 16MB\n\
                 maintenance_work_mem = 64MB\n\
                 max_connections = 100\n\
                 synchronous_commit = on\n\
                 max_wal_size = 1GB\n\
                 random_page_cost = 1.1\n\
                 autovacuum_naptime = 10s\n\
                 jit = off\n\
                 log_min_messages = warning\n\
                 log_checkpoints = off\n"
            }
            Self::Tests => {
                "\nshared_buffers = 128MB\n\
                 max_connections = 300\n\
                 fsync = off\n\
                 full_page_writes = off\n\
                 synchronous_commit = off\n\
                 wal_level = minimal\n\
                 max_wal_senders = 0\n\
                 max_wal_size = 4GB\n\
                 checkpoint_timeout = 1h\n\
                 autovacuum = off\n\
                 jit = off\n\
                 log_min_messages = fatal\n\
                 log_min_error_statement = panic\n\
                 log_checkpoints = off\n"
            }
        }
    }
}

/// A running PostgreSQL of our own. Call `stop`; a dropped one is told to stop but not waited for.
#[derive(Debug)]
pub struct PrivateCluster {
    child: Option<Child>,
    place: Place,
    /// Held by the process that started the cluster; none in one that joined it.
    lock: Option<File>,
}

impl PrivateCluster {
    /// Starts the cluster of a data folder, making it first when there is none, and waits until it accepts connections.
    ///
    /// Whatever a killed run left behind is cleared away: a PostgreSQL that still runs is stopped, a stale `postmaster.pid`
    /// removed.
    pub async fn start(data_dir: &Path) -> Result<Self, ClusterError> {
        std::fs::create_dir_all(data_dir).map_err(io("create the folder", data_dir))?;
        let data_dir = data_dir.canonicalize().map_err(io("open the folder", data_dir))?;
        let lock = lock(&data_dir)?;
        let place = Place::find(&data_dir).await?;
        postmaster::clear(&place, STOP_LIMIT).await?;
        let child = start(&place, Purpose::Shop).await?;
        let cluster = Self {
            child: Some(child),
            place,
            lock: Some(lock),
        };
        ensure_database(&cluster.place).await?;
        Ok(cluster)
    }

    /// How to connect to the database `souk`.
    pub fn connect_options(&self) -> PgConnectOptions {
        connect_options(&self.place.sockets, DATABASE)
    }

    /// The folder with the socket, for `psql -h FOLDER -U souk souk`.
    pub fn socket_folder(&self) -> &Path {
        &self.place.sockets
    }

    /// Whether a data folder holds a cluster already.
    pub fn exists(data_dir: &Path) -> bool {
        data_dir.join("postgres").join("PG_VERSION").is_file()
    }

    /// The process id of PostgreSQL's postmaster, while it runs.
    pub fn process_id(&self) -> Option<u32> {
        self.child.as_ref().and_then(Child::id)
    }

    /// Stops PostgreSQL and waits for its end: connections are closed, everything committed is on disk.
    pub async fn stop(mut self) -> Result<(), ClusterError> {
        let Some(mut child) = self.child.take() else {
            // It may just have been started again by somebody who is gone.
            return match self.lock {
                Some(_) => postmaster::clear(&self.place, STOP_LIMIT).await,
                None => Ok(()),
            };
        };
        postmaster::signal(child.id(), rustix::process::Signal::INT);
        if tokio::time::timeout(STOP_LIMIT, child.wait()).await.is_err() {
            postmaster::signal(child.id(), rustix::process::Signal::QUIT);
            child
                .wait()
                .await
                .map_err(io("wait for PostgreSQL in", &self.place.cluster))?;
        }
        Ok(())
    }
}

impl Drop for PrivateCluster {
    fn drop(&mut self) {
        postmaster::signal(self.process_id(), rustix::process::Signal::INT);
    }
}

/// Makes sure that a cluster for tests runs in the folder, and tells how to connect to its database `postgres`. It goes on
/// running when this process ends, for the next test process; callers take turns by a lock of their own.
pub(crate) async fn ensure_for_tests(folder: &Path) -> Result<PgConnectOptions, ClusterError> {
    std::fs::create_dir_all(folder).map_err(io("create the folder", folder))?;
    let folder = folder.canonicalize().map_err(io("open the folder", folder))?;
    let place = Place::find(&folder).await?;
    let options = connect_options(&place.sockets, "postgres");
    match options.connect().await {
        Ok(connection) => {
            let _closed = connection.close().await;
            return Ok(options);
        }
        // Nobody listens there. Whatever else is wrong, other test processes may be using it.
        Err(sqlx::Error::Io(error)) if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::ConnectionRefused) => {}
        Err(error) => return Err(error.into()),
    }
    postmaster::clear(&place, STOP_LIMIT).await?;
    start(&place, Purpose::Tests).await?;
    Ok(options)
}

/// The lock that ends with this process, however it ends.
fn lock(data_dir: &Path) -> Result<File, ClusterError> {
    let path = data_dir.join("lock");
    let file = OpenOptions::new()
        .create(true)
        .truncate(false)
        .write(true)
        .open(&path)
        .map_err(io("open the lock file", &path))?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => Err(ClusterError::InUse {
            folder: data_dir.to_owned(),
        }),
        Err(TryLockError::Error(source)) => Err(io("lock", &path)(source)),
    }
}

/// Connects through the socket only, whatever the environment says about other servers.
fn connect_options(sockets: &Path, database: &str) -> PgConnectOptions {
    PgConnectOptions::new_without_pgpass()
        .socket(sockets)
        .port(5432)
        .username(ROLE)
        .password("")
        .database(database)
        .ssl_mode(PgSslMode::Disable)
}

async fn ensure_database(place: &Place) -> Result<(), ClusterError> {
    let mut connection = connect_options(&place.sockets, "postgres").connect().await?;
    let exists: bool = sqlx::query_scalar("SELECT EXISTS (SELECT FROM pg_database WHERE datname = $1)")
        .bind(DATABASE)
        .fetch_one(&mut connection)
        .await?;
    if !exists {
        sqlx::query("CREATE DATABASE souk").execute(&mut connection).await?;
    }
    connection.close().await?;
    Ok(())
}

/// Makes the cluster if there is none, starts PostgreSQL and waits until it answers.
async fn start(place: &Place, purpose: Purpose) -> Result<Child, ClusterError> {
    let binaries = match place.version()? {
        Some(version) => Binaries::of_version(version, &place.cluster).await?,
        None => Binaries::newest().await?,
    };
    if place.version()?.is_none() {
        initialise(place, &binaries, purpose).await?;
    }
    let begun = Instant::now();
    let deadline = begun + START_LIMIT;
    loop {
        let mut child = spawn(place, &binaries)?;
        let why = match wait_until_ready(&mut child, place, deadline).await? {
            None => return Ok(child),
            Some(Some(status)) if begun.elapsed() < LEFTOVERS_LIMIT => {
                tracing::debug!(%status, "PostgreSQL ended at once; trying again");
                tokio::time::sleep(Duration::from_millis(250)).await;
                continue;
            }
            Some(Some(status)) => format!("it ended with {status}"),
            Some(None) => {
                postmaster::signal(child.id(), rustix::process::Signal::QUIT);
                format!("no answer within {} seconds", START_LIMIT.as_secs())
            }
        };
        return Err(ClusterError::NotStarted {
            why,
            log_file: place.log.clone(),
            log: tail(&place.log),
        });
    }
}

/// Makes the cluster beside its place and moves it there whole, so that an interrupted first start leaves no half of one.
async fn initialise(place: &Place, binaries: &Binaries, purpose: Purpose) -> Result<(), ClusterError> {
    let fresh = place.cluster.with_extension("new");
    if fresh.exists() {
        std::fs::remove_dir_all(&fresh).map_err(io("remove the half-made database", &fresh))?;
    }
    place.make_private_folder(&fresh)?;
    let mut command = Command::new(&binaries.initdb);
    place.run_as_owner(&mut command);
    let output = command
        .args(["--username", ROLE, "--auth", "trust", "--encoding", "UTF8"])
        .args(if cfg!(target_os = "macos") {
            ["--lc-collate=C", "--lc-ctype=UTF-8"].as_slice()
        } else {
            ["--locale=C.UTF-8"].as_slice()
        })
        .args((purpose == Purpose::Tests).then_some("--no-sync"))
        .arg("--pgdata")
        .arg(&fresh)
        .stdin(Stdio::null())
        .output()
        .await
        .map_err(io("run", &binaries.initdb))?;
    if !output.status.success() {
        let output = format!(
            "{}{}",
            String::from_utf8_lossy(&output.stdout),
            String::from_utf8_lossy(&output.stderr)
        );
        return Err(ClusterError::Initdb { folder: fresh, output });
    }
    let configuration = fresh.join("postgresql.conf");
    OpenOptions::new()
        .append(true)
        .open(&configuration)
        .and_then(|mut file| std::io::Write::write_all(&mut file, purpose.settings().as_bytes()))
        .map_err(io("write", &configuration))?;
    std::fs::rename(&fresh, &place.cluster).map_err(io("create", &place.cluster))
}

/// Starts the postmaster in a process group of its own: Ctrl-C reaches Souk, which stops PostgreSQL when it is done with it.
fn spawn(place: &Place, binaries: &Binaries) -> Result<Child, ClusterError> {
    place.make_private_folder(&place.sockets)?;
    let log = OpenOptions::new()
        .create(true)
        .append(true)
        .open(&place.log)
        .map_err(io("open", &place.log))?;
    if log.metadata().is_ok_and(|metadata| metadata.len() > 10_000_000) {
        log.set_len(0).map_err(io("shorten", &place.log))?;
    }
    let copy = log.try_clone().map_err(io("open", &place.log))?;
    let mut command = Command::new(&binaries.postgres);
    place.run_as_owner(&mut command);
    command
        .arg("-D")
        .arg(&place.cluster)
        .args([
            "-c",
            "listen_addresses=",
            "-c",
            "port=5432",
            "-c",
            "logging_collector=off",
            "-c",
            "unix_socket_permissions=0700",
        ])
        .arg("-c")
        .arg(format!("unix_socket_directories={}", place.quoted_sockets()))
        .stdin(Stdio::null())
        .stdout(log)
        .stderr(copy)
        .process_group(0)
        .spawn()
        .map_err(io("run", &binaries.postgres))
}

/// `None` when it answers; otherwise the exit status, or nothing when the time is over.
async fn wait_until_ready(
    child: &mut Child,
    place: &Place,
    deadline: Instant,
) -> Result<Option<Option<ExitStatus>>, ClusterError> {
    let options = connect_options(&place.sockets, "postgres");
    loop {
        if let Some(status) = child.try_wait().map_err(io("wait for PostgreSQL in", &place.cluster))? {
            return Ok(Some(Some(status)));
        }
        if place.sockets.join(".s.PGSQL.5432").exists()
            && let Ok(connection) = options.connect().await
        {
            connection.close().await?;
            return Ok(None);
        }
        if Instant::now() > deadline {
            return Ok(Some(None));
        }
        tokio::time::sleep(POLL).await;
    }
}

/// The last lines of the log, enough to see why PostgreSQL ended.
fn tail(log: &Path) -> String {
    let mut text = Vec::new();
    if let Ok(mut file) = File::open(log) {
        let length = file.metadata().map(|metadata| metadata.len()).unwrap_or_default();
        let _position = file.seek(SeekFrom::Start(length.saturating_sub(2_000)));
        let _read = file.read_to_end(&mut text);
    }
    String::from_utf8_lossy(&text).into_owned()
}

#[cfg(test)]
mod tests;
