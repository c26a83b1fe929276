//! The whole database as one file, and back, by PostgreSQL's own programs.
//!
//! A dump sees one moment, whatever is written meanwhile. A file is put back in one transaction: until its last row has
//! arrived everything is as it was, and what fails changes nothing.

mod pour;

use std::{
    collections::{BTreeMap, BTreeSet},
    path::{Path, PathBuf},
    process::{ExitStatus, Stdio},
};

use serde::{Deserialize, Serialize};
use sqlx::Connection as _;
use sqlx::{AssertSqlSafe, PgConnection};
use tokio::{
    io::{AsyncWriteExt as _, BufReader},
    process::Command,
};
use url::Url;

use self::pour::pour;
use crate::{Database, Error, MIGRATIONS, cluster::ClientPrograms, outbox::FORGET_TRANSACTIONS};

/// Where PostgreSQL's programs find the server.
#[derive(Clone)]
pub enum Server {
    /// A private cluster, by the folder of its socket.
    Private(PathBuf),
    /// The address in `DATABASE_URL`.
    Address(String),
}

/// Why a database could not be written to a file or read from it.
#[derive(Debug, thiserror::Error)]
pub enum BackupError {
    /// The programs are not there.
    #[error(
        "pg_dump, pg_restore and psql of PostgreSQL {0} or newer are not installed here; on Debian and Ubuntu they are in \
         postgresql-client, on Alpine in postgresql{0}-client, elsewhere in PostgreSQL itself"
    )]
    NoPrograms(u32),
    /// A program could not be started or spoken to.
    #[error("{program} could not be run")]
    Run {
        /// Which.
        program: &'static str,
        /// Why.
        source: std::io::Error,
    },
    /// A program ended with an error.
    #[error("{program} failed: {said}")]
    Failed {
        /// Which.
        program: &'static str,
        /// What it printed.
        said: String,
    },
    /// The address is not one that PostgreSQL's programs understand.
    #[error("DATABASE_URL is not a PostgreSQL address: {0}")]
    Address(url::ParseError),
    /// A statement failed.
    #[error(transparent)]
    Database(#[from] Error),
}

/// A migration as a database remembers it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Applied {
    /// Its number.
    pub version: i64,
    /// The hash of its text, in hexadecimal.
    pub checksum: String,
}

/// What a database holds.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Contents {
    /// The migrations it has seen.
    pub migrations: Vec<Applied>,
    /// How many rows each table has.
    pub rows: BTreeMap<String, i64>,
}

const SNAPSHOT: &str = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY";
const EXPORT_SNAPSHOT: &str = "SELECT pg_export_snapshot()";
const TABLES: &str = "SELECT format('%I.%I', n.nspname, c.relname) FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace \
     WHERE c.relkind IN ('r', 'p') AND NOT c.relispartition AND n.nspname <> 'information_schema' AND n.nspname NOT LIKE 'pg\\_%' \
     ORDER BY 1";
const APPLIED: &str =
    "SELECT version, encode(checksum, 'hex') FROM public._sqlx_migrations WHERE success ORDER BY version";
const MIGRATED: &str = "SELECT to_regclass('public._sqlx_migrations') IS NOT NULL";
const VERSION: &str = "SELECT current_setting('server_version_num')::int / 10000";
const OTHERS: &str = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() \
     AND application_name = 'souk' AND pid <> ALL($1)";
const SETTINGS: &str = "SELECT name FROM pg_settings";
const OWN: &str = "SELECT pg_backend_pid()";

impl Contents {
    /// The migrations of this program.
    pub fn known_migrations() -> Vec<Applied> {
        let mut known: Vec<Applied> = MIGRATIONS
            .iter()
            .filter(|migration| migration.migration_type.is_up_migration())
            .map(|migration| Applied {
                version: migration.version,
                checksum: migration.checksum.iter().map(|byte| format!("{byte:02x}")).collect(),
            })
            .collect();
        known.sort();
        known
    }

    /// How many stores there are; none in a database that nobody has used.
    pub fn stores(&self) -> i64 {
        self.rows.get("platform.stores").copied().unwrap_or_default()
    }

