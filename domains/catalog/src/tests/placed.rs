//! Categories by pages: in the order of the whole tree, by indexes, and as forms offer them.

use std::collections::HashMap;

use database::testing::{plan, plan_as_run};
use kernel::{CategoryId, PageRequest};
use uuid::Uuid;

use super::*;
use crate::{
    CategoryChanges, CategoryError, CategoryFilter, NewCategory, PlacedCategory, UpdateCategory, category_called,
    category_choices, create_category, delete_category, list_categories, page_categories, store::placed_categories,
    update_category,
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

async fn make(ctx: &mut Ctx, name: &str, parent_id: Option<CategoryId>) -> CategoryId {
    let new = NewCategory {
        name: name.to_owned(),
        parent_id,
        ..NewCategory::default()
    };
    create_category(ctx, new).await.unwrap().id
}

fn names(of: &[PlacedCategory]) -> Vec<&str> {
    of.iter().map(|placed| placed.category.name.as_str()).collect()
}

#[tokio::test]
async fn pages_go_on_behind_categories_that_are_gone() {
    let db = TestDatabase::new().await;
    let [a, b, c] = write(&db, async |ctx| {
        let a = make(ctx, "Étage A", None).await;
        let b = make(ctx, "Étage B", Some(a)).await;
        let c = make(ctx, "Étage C", Some(b)).await;
        make(ctx, "Étage D", Some(a)).await;
        make(ctx, "Étage E", None).await;
        [a, b, c]
    })
    .await;
    let lists: [(CategoryFilter, u16, &[&str]); 4] = [
        (CategoryFilter::Every, 3, &["Étage D", "Étage E"]),
        (CategoryFilter::Called("Étage".to_owned()), 3, &["Étage D", "Étage E"]),
        (CategoryFilter::In(a), 1, &["Étage D"]),
        (CategoryFilter::Top, 1, &["Étage E"]),
    ];
    let mut behind = Vec::new();
    for (filter, limit, expected) in lists {
        let mut ctx = db.work().read();
        let first = PageRequest::first(limit);
        let page = page_categories(&mut ctx, &filter, &first, None).await.unwrap();
        behind.push((filter, page.next_cursor, expected));
    }
    for gone in [None, Some(c), Some(b), Some(a)] {
        if let Some(gone) = gone {
            write(&db, async |ctx| delete_category(ctx, gone, None).await.unwrap()).await;
        }
        let mut ctx = db.work().read();
        for (filter, cursor, expected) in &behind {
            let expected: &[&str] = match filter {
                // What lay in it moved up.
                CategoryFilter::Top if gone == Some(a) => &["Étage D", "Étage E"],
                CategoryFilter::In(_) if gone == Some(a) => &[],
                _ => expected,
            };
            let rest = PageRequest::first(50).after(cursor.clone());
            let page = page_categories(&mut ctx, filter, &rest, None).await.unwrap();
            assert_eq!(names(&page.items), expected, "{filter:?} without {gone:?}");
        }
    }
}

/// A hundred and two categories each in the one before, as trees could be before they had a last level.
const CHAIN: &str = "INSERT INTO catalog.categories (store_id, id, parent_id, slug, name, position) \
    SELECT c.store_id, lpad(n::text, 32, '0')::uuid, CASE WHEN n > 1 THEN lpad((n - 1)::text, 32, '0')::uuid END, \
      'link-' || n, 'Link ' || n, 0 \
    FROM catalog.categories c, generate_series(1, 102) AS n WHERE c.slug = 'rope'";

#[tokio::test]
async fn nothing_is_lost_behind_or_below_a_deep_branch_of_before() {
    let db = TestDatabase::new().await;
    write(&db, async |ctx| {
        make(ctx, "Rope", None).await;
        make(ctx, "Sail", None).await;
    })
    .await;
    db.as_owner(CHAIN).await.unwrap();
    let mut ctx = db.work().read();
    let (mut seen, mut next) = (Vec::new(), None);
    loop {
        let request = PageRequest::first(60).after(next);
        let page = page_categories(&mut ctx, &CategoryFilter::Every, &request, None)
            .await
            .unwrap();
        seen.extend(page.items);
        next = page.next_cursor;
        if next.is_none() {
            break;
        }
    }
    ctx.rollback().await;
    assert_eq!(seen.len(), 104);
    assert_eq!(names(&seen[101..]), ["Link 102", "Rope", "Sail"]);
    assert_eq!((seen[101].category.depth, seen[101].ancestor_ids.len()), (101, 101));
    // It keeps its place when something else of it is changed.
    let deep = &seen[50].category;
    let update = UpdateCategory {
        id: deep.id,
        expected_version: None,
        changes: CategoryChanges {
            parent_id: Some(deep.parent_id),
            name: Some("Knot".to_owned()),
            ..CategoryChanges::default()
        },
    };
    let renamed = write(&db, async |ctx| update_category(ctx, update).await.unwrap()).await;
    assert_eq!((renamed.name.as_str(), renamed.parent_id), ("Knot", deep.parent_id));
}

#[tokio::test]
async fn nothing_is_put_below_the_last_level() {
    let db = TestDatabase::new().await;
    let mut levels: Vec<CategoryId> = Vec::new();
    let (box_id, lid) = write(&db, async |ctx| {
        for level in 1..=32 {
            let made = make(ctx, &format!("Level {level}"), levels.last().copied()).await;
            levels.push(made);
        }
        let box_id = make(ctx, "Box", None).await;
        (box_id, make(ctx, "Lid", Some(box_id)).await)
    })
    .await;
    let mut ctx = db.work().write();
    let below = NewCategory {
        name: "Below".to_owned(),
        parent_id: Some(levels[31]),
        ..NewCategory::default()
    };
    let refused = create_category(&mut ctx, below).await;
    assert!(matches!(refused, Err(CategoryError::TooDeep)), "{refused:?}");
    for (id, parent, is_taken) in [
        (lid, levels[31], false),
        (box_id, levels[30], false),
        (box_id, levels[29], true),
    ] {
        let update = UpdateCategory {
            id,
            expected_version: None,
            changes: CategoryChanges {
                parent_id: Some(Some(parent)),
                ..CategoryChanges::default()
            },
        };
        let updated = update_category(&mut ctx, update).await;
        assert_eq!(updated.is_ok(), is_taken, "{updated:?}");
        assert!(
            is_taken || matches!(updated, Err(CategoryError::TooDeep)),
            "{updated:?}"
        );
    }
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
            vec!["31", "NULL", "NULL", "NULL", "NULL"],
            "categories_places",
        ),
        (
            placed_categories::LIST_CALLED,
            vec!["31", "NULL", "NULL", "'aisle 47'"],
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
    let asked = [store.as_str(), "31", "NULL", "NULL", "NULL", "NULL"];
    let walk = plan_as_run(&db, placed_categories::WALK, &asked).await;
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
