//! What banks say, ask, say twice or fail to say: 3-D Secure, webhooks and lost answers.

use chrono::TimeDelta;

use crate::{
    browser::Browser,
    installation::{GUEST, Installation, order_of},
    money::{CAPTURED, ORDER_STATES},
    page::Page,
};

/// Buys a lamp with a card whose bank asks first, and returns the bank's page.
async fn challenged(souk: &Installation, shopper: &mut Browser) -> Page {
    shopper.add(&souk.alpha.lamp, "1").await.expect(303);
    let form = shopper.fill_checkout(GUEST).await;
    let page = shopper.place(&form, "tok_3ds").await.expect(303);
    let path = page.location().to_owned();
    assert!(path.contains("/sandbox/challenge/"), "{path}");
    let page = shopper.get(&path).await.expect(200);
    assert_eq!(
        souk.stock(&souk.alpha.lamp).await,
        (1, 1),
        "the lamp is set aside while the bank asks"
    );
    page
}

#[tokio::test]
async fn a_challenge_that_is_approved_pays() {
    let souk = Installation::new().await;
    let mut shopper = souk.visitor();
    let bank = challenged(&souk, &mut shopper).await;
    let page = shopper.post(&bank.path, &[("answer", "approve")]).await.expect(200);
    assert!(page.has("order-confirmation"), "{} {}", page.path, page.body);
    assert_eq!(souk.word(ORDER_STATES).await, "confirmed paid");
    assert_eq!(souk.stock(&souk.alpha.lamp).await, (0, 0));
    // The shopper presses the bank's button again, and reloads the page they came back to.
    let page = shopper.post(&bank.path, &[("answer", "refuse")]).await;
    assert!(!page.status.is_server_error(), "{}", page.body);
    assert_eq!(souk.word(ORDER_STATES).await, "confirmed paid");
    souk.all_is_well().await;
}

#[tokio::test]
async fn the_way_back_from_the_bank_shows_the_order_only_to_who_ordered() {
    let souk = Installation::new().await;
    let mut shopper = souk.visitor();
    let bank = challenged(&souk, &mut shopper).await;
    let page = souk
        .visitor()
        .post(&bank.path, &[("answer", "approve")])
        .await
        .expect(200);
    assert!(!page.has("order-confirmation"), "{} {}", page.path, page.body);
    let page = shopper.get("/cart").await.expect(200);
    assert!(page.has("go-on-paying"), "{}", page.body);
    let page = shopper.get("/checkout").await.expect(200);
    assert!(page.has("order-confirmation"), "{} {}", page.path, page.body);
}

#[tokio::test]
async fn a_challenge_that_is_refused_opens_the_cart_again() {
    let souk = Installation::new().await;
    let mut shopper = souk.visitor();
    let bank = challenged(&souk, &mut shopper).await;
    let page = shopper.post(&bank.path, &[("answer", "refuse")]).await.expect(402);
    assert!(page.has("error-message") && page.has("place-order"), "{}", page.body);
    assert_eq!(souk.stock(&souk.alpha.lamp).await, (1, 0));
    shopper.buy(GUEST).await;
    souk.all_is_well().await;
}

#[tokio::test]
async fn a_challenge_that_is_left_alone_frees_the_stock() {
    let souk = Installation::new().await;
    let mut shopper = souk.visitor();
    let bank = challenged(&souk, &mut shopper).await;
    for _ in 0..20 {
        souk.pass(TimeDelta::minutes(5));
        souk.periodic_round().await;
    }
    assert_eq!(souk.stock(&souk.alpha.lamp).await, (1, 0));
    assert_eq!(souk.word("SELECT state FROM payments.attempts").await, "voided");
    let late = shopper.post(&bank.path, &[("answer", "approve")]).await;
    assert!(!late.status.is_server_error(), "{}", late.body);
    assert_eq!(souk.number(CAPTURED).await, 0);
    souk.visitor().add(&souk.alpha.lamp, "1").await.expect(303);
    souk.all_is_well().await;
}

