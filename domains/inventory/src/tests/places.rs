//! Locations, and what is low or out at them.

use super::{
    bookings::{booking, line},
    *,
};

#[tokio::test]
async fn what_is_nearest_to_being_sold_out_comes_first() {
    let db = TestDatabase::new().await;
    let work = db.work();
    let ids = stock(&work, &[1, 7, 4]).await;
    let mut ctx = work.write();
    let [main, _] = two_places(&mut ctx).await;
    let watched = LevelPlan {
        reorder_point: Some(9),
        ..LevelPlan::default()
    };
    for id in &ids {
        plan_level(&mut ctx, *id, main, &watched).await.unwrap();
    }
    for (most, expected) in [(2, vec![ids[0], ids[2]]), (9, vec![ids[0], ids[2], ids[1]])] {
        let lowest = list_lowest(&mut ctx, most).await.unwrap();
        let lowest: Vec<_> = lowest.iter().map(|level| level.variant_id).collect();
        assert_eq!(lowest, expected);
    }
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
