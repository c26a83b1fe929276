//! How often somebody may ask, counted for all processes of an installation: one statement, which waits for no disk, for all who
//! ask at the same time.
//!
//! An allowance comes back evenly, one every `period_us`, up to as many as fit in `window_us`. All there is to remember of it is
//! when it will be full again. A clock that was set back makes nobody wait for longer than the window.

use std::{collections::HashMap, sync::Arc};

use kernel::Store;
use uuid::Uuid;

use crate::{Ctx, Database, Error, InTransaction, Scope, Together, Work};

crate::statements! {
    TAKE = "INSERT INTO platform.limits AS l (store_id, key, full_at_us, window_us, refused) \
        SELECT $1, asked.key, $2 + asked.period_us, asked.window_us, false \
        FROM UNNEST($3::bytea[], $4::bigint[], $5::bigint[]) AS asked (key, period_us, window_us) ORDER BY asked.key \
        ON CONFLICT ON CONSTRAINT limits_pk DO UPDATE SET window_us = EXCLUDED.window_us, \
          refused = greatest(l.full_at_us, $2) + EXCLUDED.full_at_us - $2 > $2 + EXCLUDED.window_us, \
          full_at_us = CASE WHEN greatest(l.full_at_us, $2) + EXCLUDED.full_at_us - $2 > $2 + EXCLUDED.window_us \
            THEN least(l.full_at_us, $2 + EXCLUDED.window_us) ELSE greatest(l.full_at_us, $2) + EXCLUDED.full_at_us - $2 END \
        RETURNING key, full_at_us, refused";
    DELETE_FULL = "DELETE FROM platform.limits WHERE store_id = $1 AND full_at_us < $2";
}

/// Something that is counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Allowance {
    /// SHA-256 of what is counted, and for whom. No two that are taken together have the same.
    pub key: [u8; 32],
    /// How long until one more is there.
    pub period_us: i64,
    /// How long until all are there.
    pub window_us: i64,
}

/// Takes one from each allowance. Of one that is used up: how many microseconds until there is one again.
pub async fn take(
    database: &Database,
    store: &Arc<Store>,
    allowances: Vec<Allowance>,
) -> Result<Vec<Option<i64>>, Error> {
    let work = Work::new(database.clone(), Scope::system(Arc::clone(store)));
    work.together(Taking(allowances)).await
}

/// What one request takes.
#[derive(Clone)]
struct Taking(Vec<Allowance>);

impl Together for Taking {
    type Done = Vec<Option<i64>>;
    type Error = Error;

    fn subjects(&self) -> Vec<Uuid> {
        let firsts = self.0.iter().filter_map(|allowance| allowance.key.first_chunk());
        firsts.copied().map(Uuid::from_bytes).collect()
    }

    fn run<'a>(ctx: &'a mut Ctx, batch: &'a [Self]) -> InTransaction<'a, Vec<Result<Self::Done, Error>>, Error> {
        Box::pin(async move {
            let waits = take_all(ctx, batch.iter().flat_map(|one| &one.0)).await?;
            let of_one = |one: &Self| Ok(one.0.iter().map(|asked| *waits.get(&asked.key)?).collect());
            Ok(batch.iter().map(of_one).collect())
        })
    }
}

/// How long each has to wait who has to.
async fn take_all(
    ctx: &mut Ctx,
    allowances: impl Iterator<Item = &Allowance> + Clone,
) -> Result<HashMap<[u8; 32], Option<i64>>, Error> {
    let (store_id, now_us) = (ctx.store_id(), ctx.now().timestamp_micros());
    let rows: Vec<(Vec<u8>, i64, bool)> = sqlx::query_as(TAKE)
        .bind(store_id)
        .bind(now_us)
        .bind(allowances.clone().map(|one| one.key.as_slice()).collect::<Vec<_>>())
        .bind(allowances.clone().map(|one| one.period_us).collect::<Vec<_>>())
        .bind(allowances.clone().map(|one| one.window_us).collect::<Vec<_>>())
        .fetch_all(ctx.sql().await?)
        .await?;
    let rows: HashMap<Vec<u8>, (i64, bool)> = rows.into_iter().map(|(key, full, no)| (key, (full, no))).collect();
    let waits = allowances.filter_map(|asked| {
        let (full_at_us, refused) = rows.get(asked.key.as_slice())?;
        let wait = full_at_us + asked.period_us - asked.window_us - now_us;
        Some((asked.key, refused.then_some(wait)))
    });
    Ok(waits.collect())
}

