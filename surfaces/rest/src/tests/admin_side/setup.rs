//! What is set up once: where the store ships to and how, where it collects tax, and what it announces.

use serde_json::{Value, json};

use super::{Api, admin, change, whole_cart};

fn usd(amount: i64) -> Value {
    json!({"amount": amount, "currency": "USD"})
}

#[tokio::test]
async fn a_zone_and_its_methods_are_made_changed_and_taken_away() {
    let api = Api::new().await;
    let zone = admin(
        &api,
        "POST",
        "/shipping-zones",
        json!({"name": "North", "regions": ["ca", "US-AK"]}),
    )
    .await;
    assert_eq!(
        (zone.status, &zone.body["regions"]),
        (201, &json!(["CA", "US-AK"])),
        "{}",
        zone.text
    );
    let path = zone.header("location").strip_prefix("/api/v1/admin").unwrap();
    let sled = json!({
        "code": "sled", "name": "By sled", "rate": {"kind": "by_weight", "steps": [
            {"from": 0, "price": usd(900)}, {"from": 2_000, "price": usd(1_500)},
        ]}, "free_from": usd(10_000), "days_min": 3, "days_max": 9, "date_choices": 4,
    });
    let made = admin(&api, "POST", &format!("{path}/methods"), sled.clone()).await;
    assert_eq!(made.status, 201, "{}", made.text);
    for (field, value) in sled.as_object().unwrap() {
        assert_eq!(&made.body[field], value, "{field}");
    }
    assert_eq!(
        (&made.body["zone_id"], &made.body["active"]),
        (&zone.body["id"], &json!(true))
    );
    let taken = admin(&api, "POST", &format!("{path}/methods"), sled).await;
    assert_eq!((taken.status, taken.code()), (409, "code_taken"));
    let mut body = whole_cart(api.shirt, 1);
    body["shipping_address"]["state"] = json!("AK");
    body["shipping_option"] = json!("sled");
    let cart = api.post("/api/v1/carts", body).await;
    assert_eq!(cart.body["totals"]["shipping"], usd(900), "{}", cart.text);

    let method = made.header("location").strip_prefix("/api/v1/admin").unwrap();
    for rate in [
        json!({"kind": "flat", "price": usd(700)}),
        json!({"kind": "by_price", "steps": [{"from": 5_000, "price": usd(0)}]}),
        json!({"kind": "by_quantity", "steps": [{"from": 1, "price": usd(5)}]}),
        json!({"kind": "table_by_weight", "rows": [{"postcodes": "99500-99999", "from": 0, "price": usd(5)}]}),
        json!({"kind": "table_by_price", "rows": [{"postcodes": null, "from": 0, "price": usd(5)}]}),
    ] {
        let changed = admin(&api, "PATCH", method, json!({"rate": rate})).await;
        assert_eq!(
            (changed.status, &changed.body["rate"]),
            (200, &rate),
            "{}",
            changed.text
        );
    }
    let off = admin(
        &api,
        "PATCH",
        method,
        json!({"active": false, "free_from": null, "name": "Sled"}),
    )
    .await;
    assert_eq!(
        (
            &off.body["active"],
            &off.body["free_from"],
            &off.body["name"],
            &off.body["days_max"]
        ),
        (&json!(false), &json!(null), &json!("Sled"), &json!(9))
    );
    let renamed = admin(&api, "PATCH", path, json!({"name": "Far north"})).await;
    assert_eq!(
        (&renamed.body["name"], &renamed.body["regions"]),
        (&json!("Far north"), &json!(["CA", "US-AK"]))
    );
    assert_eq!(
        admin(&api, "PATCH", path, json!({"name": "US"})).await.code(),
        "name_taken"
    );
    let zones = admin(&api, "GET", "/shipping-zones", json!(null)).await;
    assert_eq!(zones.body["total"], 2);
    assert!(zones.body["items"].as_array().unwrap().contains(&renamed.body));

    assert_eq!(admin(&api, "DELETE", method, json!(null)).await.status, 204);
    assert_eq!(admin(&api, "GET", method, json!(null)).await.status, 404);
    assert_eq!(admin(&api, "DELETE", path, json!(null)).await.status, 204);
    assert_eq!(admin(&api, "GET", path, json!(null)).await.status, 404);
}

