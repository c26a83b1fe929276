//! How things are sold: what is written on them, how many, and what is put aside.

use serde_json::{Value, json};

use super::{Answered, Api, payment, whole_cart};

async fn sell(api: &Api, terms: Value) -> Answered {
    let product = api.get("/api/v1/products/linen-shirt").await;
    let path = format!("/api/v1/admin/products/{}/terms", product.body["id"].as_str().unwrap());
    let key = [("authorization", "Bearer souk_catalog:read,catalog:write")];
    let there = api.call("GET", &path, &key, None).await;
    assert_eq!(there.status, 200, "{}", there.text);
    let headers = [key[0], ("if-match", there.header("etag"))];
    api.call("PATCH", &path, &headers, Some(terms)).await
}

fn engraving() -> Value {
    json!({"label": "Engraving", "kind": "short_text", "required": true, "max_length": 10})
}

#[tokio::test]
async fn terms_are_changed_by_their_version_and_shown_to_shoppers() {
    let api = Api::new().await;
    let terms = json!({
        "personal_fields": [engraving(), {"label": "Font", "kind": "choice", "choices": ["Serif", "Script"]}],
        "quantity_rule": {"minimum": 2, "step": 2},
    });
    let sold = sell(&api, terms).await;
    assert_eq!(
        (sold.status, sold.body["quantity_rule"]["minimum"].as_i64()),
        (200, Some(2)),
        "{}",
        sold.text
    );
    let shown = api.get("/api/v1/products/linen-shirt").await.body;
    assert_eq!(shown["personal_fields"][0]["max_length"], 10);
    assert_eq!(shown["personal_fields"][1]["choices"], json!(["Serif", "Script"]));
    assert_eq!(shown["variants"][0]["quantity_rule"]["step"], 2);
    let own = json!({"variants": [{"variant_id": api.shirt, "quantity_rule": {"maximum": 3}}]});
    assert_eq!(sell(&api, own).await.status, 200);
    let shown = api.get("/api/v1/products/linen-shirt").await.body;
    assert_eq!(
        shown["variants"][0]["quantity_rule"],
        json!({"minimum": null, "maximum": 3, "step": null, "customer_maximum": null})
    );
    for (wrong, field) in [
        (
            json!({"personal_fields": [{"label": "A", "kind": "drawing"}]}),
            "personal_fields.0.kind",
        ),
        (
            json!({"personal_fields": [engraving(), engraving()]}),
            "personal_fields.1.label",
        ),
        (
            json!({"quantity_rule": {"minimum": 3, "step": 2}}),
            "quantity_rule.minimum",
        ),
        (json!({"colour": 1}), "colour"),
    ] {
        let refused = sell(&api, wrong).await;
        assert_eq!(
            (refused.status, refused.body["errors"][0]["field"].as_str()),
            (422, Some(field))
        );
    }
}

#[tokio::test]
async fn lines_say_what_is_wrong_with_what_is_written_on_them() {
    let api = Api::new().await;
    sell(&api, json!({"personal_fields": [engraving()]})).await;
    let cart = api.post("/api/v1/carts", json!({})).await.header("location").to_owned();
    for (properties, field, code) in [
        (json!({}), "properties.Engraving", "required"),
        (
            json!({"Engraving": "much too long"}),
            "properties.Engraving",
            "too_long",
        ),
        (
            json!({"Engraving": "Ann", "Colour": "red"}),
            "properties.Colour",
            "unknown_property",
        ),
    ] {
        let line = json!({"variant_id": api.shirt, "properties": properties});
        let refused = api.post(&format!("{cart}/lines"), line.clone()).await;
        let error = &refused.body["errors"][0];
        assert_eq!(
            (refused.status, error["field"].as_str(), error["code"].as_str()),
            (422, Some(field), Some(code)),
            "{}",
            refused.text
        );
        let whole = api.post("/api/v1/carts", json!({"lines": [line]})).await;
        assert_eq!(whole.body["errors"][0]["field"], format!("lines.0.{field}"));
    }
    let mut whole = whole_cart(api.shirt, 1);
    whole["lines"][0]["properties"] = json!({"Engraving": "Ann"});
    let made = api.post("/api/v1/carts", whole).await;
    assert_eq!(made.body["lines"][0]["properties"]["Engraving"], "Ann", "{}", made.text);
    let complete = format!("{}/complete", made.header("location"));
    let placed = api.post(&complete, payment("tok_success")).await;
    assert_eq!(
        placed.body["lines"][0]["properties"]["Engraving"], "Ann",
        "{}",
        placed.text
    );
}

