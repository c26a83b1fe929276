//! The merchant's side.

use axum::body::Body;
use axum::http::{Request, header};
use serde_json::{Value, json};

use super::{Answered, Api, payment, whole_cart};

const ALL: &str = "catalog:read,catalog:write,stock:write,orders:read,orders:fulfil,orders:cancel,orders:refund,\
                   coupons:write,imports:run,jobs:manage,settings:manage";

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

#[tokio::test]
async fn a_parcel_waits_is_found_and_goes_on_its_way() {
    let api = Api::new().await;
    let placed = order(&api, 3).await;
    let path = format!("/orders/{}/fulfilments", placed["id"].as_str().unwrap());
    let line = placed["lines"][0]["id"].as_str().unwrap();
    let two = json!({"lines": [{"line_id": line, "quantity": 2}], "state": "picking"});
    let made = admin(&api, "POST", &path, two.clone()).await;
    assert_eq!(
        (made.status, &made.body["status"], &made.body["fulfilment_status"]),
        (201, &json!("processing"), &json!("unfulfilled")),
        "{}",
        made.text
    );
    let id = made.body["fulfilments"][0]["id"].as_str().unwrap();
    assert_eq!(made.body["fulfilments"][0]["shipped_at"], Value::Null);
    let again = admin(&api, "POST", &path, two).await;
    assert_eq!(
        (again.status, again.code(), again.body["left"].as_i64()),
        (409, "quantity_out_of_range", Some(1))
    );

    let listed = admin(&api, "GET", "/fulfilments?state=picking", Value::Null).await;
    assert_eq!(
        (
            &listed.body["items"][0]["id"],
            &listed.body["items"][0]["pieces"][0]["quantity"]
        ),
        (&json!(id), &json!(2)),
        "{}",
        listed.text
    );
    let one = format!("/fulfilments/{id}");
    let nothing = admin(&api, "PATCH", &one, json!({})).await;
    assert_eq!(nothing.status, 422, "{}", nothing.text);
    let early = admin(&api, "PATCH", &one, json!({"state": "delivered"})).await;
    assert_eq!(
        (early.status, early.code()),
        (409, "illegal_transition"),
        "{}",
        early.text
    );
    let tracked = admin(
        &api,
        "PATCH",
        &one,
        json!({"tracking": {"carrier": "UPS", "number": "1Z"}}),
    )
    .await;
    assert_eq!(
        (
            &tracked.body["fulfilments"][0]["state"],
            &tracked.body["fulfilments"][0]["tracking_number"]
        ),
        (&json!("picking"), &json!("1Z")),
        "{}",
        tracked.text
    );
    let left = admin(&api, "PATCH", &one, json!({"state": "in_transit"})).await;
    assert_eq!(
        (&left.body["fulfilment_status"], &left.body["fulfilments"][0]["carrier"]),
        (&json!("partial"), &json!("UPS")),
        "{}",
        left.text
    );
    let unpacked = admin(&api, "DELETE", &one, Value::Null).await;
    assert_eq!(
        (unpacked.status, unpacked.code()),
        (409, "illegal_transition"),
        "{}",
        unpacked.text
    );

    let rest = admin(&api, "POST", &path, json!({"state": "ready_to_ship"})).await;
    let parcels = rest.body["fulfilments"].as_array().unwrap();
    let waits = parcels
        .iter()
        .find(|parcel| parcel["state"] == "ready_to_ship")
        .unwrap();
    let waits = waits["id"].as_str().unwrap().to_owned();
    let unpacked = admin(&api, "DELETE", &format!("/fulfilments/{waits}"), Value::Null).await;
    assert_eq!(unpacked.status, 204, "{}", unpacked.text);
    let gone = admin(
        &api,
        "PATCH",
        &format!("/fulfilments/{waits}"),
        json!({"state": "in_transit"}),
    )
    .await;
    assert_eq!(gone.status, 404, "{}", gone.text);
}

