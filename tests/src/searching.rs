//! Searches by the engine, from the change of a product to the page that shows it.

use std::sync::Arc;

use catalog::{
    AttributeKind, AttributeTerms, NewAttribute, NewProduct, NewVariant, ProductChanges, ProductStatus, Sale,
    UpdateAttribute, UpdateProduct, UpdateVariant, VariantChanges,
};
use chrono::TimeDelta;
use database::{Scope, Work};
use kernel::ProductId;
use search::{Synced, sync_flow};

use crate::{
    installation::{ALPHA, BETA, Installation},
    watch::usd,
};

fn work(souk: &Installation) -> Work {
    Work::new(souk.database().clone(), Scope::system(Arc::clone(&souk.alpha.store)))
}

async fn sync(work: &Work, souk: &Installation) -> Synced {
    let engine = souk.program.search.as_ref().expect("an engine");
    sync_flow(work, engine).await.unwrap()
}

async fn update(work: &Work, id: ProductId, changes: ProductChanges) {
    let mut ctx = work.write();
    let update = UpdateProduct {
        id,
        expected_version: None,
        changes,
    };
    catalog::update_product(&mut ctx, update).await.unwrap();
    ctx.commit().await.unwrap();
}

#[tokio::test]
async fn a_changed_product_is_found_by_its_new_words() {
    let souk = Installation::new().await;
    let work = work(&souk);
    let found = async |words: &str| {
        let page = souk
            .visitor()
            .get(&format!("/api/v1/products?q={words}&facets=true"))
            .await;
        page.expect(200).json()
    };
    assert!(matches!(sync(&work, &souk).await, Synced::Rebuilt(_)));
    assert_eq!(sync(&work, &souk).await, Synced::Idle);
    let list = found("mugs").await;
    assert_eq!(list["items"][0]["id"], souk.alpha.mug.product.to_string());
    assert_eq!(list["facets"]["in_stock"], list["total"]);

    let title = ProductChanges {
        title: Some(format!("{ALPHA} Samovar")),
        ..ProductChanges::default()
    };
    update(&work, souk.alpha.mug.product, title).await;
    assert_eq!(sync(&work, &souk).await, Synced::Changed(1));
    let list = found("samowar").await;
    assert_eq!(list["corrected"], "samovar");
    assert_eq!(list["items"][0]["title"], format!("{ALPHA} Samovar"));
    let page = souk.visitor().get("/search?q=samowar").await.expect(200).body;
    assert!(
        page.contains("samovar") && page.contains(&format!("{ALPHA} Samovar")),
        "{page}"
    );
    assert!(page.contains("<h1>Results for “samovar”</h1>"), "{page}");
    // What finds nothing offers no order and no filters, but what sells best; a filter that finds nothing can be taken off.
    let page = souk.visitor().get("/search?q=zzzzzz").await.expect(200).body;
    assert!(
        !page.contains("id=\"sort\"") && !page.contains("id=\"filters\""),
        "{page}"
    );
    assert_eq!(page.matches("<li class=\"product\">").count(), 4, "{page}");
    let page = souk.visitor().get("/products?price_min=9000").await.expect(200).body;
    assert!(
        page.contains("Price from $9,000.00") && page.contains("Clear all"),
        "{page}"
    );
    for unclear in ["abc", "9.000"] {
        let asked = format!("/products?price_max={unclear}");
        let page = souk.visitor().get(&asked).await.expect(200).body;
        assert!(
            page.contains("id=\"wrong-price-max\"") && !page.contains("id=\"wrong-price-min\""),
            "{page}"
        );
    }

    let mut ctx = work.write();
    catalog::archive_product(&mut ctx, souk.alpha.mug.product, None)
        .await
        .unwrap();
    ctx.commit().await.unwrap();
    // Until the index follows, what is archived is left out of what it finds.
    assert_eq!(found("samovar").await["items"].as_array().map(Vec::len), Some(0));
    sync(&work, &souk).await;
    assert_eq!(found("samovar").await["total"], 0);
}

