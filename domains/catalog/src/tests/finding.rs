//! What is found: by who looks, by words, and by what a list is narrowed to, with facets.

use kernel::{Actor, PageRequest};

use super::*;
use crate::{
    Facets, FindError, ListError, NewCategory, ProductFilter, Sort, Visibility, assign_categories, assign_collection,
    create_category, create_collection, facets, find_category, list_categories, list_counted_categories, list_products,
    list_products_by_id, look_up, page_shown_categories, refresh_in_stock, sellable,
};

/// The titles of what a filter leaves.
pub(super) async fn titles(db: &TestDatabase, filter: &ProductFilter) -> Vec<String> {
    let page = list_products(&mut db.work().read(), filter, &PageRequest::first(50))
        .await
        .unwrap();
    assert_eq!(
        page.total,
        i64::try_from(page.items.len()).unwrap(),
        "the total is of the same filter"
    );
    page.items.into_iter().map(|item| item.title).collect()
}

/// Everything with these words, the best first.
pub(super) fn search(q: &str) -> ProductFilter {
    ProductFilter {
        q: Some(q.to_owned()),
        sort: Sort::Relevance,
        ..ProductFilter::default()
    }
}

#[tokio::test]
async fn shoppers_see_only_what_is_published() {
    let db = TestDatabase::new().await;
    let later = NewProduct {
        published_at: Some(db.database().now() + TimeDelta::days(1)),
        ..product("Later", Some(1))
    };
    let draft = NewProduct {
        status: ProductStatus::Draft,
        ..product("Draft", Some(1))
    };
    let stored = shelf(&db, vec![later, draft, product("Now", Some(1))]).await;
    assert_eq!(titles(&db, &ProductFilter::default()).await, ["Now"]);
    let every = ProductFilter {
        visibility: Visibility::Every,
        ..ProductFilter::default()
    };
    assert_eq!(titles(&db, &every).await, ["Now", "Draft", "Later"]);
    let drafts = ProductFilter {
        visibility: Visibility::Only(ProductStatus::Draft),
        ..ProductFilter::default()
    };
    assert_eq!(titles(&db, &drafts).await, ["Draft"]);
    let guest = db.work().acting_as(Actor::Guest);
    let refused = list_products(&mut guest.read(), &every, &PageRequest::first(1)).await;
    assert!(matches!(refused, Err(ListError::Forbidden(_))));
    let variants: Vec<_> = stored.iter().map(|details| details.variants[0].id).collect();
    let products: Vec<_> = stored.iter().map(|details| details.product.id).collect();
    let mut ctx = guest.read();
    let for_sale = sellable(&mut ctx, &variants).await.unwrap();
    assert_eq!(
        for_sale.iter().map(|variant| variant.variant_id).collect::<Vec<_>>(),
        [variants[2]]
    );
    let listed = list_products_by_id(&mut ctx, &products).await.unwrap();
    assert_eq!(
        listed.iter().map(|product| product.id).collect::<Vec<_>>(),
        [products[2]]
    );
}

#[tokio::test]
async fn search_finds_words_beginnings_stems_and_numbers() {
    let db = TestDatabase::new().await;
    let numbered = |sku: &str| NewVariant {
        sku: Some(sku.to_owned()),
        price: Some(usd(100)),
        ..NewVariant::default()
    };
    let shoes = NewProduct {
        description_html: "<p>Made for <b>running</b> in 2024</p>".to_owned(),
        brand: "Zephyr".to_owned(),
        tags: vec!["outdoor".to_owned()],
        variants: vec![numbered("ZX-100/7")],
        ..product("Trail Shoes", Some(100))
    };
    let book = NewProduct {
        description_html: "Red shoes and a fairy tale".to_owned(),
        variants: vec![numbered("7")],
        ..product("Andersen: fairy tales & more", None)
    };
    let odd = NewProduct {
        variants: vec![numbered("***")],
        ..product("+++ 100% wool", None)
    };
    shelf(&db, vec![shoes, book, odd]).await;
    for (q, expected) in [
        ("shoes", vec!["Trail Shoes", "Andersen: fairy tales & more"]),
        ("sho", vec!["Trail Shoes", "Andersen: fairy tales & more"]),
        ("trai", vec!["Trail Shoes"]),
        ("shoe", vec!["Trail Shoes", "Andersen: fairy tales & more"]),
        ("run", vec!["Trail Shoes"]),
        ("TRAIL sh", vec!["Trail Shoes"]),
        ("shoes trail", vec!["Trail Shoes"]),
        ("shoes -trail", vec!["Andersen: fairy tales & more"]),
        ("\"fairy tales\"", vec!["Andersen: fairy tales & more"]),
        ("zephyr outdoor", vec!["Trail Shoes"]),
        ("2024", vec!["Trail Shoes"]),
        ("zx-100/7", vec!["Trail Shoes"]),
        ("ZX-1", vec!["Trail Shoes"]),
        ("7", vec!["Andersen: fairy tales & more", "Trail Shoes"]),
        ("+++", vec!["+++ 100% wool"]),
        ("***", vec!["+++ 100% wool"]),
        ("%", vec!["+++ 100% wool"]),
        ("boat", vec![]),
        ("the", vec![]),
        ("' | & ! <-> :* (", vec![]),
    ] {
        let found = titles(&db, &search(q)).await;
        if q == "7" {
            assert_eq!(found[0], expected[0], "an exact SKU stands first");
        } else {
            assert_eq!(found, expected, "{q}");
        }
    }
    assert_eq!(titles(&db, &search("  ")).await.len(), 3, "no words: the whole list");
    for (typed, expected) in [
        ("sho", vec!["Trail Shoes", "Andersen: fairy tales & more"]),
        ("zx-1", vec!["Trail Shoes"]),
        ("and", vec!["Andersen: fairy tales & more"]),
        ("***", vec!["+++ 100% wool"]),
        ("' | & ! <-> :* (", vec![]),
        ("", vec![]),
    ] {
        let found = look_up(&mut db.work().read(), typed, 5).await.unwrap();
        let titles: Vec<&str> = found.iter().map(|product| product.title.as_str()).collect();
        assert_eq!(titles, expected, "{typed}");
    }
    let by_sku = look_up(&mut db.work().read(), "7", 1).await.unwrap();
    assert_eq!(by_sku[0].sku.as_deref(), Some("7"), "a SKU stands before words");
    let mut guest = db.work().acting_as(Actor::Guest).read();
    assert!(matches!(
        look_up(&mut guest, "sho", 5).await,
        Err(FindError::Forbidden(_))
    ));
}

