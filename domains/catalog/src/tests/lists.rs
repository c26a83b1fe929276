//! In which order a list shows its products, at which price and whether in stock, and how its pages follow one another.

use kernel::PageRequest;

use super::{
    finding::{search, titles},
    *,
};
use crate::{
    ListError, ProductFilter, Sort, Visibility,
    list::sort_key,
    list_counted_products, list_products, refresh_in_stock,
    store::{
        self,
        lists::{Listing, Window},
    },
    words::Words,
};

#[tokio::test]
async fn a_total_that_was_counted_elsewhere_is_taken_where_there_is_more_than_is_shown() {
    let db = TestDatabase::new().await;
    shelf(&db, vec![product("Mug", Some(300)), product("Bowl", Some(100))]).await;
    for (limit, counted, shown, total) in [(50, 0, 2, 2), (50, 1, 2, 2), (50, 2, 2, 2), (50, 7, 2, 2), (1, 7, 1, 7)] {
        let before = db.database().statement_count();
        let mut ctx = db.work().read();
        let every = ProductFilter::default();
        let page = list_counted_products(&mut ctx, &every, &PageRequest::first(limit), counted)
            .await
            .unwrap();
        assert_eq!((page.items.len(), page.total), (shown, total), "counted {counted}");
        assert_eq!(db.database().statement_count() - before, 1);
    }
}

#[tokio::test]
async fn every_order_gives_every_product_once_over_its_pages() {
    let db = TestDatabase::new().await;
    let prices = [Some(300), None, Some(100), Some(300), None, Some(200), Some(100)];
    let products = prices
        .iter()
        .enumerate()
        .map(|(index, price)| product(&format!("Mug {}", index % 4), *price));
    let stored = shelf(&db, products.collect()).await;
    let q = Some("mug".to_owned());
    for (sort, q) in Sort::ALL.into_iter().flat_map(|sort| [(sort, None), (sort, q.clone())]) {
        let filter = ProductFilter {
            sort,
            q,
            ..ProductFilter::default()
        };
        let whole = list_products(&mut db.work().read(), &filter, &PageRequest::first(50))
            .await
            .unwrap();
        let mut paged = Vec::new();
        let mut page = PageRequest::first(2);
        loop {
            let before = db.database().statement_count();
            let part = list_products(&mut db.work().read(), &filter, &page).await.unwrap();
            assert_eq!(
                db.database().statement_count() - before,
                2,
                "a page costs two statements"
            );
            assert_eq!(part.total, 7);
            paged.extend(part.items);
            let Some(next) = part.next_cursor else { break };
            page = PageRequest::first(2).after(Some(next));
        }
        assert_eq!(paged, whole.items, "{sort:?}");
        assert_eq!(paged.len(), stored.len());
    }
}

#[tokio::test]
async fn orders_are_what_they_say() {
    let db = TestDatabase::new().await;
    shelf(
        &db,
        vec![product("B", Some(200)), product("C", None), product("A", Some(100))],
    )
    .await;
    for (sort, expected) in [
        (Sort::Newest, ["A", "C", "B"]),
        (Sort::Relevance, ["A", "C", "B"]),
        (Sort::PriceAsc, ["A", "B", "C"]),
        (Sort::PriceDesc, ["B", "A", "C"]),
        (Sort::Title, ["A", "B", "C"]),
    ] {
        assert_eq!(
            titles(
                &db,
                &ProductFilter {
                    sort,
                    ..ProductFilter::default()
                }
            )
            .await,
            expected,
            "{sort:?}"
        );
    }
}

#[tokio::test]
async fn a_cursor_of_another_list_is_refused() {
    let db = TestDatabase::new().await;
    shelf(&db, vec![product("A", None), product("B", None)]).await;
    let mut ctx = db.work().read();
    let page = list_products(&mut ctx, &ProductFilter::default(), &PageRequest::first(1))
        .await
        .unwrap();
    for cursor in [page.next_cursor.unwrap(), kernel::Cursor::from_text("garbage")] {
        let by_title = ProductFilter {
            sort: Sort::Title,
            ..ProductFilter::default()
        };
        let refused = list_products(&mut ctx, &by_title, &PageRequest::first(1).after(Some(cursor))).await;
        assert!(matches!(refused, Err(ListError::Invalid(error)) if error.field == "cursor"));
    }
}

#[tokio::test]
async fn titles_stand_in_the_order_in_which_people_look_for_them() {
    let db = TestDatabase::new().await;
    let sorted = ["Äpfel", "apple", "apricot", "Banana", "cherry", "élan", "Zebra", "zoo"];
    let mut shuffled: Vec<NewProduct> = sorted.iter().map(|title| product(title, Some(100))).collect();
    shuffled.reverse();
    shuffled.swap(1, 4);
    shelf(&db, shuffled).await;
    let mut found = Vec::new();
    let mut page = PageRequest::first(3);
    loop {
        let by_title = ProductFilter {
            sort: Sort::Title,
            ..ProductFilter::default()
        };
        let some = list_products(&mut db.work().read(), &by_title, &page).await.unwrap();
        found.extend(some.items.into_iter().map(|item| item.title));
        match some.next_cursor {
            Some(cursor) => page = PageRequest::first(3).after(Some(cursor)),
            None => break,
        }
    }
    assert_eq!(found, sorted);
}

