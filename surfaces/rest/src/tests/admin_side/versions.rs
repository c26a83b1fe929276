//! If-Match where money and goods move: whoever read an older version is refused, and nothing happens.

use axum::{
    body::Body,
    http::{Request, header},
};
use serde_json::{Value, json};

use super::{ALL, Answered, Api, admin, order, payment, whole_cart};

async fn matching(api: &Api, method: &str, path: &str, tag: &str, body: Value) -> Answered {
    let key = format!("Bearer souk_{ALL}");
    let headers = [("authorization", key.as_str()), ("if-match", tag)];
    let body = (!body.is_null()).then_some(body);
    api.call(method, &format!("/api/v1/admin{path}"), &headers, body).await
}

fn assert_stale(answered: &Answered) {
    let told = (answered.status, answered.code());
    assert_eq!(told, (412, "version_conflict"), "{}", answered.text);
}

#[tokio::test]
async fn an_order_that_moved_on_is_not_refunded_shipped_or_cancelled() {
    let api = Api::new().await;
    let placed = order(&api, 3).await;
    let path = format!("/orders/{}", placed["id"].as_str().unwrap());
    let read = admin(&api, "GET", &path, Value::Null).await;
    let stale = read.header("etag");
    let note = matching(
        &api,
        "POST",
        &format!("{path}/notes"),
        stale,
        json!({"text": "Called."}),
    )
    .await;
    assert_eq!(note.status, 201, "{}", note.text);
    let before = admin(&api, "GET", &path, Value::Null).await;
    for (what, body) in [
        ("notes", json!({"text": "Called again."})),
        ("fulfilments", json!({})),
        ("refunds", json!({"reason": "late"})),
        ("cancel", json!({"reason": "changed their mind"})),
        ("capture", json!({})),
        ("release", Value::Null),
        ("invoices", json!({})),
    ] {
        let refused = matching(&api, "POST", &format!("{path}/{what}"), stale, body).await;
        assert_stale(&refused);
        let current = format!("\"{}\"", refused.body["version"]);
        assert_eq!(current, before.header("etag"), "{what}");
    }
    let after = admin(&api, "GET", &path, Value::Null).await;
    assert_eq!(
        (after.header("etag"), &after.body),
        (before.header("etag"), &before.body)
    );

    let picking = json!({"state": "picking"});
    let now = before.header("etag");
    let packed = matching(&api, "POST", &format!("{path}/fulfilments"), now, picking).await;
    assert_eq!(packed.status, 201, "{}", packed.text);
    let parcel = format!("/fulfilments/{}", packed.body["fulfilments"][0]["id"].as_str().unwrap());
    assert_stale(&matching(&api, "PATCH", &parcel, now, json!({"state": "in_transit"})).await);
    assert_stale(&matching(&api, "DELETE", &parcel, now, Value::Null).await);
    let tracking = json!({"tracking": {"carrier": "UPS"}});
    let tracked = matching(&api, "PATCH", &parcel, packed.header("etag"), tracking).await;
    assert_eq!(
        (tracked.status, &tracked.body["fulfilments"][0]["state"]),
        (200, &json!("picking")),
        "{}",
        tracked.text
    );
    let unpacked = matching(&api, "DELETE", &parcel, tracked.header("etag"), Value::Null).await;
    assert_eq!(unpacked.status, 204, "{}", unpacked.text);
    let reason = json!({"reason": "changed their mind"});
    let now = admin(&api, "GET", &path, Value::Null).await;
    let cancelled = matching(&api, "POST", &format!("{path}/cancel"), now.header("etag"), reason).await;
    assert_eq!(
        (cancelled.status, &cancelled.body["status"]),
        (200, &json!("cancelled")),
        "{}",
        cancelled.text
    );
}

#[tokio::test]
async fn a_refund_of_the_version_that_was_read_is_answered_again_under_its_key() {
    let api = Api::new().await;
    let placed = order(&api, 1).await;
    let path = format!("/api/v1/admin/orders/{}", placed["id"].as_str().unwrap());
    let key = format!("Bearer souk_{ALL}");
    let read = api.call("GET", &path, &[("authorization", &key)], None).await;
    let headers = [
        ("authorization", key.as_str()),
        ("if-match", read.header("etag")),
        ("idempotency-key", "refund-1"),
    ];
    let refunds = format!("{path}/refunds");
    for replayed in ["", "true"] {
        let refunded = api
            .call("POST", &refunds, &headers, Some(json!({"reason": "late"})))
            .await;
        let count = refunded.body["refunds"].as_array().map(Vec::len);
        let told = (refunded.status, count, refunded.header("idempotent-replayed"));
        assert_eq!(told, (201, Some(1), replayed), "{}", refunded.text);
    }
}

