//! Many products changed at once.

use database::testing::TestDatabase;
use kernel::{Actor, ProductId};
use rust_decimal::Decimal;

use super::{product, usd};
use crate::{
    BulkChange, ChangeProductsError, ChangedProducts, PlannedChange, ProductChanges, ProductDetails, ProductStatus,
    Sale, UpdateProduct, UpdateVariant, VariantChanges, change_products, create_product, find_product_by_id,
    plan_products, update_product, update_variant,
};

async fn two(ctx: &mut database::Ctx) -> [ProductId; 2] {
    let mut ids = Vec::new();
    for (title, price) in [("Mug", Some(1_299)), ("Bowl", None)] {
        ids.push(create_product(ctx, product(title, price)).await.unwrap().product.id);
    }
    [ids[0], ids[1]]
}

fn marked(plan: &[PlannedChange]) -> Vec<(ProductId, i64)> {
    plan.iter().map(|one| (one.before.product.id, one.mark())).collect()
}

async fn done(ctx: &mut database::Ctx, ids: &[ProductId], change: &BulkChange) -> ChangedProducts {
    let plan = plan_products(ctx, ids, change).await.unwrap();
    change_products(ctx, &marked(&plan), change).await.unwrap()
}

async fn read(ctx: &mut database::Ctx, id: ProductId) -> ProductDetails {
    find_product_by_id(ctx, id).await.unwrap().unwrap()
}

#[tokio::test]
async fn status_tags_and_prices_change_together() {
    let db = TestDatabase::new().await;
    let mut ctx = db.work().write();
    let [mug, bowl] = two(&mut ctx).await;
    let both = [bowl, mug];
    let whole = ChangedProducts { changed: 2, stale: 0 };
    for change in [
        BulkChange::AddTag(" spring ".to_owned()),
        BulkChange::AddTag("spring".to_owned()),
        BulkChange::Status(ProductStatus::Draft),
        BulkChange::Prices(Decimal::from(-10)),
    ] {
        assert_eq!(done(&mut ctx, &both, &change).await, whole, "{change:?}");
    }
    let changed = read(&mut ctx, mug).await;
    assert_eq!(changed.product.tags, ["spring"]);
    assert_eq!(changed.product.status, ProductStatus::Draft);
    assert_eq!(changed.variants[0].price, Some(usd(1_169)), "1,169.1 is rounded once");
    assert_eq!(
        read(&mut ctx, bowl).await.variants[0].price,
        None,
        "what has no price gets none"
    );
    let gone = BulkChange::RemoveTag("spring".to_owned());
    assert_eq!(
        done(&mut ctx, &[mug, mug], &gone).await,
        ChangedProducts { changed: 1, stale: 0 }
    );
    assert_eq!(read(&mut ctx, mug).await.product.tags, Vec::<String>::new());
    assert_eq!(read(&mut ctx, bowl).await.product.tags, ["spring"]);
    let unknown: ProductId = ctx.new_id();
    assert_eq!(plan_products(&mut ctx, &[unknown], &gone).await.unwrap(), []);
}

#[tokio::test]
async fn what_somebody_else_changed_since_is_left_alone() {
    let db = TestDatabase::new().await;
    let mut ctx = db.work().write();
    let [mug, bowl] = two(&mut ctx).await;
    let change = BulkChange::Prices(Decimal::from(10));
    let plan = plan_products(&mut ctx, &[mug, bowl], &change).await.unwrap();
    let variant = plan[0].before.variants[0].id;
    let dearer = UpdateVariant {
        id: variant,
        expected_version: None,
        changes: VariantChanges {
            price: Some(Some(usd(2_000))),
            ..VariantChanges::default()
        },
    };
    update_variant(&mut ctx, dearer).await.unwrap();
    let changed = change_products(&mut ctx, &marked(&plan), &change).await.unwrap();
    assert_eq!(changed, ChangedProducts { changed: 1, stale: 1 });
    assert_eq!(read(&mut ctx, mug).await.variants[0].price, Some(usd(2_000)));
    let plan = plan_products(&mut ctx, &[mug], &BulkChange::AddTag("new".to_owned()))
        .await
        .unwrap();
    let renamed = UpdateProduct {
        id: mug,
        expected_version: None,
        changes: ProductChanges {
            title: Some("Cup".to_owned()),
            ..ProductChanges::default()
        },
    };
    update_product(&mut ctx, renamed).await.unwrap();
    let tagged = change_products(&mut ctx, &marked(&plan), &BulkChange::AddTag("new".to_owned()))
        .await
        .unwrap();
    assert_eq!(tagged, ChangedProducts { changed: 0, stale: 1 });
}

#[tokio::test]
async fn what_makes_no_sense_is_refused_and_names_the_product() {
    let db = TestDatabase::new().await;
    let mut ctx = db.work().write();
    let [mug, bowl] = two(&mut ctx).await;
    for (change, code) in [
        (BulkChange::AddTag("  ".to_owned()), "required"),
        (BulkChange::Prices(Decimal::from(-100)), "out_of_range"),
        (BulkChange::Prices(Decimal::from(1_001)), "out_of_range"),
    ] {
        let refused = plan_products(&mut ctx, &[mug], &change).await;
        assert!(
            matches!(&refused, Err(ChangeProductsError::Invalid(error)) if error.code == code && error.field == "value"),
            "{refused:?}"
        );
    }
    let variant = read(&mut ctx, mug).await.variants[0].id;
    let on_sale = UpdateVariant {
        id: variant,
        expected_version: None,
        changes: VariantChanges {
            sale: Some(Some(Sale {
                price: usd(1_200),
                starts_at: None,
                ends_at: None,
            })),
            ..VariantChanges::default()
        },
    };
    update_variant(&mut ctx, on_sale).await.unwrap();
    let change = BulkChange::Prices(Decimal::from(-50));
    let plan = plan_products(&mut ctx, &[bowl, mug], &change).await.unwrap();
    let refused = change_products(&mut ctx, &marked(&plan), &change).await;
    assert!(
        matches!(&refused, Err(ChangeProductsError::Refused { title, .. }) if title == "Mug"),
        "{refused:?}"
    );
    let mut guest = db.work().acting_as(Actor::Guest).read();
    let forbidden = plan_products(&mut guest, &[mug], &change).await;
    assert!(matches!(forbidden, Err(ChangeProductsError::Forbidden(_))));
}

#[tokio::test]
async fn the_only_variant_of_a_product_needs_no_title() {
    let db = TestDatabase::new().await;
    let mut ctx = db.work().write();
    let [mug, _] = two(&mut ctx).await;
    ctx.commit().await.unwrap();
    // As imports leave it.
    db.as_owner("UPDATE catalog.variants SET title = ''").await.unwrap();
    let mut ctx = db.work().write();
    let changed = done(&mut ctx, &[mug], &BulkChange::Prices(Decimal::from(10))).await;
    assert_eq!(changed, ChangedProducts { changed: 1, stale: 0 });
    let variant = read(&mut ctx, mug).await.variants.remove(0);
    assert_eq!((variant.title.as_str(), variant.price), ("", Some(usd(1_429))));
}
