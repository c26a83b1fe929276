//! The use cases together, on PostgreSQL and with many buyers at once.

use std::collections::HashMap;

use catalog::{NewProduct, NewVariant, ProductStatus};
use chrono::TimeDelta;
use database::{Ctx, Work, testing::TestDatabase};
use kernel::{LocationId, OrderId, PageRequest, Time, VariantId};

use crate::{
    Adjust, AdjustError, Book, BookError, BookLine, Booking, CommitError, Demand, Holder, LevelFilter, LevelPlan,
    Location, LocationTerms, MovementKind, PlanLevelError, ReserveError, SetLevel, SetLevelsError, Shortage,
    StockState, Transfer, TransferError, UpdateLocation, UpdateLocationError, adjust, availability, book, check,
    commit, count_low, create_location, events::AvailabilityChanged, expire_due, extend, find_location, levels,
    list_levels, movements, plan_level, release, reserve, restock, set_levels, transfer, update_location,
};

/// Variants with that many on hand each, and back-orders where it is -1.
async fn stock(work: &Work, counts: &[i64]) -> Vec<VariantId> {
    let mut ctx = work.write();
    let variants = (0..counts.len()).map(|index| NewVariant {
        option_values: vec![index.to_string()],
        ..NewVariant::default()
    });
    let product = NewProduct {
        title: "Lamp".to_owned(),
        status: ProductStatus::Active,
        option_names: vec!["Number".to_owned()],
        variants: variants.collect(),
        ..NewProduct::default()
    };
    let details = catalog::create_product(&mut ctx, product).await.unwrap();
    let ids: Vec<VariantId> = details.variants.iter().map(|variant| variant.id).collect();
    let wanted = ids.iter().zip(counts).map(|(&variant_id, &count)| SetLevel {
        variant_id,
        on_hand: count.max(0),
        backorder: count < 0,
    });
    set_levels(&mut ctx, &wanted.collect::<Vec<_>>()).await.unwrap();
    ctx.commit().await.unwrap();
    ids
}

fn demand(variant_id: VariantId, quantity: i64) -> Demand {
    Demand { variant_id, quantity }
}

fn in_minutes(ctx: &Ctx, minutes: i64) -> Time {
    ctx.now() + TimeDelta::minutes(minutes)
}

/// Reserves for a new order for ten minutes.
async fn order(work: &Work, demands: &[Demand]) -> Result<OrderId, ReserveError> {
    let mut ctx = work.write();
    let (id, until) = (ctx.new_id(), in_minutes(&ctx, 10));
    reserve(&mut ctx, Holder::Order(id), &[], demands, until).await?;
    ctx.commit().await?;
    Ok(id)
}

async fn pay(work: &Work, order: OrderId) -> Result<(), CommitError> {
    let mut ctx = work.write();
    commit(&mut ctx, Holder::Order(order)).await?;
    Ok(ctx.commit().await?)
}

/// What lies there, what is promised, and what is free, of each variant; and nothing is wrong.
async fn state(work: &Work, ids: &[VariantId]) -> Vec<(i64, i64, i64)> {
    let mut ctx = work.read();
    assert_eq!(check(&mut ctx).await.unwrap(), Vec::<String>::new());
    let all = availability(&mut ctx, ids).await.unwrap();
    ids.iter()
        .map(|id| (all[id].on_hand, all[id].reserved, all[id].available))
        .collect()
}

async fn told(work: &Work) -> HashMap<VariantId, Vec<bool>> {
    let mut told: HashMap<VariantId, Vec<bool>> = HashMap::new();
    for (_, event) in database::outbox::replay(&mut work.read(), 0, 1000).await.unwrap() {
        if let Ok(event) = event.read::<AvailabilityChanged>() {
            for (variant, can_sell) in event.variants {
                told.entry(variant).or_default().push(can_sell);
            }
        }
    }
    told
}

