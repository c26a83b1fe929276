//! A disk without room is remembered: what little fits into pages that are there already says nothing of what does not.

use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};

use crate::{Database, Error, Work, error::is_full_disk, pool::Begin};

/// Half a megabyte that is in no table afterwards.
const TRY: &str =
    "CREATE TEMPORARY TABLE souk_room AS SELECT repeat('x', 2000) AS filling FROM generate_series(1, 256)";

/// Whether PostgreSQL has refused to write something for want of room, and not written as much since.
#[derive(Debug, Clone, Default)]
pub(crate) struct FullDisk(Arc<AtomicBool>);

impl Database {
    /// Notes that something failed, in case it tells of a disk without room.
    pub(crate) fn note_failure(&self, error: &(dyn std::error::Error + 'static)) {
        if is_full_disk(error) {
            self.note_full_disk();
        }
    }

    /// Notes that the disk of the database has no room.
    pub fn note_full_disk(&self) {
        if !self.full_disk().0.swap(true, Ordering::Relaxed) {
            tracing::error!("the disk of the database is full");
        }
    }

    /// Whether there is room for what is written. After a refusal that is tried, until it succeeds.
    pub async fn has_room(&self) -> Result<bool, Error> {
        if !self.full_disk().0.load(Ordering::Relaxed) {
            return Ok(true);
        }
        match self.try_room().await {
            Err(error) if is_full_disk(&error) => return Ok(false),
            Err(error) if error.is_unavailable() => return Err(error),
            // Whoever may not make such a table is not to be kept from serving by that.
            Err(error) => tracing::warn!(%error, "whether the disk has room again cannot be tried"),
            Ok(()) => tracing::info!("the disk of the database has room again"),
        }
        self.full_disk().0.store(false, Ordering::Relaxed);
        Ok(true)
    }

    async fn try_room(&self) -> Result<(), Error> {
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
        for _ in 0..2 {
            assert!(!database.has_room().await.unwrap());
        }
        db.as_owner(MAKE_ROOM).await.unwrap();
        assert!(database.has_room().await.unwrap());
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
