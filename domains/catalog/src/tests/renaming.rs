//! Products that are there under other slugs when many are written.

use kernel::{ProductId, Sku};

use super::*;
use crate::{
    FormerName, Formerly, ProductChanges, UpdateProduct, UpsertProduct, UpsertVariant, Upserted, find_product,
    find_slug_redirect, has_products, recognise_products, update_product, upsert_products,
};

fn mug(name: &str, skus: &[&str]) -> UpsertProduct {
    let variant = |sku: &&str| UpsertVariant {
        sku: Some(Sku::parse(sku).unwrap()),
        option_values: vec![(*sku).to_owned()],
        ..UpsertVariant::sample()
    };
    UpsertProduct {
        title: format!("The {name}"),
        option_names: vec!["Glaze".to_owned()],
        variants: skus.iter().map(variant).collect(),
        ..UpsertProduct::sample(slug(name))
    }
}

async fn upsert(db: &TestDatabase, products: &[UpsertProduct]) -> Vec<Upserted> {
    write(db, async |ctx| upsert_products(ctx, products).await.unwrap()).await
}

async fn redirect(db: &TestDatabase, old: &str) -> Option<Slug> {
    find_slug_redirect(&mut db.work().read(), &slug(old)).await.unwrap()
}

/// Staff give the product another slug.
async fn move_to(db: &TestDatabase, id: ProductId, to: &str) {
    let update = UpdateProduct {
        id,
        expected_version: None,
        changes: ProductChanges {
            slug: Some(to.to_owned()),
            ..ProductChanges::default()
        },
    };
    write(db, async |ctx| update_product(ctx, update).await.unwrap()).await;
}

async fn find(db: &TestDatabase, name: &str) -> Option<ProductDetails> {
    find_product(&mut db.work().read(), &slug(name)).await.unwrap()
}

#[tokio::test]
async fn a_product_moves_to_its_new_slug_and_redirects_from_the_one_it_had() {
    let db = TestDatabase::new().await;
    let mut tray = mug("tray", &["T"]);
    tray.extras.related = Some(vec![slug("big-mug")]);
    let first = upsert(&db, &[mug("mug", &["M-1", "M-2"]), tray]).await;
    let moved = UpsertProduct {
        formerly: Some(Formerly {
            product_id: first[0].product_id,
            slug: slug("mug"),
        }),
        ..mug("big-mug", &["M-1", "M-2", "M-3"])
    };
    let second = upsert(&db, std::slice::from_ref(&moved)).await;
    let former = FormerName {
        slug: slug("mug"),
        title: "The mug".to_owned(),
    };
    assert_eq!(
        (second[0].product_id, second[0].created, second[0].formerly.as_ref()),
        (first[0].product_id, false, Some(&former))
    );
    assert_eq!(second[0].variant_ids[..2], first[0].variant_ids);
    assert!(second[0].taken_skus.is_empty());
    let mut ctx = db.work().read();
    let found = find_product(&mut ctx, &moved.slug).await.unwrap().unwrap();
    assert_eq!(
        (
            found.product.title.as_str(),
            found.product.version,
            found.variants.len()
        ),
        ("The big-mug", 2, 3)
    );
    assert!(find_product(&mut ctx, &slug("mug")).await.unwrap().is_none());
    let tray = find_product(&mut ctx, &slug("tray")).await.unwrap().unwrap();
    assert_eq!(
        tray.product.related_ids,
        [first[0].product_id],
        "what waited for the slug has it"
    );
    ctx.rollback().await;
    assert_eq!(redirect(&db, "mug").await, Some(slug("big-mug")));
    let again = upsert(&db, &[moved]).await;
    assert_eq!(
        (again[0].product_id, again[0].created, again[0].formerly.as_ref()),
        (first[0].product_id, false, None),
        "its slug finds it by now"
    );
}

