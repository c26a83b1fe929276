//! Who changes a product and who notes something of its variants wait for one another, and never each for the other.

use kernel::{ProductId, VariantId};

use super::{
    making::until_waiting,
    price_lists::{group, list, put, terms},
    *,
};
use crate::{
    CategoryChanges, Formerly, NewCategory, UpdateCategory, UpdateVariant, UpsertProduct, VariantChanges,
    create_category, delete_category, put_list_prices, refresh_in_stock, reindex, store, update_category,
    update_variant, upsert_products,
};

/// Staff hold a product, somebody else notes something of its variant, and then staff change the variant.
async fn while_staff_change<T: std::fmt::Debug>(
    db: &TestDatabase,
    details: &ProductDetails,
    note: impl AsyncFnOnce(&mut Ctx) -> T,
) -> T {
    let mut staff = db.work().write();
    store::products::lock(&mut staff, details.product.id).await.unwrap();
    let mut noting = std::pin::pin!(write(db, note));
    tokio::select! {
        early = &mut noting => panic!("nobody waits for staff: {early:?}"),
        () = until_waiting(db, 1) => {}
    }
    let dearer = UpdateVariant {
        id: details.variants[0].id,
        expected_version: None,
        changes: VariantChanges {
            price: Some(Some(usd(200))),
            ..VariantChanges::default()
        },
    };
    update_variant(&mut staff, dearer).await.unwrap();
    staff.commit().await.unwrap();
    noting.await
}

#[tokio::test]
async fn what_inventory_tells_waits_for_the_product_and_holds_no_variant_meanwhile() {
    let db = TestDatabase::new().await;
    let mug = shelf(&db, vec![product("Mug", Some(100))]).await.remove(0);
    let told: [(VariantId, bool); 1] = [(mug.variants[0].id, false)];
    let sold_out = while_staff_change(&db, &mug, async |ctx| refresh_in_stock(ctx, &told).await.unwrap()).await;
    assert_eq!(sold_out, [mug.product.id]);
}

#[tokio::test]
async fn a_reindex_waits_for_the_product_and_holds_no_variant_meanwhile() {
    let db = TestDatabase::new().await;
    let mug = shelf(&db, vec![product("Mug", Some(100))]).await.remove(0);
    let batch = while_staff_change(&db, &mug, async |ctx| {
        let batch = reindex::lock_batch(ctx, None).await.unwrap();
        let told: Vec<_> = batch.variants.iter().map(|variant| (*variant, true)).collect();
        let mended = reindex::mend(ctx, &batch, &told).await.unwrap();
        assert!(mended.is_empty(), "{mended:?}");
        batch
    })
    .await;
    assert_eq!(batch.variants, [mug.variants[0].id]);
}

/// Staff hold the first of two products, somebody else works on both and waits, and then staff hold the second as well.
async fn while_staff_hold<T: std::fmt::Debug>(
    db: &TestDatabase,
    [first, second]: [ProductId; 2],
    work: impl AsyncFnOnce(&mut Ctx) -> T,
) -> T {
    let mut staff = db.work().write();
    store::products::lock(&mut staff, first).await.unwrap();
    let mut working = std::pin::pin!(write(db, work));
    tokio::select! {
        early = &mut working => panic!("nobody waits for staff: {early:?}"),
        () = until_waiting(db, 1) => {}
    }
    store::products::lock(&mut staff, second).await.unwrap();
    staff.commit().await.unwrap();
    working.await
}

#[tokio::test]
async fn an_import_holds_products_in_their_order_whatever_the_order_of_its_lines() {
    let db = TestDatabase::new().await;
    let both = shelf(&db, vec![product("Mug", Some(100)), product("Pot", Some(100))]).await;
    let lines = [
        UpsertProduct::sample(slug("pot")),
        UpsertProduct {
            formerly: Some(Formerly {
                product_id: both[0].product.id,
                slug: slug("mug"),
            }),
            ..UpsertProduct::sample(slug("cup"))
        },
    ];
    let ids = [both[0].product.id, both[1].product.id];
    let upserted = while_staff_hold(&db, ids, async |ctx| upsert_products(ctx, &lines).await.unwrap()).await;
    let found = upserted.iter().map(|product| product.product_id);
    assert_eq!(found.collect::<Vec<_>>(), [ids[1], ids[0]]);
}

#[tokio::test]
async fn who_changes_a_category_holds_its_products_in_their_order() {
    let db = TestDatabase::new().await;
    let id = write(&db, async |ctx| {
        let named = NewCategory {
            name: "Dishes".to_owned(),
            ..NewCategory::default()
        };
        create_category(ctx, named).await.unwrap().id
    })
    .await;
    let filed = ["Mug", "Pot"].map(|title| NewProduct {
        category_ids: vec![id],
        ..product(title, Some(100))
    });
    let both = shelf(&db, filed.to_vec()).await;
    let ids = [both[0].product.id, both[1].product.id];
    // Where its row lies is not where its id comes.
    db.as_owner("UPDATE catalog.products SET updated_at = updated_at WHERE slug = 'mug'")
        .await
        .unwrap();
    let renamed = UpdateCategory {
        id,
        expected_version: None,
        changes: CategoryChanges {
            name: Some("Crockery".to_owned()),
            ..CategoryChanges::default()
        },
    };
    let renamed = while_staff_hold(&db, ids, async |ctx| update_category(ctx, renamed).await.unwrap()).await;
    assert_eq!(renamed.name, "Crockery");
    while_staff_hold(&db, ids, async |ctx| delete_category(ctx, id, None).await.unwrap()).await;
}

async fn hold_variant(ctx: &mut Ctx, id: VariantId) {
    let query = sqlx::query("SELECT FROM catalog.variants WHERE store_id = $1 AND id = $2 FOR UPDATE");
    let query = query.bind(ctx.store_id()).bind(id);
    query.execute(ctx.sql().await.unwrap()).await.unwrap();
}

#[tokio::test]
async fn prices_of_a_list_hold_their_variants_in_their_order_whatever_the_order_of_the_file() {
    let db = TestDatabase::new().await;
    let (group, _) = group(&db).await;
    let trade = list(&db, terms("Trade", group)).await;
    let both = shelf(&db, vec![product("Mug", Some(100)), product("Pot", Some(100))]).await;
    let mut ids = [both[0].variants[0].id, both[1].variants[0].id];
    ids.sort_unstable();
    let mut staff = db.work().write();
    hold_variant(&mut staff, ids[0]).await;
    let file = vec![put(ids[1], 1, 90), put(ids[0], 1, 90)];
    let mut putting = std::pin::pin!(write(&db, async |ctx| {
        put_list_prices(ctx, trade, file.clone()).await.unwrap()
    }));
    tokio::select! {
        early = &mut putting => panic!("nobody waits for staff: {early:?}"),
        () = until_waiting(&db, 1) => {}
    }
    hold_variant(&mut staff, ids[1]).await;
    staff.commit().await.unwrap();
    assert_eq!(putting.await, 2);
}
