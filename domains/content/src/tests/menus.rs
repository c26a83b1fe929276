//! Menus are arranged, and shown as what they lead to is.

use catalog::{NewCategory, NewProduct, ProductStatus, create_category, create_product, delete_category};
use chrono::TimeDelta;
use database::testing::TestDatabase;
use kernel::{CategoryId, CollectionId, Locale, MenuItemId};

use super::{make, texts, write};
use crate::{
    Change, ChangeMenus, Direction, Link, Localised, MenuError, Menus, NewMenuItem, PageChanges, Place, ShownItem,
    Target, UpdatePage, change_menus, load_menus, replace_menus, shown_menus, update_page,
};

fn label(text: &str) -> Localised<String> {
    [(Locale::EN, text.to_owned())].into_iter().collect()
}

fn item(text: &str, link: Link) -> NewMenuItem {
    NewMenuItem {
        labels: label(text),
        link,
        children: Vec::new(),
    }
}

async fn change(db: &TestDatabase, change: Change) -> Menus {
    let change = ChangeMenus {
        expected_version: None,
        change,
    };
    write(db, async |ctx| change_menus(ctx, change).await.unwrap()).await
}

async fn add(db: &TestDatabase, text: &str, under: Option<MenuItemId>) -> Menus {
    let place = Place::Footer;
    let (labels, link) = (label(text), Link::Address(format!("/{text}")));
    change(
        db,
        Change::Add {
            place,
            under,
            labels,
            link,
        },
    )
    .await
}

fn names(menus: &Menus) -> Vec<&str> {
    menus
        .every_item()
        .map(|item| item.labels.get(Locale::EN).unwrap().as_str())
        .collect()
}

async fn footer(db: &TestDatabase, locale: Locale) -> Vec<ShownItem> {
    let mut ctx = db.work().read();
    shown_menus(&mut ctx, locale).await.unwrap().footer.clone()
}

#[tokio::test]
async fn entries_are_added_moved_edited_and_removed() {
    let db = TestDatabase::new().await;
    let menus = add(&db, "a", None).await;
    let (a, version) = (menus.footer[0].id, menus.version);
    add(&db, "b", None).await;
    add(&db, "a1", Some(a)).await;
    let menus = add(&db, "a2", Some(a)).await;
    assert_eq!(names(&menus), ["a", "a1", "a2", "b"]);
    let a2 = menus.footer[0].children[1].id;
    for (id, direction, order) in [
        (a2, Direction::Down, ["a", "a1", "a2", "b"]),
        (a2, Direction::Up, ["a", "a2", "a1", "b"]),
        (a2, Direction::Up, ["a", "a2", "a1", "b"]),
        (a, Direction::Down, ["b", "a", "a2", "a1"]),
    ] {
        let menus = change(&db, Change::Move(id, direction)).await;
        assert_eq!(names(&menus), order, "{id} {direction:?}");
    }
    let (labels, link) = (label("c"), Link::Heading);
    let menus = change(&db, Change::Edit { id: a, labels, link }).await;
    assert_eq!(names(&menus), ["b", "c", "a2", "a1"]);
    let menus = change(&db, Change::Remove(a2)).await;
    assert_eq!(names(&menus), ["b", "c", "a1"]);
    let menus = change(&db, Change::Remove(a)).await;
    assert_eq!(names(&menus), ["b"]);
    assert_eq!(load_menus(&mut db.work().read()).await.unwrap(), menus);

    let gone = ChangeMenus {
        expected_version: None,
        change: Change::Remove(a),
    };
    let refused = change_menus(&mut db.work().write(), gone).await;
    assert!(matches!(refused, Err(MenuError::NotFound)), "{refused:?}");
    let old = ChangeMenus {
        expected_version: Some(version),
        change: Change::Move(menus.footer[0].id, Direction::Up),
    };
    let refused = change_menus(&mut db.work().write(), old).await;
    assert!(
        matches!(refused, Err(MenuError::VersionConflict { current: 11 })),
        "{refused:?}"
    );
}

#[tokio::test]
async fn what_breaks_a_rule_is_named() {
    let db = TestDatabase::new().await;
    let nested = |children| NewMenuItem {
        children,
        ..item("x", Link::Heading)
    };
    let gone: CategoryId = db.work().write().new_id();
    for (items, wrong) in [
        (
            vec![item("x", Link::Heading), nested(vec![item("y", Link::Category(gone))])],
            "footer.1.children.0.link.target",
        ),
        (vec![item("", Link::Heading)], "footer.0.labels.en"),
        (
            vec![item("x", Link::Address("javascript:alert(1)".to_owned()))],
            "footer.0.link.address",
        ),
        (
            vec![item("x", Link::Address("//evil.test".to_owned()))],
            "footer.0.link.address",
        ),
        (vec![item(&"x".repeat(101), Link::Heading)], "footer.0.labels.en"),
        (
            vec![nested(vec![nested(vec![item("y", Link::Heading)])])],
            "footer.0.children.0.children",
        ),
        (vec![item("x", Link::Heading); 101], "footer"),
    ] {
        let refused = replace_menus(&mut db.work().write(), None, None, Some(items)).await;
        let Err(MenuError::Invalid(invalid)) = refused else {
            panic!("{wrong}: {refused:?}");
        };
        assert_eq!(invalid.0.first().map(|error| error.field.as_str()), Some(wrong));
    }
}

