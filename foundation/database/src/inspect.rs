//! What an operator wants to know of a database: its settings, its migrations, and the work that waits in it.

use kernel::Time;

use crate::{
    Database, Error,
    backup::{Applied, Contents},
    jobs::OVERDUE,
};

/// What the server says of itself.
#[derive(Debug, Clone, PartialEq, sqlx::FromRow)]
pub struct ServerFacts {
    /// Its version, such as `17.2 (Debian 17.2-1)`.
    pub version: String,
    /// Its major version.
    pub major_version: i32,
    /// Whether what was committed survives a power cut.
    pub fsync: bool,
    /// Whether a torn page is mended after one.
    pub full_page_writes: bool,
    /// Whether a commit waits until it is on disk: `off` may lose the last moments.
    pub synchronous_commit: String,
    /// The most connections it takes, without those it keeps for its own administrator.
    pub connections_allowed: i32,
    /// Connections that are open now.
    pub connections_open: i64,
    /// The database's encoding.
    pub encoding: String,
    /// How the database sorts texts.
    pub collation: String,
    /// Whether the collation's rules changed since the indices were built.
    pub collation_changed: bool,
    /// The session's time zone.
    pub timezone: String,
    /// Bytes the database takes.
    pub bytes: i64,
    /// The server's clock.
    pub now: Time,
}

/// Work that waits, of every store.
#[derive(Debug, Clone, PartialEq, sqlx::FromRow)]
pub struct Backlog {
    /// Jobs and deliveries that were tried to the limit.
    pub parked: i64,
    /// Jobs and deliveries that are due for more than an hour, and that no worker has.
    pub overdue: i64,
    /// Jobs that are due.
    pub due_jobs: i64,
    /// Age of the oldest event that some consumer has not seen.
    pub outbox_lag_seconds: f64,
    /// Age of the oldest event that the catalogue's lists and search have not seen.
    pub search_lag_seconds: f64,
}

/// How the migrations of a database stand to those of this program.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct MigrationState {
    /// Of this program, and not applied.
    pub pending: Vec<i64>,
    /// Applied, and not of this program: a newer Souk was here.
    pub unknown: Vec<i64>,
    /// Applied with another text.
    pub changed: Vec<i64>,
}

const SERVER: &str = "SELECT current_setting('server_version') AS version, current_setting('server_version_num')::int / 10000 AS major_version, \
       current_setting('fsync')::boolean AS fsync, current_setting('full_page_writes')::boolean AS full_page_writes, \
       current_setting('synchronous_commit') AS synchronous_commit, \
       current_setting('max_connections')::int - current_setting('superuser_reserved_connections')::int AS connections_allowed, \
       (SELECT count(*) FROM pg_stat_activity WHERE backend_type = 'client backend') AS connections_open, \
       pg_encoding_to_char(d.encoding) AS encoding, d.datcollate::text AS collation, \
       d.datcollversion IS DISTINCT FROM pg_database_collation_actual_version(d.oid) AS collation_changed, \
       current_setting('TimeZone') AS timezone, pg_database_size(d.oid) AS bytes, clock_timestamp() AS now \
     FROM pg_database d WHERE d.datname = current_database()";
const BACKLOG: &str = "SELECT \
       (SELECT count(*) FROM platform.jobs WHERE state = 'parked') \
         + (SELECT count(*) FROM platform.deliveries WHERE state = 'parked') AS parked, \
       (SELECT count(*) FROM platform.jobs WHERE state = 'queued' AND run_at < $3 AND (leased_until IS NULL OR leased_until < $1)) \
         + (SELECT count(*) FROM platform.deliveries \
            WHERE state = 'queued' AND run_at < $3 AND (leased_until IS NULL OR leased_until < $1)) AS overdue, \
       (SELECT count(*) FROM platform.jobs WHERE state = 'queued' AND run_at <= $1) AS due_jobs, \
       coalesce(extract(epoch FROM $1 - min(w.occurred_at)), 0)::float8 AS outbox_lag_seconds, \
       coalesce(extract(epoch FROM $1 - min(w.occurred_at) FILTER (WHERE w.consumer LIKE ANY ($2))), 0)::float8 AS search_lag_seconds \
     FROM ( \
       SELECT occurred_at, consumer FROM platform.unheard \
       UNION ALL \
       SELECT o.occurred_at, d.consumer FROM platform.deliveries d \
       JOIN platform.outbox o ON o.store_id = d.store_id AND o.id = d.event_id WHERE d.state = 'queued' \
     ) AS w";
