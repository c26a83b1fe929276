//! What variants cost over time.

use super::*;
use crate::{Sale, UpdateVariant, VariantChanges, list_price_changes, lowest_prices, update_variant};

#[tokio::test]
async fn every_change_of_a_price_is_kept_and_the_lowest_told_while_it_is_reduced() {
    let db = TestDatabase::new().await;
    let mug = shelf(&db, vec![product("Mug", Some(1_000))])
        .await
        .remove(0)
        .variants
        .remove(0);
    let change = async |changes| {
        let update = UpdateVariant {
            id: mug.id,
            expected_version: None,
            changes,
        };
        write(&db, async |ctx| update_variant(ctx, update).await.unwrap()).await
    };
    let lowest = async || {
        let mut ctx = db.work().read();
        lowest_prices(&mut ctx, &[mug.id]).await.unwrap().remove(&mug.id)
    };
    db.clock().advance(TimeDelta::days(60));
    change(VariantChanges {
        price: Some(Some(usd(1_500))),
        ..VariantChanges::default()
    })
    .await;
    change(VariantChanges {
        barcode: Some("4006381333931".to_owned()),
        ..VariantChanges::default()
    })
    .await;
    assert_eq!(lowest().await, None, "nothing is reduced");
    db.clock().advance(TimeDelta::days(10));
    let sale = Sale {
        price: usd(1_200),
        starts_at: Some(db.database().now() + TimeDelta::days(5)),
        ends_at: Some(db.database().now() + TimeDelta::days(50)),
    };
    change(VariantChanges {
        sale: Some(Some(sale)),
        ..VariantChanges::default()
    })
    .await;
    assert_eq!(lowest().await, None, "the sale has not begun");
    db.clock().advance(TimeDelta::days(5));
    assert_eq!(lowest().await, Some(usd(1_000)), "raised fifteen days before the sale");
    db.clock().advance(TimeDelta::days(44));
    assert_eq!(
        lowest().await,
        Some(usd(1_000)),
        "the thirty days end where the sale began"
    );
    db.clock().advance(TimeDelta::days(1));
    assert_eq!(lowest().await, None, "the sale is over");
    let kept = list_price_changes(&mut db.work().read(), mug.id).await.unwrap();
    let kept: Vec<_> = kept.iter().map(|change| (change.price, change.sale)).collect();
    assert_eq!(
        kept,
        [
            (Some(usd(1_000)), None),
            (Some(usd(1_500)), None),
            (Some(usd(1_500)), Some(sale))
        ]
    );
}