#[tokio::test]
async fn filters_narrow_and_facets_count() {
    let db = TestDatabase::new().await;
    let brand = |brand: &str, new: NewProduct| NewProduct {
        brand: brand.to_owned(),
        ..new
    };
    let stored = shelf(
        &db,
        vec![
            brand("Acme", product("Shirt", Some(2000))),
            brand("Acme", product("Hat", Some(1000))),
            product("Sofa", Some(90000)),
        ],
    )
    .await;
    let collection = write(&db, async |ctx| {
        let named = |name: &str, parent_id| NewCategory {
            name: name.to_owned(),
            parent_id,
            description_html: format!("<p>{name}</p>"),
            ..NewCategory::default()
        };
        let clothes = create_category(ctx, named("Clothes", None)).await.unwrap();
        let hats = create_category(ctx, named("Hats", Some(clothes.id))).await.unwrap();
        create_category(ctx, named("Empty", None)).await.unwrap();
        assign_categories(ctx, stored[0].product.id, &[clothes.id])
            .await
            .unwrap();
        assign_categories(ctx, stored[1].product.id, &[hats.id, clothes.id])
            .await
            .unwrap();
        let best = crate::NewCollection {
            title: "Best".to_owned(),
            ..Default::default()
        };
        let best = create_collection(ctx, best).await.unwrap();
        assign_collection(ctx, best.id, &[stored[2].product.id, stored[1].product.id])
            .await
            .unwrap();
        refresh_in_stock(ctx, &[(stored[1].variants[0].id, false)])
            .await
            .unwrap();
        best
    })
    .await;
    let all = ProductFilter {
        sort: Sort::Title,
        ..ProductFilter::default()
    };
    for (filter, expected) in [
        (
            ProductFilter {
                category: Some(slug("clothes")),
                ..all.clone()
            },
            vec!["Hat", "Shirt"],
        ),
        (
            ProductFilter {
                category: Some(slug("hats")),
                ..all.clone()
            },
            vec!["Hat"],
        ),
        (
            ProductFilter {
                category: Some(slug("nothing")),
                ..all.clone()
            },
            vec![],
        ),
        (
            ProductFilter {
                collection: Some(slug("best")),
                ..all.clone()
            },
            vec!["Hat", "Sofa"],
        ),
        (
            ProductFilter {
                brand: Some("Acme".to_owned()),
                ..all.clone()
            },
            vec!["Hat", "Shirt"],
        ),
        (
            ProductFilter {
                price_min: Some(usd(1001)),
                ..all.clone()
            },
            vec!["Shirt", "Sofa"],
        ),
        (
            ProductFilter {
                price_min: Some(usd(1000)),
                price_max: Some(usd(2000)),
                ..all.clone()
            },
            vec!["Hat", "Shirt"],
        ),
        (
            ProductFilter {
                in_stock: Some(true),
                ..all.clone()
            },
            vec!["Shirt", "Sofa"],
        ),
        (
            ProductFilter {
                in_stock: Some(false),
                ..all.clone()
            },
            vec!["Hat"],
        ),
        (
            ProductFilter {
                featured: Some(true),
                ..all.clone()
            },
            vec![],
        ),
        (
            ProductFilter {
                q: Some("clothes".to_owned()),
                ..all.clone()
            },
            vec!["Hat", "Shirt"],
        ),
    ] {
        assert_eq!(titles(&db, &filter).await, expected, "{filter:?}");
    }
    let mut ctx = db.work().read();
    let before = db.database().statement_count();
    let found: Facets = facets(&mut ctx, &all).await.unwrap();
    assert_eq!(db.database().statement_count() - before, 1);
    let names: Vec<_> = found
        .categories
        .iter()
        .map(|(category, count)| (category.depth, category.name.as_str(), *count))
        .collect();
    assert_eq!(
        names,
        [(0, "Clothes", 2), (1, "Hats", 1)],
        "a product in a category and below it counts once"
    );
    assert_eq!(found.brands, [("Acme".to_owned(), 2)]);
    assert_eq!((found.price, found.in_stock), (Some((usd(1000), usd(90000))), 2));
    let none = facets(&mut ctx, &search("boat")).await.unwrap();
    assert_eq!(none, Facets::default());
    let counted = list_counted_categories(&mut ctx).await.unwrap();
    let counts: Vec<_> = counted
        .iter()
        .map(|(category, count)| (category.name.as_str(), *count))
        .collect();
    assert_eq!(counts, [("Clothes", 2), ("Hats", 1), ("Empty", 0)]);
    let hats = find_category(&mut ctx, &slug("hats")).await.unwrap().unwrap();
    assert_eq!((hats.category.depth, hats.ancestors[0].name.as_str()), (1, "Clothes"));
    let clothes = find_category(&mut ctx, &slug("clothes")).await.unwrap().unwrap();
    assert_eq!(
        clothes
            .children
            .iter()
            .map(|child| (child.depth, child.name.as_str()))
            .collect::<Vec<_>>(),
        [(1, "Hats")]
    );
    let shown = page_shown_categories(&mut ctx, &PageRequest::first(10)).await.unwrap();
    let places: Vec<_> = shown
        .items
        .iter()
        .map(|category| (category.id, category.depth))
        .collect();
    let tree = list_categories(&mut ctx).await.unwrap();
    assert_eq!(
        places,
        tree.iter().map(|node| (node.id, node.depth)).collect::<Vec<_>>()
    );
    let texts: Vec<&str> = shown
        .items
        .iter()
        .map(|category| category.description_html.as_str())
        .collect();
    assert_eq!(texts, ["<p>Clothes</p>", "<p>Hats</p>", "<p>Empty</p>"]);
    let in_best = sellable(&mut ctx, &[stored[2].variants[0].id]).await.unwrap();
    assert_eq!(in_best[0].collection_ids, [collection.id]);
}

