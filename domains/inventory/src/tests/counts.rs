//! Counts that are set and corrected, and the proof that they are the sum of the ledger.

use super::*;

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
    assert!(matches!(
        adjust(&mut work.write(), correction(-4)).await,
        Err(AdjustError::BelowZero { on_hand: 3 })
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
        reason: "counted".to_owned(),
    };
    let refused = adjust(&mut ctx, first(-1)).await;
    assert!(matches!(refused, Err(AdjustError::BelowZero { on_hand: 0 })));
    let unsaid = Adjust {
        reason: " ".to_owned(),
        ..first(4)
    };
    let refused = adjust(&mut ctx, unsaid).await;
    assert!(matches!(refused, Err(AdjustError::Invalid(error)) if error.field == "reason"));
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
