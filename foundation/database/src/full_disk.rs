//! A disk without room is remembered: what little fits into pages that are there already says nothing of what does not.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use chrono::TimeDelta;
use kernel::Time;

use crate::{Database, Error, Work, error::is_full_disk, pool::Begin};

/// Half a megabyte that is in no table afterwards.
const TRY: &str =
    "CREATE TEMPORARY TABLE souk_room AS SELECT repeat('x', 2000) AS filling FROM generate_series(1, 256)";

/// How long after a refusal, and after each try, nothing is tried, however many ask.
const PAUSE: TimeDelta = TimeDelta::seconds(5);

/// When PostgreSQL refused to write something for want of room, or that was last tried; nothing when there is room.
#[derive(Debug, Clone, Default)]
pub(crate) struct FullDisk(Arc<Mutex<Option<Time>>>);

impl FullDisk {
    fn lock(&self) -> MutexGuard<'_, Option<Time>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether the disk is known to be full, and whether that is to be tried now: one of all who ask is told so.
    fn look(&self, now: Time) -> (bool, bool) {
        let mut noted = self.lock();
        let Some(last) = *noted else {
            return (false, false);
        };
        let is_due = (now - last).abs() >= PAUSE;
        if is_due {
            *noted = Some(now);
        }
        (true, is_due)
    }
}

impl Database {
    /// Notes that something failed, in case it tells of a disk without room.
    pub(crate) fn note_failure(&self, error: &(dyn std::error::Error + 'static)) {
        if is_full_disk(error) {
            self.note_full_disk();
        }
    }

    /// Notes that the disk of the database has no room.
    pub fn note_full_disk(&self) {
        let before = self.full_disk().lock().replace(self.now());
        if before.is_none() {
            tracing::error!("the disk of the database is full");
        }
    }

    /// Whether there is room for what is written, as far as anybody was refused. After a refusal that is tried every few seconds,
    /// if anybody asks, until it succeeds. That something small was written meanwhile proves nothing.
    pub async fn has_room(&self) -> Result<bool, Error> {
        let (is_full, is_to_try) = self.full_disk().look(self.now());
        if !is_to_try {
            return Ok(!is_full);
        }
        let has_room = self.try_room().await?;
        if has_room {
            *self.full_disk().lock() = None;
            tracing::info!("the disk of the database has room again");
        }
        Ok(has_room)
    }

    /// Whether there is room for half a megabyte now, whether or not anybody was refused.
    pub async fn try_room(&self) -> Result<bool, Error> {
        match self.fill_for_a_moment().await {
            Err(error) if is_full_disk(&error) => Ok(false),
            Err(error) if error.is_unavailable() => Err(error),
            Err(error) => {
                // Whoever may not make such a table is not to be told for ever that there is no room.
                tracing::warn!(%error, "whether the disk has room cannot be tried");
                Ok(true)
            }
            Ok(()) => Ok(true),
        }
    }

    async fn fill_for_a_moment(&self) -> Result<(), Error> {
        let mut transaction = self.begin(Begin::plain()).await?;
        let made = sqlx::query(TRY).execute(&mut *transaction).await;
        transaction.rollback().await?;
        Ok(made.map(drop)?)
    }
}

impl Work {
    /// Notes why something failed, on the error's way to whoever asked for it.
    pub(crate) fn noted<E: std::error::Error + 'static>(&self, error: E) -> E {
        self.database().note_failure(&error);
        error
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::TestDatabase;

    const REFUSE: &str = "CREATE FUNCTION public.refuse() RETURNS event_trigger LANGUAGE plpgsql AS \
        $$ BEGIN RAISE EXCEPTION 'no space left on device' USING ERRCODE = 'disk_full'; END $$";
    const FILL: &str = "CREATE EVENT TRIGGER full_disk ON ddl_command_start WHEN TAG IN ('CREATE TABLE AS') \
        EXECUTE FUNCTION public.refuse()";
    const MAKE_ROOM: &str = "DROP EVENT TRIGGER full_disk";

    #[tokio::test]
    async fn a_full_disk_is_told_from_the_first_refusal_until_something_fits() {
        let db = TestDatabase::new().await;
        let (work, database) = (db.work(), db.database());
        for statement in [REFUSE, FILL] {
            db.as_owner(statement).await.unwrap();
        }
        assert!(database.has_room().await.unwrap(), "nobody was refused yet");
        let refused = work.transact(&(), |ctx, ()| {
            Box::pin(async move {
                sqlx::query(TRY).execute(ctx.sql().await?).await?;
                Ok::<(), Error>(())
            })
        });
        assert!(refused.await.unwrap_err().is_unavailable());
        assert!(!database.try_room().await.unwrap());
        for _ in 0..2 {
            assert!(!database.has_room().await.unwrap());
            db.clock().advance(PAUSE);
        }
        assert!(!database.has_room().await.unwrap());
        db.as_owner(MAKE_ROOM).await.unwrap();
        db.clock().advance(PAUSE - TimeDelta::milliseconds(1));
        assert!(!database.has_room().await.unwrap(), "it was tried a moment ago");
        db.clock().advance(TimeDelta::milliseconds(1));
        assert!(database.has_room().await.unwrap());
        assert!(database.try_room().await.unwrap());
        let left: i64 = sqlx::query_scalar("SELECT count(*) FROM pg_class WHERE relname = 'souk_room'")
            .fetch_one(database.pool())
            .await
            .unwrap();
        assert_eq!(left, 0);
    }

    #[tokio::test]
    async fn other_failures_are_no_full_disk() {
        let db = TestDatabase::new().await;
        db.database().note_failure(&Error::Sql(sqlx::Error::PoolTimedOut));
        for statement in [REFUSE, FILL] {
            db.as_owner(statement).await.unwrap();
        }
        assert!(db.database().has_room().await.unwrap());
    }
}
