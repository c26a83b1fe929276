//! Events, written in the transaction of the change they tell of, and handed to each consumer by the worker.

use chrono::TimeDelta;
use kernel::{EventId, StoreId, Time, TypedId as _};
use serde::{Serialize, de::DeserializeOwned};
use sqlx::{FromRow as _, Row as _};
use uuid::Uuid;

use crate::{Ctx, Error, Work};

/// A fact in the past tense, owned by the domain that emits it: ids and the values consumers need.
pub trait Event: Serialize + DeserializeOwned + Send + Sync {
    /// The name in the event catalogue, such as `order.placed`.
    const KIND: &'static str;
    /// Raised when the payload's meaning changes.
    const VERSION: i32 = 1;

    /// What the event is about; events of one aggregate are numbered in order.
    fn aggregate(&self) -> Uuid;

    /// Everything the event is about, where that is more than the aggregate: what was made of one of these is dropped from
    /// caches.
    fn touched(&self) -> Vec<Uuid> {
        vec![self.aggregate()]
    }
}

/// An event as the outbox keeps it.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct StoredEvent {
    /// The store it happened in.
    pub store_id: StoreId,
    /// The event's id.
    pub id: EventId,
    /// The name in the event catalogue.
    pub kind: String,
    /// The payload's version.
    pub version: i32,
    /// What the event is about.
    pub aggregate_id: Uuid,
    /// Its number among the events of the aggregate, from 1.
    pub aggregate_sequence: i64,
    /// The event itself.
    pub payload: serde_json::Value,
    /// When it happened.
    pub occurred_at: Time,
}

impl StoredEvent {
    /// The event, when it is of that kind.
    pub fn read<E: Event>(&self) -> Result<E, Error> {
        if self.kind != E::KIND {
            return Err(Error::corrupt("outbox.kind", &self.kind));
        }
        Ok(serde_json::from_value(self.payload.clone())?)
    }
}

/// Events of one aggregate are numbered in the order they are given.
const PUBLISH: &str = "INSERT INTO platform.outbox \
       (store_id, id, kind, version, aggregate_id, aggregate_sequence, payload, occurred_at) \
     SELECT $1, n.id, $2, $3, n.aggregate_id, \
       (SELECT coalesce(max(o.aggregate_sequence), 0) FROM platform.outbox o WHERE o.store_id = $1 AND o.aggregate_id = n.aggregate_id) \
         + row_number() OVER (PARTITION BY n.aggregate_id ORDER BY n.place), n.payload, $7 \
     FROM unnest($4::uuid[], $5::uuid[], $6::jsonb[]) WITH ORDINALITY AS n (id, aggregate_id, payload, place) ORDER BY n.place";

pub(crate) async fn publish_all<E: Event>(ctx: &mut Ctx, events: &[E]) -> Result<Vec<EventId>, Error> {
    let ids: Vec<EventId> = events.iter().map(|_| ctx.new_id()).collect();
    let (store_id, now) = (ctx.store_id(), ctx.now());
    let payloads = events.iter().map(serde_json::to_value).collect::<Result<Vec<_>, _>>()?;
    sqlx::query(PUBLISH)
        .bind(store_id)
        .bind(E::KIND)
        .bind(E::VERSION)
        .bind(&ids)
        .bind(events.iter().map(Event::aggregate).collect::<Vec<Uuid>>())
        .bind(payloads)
        .bind(now)
        .execute(ctx.sql().await?)
        .await?;
    Ok(ids)
}

const REPLAY: &str = "SELECT store_id, id, kind, version, aggregate_id, aggregate_sequence, payload, occurred_at, position \
     FROM platform.outbox WHERE store_id = $1 AND position > $2 ORDER BY position LIMIT $3";

#[derive(sqlx::FromRow)]
struct PositionedRow {
    #[sqlx(flatten)]
    event: StoredEvent,
    position: i64,
}

/// Events after a position, oldest first, with their positions: how a consumer reads the past again.
pub async fn replay(ctx: &mut Ctx, after: i64, limit: i64) -> Result<Vec<(i64, StoredEvent)>, Error> {
    let store_id = ctx.store_id();
    let rows: Vec<PositionedRow> = sqlx::query_as(REPLAY)
        .bind(store_id)
        .bind(after)
        .bind(limit)
        .fetch_all(ctx.sql().await?)
        .await?;
    Ok(rows.into_iter().map(|row| (row.position, row.event)).collect())
}

