use chrono::TimeDelta;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::*;
use crate::{Ctx, Event, testing::TestDatabase};

#[derive(Serialize, Deserialize)]
struct Painted(Vec<Uuid>);

impl Event for Painted {
    const KIND: &'static str = "test.painted";

    fn aggregate(&self) -> Uuid {
        Uuid::nil()
    }

    fn touched(&self) -> Vec<Uuid> {
        self.0.clone()
    }
}

const EVENTS: &[Followed] = &[followed::<Painted>()];
const NOW: Time = Time::UNIX_EPOCH;
const LEASE: Duration = Duration::from_secs(3_600);

fn store() -> StoreId {
    Uuid::nil().into()
}

fn opened() -> Cache {
    let cache = Cache::new(1 << 20, LEASE);
    cache.open_alone();
    cache
}

fn key() -> Key {
    Key::new(store(), "test", "wall")
}

fn keep(cache: &Cache, needs: &Needs) {
    let reads = cache.begin();
    reads.note(needs);
    cache.keep(key(), Arc::new("red"), &reads, 3);
}

fn is_kept(cache: &Cache, now: Time) -> bool {
    cache.get::<&str>(&key(), now).is_some()
}

#[test]
fn an_event_drops_what_needs_one_of_the_things_it_touches_or_any() {
    let (wall, roof) = (Uuid::from_u128(1), Uuid::from_u128(2));
    let touched = |ids: &[Uuid]| Tag::of_event(store(), Painted::KIND, ids);
    for (needs, drops, is_dropped) in [
        (Needs::default().one::<Painted>(store(), wall), touched(&[wall]), true),
        (
            Needs::default().one::<Painted>(store(), wall),
            touched(&[roof, wall]),
            true,
        ),
        (Needs::default().one::<Painted>(store(), wall), touched(&[roof]), false),
        (Needs::default().any::<Painted>(store()), touched(&[roof]), true),
        (Needs::default(), touched(&[wall]), false),
    ] {
        let cache = opened();
        keep(&cache, &needs);
        assert!(is_kept(&cache, NOW));
        cache.drop_tags(&drops);
        assert_eq!(is_kept(&cache, NOW), !is_dropped, "{needs:?}");
    }
}

#[test]
fn what_was_read_before_a_change_is_not_kept_after_it() {
    let cache = opened();
    let needs = Needs::default().any::<Painted>(store());
    let reads = cache.begin();
    reads.note(&needs);
    cache.drop_tags(&Tag::of_event(store(), Painted::KIND, &[]));
    cache.keep(key(), Arc::new("red"), &reads, 3);
    assert!(!is_kept(&cache, NOW), "it may have been read before the change");
    keep(&cache, &needs);
    assert!(is_kept(&cache, NOW), "it was read after the change");
    cache.drop_everything();
    assert!(!is_kept(&cache, NOW));
}

#[test]
fn time_drops_what_changes_by_itself() {
    let cache = opened();
    let soon = NOW + TimeDelta::seconds(10);
    keep(
        &cache,
        &Needs::default()
            .until(Some(soon))
            .until(None)
            .until(Some(soon + TimeDelta::days(1))),
    );
    assert!(is_kept(&cache, NOW + TimeDelta::milliseconds(9_999)));
    assert!(!is_kept(&cache, soon));
}

#[test]
fn nothing_is_taken_out_of_a_cache_that_has_not_heard_from_the_database() {
    let cache = Cache::new(1 << 20, LEASE);
    keep(&cache, &Needs::default());
    assert!(!is_kept(&cache, NOW));
    cache.open_since(Instant::now());
    assert!(is_kept(&cache, NOW));
    cache.close();
    assert!(!is_kept(&cache, NOW));
}

#[test]
fn a_cache_of_no_bytes_keeps_nothing() {
    let cache = Cache::new(0, LEASE);
    cache.open_alone();
    keep(&cache, &Needs::default());
    assert!(!is_kept(&cache, NOW));
}

#[tokio::test]
async fn an_event_drops_before_its_change_is_answered_and_in_other_processes_when_they_catch_up() {
    let db = TestDatabase::new().await;
    let other = db.another();
    let needs = Needs::default().any::<Painted>(store_of(&db));
    let mut follower = Follower::new(other.clone(), EVENTS);
    follower.catch_up().await.unwrap();
    db.database().cache().open_alone();
    for database in [db.database(), &other] {
        keep(database.cache(), &needs);
    }
    let mut ctx = db.work().write();
    ctx.publish(&Painted(Vec::new())).await.unwrap();
    assert!(is_kept(db.database().cache(), NOW), "nothing has happened yet");
    ctx.commit().await.unwrap();
    assert!(!is_kept(db.database().cache(), NOW));
    follower.catch_up().await.unwrap();
    assert!(!is_kept(other.cache(), NOW));
    keep(other.cache(), &needs);
    follower.catch_up().await.unwrap();
    assert!(is_kept(other.cache(), NOW), "an event drops once");
}

