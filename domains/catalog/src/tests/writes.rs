//! What staff write.

use kernel::{Actor, Invalid};

use super::*;
use crate::{
    CategoryChanges, CategoryError, CreateProductError, CreateVariantError, NewCategory, NewImage, ProductChanges,
    UpdateCategory, UpdateProduct, UpdateProductError, UpdateVariant, UpdateVariantError, VariantChanges,
    archive_product, create_category, create_variant, delete_category, find_category_redirect, find_product,
    find_product_by_id, find_slug_redirect, set_images, update_category, update_product, update_variant,
};

fn fields(invalid: &Invalid) -> Vec<(&str, &str)> {
    invalid
        .0
        .iter()
        .map(|error| (error.field.as_str(), error.code))
        .collect()
}

fn change(details: &ProductDetails, changes: ProductChanges) -> UpdateProduct {
    UpdateProduct {
        id: details.product.id,
        expected_version: None,
        changes,
    }
}

#[tokio::test]
async fn a_product_is_stored_whole() {
    let db = TestDatabase::new().await;
    let image = |url: &str| NewImage {
        url: url.to_owned(),
        alt: "A mug".to_owned(),
    };
    let mug = NewProduct {
        description_html: "<p onclick='x()'>Holds <b>tea</b></p><script>x()</script>".to_owned(),
        images: vec![image("/media/b.png"), image("/media/a.png")],
        attributes: serde_json::json!({"care": {"dishwasher": true}})
            .as_object()
            .unwrap()
            .clone(),
        ..product("Blue Mug", Some(1200))
    };
    let stored = shelf(&db, vec![mug.clone(), mug]).await;
    let found = find_product(&mut db.work().read(), &slug("blue-mug"))
        .await
        .unwrap()
        .unwrap();
    assert_eq!(found, stored[0]);
    assert_eq!(found.product.description_html, "<p>Holds <b>tea</b></p>");
    assert_eq!(
        (found.product.price_min, found.product.image_url.as_str()),
        (Some(usd(1200)), "/media/b.png")
    );
    assert_eq!(
        (found.variants[0].title.as_str(), found.product.in_stock),
        ("Default", true)
    );
    assert_ne!(
        stored[1].product.slug, stored[0].product.slug,
        "a made slug is made distinct"
    );
    let taken = NewProduct {
        slug: Some("blue-mug".to_owned()),
        ..product("Other", None)
    };
    let refused = create_product(&mut db.work().write(), taken).await;
    assert!(
        matches!(refused, Err(CreateProductError::SlugTaken)),
        "a given slug is not changed"
    );
}

#[tokio::test]
async fn everything_that_is_wrong_is_named() {
    let db = TestDatabase::new().await;
    let sale = crate::Sale {
        price: usd(300),
        starts_at: Some(db.database().now()),
        ends_at: Some(db.database().now()),
    };
    let bad = NewProduct {
        slug: Some("Not A Slug".to_owned()),
        tags: vec![String::new()],
        option_names: vec!["Size".to_owned(), "Size".to_owned()],
        attributes: serde_json::json!({"x": ["a\u{0}"]}).as_object().unwrap().clone(),
        variants: vec![NewVariant {
            price: Some(usd(200)),
            compare_at: Some(Money::new(1, Currency::EUR)),
            cost: Some(usd(-1)),
            sale: Some(sale),
            weight_grams: -1,
            dimensions: crate::Dimensions {
                width_mm: 100_001,
                ..crate::Dimensions::default()
            },
            sku: Some("x".repeat(101)),
            origin_country: "XX".to_owned(),
            ..NewVariant::default()
        }],
        images: vec![NewImage {
            url: "javascript:alert(1)".to_owned(),
            alt: String::new(),
        }],
        published_at: "9999-12-31T00:00:00Z".parse().ok(),
        ..product(" ", None)
    };
    let refused = create_product(&mut db.work().write(), bad).await;
    let Err(CreateProductError::Invalid(invalid)) = refused else {
        panic!("{refused:?}")
    };
    let mut found = fields(&invalid);
    found.sort_unstable();
    assert_eq!(
        found,
        [
            ("attributes", "invalid_text"),
            ("images.0.url", "invalid_url"),
            ("option_names.1", "repeated"),
            ("published_at", "invalid_year"),
            ("slug", "invalid_slug"),
            ("tags.0", "required"),
            ("title", "required"),
            ("variants.0.compare_at", "wrong_currency"),
            ("variants.0.cost", "negative"),
            ("variants.0.option_values", "wrong_options"),
            ("variants.0.origin_country", "invalid_country"),
            ("variants.0.sale.ends_at", "before_start"),
            ("variants.0.sale.price", "above_price"),
            ("variants.0.sku", "invalid_sku"),
            ("variants.0.weight_grams", "invalid_weight"),
            ("variants.0.width_mm", "invalid_length"),
        ]
    );
}