/// Followers of another server or of before a restore begin anew, and so do those that missed what was deleted since.
const CHANGES_SINCE: &str = "SELECT s.epoch || '/' || s.snapshot AS seen, \
       s.epoch <> $4 OR pg_snapshot_xmax($2::text::pg_snapshot) > pg_snapshot_xmax(s.snapshot) \
         OR s.pruned >= pg_snapshot_xmin($2::text::pg_snapshot) AS is_foreign, \
       e.store_id, e.id, e.kind, e.version, e.aggregate_id, e.aggregate_sequence, e.payload, e.occurred_at \
     FROM (SELECT pg_current_snapshot() AS snapshot, epoch::text AS epoch, pruned FROM platform.installation) s \
     LEFT JOIN platform.outbox e ON e.store_id = $1 AND e.kind = ANY($3) \
       AND e.transaction_id >= pg_snapshot_xmin($2::text::pg_snapshot) \
       AND NOT pg_visible_in_snapshot(e.transaction_id, $2::text::pg_snapshot) \
     ORDER BY e.position";
/// The epoch of the database, which a restore changes, and what can be seen in it.
pub(crate) const SEEN: &str = "SELECT epoch || '/' || pg_current_snapshot() FROM platform.installation";
/// Numbers of transactions mean nothing on another server, where these would be of the future: everything that was put back
/// has been seen, and waits as a delivery where a consumer had not heard it. Dumps of earlier versions know no consumers.
pub(crate) const FORGET_TRANSACTIONS: &str = "DO $$ BEGIN \
     IF to_regproc('platform.forget_transactions') IS NOT NULL THEN \
       PERFORM platform.forget_transactions(); \
       RETURN; \
     END IF; \
     IF EXISTS (SELECT FROM pg_attribute WHERE attrelid = to_regclass('platform.outbox') AND attname = 'transaction_id') THEN \
       UPDATE platform.outbox SET transaction_id = '3'; \
     END IF; \
     IF to_regclass('platform.installation') IS NOT NULL THEN \
       UPDATE platform.installation SET epoch = gen_random_uuid(); \
     END IF; \
   END $$;\n";

/// Events older than that which everybody has heard, and which nothing waits for, after one of them. The rest is told how far that was.
const DELETE_OLD: &str = "WITH old AS ( \
       SELECT id FROM platform.outbox WHERE store_id = $1 AND id > $2 AND id < $3 ORDER BY id LIMIT 1000 \
     ), gone AS ( \
       DELETE FROM platform.outbox o USING old WHERE o.store_id = $1 AND o.id = old.id AND o.occurred_at < $4 \
         AND NOT EXISTS (SELECT FROM platform.deliveries d WHERE d.store_id = o.store_id AND d.event_id = o.id) \
         AND NOT EXISTS (SELECT FROM platform.unheard u WHERE u.store_id = o.store_id AND u.event_id = o.id) \
       RETURNING o.transaction_id \
     ), noted AS ( \
       UPDATE platform.installation SET pruned = greatest(pruned, (SELECT transaction_id FROM gone ORDER BY transaction_id DESC LIMIT 1)) \
       WHERE EXISTS (SELECT FROM gone) \
     ) SELECT (SELECT id FROM old ORDER BY id DESC LIMIT 1), (SELECT count(*) FROM gone)";
/// How many steps one housekeeping takes.
const MOST_STEPS: usize = 50;
/// How long events are kept for whoever follows.
const KEPT: TimeDelta = TimeDelta::days(30);

/// The epoch and the snapshot of what was seen; `None` for what an earlier version noted.
pub(crate) fn epoch_and_snapshot(seen: &str) -> Option<(&str, &str)> {
    seen.split_once('/')
}

/// What happened, up to what a follower has now seen.
#[derive(Debug)]
pub struct Changes {
    /// The events, oldest first.
    pub events: Vec<StoredEvent>,
    /// Hand it back to read on from here.
    pub seen: String,
}