#[tokio::test]
async fn a_cart_that_moved_on_is_not_ordered_and_its_payment_not_given_up() {
    let api = Api::new().await;
    let made = api.post("/api/v1/carts", whole_cart(api.shirt, 1)).await;
    let cart = made.header("location");
    let changed = api
        .call("PATCH", cart, &[], Some(json!({"customer_note": "Ring twice"})))
        .await;
    let complete = format!("{cart}/complete");
    let ask = async |tag: &str, token| {
        api.call("POST", &complete, &[("if-match", tag)], Some(payment(token)))
            .await
    };
    assert_stale(&ask(made.header("etag"), "tok_3ds").await);
    let open = api.get(cart).await;
    assert_eq!(
        (&open.body["state"], open.header("etag")),
        (&json!("open"), changed.header("etag"))
    );
    let waits = ask(changed.header("etag"), "tok_3ds").await;
    assert_eq!(
        (waits.status, &waits.body["payment_state"]),
        (202, &json!("requires_action")),
        "{}",
        waits.text
    );

    let given_up = format!("{cart}/payment");
    let give_up = async |tag: &str| api.call("DELETE", &given_up, &[("if-match", tag)], None).await;
    assert_stale(&give_up(changed.header("etag")).await);
    let closed = api.get(cart).await;
    assert_eq!(closed.body["state"], "completed", "{}", closed.text);
    let back = give_up(closed.header("etag")).await;
    assert_eq!(
        (back.status, &back.body["state"]),
        (200, &json!("open")),
        "{}",
        back.text
    );
    let again = give_up(closed.header("etag")).await;
    assert_eq!(
        (again.status, again.header("etag")),
        (200, back.header("etag")),
        "who gave it up is not refused for it: {}",
        again.text
    );
    let bought = ask(back.header("etag"), "tok_success").await;
    assert_eq!(bought.status, 201, "{}", bought.text);
    let again = ask(back.header("etag"), "tok_success").await;
    assert_eq!(
        again.body["id"], bought.body["id"],
        "a cart is ordered once: {}",
        again.text
    );
}

#[tokio::test]
async fn what_belongs_to_a_product_that_moved_on_stays() {
    let api = Api::new().await;
    let variant = json!({"option_values": ["S"], "sku": "HAT-S"});
    let picture = json!({"url": "https://example.com/hat.jpg", "alt": "A hat"});
    let new = json!({"title": "Wool Hat", "option_names": ["Size"], "variants": [variant], "images": [picture]});
    let made = admin(&api, "POST", "/products", new).await;
    assert_eq!(made.status, 201, "{}", made.text);
    let path = format!("/products/{}", made.body["id"].as_str().unwrap());
    let renamed = matching(&api, "PATCH", &path, made.header("etag"), json!({"title": "Felt Hat"})).await;
    assert_eq!(renamed.status, 200, "{}", renamed.text);
    let weight = json!({"variants": [{"id": made.body["variants"][0]["id"], "weight_grams": 120}]});
    let images = json!({"images": [{"id": made.body["images"][0]["id"], "alt": "A felt hat"}]});
    for (method, what, body, status) in [
        ("PATCH", "media", json!({"attachments": []}), 200),
        ("PATCH", "media", images, 200),
        ("PATCH", "variants", weight.clone(), 200),
        ("POST", "variants", json!({"option_values": ["M"], "sku": "HAT-M"}), 201),
    ] {
        let part = format!("{path}/{what}");
        let stale = matching(&api, method, &part, made.header("etag"), body.clone()).await;
        assert_stale(&stale);
        assert!(stale.body["version"].is_i64(), "{}", stale.text);
        let now = admin(&api, "GET", &path, Value::Null).await;
        let done = matching(&api, method, &part, now.header("etag"), body.clone()).await;
        assert_eq!(done.status, status, "{}", done.text);
        // What was done is a change of the product as well: the same version is not taken twice.
        assert_stale(&matching(&api, method, &part, now.header("etag"), body).await);
    }

    // So is what is done to one variant, whose own version is asked for.
    let before = admin(&api, "GET", &path, Value::Null).await;
    let small = format!("/variants/{}", made.body["variants"][0]["id"].as_str().unwrap());
    let price = json!({"price": {"amount": 1500, "currency": "USD"}});
    let priced = matching(&api, "PATCH", &small, "*", price).await;
    assert_eq!(priced.status, 200, "{}", priced.text);
    let variants = format!("{path}/variants");
    assert_stale(&matching(&api, "PATCH", &variants, before.header("etag"), weight).await);
    let key = format!("Bearer souk_{ALL}");
    let headers = [
        ("authorization", key.as_str()),
        ("if-none-match", before.header("etag")),
    ];
    let after = api.call("GET", &format!("/api/v1/admin{path}"), &headers, None).await;
    assert_eq!(
        (after.status, &after.body["variants"][0]["price"]["amount"]),
        (200, &json!(1500)),
        "{}",
        after.text
    );
}

