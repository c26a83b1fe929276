//! Stock that is promised, paid for, given back and taken by many at once.

use super::*;

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
async fn what_was_given_up_is_forgotten_after_a_year_and_what_was_sold_is_not() {
    let db = TestDatabase::new().await;
    let work = db.work();
    let ids = stock(&work, &[9]).await;
    let sold = order(&work, &[demand(ids[0], 1)]).await.unwrap();
    pay(&work, sold).await.unwrap();
    let released = order(&work, &[demand(ids[0], 1)]).await.unwrap();
    let mut ctx = work.write();
    release(&mut ctx, Holder::Order(released)).await.unwrap();
    ctx.commit().await.unwrap();
    order(&work, &[demand(ids[0], 1)]).await.unwrap();
    db.clock().advance(TimeDelta::days(365));
    let mut left = Vec::new();
    for _ in 0..2 {
        let mut ctx = work.write();
        expire_due(&mut ctx).await.unwrap();
        assert!(!forget_given_up(&mut ctx).await.unwrap(), "there are no more");
        let states = sqlx::query_scalar("SELECT state FROM inventory.reservations ORDER BY state");
        let states: Vec<String> = states.fetch_all(ctx.sql().await.unwrap()).await.unwrap();
        left.push(states);
        ctx.commit().await.unwrap();
        db.clock().advance(TimeDelta::seconds(1));
    }
    assert_eq!(left, [vec!["committed", "expired", "released"], vec!["committed"]]);
    assert_eq!(state(&work, &ids).await, [(8, 0, 8)]);
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
async fn reserving_costs_two_statements_for_any_number_of_lines_and_one_more_where_few_are_left() {
    for (on_hand, more) in [(crate::FEW + 2, 0), (crate::FEW + 1, 1), (9, 1)] {
        let db = TestDatabase::new().await;
        let work = db.work();
        let ids = stock(&work, &[on_hand; 20]).await;
        let wanted: Vec<Demand> = ids.iter().map(|id| demand(*id, 1)).collect();
        let before = db.database().statement_count();
        let id = order(&work, &wanted).await.unwrap();
        assert_eq!(db.database().statement_count() - before, 2 + more);
        let before = db.database().statement_count();
        pay(&work, id).await.unwrap();
        assert_eq!(db.database().statement_count() - before, 4 + more);
    }
}
