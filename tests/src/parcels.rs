//! Several parcels of one order, from the desk to the shopper's page: money, stock and mails follow them.

use serde_json::{Value, json};

use crate::{
    browser::Browser,
    installation::{GUEST, Installation, order_of},
};

/// A guest's order of three mugs.
async fn mugs(souk: &Installation) -> String {
    let mut guest = souk.visitor();
    guest.add(&souk.alpha.mug, "3").await.expect(303);
    order_of(&guest.buy(GUEST).await)
}

fn merchant(souk: &Installation) -> Browser {
    souk.visitor().with_key(&souk.alpha.key)
}

async fn call(souk: &Installation, method: &str, path: &str, body: &Value) -> Value {
    let answer = merchant(souk)
        .call(method, &format!("/api/v1/admin/{path}"), body)
        .await;
    assert!(answer.status.is_success(), "{method} {path}: {}", answer.body);
    answer.json()
}

/// A parcel of so many mugs that waits: its id.
async fn pack(souk: &Installation, order: &str, quantity: i64) -> String {
    let read = format!("/api/v1/admin/orders/{order}");
    let before = merchant(souk).send("GET", &read, None).await.json();
    let lines = json!([{"line_id": before["lines"][0]["id"], "quantity": quantity}]);
    let body = json!({"lines": lines, "state": "picking"});
    souk.pass(chrono::TimeDelta::seconds(1));
    let order = call(souk, "POST", &format!("orders/{order}/fulfilments"), &body).await;
    let parcels = order["fulfilments"].as_array().unwrap();
    parcels.last().unwrap()["id"].as_str().unwrap().to_owned()
}

async fn go(souk: &Installation, parcel: &str, state: &str) -> Value {
    let body = json!({"state": state});
    call(souk, "PATCH", &format!("fulfilments/{parcel}"), &body).await
}

#[tokio::test]
async fn the_shopper_sees_each_parcel_go_its_way_and_is_mailed() {
    let souk = Installation::new().await;
    let order = mugs(&souk).await;
    let status = souk.mail("order_confirmation", GUEST).await.link("/orders/");
    let (first, second) = (pack(&souk, &order, 1).await, pack(&souk, &order, 2).await);
    let page = souk.visitor().get(&status).await.expect(200);
    assert_eq!(page.body.matches("Not sent yet").count(), 2, "{}", page.body);
    assert!(souk.mails().await.iter().all(|mail| mail.kind != "order_shipped"));

    let tracking = json!({"carrier": "Pony Express", "number": "PONY-1", "url": "https://pony.example/PONY-1"});
    let leaves = json!({"state": "in_transit", "tracking": tracking});
    call(&souk, "PATCH", &format!("fulfilments/{first}"), &leaves).await;
    assert!(souk.mail("order_shipped", GUEST).await.text_body.contains("PONY-1"));
    go(&souk, &first, "out_for_delivery").await;
    assert!(souk.mail("parcel_moved", GUEST).await.text_body.contains("PONY-1"));
    go(&souk, &first, "delivered").await;
    go(&souk, &second, "in_transit").await;
    go(&souk, &second, "failed").await;
    souk.drain().await;
    let mails = souk.mails().await;
    let count = |kind: &str| mails.iter().filter(|mail| mail.kind == kind).count();
    assert_eq!((count("order_shipped"), count("parcel_moved")), (2, 3));
    let page = souk.visitor().get(&status).await.expect(200);
    assert!(
        page.body.contains("href=\"https://pony.example/PONY-1\"") && page.body.contains("Could not be delivered"),
        "{}",
        page.body
    );
    go(&souk, &second, "in_transit").await;
    let order = go(&souk, &second, "delivered").await;
    assert_eq!(
        (&order["status"], &order["fulfilment_status"]),
        (&json!("delivered"), &json!("fulfilled"))
    );
    souk.all_is_well().await;
}

#[tokio::test]
async fn money_is_taken_with_each_parcel_that_leaves_and_sums_to_the_total() {
    let souk = Installation::new().await;
    souk.damage("UPDATE platform.stores SET capture = 'shipment'").await;
    let order = mugs(&souk).await;
    let (first, second) = (pack(&souk, &order, 1).await, pack(&souk, &order, 2).await);
    souk.drain().await;
    souk.pass(chrono::TimeDelta::minutes(2));
    souk.periodic_round().await;
    assert_eq!(
        souk.word("SELECT state FROM payments.attempts").await,
        "authorized",
        "all of it waits"
    );
    // The first parcel has one mug of three.
    let share = "SELECT (3 * paid_total - total) * 10 / total FROM orders.orders";
    for (parcel, state, paid) in [(first, "authorized", 0), (second, "captured", 20)] {
        go(&souk, &parcel, "in_transit").await;
        souk.drain().await;
        souk.pass(chrono::TimeDelta::minutes(2));
        souk.periodic_round().await;
        assert_eq!(souk.word("SELECT state FROM payments.attempts").await, state);
        assert_eq!(souk.number(share).await, paid);
    }
    assert_eq!(souk.number("SELECT paid_total - total FROM orders.orders").await, 0);
    assert_eq!(souk.number("SELECT count(*) FROM payments.captures").await, 2);
    let mails = souk.mails().await;
    let confirmations = mails.iter().filter(|mail| mail.kind == "order_confirmation");
    assert_eq!(
        confirmations.count(),
        1,
        "the order was confirmed when its money was held"
    );
    souk.all_is_well().await;
}

