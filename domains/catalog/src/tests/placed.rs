//! Categories by pages: in the order of the whole tree, by indexes, and as forms offer them.

use std::collections::HashMap;

use database::testing::{plan, plan_as_run};
use kernel::{CategoryId, PageRequest};
use uuid::Uuid;

use super::*;
use crate::{
    CategoryFilter, NewCategory, category_called, category_choices, create_category, list_categories, page_categories,
    store::placed_categories,
};

/// Some forty categories of which each lies in one before it, with names and places that are often alike.
async fn tree(db: &TestDatabase) -> HashMap<String, CategoryId> {
    let mut ids = HashMap::new();
    let mut ctx = db.work().write();
    let mut made: Vec<CategoryId> = Vec::new();
    for number in 0..40_usize {
        let name = format!("{} {number}", if number % 2 == 0 { "Shelf" } else { "chair" });
        let new = NewCategory {
            name: name.clone(),
            parent_id: (number % 7 != 0).then(|| made[number * 5 % made.len()]),
            position: i32::try_from(number % 3).unwrap(),
            ..NewCategory::default()
        };
        let category = create_category(&mut ctx, new).await.unwrap();
        made.push(category.id);
        ids.insert(name, category.id);
    }
    ctx.commit().await.unwrap();
    ids
}

#[tokio::test]
async fn pages_of_categories_make_up_the_tree_in_its_order() {
    let db = TestDatabase::new().await;
    let ids = tree(&db).await;
    let mut ctx = db.work().read();
    let whole = list_categories(&mut ctx).await.unwrap();
    let (mut seen, mut next) = (Vec::new(), None);
    loop {
        let request = PageRequest::first(7).after(next);
        let page = page_categories(&mut ctx, &CategoryFilter::Every, &request, None)
            .await
            .unwrap();
        assert_eq!(page.total, 40);
        seen.extend(page.items);
        next = page.next_cursor;
        if next.is_none() {
            break;
        }
    }
    assert_eq!(seen.len(), whole.len());
    for (placed, category) in seen.iter().zip(&whole) {
        assert_eq!(
            (placed.category.id, placed.category.depth),
            (category.id, category.depth)
        );
        let parent = |of: &&crate::CategoryNode| whole.iter().find(|other| Some(other.id) == of.parent_id);
        let path = std::iter::successors(Some(category), parent).skip(1);
        let mut above: Vec<&str> = path.map(|above| above.name.as_str()).collect();
        above.reverse();
        assert_eq!(placed.ancestor_names, above);
        let inside = whole.iter().filter(|other| other.parent_id == Some(category.id));
        assert_eq!(placed.children, inside.count());
    }
    let first = PageRequest::first(50);
    for (filter, wanted) in [
        (CategoryFilter::Top, None),
        (CategoryFilter::In(ids["Shelf 0"]), Some(ids["Shelf 0"])),
        (CategoryFilter::In(Uuid::nil().into()), Some(Uuid::nil().into())),
    ] {
        let page = page_categories(&mut ctx, &filter, &first, None).await.unwrap();
        let expected = whole.iter().filter(|category| category.parent_id == wanted);
        let expected: Vec<&str> = expected.map(|category| category.name.as_str()).collect();
        let shown: Vec<&str> = page.items.iter().map(|placed| placed.category.name.as_str()).collect();
        assert_eq!(shown, expected, "{filter:?}");
        assert_eq!(page.total, i64::try_from(expected.len()).unwrap());
    }
    let called = CategoryFilter::Called("CHAI 3".to_owned());
    let page = page_categories(&mut ctx, &called, &PageRequest::first(3), None)
        .await
        .unwrap();
    let shown: Vec<&str> = page.items.iter().map(|placed| placed.category.name.as_str()).collect();
    assert_eq!((shown, page.total), (vec!["chair 3", "chair 31", "chair 33"], 6));
    let rest = PageRequest::first(3).after(page.next_cursor);
    let page = page_categories(&mut ctx, &called, &rest, None).await.unwrap();
    assert_eq!((page.items.len(), page.next_cursor), (3, None));
}