#[tokio::test]
async fn a_link_to_what_is_gone_since_is_sent_back_as_it_was_read() {
    let db = TestDatabase::new().await;
    let named = |name: &str| NewCategory {
        name: name.to_owned(),
        ..NewCategory::default()
    };
    let hats = write(&db, async |ctx| create_category(ctx, named("Hats")).await.unwrap()).await;
    let menu = |second: Link| Some(vec![item("Hats", Link::Category(hats.id)), item("Other", second)]);
    write(&db, async |ctx| {
        replace_menus(ctx, None, menu(Link::Heading), None).await.unwrap();
        delete_category(ctx, hats.id, None).await.unwrap();
    })
    .await;
    let about = Link::Address("/about".to_owned());
    let menus = write(&db, async |ctx| {
        replace_menus(ctx, None, Some(Vec::new()), menu(about.clone()))
            .await
            .unwrap()
    })
    .await;
    assert_eq!(menus.footer[0].link, Link::Category(hats.id));
    let gone = Link::Category(db.work().write().new_id());
    let refused = replace_menus(&mut db.work().write(), None, None, menu(gone)).await;
    let Err(MenuError::Invalid(invalid)) = refused else {
        panic!("{refused:?}");
    };
    let fields: Vec<&str> = invalid.0.iter().map(|error| error.field.as_str()).collect();
    assert_eq!(fields, ["footer.1.link.target"]);
}

#[tokio::test]
async fn a_menu_follows_what_it_leads_to() {
    let db = TestDatabase::new().await;
    let about = make(&db, "About").await;
    let (home, mug) = write(&db, async |ctx| {
        let category = NewCategory {
            name: "Home".to_owned(),
            ..NewCategory::default()
        };
        let product = NewProduct {
            title: "Mug".to_owned(),
            status: ProductStatus::Active,
            published_at: Some(ctx.now() + TimeDelta::hours(1)),
            ..NewProduct::default()
        };
        let category = create_category(ctx, category).await.unwrap();
        (category, create_product(ctx, product).await.unwrap().product)
    })
    .await;
    let gone: CollectionId = db.work().write().new_id();
    let unnamed = |link| NewMenuItem {
        labels: Localised::default(),
        ..item("", link)
    };
    let help = NewMenuItem {
        children: vec![unnamed(Link::Page(about.id)), unnamed(Link::Product(mug.id))],
        ..item("Help", Link::Heading)
    };
    let lost = NewMenuItem {
        children: vec![unnamed(Link::Collection(gone))],
        ..item("Lost", Link::Heading)
    };
    let items = vec![help, lost, item("Rooms", Link::Category(home.id))];
    write(&db, async |ctx| {
        replace_menus(ctx, None, None, Some(items)).await.unwrap();
    })
    .await;

    let shown = footer(&db, Locale::EN).await;
    let labels = |items: &[ShownItem]| items.iter().map(|item| item.label.clone()).collect::<Vec<_>>();
    assert_eq!(
        labels(&shown),
        ["Help", "Rooms"],
        "what is gone is not shown, nor a heading above nothing"
    );
    assert_eq!(labels(&shown[0].children), ["About"], "the mug is not published");
    assert_eq!(shown[1].target, Target::Category(home.slug));
    let header = shown_menus(&mut db.work().read(), Locale::EN)
        .await
        .unwrap()
        .header
        .clone();
    assert_eq!(labels(&header), ["Home"], "the departments stand where no menu is");

    db.clock().advance(TimeDelta::hours(1));
    let renamed = UpdatePage {
        id: about.id,
        expected_version: None,
        changes: PageChanges {
            slug: Some("our-story".to_owned()),
            texts: Some(texts(&[(Locale::ID, "Tentang kami")])),
            ..PageChanges::default()
        },
    };
    let after = write(&db, async |ctx| update_page(ctx, renamed).await.unwrap()).await;
    let shown = footer(&db, Locale::ID).await;
    assert_eq!(labels(&shown[0].children), ["Tentang kami", "Mug"]);
    assert_eq!(shown[0].children[0].target, Target::Page(after.slug));
}