    async fn read(connection: &mut PgConnection) -> Result<Self, Error> {
        let migrations = read_applied(connection).await?;
        let tables: Vec<String> = sqlx::query_scalar(TABLES).fetch_all(&mut *connection).await?;
        let counts: Vec<String> = tables
            .iter()
            .map(|table| format!("SELECT '{}', count(*) FROM {table}", table.replace('\'', "''")))
            .collect();
        let rows: Vec<(String, i64)> = if counts.is_empty() {
            Vec::new()
        } else {
            sqlx::query_as(AssertSqlSafe(counts.join(" UNION ALL ")))
                .fetch_all(&mut *connection)
                .await?
        };
        Ok(Self {
            migrations,
            rows: rows.into_iter().collect(),
        })
    }
}

async fn read_applied(connection: &mut PgConnection) -> Result<Vec<Applied>, Error> {
    let migrated: bool = sqlx::query_scalar(MIGRATED).fetch_one(&mut *connection).await?;
    if !migrated {
        return Ok(Vec::new());
    }
    let applied: Vec<(i64, String)> = sqlx::query_as(APPLIED).fetch_all(connection).await?;
    let applied = applied.into_iter();
    Ok(applied
        .map(|(version, checksum)| Applied { version, checksum })
        .collect())
}

/// The migrations that the database has.
pub async fn applied_migrations(database: &Database) -> Result<Vec<Applied>, Error> {
    let mut owner = database.connect_as_owner().await?;
    let applied = read_applied(&mut owner).await?;
    owner.close().await?;
    Ok(applied)
}

/// Reads what the database holds, at one moment; as the owner of the schema, because the program may read nothing of a
/// database that was restored a moment ago.
pub async fn contents(database: &Database) -> Result<Contents, Error> {
    let mut owner = database.connect_as_owner().await?;
    let mut snapshot = owner.begin_with(SNAPSHOT).await?;
    let contents = Contents::read(&mut snapshot).await?;
    snapshot.rollback().await?;
    owner.close().await?;
    Ok(contents)
}

/// How many connections of Souks the database has, apart from this one's first: ask before there is a second.
pub async fn other_souks(database: &Database) -> Result<i64, Error> {
    let mut transaction = database.begin(crate::pool::Begin::Read).await?;
    let own: i32 = sqlx::query_scalar(OWN).fetch_one(&mut *transaction).await?;
    let others = sqlx::query_scalar(OTHERS)
        .bind([own].as_slice())
        .fetch_one(&mut *transaction)
        .await?;
    transaction.rollback().await?;
    Ok(others)
}

/// The server's major version.
pub async fn server_version(database: &Database) -> Result<u32, Error> {
    let version: i32 = sqlx::query_scalar(VERSION).fetch_one(database.pool()).await?;
    Ok(u32::try_from(version).unwrap_or_default())
}

/// Writes the database to a file that `pg_restore` reads, and tells what is in it: both are of the same moment.
pub async fn dump(database: &Database, server: &Server, to: &Path) -> Result<Contents, BackupError> {
    let programs = programs_for(database).await?;
    let mut snapshot = database.pool().begin_with(SNAPSHOT).await.map_err(Error::from)?;
    let contents = Contents::read(&mut snapshot).await?;
    let name: String = sqlx::query_scalar(EXPORT_SNAPSHOT)
        .fetch_one(&mut *snapshot)
        .await
        .map_err(Error::from)?;
    let mut command = server.client(&programs.pg_dump)?;
    let output = command
        // A server that was built without the compression chosen here takes it back all the same.
        .args([
            "--format=custom",
            "--no-owner",
            "--no-privileges",
            "--no-toast-compression",
        ])
        .arg(format!("--snapshot={name}"))
        .arg("--file")
        .arg(to)
        .stdin(Stdio::null())
        .output()
        .await
        .map_err(run("pg_dump"))?;
    succeeded("pg_dump", output.status, &output.stderr)?;
    snapshot.rollback().await.map_err(Error::from)?;
    Ok(contents)
}

