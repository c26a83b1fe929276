//! Shoppers who leave in the middle: at the bank's page, while a payment is pending, or back to a form that was sent.

use chrono::TimeDelta;
use payments::Challenge as _;

use crate::{
    browser::Browser,
    installation::{GUEST, Installation, order_of},
    money::{CAPTURED, ORDER_STATES},
};

const STATES: &str = "SELECT string_agg(status || ' ' || payment_status, ', ' ORDER BY number) FROM orders.orders";

/// Goes to the bank with a lamp, and comes back without an answer. What the bank asks about.
async fn leave_the_bank(souk: &Installation, shopper: &mut Browser) -> kernel::AttemptId {
    shopper.add(&souk.alpha.lamp, "1").await.expect(303);
    let form = shopper.fill_checkout(GUEST).await;
    let bank = shopper.place(&form, "tok_3ds").await.expect(303).location().to_owned();
    bank.rsplit('/').next().unwrap().parse().unwrap()
}

async fn approve(souk: &Installation, attempt: kernel::AttemptId) {
    let now = souk.database().now();
    souk.program.sandbox.answer(attempt, true, now).await.unwrap();
}

#[tokio::test]
async fn a_payment_that_fails_while_nobody_looks_is_told_once_and_can_be_gone_on_from() {
    let souk = Installation::new().await;
    let mut shopper = souk.visitor();
    leave_the_bank(&souk, &mut shopper).await;
    for _ in 0..20 {
        souk.pass(TimeDelta::minutes(5));
        souk.periodic_round().await;
        souk.drain().await;
    }
    assert_eq!(souk.word(ORDER_STATES).await, "cancelled failed");
    let mail = souk.mail("payment_failed", GUEST).await;
    assert!(mail.subject.contains("ORD-1001"), "{}", mail.subject);
    assert!(mail.text_body.contains("Nothing was taken"), "{}", mail.text_body);

    // Read on another device, which knows nothing of the cart.
    let mut elsewhere = souk.visitor();
    let page = elsewhere.get(&mail.link("/orders/")).await.expect(200);
    assert!(page.has("order-go-on"), "{}", page.body);
    let (id, rest) = page.path.trim_start_matches("/orders/").split_once('?').unwrap();
    let (token, path) = (rest.trim_start_matches("token="), format!("/orders/{id}/again"));
    elsewhere.submit(&path, &[("token", "guessed")]).await.expect(404);
    let cart = elsewhere.post(&path, &[("token", token)]).await.expect(200);
    assert_eq!(cart.text("cart-count").as_deref(), Some("1"), "{}", cart.body);
    elsewhere.buy(GUEST).await;
    assert_eq!(souk.word(STATES).await, "cancelled failed, confirmed paid");

    // The cart is ordered by now, so the same link adds what is still sold: nothing of the only lamp.
    let again = elsewhere.post(&path, &[("token", token)]).await.expect(200);
    assert!(again.body.contains("0 of 1"), "{}", again.body);
    souk.mail("payment_failed", GUEST).await;
    souk.all_is_well().await;
}

#[tokio::test]
async fn who_has_another_cart_by_then_gets_the_items_added_to_it() {
    let souk = Installation::new().await;
    let mut shopper = souk.visitor();
    leave_the_bank(&souk, &mut shopper).await;
    souk.pass(TimeDelta::minutes(31));
    souk.periodic_round().await;
    let link = souk.mail("payment_failed", GUEST).await.link("/orders/");
    let (path, token) = link.split_once("?token=").unwrap();
    let mut elsewhere = souk.visitor();
    elsewhere.add(&souk.alpha.mug, "2").await.expect(303);
    let own = elsewhere.cookie(web::CART_COOKIE).map(str::to_owned);
    let cart = elsewhere
        .post(&format!("{path}/again"), &[("token", token)])
        .await
        .expect(200);
    assert_eq!(cart.text("cart-count").as_deref(), Some("3"), "{}", cart.body);
    assert_eq!(elsewhere.cookie(web::CART_COOKIE), own.as_deref());
}

