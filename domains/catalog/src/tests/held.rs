//! Who changes a product and who notes something of its variants wait for one another, and never each for the other.

use kernel::VariantId;

use super::{making::until_waiting, *};
use crate::{UpdateVariant, VariantChanges, refresh_in_stock, reindex, store, update_variant};

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
