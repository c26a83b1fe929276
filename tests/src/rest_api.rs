//! Buying through the API: two calls, and none of them twice.

use serde_json::{Value, json};

use crate::{browser::Browser, installation::Installation, page::Page, stocked::Piece};

/// Everything a purchase needs, in one body.
pub(crate) fn cart_of(pieces: &[&Piece]) -> Value {
    let lines: Vec<Value> = pieces
        .iter()
        .map(|piece| json!({"variant_id": piece.id(), "quantity": 1}))
        .collect();
    json!({
        "lines": lines,
        "email": "api@example.com",
        "shipping_option": "standard",
        "shipping_address": {
            "first_name": "Ada", "last_name": "Api", "line1": "1 Loop", "city": "Los Angeles",
            "state": "CA", "postal_code": "90001", "country": "US",
        },
    })
}

pub(crate) fn payment_of(cart: &Value, token: &str) -> Value {
    json!({"payment": {"gateway": "sandbox", "token": token}, "expected_total": cart["totals"]["total"]})
}

async fn open_cart(souk: &Installation, pieces: &[&Piece]) -> Value {
    souk.visitor()
        .call("POST", "/api/v1/carts", &cart_of(pieces))
        .await
        .expect(201)
        .json()
}

async fn complete(browser: &mut Browser, cart: &Value, body: &Value) -> Page {
    let path = format!("/api/v1/carts/{}/complete", cart["id"].as_str().unwrap());
    browser.call("POST", &path, body).await
}

#[tokio::test]
async fn a_key_makes_one_purchase_whatever_is_sent_again() {
    let souk = Installation::new().await;
    let cart = open_cart(&souk, &[&souk.alpha.mug, &souk.alpha.guide]).await;
    let mut server = souk.visitor().with("idempotency-key", "purchase-1");
    let body = payment_of(&cart, "tok_success");
    let first = complete(&mut server, &cart, &body).await.expect(201);
    let again = complete(&mut server, &cart, &body).await.expect(201);
    assert_eq!(
        (first.header("idempotent-replayed"), again.header("idempotent-replayed")),
        ("", "true")
    );
    assert_eq!(first.json(), again.json());
    let other = complete(&mut server, &cart, &payment_of(&cart, "tok_decline"))
        .await
        .expect(422);
    assert_eq!(other.json()["code"], "idempotency_key_reused");
    // Without the key the answer is the same order, and still only one payment.
    let third = complete(&mut souk.visitor(), &cart, &body).await.expect(201);
    assert_eq!(third.json()["id"], first.json()["id"]);
    assert_eq!(
        (
            souk.order_count().await,
            souk.number("SELECT count(*) FROM payments.attempts").await
        ),
        (1, 1)
    );
    souk.all_is_well().await;
}

#[tokio::test]
async fn the_same_purchase_sent_five_times_at_once_is_made_once() {
    let souk = Installation::new().await;
    let cart = open_cart(&souk, &[&souk.alpha.mug]).await;
    let body = payment_of(&cart, "tok_success");
    let server = souk.visitor().with("idempotency-key", "purchase-2");
    let mut servers: Vec<Browser> = (0..5).map(|_| server.clone()).collect();
    let calls = servers.iter_mut().map(|server| complete(server, &cart, &body));
    let pages = futures_util::future::join_all(calls).await;
    for page in &pages {
        assert!(
            matches!(page.status.as_u16(), 201 | 409),
            "{} {}",
            page.status,
            page.body
        );
    }
    assert!(pages.iter().any(|page| page.status.as_u16() == 201));
    assert_eq!(
        (souk.order_count().await, souk.stock(&souk.alpha.mug).await),
        (1, (9, 0))
    );
    souk.all_is_well().await;
}

#[tokio::test]
async fn a_cart_made_twice_with_one_key_is_one_cart_and_another_callers_key_is_another() {
    let souk = Installation::new().await;
    let body = cart_of(&[&souk.alpha.mug]);
    let mut server = souk.visitor().with("idempotency-key", "cart-1");
    let first = server.call("POST", "/api/v1/carts", &body).await.expect(201).json();
    let again = server.call("POST", "/api/v1/carts", &body).await.expect(201).json();
    assert_eq!(first["id"], again["id"]);
    let mut stranger = souk.visitor().with("idempotency-key", "cart-1");
    let theirs = stranger.call("POST", "/api/v1/carts", &body).await.expect(201).json();
    assert_ne!(theirs["id"], first["id"], "a cart's id is a secret");
    server
        .call("POST", "/api/v1/carts", &json!({"lines": []}))
        .await
        .expect(422);
}

