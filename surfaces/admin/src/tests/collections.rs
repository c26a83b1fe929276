//! Collections and the category tree at the desk.

use super::{
    desk::TestDesk,
    stocked::{between, product},
};

const RULES: &[(&str, &str)] = &[
    ("title", "Under a tenner"),
    ("chosen", "all"),
    ("condition", "price"),
    ("test", "at_most"),
    ("name", ""),
    ("value", "10"),
    ("condition", "tag"),
    ("test", "is"),
    ("name", ""),
    ("value", ""),
];

#[tokio::test]
async fn rules_are_previewed_kept_and_followed() {
    let desk = TestDesk::open().await;
    product(&desk, "Cheap mug", "9.50").await;
    product(&desk, "Dear mug", "90.00").await;
    let previewed = desk
        .post("/admin/collections/new", &[RULES, &[("action", "preview")]].concat())
        .await;
    assert_eq!(previewed.status, 200);
    assert!(previewed.text.contains("One product fits") && previewed.text.contains("Cheap mug"));
    assert!(!previewed.text.contains("Dear mug") && previewed.text.contains("value=\"Under a tenner\""));
    let none = desk.get("/admin/collections").await.text;
    assert!(none.contains("no collections yet"), "a preview keeps nothing");

    let made = desk.post("/admin/collections/new", RULES).await;
    assert_eq!(made.status, 303, "{}", made.text);
    assert!(desk.get("/admin/collections").await.text.contains("by rules"));
    let page = desk.get(&made.location).await.text;
    // Enter in a field presses the first button, which saves.
    let first = between(&page, "novalidate>", "name=\"title\"");
    assert!(
        first.contains("type=\"submit\"") && !first.contains("name=\"action\""),
        "{first}"
    );
    let version = between(&page, "name=\"version\" value=\"", "\"");
    let wrong: Vec<_> = [RULES, &[("version", version)]].concat();
    let wrong: Vec<_> = wrong
        .into_iter()
        .map(|(name, value)| (name, if value == "10" { "ten" } else { value }))
        .collect();
    let refused = desk.post(&made.location, &wrong).await;
    assert_eq!(refused.status, 422);
    assert!(refused.text.contains("Please type an amount") && refused.text.contains("value=\"ten\""));
    let late = desk.post(&made.location, &[RULES, &[("version", "0")]].concat()).await;
    assert_eq!(late.status, 409);
    let members = format!("{}/products", made.location);
    let by_hand = desk
        .post(
            &members,
            &[("product", "prd_00000000000000000000000000"), ("to", "add")],
        )
        .await;
    assert_eq!(by_hand.status, 409, "its rules choose");
}

#[tokio::test]
async fn products_are_chosen_by_hand_in_an_order() {
    let desk = TestDesk::open().await;
    let mug = product(&desk, "Mug", "5").await;
    let spoon = product(&desk, "Spoon", "4").await;
    let made = desk
        .post("/admin/collections/new", &[("title", "Best"), ("chosen", "hand")])
        .await;
    let page = made.location;
    assert!(page.ends_with("/products"), "{page}");
    assert!(
        desk.get(&format!("{page}?q=spoon"))
            .await
            .text
            .contains("found-product")
    );
    for (product, to) in [(&mug, "add"), (&spoon, "add"), (&spoon, "up")] {
        let id = product.rsplit('/').next().unwrap();
        let changed = desk.post(&page, &[("product", id), ("to", to), ("q", "a b")]).await;
        assert_eq!(
            (changed.status.as_u16(), changed.location.ends_with("?q=a+b")),
            (303, true),
            "{}",
            changed.text
        );
    }
    let shown = desk.get(&page).await.text;
    assert!(shown.find(">Spoon<").unwrap() < shown.find(">Mug<").unwrap());
    let collection = page.strip_suffix("/products").unwrap();
    let asked = desk.get(&format!("{collection}/delete")).await.text;
    let version = between(&asked, "name=\"version\" value=\"", "\"");
    let gone = desk
        .post(&format!("{collection}/delete"), &[("version", version)])
        .await;
    assert_eq!(
        (gone.status.as_u16(), gone.location.as_str()),
        (303, "/admin/collections")
    );
    assert_eq!(desk.get(collection).await.status, 404);
}