#[tokio::test]
async fn what_changes_without_the_version_is_answered_whole() {
    let api = Api::new().await;
    let list = admin(&api, "GET", "/products", Value::Null).await;
    let product = format!("/products/{}", list.body["items"][0]["id"].as_str().unwrap());
    let hats = admin(&api, "POST", "/categories", json!({"name": "Hats"})).await;
    let category = format!("/categories/{}", hats.body["id"].as_str().unwrap());
    let key = format!("Bearer souk_{ALL}");
    let mut known: Vec<(String, Answered)> = Vec::new();
    for path in [product, category] {
        let read = admin(&api, "GET", &path, Value::Null).await;
        known.push((path, read));
    }
    let inside = json!({"name": "Caps", "parent_id": hats.body["id"]});
    assert_eq!(admin(&api, "POST", "/categories", inside).await.status, 201);
    for (path, read) in &known {
        let headers = [("authorization", key.as_str()), ("if-none-match", read.header("etag"))];
        let again = api.call("GET", &format!("/api/v1/admin{path}"), &headers, None).await;
        assert_eq!(
            (again.status, again.header("etag")),
            (200, read.header("etag")),
            "{path}"
        );
        if path.starts_with("/categories") {
            assert_eq!(
                (&read.body["child_count"], &again.body["child_count"]),
                (&json!(0), &json!(1))
            );
        }
    }
}

#[tokio::test]
async fn pictures_and_attachments_are_of_the_products_version() {
    let api = Api::new().await;
    let made = admin(&api, "POST", "/products", json!({"title": "Wool Hat"})).await;
    assert_eq!(made.status, 201, "{}", made.text);
    let id = made.body["id"].as_str().unwrap();
    let path = format!("/products/{id}");
    let upload = async |file: &'static str| {
        let request = Request::post(format!("/api/v1/admin/uploads/{id}?title=Front"))
            .header(header::HOST, database::testing::HOST)
            .header(header::AUTHORIZATION, format!("Bearer souk_{ALL}"))
            .body(Body::from(file))
            .unwrap();
        let uploaded = api.send(request).await;
        assert_eq!(uploaded.status, 201, "{}", uploaded.text);
        uploaded
    };
    let picture = "<svg xmlns=\"http://www.w3.org/2000/svg\"><path d=\"M0 0h1v1z\"/></svg>";
    let media = format!("{path}/media");
    let (front, manual) = (upload(picture).await, upload("%PDF-1.7 and so on").await);
    assert_ne!(front.header("etag"), made.header("etag"));
    let listed = admin(&api, "GET", &media, Value::Null).await;
    assert_eq!(listed.header("etag"), manual.header("etag"));
    let again = upload(picture).await;
    assert_eq!(
        (again.header("etag"), &again.body),
        (manual.header("etag"), &front.body),
        "the same file again changes nothing"
    );
    let named = json!({"images": [{"id": front.body["image"]["id"], "alt": "The front"}]});
    let named = matching(&api, "PATCH", &media, listed.header("etag"), named).await;
    assert_eq!(named.status, 200, "{}", named.text);
    for part in [
        format!("images/{}", front.body["image"]["id"].as_str().unwrap()),
        format!("attachments/{}", manual.body["attachment"]["id"].as_str().unwrap()),
    ] {
        let part = format!("{path}/{part}");
        assert_stale(&matching(&api, "DELETE", &part, listed.header("etag"), Value::Null).await);
        let before = admin(&api, "GET", &media, Value::Null).await;
        let removed = matching(&api, "DELETE", &part, before.header("etag"), Value::Null).await;
        let after = admin(&api, "GET", &media, Value::Null).await;
        assert_eq!(
            (removed.status, removed.header("etag")),
            (204, after.header("etag")),
            "{}",
            removed.text
        );
        assert_ne!(after.header("etag"), before.header("etag"));
    }
    let left = admin(&api, "GET", &media, Value::Null).await;
    assert_eq!(left.body, json!({"images": [], "attachments": []}));
    let product = admin(&api, "GET", &path, Value::Null).await;
    assert_eq!(product.header("etag"), left.header("etag"));
}

#[tokio::test]
async fn a_collection_that_moved_on_keeps_its_products() {
    let api = Api::new().await;
    let made = admin(&api, "POST", "/collections", json!({"title": "Summer"})).await;
    assert_eq!(made.status, 201, "{}", made.text);
    let path = format!("/collections/{}", made.body["id"].as_str().unwrap());
    let renamed = matching(&api, "PATCH", &path, made.header("etag"), json!({"title": "Autumn"})).await;
    assert_eq!(renamed.status, 200, "{}", renamed.text);
    let products = format!("{path}/products");
    let none = json!({"product_ids": []});
    assert_stale(&matching(&api, "POST", &products, made.header("etag"), none.clone()).await);
    let chosen = matching(&api, "POST", &products, renamed.header("etag"), none.clone()).await;
    assert_eq!(chosen.status, 204, "{}", chosen.text);
    assert_stale(&matching(&api, "POST", &products, renamed.header("etag"), none.clone()).await);
    let again = matching(&api, "POST", &products, chosen.header("etag"), none).await;
    assert_eq!(again.status, 204, "{}", again.text);
}
