//! Saved cards: they pay for their customer, as any card does, and for nobody else.

use chrono::TimeDelta;
use pricing::{CouponKind, CouponTerms};
use rust_decimal::Decimal;
use serde_json::{Value, json};

use crate::{
    browser::Browser,
    installation::{GUEST, Installation, order_of},
    money::ORDER_STATES,
    page::Page,
    rest_api::cart_of,
    stocked::PASSWORD,
};

const ATTEMPTS: &str = "SELECT count(*) FROM payments.attempts";
const CARDS: &str = "SELECT count(*) FROM payments.methods";

async fn shopper(souk: &Installation) -> Browser {
    let mut shopper = souk.visitor();
    shopper.sign_in(&souk.alpha.shopper).await;
    shopper
}

/// Somebody else with an account.
async fn stranger(souk: &Installation) -> Browser {
    let mut stranger = souk.visitor();
    let fields = [
        ("first_name", "Eve"),
        ("last_name", "Drop"),
        ("email", "eve@example.com"),
        ("password", PASSWORD),
    ];
    stranger.submit("/register", &fields).await.expect(200);
    stranger.sign_in("eve@example.com").await;
    stranger
}

/// Buys a tile and pays so; `more` are fields beside those of a guest's form.
async fn pay(souk: &Installation, shopper: &mut Browser, token: &str, more: &[(&str, &str)]) -> Page {
    let tile = souk.alpha.tiles.first().unwrap();
    shopper.add(tile, "1").await.expect(303);
    let form = shopper.fill_checkout(GUEST).await;
    let mut fields = form.fields("place", token);
    fields.extend_from_slice(more);
    shopper.submit("/checkout", &fields).await
}

async fn save(souk: &Installation, shopper: &mut Browser, token: &str) -> Page {
    pay(souk, shopper, token, &[("save_card", "1")]).await.expect(303)
}

async fn pay_with(souk: &Installation, shopper: &mut Browser, method: &str) -> Page {
    // Without scripts the page sends a token along with every choice.
    pay(souk, shopper, "tok_3ds", &[("method", method)]).await
}

async fn method(souk: &Installation) -> String {
    let id = souk
        .word("SELECT id::text FROM payments.methods WHERE is_default")
        .await;
    kernel::PaymentMethodId::from(id.parse::<uuid::Uuid>().unwrap()).to_string()
}

#[tokio::test]
async fn an_order_that_costs_nothing_asks_for_no_card() {
    let souk = Installation::new().await;
    let terms = |terms| CouponTerms {
        kind: CouponKind::Percentage(Decimal::ONE),
        ..terms
    };
    souk.alpha.coupon("GIFT", terms).await;
    let mut shopper = shopper(&souk).await;
    shopper.add(&souk.alpha.guide, "1").await.expect(303);
    let page = shopper.get("/checkout").await.expect(200);
    assert!(
        page.body.contains("data-testid=\"nothing-to-pay\" hidden"),
        "{}",
        page.body
    );
    shopper.submit("/cart/coupon", &[("code", "GIFT")]).await.expect(303);
    let page = shopper.get("/checkout").await.expect(200);
    assert!(page.body.contains("data-testid=\"nothing-to-pay\">"), "{}", page.body);
    assert!(page.body.contains("data-pay hidden"), "{}", page.body);

    let form = shopper.fill_checkout(GUEST).await;
    assert_eq!(form.total, "0");
    let mut fields = form.fields("place", "");
    fields.push(("method", "a card that was removed"));
    let placed = shopper.submit("/checkout", &fields).await.expect(303);
    assert!(
        placed.location().starts_with("/checkout/success"),
        "{}",
        placed.location()
    );
    assert_eq!(souk.number(ATTEMPTS).await, 0);
    souk.all_is_well().await;
}

#[tokio::test]
async fn a_card_is_saved_pays_again_and_is_removed() {
    let souk = Installation::new().await;
    let mut shopper = shopper(&souk).await;
    let tile = souk.alpha.tiles.first().unwrap();
    shopper.add(tile, "1").await.expect(303);
    let page = shopper.get("/checkout").await.expect(200);
    assert!(page.has("save-card") && !page.has("saved-card"), "{}", page.body);
    pay(&souk, &mut shopper, "tok_success", &[]).await.expect(303);
    assert_eq!(souk.number(CARDS).await, 0, "nobody asked for it");

    save(&souk, &mut shopper, "tok_success.1231").await;
    let list = shopper.get("/account/cards").await.expect(200);
    assert!(list.body.contains("Visa ending in 4242"), "{}", list.body);
    assert!(list.body.contains("12/31"), "{}", list.body);
    let method = method(&souk).await;

    shopper.add(tile, "1").await.expect(303);
    let page = shopper.get("/checkout").await.expect(200);
    assert_eq!(page.field("method"), Some(method.clone()), "the default is chosen");
    let placed = pay_with(&souk, &mut shopper, &method).await.expect(303);
    let success = shopper.get(placed.location()).await.expect(200);
    assert!(success.has("order-confirmation"), "{}", success.body);
    let mut owner = souk.visitor();
    owner.sign_in(&souk.alpha.owner).await;
    let desk = owner
        .get(&format!("/admin/orders/{}", order_of(&success)))
        .await
        .expect(200);
    assert_eq!(desk.text("payment-card").as_deref(), Some("Visa ending in 4242"));

    let remove = format!("/account/cards/{method}/remove");
    let ask = shopper.get(&remove).await.expect(200);
    assert!(ask.has("confirm-remove-card"), "{}", ask.body);
    assert_eq!(souk.number(CARDS).await, 1, "it only asked");
    shopper.submit(&remove, &[]).await.expect(303);
    assert_eq!(
        souk.number(CARDS).await,
        0,
        "the bank has forgotten it, and so has the store"
    );
    assert!(shopper.get("/account/cards").await.expect(200).has("no-cards"));
    shopper.submit(&remove, &[]).await.expect(404);
    let before = souk.number(ATTEMPTS).await;
    let gone = pay_with(&souk, &mut shopper, &method).await.expect(422);
    assert!(gone.body.contains("not saved any more"), "{}", gone.body);
    assert_eq!(souk.number(ATTEMPTS).await, before);
    souk.all_is_well().await;
}

