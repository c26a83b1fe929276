//! Who is told what: in which order, in which transactions, and what becomes of what failed.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex},
};

use async_trait::async_trait;
use chrono::TimeDelta;
use serde::{Deserialize, Serialize};
use sqlx::AssertSqlSafe;
use uuid::Uuid;

use crate::{
    Ctx, Error, Event,
    inspect::backlog,
    jobs::{NewJob, list_parked},
    outbox::StoredEvent,
    testing::{TestDatabase, prepare_all},
    worker::{Failure, Known, Reaction, Registry, Subscription, consumers, deliveries, drain, enrol_all, news, round},
};

#[derive(Serialize, Deserialize)]
struct Said(String, Uuid);

impl Event for Said {
    const KIND: &'static str = "test.said";

    fn aggregate(&self) -> Uuid {
        self.1
    }
}

/// Notes what it was given, queues a job for each word, and stumbles over some of them.
#[derive(Default)]
struct Listener {
    told: Mutex<Vec<Vec<String>>>,
    is_better: Mutex<bool>,
}

impl Listener {
    fn told(&self) -> Vec<Vec<String>> {
        std::mem::take(&mut *self.told.lock().unwrap())
    }
}

#[async_trait]
impl Reaction for Listener {
    async fn react(&self, ctx: &mut Ctx, event: &StoredEvent) -> Result<(), Failure> {
        let Said(word, _) = event.read()?;
        let tomorrow = ctx.now() + TimeDelta::days(1);
        ctx.enqueue(NewJob::new("test.heard", &word)?.at(tomorrow)).await?;
        match word.as_str() {
            "boo" => Err(Failure::Fail("boo".to_owned())),
            "hm" if !*self.is_better.lock().unwrap() => Err(Failure::Retry("hm".to_owned())),
            _ => Ok(()),
        }
    }

    fn at_once(&self, _event: &str) -> usize {
        3
    }

    async fn react_all(&self, ctx: &mut Ctx, events: &[StoredEvent]) -> Result<(), Failure> {
        let words = events.iter().map(|event| Ok(event.read::<Said>()?.0));
        self.told.lock().unwrap().push(words.collect::<Result<_, Error>>()?);
        for event in events {
            self.react(ctx, event).await?;
        }
        Ok(())
    }
}