#[tokio::test]
async fn what_a_zone_or_a_method_cannot_be_is_named() {
    let api = Api::new().await;
    for (body, field) in [
        (json!({"name": " ", "regions": ["US"]}), "name"),
        (json!({"name": "A", "regions": []}), "regions"),
        (json!({"name": "A", "regions": ["US", "Mars"]}), "regions.1"),
        (json!({"name": "A", "regions": ["US-"]}), "regions.0"),
    ] {
        let refused = admin(&api, "POST", "/shipping-zones", body).await;
        assert_eq!(
            (refused.status, refused.body["errors"][0]["field"].as_str()),
            (422, Some(field)),
            "{}",
            refused.text
        );
    }
    let zones = admin(&api, "GET", "/shipping-zones", json!(null)).await;
    let methods = format!(
        "/shipping-zones/{}/methods",
        zones.body["items"][0]["id"].as_str().unwrap()
    );
    let flat = json!({"kind": "flat", "price": usd(1)});
    let of = |rate: Value| json!({"code": "a", "name": "A", "rate": rate});
    let euros = json!({"amount": 1, "currency": "EUR"});
    for (body, field) in [
        (json!({"code": "A b", "name": "A", "rate": flat}), "code"),
        (
            json!({"code": "a", "name": "A", "rate": flat, "days_min": 9}),
            "days_max",
        ),
        (
            json!({"code": "a", "name": "A", "rate": flat, "date_choices": 61}),
            "date_choices",
        ),
        (
            json!({"code": "a", "name": "A", "rate": flat, "profile_id": "shp_06a6mnt2kwf4dap3v7cqz9x1m0"}),
            "profile_id",
        ),
        (of(json!({"kind": "flat"})), "rate.price"),
        (of(json!({"kind": "flat", "price": euros})), "rate.price.currency"),
        (of(json!({"kind": "by_weight", "steps": []})), "rate.steps"),
        (
            of(json!({"kind": "by_weight", "steps": [{"from": 0, "price": usd(-1)}]})),
            "rate.steps.0.price.amount",
        ),
        (
            of(json!({"kind": "by_weight", "steps": [{"from": 1_000_000_000_001_i64, "price": usd(1)}]})),
            "rate.steps.0.from",
        ),
        (
            of(json!({"kind": "table_by_price", "rows": [{"from": 1_000_000_000_001_i64, "price": usd(1)}]})),
            "rate.rows.0.from",
        ),
        (
            of(json!({"kind": "table_by_price", "rows": [{"postcodes": "1-", "from": 0, "price": usd(1)}]})),
            "rate.rows.0.postcodes",
        ),
        (
            of(json!({"kind": "pickup", "location_id": "loc_06a6mnt2kwf4dap3v7cqz9x1m0", "price": usd(1)})),
            "rate.location_id",
        ),
    ] {
        let refused = admin(&api, "POST", &methods, body).await;
        assert_eq!(
            (refused.status, refused.body["errors"][0]["field"].as_str()),
            (422, Some(field)),
            "{}",
            refused.text
        );
    }
}

#[tokio::test]
async fn tax_is_collected_where_the_merchant_says() {
    let api = Api::new().await;
    let none = admin(&api, "GET", "/tax-nexus", json!(null)).await;
    assert_eq!((none.status, &none.body["items"]), (200, &json!([])), "{}", none.text);
    for place in ["us-ca", "DE", "US-CA"] {
        let put = admin(&api, "PUT", &format!("/tax-nexus/{place}"), json!(null)).await;
        assert_eq!(put.status, 200, "{}", put.text);
    }
    let places = admin(&api, "GET", "/tax-nexus", json!(null)).await;
    assert_eq!(places.body["items"], json!([{"place": "DE"}, {"place": "US-CA"}]));
    let mut body = whole_cart(api.shirt, 1);
    (
        body["shipping_address"]["state"],
        body["shipping_address"]["postal_code"],
    ) = (json!("CA"), json!("90001"));
    let taxed = api.post("/api/v1/carts", body.clone()).await;
    assert_ne!(taxed.body["totals"]["tax"]["amount"], 0, "{}", taxed.text);
    let left = admin(&api, "DELETE", "/tax-nexus/US-CA", json!(null)).await;
    assert_eq!(left.body["items"], json!([{"place": "DE"}]), "{}", left.text);
    assert_eq!(admin(&api, "DELETE", "/tax-nexus/US-CA", json!(null)).await.status, 404);
    assert_eq!(api.post("/api/v1/carts", body).await.body["totals"]["tax"]["amount"], 0);
    for place in ["Mars", "US-", "US-CA-1", "US-ELEVENCHARS"] {
        let refused = admin(&api, "PUT", &format!("/tax-nexus/{place}"), json!(null)).await;
        assert_eq!(
            (refused.status, refused.body["errors"][0]["field"].as_str()),
            (422, Some("place")),
            "{place}"
        );
    }
}

#[tokio::test]
async fn the_announcement_is_changed_by_who_read_it() {
    let api = Api::new().await;
    let before = admin(&api, "GET", "/announcement", json!(null)).await;
    assert_eq!(
        (before.status, &before.body["active"]),
        (200, &json!(false)),
        "{}",
        before.text
    );
    let wanted = json!({
        "active": true, "texts": {"en": "Sale!", "id": "Obral!"}, "address": "/collections/sale",
        "starts_at": "2026-01-01T00:00:00Z", "ends_at": null,
    });
    let changed = change(&api, "/announcement", before.header("etag"), wanted.clone()).await;
    assert_eq!(changed.status, 200, "{}", changed.text);
    for (field, value) in wanted.as_object().unwrap() {
        assert_eq!(&changed.body[field], value, "{field}");
    }
    let late = change(&api, "/announcement", before.header("etag"), json!({"active": false})).await;
    assert_eq!((late.status, late.code()), (412, "version_conflict"));
    let off = change(
        &api,
        "/announcement",
        changed.header("etag"),
        json!({"active": false, "starts_at": null}),
    )
    .await;
    assert_eq!(
        (&off.body["texts"], &off.body["starts_at"]),
        (&wanted["texts"], &json!(null))
    );
    for (body, field) in [
        (json!({"texts": {"en": "x".repeat(161)}}), "texts.en"),
        (json!({"texts": {"xx": "Sale!"}}), "texts.xx"),
        (json!({"active": true, "texts": {}}), "texts.en"),
        (json!({"address": "javascript:x"}), "address"),
        (
            json!({"starts_at": "2026-01-02T00:00:00Z", "ends_at": "2026-01-01T00:00:00Z"}),
            "ends_at",
        ),
    ] {
        let refused = change(&api, "/announcement", "*", body).await;
        assert_eq!(
            (refused.status, refused.body["errors"][0]["field"].as_str()),
            (422, Some(field)),
            "{}",
            refused.text
        );
    }
}