#[tokio::test]
async fn a_saved_card_pays_for_its_customer_only() {
    let souk = Installation::new().await;
    let beta = souk.beta().await;
    let mut owner = shopper(&souk).await;
    save(&souk, &mut owner, "tok_success").await;
    let method = method(&souk).await;
    let before = souk.number(ATTEMPTS).await;

    let mut guest = souk.visitor();
    guest.add(&souk.alpha.mug, "1").await.expect(303);
    let page = guest.get("/checkout?guest=1").await.expect(200);
    assert!(!page.has("saved-card") && !page.has("save-card"), "{}", page.body);
    pay_with(&souk, &mut guest, &method).await.expect(422);
    let mut stranger = stranger(&souk).await;
    pay_with(&souk, &mut stranger, &method).await.expect(422);

    // In another store the card is not there, whoever asks, and neither is the session.
    for who in [&beta.shopper, &souk.alpha.shopper] {
        let mut abroad = if *who == beta.shopper {
            souk.visitor_of(&beta)
        } else {
            owner.at(beta.host)
        };
        if *who == beta.shopper {
            abroad.sign_in(who).await;
        }
        abroad.add(&beta.guide, "1").await.expect(303);
        let form = abroad.fill_checkout(GUEST).await;
        let mut fields = form.fields("place", "");
        fields.push(("method", &method));
        abroad.submit("/checkout", &fields).await.expect(422);
    }
    assert_eq!(souk.number(ATTEMPTS).await, before, "no gateway was asked");

    // Guests who ask for it save nothing.
    save(&souk, &mut guest, "tok_success").await;
    assert_eq!(souk.number(CARDS).await, 1);
    souk.all_is_well().await;
}

#[tokio::test]
async fn a_bank_that_asks_first_asks_each_time() {
    let souk = Installation::new().await;
    let mut shopper = shopper(&souk).await;
    let bank = save(&souk, &mut shopper, "tok_3ds").await.location().to_owned();
    assert_eq!(souk.number(CARDS).await, 0, "it has not paid");
    let page = shopper.post(&bank, &[("answer", "approve")]).await.expect(200);
    assert!(page.has("order-confirmation"), "{} {}", page.path, page.body);
    let list = shopper.get("/account/cards").await.expect(200);
    assert!(list.body.contains("ending in 3155"), "{}", list.body);

    let method = method(&souk).await;
    let placed = pay_with(&souk, &mut shopper, &method).await.expect(303);
    assert!(
        placed.location().contains("/sandbox/challenge/"),
        "{}",
        placed.location()
    );
    let refused = shopper
        .post(placed.location(), &[("answer", "refuse")])
        .await
        .expect(402);
    assert!(
        refused.has("error-message") && refused.has("saved-card"),
        "{}",
        refused.body
    );
    let placed = pay_with(&souk, &mut shopper, &method).await.expect(303);
    let page = shopper
        .post(placed.location(), &[("answer", "approve")])
        .await
        .expect(200);
    assert!(page.has("order-confirmation"), "{} {}", page.path, page.body);
    souk.all_is_well().await;
}

#[tokio::test]
async fn a_lost_answer_loses_neither_the_order_nor_the_card() {
    let souk = Installation::new().await;
    let mut shopper = shopper(&souk).await;
    save(&souk, &mut shopper, "tok_timeout").await;
    assert_eq!(souk.number(CARDS).await, 0, "nobody knows");
    souk.pass(TimeDelta::minutes(2));
    souk.periodic_round().await;
    souk.pass(TimeDelta::minutes(2));
    souk.periodic_round().await;
    assert_eq!(souk.word(ORDER_STATES).await, "confirmed paid");
    let method = method(&souk).await;
    pay_with(&souk, &mut shopper, &method).await.expect(303);
    souk.pass(TimeDelta::minutes(2));
    souk.periodic_round().await;
    let states: Vec<(String,)> = souk.rows(ORDER_STATES).await;
    assert!(states.iter().all(|(state,)| state == "confirmed paid"), "{states:?}");
    assert_eq!(souk.number(CARDS).await, 1, "paying with it saves nothing");
    souk.all_is_well().await;
}