#[tokio::test]
async fn an_order_is_shipped_and_refunded_by_line() {
    let api = Api::new().await;
    let placed = order(&api, 3).await;
    let path = format!("/orders/{}", placed["id"].as_str().unwrap());
    let listed = admin(&api, "GET", "/orders?payment_status=paid&q=ann", Value::Null).await;
    assert_eq!(
        (listed.status, &listed.body["items"][0]["id"]),
        (200, &placed["id"]),
        "{}",
        listed.text
    );
    let line = placed["lines"][0]["id"].as_str().unwrap();
    let parcel = json!({"lines": [{"line_id": line, "quantity": 2}], "carrier": "UPS", "tracking_number": "1Z"});
    let shipped = admin(&api, "POST", &format!("{path}/fulfilments"), parcel).await;
    assert_eq!(
        (shipped.status, shipped.body["fulfilment_status"].as_str()),
        (201, Some("partial")),
        "{}",
        shipped.text
    );
    let late = admin(&api, "POST", &format!("{path}/cancel"), json!({"reason": "too late"})).await;
    assert_eq!((late.status, late.code()), (409, "illegal_transition"), "{}", late.text);
    let one = json!({"lines": [{"line_id": line, "quantity": 1}], "reason": "torn", "restock": true});
    let refunded = admin(&api, "POST", &format!("{path}/refunds"), one).await;
    assert_eq!(refunded.status, 201, "{}", refunded.text);
    assert_eq!(
        refunded.body["refunds"][0]["amount"],
        json!({"amount": 2000, "currency": "USD"})
    );
    let many = json!({"lines": [{"line_id": line, "quantity": 3}], "reason": "torn"});
    let many = admin(&api, "POST", &format!("{path}/refunds"), many).await;
    assert_eq!(
        (many.status, many.code(), many.body["left"].as_i64()),
        (409, "quantity_out_of_range", Some(2))
    );
    let nothing = json!({"lines": [], "reason": "late"});
    let nothing = admin(&api, "POST", &format!("{path}/refunds"), nothing).await;
    assert_eq!(
        (nothing.status, nothing.body["errors"][0]["field"].as_str()),
        (422, Some("lines"))
    );
    let delivery = json!({"lines": [], "shipping_amount": {"amount": 100, "currency": "USD"}, "reason": "late"});
    let delivery = admin(&api, "POST", &format!("{path}/refunds"), delivery).await;
    assert_eq!(delivery.status, 201, "{}", delivery.text);
    let newest = delivery.body["refunds"].as_array().unwrap().last().unwrap();
    assert_eq!(newest["amount"]["amount"], 100);
    let rest = admin(&api, "POST", &format!("{path}/refunds"), json!({"reason": "all of it"})).await;
    assert_eq!(
        (rest.status, rest.body["payment_status"].as_str()),
        (201, Some("refunded")),
        "{}",
        rest.text
    );
    assert_eq!(rest.body["totals"]["refunded"], rest.body["totals"]["total"]);
    let noted = admin(&api, "POST", &format!("{path}/notes"), json!({"text": "Called."})).await;
    assert_eq!(noted.status, 201, "{}", noted.text);
    let seen = admin(&api, "GET", &path, Value::Null).await;
    assert_eq!(
        seen.body["timeline"].as_array().unwrap().last().unwrap()["kind"],
        "note"
    );
}