#[tokio::test]
async fn a_process_does_not_drop_its_own_events_again_when_it_reads_of_them() {
    let db = TestDatabase::new().await;
    let cache = db.database().cache();
    let needs = Needs::default().any::<Painted>(store_of(&db));
    let mut follower = Follower::new(db.database().clone(), EVENTS);
    follower.catch_up().await.unwrap();
    let mut ctx = db.work().write();
    ctx.publish(&Painted(Vec::new())).await.unwrap();
    ctx.commit().await.unwrap();
    keep(cache, &needs);
    follower.catch_up().await.unwrap();
    assert!(is_kept(cache, NOW));
    // Nobody knows whether this one is committed, so the follower has the last word.
    let mut ctx = db.work().write();
    ctx.publish(&Painted(Vec::new())).await.unwrap();
    let unknown = Dropping::new(cache.clone(), ctx.take_published());
    drop(unknown);
    keep(cache, &needs);
    ctx.commit().await.unwrap();
    follower.catch_up().await.unwrap();
    assert!(!is_kept(cache, NOW));
}

#[tokio::test]
async fn what_another_server_showed_drops_everything() {
    let db = TestDatabase::new().await;
    let cache = db.database().cache();
    let mut follower = Follower::new(db.database().clone(), EVENTS);
    follower.catch_up().await.unwrap();
    keep(cache, &Needs::default());
    follower.catch_up().await.unwrap();
    assert!(is_kept(cache, NOW));
    follower.pretend_to_have_seen("900000000000:900000000000:");
    follower.catch_up().await.unwrap();
    assert!(!is_kept(cache, NOW));
}

#[tokio::test]
async fn a_database_that_was_put_back_drops_everything() {
    let db = TestDatabase::new().await;
    let cache = db.database().cache();
    let mut follower = Follower::new(db.database().clone(), EVENTS);
    follower.catch_up().await.unwrap();
    keep(cache, &Needs::default());
    let mut owner = db.database().connect_as_owner().await.unwrap();
    sqlx::raw_sql(crate::outbox::FORGET_TRANSACTIONS)
        .execute(&mut owner)
        .await
        .unwrap();
    follower.catch_up().await.unwrap();
    assert!(!is_kept(cache, NOW));
    keep(cache, &Needs::default());
    follower.catch_up().await.unwrap();
    assert!(is_kept(cache, NOW));
}

#[tokio::test]
async fn whoever_decides_something_sees_facts_as_they_are() {
    let db = TestDatabase::new().await;
    db.database().cache().open_alone();
    let needs = Needs::default().any::<Painted>(store_of(&db));
    let permissions = Vec::new();
    let staff = db.work().acting_as(kernel::Actor::ApiKey {
        key: Uuid::from_u128(1).into(),
        permissions,
    });
    let look = |ctx: &Ctx, seen: &'static str| match ctx.kept::<&str>("test", "wall") {
        Ok(known) => *known,
        Err(making) => *ctx.keep(making, seen, &needs, 3),
    };
    assert_eq!(look(&db.work().write(), "half painted"), "half painted");
    assert_eq!(
        look(&db.work().read(), "red"),
        "red",
        "what a change may undo is not kept"
    );
    assert_eq!(look(&db.work().read(), "blue"), "red", "it is kept");
    assert_eq!(look(&db.work().write(), "blue"), "blue");
    assert_eq!(look(&staff.read(), "blue"), "blue");
    for (work, seen) in [(db.work(), "red"), (staff, "blue")] {
        let mut ctx = work.write();
        ctx.only_shows();
        assert_eq!(look(&ctx, "blue"), seen, "what a change answers with decides nothing");
    }
    let mut ctx = db.work().write();
    ctx.publish(&Painted(Vec::new())).await.unwrap();
    ctx.commit().await.unwrap();
    assert_eq!(look(&db.work().read(), "blue"), "blue", "it was painted");
}

fn store_of(db: &TestDatabase) -> StoreId {
    db.store().id
}

/// Whether there is something to tell.
async fn is_told(waits: &Watched) -> bool {
    tokio::select! {
        biased;
        () = waits.dropped() => true,
        () = std::future::ready(()) => false,
    }
}

#[tokio::test]
async fn who_waits_is_told_of_what_is_dropped_and_of_nothing_else() {
    const OTHER: &str = "test.other";
    let (wall, roof) = (Uuid::from_u128(1), Uuid::from_u128(2));
    let elsewhere = StoreId::from(Uuid::from_u128(9));
    let cache = opened();
    let needs = Needs::default()
        .one::<Painted>(store(), wall)
        .tag(Tag::new(store(), OTHER, None));
    let waits = cache.watch(&needs);
    assert!(!is_told(&waits).await, "nothing happened");
    for (at, kind, touched, told) in [
        (store(), Painted::KIND, wall, true),
        (store(), Painted::KIND, roof, false),
        (store(), OTHER, roof, true),
        (elsewhere, Painted::KIND, wall, false),
    ] {
        cache.drop_tags(&Tag::of_event(at, kind, &[touched]));
        assert_eq!(is_told(&waits).await, told, "{kind} {touched}");
    }
    for _ in 0..3 {
        cache.drop_tags(&Tag::of_event(store(), Painted::KIND, &[wall]));
    }
    assert!(is_told(&waits).await);
    assert!(!is_told(&waits).await, "three times are told as one");
    cache.drop_everything();
    assert!(is_told(&waits).await, "nobody knows what was missed");
    assert_eq!(cache.watched(), 1);
    drop(waits);
    assert_eq!(cache.watched(), 0);
}