/// Puts what [`dump`] wrote in the place of everything that is there. `schemas` are those of the file; those of this
/// program go as well.
pub async fn load(
    database: &Database,
    server: &Server,
    from: &Path,
    schemas: &BTreeSet<String>,
) -> Result<(), BackupError> {
    let programs = programs_for(database).await?;
    let known: Vec<String> = sqlx::query_scalar(SETTINGS)
        .fetch_all(database.pool())
        .await
        .map_err(Error::from)?;
    let mut restore = Command::new(&programs.pg_restore)
        .args(["--no-owner", "--no-privileges", "--file=-"])
        .arg(from)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .kill_on_drop(true)
        .spawn()
        .map_err(run("pg_restore"))?;
    let mut psql = server
        .client(&programs.psql)?
        .args([
            "--no-psqlrc",
            "--quiet",
            "--output=/dev/null",
            "--set=ON_ERROR_STOP=1",
            "--file=-",
        ])
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .kill_on_drop(true)
        .spawn()
        .map_err(run("psql"))?;
    let (Some(script), Some(rows)) = (psql.stdin.take(), restore.stdout.take()) else {
        let source = std::io::Error::other("it has no pipe");
        return Err(run("psql")(source));
    };
    let clearing = clearing(schemas);
    let pouring = pour(BufReader::new(rows), script, &clearing, &known);
    let (poured, restored) = tokio::join!(pouring, restore.wait_with_output());
    // The transaction is committed only when the last row was read without an error.
    if let Ok(mut script) = poured
        && restored.as_ref().is_ok_and(|output| output.status.success())
    {
        let ending = format!("\n{FORGET_TRANSACTIONS}COMMIT;\n");
        let _broken_pipe_is_told_by_psql = script.write_all(ending.as_bytes()).await;
    }
    let output = psql.wait_with_output().await.map_err(run("psql"))?;
    succeeded("psql", output.status, &output.stderr)?;
    let restored = restored.map_err(run("pg_restore"))?;
    succeeded("pg_restore", restored.status, &restored.stderr)
}

/// Opens the transaction and removes what stands in the way.
fn clearing(schemas: &BTreeSet<String>) -> String {
    let own = MIGRATIONS
        .iter()
        .flat_map(|migration| migration.sql.as_str().lines())
        .filter_map(|line| line.trim().strip_prefix("CREATE SCHEMA "))
        .map(|name| name.trim_end_matches(';').trim().to_owned());
    let all: BTreeSet<String> = own
        .chain(schemas.iter().cloned())
        .filter(|schema| schema != "public")
        .collect();
    let mut sql =
        "SET client_min_messages = warning;\nBEGIN;\nDROP TABLE IF EXISTS public._sqlx_migrations;\n".to_owned();
    for schema in all {
        sql.push_str(&format!(
            "DROP SCHEMA IF EXISTS \"{}\" CASCADE;\n",
            schema.replace('"', "\"\"")
        ));
    }
    sql
}

async fn programs_for(database: &Database) -> Result<ClientPrograms, BackupError> {
    let version = server_version(database).await?;
    ClientPrograms::for_server(version)
        .await
        .ok_or(BackupError::NoPrograms(version))
}

impl Server {
    /// A program that will speak to this server, whatever the environment says about others. The password does not stand
    /// in its command line, where everybody on the machine could read it.
    fn client(&self, program: &Path) -> Result<Command, BackupError> {
        let mut command = Command::new(program);
        command.kill_on_drop(true).arg("--no-password");
        match self {
            Self::Private(sockets) => {
                for name in ["PGPASSWORD", "PGSERVICE", "PGSSLMODE", "PGOPTIONS", "PGHOSTADDR"] {
                    command.env_remove(name);
                }
                command
                    .env("PGHOST", sockets)
                    .env("PGPORT", "5432")
                    .env("PGUSER", "souk")
                    .env("PGDATABASE", "souk");
            }
            Self::Address(address) => {
                let (address, password) = without_password(address)?;
                if let Some(password) = password {
                    command.env("PGPASSWORD", password);
                }
                command.arg("--dbname").arg(address);
            }
        }
        Ok(command)
    }
}

/// The address as libpq understands it, and its password.
fn without_password(address: &str) -> Result<(String, Option<String>), BackupError> {
    let mut url = Url::parse(address).map_err(BackupError::Address)?;
    let mut password = url.password().map(percent_decoded);
    let _addresses_without_a_host_have_no_password = url.set_password(None);
    let pairs: Vec<(String, String)> = url.query_pairs().into_owned().collect();
    url.set_query(None);
    for (key, value) in pairs {
        let key = match key.as_str() {
            "password" => {
                password = Some(value);
                continue;
            }
            // The connection pool's own; libpq refuses what it does not know.
            "statement-cache-capacity" => continue,
            "ssl-mode" => "sslmode",
            "ssl-root-cert" | "ssl-ca" => "sslrootcert",
            "ssl-cert" => "sslcert",
            "ssl-key" => "sslkey",
            other => other,
        };
        url.query_pairs_mut().append_pair(key, &value);
    }
    // libpq reads a plus sign as itself.
    let address = match url.as_str().split_once('?') {
        Some((before, query)) => format!("{before}?{}", query.replace('+', "%20")),
        None => url.to_string(),
    };
    Ok((address, password))
}

