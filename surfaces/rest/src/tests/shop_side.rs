//! Products, categories and carts.

use catalog::{ProductChanges, UpdateProduct};
use kernel::ProductId;
use serde_json::{Value, json};

use super::{Api, whole_cart};

#[tokio::test]
async fn products_are_listed_with_what_narrows_them() {
    let api = Api::new().await;
    let list = api
        .get("/api/v1/products?q=linen&category=clothes&price_max=2000&in_stock=true&facets=true&limit=1")
        .await;
    assert_eq!(list.status, 200, "{}", list.text);
    assert_eq!(
        (list.body["total"].as_i64(), list.body["next_cursor"].is_null()),
        (Some(1), true)
    );
    let shirt = &list.body["items"][0];
    assert_eq!(
        (shirt["slug"].as_str(), &shirt["price"]),
        (Some("linen-shirt"), &json!({"amount": 2000, "currency": "USD"}))
    );
    assert_eq!(list.body["facets"]["categories"][1]["slug"], "shirts");
    let none = api.get("/api/v1/products?price_min=2001").await;
    assert_eq!((none.body["total"].as_i64(), none.body.get("facets")), (Some(0), None));
    let categories = api.get("/api/v1/categories").await;
    assert_eq!(
        (
            categories.body["total"].as_i64(),
            categories.body["items"][1]["depth"].as_i64()
        ),
        (Some(2), Some(1))
    );
}

#[tokio::test]
async fn a_cursor_leads_on_in_the_list_that_gave_it_out() {
    let api = Api::new().await;
    let mut ctx = api.db.work().write();
    let other = catalog::UpsertProduct {
        title: "Another Shirt".to_owned(),
        ..catalog::UpsertProduct::sample(kernel::Slug::parse("another-shirt").unwrap())
    };
    catalog::upsert_products(&mut ctx, &[other]).await.unwrap();
    ctx.commit().await.unwrap();
    let first = api.get("/api/v1/products?sort=title&limit=1").await;
    let cursor = first.body["next_cursor"].as_str().unwrap();
    let next = api
        .get(&format!("/api/v1/products?limit=2&cursor={cursor}&sort=title"))
        .await;
    assert_eq!(next.body["items"][0]["slug"], "linen-shirt", "{}", next.text);
    assert!(next.body["next_cursor"].is_null());
    for path in [
        "/api/v1/products?sort=newest&cursor=",
        "/api/v1/products?sort=title&in_stock=true&cursor=",
        "/api/v1/products?cursor=",
        "/api/v1/products/linen-shirt/reviews?cursor=",
        "/api/v1/admin/orders?cursor=",
        "/api/v1/admin/products?sort=title&cursor=",
    ] {
        let refused = api
            .with_key("orders:read,catalog:read", "GET", &format!("{path}{cursor}"), None)
            .await;
        let error = &refused.body["errors"][0];
        assert_eq!(
            (refused.status, &error["field"], &error["code"]),
            (422, &json!("cursor"), &json!("invalid_cursor")),
            "{path}"
        );
    }
}

#[tokio::test]
async fn bad_queries_name_their_field() {
    let api = Api::new().await;
    for (query, field) in [
        ("limit=0", "limit"),
        ("limit=101", "limit"),
        ("limit=x", "limit"),
        ("limit=", "limit"),
        ("price_min=-1", "price_min"),
        ("price_max=1000000000001", "price_max"),
        ("sort=best", "sort"),
        ("in_stock=maybe", "in_stock"),
        ("category=No%20Slug", "category"),
        ("cursor=x", "cursor"),
        (
            "sort=title&cursor=W3sidGl0bGUiOiJhXHUwMDAwIn0sInByZF8wNmE2bW50Mmt3ZjRkYXAzdjdjcXo5eDFtMCJd",
            "cursor",
        ),
        ("colour=red", "colour"),
        ("q=a%00b", "q"),
    ] {
        let answer = api.get(&format!("/api/v1/products?{query}")).await;
        assert_eq!(
            (answer.status, answer.body["errors"][0]["field"].as_str()),
            (422, Some(field)),
            "{query}: {}",
            answer.text
        );
        assert_eq!(answer.header("content-type"), "application/problem+json");
    }
}