#[tokio::test]
async fn an_expired_card_is_shown_and_not_offered() {
    let souk = Installation::new().await;
    let mut shopper = shopper(&souk).await;
    save(&souk, &mut shopper, "tok_success").await;
    let old = method(&souk).await;
    souk.damage("UPDATE payments.methods SET expires_year = 2020").await;
    let list = shopper.get("/account/cards").await.expect(200);
    assert!(list.body.contains("Expired 12/20"), "{}", list.body);
    souk.damage("UPDATE payments.methods SET is_default = false").await;
    let default = format!("/account/cards/{old}/default");
    shopper.submit(&default, &[]).await.expect(409);
    shopper.add(&souk.alpha.mug, "1").await.expect(303);
    let page = shopper.get("/checkout").await.expect(200);
    assert!(!page.has("saved-card"), "{}", page.body);
    let refused = pay_with(&souk, &mut shopper, &old).await.expect(422);
    assert!(refused.body.contains("This card is expired"), "{}", refused.body);

    save(&souk, &mut shopper, "tok_3ds").await;
    let bank = souk
        .word("SELECT action_url FROM payments.attempts WHERE action_url IS NOT NULL")
        .await;
    shopper.post(&bank, &[("answer", "approve")]).await.expect(200);
    assert_eq!(souk.number(CARDS).await, 2);
}

#[tokio::test]
async fn a_program_pays_with_the_cards_of_its_customer() {
    let souk = Installation::new().await;
    let sign_in = json!({"grant_type": "password", "email": souk.alpha.shopper, "password": PASSWORD});
    let tokens = souk
        .visitor()
        .call("POST", "/api/v1/auth/token", &sign_in)
        .await
        .expect(200)
        .json();
    let mut program = souk.visitor().with_key(tokens["access_token"].as_str().unwrap());
    let mut guest = souk.visitor();
    let path = async |browser: &mut Browser| {
        let cart = browser
            .call("POST", "/api/v1/carts", &cart_of(&[&souk.alpha.mug]))
            .await
            .expect(201)
            .json();
        format!("/api/v1/carts/{}/complete", cart["id"].as_str().unwrap())
    };
    let card = json!({"payment": {"gateway": "sandbox", "token": "tok_success.0731", "save": true}});
    let (own, anybodys) = (path(&mut program).await, path(&mut guest).await);
    let refused = guest.call("POST", &anybodys, &card).await.expect(422).json();
    assert_eq!(refused["errors"][0]["field"], "payment.save");
    program.call("POST", &own, &card).await.expect(201);

    let mine = "/api/v1/me/payment-methods";
    let listed = program.call("GET", mine, &Value::Null).await.expect(200).json();
    let saved = &listed["items"][0];
    assert_eq!(
        (
            &saved["brand"],
            &saved["last_four"],
            &saved["expires_month"],
            &saved["expires_year"]
        ),
        (&json!("visa"), &json!("4242"), &json!(7), &json!(2031)),
        "{listed}"
    );
    let id = saved["id"].as_str().unwrap();
    let with = json!({"payment": {"method": id}});
    let refused = guest.call("POST", &anybodys, &with).await.expect(422).json();
    assert_eq!(refused["errors"][0]["code"], "unknown_method");
    let both = json!({"payment": {"method": id, "gateway": "sandbox", "token": "tok_success"}});
    let refused = guest.call("POST", &anybodys, &both).await.expect(422).json();
    assert_eq!(refused["errors"][0]["code"], "not_alone");
    for (body, field) in [
        (json!({"payment": {}}), "payment.gateway"),
        (json!({"payment": {"gateway": "sandbox"}}), "payment.token"),
        (json!({"payment": {"method": "pmt_nonsense"}}), "payment.method"),
        (json!({"payment": {"method": null}}), "payment.method"),
    ] {
        let refused = guest.call("POST", &anybodys, &body).await.expect(422).json();
        assert_eq!(refused["errors"][0]["field"], field, "{body}: {refused}");
    }
    // Whoever knows a cart may pay for it with their own card.
    let paid = program.call("POST", &anybodys, &with).await.expect(201).json();
    assert_eq!(paid["payment_state"], "paid");

    let default = format!("{mine}/{id}/default");
    let same = program.call("POST", &default, &Value::Null).await.expect(200).json();
    assert_eq!(same["is_default"], true);
    let one = format!("{mine}/{id}");
    guest.call("DELETE", &one, &Value::Null).await.expect(401);
    program.call("DELETE", &one, &Value::Null).await.expect(204);
    program.call("DELETE", &one, &Value::Null).await.expect(404);
    program.call("POST", &default, &Value::Null).await.expect(404);
    let left = program.call("GET", mine, &Value::Null).await.expect(200).json();
    assert_eq!(left["items"], json!([]));
    assert_eq!(souk.number(CARDS).await, 0);
    souk.all_is_well().await;
}
