//! Stock that is set aside for a shopper: from the cart on or from checkout on, once, and for a time that ends by itself.

use chrono::TimeDelta;
use serde_json::Value;

use crate::{
    browser::Browser,
    installation::{GUEST, Installation},
    rest_api::{cart_of, payment_of},
};

/// Stores are read once and kept for seconds, so a store is set up before anybody visits it.
async fn in_cart(minutes: i64) -> Installation {
    let souk = Installation::new().await;
    souk.damage(&format!(
        "UPDATE platform.stores SET hold_stock = 'cart', hold_minutes = {minutes}"
    ))
    .await;
    souk
}

async fn restock(souk: &Installation, on_hand: i64) {
    let mut ctx = souk.alpha.work().write();
    let level = inventory::SetLevel {
        variant_id: souk.alpha.lamp.variant,
        on_hand,
        backorder: false,
    };
    inventory::set_levels(&mut ctx, &[level]).await.unwrap();
    ctx.commit().await.unwrap();
}

#[tokio::test]
async fn what_is_in_a_cart_is_kept_for_it_as_long_as_the_store_says() {
    let souk = in_cart(20).await;
    let lamp = &souk.alpha.lamp;
    let (mut ann, mut bob) = (souk.visitor(), souk.visitor());
    ann.add(lamp, "1").await.expect(303);
    assert_eq!(souk.stock(lamp).await, (1, 1), "the last lamp is Ann's");
    bob.add(lamp, "1").await.expect(409);
    let cart = ann.get("/cart").await;
    assert!(cart.text("held").unwrap().contains("20 min"), "{}", cart.body);
    assert!(
        !cart.has("line-notice"),
        "her own lamp is not short for her: {}",
        cart.body
    );

    souk.pass(TimeDelta::minutes(20));
    let late = ann.get("/cart").await;
    assert!(late.has("held-over") && !late.has("line-notice"), "{}", late.body);
    bob.add(lamp, "1").await.expect(303);
    let lost = ann.get("/cart").await;
    assert!(lost.text("line-notice").unwrap().contains("left"), "{}", lost.body);
    bob.buy("bob@example.com").await;
    assert_eq!(souk.stock(lamp).await, (0, 0));
    souk.all_is_well().await;
}

#[tokio::test]
async fn a_cart_holds_what_is_in_it_and_no_more() {
    let souk = in_cart(15).await;
    let mug = &souk.alpha.mug;
    let mut ann = souk.visitor();
    ann.add(mug, "3").await.expect(303);
    ann.add(mug, "2").await.expect(303);
    assert_eq!(souk.stock(mug).await, (10, 5));
    ann.add(mug, "6").await.expect(409);
    assert_eq!(souk.stock(mug).await, (10, 5));
    let page = ann.get("/cart").await;
    let line = crate::page::between(&page.body, "action=\"/cart/lines/", "\"")
        .unwrap()
        .to_owned();
    let path = format!("/cart/lines/{line}");
    ann.submit(&path, &[("quantity", "10")]).await.expect(303);
    assert_eq!(souk.stock(mug).await, (10, 10));
    ann.submit(&path, &[("quantity", "1")]).await.expect(303);
    assert_eq!(souk.stock(mug).await, (10, 1));
    ann.submit(&path, &[("quantity", "0")]).await.expect(303);
    assert_eq!(souk.stock(mug).await, (10, 0));
    assert!(!ann.get("/cart").await.has("held"));
    souk.all_is_well().await;
}

#[tokio::test]
async fn signing_in_brings_what_two_carts_hold_together() {
    let souk = in_cart(15).await;
    let mug = &souk.alpha.mug;
    let mut customer = souk.visitor();
    customer.sign_in(&souk.alpha.shopper).await;
    customer.add(mug, "2").await.expect(303);
    let mut guest = souk.visitor();
    guest.add(mug, "7").await.expect(303);
    assert_eq!(souk.stock(mug).await, (10, 9));
    guest.sign_in(&souk.alpha.shopper).await;
    assert_eq!(souk.stock(mug).await, (10, 7), "the larger quantity stays");
    guest.buy(&souk.alpha.shopper).await;
    assert_eq!(souk.stock(mug).await, (3, 0));
    souk.all_is_well().await;
}

