//! Products whose handles in the file are ones that products of the store had before.

use catalog::{ProductChanges, UpdateProduct};
use database::testing::TestDatabase;
use kernel::ProductId;

use super::{
    records::{counts, import, told},
    renames::{find, line, redirect, slug, variant_ids},
};
use crate::Format;

const ANOTHER: &str = "Handle,Title,Variant Price,Variant SKU,Option1 Name,Option1 Value\n\
    walk-mug,Another Mug,9,AM-S,Size,S\n\
    walk-mug,,9,AM-L,Size,L\n";

/// The store's walk mug, which staff have given the handle `walk-mug-new`.
async fn moved_mug(db: &TestDatabase, file: &str) -> ProductId {
    import(db, file, Format::Jsonl, false).await.unwrap();
    let id = find(db, "walk-mug").await.unwrap().product.id;
    let mut ctx = db.work().write();
    let update = UpdateProduct {
        id,
        expected_version: None,
        changes: ProductChanges {
            slug: Some("walk-mug-new".to_owned()),
            ..ProductChanges::default()
        },
    };
    catalog::update_product(&mut ctx, update).await.unwrap();
    ctx.commit().await.unwrap();
    id
}

#[tokio::test]
async fn another_product_with_the_handle_is_new_and_the_one_that_had_it_stays_as_it_is() {
    let db = TestDatabase::new().await;
    let id = moved_mug(&db, &line("walk-mug", &["WM-S", "WM-L"])).await;
    let moved = find(&db, "walk-mug-new").await.unwrap();
    for (dry_run, expected) in [(true, (1, 0)), (false, (1, 0)), (false, (0, 1))] {
        let report = import(&db, ANOTHER, Format::Shopify, dry_run).await.unwrap();
        let made = (report.counts.created, report.counts.updated);
        assert_eq!(
            (made, report.errors, report.warnings),
            (expected, 0, 0),
            "trial: {dry_run}"
        );
    }
    let another = find(&db, "walk-mug").await.unwrap();
    assert_ne!(another.product.id, id);
    assert_eq!(
        (another.product.title.as_str(), another.variants.len()),
        ("Another Mug", 2)
    );
    let now = find(&db, "walk-mug-new").await.unwrap();
    assert_eq!((&now.product, variant_ids(&now)), (&moved.product, variant_ids(&moved)));
}

#[tokio::test]
async fn the_same_file_finds_what_staff_have_renamed_and_tells_which_handle_it_keeps() {
    let db = TestDatabase::new().await;
    let file = line("walk-mug", &["WM-S", "WM-L"]);
    let id = moved_mug(&db, &file).await;
    let moved = find(&db, "walk-mug-new").await.unwrap();
    for dry_run in [true, false] {
        let report = import(&db, &file, Format::Jsonl, dry_run).await.unwrap();
        assert_eq!((report.counts, report.renamed), (counts(0, 1, 0), 0));
        assert_eq!(
            told(&db, &report).await,
            [
                "1 Handle: a product of the store had this handle before; that one is changed, and keeps its handle \
                 walk-mug-new"
            ]
        );
    }
    let now = find(&db, "walk-mug-new").await.unwrap();
    assert_eq!((now.product.id, variant_ids(&now)), (id, variant_ids(&moved)));
    assert!(find(&db, "walk-mug").await.is_none());
    assert_eq!(redirect(&db, "walk-mug").await, Some(slug("walk-mug-new")));
}

#[tokio::test]
async fn without_skus_the_title_says_whether_it_is_the_product_that_had_the_handle() {
    let db = TestDatabase::new().await;
    let bare = |title: &str| format!("{{\"handle\":\"walk-mug\",\"title\":\"{title}\",\"price\":9}}\n");
    let id = moved_mug(&db, &bare("Walk Mug")).await;
    let same = import(&db, &bare("WALK MUG"), Format::Jsonl, false).await.unwrap();
    assert_eq!((same.counts, same.warnings), (counts(0, 1, 0), 1));
    assert_eq!(find(&db, "walk-mug-new").await.unwrap().product.title, "WALK MUG");
    let other = import(&db, &bare("Another Mug"), Format::Jsonl, false).await.unwrap();
    assert_eq!((other.counts, other.warnings), (counts(1, 0, 0), 0));
    assert_ne!(find(&db, "walk-mug").await.unwrap().product.id, id);
    assert_eq!(find(&db, "walk-mug-new").await.unwrap().product.title, "WALK MUG");
}