#[tokio::test]
async fn what_shoppers_do_not_see_of_a_product_does_not_find_it() {
    let souk = Installation::new().await;
    let work = work(&souk);
    let count = async || {
        let page = souk.visitor().get("/api/v1/products?q=xylograph").await;
        page.expect(200).json()["total"].clone()
    };
    let attributes = [("Print".to_owned(), "xylograph".into())];
    let printed = ProductChanges {
        attributes: Some(attributes.into_iter().collect()),
        ..ProductChanges::default()
    };
    update(&work, souk.alpha.mug.product, printed).await;
    sync(&work, &souk).await;
    assert_eq!(count().await, 1, "a free one is seen");

    let terms = |shown| AttributeTerms {
        name: "Print".to_owned(),
        shown,
        ..AttributeTerms::default()
    };
    let hidden = NewAttribute {
        code: String::new(),
        kind: AttributeKind::Text,
        terms: terms(false),
    };
    let mut ctx = work.write();
    let id = catalog::create_attribute(&mut ctx, hidden).await.unwrap().id;
    ctx.commit().await.unwrap();
    assert!(matches!(sync(&work, &souk).await, Synced::Rebuilt(_)));
    assert_eq!(count().await, 0);

    for (shown, found) in [(true, 1), (false, 0)] {
        let update = UpdateAttribute {
            id,
            expected_version: None,
            terms: terms(shown),
        };
        let mut ctx = work.write();
        catalog::update_attribute(&mut ctx, update).await.unwrap();
        ctx.commit().await.unwrap();
        assert!(matches!(sync(&work, &souk).await, Synced::Rebuilt(_)));
        assert_eq!(count().await, found);
    }

    let mut ctx = work.write();
    catalog::delete_attribute(&mut ctx, id, None).await.unwrap();
    ctx.commit().await.unwrap();
    assert!(matches!(sync(&work, &souk).await, Synced::Rebuilt(_)));
    assert_eq!(count().await, 1);
}

#[tokio::test]
async fn an_index_knows_only_its_store() {
    let souk = Installation::new().await;
    let beta = souk.beta().await;
    let others = Work::new(souk.database().clone(), Scope::system(Arc::clone(&beta.store)));
    sync(&work(&souk), &souk).await;
    sync(&others, &souk).await;
    let page = souk.visitor().get(&format!("/search?q={BETA}")).await.expect(200).body;
    assert!(!page.contains(&format!("{BETA} ")), "{page}");
    let suggestions = souk
        .visitor()
        .get(&format!("/search/suggestions?q={BETA}"))
        .await
        .expect(200)
        .body;
    assert!(!suggestions.contains("option"), "{suggestions}");
    let suggestions = souk.visitor().get("/search/suggestions?q=aardv").await.expect(200).body;
    assert!(suggestions.contains("aardvark"), "{suggestions}");
}

#[tokio::test]
async fn what_is_suggested_says_from_where_its_prices_go_on() {
    let souk = Installation::new().await;
    let work = work(&souk);
    let mut ctx = work.write();
    for (title, prices) in [
        ("Oak ladder", [9_000, 30_000].as_slice()),
        ("Ash ladder", &[4_000, 4_000]),
    ] {
        let variant = |(at, price): (usize, &i64)| NewVariant {
            option_values: vec![at.to_string()],
            price: Some(usd(*price)),
            ..NewVariant::default()
        };
        let ladder = NewProduct {
            title: title.to_owned(),
            status: ProductStatus::Active,
            option_names: vec!["Length".to_owned()],
            variants: prices.iter().enumerate().map(variant).collect(),
            ..NewProduct::default()
        };
        catalog::create_product(&mut ctx, ladder).await.unwrap();
    }
    ctx.commit().await.unwrap();
    sync(&work, &souk).await;
    let suggested = souk.visitor().get("/search/suggestions?q=ladd").await.expect(200).body;
    assert!(
        suggested.contains("from $90.00") && suggested.contains("> <span class=\"soft\">$40.00"),
        "{suggested}"
    );
    let before = souk.database().statement_count();
    souk.visitor().get("/search/suggestions?q=ladde").await.expect(200);
    assert_eq!(
        souk.database().statement_count() - before,
        1,
        "the products; the names of categories are kept"
    );
    let before = souk.database().statement_count();
    let again = souk.visitor().get("/search/suggestions?q=ladd").await.expect(200).body;
    assert_eq!(again, suggested);
    assert_eq!(
        souk.database().statement_count(),
        before,
        "who types the same gets what is kept"
    );
}

#[tokio::test]
async fn a_price_is_read_as_shoppers_of_the_currency_write_it() {
    let souk = Installation::new().await;
    let beta = souk.beta().await;
    let page = souk.visitor_of(&beta).get("/products?price_min=9.000").await;
    let page = page.expect(200).body;
    assert!(page.contains("Price from Rp") && page.contains("9,000"), "{page}");
}