#[tokio::test]
async fn who_is_answered_that_a_payment_failed_gets_no_mail_about_it() {
    let souk = Installation::new().await;
    let mut shopper = souk.visitor();
    shopper.add(&souk.alpha.lamp, "1").await.expect(303);
    let form = shopper.fill_checkout(GUEST).await;
    shopper.place(&form, "tok_decline").await.expect(402);
    souk.pass(TimeDelta::hours(1));
    souk.periodic_round().await;
    let mails = souk.mails().await;
    assert!(mails.iter().all(|mail| mail.kind != "payment_failed"), "{mails:?}");
    // What the bank itself tells is told, for the shopper may not come back from there; and once, though they do.
    let bank = shopper.place(&form, "tok_3ds").await.expect(303).location().to_owned();
    shopper.post(&bank, &[("answer", "refuse")]).await.expect(402);
    souk.pass(TimeDelta::hours(1));
    souk.periodic_round().await;
    souk.mail("payment_failed", GUEST).await;
}

#[tokio::test]
async fn the_last_button_pressed_again_leads_to_the_order_that_was_placed() {
    let souk = Installation::new().await;
    let mut shopper = souk.visitor();
    shopper.add(&souk.alpha.mug, "1").await.expect(303);
    let form = shopper.fill_checkout(GUEST).await;
    let first = shopper.place(&form, "tok_success").await.expect(303);
    assert!(
        first.location().starts_with("/checkout/success?"),
        "{}",
        first.location()
    );
    // The browser has no cart any more: the second click of two, and "back" with the button pressed again.
    assert_eq!(shopper.cookie(web::CART_COOKIE), None);
    for _ in 0..2 {
        let again = shopper.place(&form, "tok_success").await.expect(303);
        assert_eq!(
            (again.location(), again.header("idempotent-replayed")),
            (first.location(), "true")
        );
    }
    let page = shopper.get("/checkout").await.expect(200);
    assert!(page.has("order-confirmation"), "{} {}", page.path, page.body);
    assert_eq!(souk.order_count().await, 1);

    // Whoever begins to buy something else is not held up by it, and nobody else is led there.
    let other = souk.visitor().place(&form, "tok_success").await.expect(303);
    assert_eq!(other.location(), "/cart");
    shopper.add(&souk.alpha.guide, "1").await.expect(303);
    let next = order_of(&shopper.buy(GUEST).await);
    assert!(!first.location().contains(&next));
    assert_eq!(souk.order_count().await, 2);
    souk.pass(TimeDelta::hours(1));
    souk.all_is_well().await;
}

#[tokio::test]
async fn an_order_that_was_placed_as_somebody_else_is_not_led_to() {
    let souk = Installation::new().await;
    let mut shopper = souk.visitor();
    shopper.sign_in(&souk.alpha.shopper).await;
    shopper.add(&souk.alpha.mug, "1").await.expect(303);
    let form = shopper.fill_checkout(GUEST).await;
    let first = shopper
        .place(&form, "tok_success")
        .await
        .expect(303)
        .location()
        .to_owned();
    assert_eq!(shopper.place(&form, "tok_success").await.expect(303).location(), first);
    let mut stays = shopper.clone();
    shopper.submit("/logout", &[]).await.expect(303);
    assert_eq!(
        shopper.place(&form, "tok_success").await.expect(303).location(),
        "/cart"
    );
    // Not even where the cookie is kept.
    stays.set_cookie("souk_session", "another");
    assert_eq!(stays.place(&form, "tok_success").await.expect(303).location(), "/cart");
}

