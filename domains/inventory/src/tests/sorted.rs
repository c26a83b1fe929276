//! Levels in every order that can be asked for, page by page.

use catalog::VariantOrder;

use super::{
    bookings::{booking, line},
    *,
};
use crate::{
    Level, LevelSort,
    sorted_levels::{Bounds, list_named},
};

/// A product of one variant.
async fn product(ctx: &mut Ctx, title: &str, sku: Option<&str>) -> VariantId {
    let variant = NewVariant {
        sku: sku.map(str::to_owned),
        ..NewVariant::default()
    };
    let new = NewProduct {
        title: title.to_owned(),
        status: ProductStatus::Active,
        variants: vec![variant],
        ..NewProduct::default()
    };
    catalog::create_product(ctx, new).await.unwrap().variants[0].id
}

/// Every level that is wanted, in pages of two.
async fn walk(ctx: &mut Ctx, filter: &LevelFilter) -> Vec<Level> {
    let (mut seen, mut next) = (Vec::new(), None);
    loop {
        let page = list_levels(ctx, filter, &PageRequest::first(2).after(next))
            .await
            .unwrap();
        assert!(page.items.len() <= 2);
        seen.extend(page.items);
        next = page.next_cursor;
        if next.is_none() {
            assert_eq!(page.total, i64::try_from(seen.len()).unwrap());
            return seen;
        }
    }
}

/// As of very many levels, in steps of two.
fn bounds(steps: u16) -> Bounds {
    Bounds { few: 0, step: 2, steps }
}

async fn walk_named(
    ctx: &mut Ctx,
    filter: &LevelFilter,
    order: VariantOrder,
    bounds: Bounds,
) -> Vec<(VariantId, LocationId)> {
    let (mut seen, mut next) = (Vec::new(), None);
    loop {
        let request = PageRequest::first(2).after(next);
        let page = list_named(ctx, filter, order, &request, bounds).await.unwrap();
        assert!(page.items.len() <= 2);
        seen.extend(page.items.iter().map(|level| (level.variant_id, level.location_id)));
        next = page.next_cursor;
        if next.is_none() {
            return seen;
        }
    }
}

#[tokio::test]
async fn what_stands_at_the_end_of_the_catalogue_is_not_walked_to() {
    let db = TestDatabase::new().await;
    let mut ctx = db.work().write();
    let mut ids = Vec::new();
    for number in 0..24 {
        ids.push(product(&mut ctx, &format!("Cup {number:02}"), Some(&format!("C-{number:02}"))).await);
    }
    let [_, shop] = two_places(&mut ctx).await;
    let came = vec![line(ids[22], shop, 2), line(ids[23], shop, 8)];
    book(&mut ctx, &booking(Booking::Receive, came)).await.unwrap();
    let filter = LevelFilter {
        location: Some(shop),
        ..LevelFilter::default()
    };
    for order in VariantOrder::ALL {
        let mut taken = Vec::new();
        for steps in [2, u16::MAX] {
            let before = db.database().statement_count();
            let found = walk_named(&mut ctx, &filter, *order, bounds(steps)).await;
            assert_eq!(found, [(ids[22], shop), (ids[23], shop)]);
            taken.push(db.database().statement_count() - before);
        }
        assert!(
            taken[0] <= 14 && taken[1] > 30,
            "{taken:?} statements by {}",
            order.as_str()
        );
    }
}

#[tokio::test]
async fn levels_stand_in_the_order_that_is_asked_for() {
    let db = TestDatabase::new().await;
    let work = db.work();
    let mut ctx = work.write();
    let mut ids = Vec::new();
    for (title, sku) in [
        ("Vase", None),
        ("Bowl", Some("C-3")),
        ("arch", Some("A-1")),
        ("Tray", Some("B-2")),
        ("Comb", None),
    ] {
        ids.push(product(&mut ctx, title, sku).await);
    }
    let wanted = ids.iter().zip([4, 9, 4, 0, 7]).map(|(&variant_id, on_hand)| SetLevel {
        variant_id,
        on_hand,
        backorder: false,
    });
    set_levels(&mut ctx, &wanted.collect::<Vec<_>>()).await.unwrap();
    let [_, shop] = two_places(&mut ctx).await;
    let came = vec![line(ids[1], shop, 2), line(ids[0], shop, 8)];
    book(&mut ctx, &booking(Booking::Receive, came)).await.unwrap();
    ctx.commit().await.unwrap();
    // Of one some are promised, of another they were, and nobody has tidied that away.
    order(&work, &[demand(ids[4], 6)]).await.unwrap();
    db.clock().advance(TimeDelta::minutes(11));
    order(&work, &[demand(ids[2], 3)]).await.unwrap();
    let names: HashMap<VariantId, (String, Option<String>)> = catalog::variant_names(&mut work.read(), &ids)
        .await
        .unwrap()
        .into_iter()
        .map(|name| (name.id, (name.product_title.to_lowercase(), name.sku)))
        .collect();
    let mut ctx = work.read();
    for (state, variants) in [
        (None, None),
        (None, Some(ids[1..4].to_vec())),
        (Some(StockState::Out), None),
    ] {
        let filter = |sort| LevelFilter {
            state,
            variants: variants.clone(),
            sort,
            ..LevelFilter::default()
        };
        let newest = walk(&mut ctx, &filter(LevelSort::Newest)).await;
        assert!(!newest.is_empty());
        for sort in LevelSort::ALL {
            let mut expected = newest.clone();
            expected.sort_by_key(|level| (level.variant_id, level.location_id));
            let key = |level: &Level| (level.variant_id, level.location_id);
            match sort {
                LevelSort::Newest => expected.reverse(),
                LevelSort::Title => {
                    expected.reverse();
                    expected.sort_by_key(|level| names[&level.variant_id].0.clone());
                }
                LevelSort::Sku => {
                    expected.sort_by_key(|level| std::cmp::Reverse(level.location_id));
                    expected.sort_by_key(|level| {
                        let sku = names[&level.variant_id].1.clone();
                        (sku.is_none(), sku, level.variant_id)
                    });
                }
                LevelSort::OnHand => expected.sort_by_key(|level| level.on_hand),
                LevelSort::Free => expected.sort_by_key(Level::free),
                LevelSort::OnHandMost => {
                    expected.sort_by_key(|level| level.on_hand);
                    expected.reverse();
                }
                LevelSort::FreeMost => {
                    expected.sort_by_key(Level::free);
                    expected.reverse();
                }
            }
            let found: Vec<_> = walk(&mut ctx, &filter(*sort)).await.iter().map(key).collect();
            let expected: Vec<_> = expected.iter().map(key).collect();
            assert_eq!(found, expected, "{}", sort.as_str());
            let order = match sort {
                LevelSort::Title => VariantOrder::Title,
                LevelSort::Sku => VariantOrder::Sku,
                _ => continue,
            };
            // However many levels there are, and however far the catalogue is walked for them.
            for steps in [0, 1, 2, u16::MAX] {
                let found = walk_named(&mut ctx, &filter(*sort), order, bounds(steps)).await;
                assert_eq!(found, expected, "{} in {steps} steps", sort.as_str());
            }
        }
    }
}