#[tokio::test]
async fn a_range_of_prices_finds_the_same_in_lists_searches_and_the_api() {
    let souk = Installation::new().await;
    let work = work(&souk);
    let mut ctx = work.write();
    for (title, prices) in [
        ("Oak ladder", [90_000, 300_000].as_slice()),
        ("Ash ladder", &[90_000, 150_000, 160_000, 300_000]),
    ] {
        let variant = |price: &i64| NewVariant {
            option_values: vec![price.to_string()],
            price: Some(usd(*price)),
            ..NewVariant::default()
        };
        let ladder = NewProduct {
            title: title.to_owned(),
            status: ProductStatus::Active,
            option_names: vec!["Steps".to_owned()],
            variants: prices.iter().map(variant).collect(),
            ..NewProduct::default()
        };
        catalog::create_product(&mut ctx, ladder).await.unwrap();
    }
    ctx.commit().await.unwrap();
    sync(&work, &souk).await;
    for (range, slugs) in [
        ("price_min=100000&price_max=200000", vec!["ash-ladder"]),
        ("price_min=80000&price_max=100000", vec!["ash-ladder", "oak-ladder"]),
        ("price_min=170000&price_max=200000", vec![]),
    ] {
        for list in ["", "q=ladder&"] {
            let found = souk
                .visitor()
                .get(&format!("/api/v1/products?{list}{range}&facets=true&sort=title"))
                .await;
            let found = found.expect(200).json();
            let listed: Vec<&str> = found["items"]
                .as_array()
                .unwrap()
                .iter()
                .filter_map(|item| item["slug"].as_str())
                .collect();
            assert_eq!(
                (&listed, &found["total"]),
                (&slugs, &slugs.len().into()),
                "{list} {range}"
            );
        }
    }
    for page in ["/products?", "/search?q=ladder&"] {
        let shown = souk
            .visitor()
            .get(&format!("{page}price_min=1000&price_max=2000"))
            .await;
        let shown = shown.expect(200).body;
        let both = (shown.contains("ash-ladder"), shown.contains("oak-ladder"));
        assert_eq!(both, (true, false), "{page} {shown}");
    }
}

#[tokio::test]
async fn lists_and_searches_go_by_the_sale_price_from_the_round_after_its_beginning_to_its_end() {
    let souk = Installation::new().await;
    let work = work(&souk);
    let lamp = &souk.alpha.lamp;
    let start = souk.database().now() + TimeDelta::hours(1);
    let mut ctx = work.write();
    let sale = UpdateVariant {
        id: lamp.variant,
        expected_version: None,
        changes: VariantChanges {
            title: Some("One size".to_owned()),
            sale: Some(Some(Sale {
                price: usd(100),
                starts_at: Some(start),
                ends_at: Some(start + TimeDelta::hours(1)),
            })),
            ..VariantChanges::default()
        },
    };
    catalog::update_variant(&mut ctx, sale).await.unwrap();
    ctx.commit().await.unwrap();
    sync(&work, &souk).await;
    let word = ALPHA.to_lowercase();
    let mut visitor = souk.visitor();
    for (hours, is_on_sale) in [(0, false), (1, true), (1, false)] {
        souk.pass(TimeDelta::hours(hours));
        souk.periodic_round().await;
        sync(&work, &souk).await;
        let first = if is_on_sale { "rising" } else { "falling" };
        for list in ["", &format!("q={word}&")] {
            for (order, sort) in [("rising", "price_asc"), ("falling", "price_desc")] {
                let found = visitor
                    .get(&format!("/api/v1/products?{list}sort={sort}&limit=1"))
                    .await;
                let found = found.expect(200).json();
                let is_first = found["items"][0]["id"] == lamp.product.to_string();
                assert_eq!(is_first, first == order, "{list} {sort} {hours}: {found}");
            }
            let cheap = visitor
                .get(&format!("/api/v1/products?{list}price_max=200&facets=true"))
                .await;
            let cheap = cheap.expect(200).json();
            assert_eq!(cheap["total"], i32::from(is_on_sale), "{list}: {cheap}");
            let dear = visitor
                .get(&format!("/api/v1/products?{list}price_min=4500&facets=true"))
                .await;
            let dear = dear.expect(200).json();
            assert_eq!(dear["total"], i32::from(!is_on_sale), "{list}: {dear}");
            let every = visitor.get(&format!("/api/v1/products?{list}facets=true")).await;
            let range = every.expect(200).json()["facets"]["price_min"]["amount"].clone();
            assert_eq!(range, if is_on_sale { 100 } else { 300 }, "{list}");
        }
        for page in ["/products?price_max=2.00", &format!("/search?q={word}&price_max=2.00")] {
            let shown = visitor.get(page).await.expect(200).body;
            assert_eq!(shown.contains(&lamp.slug), is_on_sale, "{page} {shown}");
        }
    }
}
