//! Collections that are chosen by hand and by rules, and what goes with a product.

use kernel::{CollectionId, ProductId};

use super::*;
use crate::{
    AssignCollectionError, CategoryError, CollectionChanges, CollectionError, Condition, ConditionField, ConditionTest,
    Direction, Matching, Member, NewCategory, NewCollection, ProductChanges, ProductFilter, Rules, Sort,
    UpdateCollection, UpdateProduct, UpdateProductError, UpsertProduct, UpsertVariant, archive_product,
    arrange_collection, assign_categories, assign_collection, create_category, create_collection, delete_category,
    delete_collection, find_collection_by_id, find_product, list_categories, list_products, move_category,
    preview_collection, refresh_in_stock, slugs_of, turn_prices, update_collection, update_product, upsert_products,
};

fn condition(field: ConditionField, test: ConditionTest, value: &str) -> Condition {
    Condition {
        field,
        test,
        name: String::new(),
        value: value.to_owned(),
    }
}

fn rules(matching: Matching, conditions: &[(ConditionField, ConditionTest, &str)]) -> Rules {
    Rules {
        matching,
        conditions: conditions
            .iter()
            .map(|(field, test, value)| condition(*field, *test, value))
            .collect(),
    }
}

async fn titles(db: &TestDatabase, id: CollectionId) -> Vec<String> {
    let mut ctx = db.work().read();
    let collection = find_collection_by_id(&mut ctx, id).await.unwrap().unwrap();
    let filter = ProductFilter {
        collection: Some(collection.slug),
        sort: Sort::Relevance,
        ..ProductFilter::default()
    };
    let page = list_products(&mut ctx, &filter, &kernel::PageRequest::first(50))
        .await
        .unwrap();
    page.items.into_iter().map(|product| product.title).collect()
}

async fn ruled(db: &TestDatabase, title: &str, rules: Rules) -> CollectionId {
    let new = NewCollection {
        title: title.to_owned(),
        rules: Some(rules),
        ..NewCollection::default()
    };
    write(db, async |ctx| create_collection(ctx, new).await.unwrap())
        .await
        .id
}

async fn change(db: &TestDatabase, id: ProductId, changes: ProductChanges) {
    let update = UpdateProduct {
        id,
        expected_version: None,
        changes,
    };
    write(db, async |ctx| update_product(ctx, update).await.unwrap()).await;
}

fn tea() -> NewProduct {
    NewProduct {
        tags: vec!["Green".to_owned(), "loose leaf".to_owned()],
        brand: "Nile".to_owned(),
        vendor: "Delta".to_owned(),
        product_type: "Tea".to_owned(),
        attributes: serde_json::json!({"origin": "Java", "notes": ["grass", "honey"]})
            .as_object()
            .unwrap()
            .clone(),
        ..product("Sencha Tea", Some(1_250))
    }
}

#[tokio::test]
async fn each_condition_chooses_what_it_says() {
    use ConditionField::{Attribute, Brand, Price, ProductType, Stock, Tag, Title, Vendor};
    use ConditionTest::{AtLeast, AtMost, Contains, Is, IsNot, Lacks};
    let db = TestDatabase::new().await;
    shelf(&db, vec![tea(), product("Mug", None)]).await;
    for (field, test, name, value, tea, mug) in [
        (Tag, Is, "", "green", true, false),
        (Tag, IsNot, "", "green", false, true),
        (Title, Contains, "", "SENCHA", true, false),
        (Title, Lacks, "", "sencha", false, true),
        (Title, Contains, "", "%", false, false),
        (Brand, Is, "", "nile", true, false),
        (Vendor, IsNot, "", "delta", false, true),
        (ProductType, Is, "", "Tea", true, false),
        (Price, AtLeast, "", "12.50", true, false),
        (Price, AtMost, "", "12.49", false, false),
        (Stock, Is, "", "true", true, false),
        (Stock, Is, "", "false", false, true),
        (Attribute, Is, "origin", "java", true, false),
        (Attribute, Is, "notes", "honey", true, false),
        (Attribute, IsNot, "origin", "java", false, true),
    ] {
        let rules = Rules {
            matching: Matching::All,
            conditions: vec![Condition {
                name: name.to_owned(),
                ..condition(field, test, value)
            }],
        };
        let found = preview_collection(&mut db.work().read(), &rules).await.unwrap();
        let has = |title: &str| found.first.iter().any(|product| product.title == title);
        assert_eq!(
            (has("Sencha Tea"), has("Mug")),
            (tea, mug),
            "{field:?} {test:?} {name} {value}"
        );
        assert_eq!(found.total, i64::from(tea) + i64::from(mug));
    }
}

