//! Very many products: what the desk asks of them is answered by an index.

use database::testing::plan;
use kernel::VariantId;
use uuid::Uuid;

use super::*;
use crate::{
    ProductFilter, Visibility, find_variants,
    list::listing,
    store::{lists::counting, popularity},
};

/// Products beside the only one, of which each tenth is sold out, with a variant each.
const MANY: &str = "INSERT INTO catalog.products (store_id, id, slug, title, status, kind, in_stock, published_at, currency, search, \
      description_html, created_at, updated_at) \
    SELECT p.store_id, gen_random_uuid(), 'cup-' || n, 'Cup ' || n, 'active', p.kind, n % 10 <> 0, p.published_at, p.currency, \
      setweight(to_tsvector('simple', 'Cup ' || n), 'A') || setweight(to_tsvector('simple', 'saucer'), 'D'), \
      repeat('Holds tea. ', 150), p.created_at, p.updated_at \
    FROM catalog.products p, generate_series(1, 8000) AS n";
const VARIANTS: &str = "INSERT INTO catalog.variants (store_id, id, product_id, position, title, currency, sku, barcode) \
    SELECT p.store_id, gen_random_uuid(), p.id, 1, p.title, p.currency, upper(p.slug), CASE WHEN p.slug LIKE '%7' THEN '4006' || right(p.slug, 3) ELSE '' END \
    FROM catalog.products p WHERE p.slug LIKE 'cup-%'";

async fn cupboard() -> TestDatabase {
    let db = TestDatabase::new().await;
    shelf(&db, vec![product("Blue Teapot", Some(100))]).await;
    for sql in [
        MANY,
        VARIANTS,
        "VACUUM ANALYZE catalog.products",
        "ANALYZE catalog.variants",
    ] {
        db.as_owner(sql).await.unwrap();
    }
    db
}

#[tokio::test]
async fn what_is_sold_out_is_counted_by_an_index_of_its_own() {
    let db = cupboard().await;
    let ctx = db.work().read();
    for (visibility, parameter) in [
        (Visibility::Published, "now()"),
        (Visibility::Only(ProductStatus::Active), "'active'"),
    ] {
        for in_stock in [false, true] {
            let filter = ProductFilter {
                in_stock: Some(in_stock),
                visibility,
                ..ProductFilter::default()
            };
            let sql = counting(&listing(&ctx, &filter).unwrap()).into_string();
            let store = format!("'{}'", Uuid::from(db.store().id));
            let plan = plan(&db, &sql, &[&store, parameter]).await;
            assert!(plan.contains("products_in_stock"), "{visibility:?} {in_stock}: {plan}");
        }
    }
}

#[tokio::test]
async fn every_variant_that_fits_is_found_by_sku_barcode_and_name() {
    let db = cupboard().await;
    let mut ctx = db.work().read();
    for (text, found) in [
        ("cup", 8_000),
        (" CUP-12 ", 111),
        ("cup-1234", 1),
        ("4006", 801),
        ("teap", 1),
        ("blue tea", 1),
        ("eapo", 1),
        ("saucer", 0),
        ("up 123", 11),
        ("%", 0),
    ] {
        let variants: Vec<VariantId> = find_variants(&mut ctx, text).await.unwrap();
        assert_eq!(variants.len(), found, "{text}");
    }
}

#[tokio::test]
async fn what_sold_is_told_without_a_look_at_what_did_not() {
    let db = cupboard().await;
    db.as_owner("UPDATE catalog.products SET sold = 2 WHERE slug LIKE 'cup-77%'")
        .await
        .unwrap();
    db.as_owner("VACUUM ANALYZE catalog.products").await.unwrap();
    let store = format!("'{}'", Uuid::from(db.store().id));
    let asked = [store.as_str(), "ARRAY[gen_random_uuid()]", "ARRAY[3]"];
    let plan = plan(&db, popularity::SET_SOLD, &asked).await;
    assert!(plan.contains("Index Only Scan using products_sold"), "{plan}");
    assert!(!plan.contains("Seq Scan on products"), "{plan}");
}