fn registry(listeners: &[(&'static str, &Arc<Listener>)]) -> Registry {
    let subscriptions = listeners.iter().map(|(consumer, listener)| Subscription {
        event: Said::KIND,
        consumer,
        reaction: Arc::<Listener>::clone(listener),
    });
    Registry {
        subscriptions: subscriptions.collect(),
        handlers: HashMap::new(),
    }
}

fn one() -> (Arc<Listener>, Registry) {
    let listener = Arc::new(Listener::default());
    let registry = registry(&[("test::listen", &listener)]);
    (listener, registry)
}

/// All in one transaction.
async fn say(db: &TestDatabase, words: &[&str]) {
    let mut ctx = db.work().write();
    for word in words {
        ctx.publish(&Said((*word).to_owned(), Uuid::nil())).await.unwrap();
    }
    ctx.commit().await.unwrap();
}

/// What the jobs hold that committed reactions left.
async fn heard(db: &TestDatabase) -> Vec<String> {
    let mut ctx = db.work().read();
    let sql = sqlx::query_scalar("SELECT payload #>> '{}' FROM platform.jobs WHERE kind = 'test.heard' ORDER BY 1");
    sql.fetch_all(ctx.sql().await.unwrap()).await.unwrap()
}

/// As a worker leaves it that ended after that word, within its transaction.
fn stopped_after(word: &str) -> String {
    format!(
        "UPDATE platform.consumers c SET transaction_id = told.transaction_id, position = told.position, turn = turn + 1, \
           heard = format('%s:%s:%s', pg_snapshot_xmin(heard), told.transaction_id, \
             (SELECT string_agg(x::text, ',' ORDER BY x) FROM pg_snapshot_xip(heard) AS x))::pg_snapshot \
         FROM platform.outbox told WHERE told.payload ->> 0 = '{word}'"
    )
}

async fn count_deliveries(db: &TestDatabase) -> i64 {
    let sql = sqlx::query_scalar("SELECT count(*) FROM platform.deliveries");
    sql.fetch_one(db.database().pool()).await.unwrap()
}

#[tokio::test]
async fn every_statement_is_understood_by_postgresql() {
    let db = TestDatabase::new().await;
    let statements = [
        ("MARKS", consumers::MARKS),
        ("ENROL", consumers::ENROL),
        ("STEP", consumers::STEP),
        ("STEP_PAST", consumers::STEP_PAST),
        ("CATCH_UP", consumers::CATCH_UP),
        ("LOOK", news::LOOK),
        ("LOOK_AT_REST", news::LOOK_AT_REST),
        ("DUE", deliveries::DUE),
        ("TAKE", deliveries::TAKE),
        ("NOT_DELIVERED", deliveries::NOT_DELIVERED),
    ];
    prepare_all(&db, &statements).await;
}

#[tokio::test]
async fn events_that_wait_share_a_transaction_in_the_order_they_happened() {
    let (db, (listener, registry)) = (TestDatabase::new().await, one());
    say(&db, &["a", "b", "c", "d"]).await;
    say(&db, &["e"]).await;
    drain(db.database(), &registry).await.unwrap();
    assert_eq!(listener.told(), [vec!["a", "b", "c"], vec!["d", "e"]]);
    assert_eq!(heard(&db).await, ["a", "b", "c", "d", "e"]);
    assert_eq!(count_deliveries(&db).await, 0);
    say(&db, &["f"]).await;
    drain(db.database(), &registry).await.unwrap();
    assert_eq!(listener.told(), [vec!["f"]], "nothing is told twice");
}

#[tokio::test]
async fn one_that_fails_leaves_the_others_in_peace() {
    let (db, (listener, registry)) = (TestDatabase::new().await, one());
    say(&db, &["a", "boo", "c"]).await;
    drain(db.database(), &registry).await.unwrap();
    assert_eq!(
        listener.told(),
        [vec!["a", "boo", "c"], vec!["a"], vec!["boo"], vec!["c"]]
    );
    // What the first attempt and the one that failed left went with them.
    assert_eq!(heard(&db).await, ["a", "c"]);
    let parked = list_parked(&mut db.work().read()).await.unwrap();
    assert_eq!(parked.len(), 1);
    assert_eq!((parked[0].attempts, parked[0].last_error.as_deref()), (1, Some("boo")));
}

#[tokio::test]
async fn what_failed_is_tried_again_later_and_forgotten_when_it_is_done() {
    let (db, (listener, registry)) = (TestDatabase::new().await, one());
    say(&db, &["hm", "a"]).await;
    drain(db.database(), &registry).await.unwrap();
    assert_eq!(
        (heard(&db).await, count_deliveries(&db).await),
        (vec!["a".to_owned()], 1)
    );
    assert_eq!(backlog(db.database()).await.unwrap().parked, 0);
    listener.told();
    db.clock().advance(TimeDelta::seconds(11));
    drain(db.database(), &registry).await.unwrap();
    assert_eq!(listener.told(), [vec!["hm"]]);
    assert_eq!(count_deliveries(&db).await, 1, "it waits longer the second time");
    *listener.is_better.lock().unwrap() = true;
    db.clock().advance(TimeDelta::seconds(21));
    drain(db.database(), &registry).await.unwrap();
    assert_eq!((heard(&db).await.len(), count_deliveries(&db).await), (2, 0));
}

#[tokio::test]
async fn what_another_worker_tells_meanwhile_is_not_told_again() {
    let (db, (listener, registry)) = (TestDatabase::new().await, one());
    say(&db, &["a"]).await;
    round(db.database(), &registry).await.unwrap();
    say(&db, &["b", "c"]).await;
    let (one, other) = tokio::join!(round(db.database(), &registry), round(db.database(), &registry));
    assert_eq!(one.unwrap().deliveries + other.unwrap().deliveries, 2);
    drain(db.database(), &registry).await.unwrap();
    assert_eq!(heard(&db).await, ["a", "b", "c"]);
    assert_eq!(listener.told()[0], ["a"]);
}

#[tokio::test]
async fn what_a_look_found_before_another_worker_was_quicker_is_left_alone() {
    let (db, (_, registry)) = (TestDatabase::new().await, one());
    let stores = HashMap::from([(db.store().id, Arc::clone(db.store()))]);
    let known = Known {
        database: db.database(),
        registry: &registry,
        stores,
    };
    say(&db, &["a", "b"]).await;
    let slow = news::look(&known).await.unwrap();
    assert_eq!((slow.len(), news::run(&known).await.unwrap()), (1, 2));
    for look in slow {
        assert_eq!(news::tell(&known, look).await.unwrap(), 0);
    }
    assert_eq!(heard(&db).await, ["a", "b"]);
}

#[tokio::test]
async fn an_event_is_told_in_whatever_order_transactions_end() {
    let (db, (listener, registry)) = (TestDatabase::new().await, one());
    let slow_work = db.work();
    let mut slow = slow_work.write();
    slow.publish(&Said("slow".to_owned(), Uuid::nil())).await.unwrap();
    for word in ["b", "c"] {
        let mut quick = db.work().write();
        let other = Uuid::from_u128(7);
        quick.publish(&Said(word.to_owned(), other)).await.unwrap();
        quick.commit().await.unwrap();
        drain(db.database(), &registry).await.unwrap();
    }
    slow.commit().await.unwrap();
    drain(db.database(), &registry).await.unwrap();
    assert_eq!(listener.told(), [vec!["b"], vec!["c"], vec!["slow"]]);
}

#[tokio::test]
async fn who_listens_from_now_on_begins_where_the_others_are() {
    let db = TestDatabase::new().await;
    let (first, second) = (Arc::new(Listener::default()), Arc::new(Listener::default()));
    say(&db, &["a"]).await;
    let before = backlog(db.database()).await.unwrap();
    db.clock().advance(TimeDelta::seconds(5));
    assert!(backlog(db.database()).await.unwrap().outbox_lag_seconds >= before.outbox_lag_seconds + 5.0);
    drain(db.database(), &registry(&[("test::first", &first)]))
        .await
        .unwrap();
    assert!(backlog(db.database()).await.unwrap().outbox_lag_seconds < 1.0);
    say(&db, &["b"]).await;
    let both = registry(&[("test::first", &first), ("test::second", &second)]);
    drain(db.database(), &both).await.unwrap();
    assert_eq!(first.told(), [vec!["a"], vec!["b"]]);
    assert_eq!(second.told(), [vec!["b"]]);
}

#[tokio::test]
async fn what_only_a_worker_of_another_version_knows_is_left_for_it() {
    let (db, (listener, newer)) = (TestDatabase::new().await, one());
    enrol_all(db.database(), &newer).await.unwrap();
    say(&db, &["a"]).await;
    // One does not know that consumer, another not that it hears of the event.
    let mut other_event = registry(&[("test::listen", &listener)]);
    other_event.subscriptions[0].event = "test.whispered";
    for older in [Registry::default(), other_event] {
        drain(db.database(), &older).await.unwrap();
        assert!(list_parked(&mut db.work().read()).await.unwrap().is_empty());
    }
    assert_eq!((heard(&db).await.len(), count_deliveries(&db).await), (0, 1));
    db.clock().advance(TimeDelta::minutes(61));
    let overdue = list_parked(&mut db.work().read()).await.unwrap();
    assert_eq!(overdue.len(), 1);
    assert_eq!(
        (overdue[0].kind.as_str(), overdue[0].overdue),
        ("test.said → test::listen", true)
    );
    drain(db.database(), &newer).await.unwrap();
    assert_eq!((heard(&db).await.len(), count_deliveries(&db).await), (1, 0));
}

#[tokio::test]
async fn more_than_one_look_takes_is_told_to_the_last() {
    let (db, (listener, registry)) = (TestDatabase::new().await, one());
    let mut ctx = db.work().write();
    let said: Vec<Said> = (0..1_001)
        .map(|number| Said(format!("{number:04}"), Uuid::nil()))
        .collect();
    ctx.publish_all(&said).await.unwrap();
    ctx.commit().await.unwrap();
    drain(db.database(), &registry).await.unwrap();
    let told: Vec<String> = listener.told().concat();
    assert_eq!(told, said.into_iter().map(|said| said.0).collect::<Vec<_>>());
}

#[tokio::test]
async fn who_stopped_within_a_transaction_hears_its_rest_before_what_ended_since() {
    let (db, (listener, registry)) = (TestDatabase::new().await, one());
    let slow_work = db.work();
    let mut slow = slow_work.write();
    let other = Uuid::from_u128(7);
    slow.publish(&Said("slow".to_owned(), other)).await.unwrap();
    say(&db, &["a"]).await;
    drain(db.database(), &registry).await.unwrap();
    say(&db, &["b", "c", "d", "e"]).await;
    // A worker that ended after the first three.
    sqlx::query(AssertSqlSafe(stopped_after("d")))
        .execute(db.database().pool())
        .await
        .unwrap();
    slow.commit().await.unwrap();
    drain(db.database(), &registry).await.unwrap();
    say(&db, &["f"]).await;
    drain(db.database(), &registry).await.unwrap();
    assert_eq!(listener.told(), [vec!["a"], vec!["e"], vec!["slow"], vec!["f"]]);
}

#[tokio::test]
async fn who_is_stuck_within_a_transaction_keeps_nobody_else_waiting() {
    let db = TestDatabase::new().await;
    let (first, second) = (Arc::new(Listener::default()), Arc::new(Listener::default()));
    let both = registry(&[("test::first", &first), ("test::second", &second)]);
    drain(db.database(), &both).await.unwrap();
    say(&db, &["a", "b"]).await;
    sqlx::query(AssertSqlSafe(format!(
        "{} AND c.name = 'test::first'",
        stopped_after("a")
    )))
    .execute(db.database().pool())
    .await
    .unwrap();
    let elsewhere = db.work();
    let mut stuck = elsewhere.write();
    let hold = "SELECT FROM platform.consumers WHERE name = 'test::first' FOR UPDATE";
    sqlx::query(hold).execute(stuck.sql().await.unwrap()).await.unwrap();
    drain(db.database(), &both).await.unwrap();
    assert_eq!(
        (first.told(), second.told()),
        (vec![], vec![vec!["a".to_owned(), "b".to_owned()]])
    );
    stuck.rollback().await;
    drain(db.database(), &both).await.unwrap();
    assert_eq!((first.told(), second.told()), (vec![vec!["b".to_owned()]], vec![]));
}

#[tokio::test]
async fn what_waits_when_the_database_comes_to_another_server_is_told_there() {
    let (db, (listener, registry)) = (TestDatabase::new().await, one());
    say(&db, &["a"]).await;
    drain(db.database(), &registry).await.unwrap();
    say(&db, &["b"]).await;
    let mut owner = db.database().connect_as_owner().await.unwrap();
    // As PostgreSQL's own programs leave it on a server that has not come so far: all of it lies in the future.
    let moved = "UPDATE platform.outbox SET transaction_id = (900000000000 + transaction_id::text::bigint)::text::xid8; \
         UPDATE platform.consumers SET heard = format('%s:%s:', 900000000000 + pg_snapshot_xmax(heard)::text::bigint, \
             900000000000 + pg_snapshot_xmax(heard)::text::bigint)::pg_snapshot, \
             transaction_id = (900000000000 + transaction_id::text::bigint)::text::xid8; \
         SELECT platform.know_server()";
    sqlx::raw_sql(moved).execute(&mut owner).await.unwrap();
    listener.told();
    drain(db.database(), &registry).await.unwrap();
    say(&db, &["c"]).await;
    drain(db.database(), &registry).await.unwrap();
    assert_eq!(
        (listener.told().concat(), heard(&db).await.len()),
        (vec!["b".to_owned(), "c".to_owned()], 3)
    );
}

#[tokio::test]
async fn who_hears_nothing_for_long_does_not_look_through_it_again() {
    let (db, (listener, registry)) = (TestDatabase::new().await, one());
    drain(db.database(), &registry).await.unwrap();
    let next = "SELECT pg_snapshot_xmax(heard)::text::bigint FROM platform.consumers";
    let before: i64 = sqlx::query_scalar(next).fetch_one(db.database().pool()).await.unwrap();
    let busy = "DO $$ BEGIN FOR i IN 1..1100 LOOP PERFORM pg_current_xact_id(); COMMIT; END LOOP; END $$";
    sqlx::raw_sql(busy).execute(db.database().pool()).await.unwrap();
    drain(db.database(), &registry).await.unwrap();
    let after: i64 = sqlx::query_scalar(next).fetch_one(db.database().pool()).await.unwrap();
    assert!(after >= before + 1_000, "{before} {after}");
    say(&db, &["a"]).await;
    drain(db.database(), &registry).await.unwrap();
    assert_eq!(listener.told(), [vec!["a"]]);
}
