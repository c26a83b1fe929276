//! What variants cost over time.

use database::{Event as _, outbox};
use kernel::PageRequest;

use super::*;
use crate::{
    ProductFilter, Sale, Sort, UpdateVariant, VariantChanges, Visibility, events::PricesTurned, facets,
    list_price_changes, list_products, lowest_prices, turn_prices, update_variant,
};

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

#[tokio::test]
async fn lists_of_shoppers_go_by_what_is_to_be_paid_now_and_those_of_staff_by_regular_prices() {
    let db = TestDatabase::new().await;
    let start = db.database().now() + TimeDelta::hours(1);
    let mut boat = product("Boat", Some(1_500));
    boat.variants[0].sale = Some(Sale {
        price: usd(500),
        starts_at: Some(start),
        ends_at: Some(start + TimeDelta::hours(1)),
    });
    let mut hat = product("Hat", Some(800));
    hat.variants[0].sale = Some(Sale {
        price: usd(700),
        starts_at: None,
        ends_at: None,
    });
    shelf(&db, vec![product("Axe", Some(1_000)), boat, hat]).await;
    let titles = async |filter: &ProductFilter| -> Vec<String> {
        let mut ctx = db.work().read();
        // One a page, so that cursors go by the same price.
        let (mut titles, mut page) = (Vec::new(), PageRequest::first(1));
        loop {
            let found = list_products(&mut ctx, filter, &page).await.unwrap();
            titles.extend(found.items.into_iter().map(|item| item.title));
            match found.next_cursor {
                Some(cursor) => page = PageRequest::first(1).after(Some(cursor)),
                None => return titles,
            }
        }
    };
    let sorted = |sort, visibility| ProductFilter {
        sort,
        visibility,
        ..ProductFilter::default()
    };
    let between = |lowest, highest| ProductFilter {
        price_min: Some(usd(lowest)),
        price_max: Some(usd(highest)),
        ..sorted(Sort::PriceAsc, Visibility::Published)
    };
    let before = ["Hat", "Axe", "Boat"];
    for (hours, turned, rising, cheap, dear, range) in [
        (0, 0, before, vec!["Hat"], vec!["Axe", "Boat"], (700, 1_500)),
        (
            1,
            1,
            ["Boat", "Hat", "Axe"],
            vec!["Boat", "Hat"],
            vec!["Axe"],
            (500, 1_000),
        ),
        (1, 1, before, vec!["Hat"], vec!["Axe", "Boat"], (700, 1_500)),
        (1, 0, before, vec!["Hat"], vec!["Axe", "Boat"], (700, 1_500)),
    ] {
        db.clock().advance(TimeDelta::hours(hours));
        let before_it = outbox::seen(&mut db.work().read()).await.unwrap();
        for _again in 0..2 {
            let is_more = write(&db, async |ctx| turn_prices(ctx).await.unwrap()).await;
            assert!(!is_more, "three products are one batch");
        }
        let told = outbox::changes_since(&mut db.work().read(), &before_it, &[PricesTurned::KIND]).await;
        let told = told.unwrap().expect("the outbox goes back so far").events;
        assert_eq!(told.len(), turned, "who turned is told of once");
        assert_eq!(titles(&sorted(Sort::PriceAsc, Visibility::Published)).await, rising);
        let mut falling = titles(&sorted(Sort::PriceDesc, Visibility::Published)).await;
        falling.reverse();
        assert_eq!(falling, rising);
        assert_eq!(
            titles(&sorted(Sort::PriceAsc, Visibility::Every)).await,
            ["Hat", "Axe", "Boat"]
        );
        assert_eq!(titles(&between(500, 700)).await, cheap);
        assert_eq!(titles(&between(701, 2_000)).await, dear);
        let found = facets(&mut db.work().read(), &ProductFilter::default()).await.unwrap();
        assert_eq!(found.price, Some((usd(range.0), usd(range.1))));
    }
}
