//! The merchant's side.

mod categories;
mod files;
mod kinds;
mod orders;
mod price_lists;
mod products;
mod setup;
mod variants;
mod versions;

use serde_json::{Value, json};

use super::{Answered, Api, payment, whole_cart};

const ALL: &str = "catalog:read,catalog:write,stock:write,orders:read,orders:fulfil,orders:cancel,orders:refund,\
                   coupons:write,imports:run,jobs:manage,settings:manage,content:write";

async fn admin(api: &Api, method: &str, path: &str, body: Value) -> Answered {
    let body = (!body.is_null()).then_some(body);
    api.with_key(ALL, method, &format!("/api/v1/admin{path}"), body).await
}

async fn change(api: &Api, path: &str, etag: &str, body: Value) -> Answered {
    let key = format!("Bearer souk_{ALL}");
    let headers = [("authorization", key.as_str()), ("if-match", etag)];
    api.call("PATCH", &format!("/api/v1/admin{path}"), &headers, Some(body))
        .await
}

async fn order(api: &Api, quantity: i64) -> Value {
    let cart = api.post("/api/v1/carts", whole_cart(api.shirt, quantity)).await;
    let placed = api
        .post(&format!("{}/complete", cart.header("location")), payment("tok_success"))
        .await;
    assert_eq!(placed.status, 201, "{}", placed.text);
    placed.body
}

#[tokio::test]
async fn a_coupon_is_made_used_and_changed() {
    let api = Api::new().await;
    let new = json!({"code": "save10", "kind": "percentage", "percentage": "12.5", "total_limit": 5});
    let made = admin(&api, "POST", "/coupons", new.clone()).await;
    assert_eq!(
        (made.status, made.body["percentage"].as_str()),
        (201, Some("12.5")),
        "{}",
        made.text
    );
    assert_eq!(admin(&api, "POST", "/coupons", new).await.code(), "code_taken");
    let mut body = whole_cart(api.shirt, 1);
    body["coupon_codes"] = json!(["SAVE10"]);
    let cart = api.post("/api/v1/carts", body).await;
    assert_eq!(cart.body["totals"]["discount"]["amount"], 250);
    let path = format!("/coupons/{}", made.body["id"].as_str().unwrap());
    let off = change(
        &api,
        &path,
        made.header("etag"),
        json!({"active": false, "total_limit": null}),
    )
    .await;
    assert_eq!(
        (
            off.status,
            off.body["active"].as_bool(),
            off.body["total_limit"].is_null()
        ),
        (200, Some(false), true),
        "{}",
        off.text
    );
    assert_eq!(change(&api, &path, made.header("etag"), json!({})).await.status, 412);
    let bad = admin(
        &api,
        "POST",
        "/coupons",
        json!({"code": "x", "kind": "fixed_amount", "percentage": "1"}),
    )
    .await;
    assert_eq!(
        (bad.status, bad.body["errors"][0]["field"].as_str()),
        (422, Some("percentage"))
    );
}

#[tokio::test]
async fn a_key_is_made_told_once_and_revoked() {
    let api = Api::new().await;
    let made = admin(
        &api,
        "POST",
        "/api-keys",
        json!({"name": "Till", "permissions": ["orders:read"]}),
    )
    .await;
    assert_eq!(
        (made.status, made.header("cache-control")),
        (201, "no-store"),
        "{}",
        made.text
    );
    assert!(made.body["secret"].as_str().unwrap().starts_with("souk_"));
    let listed = admin(&api, "GET", "/api-keys", Value::Null).await;
    assert!(!listed.text.contains("secret"));
    let path = format!("/api-keys/{}", made.body["id"].as_str().unwrap());
    assert_eq!(admin(&api, "DELETE", &path, Value::Null).await.status, 204);
    assert_eq!(admin(&api, "DELETE", &path, Value::Null).await.status, 404);
    assert_eq!(admin(&api, "GET", "/parked-jobs", Value::Null).await.body["total"], 0);
}

#[tokio::test]
async fn an_empty_id_in_a_query_is_no_id() {
    let api = Api::new().await;
    for (path, field) in [
        ("/categories?parent_id=", "parent_id"),
        ("/stock-levels?location_id=", "location_id"),
        ("/fulfilments?location_id=", "location_id"),
    ] {
        let refused = admin(&api, "GET", path, Value::Null).await;
        assert_eq!(
            (refused.status, refused.body["errors"][0]["field"].as_str()),
            (422, Some(field)),
            "{}",
            refused.text
        );
    }
}