#[tokio::test]
async fn a_list_shows_the_price_to_pay_now() {
    let db = TestDatabase::new().await;
    let start = db.database().now() + TimeDelta::hours(1);
    let sale = crate::Sale {
        price: usd(500),
        starts_at: Some(start),
        ends_at: Some(start + TimeDelta::hours(1)),
    };
    let variant = |name: &str, price, sale| NewVariant {
        option_values: vec![name.to_owned()],
        price: Some(usd(price)),
        compare_at: Some(usd(1500)),
        sale,
        ..NewVariant::default()
    };
    let shirt = NewProduct {
        option_names: vec!["Size".to_owned()],
        variants: vec![variant("S", 900, None), variant("M", 1000, Some(sale))],
        ..product("Shirt", None)
    };
    let mug = product("Mug", Some(700));
    let stored = shelf(&db, vec![shirt, mug]).await;
    let by_title = ProductFilter {
        sort: Sort::Title,
        ..ProductFilter::default()
    };
    for (hours, price, was) in [(0, 900, 1500), (1, 500, 1000), (1, 900, 1500)] {
        db.clock().advance(TimeDelta::hours(hours));
        let page = list_products(&mut db.work().read(), &by_title, &PageRequest::first(5))
            .await
            .unwrap();
        let shirt = &page.items[1];
        assert_eq!((shirt.price, shirt.was), (Some(usd(price)), Some(usd(was))));
        assert_eq!(
            (shirt.price_min, shirt.price_max),
            (Some(usd(900)), Some(usd(1000))),
            "regular prices stay"
        );
        assert_eq!((shirt.variant_count, shirt.only_variant), (2, None));
        assert_eq!(page.items[0].only_variant, Some(stored[1].variants[0].id));
        assert_eq!(page.items[0].was, None);
    }
}

#[tokio::test]
async fn a_product_is_in_stock_while_any_variant_is() {
    let db = TestDatabase::new().await;
    let variant = |name: &str| NewVariant {
        option_values: vec![name.to_owned()],
        price: Some(usd(1)),
        ..NewVariant::default()
    };
    let shirt = NewProduct {
        option_names: vec!["Size".to_owned()],
        variants: vec![variant("S"), variant("M")],
        ..product("Shirt", None)
    };
    let stored = shelf(&db, vec![shirt]).await;
    let [small, medium] = [stored[0].variants[0].id, stored[0].variants[1].id];
    for (told, changed, in_stock) in [
        ((small, false), 0, true),
        ((medium, false), 1, false),
        ((medium, false), 0, false),
        ((small, true), 1, true),
    ] {
        let touched = write(&db, async |ctx| refresh_in_stock(ctx, &[told]).await.unwrap()).await;
        assert_eq!(touched.len(), changed, "{told:?}");
        let page = list_products(&mut db.work().read(), &ProductFilter::default(), &PageRequest::first(1))
            .await
            .unwrap();
        assert_eq!(page.items[0].in_stock, in_stock, "{told:?}");
    }
}

/// Few products are filtered first and then put in order, many are read in the order of an index.
#[tokio::test]
async fn both_ways_of_putting_in_order_agree_from_every_row_on() {
    let db = TestDatabase::new().await;
    let prices = [Some(300), None, Some(100), Some(300), None, Some(100)];
    let products = prices
        .iter()
        .enumerate()
        .map(|(index, price)| product(&format!("Mug {}", index % 4), *price));
    shelf(&db, products.collect()).await;
    let mut ctx = db.work().read();
    for sort in Sort::ALL {
        let filter = ProductFilter { sort, ..search("mug") };
        let listing = Listing {
            store_id: ctx.store_id(),
            now: ctx.now(),
            filter: &filter,
            words: Words::read("mug"),
        };
        let mut after = None;
        let mut seen = 0;
        loop {
            let mut ways = Vec::new();
            for is_filtered_first in [true, false] {
                let window = Window {
                    sort,
                    after: after.clone(),
                    limit: 10,
                    is_filtered_first,
                };
                let rows = store::lists::list(&mut ctx, &listing, &window).await.unwrap();
                let rows = rows.into_iter().map(|row| row.into_ranked().unwrap());
                ways.push(rows.collect::<Vec<_>>());
            }
            assert_eq!(ways[0], ways[1], "{sort:?} after {after:?}");
            assert_eq!(ways[0].len(), prices.len() - seen, "{sort:?} after {after:?}");
            let Some((row, rank)) = ways[0].first() else { break };
            after = Some((sort_key(row, *rank, sort, Visibility::Published), row.id));
            seen += 1;
        }
    }
}