#[tokio::test]
async fn an_old_slug_leads_to_the_new_one() {
    let api = Api::new().await;
    let shirt = api.get("/api/v1/products/linen-shirt").await;
    assert_eq!(
        (shirt.status, shirt.body["variants"][0]["sku"].as_str()),
        (200, Some("SHIRT"))
    );
    let again = api
        .call(
            "GET",
            "/api/v1/products/linen-shirt",
            &[("if-none-match", shirt.header("etag"))],
            None,
        )
        .await;
    assert_eq!(again.status, 304);
    let id: ProductId = shirt.body["id"].as_str().unwrap().parse().unwrap();
    let mut ctx = api.db.work().write();
    let changes = ProductChanges {
        slug: Some("hemd-größe".to_owned()),
        ..ProductChanges::default()
    };
    catalog::update_product(
        &mut ctx,
        UpdateProduct {
            id,
            expected_version: None,
            changes,
        },
    )
    .await
    .unwrap();
    ctx.commit().await.unwrap();
    let moved = api.get("/api/v1/products/linen-shirt").await;
    assert_eq!(
        (moved.status, moved.header("location")),
        (301, "/api/v1/products/hemd-gr%C3%B6%C3%9Fe")
    );
    assert_eq!(api.get(moved.header("location")).await.status, 200);
    for unknown in ["nothing", "No%20Slug", "%00", "%ff"] {
        let answer = api.get(&format!("/api/v1/products/{unknown}")).await;
        assert_eq!((answer.status, answer.code()), (404, "not_found"), "{unknown}");
    }
}

#[tokio::test]
async fn a_cart_is_changed_by_its_version() {
    let api = Api::new().await;
    let made = api.post("/api/v1/carts", json!({})).await;
    assert_eq!(made.status, 201, "{}", made.text);
    let cart = made.header("location").to_owned();
    assert_eq!(
        (made.header("etag"), made.header("cache-control")),
        ("\"1\"", "no-store")
    );
    let line = json!({"variant_id": api.shirt, "quantity": 2});
    let with_line = api
        .call(
            "POST",
            &format!("{cart}/lines"),
            &[("if-match", "\"1\"")],
            Some(line.clone()),
        )
        .await;
    assert_eq!(
        (with_line.status, with_line.body["totals"]["items"]["amount"].as_i64()),
        (201, Some(4000))
    );
    let stale = api
        .call(
            "POST",
            &format!("{cart}/lines"),
            &[("if-match", "\"1\"")],
            Some(line.clone()),
        )
        .await;
    assert_eq!((stale.status, stale.code()), (412, "version_conflict"));
    let changes = json!({"coupon_codes": ["nope"], "customer_note": "Ring twice."});
    let changed = api
        .call("PATCH", &cart, &[("if-match", with_line.header("etag"))], Some(changes))
        .await;
    assert_eq!(changed.status, 200, "{}", changed.text);
    assert_eq!(
        changed.body["coupons"],
        json!([{"code": "NOPE", "applied": false, "amount": null, "reason": "not_found"}])
    );
    assert_eq!(
        api.call("PATCH", &cart, &[("if-match", "\"1\"")], Some(json!({})))
            .await
            .status,
        412
    );
    let one = format!("{cart}/lines/{}", changed.body["lines"][0]["id"].as_str().unwrap());
    let fewer = api.call("PATCH", &one, &[], Some(json!({"quantity": 1}))).await;
    assert_eq!((fewer.status, fewer.body["item_count"].as_i64()), (200, Some(1)));
    let many = api.call("PATCH", &one, &[], Some(json!({"quantity": 6}))).await;
    assert_eq!(
        (many.status, many.code(), many.body["available"].as_i64()),
        (409, "insufficient_stock", Some(5))
    );
    let options = api.get(&format!("{cart}/shipping-options")).await;
    assert_eq!(
        (
            options.body["total"].as_i64(),
            options.body["items"][0]["code"].as_str()
        ),
        (Some(1), Some("standard"))
    );
    let emptied = api.call("DELETE", &one, &[], None).await;
    assert_eq!(
        (emptied.status, emptied.body["lines"].as_array().map(Vec::len)),
        (200, Some(0))
    );
    assert_eq!(api.call("DELETE", &one, &[], None).await.status, 404);
    assert_eq!(api.get(&cart).await.body["coupons"][0]["code"], "NOPE");
}

#[tokio::test]
async fn everything_that_is_wrong_with_a_carts_addresses_is_told_at_once() {
    let api = Api::new().await;
    let cart = api.post("/api/v1/carts", json!({})).await;
    let path = format!("/api/v1/carts/{}", cart.body["id"].as_str().unwrap());
    let codes: Vec<String> = (0..11).map(|number| format!("CODE{number}")).collect();
    let wrong = json!({
        "email": "nobody",
        "shipping_address": {"line1": "", "city": " ", "state": "XX", "postal_code": "1", "country": "US", "phone": "x"},
        "billing_address": {"first_name": "a\nb", "state": "XX", "country": "Utopia"},
        "coupon_codes": codes,
    });
    for answer in [
        api.post("/api/v1/carts", wrong.clone()).await,
        api.call("PATCH", &path, &[], Some(wrong.clone())).await,
    ] {
        let errors = answer.body["errors"].as_array().unwrap().iter();
        let mut told: Vec<String> = errors
            .map(|error| {
                format!(
                    "{} {}",
                    error["field"].as_str().unwrap(),
                    error["code"].as_str().unwrap()
                )
            })
            .collect();
        told.sort_unstable();
        assert_eq!(
            told,
            [
                "billing_address.city required",
                "billing_address.country invalid_country",
                "billing_address.first_name invalid_text",
                "billing_address.line1 required",
                "coupon_codes too_many",
                "email invalid_email",
                "shipping_address.city required",
                "shipping_address.line1 required",
                "shipping_address.phone invalid_phone",
                "shipping_address.postal_code invalid_postal_code",
                "shipping_address.state invalid_state",
            ],
            "{}",
            answer.text
        );
    }
}