#[tokio::test]
async fn quantities_that_are_not_sold_name_the_limit() {
    let api = Api::new().await;
    sell(
        &api,
        json!({"quantity_rule": {"step": 2, "maximum": 4, "customer_maximum": 4}}),
    )
    .await;
    let refused = api.post("/api/v1/carts", whole_cart(api.shirt, 3)).await;
    assert_eq!(
        (
            refused.status,
            refused.body["errors"][0]["code"].as_str(),
            refused.body["limit"].as_i64()
        ),
        (422, Some("not_in_steps"), Some(2)),
        "{}",
        refused.text
    );
    let made = api.post("/api/v1/carts", whole_cart(api.shirt, 4)).await;
    let complete = format!("{}/complete", made.header("location"));
    assert_eq!(api.post(&complete, payment("tok_success")).await.status, 201);
    let second = api.post("/api/v1/carts", whole_cart(api.shirt, 2)).await;
    assert_eq!(
        (second.status, second.body["errors"][0]["code"].as_str()),
        (422, Some("above_customer_maximum")),
        "{}",
        second.text
    );
}

#[tokio::test]
async fn a_line_is_saved_for_later_and_comes_back() {
    let api = Api::new().await;
    let made = api.post("/api/v1/carts", whole_cart(api.shirt, 2)).await;
    let cart = made.header("location").to_owned();
    let line = made.body["lines"][0]["id"].as_str().unwrap().to_owned();
    let stale = [("if-match", "\"99\"")];
    let save = format!("{cart}/lines/{line}/save");
    assert_eq!(api.call("POST", &save, &stale, None).await.code(), "version_conflict");
    let saved = api.call("POST", &save, &[], None).await;
    assert_eq!(saved.status, 200, "{}", saved.text);
    assert_eq!(
        (
            saved.body["item_count"].as_i64(),
            saved.body["totals"]["items"]["amount"].as_i64()
        ),
        (Some(0), Some(0))
    );
    assert_eq!(saved.body["saved_lines"][0]["quantity"], 2);
    assert_eq!(saved.body["saved_lines"][0]["obstacle"], Value::Null);
    assert_eq!(api.call("POST", &save, &[], None).await.status, 404);
    let saved_line = saved.body["saved_lines"][0]["id"].as_str().unwrap().to_owned();
    let back = api
        .call("POST", &format!("{cart}/saved-lines/{saved_line}/move"), &[], None)
        .await;
    assert_eq!(
        (
            back.status,
            back.body["item_count"].as_i64(),
            back.body["saved_lines"].as_array().map(Vec::len)
        ),
        (200, Some(2), Some(0)),
        "{}",
        back.text
    );
    let line = back.body["lines"][0]["id"].as_str().unwrap().to_owned();
    let saved = api.call("POST", &format!("{cart}/lines/{line}/save"), &[], None).await;
    let saved_line = saved.body["saved_lines"][0]["id"].as_str().unwrap().to_owned();
    let path = format!("{cart}/saved-lines/{saved_line}");
    let removed = api.call("DELETE", &path, &[], None).await;
    assert_eq!(
        (removed.status, removed.body["saved_lines"].as_array().map(Vec::len)),
        (200, Some(0))
    );
    let before = [("if-match", saved.header("etag"))];
    let stale = api.call("DELETE", &path, &before, None).await;
    assert_eq!(
        (stale.status, stale.code()),
        (412, "version_conflict"),
        "{}",
        stale.text
    );
    assert_eq!(api.call("DELETE", &path, &[], None).await.status, 404);
}

#[tokio::test]
async fn a_measure_makes_a_base_price() {
    let api = Api::new().await;
    let product = api.get("/api/v1/products/linen-shirt").await.body;
    assert!(product["variants"][0]["base_price"].is_null());
    let path = format!(
        "/api/v1/admin/variants/{}",
        product["variants"][0]["id"].as_str().unwrap()
    );
    let headers = [
        ("authorization", "Bearer souk_catalog:read,catalog:write"),
        ("if-match", "*"),
    ];
    let change = async |body: Value| api.call("PATCH", &path, &headers, Some(body)).await;
    for (body, field, code) in [
        (json!({"measure": "a lot"}), "measure", "invalid_measure"),
        (json!({"measure_base": "1 l"}), "measure", "required"),
        (
            json!({"measure": "750 ml", "measure_base": "1 m"}),
            "measure_base",
            "other_unit",
        ),
    ] {
        let refused = change(body).await;
        let error = &refused.body["errors"][0];
        assert_eq!(
            (refused.status, error["field"].as_str(), error["code"].as_str()),
            (422, Some(field), Some(code)),
            "{}",
            refused.text
        );
    }
    let changed = change(json!({"measure": "250 ml", "price": {"amount": 1500, "currency": "USD"}})).await;
    assert_eq!(
        (changed.status, &changed.body["measure"], &changed.body["measure_base"]),
        (200, &json!("250 ml"), &json!("1 l")),
        "{}",
        changed.text
    );
    let shown = api.get("/api/v1/products/linen-shirt").await.body;
    let base_price = json!({"price": {"amount": 6000, "currency": "USD"}, "per": "1 l"});
    assert_eq!(shown["variants"][0]["base_price"], base_price);
    let taken_away = change(json!({"measure": ""})).await;
    assert_eq!(
        (taken_away.status, &taken_away.body["measure_base"]),
        (200, &json!("")),
        "{}",
        taken_away.text
    );
}
