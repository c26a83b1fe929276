//! Locations and stock: what their forms do.

use axum::http::StatusCode;

use super::{
    desk::TestDesk,
    stocked::{id_after, stock},
};

const SHOP: [(&str, &str); 8] = [
    ("name", "Corner shop"),
    ("active", "1"),
    ("pickup", "1"),
    ("line1", "1 High Street"),
    ("city", "Albany"),
    ("state", "NY"),
    ("postal_code", "12207"),
    ("country", "US"),
];

#[tokio::test]
async fn a_location_keeps_what_is_typed() {
    let desk = TestDesk::open().await;
    let path = "/admin/settings/locations/new";
    let hours = [("hours", "09:00-18:00"), ("hours", "noon")];
    let refused = desk.post(path, &[&SHOP[..], &hours[..]].concat()).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(refused.text.contains("value=\"noon\"") && refused.text.contains("error-hours-2"));
    assert!(refused.text.contains("1 High Street"));
    let without_address = desk
        .post(path, &[("name", "Kiosk"), ("pickup", "1"), ("country", "US")])
        .await;
    assert!(without_address.text.contains("error-line1"), "{}", without_address.text);
    let made = desk.post(path, &[&SHOP[..], &hours[..1]].concat()).await;
    assert_eq!(made.status, StatusCode::SEE_OTHER);
    let again = desk.post(path, &SHOP).await;
    assert!(again.text.contains("error-name"));
    let list = desk.get("/admin/settings/locations").await.text;
    let page = format!("/admin/settings/locations/{}", id_after(&list, "loc_"));
    let closing = desk
        .post(&page, &[("name", "Corner shop"), ("version", "1"), ("country", "US")])
        .await;
    assert_eq!(
        closing.status,
        StatusCode::UNPROCESSABLE_ENTITY,
        "the only location stays open"
    );
    let late = desk.post(&page, &[&SHOP[..], &[("version", "0")]].concat()).await;
    assert_eq!(late.status, StatusCode::CONFLICT);
    let saved = desk
        .post(&page, &[&SHOP[..], &[("version", "1"), ("capacity", "500")]].concat())
        .await;
    assert_eq!(saved.status, StatusCode::SEE_OTHER);
    assert!(desk.get("/admin/settings/locations").await.text.contains("/ 500"));
}

#[tokio::test]
async fn rows_are_booked_together_or_not_at_all() {
    let desk = TestDesk::open().await;
    let stocked = stock(&desk).await;
    desk.post("/admin/settings/locations/new", &SHOP).await;
    let locations = inventory::list_locations(&mut desk.db.work().read()).await.unwrap();
    let named = |name| {
        locations
            .iter()
            .find(|location| location.terms.name == name)
            .unwrap()
            .id
    };
    let level = format!("{} {}", stocked.variant, named("Main"));
    let shop = named("Corner shop").to_string();
    let row = |quantity: &'static str| [("level", level.as_str()), ("quantity", quantity), ("reason", "round")];
    let form = |kind: &'static str, quantity| [&row(quantity)[..], &[("kind", kind)]].concat();
    let refused = desk.post("/admin/stock", &form("damage", "9")).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(refused.text.contains("error-row-1") && refused.text.contains("value=\"9\""));
    let nothing = desk.post("/admin/stock", &form("receive", "")).await;
    assert_eq!(nothing.status, StatusCode::UNPROCESSABLE_ENTITY);
    // Pressed twice, it is booked once.
    let came = [&form("receive", "+7")[..], &[("once", "the-page-it-was-typed-on")]].concat();
    for _ in 0..2 {
        assert_eq!(desk.post("/admin/stock", &came).await.status, StatusCode::SEE_OTHER);
    }
    let moved = [&form("transfer", "4")[..], &[("to", shop.as_str())]].concat();
    assert_eq!(desk.post("/admin/stock", &moved).await.status, StatusCode::SEE_OTHER);
    let too_many = [&form("transfer", "40")[..], &[("to", shop.as_str())]].concat();
    assert!(desk.post("/admin/stock", &too_many).await.text.contains("error-row-1"));
    let levels = inventory::levels(&mut desk.db.work().read(), &[stocked.variant])
        .await
        .unwrap();
    let mut counts: Vec<i64> = levels.iter().map(|level| level.on_hand).collect();
    counts.sort_unstable();
    assert_eq!(counts, [4, 8]);
    assert_eq!(
        inventory::check(&mut desk.db.work().read()).await.unwrap(),
        Vec::<String>::new()
    );
}

#[tokio::test]
async fn a_level_that_is_low_is_to_do() {
    let desk = TestDesk::open().await;
    let stocked = stock(&desk).await;
    let page = format!("/admin/stock/{}", stocked.variant);
    let location = id_after(&desk.get(&page).await.text, "loc_").to_owned();
    let plan = |point: &'static str| {
        [
            ("location", location.as_str()),
            ("reorder_point", point),
            ("safety_stock", "1"),
        ]
    };
    let refused = desk.post(&format!("{page}/plan"), &plan("many")).await;
    assert!(refused.text.contains("error-reorder_point-1") && refused.text.contains("value=\"many\""));
    let low = async || desk.get("/admin/stock?state=low").await.text.contains("level-row");
    assert!(!low().await);
    assert_eq!(
        desk.post(&format!("{page}/plan"), &plan("4")).await.status,
        StatusCode::SEE_OTHER
    );
    assert!(low().await);
    let home = desk.get("/admin").await.text;
    assert!(home.contains("tile-low-stock"));
    let booked = [
        ("at", location.as_str()),
        ("kind", "receive"),
        ("quantity", "10"),
        ("reason", "delivery"),
    ];
    let booked = desk.post(&format!("{page}/book"), &booked).await;
    assert_eq!(booked.status, StatusCode::SEE_OTHER);
    assert!(!low().await);
    let ledger = desk.get(&page).await.text;
    assert!(ledger.contains("delivery") && ledger.contains("+10"));
}