#[tokio::test]
async fn bad_carts_name_their_fields() {
    let api = Api::new().await;
    for (body, status, field) in [
        (json!({"colour": 1}), 422, "colour"),
        (json!({"email": "nobody"}), 422, "email"),
        (json!({"coupon_codes": [" "]}), 422, "coupon_codes.0"),
        (
            json!({"lines": [{"variant_id": api.shirt, "quantity": 0}]}),
            422,
            "lines.0.quantity",
        ),
        (json!({"lines": [{"variant_id": "var_x"}]}), 422, "lines.0.variant_id"),
        (
            json!({"lines": [{"variant_id": api.shirt, "properties": {"note": "\0"}}]}),
            422,
            "lines.0.properties.note",
        ),
        (json!({"customer_note": "a\0b"}), 422, "customer_note"),
        (json!({"delivery_date": "2001-02-03"}), 422, "delivery_date"),
        (json!({"shipping_option": "drone"}), 422, "shipping_option"),
        (
            json!({"shipping_address": {"line1": "1 Main St", "city": "Anytown", "country": "XYZ"}}),
            422,
            "shipping_address.country",
        ),
        (
            json!({"billing_address": {"line1": "1 Main St", "city": "Anytown", "country": "US", "state": "OR", "postal_code": "1"}}),
            422,
            "billing_address.postal_code",
        ),
    ] {
        let answer = api.post("/api/v1/carts", body.clone()).await;
        let named = answer.body["errors"][0]["field"].as_str();
        assert_eq!((answer.status, named), (status, Some(field)), "{body}: {}", answer.text);
    }
    let cart = api.post("/api/v1/carts", json!({"shipping_option": "standard"})).await;
    assert_eq!(cart.status, 201, "{}", cart.text);
    let path = format!("/api/v1/carts/{}", cart.body["id"].as_str().unwrap());
    let drone = api
        .call("PATCH", &path, &[], Some(json!({"shipping_option": "drone"})))
        .await;
    assert_eq!(drone.body["errors"][0]["field"], "shipping_option", "{}", drone.text);
    let other: kernel::VariantId = api.db.work().read().new_id();
    let unknown = api
        .post("/api/v1/carts", json!({"lines": [{"variant_id": other}]}))
        .await;
    assert_eq!((unknown.status, unknown.code()), (409, "not_for_sale"));
    assert_eq!(api.get("/api/v1/carts/cart_x").await.status, 404);
    let form = api
        .call("POST", "/api/v1/carts", &[("content-type", "text/plain")], None)
        .await;
    assert_eq!(form.status, 201, "an empty body is an empty cart");
    let put = api.call("PUT", "/api/v1/carts", &[], None).await;
    assert_eq!((put.status, put.header("allow")), (405, "POST"));
}

#[tokio::test]
async fn what_a_cart_was_told_null_takes_back() {
    let api = Api::new().await;
    let mut whole = whole_cart(api.shirt, 1);
    whole["billing_address"] = whole["shipping_address"].clone();
    whole["customer_note"] = json!("Ring twice");
    let cart = api.post("/api/v1/carts", whole).await;
    let path = cart.header("location");
    let patch = async |body: Value| api.call("PATCH", path, &[], Some(body)).await;
    let changed = patch(json!({"billing_address": null})).await;
    assert!(changed.body["billing_address"].is_null(), "{}", changed.text);
    assert_eq!(changed.body["shipping_address"], cart.body["shipping_address"]);
    for option in [Value::Null, json!("")] {
        let changed = patch(json!({"shipping_option": option})).await;
        assert!(changed.body["shipping_option"].is_null(), "{}", changed.text);
        assert_eq!(changed.body["shipping_options"][0]["code"], "standard");
        patch(json!({"shipping_option": "standard"})).await;
    }
    let changed = patch(json!({"email": null, "shipping_address": null, "customer_note": ""})).await;
    assert!(changed.body["email"].is_null() && changed.body["shipping_address"].is_null());
    assert_eq!(
        (&changed.body["customer_note"], &changed.body["shipping_option"]),
        (&json!(""), &json!("standard")),
        "what is not named stays"
    );
    for field in ["customer_note", "coupon_codes"] {
        assert_eq!(api.refused_field("PATCH", path, json!({field: null})).await, field);
    }
}