/// Forgets whose allowance is full.
pub async fn delete_full(ctx: &mut Ctx) -> Result<(), Error> {
    let (store, now_us) = (ctx.store_id(), ctx.now().timestamp_micros());
    sqlx::query(DELETE_FULL)
        .bind(store)
        .bind(now_us)
        .execute(ctx.sql().await?)
        .await?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use chrono::TimeDelta;
    use tokio::task::JoinSet;

    use super::*;
    use crate::testing::{TestDatabase, prepare_all};

    /// Three at once, then one a second.
    fn three(key: u8) -> Allowance {
        Allowance {
            key: [key; 32],
            period_us: 1_000_000,
            window_us: 3_000_000,
        }
    }

    #[tokio::test]
    async fn postgresql_can_prepare_every_statement() {
        prepare_all(&TestDatabase::new().await, STATEMENTS).await;
    }

    #[tokio::test]
    async fn an_allowance_is_spent_once_whoever_asks_and_comes_back_evenly() {
        let db = TestDatabase::new().await;
        let (here, there) = (db.database().clone(), db.another());
        let work = db.work();
        let store = work.store();
        for database in [&here, &there, &here] {
            assert_eq!(take(database, store, vec![three(1)]).await.unwrap(), [None]);
        }
        let both = take(&there, store, vec![three(2), three(1)]).await.unwrap();
        assert_eq!(both, [None, Some(1_000_000)]);
        db.clock().advance(TimeDelta::milliseconds(500));
        assert_eq!(take(&here, store, vec![three(1)]).await.unwrap(), [Some(500_000)]);
        db.clock().advance(TimeDelta::milliseconds(500));
        assert_eq!(take(&there, store, vec![three(1)]).await.unwrap(), [None]);
        assert_eq!(take(&here, store, vec![three(1)]).await.unwrap(), [Some(1_000_000)]);
    }

    #[tokio::test]
    async fn who_asks_at_the_same_time_is_counted_with_one_statement() {
        let db = TestDatabase::new().await;
        let (work, database) = (db.work(), db.database());
        let before = database.statement_count();
        let mut asking = JoinSet::new();
        for key in 0..20 {
            let (database, store) = (database.clone(), Arc::clone(work.store()));
            asking.spawn(async move { take(&database, &store, vec![three(key / 4)]).await.unwrap() });
        }
        let mut waits: Vec<Option<i64>> = asking.join_all().await.into_iter().flatten().collect();
        waits.sort_unstable();
        let refused = vec![Some(1_000_000); 5];
        assert_eq!(waits, [vec![None; 15], refused].concat(), "three of each four");
        let statements = database.statement_count() - before;
        assert!(statements <= 10, "{statements} statements for 20 who ask");
    }

    #[tokio::test]
    async fn a_clock_that_was_set_back_makes_nobody_wait_longer() {
        let db = TestDatabase::new().await;
        let (work, database) = (db.work(), db.database());
        let day = TimeDelta::days(1);
        db.clock().advance(day);
        take(database, work.store(), vec![three(1)]).await.unwrap();
        db.clock().advance(-day);
        let wait = take(database, work.store(), vec![three(1)]).await.unwrap();
        assert_eq!(wait, [Some(1_000_000)]);
        db.clock().advance(TimeDelta::seconds(1));
        assert_eq!(take(database, work.store(), vec![three(1)]).await.unwrap(), [None]);
    }

    #[tokio::test]
    async fn what_is_full_is_forgotten() {
        let db = TestDatabase::new().await;
        take(db.database(), db.work().store(), vec![three(1)]).await.unwrap();
        let count = async || -> i64 {
            let count = sqlx::query_scalar("SELECT count(*) FROM platform.limits");
            count.fetch_one(db.database().pool()).await.unwrap()
        };
        for (passed, left) in [(0, 1), (2, 0)] {
            db.clock().advance(TimeDelta::seconds(passed));
            let mut ctx = db.work().write();
            delete_full(&mut ctx).await.unwrap();
            ctx.commit().await.unwrap();
            assert_eq!(count().await, left);
        }
    }
}
