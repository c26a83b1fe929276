//! From a cart to an order, in two calls.

use catalog::{UpsertProduct, UpsertVariant};
use kernel::{Slug, VariantId};
use serde_json::{Value, json};

use super::{Answered, Api, payment, usd, whole_cart};

async fn cart(api: &Api, quantity: i64) -> (String, Value) {
    let made = api.post("/api/v1/carts", whole_cart(api.shirt, quantity)).await;
    assert_eq!(made.status, 201, "{}", made.text);
    (made.header("location").to_owned(), made.body["totals"]["total"].clone())
}

async fn complete(api: &Api, cart: &str, token: &str) -> Answered {
    api.post(&format!("{cart}/complete"), payment(token)).await
}

#[tokio::test]
async fn a_purchase_takes_two_calls() {
    let api = Api::new().await;
    let (cart, total) = cart(&api, 2).await;
    assert_eq!(total, json!({"amount": 4500, "currency": "USD"}));
    let mut body = payment("tok_success");
    body["expected_total"] = total.clone();
    let path = format!("{cart}/complete");
    let placed = api
        .call("POST", &path, &[("idempotency-key", "k1")], Some(body.clone()))
        .await;
    assert_eq!(placed.status, 201, "{}", placed.text);
    assert_eq!(
        (
            placed.body["payment_state"].as_str(),
            placed.body["payment_status"].as_str()
        ),
        (Some("paid"), Some("paid"))
    );
    assert_eq!(placed.body["totals"]["total"], total);
    let again = api
        .call("POST", &path, &[("idempotency-key", "k1")], Some(body.clone()))
        .await;
    assert_eq!(
        (again.status, again.header("idempotent-replayed"), &again.text),
        (201, "true", &placed.text)
    );
    body["payment"]["token"] = "tok_other".into();
    let reused = api.call("POST", &path, &[("idempotency-key", "k1")], Some(body)).await;
    assert_eq!((reused.status, reused.code()), (422, "idempotency_key_reused"));
    let order = api.get(placed.header("location")).await;
    assert_eq!((order.status, &order.body["number"]), (200, &placed.body["number"]));
    let bare = placed.header("location").split('?').next().unwrap();
    assert_eq!(
        api.get(bare).await.status,
        404,
        "an order without its token is not there"
    );
    assert_eq!(api.get(&format!("{bare}?token=wrong")).await.status, 404);
    let closed = api
        .post(&format!("{cart}/lines"), json!({"variant_id": api.shirt}))
        .await;
    assert_eq!((closed.status, closed.code()), (409, "cart_closed"));
    let twice = complete(&api, &cart, "tok_success").await;
    assert_eq!(
        (twice.status, &twice.body["id"]),
        (201, &placed.body["id"]),
        "a cart is ordered once"
    );
}

#[tokio::test]
async fn a_payment_can_fail_wait_or_ask_for_more() {
    let api = Api::new().await;
    let (cart, _) = cart(&api, 1).await;
    for (token, reason) in [
        ("tok_decline", "card_declined"),
        ("tok_insufficient_funds", "insufficient_funds"),
    ] {
        let declined = complete(&api, &cart, token).await;
        assert_eq!(
            (declined.status, declined.code()),
            (402, "payment_declined"),
            "{}",
            declined.text
        );
        assert_eq!(declined.body["reason"], reason);
    }
    let challenged = complete(&api, &cart, "tok_3ds").await;
    assert_eq!(
        (challenged.status, challenged.body["payment_state"].as_str()),
        (202, Some("requires_action")),
        "{}",
        challenged.text
    );
    assert!(
        challenged.body["action_url"]
            .as_str()
            .is_some_and(|url| url.starts_with("http://") && url.contains("/sandbox/challenge/"))
    );
}