#[tokio::test]
async fn every_statement_fits_the_schema() {
    let db = TestDatabase::new().await;
    database::testing::prepare_all(&db, crate::store::STATEMENTS).await;
    database::testing::prepare_all(&db, crate::store::reservations::STATEMENTS).await;
    database::testing::prepare_all(&db, crate::store::lists::STATEMENTS).await;
    database::testing::prepare_all(&db, crate::store::locations::STATEMENTS).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn fifty_buyers_of_ten_pieces_make_ten_orders() {
    let db = TestDatabase::new().await;
    let work = db.work();
    let ids = stock(&work, &[10]).await;
    let buyers = (0..50).map(|_| {
        let (work, wanted) = (work.clone(), demand(ids[0], 1));
        tokio::spawn(async move { order(&work, &[wanted]).await })
    });
    let (mut sold, mut refused) = (0, 0);
    for buyer in buyers.collect::<Vec<_>>() {
        match buyer.await.unwrap() {
            Ok(_) => sold += 1,
            Err(ReserveError::Insufficient(shortages)) => {
                assert_eq!(
                    shortages,
                    [Shortage {
                        variant_id: ids[0],
                        wanted: 1,
                        available: 0
                    }]
                );
                refused += 1;
            }
            Err(ReserveError::Internal(error)) => panic!("{error:?}"),
        }
    }
    assert_eq!((sold, refused), (10, 40));
    assert_eq!(state(&work, &ids).await, [(10, 10, 0)]);
    assert_eq!(
        told(&work).await,
        HashMap::from([(ids[0], vec![false])]),
        "told once that it sold out"
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn mixed_carts_in_opposite_order_never_wait_for_each_other() {
    let db = TestDatabase::new().await;
    let work = db.work();
    let ids = stock(&work, &[100, 100, 100, 100]).await;
    let buyers = (0..60).map(|number| {
        let mut wanted: Vec<Demand> = ids.iter().map(|id| demand(*id, 1)).collect();
        if number % 2 == 0 {
            wanted.reverse();
        }
        let work = work.clone();
        tokio::spawn(async move {
            let id = order(&work, &wanted).await.unwrap();
            match number % 3 {
                0 => pay(&work, id).await.unwrap(),
                1 => {
                    let mut ctx = work.write();
                    release(&mut ctx, Holder::Order(id)).await.unwrap();
                    ctx.commit().await.unwrap();
                }
                _ => {}
            }
        })
    });
    for buyer in buyers.collect::<Vec<_>>() {
        buyer.await.unwrap();
    }
    assert_eq!(state(&work, &ids).await, [(80, 20, 60); 4]);
}

#[tokio::test]
async fn a_cart_is_reserved_whole_or_not_at_all() {
    let db = TestDatabase::new().await;
    let work = db.work();
    let ids = stock(&work, &[5, 1, -1]).await;
    let wanted = [
        demand(ids[0], 2),
        demand(ids[1], 1),
        demand(ids[0], 2),
        demand(ids[1], 1),
    ];
    let Err(ReserveError::Insufficient(shortages)) = order(&work, &wanted).await else {
        panic!("not refused")
    };
    assert_eq!(
        shortages,
        [Shortage {
            variant_id: ids[1],
            wanted: 2,
            available: 1
        }]
    );
    order(&work, &[demand(ids[0], 5), demand(ids[2], 7)]).await.unwrap();
    assert_eq!(state(&work, &ids).await, [(5, 5, 0), (1, 0, 1), (0, 7, 0)]);
    let mut ctx = work.read();
    assert!(
        availability(&mut ctx, &ids).await.unwrap()[&ids[2]].can_sell(1000),
        "on back-order"
    );
    let unknown = ctx.new_id();
    assert!(
        availability(&mut ctx, &[unknown]).await.unwrap()[&unknown].can_sell(1000),
        "not counted"
    );
}

#[tokio::test]
async fn what_has_run_out_is_free_for_the_next_buyer() {
    let db = TestDatabase::new().await;
    let work = db.work();
    let ids = stock(&work, &[1]).await;
    let first = order(&work, &[demand(ids[0], 1)]).await.unwrap();
    db.clock().advance(TimeDelta::minutes(9));
    assert!(order(&work, &[demand(ids[0], 1)]).await.is_err());
    let mut ctx = work.write();
    let until = in_minutes(&ctx, 5);
    assert!(extend(&mut ctx, Holder::Order(first), until).await.unwrap());
    ctx.commit().await.unwrap();
    db.clock().advance(TimeDelta::minutes(4));
    assert!(
        order(&work, &[demand(ids[0], 1)]).await.is_err(),
        "the first buyer got more time"
    );
    db.clock().advance(TimeDelta::minutes(1));
    assert_eq!(
        state(&work, &ids).await,
        [(1, 0, 1)],
        "readers see it free before anybody tidied"
    );
    let second = order(&work, &[demand(ids[0], 1)]).await.unwrap();
    let lost = pay(&work, first).await;
    assert!(matches!(lost, Err(CommitError::Lost(shortages)) if shortages[0].available == 0));
    pay(&work, second).await.unwrap();
    pay(&work, second).await.unwrap();
    assert_eq!(state(&work, &ids).await, [(0, 0, 0)]);
}

#[tokio::test]
async fn a_late_payment_takes_stock_anew_while_there_is_some() {
    let db = TestDatabase::new().await;
    let work = db.work();
    let ids = stock(&work, &[2, 2]).await;
    let late = order(&work, &[demand(ids[0], 1), demand(ids[1], 2)]).await.unwrap();
    db.clock().advance(TimeDelta::minutes(10));
    let other = order(&work, &[demand(ids[0], 1)]).await.unwrap();
    pay(&work, late).await.unwrap();
    pay(&work, late).await.unwrap();
    pay(&work, other).await.unwrap();
    assert_eq!(state(&work, &ids).await, [(0, 0, 0), (0, 0, 0)]);
    let untouched = order(&work, &[]).await.unwrap();
    pay(&work, untouched).await.unwrap();
}

#[tokio::test]
async fn tidying_tells_that_stock_is_back() {
    let db = TestDatabase::new().await;
    let work = db.work();
    let ids = stock(&work, &[1, 3]).await;
    order(&work, &[demand(ids[0], 1), demand(ids[1], 1)]).await.unwrap();
    db.clock().advance(TimeDelta::minutes(10));
    let mut ctx = work.write();
    assert_eq!(expire_due(&mut ctx).await.unwrap(), 2);
    assert_eq!(expire_due(&mut ctx).await.unwrap(), 0);
    ctx.commit().await.unwrap();
    assert_eq!(state(&work, &ids).await, [(1, 0, 1), (3, 0, 3)]);
    assert_eq!(told(&work).await, HashMap::from([(ids[0], vec![false, true])]));
}

#[tokio::test]
async fn cancelled_and_returned_goods_are_for_sale_again() {
    let db = TestDatabase::new().await;
    let work = db.work();
    let ids = stock(&work, &[3]).await;
    let id = order(&work, &[demand(ids[0], 3)]).await.unwrap();
    let mut ctx = work.write();
    release(&mut ctx, Holder::Order(id)).await.unwrap();
    release(&mut ctx, Holder::Order(id)).await.unwrap();
    ctx.commit().await.unwrap();
    assert_eq!(state(&work, &ids).await, [(3, 0, 3)]);
    db.clock().advance(TimeDelta::minutes(1));
    let id = order(&work, &[demand(ids[0], 3)]).await.unwrap();
    pay(&work, id).await.unwrap();
    let mut ctx = work.write();
    release(&mut ctx, Holder::Order(id)).await.unwrap();
    restock(&mut ctx, id, &[demand(ids[0], 1), demand(ids[0], 1)], "came back")
        .await
        .unwrap();
    ctx.commit().await.unwrap();
    assert_eq!(state(&work, &ids).await, [(2, 0, 2)]);
    let rows = movements(&mut work.read(), ids[0]).await.unwrap();
    assert!(
        rows.iter()
            .any(|row| row.kind == MovementKind::Sale && row.on_hand_change == -3)
    );
    let returned: Vec<_> = rows.iter().filter(|row| row.kind == MovementKind::Return).collect();
    assert_eq!(
        (returned.len(), returned[0].on_hand_change, returned[0].reason.as_str()),
        (1, 2, "came back")
    );
}

#[tokio::test]
async fn counts_are_set_and_corrected_within_what_is_promised() {
    let db = TestDatabase::new().await;
    let work = db.work();
    let ids = stock(&work, &[5]).await;
    order(&work, &[demand(ids[0], 3)]).await.unwrap();
    let correction = |change| Adjust {
        variant_id: ids[0],
        location_id: None,
        change,
        reason: "counted".to_owned(),
    };
    let mut ctx = work.write();
    assert_eq!(adjust(&mut ctx, correction(-2)).await.unwrap()[0].on_hand, 3);
    ctx.commit().await.unwrap();
    assert!(matches!(
        adjust(&mut work.write(), correction(-1)).await,
        Err(AdjustError::BelowReserved)
    ));
    assert!(matches!(
        adjust(&mut work.write(), correction(0)).await,
        Err(AdjustError::Invalid(_))
    ));
    let mut ctx = work.write();
    let lower = SetLevel {
        variant_id: ids[0],
        on_hand: 1,
        backorder: false,
    };
    set_levels(&mut ctx, &[lower]).await.unwrap();
    ctx.commit().await.unwrap();
    assert_eq!(state(&work, &ids).await, [(3, 3, 0)], "promised stock stays");
    let mut ctx = work.write();
    set_levels(&mut ctx, &[SetLevel { on_hand: 9, ..lower }]).await.unwrap();
    ctx.commit().await.unwrap();
    assert_eq!(state(&work, &ids).await, [(9, 3, 6)]);
    assert_eq!(told(&work).await, HashMap::from([(ids[0], vec![false, true])]));
    let unknown = Adjust {
        variant_id: work.read().new_id(),
        ..correction(1)
    };
    assert!(matches!(
        adjust(&mut work.write(), unknown).await,
        Err(AdjustError::NotFound)
    ));
    let guest = work.acting_as(kernel::Actor::Guest);
    assert!(matches!(
        adjust(&mut guest.write(), correction(1)).await,
        Err(AdjustError::Forbidden(_))
    ));
    assert!(matches!(
        set_levels(&mut guest.write(), &[lower]).await,
        Err(SetLevelsError::Forbidden(_))
    ));
}

#[tokio::test]
async fn an_uncounted_variant_is_counted_from_its_first_adjustment_on() {
    let db = TestDatabase::new().await;
    let work = db.work();
    let mut ctx = work.write();
    let product = NewProduct {
        title: "Song".to_owned(),
        variants: vec![NewVariant::default()],
        ..NewProduct::default()
    };
    let variant_id = catalog::create_product(&mut ctx, product).await.unwrap().variants[0].id;
    let first = |change| Adjust {
        variant_id,
        location_id: None,
        change,
        reason: String::new(),
    };
    let refused = adjust(&mut ctx, first(-1)).await;
    assert!(matches!(refused, Err(AdjustError::BelowReserved)));
    let after = adjust(&mut ctx, first(4)).await.unwrap();
    assert_eq!((after[0].on_hand, after[0].location_name.as_str()), (4, "Main"));
    assert_eq!(levels(&mut ctx, &[variant_id]).await.unwrap(), after);
    ctx.commit().await.unwrap();
    assert_eq!(state(&work, &[variant_id]).await, [(4, 0, 4)]);
}

#[tokio::test]
async fn check_names_a_level_that_is_not_the_sum_of_its_ledger() {
    let db = TestDatabase::new().await;
    let work = db.work();
    let ids = stock(&work, &[5]).await;
    let mut ctx = work.write();
    let store_id = ctx.store_id();
    sqlx::query("UPDATE inventory.levels SET on_hand = 7, reserved = 1 WHERE store_id = $1")
        .bind(store_id)
        .execute(ctx.sql().await.unwrap())
        .await
        .unwrap();
    let sentences = check(&mut ctx).await.unwrap();
    assert_eq!(sentences.len(), 3, "{sentences:?}");
    assert!(sentences[0].contains(&ids[0].to_string()) && sentences[0].ends_with("7 on hand, but 5 by the ledger"));
    assert!(sentences[2].ends_with("1 reserved, but 0 in open reservations"));
}

#[tokio::test]
async fn reserving_costs_two_statements_for_any_number_of_lines() {
    let db = TestDatabase::new().await;
    let work = db.work();
    let ids = stock(&work, &[9; 20]).await;
    let wanted: Vec<Demand> = ids.iter().map(|id| demand(*id, 1)).collect();
    let before = db.database().statement_count();
    let id = order(&work, &wanted).await.unwrap();
    assert_eq!(db.database().statement_count() - before, 2);
    let before = db.database().statement_count();
    pay(&work, id).await.unwrap();
    assert_eq!(db.database().statement_count() - before, 4);
}

#[tokio::test]
async fn a_count_may_be_lower_than_the_one_before() {
    let db = TestDatabase::new().await;
    let work = db.work();
    let ids = stock(&work, &[10, 4]).await;
    let mut ctx = work.write();
    let lower = [(ids[0], 3), (ids[1], 0)].map(|(variant_id, on_hand)| SetLevel {
        variant_id,
        on_hand,
        backorder: false,
    });
    set_levels(&mut ctx, &lower).await.unwrap();
    ctx.commit().await.unwrap();
    assert_eq!(state(&work, &ids).await, [(3, 0, 3), (0, 0, 0)]);
}

/// Two locations, the default one first.
async fn two_places(ctx: &mut Ctx) -> [LocationId; 2] {
    let first = crate::default_location(ctx).await.unwrap();
    let terms = LocationTerms {
        priority: 5,
        ..LocationTerms::named("Shop")
    };
    [first, create_location(ctx, terms).await.unwrap().id]
}

fn line(variant_id: VariantId, location_id: LocationId, quantity: i64) -> BookLine {
    BookLine {
        variant_id,
        location_id,
        quantity,
    }
}

fn booking(booking: Booking, lines: Vec<BookLine>) -> Book {
    Book {
        booking,
        lines,
        reason: "weekly round".to_owned(),
        reference: "DN-7".to_owned(),
    }
}

#[tokio::test]
async fn goods_that_come_in_break_or_are_counted_stand_in_the_ledger() {
    let db = TestDatabase::new().await;
    let work = db.work();
    let ids = stock(&work, &[5, 0]).await;
    let mut ctx = work.write();
    let [main, shop] = two_places(&mut ctx).await;
    let expected = LevelPlan {
        incoming: 8,
        ..LevelPlan::default()
    };
    plan_level(&mut ctx, ids[1], main, &expected).await.unwrap();
    for (kind, lines) in [
        (Booking::Receive, vec![line(ids[1], main, 6), line(ids[0], shop, 4)]),
        (Booking::Damage, vec![line(ids[0], main, 2)]),
        (Booking::Adjust, vec![line(ids[0], shop, -1)]),
        (Booking::Count, vec![line(ids[0], main, 9), line(ids[1], main, 6)]),
    ] {
        book(&mut ctx, &booking(kind, lines)).await.unwrap();
    }
    let levels = levels(&mut ctx, &ids).await.unwrap();
    let shown = levels
        .iter()
        .map(|level| (level.variant_id, level.location_id, level.on_hand, level.incoming));
    assert_eq!(
        shown.collect::<Vec<_>>(),
        [(ids[0], main, 9, 0), (ids[0], shop, 3, 0), (ids[1], main, 6, 2)]
    );
    let rows = movements(&mut ctx, ids[0]).await.unwrap();
    assert!(rows.iter().any(|row| row.kind == MovementKind::Damage
        && row.on_hand_change == -2
        && row.reason == "weekly round"
        && row.reference == "DN-7"));
    ctx.commit().await.unwrap();
    state(&work, &ids).await;
    assert_eq!(told(&work).await[&ids[1]], [false, true]);
}

#[tokio::test]
async fn a_booking_is_whole_or_nothing() {
    let db = TestDatabase::new().await;
    let work = db.work();
    let ids = stock(&work, &[5, 3]).await;
    order(&work, &[demand(ids[1], 2)]).await.unwrap();
    let mut ctx = work.write();
    let [main, shop] = two_places(&mut ctx).await;
    ctx.commit().await.unwrap();
    let mut ctx = work.write();
    let lines = vec![line(ids[0], main, 1), line(ids[1], main, 2)];
    let refused = book(&mut ctx, &booking(Booking::Damage, lines)).await;
    assert!(matches!(refused, Err(BookError::BelowReserved { line: 1 })));
    let nowhere = booking(Booking::Receive, vec![line(ids[0], ctx.new_id(), 1)]);
    let nowhere = book(&mut ctx, &nowhere).await;
    assert!(matches!(nowhere, Err(BookError::NotFound)));
    ctx.rollback().await;
    let mut ctx = work.write();
    let lines = vec![line(ids[0], main, 0), line(ids[0], main, 1)];
    let unsaid = Book {
        reason: " ".to_owned(),
        ..booking(Booking::Receive, lines)
    };
    let Err(BookError::Invalid(invalid)) = book(&mut ctx, &unsaid).await else {
        panic!("booked")
    };
    let fields: Vec<&str> = invalid.0.iter().map(|error| error.field.as_str()).collect();
    assert_eq!(fields, ["reason", "lines.0.quantity", "lines.1.variant_id"]);
    let elsewhere = Transfer {
        from: main,
        to: shop,
        lines: vec![(ids[1], 2)],
        reason: "shop window".to_owned(),
        reference: String::new(),
    };
    let refused = transfer(&mut ctx, &elsewhere).await;
    assert!(matches!(refused, Err(TransferError::TooFew { line: 0, free: 1 })));
    ctx.rollback().await;
    assert_eq!(state(&work, &ids).await, [(5, 0, 5), (3, 2, 1)]);
}

#[tokio::test]
async fn a_transfer_is_two_movements() {
    let db = TestDatabase::new().await;
    let work = db.work();
    let ids = stock(&work, &[5]).await;
    let mut ctx = work.write();
    let [main, shop] = two_places(&mut ctx).await;
    let moved = Transfer {
        from: main,
        to: shop,
        lines: vec![(ids[0], 4)],
        reason: "shop window".to_owned(),
        reference: "T-1".to_owned(),
    };
    transfer(&mut ctx, &moved).await.unwrap();
    assert!(matches!(
        transfer(&mut ctx, &moved).await,
        Err(TransferError::TooFew { line: 0, free: 1 })
    ));
    let same = Transfer {
        to: main,
        ..moved.clone()
    };
    assert!(matches!(
        transfer(&mut ctx, &same).await,
        Err(TransferError::Invalid(_))
    ));
    let rows = movements(&mut ctx, ids[0]).await.unwrap();
    let rows: Vec<_> = rows.iter().filter(|row| row.reference == "T-1").collect();
    let change = |kind| {
        rows.iter()
            .find(|row| row.kind == kind)
            .map(|row| (row.location_id, row.on_hand_change))
    };
    assert_eq!(change(MovementKind::TransferOut), Some((main, -4)));
    assert_eq!(change(MovementKind::TransferIn), Some((shop, 4)));
    ctx.commit().await.unwrap();
    assert_eq!(state(&work, &ids).await, [(5, 0, 5)]);
}

#[tokio::test]
async fn what_is_low_or_out_is_listed() {
    let db = TestDatabase::new().await;
    let work = db.work();
    let ids = stock(&work, &[5, 2, 0]).await;
    let mut ctx = work.write();
    let [main, shop] = two_places(&mut ctx).await;
    let watched = LevelPlan {
        safety_stock: 1,
        reorder_point: Some(3),
        reorder_quantity: 10,
        ..LevelPlan::default()
    };
    for id in [ids[0], ids[1]] {
        assert_eq!(
            plan_level(&mut ctx, id, main, &watched).await.unwrap().reorder_quantity,
            10
        );
    }
    book(&mut ctx, &booking(Booking::Receive, vec![line(ids[0], shop, 1)]))
        .await
        .unwrap();
    let listed = async |ctx: &mut Ctx, filter: LevelFilter| {
        let page = list_levels(ctx, &filter, &PageRequest::first(10)).await.unwrap();
        assert_eq!(page.total, i64::try_from(page.items.len()).unwrap());
        page.items
            .into_iter()
            .map(|level| (level.variant_id, level.location_id))
            .collect::<Vec<_>>()
    };
    let of = |state| LevelFilter {
        state,
        ..LevelFilter::default()
    };
    assert_eq!(listed(&mut ctx, of(None)).await.len(), 4);
    assert_eq!(listed(&mut ctx, of(Some(StockState::Low))).await, [(ids[1], main)]);
    assert_eq!(listed(&mut ctx, of(Some(StockState::Out))).await, [(ids[2], main)]);
    assert_eq!(count_low(&mut ctx).await.unwrap(), 1);
    let here = LevelFilter {
        location: Some(shop),
        variants: Some(ids.clone()),
        ..LevelFilter::default()
    };
    assert_eq!(listed(&mut ctx, here).await, [(ids[0], shop)]);
    let first = list_levels(&mut ctx, &of(None), &PageRequest::first(3)).await.unwrap();
    let rest = PageRequest::first(3).after(first.next_cursor);
    assert_eq!(list_levels(&mut ctx, &of(None), &rest).await.unwrap().items.len(), 1);
    let wrong = LevelPlan {
        incoming: -1,
        ..watched
    };
    assert!(matches!(
        plan_level(&mut ctx, ids[0], main, &wrong).await,
        Err(PlanLevelError::Invalid(_))
    ));
}

#[tokio::test]
async fn a_closed_location_sells_nothing_and_the_last_one_stays_open() {
    let db = TestDatabase::new().await;
    let work = db.work();
    let ids = stock(&work, &[5]).await;
    let mut ctx = work.write();
    let [main, shop] = two_places(&mut ctx).await;
    let close = |location: Location, active| UpdateLocation {
        id: location.id,
        version: location.version,
        terms: LocationTerms {
            active,
            ..location.terms
        },
    };
    let location = find_location(&mut ctx, main).await.unwrap().unwrap();
    let closed = update_location(&mut ctx, close(location.clone(), false)).await.unwrap();
    assert_eq!(availability(&mut ctx, &ids).await.unwrap()[&ids[0]].available, 0);
    let last = find_location(&mut ctx, shop).await.unwrap().unwrap();
    let refused = update_location(&mut ctx, close(last.clone(), false)).await;
    assert!(matches!(refused, Err(UpdateLocationError::LastActive)));
    let late = update_location(&mut ctx, close(location, true)).await;
    assert!(matches!(late, Err(UpdateLocationError::VersionConflict)));
    update_location(&mut ctx, close(closed, true)).await.unwrap();
    assert_eq!(availability(&mut ctx, &ids).await.unwrap()[&ids[0]].available, 5);
    let renamed = UpdateLocation {
        terms: LocationTerms::named("Main"),
        ..close(last, true)
    };
    let taken = update_location(&mut ctx, renamed).await;
    assert!(matches!(taken, Err(UpdateLocationError::NameTaken)));
    ctx.rollback().await;
    assert!(told(&work).await.is_empty(), "what was rolled back was not told");
}