#[tokio::test]
async fn rules_follow_every_change_of_a_product() {
    let db = TestDatabase::new().await;
    let stored = shelf(&db, vec![tea(), product("Mug", Some(500))]).await;
    let (tea, mug) = (&stored[0], &stored[1]);
    let cheap = rules(
        Matching::All,
        &[
            (ConditionField::Price, ConditionTest::AtMost, "6"),
            (ConditionField::Stock, ConditionTest::Is, "true"),
        ],
    );
    let cheap = ruled(&db, "Cheap", cheap).await;
    let any = rules(
        Matching::Any,
        &[
            (ConditionField::Tag, ConditionTest::Is, "new"),
            (ConditionField::Brand, ConditionTest::Is, "Nile"),
        ],
    );
    let any = ruled(&db, "New or Nile", any).await;
    assert_eq!(
        (titles(&db, cheap).await, titles(&db, any).await),
        (vec!["Mug".to_owned()], vec!["Sencha Tea".to_owned()])
    );

    change(
        &db,
        mug.product.id,
        ProductChanges {
            tags: Some(vec!["New".to_owned()]),
            ..ProductChanges::default()
        },
    )
    .await;
    change(
        &db,
        tea.product.id,
        ProductChanges {
            brand: Some("Other".to_owned()),
            ..ProductChanges::default()
        },
    )
    .await;
    assert_eq!(titles(&db, any).await, ["Mug"]);

    write(&db, async |ctx| {
        refresh_in_stock(ctx, &[(mug.variants[0].id, false)]).await.unwrap()
    })
    .await;
    assert!(titles(&db, cheap).await.is_empty(), "sold out");
    write(&db, async |ctx| {
        refresh_in_stock(ctx, &[(mug.variants[0].id, true)]).await.unwrap()
    })
    .await;
    assert_eq!(titles(&db, cheap).await, ["Mug"]);

    let imported = UpsertProduct {
        title: "Spoon".to_owned(),
        variants: vec![UpsertVariant {
            price: Some(usd(300)),
            ..UpsertVariant::sample()
        }],
        ..UpsertProduct::sample(slug("spoon"))
    };
    write(&db, async |ctx| upsert_products(ctx, &[imported]).await.unwrap()).await;
    let mut both = titles(&db, cheap).await;
    both.sort_unstable();
    assert_eq!(both, ["Mug", "Spoon"]);

    let update = UpdateCollection {
        id: cheap,
        expected_version: Some(1),
        changes: CollectionChanges {
            rules: Some(Some(rules(
                Matching::All,
                &[(ConditionField::Title, ConditionTest::Contains, "tea")],
            ))),
            ..CollectionChanges::default()
        },
    };
    let changed = write(&db, async |ctx| update_collection(ctx, update.clone()).await.unwrap()).await;
    assert_eq!(
        (changed.version, titles(&db, cheap).await),
        (2, vec!["Sencha Tea".to_owned()])
    );
    let late = update_collection(&mut db.work().write(), update).await;
    assert!(matches!(late, Err(CollectionError::VersionConflict { current: 2 })));
    let by_hand = assign_collection(&mut db.work().write(), cheap, &[]).await;
    assert!(matches!(by_hand, Err(AssignCollectionError::Ruled)));
}