#[tokio::test]
async fn a_changed_slug_redirects() {
    let db = TestDatabase::new().await;
    let stored = shelf(&db, vec![product("Mug", Some(100)), product("Cup", Some(100))]).await;
    let rename = |to: &str| {
        change(
            &stored[0],
            ProductChanges {
                slug: Some(to.to_owned()),
                ..ProductChanges::default()
            },
        )
    };
    for to in ["big-mug", "huge-mug"] {
        write(&db, async |ctx| update_product(ctx, rename(to)).await.unwrap()).await;
    }
    let mut ctx = db.work().read();
    for old in ["mug", "big-mug"] {
        assert_eq!(find_product(&mut ctx, &slug(old)).await.unwrap(), None);
        assert_eq!(
            find_slug_redirect(&mut ctx, &slug(old)).await.unwrap(),
            Some(slug("huge-mug"))
        );
    }
    assert!(matches!(
        update_product(&mut db.work().write(), rename("cup")).await,
        Err(UpdateProductError::SlugTaken)
    ));
    write(&db, async |ctx| update_product(ctx, rename("mug")).await.unwrap()).await;
    let mut ctx = db.work().read();
    assert!(find_product(&mut ctx, &slug("mug")).await.unwrap().is_some());
    assert_eq!(
        find_slug_redirect(&mut ctx, &slug("mug")).await.unwrap(),
        None,
        "it is the product's own again"
    );
    assert_eq!(
        find_slug_redirect(&mut ctx, &slug("huge-mug")).await.unwrap(),
        Some(slug("mug"))
    );
}

#[tokio::test]
async fn a_change_of_an_old_version_is_refused() {
    let db = TestDatabase::new().await;
    let stored = shelf(&db, vec![product("Mug", Some(100))]).await;
    let titled = |version, title: &str| UpdateProduct {
        expected_version: Some(version),
        ..change(
            &stored[0],
            ProductChanges {
                title: Some(title.to_owned()),
                ..ProductChanges::default()
            },
        )
    };
    let after = write(&db, async |ctx| {
        update_product(ctx, titled(1, "Big mug")).await.unwrap()
    })
    .await;
    assert_eq!((after.version, after.title.as_str()), (2, "Big mug"));
    let refused = update_product(&mut db.work().write(), titled(1, "Small mug")).await;
    assert!(matches!(
        refused,
        Err(UpdateProductError::VersionConflict { current: 2 })
    ));
    let priced = |version| UpdateVariant {
        id: stored[0].variants[0].id,
        expected_version: Some(version),
        changes: VariantChanges {
            price: Some(Some(usd(150))),
            ..VariantChanges::default()
        },
    };
    let variant = write(&db, async |ctx| update_variant(ctx, priced(1)).await.unwrap()).await;
    assert_eq!((variant.version, variant.price), (2, Some(usd(150))));
    let refused = update_variant(&mut db.work().write(), priced(1)).await;
    assert!(matches!(
        refused,
        Err(UpdateVariantError::VersionConflict { current: 2 })
    ));
    let found = find_product_by_id(&mut db.work().read(), stored[0].product.id)
        .await
        .unwrap()
        .unwrap();
    assert_eq!(
        found.product.price_min,
        Some(usd(150)),
        "the range follows in the same transaction"
    );
    assert_eq!(found.variants, [variant]);
}

