//! API keys at the desk.

use axum::http::StatusCode;

use super::{desk::TestDesk, stocked::id_after};

#[tokio::test]
async fn a_key_is_shown_once_and_revoked() {
    let desk = TestDesk::open().await;
    let refused = desk.post("/admin/keys", &[("name", "Till")]).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    let made = desk
        .post("/admin/keys", &[("name", "Till"), ("permission", "orders:read")])
        .await;
    assert_eq!(made.status, StatusCode::CREATED);
    let secret = made
        .text
        .split("data-testid=\"key-secret\">")
        .nth(1)
        .unwrap()
        .split('<')
        .next()
        .unwrap();
    assert!(secret.starts_with("souk_"));
    let list = desk.get("/admin/keys").await.text;
    assert!(list.contains("Till") && !list.contains(secret));
    let revoke = format!("/admin/keys/{}/revoke", id_after(&list, "key_"));
    assert_eq!(desk.get(&revoke).await.status, StatusCode::OK);
    assert_eq!(desk.post(&revoke, &[]).await.status, StatusCode::SEE_OTHER);
    assert_eq!(desk.post(&revoke, &[]).await.status, StatusCode::NOT_FOUND);
}
