//! Files that come in and go out.

use axum::body::Body;
use axum::http::{Request, header};
use serde_json::Value;

use super::{ALL, Api, admin};

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
    assert_eq!(run.body["products_renamed"].as_i64(), Some(0));
    let renamed = send(
        "application/octet-stream",
        "format=jsonl",
        line.replace("\"mug\"", "\"cup\""),
    )
    .await;
    let told = ["/products_renamed", "/problems/0/renamed"].map(|place| renamed.body.pointer(place)?.as_i64());
    assert_eq!((renamed.status, told), (201, [Some(1), Some(1)]), "{}", renamed.text);
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