#[tokio::test]
async fn what_another_of_the_batch_finds_or_nothing_has_any_more_is_not_moved() {
    let db = TestDatabase::new().await;
    let there = [
        mug("mug", &["M"]),
        mug("bowl", &["B"]),
        mug("jug", &["J"]),
        mug("pan", &["K"]),
    ];
    let first = upsert(&db, &there).await;
    let formerly = |name: &str, sku: &str, (at, former): (usize, &str)| UpsertProduct {
        formerly: Some(Formerly {
            product_id: first[at].product_id,
            slug: slug(former),
        }),
        ..mug(name, &[sku])
    };
    let given = [
        formerly("cup", "C", (0, "mug")),
        mug("mug", &["M"]),
        formerly("vase", "V", (2, "gone")),
        formerly("dish", "B", (1, "bowl")),
        formerly("plate", "P", (1, "bowl")),
        formerly("pot", "O", (3, "jug")),
    ];
    let told = upsert(&db, &given).await;
    let created: Vec<bool> = told.iter().map(|upserted| upserted.created).collect();
    assert_eq!(created, [true, false, true, false, true, true]);
    assert_eq!(
        (told[1].product_id, told[3].product_id),
        (first[0].product_id, first[1].product_id)
    );
    assert_eq!(
        (redirect(&db, "mug").await, redirect(&db, "bowl").await),
        (None, Some(slug("dish")))
    );
    assert_eq!(redirect(&db, "jug").await, None, "another product has that slug by now");
    // A slug that the product had before finds it just as well.
    let told = upsert(&db, &[formerly("saucer", "S", (1, "dish")), mug("bowl", &["B"])]).await;
    assert_eq!(
        (told[0].created, told[1].product_id, told[1].created),
        (true, first[1].product_id, false)
    );
    assert_eq!(redirect(&db, "dish").await, None);
}

#[tokio::test]
async fn a_slug_that_a_product_had_finds_it_by_its_skus_and_it_keeps_the_one_it_has() {
    let db = TestDatabase::new().await;
    let given = [mug("mug", &["M-1", "M-2"])];
    let first = upsert(&db, &given).await;
    move_to(&db, first[0].product_id, "tall-mug").await;
    let again = upsert(&db, &given).await;
    assert_eq!(
        (again[0].product_id, again[0].created, again[0].kept_slug.as_ref()),
        (first[0].product_id, false, Some(&slug("tall-mug")))
    );
    assert_eq!(again[0].variant_ids, first[0].variant_ids);
    assert_eq!(again[0].formerly, None);
    assert!(find(&db, "mug").await.is_none());
    assert_eq!(redirect(&db, "mug").await, Some(slug("tall-mug")));
    let by_title = upsert(&db, &[mug("mug", &[])]).await;
    assert_eq!(
        (by_title[0].product_id, by_title[0].kept_slug.as_ref()),
        (first[0].product_id, Some(&slug("tall-mug")))
    );
}

#[tokio::test]
async fn a_slug_that_a_product_had_makes_another_that_has_other_skus_or_neither_skus_nor_the_title() {
    for (title, skus) in [("The mug", vec!["A-S", "A-L"]), ("Another Mug", vec![])] {
        let db = TestDatabase::new().await;
        let first = upsert(&db, &[mug("mug", &["M-1", "M-2"])]).await;
        move_to(&db, first[0].product_id, "tall-mug").await;
        let moved = find(&db, "tall-mug").await;
        let other = UpsertProduct {
            title: title.to_owned(),
            ..mug("mug", &skus)
        };
        for created in [true, false] {
            let told = upsert(&db, std::slice::from_ref(&other)).await;
            assert_eq!(
                (told[0].created, told[0].kept_slug.as_ref()),
                (created, None),
                "{title}"
            );
            assert!(told[0].taken_skus.is_empty());
        }
        assert_eq!(find(&db, "tall-mug").await, moved, "{title}");
        let found = find(&db, "mug").await.unwrap();
        assert_ne!(found.product.id, first[0].product_id);
        assert_eq!(
            (found.product.title.as_str(), found.variants.len()),
            (title, skus.len())
        );
    }
}

