//! Products, their variants and attributes, and what lies in stock of them.

use serde_json::{Value, json};

use super::{ALL, Api, admin, change};

#[tokio::test]
async fn a_product_is_made_changed_and_archived() {
    let api = Api::new().await;
    let new = json!({
        "title": "Wool Hat", "status": "active", "option_names": ["Size"], "description_html": "<p>Warm.<script>x</script></p>",
        "variants": [{"option_values": ["M"], "sku": "HAT-M", "price": {"amount": 1500, "currency": "USD"}}],
        "images": [{"url": "https://example.com/hat.jpg", "alt": "A hat"}, {"url": "https://example.com/hat.jpg"}],
    });
    let made = admin(&api, "POST", "/products", new.clone()).await;
    assert_eq!(
        (made.status, made.body["slug"].as_str()),
        (201, Some("wool-hat")),
        "{}",
        made.text
    );
    assert_eq!(made.body["description_html"], "<p>Warm.</p>");
    let path = format!("/products/{}", made.body["id"].as_str().unwrap());
    assert_eq!(
        api.get("/api/v1/products/wool-hat").await.body["variants"][0]["price"]["amount"],
        1500
    );
    let blind = admin(&api, "PATCH", &path, json!({"title": "Hat"})).await;
    assert_eq!((blind.status, blind.code()), (428, "if_match_required"));
    let changed = change(
        &api,
        &path,
        made.header("etag"),
        json!({"title": "Hat", "brand": "Nile"}),
    )
    .await;
    assert_eq!(
        (changed.status, changed.body["brand"].as_str()),
        (200, Some("Nile")),
        "{}",
        changed.text
    );
    let stale = change(&api, &path, made.header("etag"), json!({"title": "Cap"})).await;
    assert_eq!((stale.status, stale.code()), (412, "version_conflict"));
    let null = change(&api, &path, changed.header("etag"), json!({"title": null})).await;
    assert_eq!(
        (null.status, null.body["errors"][0]["field"].as_str()),
        (422, Some("title"))
    );
    let variant = json!({"option_values": ["L"], "sku": "HAT-L", "price": {"amount": 1700, "currency": "USD"}});
    let added = admin(&api, "POST", &format!("{path}/variants"), variant.clone()).await;
    assert_eq!(
        (added.status, added.body["title"].as_str()),
        (201, Some("L")),
        "{}",
        added.text
    );
    assert_eq!(
        admin(&api, "POST", &format!("{path}/variants"), variant).await.code(),
        "options_taken"
    );
    let variant_path = format!("/variants/{}", added.body["id"].as_str().unwrap());
    let dear = json!({"price": {"amount": 1_000_000_000_001_i64, "currency": "USD"}});
    let dear = change(&api, &variant_path, added.header("etag"), dear).await;
    assert_eq!(
        (dear.status, dear.body["errors"][0]["field"].as_str()),
        (422, Some("price.amount"))
    );
    let free = change(
        &api,
        &variant_path,
        added.header("etag"),
        json!({"price": null, "cost": {"amount": 5, "currency": "USD"}}),
    )
    .await;
    assert_eq!(
        (free.status, free.body["price"].is_null()),
        (200, true),
        "{}",
        free.text
    );
    let key = format!("Bearer souk_{ALL}");
    let headers = [("authorization", key.as_str()), ("if-match", "*")];
    let archived = api
        .call("POST", &format!("/api/v1/admin{path}/archive"), &headers, None)
        .await;
    assert_eq!(
        (archived.status, archived.body["status"].as_str()),
        (200, Some("archived")),
        "{}",
        archived.text
    );
    assert_eq!(api.get("/api/v1/products/wool-hat").await.status, 404);
    let listed = admin(&api, "GET", "/products?status=archived", Value::Null).await;
    assert_eq!(listed.body["total"], 1);
}

#[tokio::test]
async fn all_combinations_are_made_in_one_step() {
    let api = Api::new().await;
    let new = json!({"title": "Cap", "variants": [{"sku": "CAP", "price": {"amount": 1500, "currency": "USD"}}]});
    let made = admin(&api, "POST", "/products", new).await;
    let path = format!("/products/{}", made.body["id"].as_str().unwrap());
    let key = format!("Bearer souk_{ALL}");
    let matrix = async |etag: &str, colours: Value| {
        let axes = json!([{"name": "Size", "values": ["S", "M"]}, {"name": "Colour", "values": colours}]);
        let headers = [("authorization", key.as_str()), ("if-match", etag)];
        let path = format!("/api/v1/admin{path}/variants/matrix");
        api.call("POST", &path, &headers, Some(json!({ "axes": axes }))).await
    };
    let twice = matrix(made.header("etag"), json!(["Red", "Red"])).await;
    assert_eq!(
        (twice.status, twice.body["errors"][0]["field"].as_str()),
        (422, Some("axes.1.values"))
    );
    let generated = matrix(made.header("etag"), json!(["Red", "Blue"])).await;
    assert_eq!(
        (generated.status, &generated.body["made"]),
        (200, &json!(3)),
        "{}",
        generated.text
    );
    let stale = matrix(made.header("etag"), json!(["Green"])).await;
    assert_eq!((stale.status, stale.code()), (412, "version_conflict"));
    let product = admin(&api, "GET", &path, Value::Null).await;
    assert_eq!(product.header("etag"), generated.header("etag"));
    let variants = product.body["variants"].as_array().unwrap();
    let told: Vec<_> = variants
        .iter()
        .map(|variant| (variant["title"].as_str().unwrap(), variant["sku"].as_str()))
        .collect();
    let expected = [
        ("S / Red", Some("CAP")),
        ("S / Blue", None),
        ("M / Red", None),
        ("M / Blue", None),
    ];
    assert_eq!(told, expected);
    assert!(variants.iter().all(|variant| variant["price"]["amount"] == 1500));
}