#[tokio::test]
async fn rules_by_price_turn_with_sales() {
    let db = TestDatabase::new().await;
    let start = db.database().now() + TimeDelta::hours(1);
    let mut lamp = product("Lamp", Some(1_500));
    lamp.variants[0].sale = Some(crate::Sale {
        price: usd(500),
        starts_at: Some(start),
        ends_at: Some(start + TimeDelta::hours(1)),
    });
    shelf(&db, vec![lamp, product("Mug", Some(600))]).await;
    let of = |test, value| rules(Matching::All, &[(ConditionField::Price, test, value)]);
    let cheap = ruled(&db, "Up to 6", of(ConditionTest::AtMost, "6")).await;
    let dear = ruled(&db, "From 10", of(ConditionTest::AtLeast, "10")).await;
    for (hours, in_cheap, in_dear) in [
        (0, vec!["Mug"], vec!["Lamp"]),
        (1, vec!["Lamp", "Mug"], vec![]),
        (1, vec!["Mug"], vec!["Lamp"]),
    ] {
        db.clock().advance(TimeDelta::hours(hours));
        write(&db, async |ctx| turn_prices(ctx).await.unwrap()).await;
        let mut shown = titles(&db, cheap).await;
        shown.sort_unstable();
        assert_eq!((shown, titles(&db, dear).await), (owned(&in_cheap), owned(&in_dear)));
    }
}

fn owned(titles: &[&str]) -> Vec<String> {
    titles.iter().map(|title| (*title).to_owned()).collect()
}

#[tokio::test]
async fn a_collection_by_hand_keeps_its_order_and_goes_without_its_products() {
    let db = TestDatabase::new().await;
    let stored = shelf(&db, ["A", "B", "C"].map(|title| product(title, Some(100))).to_vec()).await;
    let [a, b, c] = [0, 1, 2].map(|index: usize| stored[index].product.id);
    let new = NewCollection {
        title: "Best".to_owned(),
        ..NewCollection::default()
    };
    let best = write(&db, async |ctx| create_collection(ctx, new).await.unwrap())
        .await
        .id;
    write(&db, async |ctx| assign_collection(ctx, best, &[c, a]).await.unwrap()).await;
    write(&db, async |ctx| {
        arrange_collection(ctx, best, Member::Add(b)).await.unwrap()
    })
    .await;
    assert_eq!(titles(&db, best).await, ["C", "A", "B"]);
    write(&db, async |ctx| {
        arrange_collection(ctx, best, Member::Up(b)).await.unwrap()
    })
    .await;
    write(&db, async |ctx| {
        arrange_collection(ctx, best, Member::Remove(c)).await.unwrap()
    })
    .await;
    assert_eq!(titles(&db, best).await, ["B", "A"]);
    let unknown = arrange_collection(&mut db.work().write(), best, Member::Add(db.work().read().new_id())).await;
    assert!(matches!(unknown, Err(AssignCollectionError::NoSuchProduct)));
    write(&db, async |ctx| delete_collection(ctx, best, None).await.unwrap()).await;
    assert_eq!(find_collection_by_id(&mut db.work().read(), best).await.unwrap(), None);
    assert!(find_product(&mut db.work().read(), &slug("a")).await.unwrap().is_some());
}

#[tokio::test]
async fn what_goes_with_a_product_is_kept_in_order() {
    let db = TestDatabase::new().await;
    let stored = shelf(&db, ["A", "B", "C"].map(|title| product(title, Some(100))).to_vec()).await;
    let [a, b, c] = [0, 1, 2].map(|index: usize| stored[index].product.id);
    let related = |ids: &[ProductId]| ProductChanges {
        related_ids: Some(ids.to_vec()),
        size_guide_html: Some("<p onclick='x()'>Measure</p>".to_owned()),
        canonical_url: Some("https://example.com/a".to_owned()),
        ..ProductChanges::default()
    };
    change(&db, a, related(&[c, b])).await;
    let found = find_product(&mut db.work().read(), &slug("a")).await.unwrap().unwrap();
    assert_eq!(found.product.related_ids, [c, b]);
    assert_eq!(
        (found.size_guide_html(), found.product.canonical_url.as_str()),
        ("<p>Measure</p>", "https://example.com/a")
    );
    change(&db, a, related(&[b])).await;
    write(&db, async |ctx| archive_product(ctx, b, None).await.unwrap()).await;
    for (ids, field, code) in [
        (vec![a], "related_ids.0", "itself"),
        (vec![c, c], "related_ids.1", "repeated"),
        (vec![db.work().read().new_id()], "related_ids", "gone"),
    ] {
        let update = UpdateProduct {
            id: a,
            expected_version: None,
            changes: related(&ids),
        };
        let refused = update_product(&mut db.work().write(), update).await;
        let Err(UpdateProductError::Invalid(invalid)) = refused else {
            panic!("{refused:?}")
        };
        assert_eq!((invalid.0[0].field.as_str(), invalid.0[0].code), (field, code));
    }
}