#[tokio::test]
async fn a_payment_that_waits_for_the_shopper_can_be_given_up() {
    let api = Api::new().await;
    let (cart, _) = cart(&api, 1).await;
    let payment = format!("{cart}/payment");
    let give_up = async |key| api.call("DELETE", &payment, &[("idempotency-key", key)], None).await;
    let untouched = give_up("early").await;
    assert_eq!((untouched.status, &untouched.body["state"]), (200, &json!("open")));
    let challenged = complete(&api, &cart, "tok_3ds").await;
    assert_eq!(challenged.body["payment_state"], "requires_action");
    assert_eq!(api.get(&cart).await.body["state"], "completed");
    let opened = give_up("now").await;
    assert_eq!(
        (opened.status, &opened.body["state"]),
        (200, &json!("open")),
        "{}",
        opened.text
    );
    assert_eq!(opened.header("etag"), api.get(&cart).await.header("etag"));
    let again = give_up("now").await;
    assert_eq!((again.status, again.header("idempotent-replayed")), (200, "true"));
    let placed = complete(&api, &cart, "tok_success").await;
    assert_eq!(placed.status, 201, "{}", placed.text);
    assert_ne!(placed.body["id"], challenged.body["id"]);
    let late = give_up("late").await;
    assert_eq!((late.status, late.code()), (409, "payment_stands"), "{}", late.text);
    assert_eq!(late.body["order_id"], placed.body["id"]);
    let nobodys = api.call(
        "DELETE",
        "/api/v1/carts/crt_00000000000000000000000000/payment",
        &[],
        None,
    );
    assert_eq!(nobodys.await.status, 404);
}

#[tokio::test]
async fn what_is_missing_or_changed_is_told() {
    let api = Api::new().await;
    let empty = api.post("/api/v1/carts", json!({})).await.header("location").to_owned();
    assert_eq!(complete(&api, &empty, "tok_success").await.code(), "cart_empty");
    let (cart, _) = cart(&api, 1).await;
    let mut body = payment("tok_success");
    body["expected_total"] = json!({"amount": 1, "currency": "USD"});
    let changed = api.post(&format!("{cart}/complete"), body.clone()).await;
    assert_eq!((changed.status, changed.code()), (409, "total_changed"));
    assert_eq!(changed.body["total"], json!({"amount": 2500, "currency": "USD"}));
    assert_eq!(changed.body.get("changed"), None, "what it was made of was not told");
    body["expected_totals"] = api.get(&cart).await.body["totals"].clone();
    let unlike = api.post(&format!("{cart}/complete"), body.clone()).await;
    assert_eq!(
        (unlike.status, unlike.body["errors"][0]["field"].as_str()),
        (422, Some("expected_total")),
        "{}",
        unlike.text
    );
    body.as_object_mut().unwrap().remove("expected_total");
    // The same total of other parts is another that the shopper saw.
    for (parts, told) in [
        (vec!["items", "discount"], "items"),
        (vec!["shipping", "shipping_discount"], "shipping"),
        (vec!["tax"], "tax"),
    ] {
        let mut body = body.clone();
        for part in parts {
            let amount = &mut body["expected_totals"][part]["amount"];
            *amount = json!(amount.as_i64().unwrap() + 100);
        }
        let changed = api.post(&format!("{cart}/complete"), body).await;
        assert_eq!((changed.status, changed.code()), (409, "total_changed"), "{told}");
        assert_eq!(changed.body["changed"], json!([told]), "{}", changed.text);
        assert_eq!(changed.body["total"], json!({"amount": 2500, "currency": "USD"}));
        assert_eq!(changed.body["totals"], api.get(&cart).await.body["totals"]);
    }
    for part in ["shipping", "total"] {
        body["expected_totals"][part]["amount"] = json!(400);
    }
    let changed = api.post(&format!("{cart}/complete"), body.clone()).await;
    assert_eq!((changed.status, changed.code()), (409, "total_changed"));
    assert_eq!(changed.body["changed"], json!(["shipping"]), "{}", changed.text);
    for (part, currency) in [("tax", "none"), ("total", "EUR"), ("tax", "EUR")] {
        let mut body = body.clone();
        body["expected_totals"][part]["currency"] = json!(currency);
        let wrong = api.post(&format!("{cart}/complete"), body).await;
        let field = format!("expected_totals.{part}.currency");
        assert_eq!(
            (wrong.status, wrong.body["errors"][0]["field"].as_str()),
            (422, Some(field.as_str())),
            "{}",
            wrong.text
        );
    }
    let unknown = json!({"payment": {"gateway": "cash", "token": "x"}});
    let unknown = api.post(&format!("{cart}/complete"), unknown).await;
    assert_eq!(
        (unknown.status, unknown.body["errors"][0]["field"].as_str()),
        (422, Some("payment.gateway"))
    );
    let mut incomplete = whole_cart(api.shirt, 1);
    for field in ["shipping_option", "shipping_address", "email"] {
        incomplete.as_object_mut().unwrap().remove(field);
        let made = api.post("/api/v1/carts", incomplete.clone()).await;
        let answer = complete(&api, made.header("location"), "tok_success").await;
        assert_eq!(
            (answer.status, answer.body["errors"][0]["field"].as_str()),
            (422, Some(field))
        );
    }
}