#[tokio::test]
async fn attributes_give_values_their_kind() {
    let api = Api::new().await;
    let weight = json!({"name": "Weight", "code": "weight", "kind": "number", "unit": "kg", "required": true});
    let made = admin(&api, "POST", "/attributes", weight.clone()).await;
    assert_eq!(
        (made.status, &made.body["kind"]),
        (201, &json!("number")),
        "{}",
        made.text
    );
    let taken = admin(&api, "POST", "/attributes", weight).await;
    assert_eq!((taken.status, taken.code()), (409, "code_taken"));
    let secret = json!({"name": "Shelf", "code": "shelf", "kind": "text", "shown": false});
    assert_eq!(admin(&api, "POST", "/attributes", secret).await.status, 201);
    let product = |weight: Value| json!({"title": "Anvil", "status": "active", "attributes": {"weight": weight, "shelf": "B2", "care": "oil it"}});
    let wrong = admin(&api, "POST", "/products", product(json!("heavy"))).await;
    assert_eq!(
        (wrong.status, wrong.body["errors"][0]["field"].as_str()),
        (422, Some("attributes.weight"))
    );
    let missing = admin(&api, "POST", "/products", product(Value::Null)).await;
    assert_eq!(
        (missing.status, missing.body["errors"][0]["code"].as_str()),
        (422, Some("required"))
    );
    let stored = admin(&api, "POST", "/products", product(json!("12.50"))).await;
    assert_eq!(
        stored.body["attributes"],
        json!({"weight": 12.5, "shelf": "B2", "care": "oil it"}),
        "{}",
        stored.text
    );
    let seen = api.get("/api/v1/products/anvil").await;
    assert_eq!(
        seen.body["attributes"],
        json!({"weight": 12.5, "care": "oil it"}),
        "shoppers do not see the shelf"
    );
    let path = format!("/attributes/{}", made.body["id"].as_str().unwrap());
    let changed = change(&api, &path, made.header("etag"), json!({"name": "Mass", "unit": "g"})).await;
    assert_eq!(
        (changed.status, &changed.body["version"]),
        (200, &json!(2)),
        "{}",
        changed.text
    );
    let stale = change(&api, &path, made.header("etag"), json!({"name": "Heft"})).await;
    assert_eq!((stale.status, stale.code()), (412, "version_conflict"));
    assert_eq!(admin(&api, "DELETE", &path, Value::Null).await.status, 204);
    let left = admin(&api, "GET", "/attributes", Value::Null).await;
    assert_eq!(left.body["items"].as_array().map(Vec::len), Some(1), "{}", left.text);
    assert_eq!(admin(&api, "GET", &path, Value::Null).await.status, 404);
}

#[tokio::test]
async fn stock_is_corrected_by_a_difference() {
    let api = Api::new().await;
    let body = json!({"variant_id": api.shirt, "change": -2, "reason": "moths"});
    let adjusted = admin(&api, "POST", "/stock-adjustments", body).await;
    assert_eq!(
        (adjusted.status, adjusted.body["items"][0]["on_hand"].as_i64()),
        (201, Some(3)),
        "{}",
        adjusted.text
    );
    let below = admin(
        &api,
        "POST",
        "/stock-adjustments",
        json!({"variant_id": api.shirt, "change": -4, "reason": "moths"}),
    )
    .await;
    assert_eq!(
        (below.status, below.code(), below.body["on_hand"].as_i64()),
        (409, "below_zero", Some(3))
    );
    let unsaid = json!({"variant_id": api.shirt, "change": 4, "reason": " "});
    let unsaid = admin(&api, "POST", "/stock-adjustments", unsaid).await;
    assert_eq!(
        (unsaid.status, unsaid.body["errors"][0]["field"].as_str()),
        (422, Some("reason"))
    );
    let levels = admin(
        &api,
        "GET",
        &format!("/stock-levels?variant_id={}", api.shirt),
        Value::Null,
    )
    .await;
    assert_eq!(levels.body["items"][0]["available"], 3);
    let low = admin(&api, "GET", "/stock-levels?state=low", Value::Null).await;
    assert_eq!(low.body["total"], 0);
    let unknown = admin(&api, "GET", "/stock-levels?state=full", Value::Null).await;
    assert_eq!(unknown.status, 422);
}