#[tokio::test]
async fn checkout_begins_with_contact_and_address_not_with_a_look() {
    let souk = Installation::new().await;
    let lamp = &souk.alpha.lamp;
    let (mut ann, mut bob) = (souk.visitor(), souk.visitor());
    for shopper in [&mut ann, &mut bob] {
        shopper.add(lamp, "1").await.expect(303);
        shopper.get("/checkout?guest=1").await.expect(200);
        shopper
            .submit("/checkout/preview", &[("country", "US"), ("state", "CA")])
            .await
            .expect(200);
    }
    assert_eq!(souk.stock(lamp).await, (1, 0), "whoever only looks holds nothing");
    let form = ann.fill_checkout(GUEST).await;
    assert_eq!(souk.stock(lamp).await, (1, 1));
    assert!(ann.get("/checkout").await.text("held").unwrap().contains("15 min"));

    let typed = crate::installation::CheckoutPage {
        email: "bob@example.com".to_owned(),
        ..form.clone()
    };
    let told = bob.submit("/checkout/preview", &typed.fields("", "")).await.expect(200);
    assert!(told.has("short"), "{}", told.body);
    bob.place(&typed, "tok_success").await.expect(409);

    // However often she asks, it is one lamp.
    for _ in 0..3 {
        ann.submit("/checkout/preview", &form.fields("", "")).await.expect(200);
    }
    assert_eq!(souk.stock(lamp).await, (1, 1));
    ann.place(&form, "tok_success").await.expect(303);
    assert_eq!(souk.stock(lamp).await, (0, 0));
    souk.all_is_well().await;
}

#[tokio::test]
async fn a_crowd_that_never_pays_empties_no_shop() {
    let souk = Installation::new().await;
    let lamp = &souk.alpha.lamp;
    restock(&souk, 5).await;
    let mut idle = Vec::new();
    for number in 0..5 {
        let mut bot = souk.visitor();
        bot.add(lamp, "1").await.expect(303);
        bot.fill_checkout(&format!("bot{number}@example.com")).await;
        idle.push(bot);
    }
    assert_eq!(souk.stock(lamp).await, (5, 5));
    let mut late: Browser = souk.visitor();
    late.add(lamp, "1").await.expect(409);
    souk.pass(TimeDelta::minutes(15));
    late.add(lamp, "1").await.expect(303);
    late.buy(GUEST).await;
    assert_eq!(
        souk.stock(lamp).await,
        (4, 0),
        "what had run out was free, with nobody tidying up"
    );
    souk.all_is_well().await;
}

#[tokio::test]
async fn the_api_holds_and_says_until_when() {
    let souk = Installation::new().await;
    let lamp = &souk.alpha.lamp;
    let carts: Vec<Value> = [
        souk.visitor()
            .call("POST", "/api/v1/carts", &cart_of(&[lamp]))
            .await
            .expect(201)
            .json(),
        souk.visitor()
            .call("POST", "/api/v1/carts", &cart_of(&[lamp]))
            .await
            .expect(201)
            .json(),
    ]
    .into();
    let path = |cart: &Value, verb: &str| format!("/api/v1/carts/{}/{verb}", cart["id"].as_str().unwrap());
    let held = souk
        .visitor()
        .call("POST", &path(&carts[0], "hold"), &Value::Null)
        .await
        .expect(200)
        .json();
    assert!(
        held["held_until"].is_string() && carts[0]["held_until"].is_null(),
        "{held}"
    );
    let short = souk
        .visitor()
        .call("POST", &path(&carts[1], "hold"), &Value::Null)
        .await
        .expect(409)
        .json();
    assert_eq!(
        (short["code"].as_str(), short["available"].as_i64()),
        (Some("insufficient_stock"), Some(0))
    );
    let lost = payment_of(&carts[1], "tok_success");
    souk.visitor()
        .call("POST", &path(&carts[1], "complete"), &lost)
        .await
        .expect(409);
    let won = payment_of(&carts[0], "tok_success");
    souk.visitor()
        .call("POST", &path(&carts[0], "complete"), &won)
        .await
        .expect(201);
    assert_eq!(souk.stock(lamp).await, (0, 0));
    souk.all_is_well().await;
}