/// What can be seen now: a follower that starts here misses nothing that is committed later.
pub async fn seen(ctx: &mut Ctx) -> Result<String, Error> {
    Ok(sqlx::query_scalar(SEEN).fetch_one(ctx.sql().await?).await?)
}

/// Events of these kinds that could not be seen then and can be now. Nothing is missed, in whatever order transactions end:
/// positions could not tell, for a lower one may be committed later. `None` when `seen` is of another database server, or of
/// this database before it was restored.
pub async fn changes_since(ctx: &mut Ctx, seen: &str, kinds: &[&str]) -> Result<Option<Changes>, Error> {
    let store_id = ctx.store_id();
    let Some((epoch, snapshot)) = epoch_and_snapshot(seen) else {
        return Ok(None);
    };
    let rows = sqlx::query(CHANGES_SINCE)
        .bind(store_id)
        .bind(snapshot)
        .bind(kinds)
        .bind(epoch)
        .fetch_all(ctx.sql().await?)
        .await?;
    let mut changes = Changes {
        events: Vec::new(),
        seen: String::new(),
    };
    for row in &rows {
        if row.try_get("is_foreign")? {
            return Ok(None);
        }
        changes.seen = row.try_get("seen")?;
        // Without an event there is one row, which says only what was seen.
        if row.try_get::<Option<EventId>, _>("id")?.is_some() {
            changes.events.push(StoredEvent::from_row(row)?);
        }
    }
    Ok(Some(changes))
}

/// Deletes events older than thirty days, a thousand in a transaction, and says how many it were. What so many steps leave is
/// for the next time.
pub async fn delete_old(work: &Work) -> Result<u64, Error> {
    let mut deleted: u64 = 0;
    let mut after = Some(EventId::from(Uuid::nil()));
    for _ in 0..MOST_STEPS {
        let Some(last) = after else { break };
        let mut ctx = work.write();
        let (store_id, before) = (ctx.store_id(), ctx.now() - KEPT);
        // Ids are in the order of time.
        let newest = EventId::generate(before, ctx.database().entropy());
        let gone: i64;
        (after, gone) = sqlx::query_as(DELETE_OLD)
            .bind(store_id)
            .bind(last)
            .bind(newest)
            .bind(before)
            .fetch_one(ctx.sql().await?)
            .await?;
        ctx.commit().await?;
        deleted = deleted.saturating_add(u64::try_from(gone).unwrap_or_default());
    }
    Ok(deleted)
}

#[cfg(test)]
mod tests {
    use serde::Deserialize;

    use super::*;
    use crate::testing::TestDatabase;

    #[derive(Serialize, Deserialize)]
    struct Happened(String);

    impl Event for Happened {
        const KIND: &'static str = "test.happened";

        fn aggregate(&self) -> Uuid {
            Uuid::nil()
        }
    }

    fn names(changes: &Changes) -> Vec<String> {
        let read = |event: &StoredEvent| event.read::<Happened>().unwrap().0;
        changes.events.iter().map(read).collect()
    }

    #[tokio::test]
    async fn a_follower_misses_nothing_in_whatever_order_transactions_end() {
        let db = TestDatabase::new().await;
        let (first, other) = (db.work(), db.work());
        let start = seen(&mut db.work().read()).await.unwrap();
        let mut slow = first.write();
        // It has begun to write, and its event comes first in the outbox.
        slow.publish(&Happened("slow".to_owned())).await.unwrap();
        // Another aggregate's events wait for nobody.
        let mut quick = other.write();
        sqlx::query(
            "INSERT INTO platform.outbox (store_id, id, kind, version, aggregate_id, aggregate_sequence, payload, occurred_at) \
             VALUES ($1, gen_random_uuid(), 'test.happened', 1, gen_random_uuid(), 1, '\"quick\"', now())",
        )
        .bind(quick.store_id())
        .execute(quick.sql().await.unwrap())
        .await
        .unwrap();
        quick.commit().await.unwrap();
        let changes = changes_since(&mut db.work().read(), &start, &[Happened::KIND])
            .await
            .unwrap()
            .unwrap();
        assert_eq!(names(&changes), ["quick"]);
        slow.commit().await.unwrap();
        let changes = changes_since(&mut db.work().read(), &changes.seen, &[Happened::KIND])
            .await
            .unwrap()
            .unwrap();
        assert_eq!(names(&changes), ["slow"]);
        let changes = changes_since(&mut db.work().read(), &changes.seen, &[Happened::KIND])
            .await
            .unwrap()
            .unwrap();
        assert_eq!(names(&changes), Vec::<String>::new());
        let changes = changes_since(&mut db.work().read(), &changes.seen, &["test.other"])
            .await
            .unwrap()
            .unwrap();
        assert_eq!(names(&changes), Vec::<String>::new());
    }

