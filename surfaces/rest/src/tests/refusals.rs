//! How it is told what is wrong with a request, and that the document says so.

use axum::{body::Body, http::Request};
use kernel::Permission;
use serde_json::{Value, json};

use super::{Answered, Api, whole_cart};
use crate::{document::document, endpoints};

/// An address that fits the path of an operation, with the examples of the ids in it.
fn path_of(document: &Value, path: &str, operation: &Value) -> String {
    let mut filled = path.to_owned();
    for parameter in operation["parameters"].as_array().into_iter().flatten() {
        if parameter["in"] == "path" {
            let reference = parameter["schema"]["$ref"].as_str().unwrap_or_default();
            let example = &document["components"]["schemas"][reference.rsplit('/').next().unwrap()]["examples"][0];
            let uuid = "0192f0c1-2a3b-7c4d-8e5f-60718293a4b5";
            let value = example.as_str().unwrap_or(uuid);
            filled = filled.replace(&format!("{{{}}}", parameter["name"].as_str().unwrap()), value);
        }
    }
    format!("/api/v1{filled}")
}

impl Api {
    async fn raw(&self, method: &str, path: &str, headers: &[(&str, &str)], body: &str) -> Answered {
        let mut request = Request::builder()
            .method(method)
            .uri(path)
            .header("host", database::testing::HOST);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        self.send(request.body(Body::from(body.to_owned())).unwrap()).await
    }

    /// The one field that an answer says is wrong.
    pub(super) async fn refused_field(&self, method: &str, path: &str, body: Value) -> String {
        let answer = self.call(method, path, &[], Some(body.clone())).await;
        assert_eq!(answer.status, 422, "{body}: {}", answer.text);
        answer.body["errors"][0]["field"].as_str().unwrap().to_owned()
    }
}

#[tokio::test]
async fn whatever_a_wrong_body_is_answered_with_is_in_the_document() {
    let api = Api::new().await;
    let document = serde_json::to_value(document(&endpoints())).unwrap();
    let key = whole_key();
    let large = format!("\"{}\"", "x".repeat(1_100_000));
    let bodies = [
        ("text/plain", "x"),
        ("application/json", "{"),
        ("application/json", "{\"no_such_field\":1}"),
        ("application/json", large.as_str()),
    ];
    for (path, item) in document["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap().iter().filter(|(method, _)| *method != "get") {
            let address = path_of(&document, path, operation);
            for (content_type, body) in bodies {
                let mut headers = vec![("content-type", content_type)];
                if path.starts_with("/admin/") {
                    headers.push(("authorization", &key));
                }
                let answer = api.raw(&method.to_uppercase(), &address, &headers, body).await;
                assert!(
                    operation["responses"].get(answer.status.to_string()).is_some(),
                    "{method} {path} with {content_type}: {}",
                    answer.text
                );
            }
        }
    }
}

#[tokio::test]
async fn where_nothing_is_to_be_said_an_empty_object_is_taken() {
    let api = Api::new().await;
    let made = api.post("/api/v1/carts", whole_cart(api.shirt, 2)).await;
    let line = made.body["lines"][0]["id"].as_str().unwrap();
    let cart = made.header("location");
    let saved = api.post(&format!("{cart}/lines/{line}/save"), json!({})).await;
    assert_eq!(saved.status, 200, "{}", saved.text);
    let saved_line = saved.body["saved_lines"][0]["id"].as_str().unwrap();
    let path = format!("{cart}/saved-lines/{saved_line}");
    let removed = api.call("DELETE", &path, &[], Some(json!({}))).await;
    assert_eq!(removed.status, 200, "{}", removed.text);
    assert_eq!(
        api.refused_field("POST", "/api/v1/queue", json!({"place": 1})).await,
        "place"
    );
}

#[tokio::test]
async fn a_line_that_is_refused_is_named_by_its_place() {
    let api = Api::new().await;
    let of = |quantity: i64| json!({"variant_id": api.shirt, "quantity": quantity});
    for (lines, field) in [
        (vec![of(1); 201], "lines"),
        (vec![of(1); 10_000], "lines"),
        (vec![of(1), of(9_999)], "lines.1.quantity"),
        (vec![of(1), of(0)], "lines.1.quantity"),
    ] {
        let body = json!({"lines": lines});
        assert_eq!(api.refused_field("POST", "/api/v1/carts", body).await, field);
    }
    let product = api.get("/api/v1/products/linen-shirt").await;
    let terms = format!("/api/v1/admin/products/{}/terms", product.body["id"].as_str().unwrap());
    let headers = [("authorization", "Bearer souk_catalog:write"), ("if-match", "*")];
    let packs = json!({
        "personal_fields": [{"label": "Name", "kind": "short_text"}],
        "quantity_rule": {"step": 2},
    });
    let sold = api.call("PATCH", &terms, &headers, Some(packs)).await;
    assert_eq!(sold.status, 200, "{}", sold.text);
    let named = |quantity: i64, name: &str| json!({"variant_id": api.shirt, "quantity": quantity, "properties": {"Name": name}});
    let body = json!({"lines": [named(2, "Ann"), named(1, "Bo"), named(1, "Bo"), named(1, "Cy")]});
    assert_eq!(
        api.refused_field("POST", "/api/v1/carts", body).await,
        "lines.3.quantity"
    );
    let cart = api.post("/api/v1/carts", json!({})).await;
    let lines = format!("{}/lines", cart.header("location"));
    assert_eq!(api.refused_field("POST", &lines, of(1)).await, "quantity");
}