#[tokio::test]
async fn an_order_is_cancelled_and_its_money_returned() {
    let api = Api::new().await;
    let placed = order(&api, 1).await;
    let path = format!("/orders/{}", placed["id"].as_str().unwrap());
    let cancelled = admin(
        &api,
        "POST",
        &format!("{path}/cancel"),
        json!({"reason": "changed their mind"}),
    )
    .await;
    assert_eq!(cancelled.status, 200, "{}", cancelled.text);
    assert_eq!(
        (
            cancelled.body["status"].as_str(),
            cancelled.body["payment_status"].as_str()
        ),
        (Some("cancelled"), Some("refunded"))
    );
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
async fn a_file_is_imported_as_a_body_and_as_a_form() {
    let api = Api::new().await;
    let line = r#"{"handle":"mug","title":"Mug","variants":[{"sku":"MUG","price":{"amount":900,"currency":"USD"},"quantity":3}]}"#;
    let send = async |content_type: &str, query: &str, body: String| {
        let request = Request::post(format!("/api/v1/admin/imports?{query}"))
            .header(header::HOST, database::testing::HOST)
            .header(header::AUTHORIZATION, format!("Bearer souk_{ALL}"))
            .header(header::CONTENT_TYPE, content_type)
            .body(Body::from(body))
            .unwrap();
        api.db.clock().advance(chrono::TimeDelta::seconds(1));
        api.send(request).await
    };
    let dry = send("application/octet-stream", "format=jsonl&dry_run=true", line.to_owned()).await;
    assert_eq!(
        (dry.status, dry.body["products_created"].as_i64()),
        (201, Some(1)),
        "{}",
        dry.text
    );
    assert_eq!(api.get("/api/v1/products/mug").await.status, 404);
    let form = format!(
        "--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"mugs.jsonl\"\r\n\r\n{line}\r\n--b--\r\n"
    );
    let real = send("multipart/form-data; boundary=b", "format=jsonl", form).await;
    assert_eq!(
        (real.status, real.body["file_name"].as_str()),
        (201, Some("mugs.jsonl")),
        "{}",
        real.text
    );
    assert_eq!(api.get("/api/v1/products/mug").await.status, 200);
    let refused = send(
        "application/octet-stream",
        "format=shopify",
        "no,csv,of\nours,at,all\n".to_owned(),
    )
    .await;
    assert_eq!(
        (refused.status, refused.code()),
        (422, "import_refused"),
        "{}",
        refused.text
    );
    let runs = admin(&api, "GET", "/imports?limit=2", Value::Null).await;
    assert_eq!(
        (runs.body["total"].as_i64(), runs.body["items"][0]["state"].as_str()),
        (Some(3), Some("refused"))
    );
    let run = admin(
        &api,
        "GET",
        &format!("/imports/{}", real.body["id"].as_str().unwrap()),
        Value::Null,
    )
    .await;
    assert_eq!((run.status, run.body["state"].as_str()), (200, Some("finished")));
}

#[tokio::test]
async fn what_was_imported_is_exported() {
    let api = Api::new().await;
    let line = r#"{"handle":"mug","title":"Mug","variants":[{"sku":"MUG","price":{"amount":900,"currency":"USD"},"quantity":3}]}"#;
    let request = Request::post("/api/v1/admin/imports?format=jsonl")
        .header(header::HOST, database::testing::HOST)
        .header(header::AUTHORIZATION, format!("Bearer souk_{ALL}"))
        .body(Body::from(line))
        .unwrap();
    assert_eq!(api.send(request).await.status, 201);
    for (path, content_type, expected) in [
        (
            "products",
            "application/x-ndjson",
            "{\"handle\":\"mug\",\"title\":\"Mug\",",
        ),
        ("products?format=shopify", "text/csv; charset=utf-8", "\nMug,mug,"),
        ("products?format=woocommerce", "text/csv; charset=utf-8", ",simple,MUG,"),
        ("stock", "text/csv; charset=utf-8", "\nMUG,mug,Mug,,Main,3,no\n"),
        ("customers", "text/csv; charset=utf-8", "Email,First name,"),
        ("orders", "text/csv; charset=utf-8", "Number,External number,Placed at,"),
    ] {
        let file = admin(&api, "GET", &format!("/exports/{path}"), Value::Null).await;
        assert_eq!(
            (file.status, file.header("content-type")),
            (200, content_type),
            "{path}"
        );
        assert!(file.text.contains(expected), "{path}: {}", file.text);
        let disposition = file.header("content-disposition");
        assert!(
            disposition.starts_with("attachment; filename=\""),
            "{path}: {disposition}"
        );
    }
    let unknown = admin(&api, "GET", "/exports/orders?format=shopify", Value::Null).await;
    assert_eq!(
        (unknown.status, unknown.body["errors"][0]["field"].as_str()),
        (422, Some("format"))
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
