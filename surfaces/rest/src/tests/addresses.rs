//! Addresses with null in them.

use serde_json::{Value, json};

use super::{Api, whole_cart};

#[tokio::test]
async fn what_an_address_may_lack_may_be_null() {
    let api = Api::new().await;
    let mut wanted = whole_cart(api.shirt, 1);
    for field in ["company", "line2", "phone"] {
        wanted["shipping_address"][field] = Value::Null;
    }
    let made = api.post("/api/v1/carts", wanted.clone()).await;
    assert_eq!(made.status, 201, "{}", made.text);
    let address = &made.body["shipping_address"];
    assert_eq!(
        (&address["company"], &address["line2"], &address["phone"]),
        (&json!(""), &json!(""), &json!("")),
        "{}",
        made.text
    );
    for field in ["line1", "city", "country"] {
        let mut lacking = wanted.clone();
        lacking["shipping_address"][field] = Value::Null;
        let refused = api.post("/api/v1/carts", lacking).await;
        assert_eq!(
            (refused.status, refused.body["errors"][0]["field"].as_str()),
            (422, Some(format!("shipping_address.{field}").as_str())),
            "{}",
            refused.text
        );
    }
    let document = api.get("/api/v1/openapi.json").await;
    let schema = &document.body["components"]["schemas"]["Address"]["properties"];
    let types = |field: &str| schema[field]["type"].clone();
    assert_eq!(
        (types("company"), types("city")),
        (json!(["string", "null"]), json!("string"))
    );
}