#[tokio::test]
async fn the_range_and_picture_follow_variants_and_images() {
    let db = TestDatabase::new().await;
    let sized = NewProduct {
        option_names: vec!["Size".to_owned()],
        variants: vec![],
        ..product("Shirt", None)
    };
    let stored = shelf(&db, vec![sized]).await;
    let id = stored[0].product.id;
    let variant = |size: &str, price, sku: &str| NewVariant {
        option_values: vec![size.to_owned()],
        price: Some(usd(price)),
        sku: Some(sku.to_owned()),
        ..NewVariant::default()
    };
    let large = write(&db, async |ctx| {
        create_variant(ctx, id, variant("S", 100, "S-1")).await.unwrap();
        create_variant(ctx, id, variant("L", 300, "L-1")).await.unwrap()
    })
    .await;
    assert_eq!((large.title.as_str(), large.position), ("L", 1));
    let mut ctx = db.work().write();
    let again = create_variant(&mut ctx, id, variant("L", 300, "L-2")).await;
    assert!(matches!(again, Err(CreateVariantError::OptionsTaken)));
    let again = create_variant(&mut ctx, id, variant("M", 300, "L-1")).await;
    assert!(matches!(again, Err(CreateVariantError::SkuTaken)));
    let image = |url: &str| NewImage {
        url: url.to_owned(),
        alt: String::new(),
    };
    write(&db, async |ctx| {
        set_images(ctx, id, vec![image("/a.png"), image("/b.png")])
            .await
            .unwrap();
        set_images(ctx, id, vec![image("/b.png"), image("/c.png")])
            .await
            .unwrap();
        let hidden = VariantChanges {
            active: Some(false),
            ..VariantChanges::default()
        };
        update_variant(
            ctx,
            UpdateVariant {
                id: large.id,
                expected_version: None,
                changes: hidden,
            },
        )
        .await
        .unwrap();
    })
    .await;
    let found = find_product_by_id(&mut db.work().read(), id).await.unwrap().unwrap();
    assert_eq!(
        (found.product.price_min, found.product.price_max),
        (Some(usd(100)), Some(usd(100)))
    );
    assert_eq!(found.product.image_url, "/b.png");
    assert_eq!(
        found.images.iter().map(|image| image.url.as_str()).collect::<Vec<_>>(),
        ["/b.png", "/c.png"]
    );
    assert_eq!(found.active_variants().count(), 1);
    let more = ProductChanges {
        option_names: Some(vec![]),
        ..ProductChanges::default()
    };
    let refused = update_product(&mut db.work().write(), change(&stored[0], more)).await;
    assert!(
        matches!(refused, Err(UpdateProductError::Invalid(invalid)) if fields(&invalid) == [("option_names", "wrong_options")])
    );
}

#[tokio::test]
async fn an_archived_product_is_off_sale_and_still_there() {
    let db = TestDatabase::new().await;
    let stored = shelf(&db, vec![product("Mug", Some(100))]).await;
    let id = stored[0].product.id;
    let archived = write(&db, async |ctx| archive_product(ctx, id, Some(1)).await.unwrap()).await;
    assert_eq!(archived.status, ProductStatus::Archived);
    let mut ctx = db.work().read();
    assert_eq!(find_product(&mut ctx, &slug("mug")).await.unwrap(), None);
    assert!(find_product_by_id(&mut ctx, id).await.unwrap().is_some());
}

#[tokio::test]
async fn a_slug_that_is_emptied_is_made_of_the_title() {
    let db = TestDatabase::new().await;
    let stored = shelf(&db, vec![product("Mug", Some(100))]).await;
    for (title, made) in [(None, "mug"), (Some("Large Cup"), "large-cup")] {
        let emptied = ProductChanges {
            title: title.map(str::to_owned),
            slug: Some(String::new()),
            ..ProductChanges::default()
        };
        let after = write(&db, async |ctx| {
            update_product(ctx, change(&stored[0], emptied)).await.unwrap()
        })
        .await;
        assert_eq!(after.slug, slug(made), "{title:?}");
    }
    let wordless = ProductChanges {
        title: Some("!!!".to_owned()),
        slug: Some(String::new()),
        ..ProductChanges::default()
    };
    let refused = update_product(&mut db.work().write(), change(&stored[0], wordless)).await;
    let Err(UpdateProductError::Invalid(invalid)) = refused else {
        panic!("{refused:?}")
    };
    assert_eq!(fields(&invalid), [("slug", "required")]);
}