#[tokio::test]
async fn a_range_of_prices_finds_what_has_a_variant_within_it() {
    let db = TestDatabase::new().await;
    let sizes = |title: &str, prices: &[i64]| {
        let variant = |price: &i64| NewVariant {
            option_values: vec![price.to_string()],
            price: Some(usd(*price)),
            ..NewVariant::default()
        };
        NewProduct {
            option_names: vec!["Size".to_owned()],
            variants: prices.iter().map(variant).collect(),
            ..product(title, None)
        }
    };
    let mut reduced = sizes("Coat", &[500, 2_500, 3_000]);
    reduced.variants[1].sale = Some(crate::Sale {
        price: usd(1_500),
        starts_at: None,
        ends_at: None,
    });
    let mut hidden = sizes("Hat", &[500, 1_500, 3_000]);
    hidden.variants[1].active = false;
    shelf(
        &db,
        vec![
            sizes("Shirt", &[500, 3_000]),
            sizes("Socks", &[500, 1_000, 3_000]),
            reduced,
            hidden,
            product("Mug", Some(1_200)),
            product("Gift", None),
        ],
    )
    .await;
    let every = [Visibility::Published, Visibility::Every];
    for (lowest, highest, found) in [
        (1_000, 2_000, [vec!["Coat", "Mug", "Socks"], vec!["Mug", "Socks"]]),
        (2_000, 2_999, [vec![], vec!["Coat"]]),
        (600, 999, [vec![], vec![]]),
        (2_000, 1_000, [vec![], vec![]]),
        (
            3_000,
            9_000,
            [
                vec!["Coat", "Hat", "Shirt", "Socks"],
                vec!["Coat", "Hat", "Shirt", "Socks"],
            ],
        ),
    ] {
        for (visibility, found) in every.into_iter().zip(found) {
            let filter = ProductFilter {
                price_min: Some(usd(lowest)),
                price_max: Some(usd(highest)),
                sort: Sort::Title,
                visibility,
                ..ProductFilter::default()
            };
            assert_eq!(titles(&db, &filter).await, found, "{filter:?}");
        }
    }
}