#[tokio::test]
async fn a_merchant_takes_parts_once_and_gives_up_the_rest() {
    let souk = Installation::new().await;
    souk.damage("UPDATE platform.stores SET capture = 'hand'").await;
    let order = mugs(&souk).await;
    let path = format!("/api/v1/admin/orders/{order}");
    let part = json!({"amount": {"amount": 1000, "currency": "USD"}});
    let release = format!("{path}/release");
    let early = merchant(&souk).send("POST", &release, None).await.expect(409);
    assert!(early.body.contains("nothing_taken"), "{}", early.body);
    for _ in 0..2 {
        let keyed = merchant(&souk).with("idempotency-key", "part-1");
        let page = { keyed }
            .call("POST", &format!("{path}/capture"), &part)
            .await
            .expect(200);
        assert_eq!(page.json()["payment_status"], "partially_paid", "{}", page.body);
    }
    assert_eq!(souk.number("SELECT paid_total FROM orders.orders").await, 1_000);
    let much = json!({"amount": {"amount": 1_000_000, "currency": "USD"}});
    let page = merchant(&souk)
        .call("POST", &format!("{path}/capture"), &much)
        .await
        .expect(409);
    let held = souk.number("SELECT total - 1000 FROM orders.orders").await;
    assert_eq!(
        (&page.json()["code"], &page.json()["left"]["amount"]),
        (&json!("exceeds_held"), &json!(held))
    );
    merchant(&souk).send("POST", &release, None).await.expect(200);
    let more = merchant(&souk)
        .call("POST", &format!("{path}/capture"), &part)
        .await
        .expect(409);
    assert!(more.body.contains("nothing_held"), "{}", more.body);
    let cancel = json!({"reason": "no mugs"});
    let page = merchant(&souk)
        .call("POST", &format!("{path}/cancel"), &cancel)
        .await
        .expect(200);
    assert_eq!(page.json()["payment_status"], "refunded", "{}", page.body);
    souk.all_is_well().await;
}

#[tokio::test]
async fn what_is_refunded_or_cancelled_leaves_its_parcel_and_goes_back_on_the_shelf() {
    let souk = Installation::new().await;
    let order = mugs(&souk).await;
    assert_eq!(souk.stock(&souk.alpha.mug).await, (7, 0));
    let (first, second) = (pack(&souk, &order, 1).await, pack(&souk, &order, 2).await);
    let read = format!("/api/v1/admin/orders/{order}");
    let before = merchant(&souk).send("GET", &read, None).await.json();
    let lines = json!([{"line_id": before["lines"][0]["id"], "quantity": 1}]);
    let refund = json!({"lines": lines, "reason": "changed their mind", "restock": true});
    call(&souk, "POST", &format!("orders/{order}/refunds"), &refund).await;
    assert_eq!(souk.stock(&souk.alpha.mug).await, (8, 0));
    let after = merchant(&souk).send("GET", &read, None).await.json();
    let quantities = ["/fulfilments/0/lines/0/quantity", "/fulfilments/1/lines/0/quantity"];
    assert_eq!(
        quantities.map(|at| after.pointer(at).and_then(Value::as_i64)),
        [Some(1), Some(1)]
    );
    souk.all_is_well().await;

    go(&souk, &second, "label_created").await;
    let cancel = json!({"reason": "changed their mind"});
    let cancelled = call(&souk, "POST", &format!("orders/{order}/cancel"), &cancel).await;
    assert_eq!(cancelled["fulfilments"], json!([]));
    assert_eq!(souk.stock(&souk.alpha.mug).await, (10, 0));
    let path = format!("/api/v1/admin/fulfilments/{first}");
    let late = json!({"state": "in_transit"});
    merchant(&souk).call("PATCH", &path, &late).await.expect(404);
    souk.all_is_well().await;
}

#[tokio::test]
async fn of_two_who_ship_the_same_pieces_one_does() {
    let souk = Installation::new().await;
    let order = mugs(&souk).await;
    let read = format!("/api/v1/admin/orders/{order}");
    let before = merchant(&souk).send("GET", &read, None).await.json();
    let body = json!({"lines": [{"line_id": before["lines"][0]["id"], "quantity": 2}]});
    let path = format!("/api/v1/admin/orders/{order}/fulfilments");
    let ship = async || merchant(&souk).call("POST", &path, &body).await;
    let (one, other) = tokio::join!(ship(), ship());
    let mut statuses = [one.status.as_u16(), other.status.as_u16()];
    statuses.sort_unstable();
    assert_eq!(statuses, [201, 409], "{} {}", one.body, other.body);
    souk.all_is_well().await;
}