#[tokio::test]
async fn categories_change_places_and_go() {
    let db = TestDatabase::new().await;
    let stored = shelf(&db, vec![product("Hat", Some(100))]).await;
    let named = |name: &str, parent_id| NewCategory {
        name: name.to_owned(),
        parent_id,
        size_guide_html: format!("<p>{name}</p>"),
        ..NewCategory::default()
    };
    let ids = write(&db, async |ctx| {
        let clothes = create_category(ctx, named("Clothes", None)).await.unwrap().id;
        let hats = create_category(ctx, named("Hats", Some(clothes))).await.unwrap().id;
        let caps = create_category(ctx, named("Caps", Some(hats))).await.unwrap().id;
        let shoes = create_category(ctx, named("Shoes", None)).await.unwrap().id;
        assign_categories(ctx, stored[0].product.id, &[clothes, hats])
            .await
            .unwrap();
        [clothes, hats, caps, shoes]
    })
    .await;
    let [_, hats, _, shoes] = ids;
    let tree = async || {
        let tree = list_categories(&mut db.work().read()).await.unwrap();
        tree.into_iter()
            .map(|category| format!("{}{}", "-".repeat(category.depth), category.name))
            .collect::<Vec<_>>()
    };
    let found = find_product(&mut db.work().read(), &slug("hat"))
        .await
        .unwrap()
        .unwrap();
    assert_eq!(found.size_guide_html(), "<p>Hats</p>", "the deepest category's");
    for (direction, expected) in [
        (Direction::Up, ["Shoes", "Clothes", "-Hats", "--Caps"]),
        (Direction::Up, ["Shoes", "Clothes", "-Hats", "--Caps"]),
        (Direction::Down, ["Clothes", "-Hats", "--Caps", "Shoes"]),
    ] {
        write(&db, async |ctx| move_category(ctx, shoes, direction).await.unwrap()).await;
        assert_eq!(tree().await, expected);
    }
    write(&db, async |ctx| delete_category(ctx, hats, None).await.unwrap()).await;
    assert_eq!(tree().await, ["Clothes", "-Caps", "Shoes"]);
    let again = delete_category(&mut db.work().write(), hats, None).await;
    assert!(matches!(again, Err(CategoryError::NotFound)));
    let found = find_product(&mut db.work().read(), &slug("hat"))
        .await
        .unwrap()
        .unwrap();
    assert_eq!(found.categories.len(), 1, "the product stays");
}

#[tokio::test]
async fn a_file_names_what_goes_with_a_product_before_it_comes() {
    let db = TestDatabase::new().await;
    let line = |name: &str, related: Option<&[&str]>| {
        let mut product = UpsertProduct::sample(slug(name));
        product.variants = vec![UpsertVariant::sample()];
        product.extras.related = related.map(|related| related.iter().map(|other| slug(other)).collect());
        product
    };
    let related = async || {
        let mut ctx = db.work().read();
        let found = find_product(&mut ctx, &slug("a")).await.unwrap().unwrap();
        slugs_of(&mut ctx, &found.product.related_ids).await.unwrap()
    };
    for (lines, expected) in [
        (
            vec![line("a", Some(&["c", "nobody", "b", "a"])), line("b", None)],
            vec!["b"],
        ),
        (vec![line("c", None)], vec!["c", "b"]),
        (vec![line("a", None), line("c", None)], vec!["c", "b"]),
        (vec![line("a", Some(&["b"]))], vec!["b"]),
        (vec![line("nobody", None)], vec!["b"]),
        (vec![line("a", Some(&[]))], vec![]),
    ] {
        write(&db, async |ctx| upsert_products(ctx, &lines).await.unwrap()).await;
        assert_eq!(related().await, expected, "{lines:?}");
    }
}