#[tokio::test]
async fn a_coupon_stays_for_the_collection_that_was_deleted() {
    let desk = TestDesk::open().await;
    let made = desk
        .post("/admin/collections/new", &[("title", "Best"), ("chosen", "hand")])
        .await;
    let collection = made.location.strip_suffix("/products").unwrap();
    let id = collection.rsplit('/').next().unwrap();
    let terms = [
        ("code", "BEST"),
        ("kind", "percentage"),
        ("percentage", "10"),
        ("active", "1"),
        ("collection", id),
    ];
    let saved = desk.post("/admin/coupons/new", &terms).await;
    assert_eq!(saved.status, 303, "{}", saved.text);
    let listed = desk.get("/admin/coupons").await.text;
    let coupon = format!("/admin/coupons/{}", super::stocked::id_after(&listed, "cpn_"));
    let asked = desk.get(&format!("{collection}/delete")).await.text;
    let version = between(&asked, "name=\"version\" value=\"", "\"");
    desk.post(&format!("{collection}/delete"), &[("version", version)])
        .await;
    let page = desk.get(&coupon).await.text;
    assert!(page.contains("A collection that was deleted"));
    let tick = between(&page, &format!("value=\"{id}\""), ">");
    assert!(
        tick.contains("checked"),
        "saving the page keeps what the coupon is for: {tick}"
    );
}

#[tokio::test]
async fn a_coupon_is_made_for_what_is_not_published_yet() {
    let desk = TestDesk::open().await;
    let mut ctx = desk.db.work().write();
    let draft = catalog::NewProduct {
        title: "Moon lamp".to_owned(),
        ..catalog::NewProduct::default()
    };
    catalog::create_product(&mut ctx, draft).await.unwrap();
    ctx.commit().await.unwrap();
    let terms = |products| {
        [
            ("code", "LAUNCH"),
            ("kind", "percentage"),
            ("percentage", "10"),
            ("active", "1"),
            ("products", products),
        ]
    };
    let refused = desk.post("/admin/coupons/new", &terms("moon-lamp, sun-lamp")).await;
    assert_eq!(refused.status, 422, "{}", refused.text);
    let many = ["moon-lamp"; 51].join("\n");
    let refused = desk.post("/admin/coupons/new", &terms(many.as_str())).await;
    assert_eq!(refused.status, 422, "{}", refused.text);
    let saved = desk.post("/admin/coupons/new", &terms("moon-lamp")).await;
    assert_eq!(saved.status, 303, "{}", saved.text);
}

#[tokio::test]
async fn of_two_who_change_a_category_the_second_sees_both_versions() {
    let desk = TestDesk::open().await;
    for name in ["Clothes", "Hats"] {
        desk.post("/admin/categories/new", &[("name", name)]).await;
    }
    let ids = {
        let mut ctx = desk.db.work().read();
        catalog::list_categories(&mut ctx).await.unwrap()
    };
    let (clothes, hats) = (ids[0].id.to_string(), ids[1].id.to_string());
    let page = format!("/admin/categories/{hats}");
    let shown = desk.get(&page).await.text;
    assert_eq!(between(&shown, "name=\"version\" value=\"", "\""), "1");
    let first = [
        ("name", "Caps"),
        ("slug", ""),
        ("parent", clothes.as_str()),
        ("version", "1"),
    ];
    assert_eq!(desk.post(&page, &first).await.status, 303);
    let second = [("name", "Bonnets"), ("slug", "hats"), ("parent", ""), ("version", "1")];
    let late = desk.post(&page, &second).await;
    assert_eq!(late.status, 409, "{}", late.text);
    for told in [
        ">Caps<",
        ">Bonnets<",
        ">caps<",
        ">hats<",
        ">Clothes<",
        "value=\"Bonnets\"",
    ] {
        assert!(late.text.contains(told), "{told}: {}", late.text);
    }
    let version = between(&late.text, "name=\"version\" value=\"", "\"").to_owned();
    let again = [&second[..3], &[("version", version.as_str())]].concat();
    assert_eq!(desk.post(&page, &again).await.status, 303);
    let kept = desk.get(&page).await.text;
    assert!(
        kept.contains("value=\"Bonnets\"") && kept.contains("value=\"hats\""),
        "{kept}"
    );
}

