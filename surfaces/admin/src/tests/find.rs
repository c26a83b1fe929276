//! Finding one's way at the desk.

use axum::http::StatusCode;

use super::{
    desk::TestDesk,
    stocked::{sell, stock},
};

/// The titles that the palette shows, by group.
async fn found(desk: &TestDesk, who: &str, typed: &str) -> Vec<(String, Vec<String>)> {
    let path = format!("/admin/find/entries?q={typed}");
    let reply = desk.ask(who, ("GET", &path), ("", String::new())).await;
    assert_eq!(reply.status, StatusCode::OK, "{typed}: {}", reply.text);
    let answer: serde_json::Value = serde_json::from_str(&reply.text).unwrap();
    let text = |value: &serde_json::Value| value.as_str().unwrap().to_owned();
    let groups = answer["groups"].as_array().unwrap().iter().map(|group| {
        let entries = group["entries"].as_array().unwrap().iter();
        (
            text(&group["title"]),
            entries.map(|entry| text(&entry["title"])).collect(),
        )
    });
    groups.collect()
}

#[tokio::test]
async fn the_palette_finds_what_the_reader_may_see() {
    let desk = TestDesk::open().await;
    let order = sell(&desk, &stock(&desk).await).await;
    let number = orders::get(&mut desk.db.work().read(), order)
        .await
        .unwrap()
        .order
        .number;
    let group = |title: &str, entries: &[&str]| {
        let entries: Vec<String> = entries.iter().map(|&entry| entry.to_owned()).collect();
        (title.to_owned(), entries)
    };
    for (typed, expected) in [
        ("new+prod", vec![group("Do", &["New product"])]),
        ("home+pa", vec![group("Rooms", &["Home page"])]),
        ("settings+ship", vec![group("Rooms", &["Shipping"])]),
        (number.as_str(), vec![group("Orders", &[number.as_str()])]),
        ("MUG-1", vec![group("Products", &["Stoneware mug"])]),
        ("stone", vec![group("Products", &["Stoneware mug"])]),
        ("nothing+like+this", vec![]),
    ] {
        assert_eq!(found(&desk, "everything", typed).await, expected, "{typed}");
    }
    assert_eq!(found(&desk, "only-orders:read", "stone").await, []);
    assert_eq!(found(&desk, "only-catalog:read", &number).await, []);
    assert_eq!(found(&desk, "nothing", "").await, [group("Rooms", &["Home"])]);
    let page = desk.get(&format!("/admin/find?q={number}")).await.text;
    assert!(
        page.contains(&format!("href=\"/admin/orders/{order}\"")) && page.contains(&format!("value=\"{number}\"")),
        "{page}"
    );
}