#[tokio::test]
async fn an_answer_that_got_lost_is_asked_for_until_it_is_known() {
    let souk = Installation::new().await;
    let mut shopper = souk.visitor();
    shopper.add(&souk.alpha.lamp, "1").await.expect(303);
    let form = shopper.fill_checkout(GUEST).await;
    let page = shopper.place(&form, "tok_timeout").await.expect(303);
    let success = page.location().to_owned();
    shopper.get(&success).await.expect(200);
    assert_eq!(souk.word(ORDER_STATES).await, "pending pending");
    assert_eq!(souk.stock(&souk.alpha.lamp).await, (1, 1));
    souk.pass(TimeDelta::minutes(2));
    souk.periodic_round().await;
    assert_eq!(souk.word(ORDER_STATES).await, "confirmed paid");
    assert_eq!(souk.stock(&souk.alpha.lamp).await, (0, 0));
    souk.mail("order_confirmation", GUEST).await;
    souk.pass(TimeDelta::hours(1));
    souk.periodic_round().await;
    souk.all_is_well().await;
}

/// Hands in a bank's message as the bank does.
pub(crate) async fn deliver(mut gateway: Browser, headers: &[(String, String)], body: &[u8]) -> Page {
    for (name, value) in headers {
        let name = match name.to_lowercase().as_str() {
            "webhook-id" => "webhook-id",
            "webhook-timestamp" => "webhook-timestamp",
            "webhook-signature" => "webhook-signature",
            "content-type" => continue,
            other => panic!("{other}"),
        };
        gateway = gateway.with(name, value);
    }
    let body = String::from_utf8(body.to_vec()).unwrap();
    gateway
        .send("POST", "/api/v1/webhooks/sandbox", Some(("application/json", body)))
        .await
}

#[tokio::test]
async fn a_webhook_counts_once_and_a_forged_one_never() {
    let souk = Installation::new().await;
    let mut shopper = souk.visitor();
    let bank = challenged(&souk, &mut shopper).await;
    let attempt: kernel::AttemptId = bank.path.rsplit('/').next().unwrap().parse().unwrap();
    let before = souk
        .program
        .sandbox
        .webhook_of(attempt, souk.database().now())
        .unwrap()
        .unwrap();
    shopper.submit(&bank.path, &[("answer", "approve")]).await.expect(303);
    let hook = souk
        .program
        .sandbox
        .webhook_of(attempt, souk.database().now())
        .unwrap()
        .unwrap();
    for _ in 0..3 {
        let page = deliver(souk.visitor(), &hook.headers, &hook.body).await;
        assert!(page.status.is_success(), "{} {}", page.status, page.body);
    }
    // The bank's first word, "ask the shopper", comes in last.
    let page = deliver(souk.visitor(), &before.headers, &before.body).await;
    assert!(!page.status.is_server_error(), "{} {}", page.status, page.body);
    assert_eq!(souk.word(ORDER_STATES).await, "confirmed paid");
    assert_eq!(souk.number("SELECT count(*) FROM ledger.transactions").await, 1);
    let forged = String::from_utf8(hook.body.clone())
        .unwrap()
        .replace("captured", "failed");
    let page = deliver(souk.visitor(), &hook.headers, format!("{forged} ").as_bytes()).await;
    assert!(page.status.is_client_error(), "{} {}", page.status, page.body);
    assert_eq!(souk.word(ORDER_STATES).await, "confirmed paid");
    souk.all_is_well().await;
}

#[tokio::test]
async fn money_for_a_lamp_that_somebody_else_bought_meanwhile_goes_back() {
    let souk = Installation::new().await;
    let mut slow = souk.visitor();
    let bank = challenged(&souk, &mut slow).await;
    souk.pass(TimeDelta::minutes(31));
    let mut quick = souk.visitor();
    quick.add(&souk.alpha.lamp, "1").await.expect(303);
    let won = order_of(&quick.buy("quick@example.com").await);
    let page = slow.post(&bank.path, &[("answer", "approve")]).await.expect(409);
    assert!(page.body.contains("comes back by itself"), "{}", page.body);
    let order = souk
        .word("SELECT id::text FROM orders.orders WHERE number = 'ORD-1001'")
        .await;
    let order = kernel::OrderId::from(order.parse::<uuid::Uuid>().unwrap());
    let token = orders::access_token(&souk.program.link_key, order);
    let thanks = format!("/checkout/success?order={order}&token={token}");
    let page = slow.get(&thanks).await.expect(200);
    assert!(page.body.contains("Your order was cancelled"), "{}", page.body);
    souk.pass(TimeDelta::minutes(2));
    souk.periodic_round().await;
    let states: Vec<(String,)> = souk.rows(&format!("{ORDER_STATES} ORDER BY number")).await;
    assert_eq!(
        states,
        [("cancelled refunded".to_owned(),), ("confirmed paid".to_owned(),)]
    );
    assert_eq!(
        souk.number(CAPTURED).await,
        souk.number("SELECT total FROM orders.orders WHERE number = 'ORD-1002'")
            .await
    );
    assert_eq!(souk.stock(&souk.alpha.lamp).await, (0, 0), "{won} has the lamp");
    souk.all_is_well().await;
}