#[tokio::test]
async fn many_categories_come_in_pages_and_are_searched() {
    let desk = TestDesk::open().await;
    desk.post("/admin/categories/new", &[("name", "Garden"), ("position", "1")])
        .await;
    let first = desk.get("/admin/categories").await.text;
    let garden = format!("cat_{}", between(&first, "href=\"/admin/categories/cat_", "\""));
    for number in 10..45 {
        let name = format!("Shelf {number}");
        let shelf = [("name", name.as_str()), ("parent", garden.as_str())];
        assert_eq!(desk.post("/admin/categories/new", &shelf).await.status, 303);
    }
    let first = desk.get("/admin/categories").await.text;
    assert!(first.contains("36 categories") && first.contains(">Garden<") && first.contains(">Shelf 38<"));
    assert!(!first.contains(">Shelf 39<") && !first.contains("Garden ›"), "{first}");
    let next = between(&first, "rel=\"next\" href=\"", "\"").replace("&amp;", "&");
    let rest = desk.get(&next).await.text;
    assert!(rest.contains(">Shelf 39<") && rest.contains(">Shelf 44<") && !rest.contains(">Shelf 38<"));
    assert_eq!(
        rest.matches("Garden ›").count(),
        1,
        "the first row says where it lies: {rest}"
    );
    let cursor = next.split_once("cursor=").unwrap().1;
    let shelf = between(&rest, "href=\"/admin/categories/cat_", "\"");
    let moved = [("to", "down"), ("cursor", cursor)];
    let moved = desk.post(&format!("/admin/categories/cat_{shelf}/move"), &moved).await;
    assert_eq!(moved.location, next);
    let found = desk.get("/admin/categories?q=SHELF+4").await.text;
    assert!(found.contains("5 categories") && found.contains("Garden ›") && !found.contains(">Shelf 39<"));
    let nothing = desk.get("/admin/categories?q=boats").await.text;
    assert!(nothing.contains("No category is called so."), "{nothing}");
}

#[tokio::test]
async fn a_category_moves_and_goes_after_asking() {
    let desk = TestDesk::open().await;
    for name in ["Hats", "Shoes"] {
        desk.post("/admin/categories/new", &[("name", name)]).await;
    }
    let order = async || {
        let list = desk.get("/admin/categories").await.text;
        list.find(">Hats<").unwrap() < list.find(">Shoes<").unwrap()
    };
    assert!(order().await);
    let list = desk.get("/admin/categories").await.text;
    let hats = between(&list, "href=\"/admin/categories/cat_", "\"").to_owned();
    let hats = format!("/admin/categories/cat_{hats}");
    desk.post(&format!("{hats}/move"), &[("to", "down")]).await;
    assert!(!order().await);
    let asked = desk.get(&format!("{hats}/delete")).await;
    assert!(asked.text.contains("Delete Hats?"));
    desk.post(&format!("{hats}/delete"), &[]).await;
    assert_eq!(desk.get(&hats).await.status, 404);
}

#[tokio::test]
async fn what_goes_with_a_product_is_named_by_its_address() {
    let desk = TestDesk::open().await;
    product(&desk, "Mug", "5").await;
    let page = product(&desk, "Spoon", "4").await;
    let shown = desk.get(&page).await.text;
    let version = between(&shown, "name=\"version\" value=\"", "\"").to_owned();
    let form = |related| {
        let fields = [
            ("title", "Spoon"),
            ("slug", "spoon"),
            ("kind", "physical"),
            ("status", "active"),
            ("published_at", "2099-01-01T08:00"),
        ];
        [&fields[..], &[("related", related), ("version", version.as_str())]].concat()
    };
    let unknown = desk.post(&page, &form("mug, nothing")).await;
    assert_eq!(unknown.status, 422);
    assert!(
        unknown.text.contains("There is no product “nothing”") || unknown.text.contains("nothing\u{2069}”"),
        "{}",
        unknown.text
    );
    let kept = desk.post(&page, &form("mug")).await;
    assert_eq!(kept.status, 303, "{}", kept.text);
    let shown = desk.get(&page).await.text;
    assert!(
        shown.contains("name=\"related\" type=\"text\" value=\"mug\""),
        "{shown}"
    );
    assert!(
        shown.contains("2099-01-01T08:00") && !shown.contains("href=\"/products/spoon\""),
        "not published yet"
    );
}