#[tokio::test]
async fn a_form_offers_all_of_few_categories_and_of_many_the_chosen_and_the_found() {
    let db = TestDatabase::new().await;
    let few = write(&db, async |ctx| {
        create_category(
            ctx,
            NewCategory {
                name: "Cups".to_owned(),
                ..NewCategory::default()
            },
        )
        .await
        .unwrap()
    })
    .await;
    let mut ctx = db.work().read();
    let choices = category_choices(&mut ctx, "nothing", &[]).await.unwrap();
    assert!(choices.is_all && choices.offered.len() == 1, "{choices:?}");
    ctx.rollback().await;
    let ids = tree(&db).await;
    let mut ctx = db.work().read();
    for (typed, chosen, offered) in [
        ("", vec![], vec![]),
        ("cup", vec![], vec!["Cups"]),
        ("cup", vec![few.id], vec!["Cups"]),
        ("shelf 30", vec![few.id], vec!["Cups", "Shelf 30"]),
        ("%", vec![ids["chair 5"], few.id], vec!["Cups", "chair 5"]),
    ] {
        let choices = category_choices(&mut ctx, typed, &chosen).await.unwrap();
        let mut names: Vec<&str> = choices.offered.iter().map(|choice| choice.name.as_str()).collect();
        names.sort_unstable();
        assert_eq!((names, choices.is_all), (offered, false), "{typed}");
        assert_eq!(
            choices.found - choices.found_chosen,
            choices.offered.len() - chosen.len(),
            "{typed}"
        );
    }
    for (typed, chosen, found) in [
        ("", vec![few.id], (0, 0, false)),
        ("cup", vec![], (1, 0, false)),
        ("cup", vec![few.id], (1, 1, false)),
        ("s", vec![], (20, 0, false)),
        ("c", vec![few.id, ids["chair 5"]], (20, 1, true)),
    ] {
        let choices = category_choices(&mut ctx, typed, &chosen).await.unwrap();
        let counted = (choices.found, choices.found_chosen, choices.has_more);
        assert_eq!(counted, found, "{typed}");
    }
    for (name, slug) in [
        ("CUPS", Some("cups")),
        ("shelf-2", Some("shelf-2")),
        ("shelf", None),
        ("", None),
    ] {
        let found = category_called(&mut ctx, name).await.unwrap();
        assert_eq!(found.as_ref().map(Slug::as_str), slug, "{name}");
    }
    ctx.rollback().await;
    let presents = NewCategory {
        name: "🎁".to_owned(),
        slug: Some("presents".to_owned()),
        ..NewCategory::default()
    };
    write(&db, async |ctx| create_category(ctx, presents).await.unwrap()).await;
    let mut ctx = db.work().read();
    for (name, slug) in [("🎁", Some("presents")), ("🎀", None), ("!!!", None)] {
        let found = category_called(&mut ctx, name).await.unwrap();
        assert_eq!(found.as_ref().map(Slug::as_str), slug, "{name}");
    }
}

#[tokio::test]
async fn of_very_many_categories_only_those_of_the_page_are_looked_at() {
    const MANY: &str = "INSERT INTO catalog.categories (store_id, id, parent_id, slug, name, position) \
        SELECT c.store_id, gen_random_uuid(), CASE WHEN n % 100 = 0 THEN c.id END, 'aisle-' || n, 'Aisle ' || n, 0 \
        FROM catalog.categories c, generate_series(1, 5000) AS n WHERE c.slug = 'shelf-0'";
    let db = TestDatabase::new().await;
    tree(&db).await;
    db.as_owner(MANY).await.unwrap();
    db.as_owner("VACUUM ANALYZE catalog.categories").await.unwrap();
    let store = format!("'{}'::uuid", Uuid::from(db.store().id));
    for (sql, asked, index) in [
        (
            placed_categories::LIST_IN,
            vec!["NULL", "31", "NULL"],
            "categories_places",
        ),
        (
            placed_categories::LIST_CALLED,
            vec!["NULL", "31", "'aisle 47'"],
            "categories_words",
        ),
        (placed_categories::COUNT_CALLED, vec!["'aisle 47'"], "categories_words"),
        (placed_categories::FIND_SLUG, vec!["'aisle 47'"], "categories_words"),
    ] {
        let asked = [vec![store.as_str()], asked].concat();
        let plan = plan(&db, sql, &asked).await;
        assert!(
            plan.contains(index) && !plan.contains("Seq Scan on categories"),
            "{plan}"
        );
    }
    let walk = plan_as_run(&db, placed_categories::WALK, &[store.as_str(), "NULL", "31"]).await;
    assert!(
        walk.contains("categories_places") && !walk.contains("Seq Scan on categories"),
        "{walk}"
    );
}

#[tokio::test]
async fn products_of_a_page_are_counted_once_each_and_only_so_far() {
    let db = TestDatabase::new().await;
    let ids = tree(&db).await;
    let places = [ids["Shelf 0"], ids["chair 1"]];
    let mut products: Vec<NewProduct> = Vec::new();
    for number in 0..4 {
        products.push(NewProduct {
            category_ids: places.to_vec(),
            ..product(&format!("Cup {number}"), Some(100))
        });
    }
    products[3].status = ProductStatus::Draft;
    shelf(&db, products).await;
    let mut ctx = db.work().read();
    // Three products that shoppers see, each of them in two places.
    for (most, has_more) in [
        (None, false),
        (Some(7), false),
        (Some(6), false),
        (Some(5), true),
        (Some(2), true),
        (Some(1), true),
    ] {
        let page = page_categories(&mut ctx, &CategoryFilter::Top, &PageRequest::first(50), most)
            .await
            .unwrap();
        let shelf = page.items.iter().find(|placed| placed.category.name == "Shelf 0");
        let shelf = shelf.unwrap();
        assert_eq!(shelf.has_more, has_more, "{most:?}: {shelf:?}");
        let fewest = if has_more { 1 } else { 3 };
        let looked_at = most.map_or(3, |most| most + 1).min(3);
        assert!((fewest..=looked_at).contains(&shelf.products), "{most:?}: {shelf:?}");
    }
}