#[tokio::test]
async fn a_shopper_comes_back_from_the_bank_to_the_store_they_left() {
    let souk = Installation::new().await;
    let beta = souk.beta().await;
    let mut shopper = souk.visitor_of(&beta);
    shopper.add(&beta.guide, "1").await.expect(303);
    let form = shopper.fill_checkout(GUEST).await;
    let page = shopper.place(&form, "tok_3ds").await.expect(303);
    let bank = page.location().to_owned();
    let page = shopper.get(&bank).await.expect(200);
    let page = shopper.post(&page.path, &[("answer", "approve")]).await.expect(200);
    assert!(page.has("order-confirmation"), "{}", page.body);
    assert_eq!(shopper.host(), beta.host);
}

#[tokio::test]
async fn the_banks_word_and_the_shopper_may_come_at_the_same_moment() {
    let souk = Installation::new().await;
    let mut shopper = souk.visitor();
    let bank = challenged(&souk, &mut shopper).await;
    let attempt: kernel::AttemptId = bank.path.rsplit('/').next().unwrap().parse().unwrap();
    let order = souk.word("SELECT id::text FROM orders.orders").await;
    let order = kernel::OrderId::from(order.parse::<uuid::Uuid>().unwrap());
    payments::Challenge::answer(souk.program.sandbox.as_ref(), attempt, true, souk.database().now())
        .await
        .unwrap();
    let back = format!("/checkout/return?order={order}");
    let (mut one, mut other) = (shopper.clone(), shopper.clone());
    let (first, second, round) = tokio::join!(
        one.send("GET", &back, None),
        other.submit(&bank.path, &[("answer", "approve")]),
        async {
            souk.pass(TimeDelta::minutes(1));
            souk.periodic_round().await;
        }
    );
    let () = round;
    assert!(
        first.status.is_redirection() && second.status.is_redirection(),
        "{} {}",
        first.body,
        second.body
    );
    assert_eq!(souk.word(ORDER_STATES).await, "confirmed paid");
    assert_eq!(souk.stock(&souk.alpha.lamp).await, (0, 0));
    let mails = souk.mails().await;
    let confirmations = mails.iter().filter(|mail| mail.kind == "order_confirmation");
    assert_eq!(confirmations.count(), 1);
    souk.all_is_well().await;
}

#[tokio::test]
async fn a_banks_word_at_another_stores_address_moves_nothing() {
    let souk = Installation::new().await;
    let beta = souk.beta().await;
    let mut shopper = souk.visitor();
    let bank = challenged(&souk, &mut shopper).await;
    let attempt: kernel::AttemptId = bank.path.rsplit('/').next().unwrap().parse().unwrap();
    let now = souk.database().now();
    let answered = payments::Challenge::answer(souk.program.sandbox.as_ref(), attempt, true, now)
        .await
        .unwrap();
    let hook = answered.webhook;
    let page = deliver(souk.visitor_of(&beta), &hook.headers, &hook.body).await;
    assert!(!page.status.is_server_error(), "{} {}", page.status, page.body);
    assert_eq!(souk.word(ORDER_STATES).await, "pending pending");
    let page = deliver(souk.visitor(), &hook.headers, &hook.body).await;
    assert!(page.status.is_success(), "{}", page.body);
    assert_eq!(souk.word(ORDER_STATES).await, "confirmed paid");
}
