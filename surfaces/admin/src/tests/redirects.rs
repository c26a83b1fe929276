//! Redirects at the desk.

use axum::http::StatusCode;

use super::desk::TestDesk;

#[tokio::test]
async fn redirects_are_added_found_and_removed() {
    let desk = TestDesk::open().await;
    let bad = desk
        .post("/admin/redirects", &[("from", "/old"), ("to", "https://evil.example")])
        .await;
    assert_eq!(bad.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(
        bad.text.contains("id=\"error-to\"") && bad.text.contains("value=\"/old\""),
        "{}",
        bad.text
    );
    for (from, to) in [("/old", "/products"), ("/older", "/old")] {
        let added = desk.post("/admin/redirects", &[("from", from), ("to", to)]).await;
        assert_eq!(added.status, StatusCode::SEE_OTHER, "{}", added.text);
    }
    let circle = desk
        .post("/admin/redirects", &[("from", "/products"), ("to", "/older")])
        .await;
    assert!(circle.text.contains("id=\"error-to\""), "{}", circle.text);
    let found = desk.get("/admin/redirects?q=older").await.text;
    assert_eq!(found.matches("data-testid=\"redirect-row\"").count(), 1);
    assert!(
        desk.get("/admin/exports/redirects")
            .await
            .text
            .contains("/old,/products\n")
    );
    let removed = desk.post("/admin/redirects/remove", &[("from", "/old")]).await;
    assert_eq!(removed.status, StatusCode::SEE_OTHER);
    assert_eq!(
        desk.get("/admin/redirects")
            .await
            .text
            .matches("data-testid=\"redirect-row\"")
            .count(),
        1
    );
}
