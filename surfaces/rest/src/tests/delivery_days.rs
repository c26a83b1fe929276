//! The day of delivery that a shopper wants: one of those on offer, and what is said when it is not.

use serde_json::{Value, json};
use shipping::{MethodTerms, RateKind, Region, ZoneTerms};

use super::{Api, payment, usd, whole_cart};

/// A delivery there with three days to choose from.
async fn deliver_by_day(api: &Api, country: &str) {
    let mut ctx = api.db.work().write();
    let zone = ZoneTerms {
        name: country.to_owned(),
        regions: vec![Region::parse(country).unwrap()],
    };
    let zone = shipping::create_zone(&mut ctx, &zone).await.unwrap();
    let by_day = MethodTerms {
        date_choices: 3,
        ..MethodTerms::new("by-day", "By day", RateKind::Flat(usd(900)))
    };
    shipping::create_method(&mut ctx, zone, &by_day).await.unwrap();
    ctx.commit().await.unwrap();
}

#[tokio::test]
async fn a_day_that_the_chosen_delivery_does_not_offer_is_refused() {
    let api = Api::new().await;
    deliver_by_day(&api, "CA").await;
    let mut body = whole_cart(api.shirt, 1);
    body["shipping_option"] = json!("by-day");
    body["delivery_date"] = json!("9999-12-31");
    let early = api.post("/api/v1/carts", body.clone()).await;
    assert_eq!(early.status, 201, "it does not go to the US: {}", early.text);
    assert!(early.body["delivery_date"].is_null());
    for (field, value) in [
        ("country", "CA"),
        ("state", "ON"),
        ("city", "Toronto"),
        ("postal_code", "M5V 3L9"),
    ] {
        body["shipping_address"][field] = json!(value);
    }
    assert_eq!(
        api.refused_field("POST", "/api/v1/carts", body.clone()).await,
        "delivery_date"
    );

    body["delivery_date"] = Value::Null;
    let cart = api.post("/api/v1/carts", body.clone()).await;
    let day = cart.body["shipping_options"][0]["dates"][2].clone();
    body["delivery_date"] = day.clone();
    let chosen = api.post("/api/v1/carts", body).await;
    assert_eq!((chosen.status, &chosen.body["delivery_date"]), (201, &day));

    let path = cart.header("location");
    let wrong = json!({"delivery_date": "9999-12-31"});
    assert_eq!(api.refused_field("PATCH", path, wrong).await, "delivery_date");
    let changed = api.call("PATCH", path, &[], Some(json!({"delivery_date": day}))).await;
    assert_eq!((changed.status, &changed.body["delivery_date"]), (200, &day));
}

#[tokio::test]
async fn a_day_that_is_over_is_named_with_the_days_there_are() {
    let api = Api::new().await;
    deliver_by_day(&api, "CA").await;
    let mut body = whole_cart(api.shirt, 1);
    body["shipping_option"] = json!("by-day");
    for (field, value) in [
        ("country", "CA"),
        ("state", "ON"),
        ("city", "Toronto"),
        ("postal_code", "M5V 3L9"),
    ] {
        body["shipping_address"][field] = json!(value);
    }
    let days = api.post("/api/v1/carts", body.clone()).await.body["shipping_options"][0]["dates"].clone();
    body["delivery_date"] = days[0].clone();
    let key = [("idempotency-key", "a-day")];
    let made = api.call("POST", "/api/v1/carts", &key, Some(body.clone())).await;
    assert_eq!(made.status, 201, "{}", made.text);
    let cart = made.header("location");
    let chosen = json!({"delivery_date": days[0]});
    let changed = api
        .call("PATCH", cart, &[("idempotency-key", "same")], Some(chosen.clone()))
        .await;
    assert_eq!(changed.status, 200, "{}", changed.text);

    api.db.clock().advance(chrono::TimeDelta::days(20));
    for (method, path, key, body) in [
        ("POST", "/api/v1/carts", "a-day", body.clone()),
        ("PATCH", cart, "same", chosen.clone()),
    ] {
        let again = api
            .call(method, path, &[("idempotency-key", key)], Some(body.clone()))
            .await;
        assert_eq!(&again.body["delivery_date"], &days[0], "{method}: {}", again.text);
        let anew = api.call(method, path, &[], Some(body)).await;
        let error = &anew.body["errors"][0];
        assert_eq!(
            (anew.status, &error["field"], &error["code"]),
            (422, &json!("delivery_date"), &json!("past"))
        );
        let message = error["message"].as_str().unwrap();
        assert!(message.contains(days[0].as_str().unwrap()), "{message}");
    }
    let late = api.post(&format!("{cart}/complete"), payment("tok_success")).await;
    let error = &late.body["errors"][0];
    assert_eq!(
        (late.status, &error["field"], &error["code"]),
        (422, &json!("delivery_date"), &json!("date_gone"))
    );
    let now = api.get(cart).await.body;
    assert_eq!(late.body["dates"], now["shipping_options"][0]["dates"]);
    assert!(
        now["delivery_date"].is_null() && late.body["dates"][0] != days[0],
        "{now}"
    );
    let other = json!({"delivery_date": late.body["dates"][1]});
    assert_eq!(api.call("PATCH", cart, &[], Some(other)).await.status, 200);
    let placed = api.post(&format!("{cart}/complete"), payment("tok_success")).await;
    assert_eq!(placed.status, 201, "{}", placed.text);
}