#[tokio::test]
async fn a_payment_that_is_left_at_the_bank_can_be_given_up() {
    let souk = Installation::new().await;
    let mut shopper = souk.visitor();
    let attempt = leave_the_bank(&souk, &mut shopper).await;
    // Whoever comes back to the checkout is asked instead of being sent to the bank again.
    let page = shopper.get("/checkout").await.expect(200);
    assert!(page.has("go-on-paying") && page.has("give-up-paying"), "{}", page.body);
    let go_on = crate::page::between(&page.body, "href=\"/checkout/return?", "\"").unwrap();
    let bank = shopper
        .send("GET", &format!("/checkout/return?{go_on}"), None)
        .await
        .expect(303);
    assert!(bank.location().contains("/sandbox/challenge/"), "{}", bank.location());

    let (mut one, mut other) = (shopper.clone(), shopper.clone());
    let (first, second) = tokio::join!(
        one.submit("/checkout/give-up", &[]),
        other.submit("/checkout/give-up", &[])
    );
    assert_eq!((first.location(), second.location()), ("/cart", "/cart"));
    let page = shopper.get("/cart").await.expect(200);
    assert!(page.has("checkout-button"), "{}", page.body);
    assert_eq!(souk.word(ORDER_STATES).await, "cancelled failed");
    assert_eq!(souk.word("SELECT state FROM payments.attempts").await, "voided");
    assert_eq!(souk.stock(&souk.alpha.lamp).await, (1, 0));

    // The bank's page that is still open takes nothing.
    approve(&souk, attempt).await;
    shopper.buy(GUEST).await;
    souk.pass(TimeDelta::hours(1));
    souk.periodic_round().await;
    assert_eq!(souk.word(STATES).await, "cancelled failed, confirmed paid");
    let mails = souk.mails().await;
    assert!(mails.iter().all(|mail| mail.kind != "payment_failed"), "{mails:?}");
    souk.all_is_well().await;
}

#[tokio::test]
async fn a_payment_that_came_before_it_was_given_up_stands() {
    let souk = Installation::new().await;
    let mut shopper = souk.visitor();
    let attempt = leave_the_bank(&souk, &mut shopper).await;
    shopper.get("/cart").await.expect(200);
    approve(&souk, attempt).await;
    let page = shopper.post("/checkout/give-up", &[]).await.expect(200);
    assert!(page.has("order-confirmation"), "{} {}", page.path, page.body);
    assert_eq!(souk.word(ORDER_STATES).await, "confirmed paid");
    assert_eq!(souk.stock(&souk.alpha.lamp).await, (0, 0));
    let again = shopper.post("/checkout/give-up", &[]).await.expect(200);
    assert!(again.has("order-confirmation"), "{} {}", again.path, again.body);
    souk.all_is_well().await;
}

#[tokio::test]
async fn of_the_banks_word_and_giving_up_at_the_same_moment_one_counts() {
    let souk = Installation::new().await;
    for _ in 0..4 {
        let mut shopper = souk.visitor();
        shopper.add(&souk.alpha.mug, "1").await.expect(303);
        let form = shopper.fill_checkout(GUEST).await;
        let bank = shopper.place(&form, "tok_3ds").await.expect(303).location().to_owned();
        let (mut one, mut other) = (shopper.clone(), shopper.clone());
        let (given, answered) = tokio::join!(
            one.submit("/checkout/give-up", &[]),
            other.submit(&bank, &[("answer", "approve")])
        );
        assert!(given.status.is_redirection(), "{}", given.body);
        assert!(!answered.status.is_server_error(), "{}", answered.body);
    }
    let sums = "SELECT coalesce(sum(paid_total), 0)::bigint FROM orders.orders";
    assert_eq!(souk.number(CAPTURED).await, souk.number(sums).await);
    let undecided = "SELECT count(*) FROM orders.orders WHERE (status, payment_status) NOT IN (('confirmed', 'paid'), ('cancelled', 'failed'))";
    assert_eq!(souk.number(undecided).await, 0);
    souk.all_is_well().await;
}
