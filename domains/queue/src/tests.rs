//! The queue on a real database: many shoppers, two processes, one pace.

use std::collections::HashSet;

use chrono::TimeDelta;
use database::{Scope, Work, testing::TestDatabase};
use kernel::{AccountId, Actor, CartId, Permission, ProductId, Time, TypedId as _};

use crate::{
    Before, Claimed, Pace, Room, RoomTerms, Standing, Ticket, UpdateRoomError, claim, claimant, count_waiting,
    find_room, join, pace::ONE, pass_on, store, update_room,
};

fn staff(db: &TestDatabase) -> Work {
    let account = AccountId::generate(db.database().now(), db.database().entropy());
    db.work().acting_as(Actor::Staff {
        account,
        permissions: vec![Permission::ManageSettings],
    })
}

fn terms(per_minute: i32) -> RoomTerms {
    RoomTerms {
        before: Before::Checkout,
        per_minute,
        ..RoomTerms::default()
    }
}

async fn update(work: &Work, terms: RoomTerms) -> Result<Room, UpdateRoomError> {
    let mut ctx = work.write();
    let room = update_room(&mut ctx, terms, None).await?;
    ctx.commit().await?;
    Ok(room)
}

async fn open(db: &TestDatabase, per_minute: i32) -> Pace {
    update(&staff(db), terms(per_minute)).await.unwrap().pace.unwrap()
}

/// The same store seen by another process.
fn elsewhere(db: &TestDatabase) -> Work {
    Work::new(
        db.another(),
        Scope {
            actor: Actor::Guest,
            ..db.work().scope().clone()
        },
    )
}

async fn arrive(work: &Work, count: usize) -> Vec<i64> {
    let mut ctx = work.write();
    let places = store::append(&mut ctx, count).await.unwrap();
    ctx.commit().await.unwrap();
    places
}

/// 10,000 shoppers come as they like, at one process or the other: in floods, in trickles, and for a while nobody.
#[tokio::test]
async fn ten_thousand_shoppers_are_admitted_in_their_order_and_never_too_many() {
    const SHOPPERS: usize = 10_000;
    const PER_MINUTE: usize = 1_200;
    let db = TestDatabase::new().await;
    let pace = open(&db, i32::try_from(PER_MINUTE).unwrap()).await;
    let processes = [db.work().acting_as(Actor::Guest), elsewhere(&db)];
    let mut shoppers: Vec<(Time, i64)> = Vec::with_capacity(SHOPPERS);
    for second in 0_usize.. {
        let crowd = match second {
            0 => 3_000,
            1..150 => second * 7 % 50,
            150..400 => 0,
            _ => second * 13 % 90,
        };
        let crowd = crowd.min(SHOPPERS - shoppers.len());
        let now = db.database().now();
        for (process, count) in processes.iter().zip([crowd / 2, crowd - crowd / 2]) {
            if count > 0 {
                let places = arrive(process, count).await;
                assert_eq!(places.len(), count);
                shoppers.extend(places.into_iter().map(|place| (now, place)));
            }
        }
        if shoppers.len() == SHOPPERS {
            break;
        }
        db.clock().advance(TimeDelta::seconds(1));
    }
    let places: HashSet<i64> = shoppers.iter().map(|(_, place)| *place).collect();
    assert_eq!(places.len(), SHOPPERS, "nobody shares a place");
    let in_order = shoppers.is_sorted_by(|(_, earlier), (_, later)| later - earlier >= ONE);
    assert!(in_order, "who came first is admitted first");
    let admitted: Vec<i64> = shoppers.iter().map(|(_, place)| pace.admitted_ms(*place)).collect();
    for (index, ((came, place), ms)) in shoppers.iter().zip(&admitted).enumerate() {
        let begin = came.timestamp_millis();
        let wait = ms - begin;
        assert!(
            wait > -60_000 / i64::try_from(PER_MINUTE).unwrap(),
            "nobody is admitted before they come"
        );
        let longest = i64::try_from(index + 1).unwrap() * 60_000 / i64::try_from(PER_MINUTE).unwrap();
        assert!(wait <= longest, "nobody waits for longer than those before them take");
        let moment = Time::from_timestamp_millis((*ms).max(begin)).unwrap();
        assert!(matches!(pace.standing(*place, moment), Standing::Admitted { .. }));
        let minute = admitted[index..].iter().take_while(|later| **later < ms + 60_000);
        assert!(minute.count() <= PER_MINUTE, "the minute from {ms} on");
    }
    let gap = admitted.windows(2).map(|pair| pair[1] - pair[0]).max().unwrap();
    assert!(gap > 60_000, "the time in which nobody came is not made up for");
}

#[tokio::test]
async fn tickets_that_are_taken_at_once_in_two_processes_are_places_apart() {
    let db = TestDatabase::new().await;
    open(&db, 60).await;
    let (here, there) = (db.work().acting_as(Actor::Guest), elsewhere(&db));
    let mut joining = tokio::task::JoinSet::new();
    for number in 0..60 {
        let work = if number % 2 == 0 { here.clone() } else { there.clone() };
        joining.spawn(async move { join(&work).await.unwrap().unwrap().place });
    }
    let mut places = joining.join_all().await;
    places.sort_unstable();
    assert!(places.is_sorted_by(|earlier, later| later - earlier >= ONE));
    assert_eq!(places.len(), 60);
    let mut ctx = db.work().read();
    let room = find_room(&mut ctx).await.unwrap();
    assert_eq!(
        count_waiting(&mut ctx, &room).await.unwrap(),
        59,
        "the first was admitted at once"
    );
}

