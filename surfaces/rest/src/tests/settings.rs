//! What is decided about the store itself.

use serde_json::{Value, json};

use super::{Answered, Api, whole_cart};

const PATH: &str = "/api/v1/admin/settings";

async fn change(api: &Api, etag: &str, body: Value) -> Answered {
    let headers = [("authorization", "Bearer souk_settings:manage"), ("if-match", etag)];
    api.call("PATCH", PATH, &headers, Some(body)).await
}

#[tokio::test]
async fn every_setting_can_be_read_and_changed() {
    let api = Api::new().await;
    let before = api.with_key("settings:manage", "GET", PATH, None).await;
    assert_eq!(
        (before.status, before.body["time_zone"].as_str()),
        (200, Some("UTC")),
        "{}",
        before.text
    );
    assert_eq!(before.body["currency_fixed"], true, "the shop has prices");
    let wanted = json!({
        "name": "Corner", "email": "corner@example.com", "sender_name": "Ann of Corner", "country": "ID",
        "address": {"line1": "Jl. Satu 1", "city": "Jakarta", "state": "JK", "postal_code": "10110", "country": "ID"},
        "hosts": [database::testing::HOST, "corner.example"], "time_zone": "Asia/Jakarta", "locale": "id",
        "locales": ["id"], "prices_include_tax": true, "tax_rounding": "order", "order_prefix": "#", "order_dated": true,
        "first_order": 5001, "reservation_minutes": 45, "hold_stock": "cart", "hold_minutes": 20, "capture": "shipment",
        "guests_may_buy": false, "maintenance": true,
    });
    let changed = change(&api, before.header("etag"), wanted.clone()).await;
    assert_eq!(changed.status, 200, "{}", changed.text);
    for (field, value) in wanted.as_object().unwrap() {
        match field.as_str() {
            "address" => assert_eq!(changed.body["address"]["line1"], "Jl. Satu 1"),
            _ => assert_eq!(&changed.body[field], value, "{field}"),
        }
    }
    let read = api.with_key("settings:manage", "GET", PATH, None).await;
    assert_eq!(
        (read.header("etag"), &read.body),
        (changed.header("etag"), &changed.body)
    );
    let late = change(&api, before.header("etag"), json!({"name": "Late"})).await;
    assert_eq!((late.status, late.code()), (412, "version_conflict"));
    let gone = change(
        &api,
        read.header("etag"),
        json!({"address": null, "maintenance": false}),
    )
    .await;
    assert_eq!(
        (gone.status, &gone.body["address"]),
        (200, &Value::Null),
        "{}",
        gone.text
    );
    assert_eq!(gone.body["name"], "Corner", "what is left out stays");
}

#[tokio::test]
async fn what_cannot_be_is_named_and_nothing_changes() {
    let api = Api::new().await;
    let blind = api
        .with_key("settings:manage", "PATCH", PATH, Some(json!({"name": "X"})))
        .await;
    assert_eq!((blind.status, blind.code()), (428, "if_match_required"));
    let unread = json!({
        "email": "nobody", "country": "ID1", "time_zone": "Jakarta", "locale": "xx", "tax_rounding": "never",
        "hold_stock": "always", "capture": "never", "locales": ["xx"], "currency": "XXXX",
    });
    let refused = change(&api, "*", unread.clone()).await;
    let errors = refused.body["errors"].as_array().unwrap();
    let named: Vec<&str> = errors.iter().map(|error| error["field"].as_str().unwrap()).collect();
    assert_eq!(refused.status, 422);
    for field in unread.as_object().unwrap().keys() {
        assert!(named.contains(&field.as_str()), "{field}: {named:?}");
    }
    for (body, field, code) in [
        (json!({"name": " "}), "name", "required"),
        (json!({"hold_minutes": 0}), "hold_minutes", "out_of_range"),
        (json!({"reservation_minutes": 1}), "reservation_minutes", "out_of_range"),
        (json!({"currency": "EUR"}), "currency", "currency_fixed"),
        (json!({"hosts": ["no host"]}), "hosts", "invalid_host"),
        (json!({"hosts": ["elsewhere.example"]}), "hosts", "first_host_kept"),
        (json!({"order_prefix": "A1"}), "order_prefix", "prefix_digit"),
    ] {
        let refused = change(&api, "*", body).await;
        let error = &refused.body["errors"][0];
        assert_eq!(
            (refused.status, error["field"].as_str(), error["code"].as_str()),
            (422, Some(field), Some(code)),
            "{}",
            refused.text
        );
    }
    let read = api.with_key("settings:manage", "GET", PATH, None).await;
    assert_eq!(
        (&read.body["version"], &read.body["currency"]),
        (&json!(1), &json!("USD"))
    );
}

#[tokio::test]
async fn guests_are_told_when_the_store_sells_to_customers_alone() {
    let api = Api::new().await;
    let cart = api.post("/api/v1/carts", whole_cart(api.shirt, 1)).await;
    let changed = change(&api, "*", json!({"guests_may_buy": false})).await;
    assert_eq!(changed.status, 200, "{}", changed.text);
    let path = format!("{}/complete", cart.header("location"));
    let refused = api.post(&path, super::payment("tok_success")).await;
    assert_eq!((refused.status, refused.code()), (403, "sign_in_required"));
    let changed = change(&api, "*", json!({"guests_may_buy": true})).await;
    assert_eq!(changed.status, 200, "{}", changed.text);
    assert_eq!(api.post(&path, super::payment("tok_success")).await.status, 201);
}
