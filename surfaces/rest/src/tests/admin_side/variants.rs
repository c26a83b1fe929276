//! Many variants of a product at once.

use serde_json::json;

use super::{ALL, Api, admin};

#[tokio::test]
async fn many_variants_change_together_or_not_at_all() {
    let api = Api::new().await;
    let usd = |amount: i64| json!({"amount": amount, "currency": "USD"});
    let variant = |size: &str| json!({"option_values": [size], "sku": format!("HAT-{size}"), "price": usd(1500)});
    let new =
        json!({"title": "Wool Hat", "option_names": ["Size"], "variants": [variant("S"), variant("M"), variant("L")]});
    let made = admin(&api, "POST", "/products", new).await;
    let ids: Vec<&str> = made.body["variants"]
        .as_array()
        .unwrap()
        .iter()
        .map(|variant| variant["id"].as_str().unwrap())
        .collect();
    let path = format!("/products/{}/variants", made.body["id"].as_str().unwrap());
    let wanted = json!({"variants": [
        {"id": ids[2], "price": usd(1900), "compare_at": usd(2500), "barcode": "4006381333931", "weight_grams": 120},
        {"id": ids[0], "price": null, "active": false, "version": 1},
    ]});
    let changed = admin(&api, "PATCH", &path, wanted).await;
    assert_eq!(changed.status, 200, "{}", changed.text);
    let [large, small] = [&changed.body["items"][0], &changed.body["items"][1]];
    assert_eq!(
        (
            &large["id"],
            &large["price"],
            &large["compare_at"],
            &large["weight_grams"],
            &large["barcode"]
        ),
        (
            &json!(ids[2]),
            &usd(1900),
            &usd(2500),
            &json!(120),
            &json!("4006381333931")
        )
    );
    assert_eq!(
        (&small["price"], &small["active"], &small["version"]),
        (&json!(null), &json!(false), &json!(2))
    );

    let shirt = api.shirt;
    for (variants, status, field) in [
        (json!([]), 422, "variants"),
        (
            json!([{"id": ids[1], "price": usd(1)}, {"id": ids[2], "weight_grams": -1}]),
            422,
            "variants.1.weight_grams",
        ),
        (
            json!([{"id": ids[1], "price": usd(-1)}]),
            422,
            "variants.0.price.amount",
        ),
        (json!([{"id": ids[1], "title": "M"}]), 422, "variants.0.title"),
        (
            json!([{"id": ids[1], "price": usd(1)}, {"id": shirt}]),
            422,
            "variants.1.id",
        ),
        (
            json!([{"id": ids[1], "price": usd(1)}, {"id": ids[1]}]),
            422,
            "variants.1.id",
        ),
        (
            json!([{"id": ids[1], "price": usd(1)}, {"id": ids[2], "sku": "HAT-M"}]),
            422,
            "variants.1.sku",
        ),
        (
            json!([{"id": ids[1], "price": usd(1)}, {"id": ids[0], "version": 1}]),
            412,
            "",
        ),
        (
            json!([{"id": ids[1], "price": usd(1)}, {"id": ids[2], "sku": "SHIRT"}]),
            409,
            "",
        ),
    ] {
        let refused = admin(&api, "PATCH", &path, json!({"variants": variants})).await;
        let named = refused.body["errors"][0]["field"].as_str().unwrap_or_default();
        assert_eq!((refused.status, named), (status, field), "{}", refused.text);
    }
    let stale = json!({"variants": [{"id": ids[0], "version": 1}]});
    let stale = admin(&api, "PATCH", &path, stale).await;
    assert_eq!(
        (&stale.body["variant_id"], &stale.body["version"]),
        (&json!(ids[0]), &json!(2))
    );
    let whole = admin(&api, "GET", path.trim_end_matches("/variants"), json!(null)).await;
    assert_eq!(
        whole.body["variants"][1]["price"],
        usd(1500),
        "nothing of what was refused"
    );
    let key = format!("Bearer souk_{ALL}");
    let headers = [("authorization", key.as_str()), ("idempotency-key", "dearer")];
    let dearer = json!({"variants": [{"id": ids[1], "price": usd(1600)}]});
    let full = format!("/api/v1/admin{path}");
    let first = api.call("PATCH", &full, &headers, Some(dearer.clone())).await;
    let again = api.call("PATCH", &full, &headers, Some(dearer)).await;
    assert_eq!(
        (again.status, again.header("idempotent-replayed"), &again.text),
        (200, "true", &first.text)
    );
    let nobodys = "/products/prd_06a6mnt2kwf4dap3v7cqz9x1m0/variants";
    let lost = json!({"variants": [{"id": ids[0]}]});
    assert_eq!(admin(&api, "PATCH", nobodys, lost).await.status, 404);
}