/// The decoder of forms also takes a plus sign for a space, and an ampersand for an end; addresses do not.
fn percent_decoded(text: &str) -> String {
    let form = format!("={}", text.replace('+', "%2B").replace('&', "%26"));
    url::form_urlencoded::parse(form.as_bytes())
        .map(|(_name, value)| value.into_owned())
        .collect()
}

fn run(program: &'static str) -> impl FnOnce(std::io::Error) -> BackupError {
    move |source| BackupError::Run { program, source }
}

fn succeeded(program: &'static str, status: ExitStatus, said: &[u8]) -> Result<(), BackupError> {
    if status.success() {
        return Ok(());
    }
    let said = String::from_utf8_lossy(said).trim().to_owned();
    let said = if said.is_empty() { status.to_string() } else { said };
    Err(BackupError::Failed { program, said })
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;
    use crate::{Event, testing::TestDatabase};

    #[derive(Serialize, Deserialize)]
    struct Happened;

    impl Event for Happened {
        const KIND: &'static str = "test.happened";

        fn aggregate(&self) -> Uuid {
            Uuid::nil()
        }
    }

    #[tokio::test]
    async fn what_is_put_back_has_been_seen_by_everybody_and_the_database_is_another() {
        let (source, target) = (TestDatabase::new().await, TestDatabase::new().await);
        let mut ctx = source.work().write();
        ctx.publish(&Happened).await.unwrap();
        ctx.commit().await.unwrap();
        let file = tempfile::NamedTempFile::new().unwrap();
        let servers = [&source, &target].map(|db| Server::Address(db.address()));
        let dumped = dump(source.database(), &servers[0], file.path()).await.unwrap();
        load(target.database(), &servers[1], file.path(), &BTreeSet::new())
            .await
            .unwrap();
        assert_eq!(contents(target.database()).await.unwrap(), dumped);
        let state = "SELECT epoch::text, (SELECT max(transaction_id)::text FROM platform.outbox), \
               (SELECT count(*) FROM platform.unheard) FROM platform.installation";
        let mut states: Vec<(String, String, i64)> = Vec::new();
        for db in [&source, &target] {
            let mut owner = db.database().connect_as_owner().await.unwrap();
            states.push(sqlx::query_as(state).fetch_one(&mut owner).await.unwrap());
        }
        assert_ne!(states[0].0, states[1].0);
        assert_eq!(
            (states[1].1.as_str(), states[1].2),
            ("4", 1),
            "nobody has heard it, here as there"
        );
    }

    #[test]
    fn a_password_is_never_in_a_command_line() {
        for (address, expected, password) in [
            (
                "postgres://souk@db.example/shop",
                "postgres://souk@db.example/shop",
                None,
            ),
            (
                "postgres://souk:a%20b+c@db.example:5433/shop?sslmode=require",
                "postgres://souk@db.example:5433/shop?sslmode=require",
                Some("a b+c"),
            ),
            (
                "postgresql:///shop?host=/run/postgresql&password=x&statement-cache-capacity=0",
                "postgresql:///shop?host=%2Frun%2Fpostgresql",
                Some("x"),
            ),
        ] {
            let (found, secret) = without_password(address).unwrap();
            assert_eq!((found.as_str(), secret.as_deref()), (expected, password));
        }
        assert!(without_password("not an address").is_err());
    }

    #[test]
    fn every_schema_of_the_program_and_of_the_file_is_cleared_away() {
        let sql = clearing(&BTreeSet::from(["of the file".to_owned(), "public".to_owned()]));
        for expected in ["\"platform\"", "\"catalog\"", "\"of the file\""] {
            assert!(
                sql.contains(&format!("DROP SCHEMA IF EXISTS {expected} CASCADE;")),
                "{sql}"
            );
        }
        assert!(!sql.contains("\"public\"") && sql.contains("BEGIN;") && !sql.contains("COMMIT"));
    }
}