#[tokio::test]
async fn a_coupon_code_that_is_refused_is_named_by_its_place() {
    let api = Api::new().await;
    let cart = api.post("/api/v1/carts", json!({})).await;
    let cart = cart.header("location");
    let long = "x".repeat(101);
    for (codes, field) in [
        (json!(["A", " "]), "coupon_codes.1"),
        (json!(["A", long]), "coupon_codes.1"),
        (json!(vec!["A"; 11]), "coupon_codes"),
    ] {
        let body = json!({"coupon_codes": codes});
        assert_eq!(api.refused_field("POST", "/api/v1/carts", body.clone()).await, field);
        assert_eq!(api.refused_field("PATCH", cart, body).await, field);
    }
}

#[tokio::test]
async fn what_is_wrong_is_told_in_words() {
    let api = Api::new().await;
    let sorts = "must be one of relevance, newest, price_asc, price_desc, title, best_selling, rating";
    for (query, field, message) in [
        ("sort=foo", "sort", sorts),
        ("limit=5&limit=6", "limit", "is given twice"),
        ("brand=a&brand=b", "brand", "is given twice"),
    ] {
        let answer = api.get(&format!("/api/v1/products?{query}")).await;
        let error = &answer.body["errors"][0];
        assert_eq!(
            (answer.status, error["field"].as_str(), error["message"].as_str()),
            (422, Some(field), Some(message)),
            "{query}"
        );
    }
    for body in [
        json!({"delivery_date": "2026-02-30"}),
        json!({"delivery_date": "tomorrow"}),
        json!({"delivery_date": 5}),
    ] {
        let answer = api.post("/api/v1/carts", body).await;
        assert_eq!(
            answer.body["errors"],
            json!([{"field": "delivery_date", "code": "invalid_value", "message": "must be a date such as 2026-12-24"}])
        );
    }
}

/// A key that may do everything.
fn whole_key() -> String {
    let everything: Vec<&str> = Permission::ALL.iter().map(|one| one.as_str()).collect();
    format!("Bearer souk_{}", everything.join(","))
}

#[tokio::test]
async fn a_query_holds_what_the_document_says_and_nothing_else() {
    let api = Api::new().await;
    let document = serde_json::to_value(document(&endpoints())).unwrap();
    let key = whole_key();
    for (path, item) in document["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            let address = path_of(&document, path, operation);
            let parameters = operation["parameters"].as_array().into_iter().flatten();
            let limits = parameters.filter(|one| one["in"] == "query").filter_map(|one| {
                let longest = usize::try_from(one["schema"]["maxLength"].as_u64()?).unwrap();
                Some((one["name"].as_str().unwrap(), "x".repeat(longest + 1)))
            });
            let mut wrong: Vec<(&str, String)> = limits.collect();
            if !path.starts_with("/webhooks/") {
                wrong.push(("no_such_field", "1".to_owned()));
            }
            for (name, value) in wrong {
                let headers: &[_] = if path.starts_with("/admin/") {
                    &[("authorization", key.as_str())]
                } else {
                    &[]
                };
                let answer = api
                    .raw(
                        &method.to_uppercase(),
                        &format!("{address}?{name}={value}"),
                        headers,
                        "",
                    )
                    .await;
                let field = answer.body["errors"][0]["field"].as_str();
                assert_eq!(
                    (answer.status, field),
                    (422, Some(name)),
                    "{method} {path}: {}",
                    answer.text
                );
            }
        }
    }
    for (lang, status) in [("id", 200), ("en-US", 200), ("fr", 422), ("", 422)] {
        let answer = api.get(&format!("/api/v1/categories?lang={lang}")).await;
        assert_eq!(answer.status, status, "{lang}: {}", answer.text);
    }
    let webhook = api.raw("POST", "/api/v1/webhooks/sandbox?shop=1", &[], "x").await;
    assert_eq!(webhook.status, 400, "{}", webhook.text);
    let stock = api
        .with_key("catalog:read", "GET", "/api/v1/admin/stock-levels?state=", None)
        .await;
    assert_eq!(
        (stock.status, &stock.body["errors"][0]["field"]),
        (422, &json!("state"))
    );
}