/// Something that costs nothing and is not shipped.
async fn leaflet(api: &Api) -> VariantId {
    let mut ctx = api.db.work().write();
    let file = UpsertVariant {
        price: Some(usd(0)),
        requires_shipping: false,
        ..UpsertVariant::sample()
    };
    let product = UpsertProduct {
        title: "How to Wash Linen".to_owned(),
        variants: vec![file],
        ..UpsertProduct::sample(Slug::parse("how-to-wash-linen").unwrap())
    };
    let stored = catalog::upsert_products(&mut ctx, &[product]).await.unwrap();
    ctx.commit().await.unwrap();
    stored[0].variant_ids[0]
}

#[tokio::test]
async fn what_costs_nothing_is_ordered_without_a_payment() {
    let api = Api::new().await;
    let mut wanted = whole_cart(api.shirt, 1);
    wanted["lines"] = json!([{"variant_id": leaflet(&api).await}]);
    wanted["billing_address"] = wanted["shipping_address"].clone();
    let made = api.post("/api/v1/carts", wanted).await;
    let total = made.body["totals"]["total"].clone();
    assert_eq!(total, json!({"amount": 0, "currency": "USD"}), "{}", made.text);
    let path = format!("{}/complete", made.header("location"));
    let body = json!({"expected_total": total});
    let key = [("idempotency-key", "free")];
    let placed = api.call("POST", &path, &key, Some(body.clone())).await;
    assert_eq!(
        (placed.status, placed.body["payment_state"].as_str()),
        (201, Some("paid")),
        "{}",
        placed.text
    );
    let again = api.call("POST", &path, &key, Some(body)).await;
    assert_eq!((again.status, again.header("idempotent-replayed")), (201, "true"));

    let (cart, _) = cart(&api, 1).await;
    for body in [json!({}), json!({"payment": null})] {
        let refused = api.post(&format!("{cart}/complete"), body).await;
        let error = &refused.body["errors"][0];
        assert_eq!(
            (refused.status, error["field"].as_str()),
            (422, Some("payment")),
            "{}",
            refused.text
        );
    }
    let refused = api.post(&format!("{cart}/complete"), json!({})).await;
    assert_eq!(refused.body["errors"][0]["code"], "payment_required");
    assert_eq!(api.get(&cart).await.body["state"], "open");
}

#[tokio::test]
async fn two_shoppers_and_too_few_pieces_make_one_order() {
    let api = Api::new().await;
    let ((first, _), (second, _)) = (cart(&api, 3).await, cart(&api, 3).await);
    assert_eq!(complete(&api, &first, "tok_success").await.status, 201);
    let late = complete(&api, &second, "tok_success").await;
    assert_eq!(late.status, 409, "{}", late.text);
    assert!(["out_of_stock", "line_unavailable"].contains(&late.code()));
    let view = api.get(&second).await;
    assert_eq!(view.body["lines"][0]["notices"][0]["code"], "only_left");
    assert_eq!(view.body["lines"][0]["notices"][0]["available"], 2);
}

#[tokio::test]
async fn a_webhook_must_be_signed() {
    let api = Api::new().await;
    let forged = api
        .post("/api/v1/webhooks/sandbox", json!({"type": "payment.captured"}))
        .await;
    assert_eq!(
        (forged.status, forged.code()),
        (400, "bad_signature"),
        "{}",
        forged.text
    );
    assert_eq!(api.post("/api/v1/webhooks/nobody", json!({})).await.status, 404);
}