#[tokio::test]
async fn who_joins_again_goes_to_the_end_and_an_empty_queue_makes_nobody_wait() {
    let db = TestDatabase::new().await;
    let guest = db.work().acting_as(Actor::Guest);
    assert_eq!(join(&guest).await.unwrap(), None, "there is no room");
    let pace = open(&db, 1).await;
    let first = join(&guest).await.unwrap().unwrap();
    let again = join(&guest).await.unwrap().unwrap();
    let now = db.database().now();
    assert!(matches!(pace.standing(first.place, now), Standing::Admitted { .. }));
    assert_eq!(
        pace.standing(again.place, now),
        Standing::Waiting {
            position: 1,
            wait_ms: 60_000
        }
    );
    db.clock().advance(TimeDelta::hours(3));
    let late = join(&guest).await.unwrap().unwrap();
    let now = db.database().now();
    assert!(matches!(pace.standing(late.place, now), Standing::Admitted { .. }));
    assert_eq!(pace.standing(again.place, now), Standing::Expired);
}

#[tokio::test]
async fn an_admission_serves_one_cart() {
    let db = TestDatabase::new().await;
    let (now, entropy) = (db.database().now(), db.database().entropy());
    let (cart, other) = (CartId::generate(now, entropy), CartId::generate(now, entropy));
    let mut ctx = db.work().write();
    for (place, cart, outcome) in [
        (1, cart, Claimed::Yes),
        (1, cart, Claimed::Yes),
        (1, other, Claimed::ByAnother(cart)),
        (2, other, Claimed::Yes),
    ] {
        assert_eq!(claim(&mut ctx, Ticket { place }, cart).await.unwrap(), outcome);
    }
    let ticket = Ticket { place: 1 };
    assert_eq!(claimant(&mut ctx, ticket).await.unwrap(), Some(cart));
    let third = CartId::generate(now, entropy);
    assert_eq!(pass_on(&mut ctx, ticket, cart, third).await.unwrap(), Claimed::Yes);
    let late = pass_on(&mut ctx, ticket, cart, other).await.unwrap();
    assert_eq!(late, Claimed::ByAnother(third), "somebody was faster");
    assert_eq!(claimant(&mut ctx, Ticket { place: 3 }).await.unwrap(), None);
}

#[tokio::test]
async fn a_pace_that_changes_again_and_again_gives_nobody_more_time() {
    let db = TestDatabase::new().await;
    open(&db, 60).await;
    let ticket = join(&db.work().acting_as(Actor::Guest)).await.unwrap().unwrap();
    for minute in 1..=10 {
        db.clock().advance(TimeDelta::minutes(1));
        let pace = open(&db, 60 + minute).await;
        let mut ctx = db.work().read();
        assert_eq!(store::find(&mut ctx).await.unwrap().pace, Some(pace.clone()));
        let is_admitted = matches!(ticket.standing(&pace, ctx.now()), Standing::Admitted { .. });
        assert_eq!(is_admitted, minute < 10, "after {minute} minutes");
    }
}

#[tokio::test]
async fn a_room_that_began_in_the_future_begins_anew() {
    let db = TestDatabase::new().await;
    open(&db, 60).await;
    let guest = db.work().acting_as(Actor::Guest);
    let before = join(&guest).await.unwrap().unwrap();
    db.clock().advance(TimeDelta::days(-1));
    let pace = open(&db, 60).await;
    let now = db.database().now();
    assert_eq!(before.standing(&pace, now), Standing::Expired);
    let first = join(&guest).await.unwrap().unwrap();
    assert!(matches!(first.standing(&pace, now), Standing::Admitted { .. }));
}

#[tokio::test]
async fn a_room_that_is_opened_again_begins_with_an_empty_queue() {
    let db = TestDatabase::new().await;
    let guest = db.work().acting_as(Actor::Guest);
    open(&db, 1).await;
    join(&guest).await.unwrap();
    let waiting = join(&guest).await.unwrap().unwrap();
    update(&staff(&db), RoomTerms::default()).await.unwrap();
    assert_eq!(join(&guest).await.unwrap(), None);
    let pace = open(&db, 1).await;
    let now = db.database().now();
    assert_eq!(pace.standing(waiting.place, now), Standing::Expired);
    let first = join(&guest).await.unwrap().unwrap();
    assert!(matches!(pace.standing(first.place, now), Standing::Admitted { .. }));
}

#[tokio::test]
async fn what_makes_no_sense_is_refused_by_its_field() {
    let db = TestDatabase::new().await;
    let product = ProductId::generate(db.database().now(), db.database().entropy());
    let wrong = RoomTerms {
        before: Before::Products,
        per_minute: 0,
        admission_minutes: 241,
        message: "x".repeat(501),
        ..RoomTerms::default()
    };
    let Err(UpdateRoomError::Invalid(invalid)) = update(&staff(&db), wrong.clone()).await else {
        panic!("it is not refused");
    };
    let fields: Vec<&str> = invalid.0.iter().map(|error| error.field.as_str()).collect();
    assert_eq!(fields, ["product_ids", "per_minute", "admission_minutes", "message"]);
    let right = RoomTerms {
        product_ids: vec![product, product],
        per_minute: 5,
        admission_minutes: 5,
        message: " Soon. ".to_owned(),
        ..wrong
    };
    let room = update(&staff(&db), right.clone()).await.unwrap();
    assert_eq!(
        (room.terms.product_ids.len(), room.terms.message.as_str()),
        (1, "Soon.")
    );
    let mut ctx = staff(&db).write();
    let stale = update_room(&mut ctx, right.clone(), Some(0)).await;
    assert!(matches!(stale, Err(UpdateRoomError::VersionConflict(_))));
    ctx.rollback().await;
    let guest = update(&db.work().acting_as(Actor::Guest), right).await;
    assert!(matches!(guest, Err(UpdateRoomError::Forbidden(_))));
}