#[tokio::test]
async fn a_category_that_was_renamed_is_found_by_its_old_addresses() {
    let db = TestDatabase::new().await;
    let named = |name: &str| NewCategory {
        name: name.to_owned(),
        ..NewCategory::default()
    };
    let renamed = |id, version, to: &str| UpdateCategory {
        id,
        expected_version: Some(version),
        changes: CategoryChanges {
            slug: Some(to.to_owned()),
            ..CategoryChanges::default()
        },
    };
    let went = async |old: &str| find_category_redirect(&mut db.work().read(), &slug(old)).await.unwrap();
    let cups = write(&db, async |ctx| create_category(ctx, named("Cups")).await.unwrap()).await;
    for (version, to) in [(1, "mugs"), (2, "beakers")] {
        write(&db, async |ctx| {
            update_category(ctx, renamed(cups.id, version, to)).await.unwrap()
        })
        .await;
    }
    let late = update_category(&mut db.work().write(), renamed(cups.id, 2, "bowls")).await;
    assert!(
        matches!(late, Err(CategoryError::VersionConflict { current: 3 })),
        "{late:?}"
    );
    assert_eq!(went("cups").await, Some(slug("beakers")));
    assert_eq!(went("mugs").await, Some(slug("beakers")));
    assert_eq!(went("beakers").await, None);
    // Another takes the address, and leaves it for a third one: who had it last is found by it.
    let other = write(&db, async |ctx| create_category(ctx, named("Mugs")).await.unwrap()).await;
    write(&db, async |ctx| {
        update_category(ctx, renamed(other.id, 1, "")).await.unwrap();
        update_category(ctx, renamed(other.id, 2, "tumblers")).await.unwrap();
    })
    .await;
    assert_eq!(went("mugs").await, Some(slug("tumblers")));
    assert_eq!(went("cups").await, Some(slug("beakers")));
    write(&db, async |ctx| delete_category(ctx, cups.id, None).await.unwrap()).await;
    assert_eq!(went("cups").await, None, "what is gone stands for nothing");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_tree_never_gets_a_loop() {
    let db = TestDatabase::new().await;
    let named = |name: &str, parent_id| NewCategory {
        name: name.to_owned(),
        parent_id,
        ..NewCategory::default()
    };
    let (a, b, c) = write(&db, async |ctx| {
        let a = create_category(ctx, named("A", None)).await.unwrap();
        let b = create_category(ctx, named("B", Some(a.id))).await.unwrap();
        let c = create_category(ctx, named("C", None)).await.unwrap();
        (a.id, b.id, c.id)
    })
    .await;
    let into = |id, parent| UpdateCategory {
        id,
        expected_version: None,
        changes: CategoryChanges {
            parent_id: Some(Some(parent)),
            ..CategoryChanges::default()
        },
    };
    for parent in [a, b] {
        let refused = update_category(&mut db.work().write(), into(a, parent)).await;
        assert!(matches!(refused, Err(CategoryError::Cycle)));
    }
    let nowhere = db.work().read().new_id();
    let refused = update_category(&mut db.work().write(), into(a, nowhere)).await;
    assert!(matches!(refused, Err(CategoryError::NoSuchParent)));
    let refused = create_category(&mut db.work().write(), named("a", None)).await;
    assert!(matches!(refused, Err(CategoryError::SlugTaken)));
    let moves = [(a, c), (c, a)].map(|(id, parent)| {
        let work = db.work();
        tokio::spawn(async move {
            let mut ctx = work.write();
            update_category(&mut ctx, into(id, parent)).await?;
            Ok::<_, CategoryError>(ctx.commit().await?)
        })
    });
    let mut done = 0;
    for one in moves {
        match one.await.unwrap() {
            Ok(()) => done += 1,
            Err(error) => assert!(matches!(error, CategoryError::Cycle), "{error:?}"),
        }
    }
    assert_eq!(done, 1, "of two moves that would make a loop one is refused");
}

#[tokio::test]
async fn only_staff_who_may_write_the_catalogue_do() {
    let db = TestDatabase::new().await;
    let guest = db.work().acting_as(Actor::Guest);
    let refused = create_product(&mut guest.write(), product("Mug", None)).await;
    assert!(matches!(refused, Err(CreateProductError::Forbidden(_))));
    let refused = create_category(&mut guest.write(), NewCategory::default()).await;
    assert!(matches!(refused, Err(CategoryError::Forbidden(_))));
    let id = db.work().read().new_id();
    assert!(find_product_by_id(&mut guest.read(), id).await.is_err());
}
