//! What leads to products: categories, collections and attributes.

use catalog::{
    AttributeKind, AttributeTerms, CategoryChanges, CollectionChanges, Member, NewAttribute, NewCategory,
    ProductChanges, ProductStatus, UpdateAttribute, UpdateCategory, UpdateCollection,
};
use database::Ctx;
use kernel::{CategoryId, Slug};

use super::update;
use crate::watch::{BEST, MUG, MUG_JSON, THINGS, Watch};

async fn recategorise(ctx: &mut Ctx, id: CategoryId, changes: CategoryChanges) {
    let update = UpdateCategory {
        id,
        expected_version: None,
        changes,
    };
    catalog::update_category(ctx, update).await.unwrap();
}

#[tokio::test]
async fn a_collection_without_a_product_that_shoppers_see_is_led_to_nowhere() {
    const BEST_LINK: &str = "/collections/a-best";
    let mut watch = Watch::new().await;
    let mug = watch.souk.alpha.mug.product;
    let changed = |status| ProductChanges {
        status: Some(status),
        ..ProductChanges::default()
    };
    for (what, status, is_shown) in [
        ("that its only product is a draft", ProductStatus::Draft, false),
        ("that the product is on sale again", ProductStatus::Active, true),
        ("that the product is archived", ProductStatus::Archived, false),
    ] {
        let home = watch.changes(what, &["/"]);
        home.becomes(
            |page| page.body.contains(BEST_LINK) == is_shown,
            async |ctx| update(ctx, mug, changed(status)).await,
        )
        .await;
        let sitemap = watch.souk.visitor().get("/sitemap.xml").await.expect(200).body;
        assert_eq!(
            sitemap.contains("/sitemaps/collections-1.xml"),
            is_shown,
            "{what}: {sitemap}"
        );
    }
}

#[tokio::test]
async fn categories_collections_and_attributes_are_shown_as_they_are() {
    let mut watch = Watch::new().await;
    let mug = watch.souk.alpha.mug.clone();
    let mut ctx = watch.souk.alpha.work().read();
    let things = catalog::find_category(&mut ctx, &Slug::parse("aardvark-things").unwrap())
        .await
        .unwrap();
    let best = catalog::find_collection(&mut ctx, &Slug::parse("a-best").unwrap())
        .await
        .unwrap();
    ctx.rollback().await;
    let (things, best) = (things.unwrap().category.id, best.unwrap().id);
    let everywhere = ["/", "/products", THINGS, BEST, MUG, "/api/v1/categories"];
    watch
        .changes("a category's name", &everywhere)
        .shows("Curiosities", async |ctx| {
            let name = Some("Curiosities".to_owned());
            let changes = CategoryChanges {
                name,
                ..Default::default()
            };
            recategorise(ctx, things, changes).await;
        })
        .await;
    watch
        .changes("a category's name, for who types it", &["/search/suggestions?q=trea"])
        .shows("Treasure chests", async |ctx| {
            let name = Some("Treasure chests".to_owned());
            let changes = CategoryChanges {
                name,
                ..Default::default()
            };
            recategorise(ctx, things, changes).await;
        })
        .await;
    watch
        .changes("a category's text", &[THINGS])
        .shows("From far away.", async |ctx| {
            let description_html = Some("<p>From far away.</p>".to_owned());
            let changes = CategoryChanges {
                description_html,
                ..Default::default()
            };
            recategorise(ctx, things, changes).await;
        })
        .await;
    watch
        .changes("a category's size guide", &[MUG, MUG_JSON])
        .shows("Measure twice.", async |ctx| {
            let size_guide_html = Some("<p>Measure twice.</p>".to_owned());
            let changes = CategoryChanges {
                size_guide_html,
                ..Default::default()
            };
            recategorise(ctx, things, changes).await;
        })
        .await;
    watch
        .changes("a new category", &everywhere)
        .shows("Novelties", async |ctx| {
            let new = NewCategory {
                name: "Novelties".to_owned(),
                ..Default::default()
            };
            catalog::create_category(ctx, new).await.unwrap();
        })
        .await;
    watch
        .changes("a collection's title", &[BEST, "/", "/api/v1/collections"])
        .shows("Treasures", async |ctx| {
            let changes = CollectionChanges {
                title: Some("Treasures".to_owned()),
                ..Default::default()
            };
            let update = UpdateCollection {
                id: best,
                expected_version: None,
                changes,
            };
            catalog::update_collection(ctx, update).await.unwrap();
        })
        .await;
    let lamp = watch.souk.alpha.lamp.product;
    watch
        .changes("what is in a collection", &[BEST])
        .shows("Aardvark lamp", async |ctx| {
            catalog::arrange_collection(ctx, best, Member::Add(lamp)).await.unwrap();
        })
        .await;
    watch
        .changes("a free value", &[MUG, MUG_JSON])
        .shows("stoneware", async |ctx| {
            let attributes = Some([("glaze".to_owned(), "stoneware".into())].into_iter().collect());
            update(
                ctx,
                mug.product,
                ProductChanges {
                    attributes,
                    ..ProductChanges::default()
                },
            )
            .await;
        })
        .await;
    let terms = |name: &str, shown| AttributeTerms {
        name: name.to_owned(),
        shown,
        ..Default::default()
    };
    let mut attribute = None;
    watch
        .changes("a value that becomes an attribute", &[MUG])
        .shows("Kiln glaze", async |ctx| {
            let new = NewAttribute {
                code: "glaze".to_owned(),
                kind: AttributeKind::Text,
                terms: terms("Kiln glaze", true),
            };
            attribute = Some(catalog::create_attribute(ctx, new).await.unwrap().id);
        })
        .await;
    let id = attribute.unwrap();
    for (what, name, shown, text) in [("an attribute's name", "Surface", true, "Surface")] {
        watch
            .changes(what, &[MUG])
            .shows(text, async |ctx| {
                let update = UpdateAttribute {
                    id,
                    expected_version: None,
                    terms: terms(name, shown),
                };
                catalog::update_attribute(ctx, update).await.unwrap();
            })
            .await;
    }
    watch
        .changes("an attribute that shoppers no longer see", &[MUG, MUG_JSON])
        .hides("stoneware", async |ctx| {
            let update = UpdateAttribute {
                id,
                expected_version: None,
                terms: terms("Surface", false),
            };
            catalog::update_attribute(ctx, update).await.unwrap();
        })
        .await;
}
