//! What becomes of an order: parcels, refunds, cancellation.

use serde_json::{Value, json};

use super::{Api, admin, order};

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
    let mut one = json!({"lines": [{"line_id": line, "quantity": 1}], "reason": "torn", "restock": true});
    one["expected_total"] = json!({"amount": 2001, "currency": "USD"});
    let other = admin(&api, "POST", &format!("{path}/refunds"), one.clone()).await;
    assert_eq!(
        (other.status, other.code(), &other.body["total"]["amount"]),
        (409, "refund_total_changed", &json!(2000)),
        "{}",
        other.text
    );
    one["expected_total"]["amount"] = json!(2000);
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
    let mut refunds = delivery.body["refunds"].as_array().unwrap().iter();
    assert!(refunds.any(|one| one["amount"]["amount"] == 100), "{}", delivery.text);
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