#[tokio::test]
async fn a_new_slug_is_recognised_by_skus_with_all_that_the_product_is_known_by() {
    let db = TestDatabase::new().await;
    let mut ctx = db.work().read();
    assert!(!has_products(&mut ctx).await.unwrap());
    ctx.rollback().await;
    let first = upsert(&db, &[mug("mug", &["M-1", "M-2"]), mug("bowl", &["B"])]).await;
    move_to(&db, first[0].product_id, "tall-mug").await;
    let given = [
        mug("bowl", &["B"]),
        mug("mug", &["M-1", "M-2"]),
        mug("new", &["N"]),
        mug("big-mug", &["M-1", "M-2"]),
    ];
    let before = db.database().statement_count();
    let mut ctx = db.work().read();
    assert!(has_products(&mut ctx).await.unwrap());
    let recognised = recognise_products(&mut ctx, &given).await.unwrap();
    let nothing = recognise_products(&mut ctx, &given[..3]).await.unwrap();
    ctx.rollback().await;
    let [one] = recognised.as_slice() else {
        panic!("{recognised:?}")
    };
    let mut skus = one.skus.clone();
    skus.sort();
    assert_eq!(
        (one.index, one.product_id, &one.slug),
        (3, first[0].product_id, &slug("tall-mug"))
    );
    assert_eq!(skus, ["M-1", "M-2"]);
    assert_eq!(one.old_slugs, ["mug"]);
    assert!(nothing.is_empty(), "{nothing:?}");
    assert_eq!(
        db.database().statement_count() - before,
        4,
        "one more for the batch that has one"
    );
}

#[tokio::test]
async fn an_archived_product_and_one_with_a_single_sku_by_chance_are_left_alone() {
    let db = TestDatabase::new().await;
    let archived = UpsertProduct {
        status: ProductStatus::Archived,
        ..mug("jug", &["J-1", "J-2"])
    };
    let mut bowl = mug("bowl", &["B"]);
    bowl.variants[0].barcode = "96385074".to_owned();
    upsert(&db, &[archived, mug("mug", &["M"]), bowl]).await;
    let mut same_title = mug("big-mug", &["M"]);
    same_title.title = "THE MUG ".to_owned();
    let mut same_barcode = mug("big-bowl", &["B"]);
    same_barcode.variants[0].barcode = "96385074".to_owned();
    let given = [
        mug("big-jug", &["J-1", "J-2"]),
        mug("hat", &["M"]),
        mug("dish", &["B"]),
        same_title,
        same_barcode,
    ];
    let mut ctx = db.work().read();
    let mut recognised = recognise_products(&mut ctx, &given).await.unwrap();
    ctx.rollback().await;
    recognised.sort_by_key(|one| one.index);
    let told: Vec<(usize, &str)> = recognised.iter().map(|one| (one.index, one.slug.as_str())).collect();
    assert_eq!(told, [(3, "mug"), (4, "bowl")]);
}

#[tokio::test]
async fn variants_without_a_sku_count_as_well() {
    let db = TestDatabase::new().await;
    let bare = |glaze: &str| UpsertVariant {
        option_values: vec![glaze.to_owned()],
        ..UpsertVariant::sample()
    };
    let mut mug_of_three = mug("mug", &["M"]);
    mug_of_three.variants.extend([bare("Red"), bare("Blue")]);
    let mut bowl = mug("bowl", &["B-1", "B-2"]);
    bowl.variants.push(bare("Red"));
    upsert(&db, &[mug_of_three.clone(), bowl]).await;
    let mut simple = mug("big-mug", &["M"]);
    simple.title.clone_from(&mug_of_three.title);
    let mut of_many = mug("big-bowl", &["B-1", "B-2"]);
    let found = async |given: UpsertProduct| {
        let mut ctx = db.work().read();
        let recognised = recognise_products(&mut ctx, &[given]).await.unwrap();
        ctx.rollback().await;
        recognised.len()
    };
    assert_eq!(found(simple).await, 0, "two of the three would go off sale");
    assert_eq!(found(of_many.clone()).await, 1);
    of_many.variants.extend([bare("Red"), bare("Blue")]);
    assert_eq!(found(of_many).await, 0, "two of four are not most");
}