#[tokio::test]
async fn headers_are_held_to_what_the_document_says() {
    let api = Api::new().await;
    for ticket in [String::new(), "x".repeat(257)] {
        let answer = api
            .call("GET", "/api/v1/queue", &[("queue-ticket", &ticket)], None)
            .await;
        assert_eq!(
            (answer.status, &answer.body["errors"][0]["field"]),
            (422, &json!("Queue-Ticket"))
        );
    }
    let packed = [("content-type", "application/json"), ("content-encoding", "gzip")];
    let answer = api.raw("POST", "/api/v1/carts", &packed, "{}").await;
    assert_eq!((answer.status, answer.code()), (415, "unsupported_content_encoding"));
    let plain = [("content-type", "application/json"), ("content-encoding", "identity")];
    assert_eq!(api.raw("POST", "/api/v1/carts", &plain, "{}").await.status, 201);
    for (method, path) in [("POST", "/api/v1/carts"), ("GET", "/api/v1/products")] {
        let wrong = api
            .call(method, path, &[("authorization", "Bearer souk_wrong")], None)
            .await;
        assert_eq!(
            (wrong.status, wrong.header("www-authenticate")),
            (401, "Bearer"),
            "{path}"
        );
        let right = api.with_key("orders:read", method, path, None).await;
        assert!([200, 201].contains(&right.status), "{path}: {}", right.text);
    }
}

#[tokio::test]
async fn what_cannot_be_right_is_refused_before_anything_is_done() {
    let api = Api::new().await;
    let token = "/api/v1/auth/revoke";
    assert_eq!(
        api.refused_field("POST", token, json!({"refresh_token": ""})).await,
        "refresh_token"
    );
    let cart = api.post("/api/v1/carts", whole_cart(api.shirt, 1)).await;
    let path = cart.header("location");
    for (payment, field) in [
        (json!({"gateway": "sandbox", "token": ""}), "payment.token"),
        (json!({"gateway": "", "token": "tok_success"}), "payment.gateway"),
    ] {
        let body = json!({"payment": payment});
        assert_eq!(
            api.refused_field("POST", &format!("{path}/complete"), body).await,
            field
        );
    }
    assert_eq!(api.get(path).await.body["state"], "open");

    let order = "/api/v1/admin/orders/ord_06a6mnt2kwf4dap3v7cqz9x1m0";
    let line = json!({"line_id": "oln_06a6mnt2kwf4dap3v7cqz9x1m0", "quantity": 1});
    let twice = json!({"reason": "Broken", "lines": [line, line]});
    for (path, body) in [
        (format!("{order}/refunds"), twice),
        (format!("{order}/fulfilments"), json!({"lines": [line, line]})),
    ] {
        let answer = api
            .with_key("orders:refund,orders:fulfil", "POST", &path, Some(body))
            .await;
        assert_eq!(
            (answer.status, &answer.body["errors"][0]["field"]),
            (422, &json!("lines.1.line_id")),
            "{}",
            answer.text
        );
    }
}

#[tokio::test]
async fn what_was_changed_since_is_not_taken_away() {
    let api = Api::new().await;
    let key = whole_key();
    let call = async |method: &str, path: &str, tag: &str, body: Option<Value>| {
        let mut headers = vec![("authorization", key.as_str())];
        headers.extend((!tag.is_empty()).then_some(("if-match", tag)));
        api.call(method, &format!("/api/v1/admin{path}"), &headers, body).await
    };
    for (path, new, change) in [
        ("/collections", json!({"title": "Summer"}), json!({"title": "Autumn"})),
        ("/categories", json!({"name": "Hats"}), json!({"name": "Caps"})),
        (
            "/shipping-zones",
            json!({"name": "Moon", "regions": ["*"]}),
            json!({"name": "Moons"}),
        ),
        (
            "/attributes",
            json!({"name": "Care", "code": "care", "kind": "text"}),
            json!({"name": "Washing"}),
        ),
        (
            "/pages",
            json!({"texts": {"en": {"title": "About"}}}),
            json!({"texts": {"en": {"title": "About us"}}}),
        ),
    ] {
        let made = call("POST", path, "", Some(new)).await;
        assert_eq!(made.status, 201, "{}", made.text);
        let one = format!("{path}/{}", made.body["id"].as_str().unwrap());
        let changed = call("PATCH", &one, made.header("etag"), Some(change)).await;
        assert_eq!(changed.status, 200, "{}", changed.text);
        let late = call("DELETE", &one, made.header("etag"), None).await;
        assert_eq!((late.status, late.code()), (412, "version_conflict"), "{path}");
        assert_eq!(
            call("DELETE", &one, changed.header("etag"), None).await.status,
            204,
            "{path}"
        );
    }
    let cart = api.post("/api/v1/carts", whole_cart(api.shirt, 1)).await;
    let (path, tag) = (cart.header("location"), cart.header("etag"));
    let note = json!({"customer_note": "Ring twice"});
    assert_eq!(
        api.call("PATCH", path, &[("if-match", tag)], Some(note)).await.status,
        200
    );
    let late = api
        .call("POST", &format!("{path}/hold"), &[("if-match", tag)], None)
        .await;
    assert_eq!((late.status, late.code()), (412, "version_conflict"));
}