    #[tokio::test]
    async fn what_another_server_showed_is_refused() {
        let db = TestDatabase::new().await;
        let now = seen(&mut db.work().read()).await.unwrap();
        let (epoch, _snapshot) = epoch_and_snapshot(&now).unwrap();
        for far in [
            format!("{epoch}/900000000000:900000000000:"),
            now.replace(epoch, "c0ffee00-0000-4000-8000-000000000000"),
            "900000000000:900000000000:".to_owned(),
        ] {
            let changes = changes_since(&mut db.work().read(), &far, &[]).await.unwrap();
            assert!(changes.is_none(), "{far}");
        }
        assert!(changes_since(&mut db.work().read(), &now, &[]).await.unwrap().is_some());
    }

    #[tokio::test]
    async fn what_was_put_back_is_not_new_to_who_follows_from_then_on() {
        let db = TestDatabase::new().await;
        let mut ctx = db.work().write();
        ctx.publish(&Happened("long ago".to_owned())).await.unwrap();
        ctx.commit().await.unwrap();
        let before = seen(&mut db.work().read()).await.unwrap();
        let mut owner = db.database().connect_as_owner().await.unwrap();
        // As a dump of a server that has come further leaves it.
        let restored = format!("UPDATE platform.outbox SET transaction_id = '900000000000'; {FORGET_TRANSACTIONS}");
        sqlx::raw_sql(sqlx::AssertSqlSafe(restored))
            .execute(&mut owner)
            .await
            .unwrap();
        let since = changes_since(&mut db.work().read(), &before, &[Happened::KIND]).await;
        assert!(since.unwrap().is_none(), "the database is another");
        let after = seen(&mut db.work().read()).await.unwrap();
        let since = changes_since(&mut db.work().read(), &after, &[Happened::KIND]).await;
        assert_eq!(names(&since.unwrap().unwrap()), Vec::<String>::new());
    }

    #[tokio::test]
    async fn what_is_old_and_told_is_deleted_and_who_missed_it_learns_of_that() {
        let db = TestDatabase::new().await;
        let work = db.work();
        let say = async |word: &str| {
            let mut ctx = work.write();
            ctx.publish(&Happened(word.to_owned())).await.unwrap();
            ctx.commit().await.unwrap();
        };
        say("old").await;
        db.clock().advance(KEPT + TimeDelta::hours(1));
        assert_eq!(delete_old(&work).await.unwrap(), 0, "nobody has heard it yet");
        // The fifth transaction of a server, before there was a store, has been heard by everybody.
        let long_ago = "UPDATE platform.outbox SET transaction_id = '5'";
        sqlx::query(long_ago).execute(db.database().pool()).await.unwrap();
        let middle = seen(&mut work.read()).await.unwrap();
        let (epoch, _snapshot) = epoch_and_snapshot(&middle).unwrap();
        let start = format!("{epoch}/5:5:");
        assert!(changes_since(&mut work.read(), &start, &[]).await.unwrap().is_some());
        say("new").await;
        assert_eq!(delete_old(&work).await.unwrap(), 1);
        let events = replay(&mut work.read(), 0, 10).await.unwrap();
        assert_eq!(events.len(), 1);
        assert!(changes_since(&mut work.read(), &start, &[]).await.unwrap().is_none());
        let changes = changes_since(&mut work.read(), &middle, &[Happened::KIND])
            .await
            .unwrap();
        assert_eq!(names(&changes.unwrap()), ["new"]);
    }
}
