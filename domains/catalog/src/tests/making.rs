//! Products that are made at the same time.

use kernel::Sku;

use super::*;
use crate::{
    CreateProductError, NewCategory, UpdateVariant, UpdateVariantsError, UpsertProduct, UpsertVariant, VariantChanges,
    create_category, find_product, update_variants, upsert_products,
};

/// How many wait for somebody else in this database.
const WAITING: &str = "SELECT count(*) FROM pg_locks w WHERE NOT w.granted AND EXISTS (SELECT FROM pg_locks h \
     JOIN pg_database d ON d.oid = h.database WHERE h.pid = w.pid AND d.datname = current_database())";

pub(super) async fn until_waiting(db: &TestDatabase, wanted: i64) {
    let mut waiting = 0;
    while waiting < wanted {
        let mut ctx = db.work().read();
        let counted = sqlx::query_scalar(WAITING).fetch_one(ctx.sql().await.unwrap());
        waiting = counted.await.unwrap();
        ctx.rollback().await;
    }
}

/// The import takes the SKU first and the slug last, staff the other way round.
#[tokio::test]
async fn what_staff_and_an_import_make_at_once_is_made_once() {
    let db = TestDatabase::new().await;
    let lamp = UpsertProduct {
        title: "Lamp".to_owned(),
        category_paths: vec![vec!["Lamps".to_owned()]],
        variants: vec![UpsertVariant {
            sku: Some(Sku::parse("LAMP").unwrap()),
            ..UpsertVariant::sample()
        }],
        ..UpsertProduct::sample(slug("lamp"))
    };
    let mut same = product("Lamp", None);
    same.slug = Some("lamp".to_owned());
    same.variants[0].sku = Some("LAMP".to_owned());
    // With its SKU taken, the import has to wait for the category that somebody makes.
    let mut categories = db.work().write();
    let named = NewCategory {
        name: "Lamps".to_owned(),
        ..NewCategory::default()
    };
    create_category(&mut categories, named).await.unwrap();
    let mut importing = std::pin::pin!(write(&db, async |ctx| upsert_products(ctx, &[lamp]).await.unwrap()));
    tokio::select! {
        early = &mut importing => panic!("the import does not wait: {early:?}"),
        () = until_waiting(&db, 1) => {}
    }
    let mut creating = std::pin::pin!(async {
        let mut ctx = db.work().write();
        let made = create_product(&mut ctx, same).await;
        ctx.rollback().await;
        made
    });
    tokio::select! {
        early = &mut creating => panic!("staff do not wait: {early:?}"),
        () = until_waiting(&db, 2) => {}
    }
    categories.rollback().await;
    let (imported, made) = tokio::join!(importing, creating);
    assert!(imported[0].created);
    assert!(matches!(made, Err(CreateProductError::SlugTaken)), "{made:?}");
}

#[tokio::test]
async fn an_import_changes_what_staff_are_making() {
    let db = TestDatabase::new().await;
    let mut staff = db.work().write();
    let made = create_product(&mut staff, product("Lamp", None)).await.unwrap();
    let lamp = UpsertProduct {
        title: "Lamp II".to_owned(),
        ..UpsertProduct::sample(slug("lamp"))
    };
    let mut importing = std::pin::pin!(write(&db, async |ctx| upsert_products(ctx, &[lamp]).await.unwrap()));
    tokio::select! {
        early = &mut importing => panic!("the import does not wait: {early:?}"),
        () = until_waiting(&db, 1) => {}
    }
    staff.commit().await.unwrap();
    let imported = importing.await;
    assert_eq!((imported[0].created, imported[0].product_id), (false, made.product.id));
    let found = find_product(&mut db.work().read(), &slug("lamp"))
        .await
        .unwrap()
        .unwrap();
    assert_eq!(found.product.title, "Lamp II");
}

/// Whoever makes several variants takes their SKUs in one order, whatever the order they are shown in.
#[tokio::test]
async fn skus_are_taken_in_their_order() {
    let db = TestDatabase::new().await;
    let of_skus = |title: &str, skus: &[&str]| {
        let mut made = product(title, Some(100));
        made.option_names = vec!["Size".to_owned()];
        made.variants = skus
            .iter()
            .map(|sku| NewVariant {
                sku: Some((*sku).to_owned()),
                option_values: vec![(*sku).to_owned()],
                ..made.variants[0].clone()
            })
            .collect();
        made
    };
    let mut first = db.work().write();
    create_product(&mut first, of_skus("First", &["A"])).await.unwrap();
    let both = of_skus("Both", &["Z", "A"]);
    let mut waiting = std::pin::pin!(async {
        let mut ctx = db.work().write();
        let made = create_product(&mut ctx, both).await;
        ctx.rollback().await;
        made
    });
    tokio::select! {
        early = &mut waiting => panic!("nobody waits for the first SKU: {early:?}"),
        () = until_waiting(&db, 1) => {}
    }
    let last = of_skus("Last", &["Z"]);
    let mut taking = std::pin::pin!(write(&db, async |ctx| create_product(ctx, last).await.unwrap()));
    tokio::select! {
        taken = &mut taking => assert_eq!(taken.variants.len(), 1),
        () = until_waiting(&db, 2) => panic!("the last SKU is taken before the first"),
    }
    first.rollback().await;
    let made = waiting.await;
    assert!(matches!(made, Err(CreateProductError::SkuTaken)), "{made:?}");
}

/// Each gives its variants the SKUs in another order, and neither waits for the other's second one while it has the first.
#[tokio::test]
async fn skus_that_two_products_take_at_once_are_given_to_one_of_them() {
    let db = TestDatabase::new().await;
    let two_sizes = |title: &str| {
        let mut new = product(title, None);
        new.option_names = vec!["Size".to_owned()];
        let sizes = ["S", "L"].map(|size| NewVariant {
            option_values: vec![size.to_owned()],
            ..NewVariant::default()
        });
        new.variants = sizes.to_vec();
        new
    };
    let stored = shelf(&db, vec![two_sizes("Hat"), two_sizes("Cap")]).await;
    let give = async |details: &ProductDetails, skus: [String; 2]| {
        let variants = details.variants.iter().zip(skus);
        let updates = variants.map(|(variant, sku)| UpdateVariant {
            id: variant.id,
            expected_version: None,
            changes: VariantChanges {
                sku: Some(Some(sku)),
                ..VariantChanges::default()
            },
        });
        let mut ctx = db.work().write();
        let given = update_variants(&mut ctx, details.product.id, None, updates.collect()).await;
        match &given {
            Ok(()) => ctx.commit().await.unwrap(),
            Err(_) => ctx.rollback().await,
        }
        given
    };
    for round in 0..20 {
        let [one, other] = ["A", "B"].map(|letter| format!("{letter}-{round}"));
        let (hat, cap) = tokio::join!(
            give(&stored[0], [one.clone(), other.clone()]),
            give(&stored[1], [other, one])
        );
        let refused = match (hat, cap) {
            (Ok(()), Err(error)) | (Err(error), Ok(())) => error,
            both => panic!("one of them gets the SKUs: {both:?}"),
        };
        assert!(matches!(refused, UpdateVariantsError::SkuTaken), "{refused:?}");
    }
}