const WAITING_JOBS: &str = "SELECT kind, count(*) FILTER (WHERE state = 'queued'), count(*) FILTER (WHERE state = 'parked') \
     FROM platform.jobs GROUP BY kind ORDER BY kind";

/// Consumers whose lag is the search's.
const SEARCHING: [&str; 2] = ["catalog::%", "search::%"];

/// Asks the server.
pub async fn server(database: &Database) -> Result<ServerFacts, Error> {
    Ok(sqlx::query_as(SERVER).fetch_one(database.pool()).await?)
}

/// Measures what waits.
pub async fn backlog(database: &Database) -> Result<Backlog, Error> {
    let now = database.now();
    Ok(sqlx::query_as(BACKLOG)
        .bind(now)
        .bind(SEARCHING.as_slice())
        .bind(now - OVERDUE)
        .fetch_one(database.pool())
        .await?)
}

/// Jobs by kind: how many are queued, and how many parked. A kind that was done within a week is there with zeros.
pub async fn waiting_jobs(database: &Database) -> Result<Vec<(String, i64, i64)>, Error> {
    Ok(sqlx::query_as(WAITING_JOBS).fetch_all(database.pool()).await?)
}

/// Compares the migrations of a database with this program's.
pub fn migrations(applied: &[Applied]) -> MigrationState {
    let known = Contents::known_migrations();
    let mut state = MigrationState::default();
    for one in applied {
        match known.iter().find(|migration| migration.version == one.version) {
            Some(migration) if migration.checksum != one.checksum => state.changed.push(one.version),
            Some(_) => {}
            None => state.unknown.push(one.version),
        }
    }
    state.pending = known
        .iter()
        .map(|migration| migration.version)
        .filter(|version| applied.iter().all(|one| one.version != *version))
        .collect();
    state
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{backup, testing::TestDatabase};

    #[tokio::test]
    async fn a_migrated_database_is_up_to_date() {
        let db = TestDatabase::new().await;
        let mut contents = backup::contents(db.database()).await.unwrap();
        assert_eq!(migrations(&contents.migrations), MigrationState::default());
        assert_eq!((contents.stores(), contents.rows.get("platform.jobs")), (1, Some(&0)));
        contents.migrations[0].checksum = "other".to_owned();
        contents.migrations[1].version = 9_999;
        assert_eq!(
            migrations(&contents.migrations),
            MigrationState {
                pending: vec![2],
                unknown: vec![9_999],
                changed: vec![1]
            }
        );
    }

    #[tokio::test]
    async fn the_server_and_what_waits_in_it_are_told() {
        let db = TestDatabase::new().await;
        let facts = server(db.database()).await.unwrap();
        assert!(facts.major_version >= 15 && facts.connections_open >= 1, "{facts:?}");
        assert_eq!(facts.encoding, "UTF8");
        let idle = backlog(db.database()).await.unwrap();
        assert_eq!((idle.parked, idle.due_jobs), (0, 0));
        assert_eq!(waiting_jobs(db.database()).await.unwrap(), []);
        let mut ctx = db.work().write();
        let job = crate::jobs::NewJob::new("sweep", &()).unwrap();
        ctx.enqueue(job).await.unwrap();
        ctx.commit().await.unwrap();
        assert_eq!(backlog(db.database()).await.unwrap().due_jobs, 1);
        let waiting = waiting_jobs(db.database()).await.unwrap();
        assert_eq!(waiting, [("sweep".to_owned(), 1, 0)]);
        db.clock().advance(OVERDUE);
        assert_eq!(backlog(db.database()).await.unwrap().overdue, 0);
        db.clock().advance(chrono::TimeDelta::seconds(1));
        assert_eq!(backlog(db.database()).await.unwrap().overdue, 1);
    }
}