#[tokio::test]
async fn a_download_is_not_sold_before_it_is_known_which_tax_is_due() {
    let souk = Installation::new().await;
    let mut body = cart_of(&[&souk.alpha.guide]);
    let address = body["shipping_address"].take();
    let body = json!({"lines": body["lines"], "email": "api@example.com"});
    let mut server = souk.visitor();
    let cart = server.call("POST", "/api/v1/carts", &body).await.expect(201).json();
    let refused = complete(&mut souk.visitor(), &cart, &payment_of(&cart, "tok_success"))
        .await
        .expect(422)
        .json();
    assert_eq!(refused["errors"][0]["field"], "billing_address");
    let path = format!("/api/v1/carts/{}", cart["id"].as_str().unwrap());
    let billed = json!({"billing_address": address});
    let cart = server.call("PATCH", &path, &billed).await.expect(200).json();
    assert!(cart["totals"]["tax"]["amount"].as_i64().unwrap() > 0, "{cart}");
    let placed = complete(&mut souk.visitor(), &cart, &payment_of(&cart, "tok_success"))
        .await
        .expect(201)
        .json();
    assert_eq!(placed["totals"]["total"], cart["totals"]["total"], "{placed}");
}

#[tokio::test]
async fn an_order_is_shown_for_its_token_only() {
    let souk = Installation::new().await;
    let cart = open_cart(&souk, &[&souk.alpha.guide]).await;
    let placed = complete(&mut souk.visitor(), &cart, &payment_of(&cart, "tok_success"))
        .await
        .expect(201)
        .json();
    let path = format!("/api/v1/orders/{}", placed["id"].as_str().unwrap());
    let token = placed["access_token"].as_str().unwrap();
    souk.visitor().send("GET", &path, None).await.expect(404);
    let order = souk
        .visitor()
        .send("GET", &format!("{path}?token={token}"), None)
        .await
        .expect(200)
        .json();
    assert_eq!(order["number"], "ORD-1001");
    souk.visitor()
        .get(&format!("/orders/{}?token={token}", placed["id"].as_str().unwrap()))
        .await
        .expect(200);
}

#[tokio::test]
async fn a_payment_that_waited_is_answered_with_what_became_of_it() {
    let souk = Installation::new().await;
    let piece = [&souk.alpha.mug];
    let ends = [
        ("tok_timeout", None, 201),
        ("tok_3ds", Some(true), 201),
        ("tok_3ds", Some(false), 402),
        ("tok_3ds", None, 202),
    ];
    for (number, (token, approves, status)) in ends.into_iter().enumerate() {
        let cart = open_cart(&souk, &piece).await;
        let body = payment_of(&cart, token);
        let mut server = souk.visitor().with("idempotency-key", &format!("waits-{number}"));
        let first = complete(&mut server, &cart, &body).await.expect(202);
        assert_eq!(first.header("cache-control"), "no-store");
        let first = first.json();
        if token == "tok_3ds" {
            let url = first["action_url"].as_str().unwrap();
            assert!(
                url.starts_with("http://") && url.contains("/sandbox/challenge/"),
                "{url}"
            );
            let attempt = url.rsplit('/').next().unwrap().parse().unwrap();
            if let Some(approves) = approves {
                let now = souk.database().now();
                let answered = payments::Challenge::answer(souk.program.sandbox.as_ref(), attempt, approves, now);
                answered.await.unwrap();
            }
        }
        let since = complete(&mut server, &cart, &body).await.expect(status);
        assert_eq!(since.header("idempotent-replayed"), "true");
        match status {
            402 => assert_eq!(since.json()["code"], "payment_declined"),
            _ => assert_eq!(since.json()["id"], first["id"], "{}", since.body),
        }
        // It is the answer from now on, whatever becomes of the order or of the cart, and nothing is bought twice.
        souk.pass(chrono::TimeDelta::minutes(1));
        let later = complete(&mut server, &cart, &body).await.expect(status);
        assert_eq!(later.json(), since.json());
        let headers = ["cache-control", "location"].map(|name| (since.header(name), later.header(name)));
        assert!(headers.iter().all(|(one, other)| one == other), "{headers:?}");
        assert_eq!(souk.order_count().await, i64::try_from(number).unwrap() + 1);
    }
    souk.pass(chrono::TimeDelta::minutes(31));
    souk.periodic_round().await;
    souk.all_is_well().await;
}
