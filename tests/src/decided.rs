//! What a merchant decides about the store, as shoppers and programs meet it.

use serde_json::{Value, json};

use crate::{
    installation::{GUEST, Installation},
    rest_api::{cart_of, payment_of},
};

async fn decide(souk: &Installation, wanted: &Value) {
    let mut program = souk.visitor().with_key(&souk.alpha.key);
    let settings = program.get("/api/v1/admin/settings").await.expect(200);
    let mut program = program.with("if-match", settings.header("etag"));
    program
        .call("PATCH", "/api/v1/admin/settings", wanted)
        .await
        .expect(200);
}

#[tokio::test]
async fn a_store_that_sells_to_customers_alone_asks_guests_to_sign_in() {
    let souk = Installation::new().await;
    let mut guest = souk.visitor();
    guest.add(&souk.alpha.mug, "1").await.expect(303);
    let form = guest.fill_checkout(GUEST).await;
    assert!(guest.get("/checkout").await.expect(200).has("guest-checkout"));
    let cart = souk
        .visitor()
        .call("POST", "/api/v1/carts", &cart_of(&[&souk.alpha.mug]))
        .await
        .expect(201)
        .json();

    decide(&souk, &json!({"guests_may_buy": false})).await;
    let page = guest.get("/checkout?guest=1").await.expect(200);
    assert!(
        page.has("register-to-buy") && !page.has("guest-checkout"),
        "{}",
        page.body
    );
    assert!(!page.has("guest-email"), "{}", page.body);
    let refused = guest.place(&form, "tok_success").await.expect(303);
    assert_eq!(refused.location(), "/login?next=/checkout");
    let path = format!("/api/v1/carts/{}/complete", cart["id"].as_str().unwrap());
    let mut program = souk.visitor();
    let refused = program.call("POST", &path, &payment_of(&cart, "tok_success")).await;
    assert_eq!(refused.expect(403).json()["code"], "sign_in_required");
    assert_eq!(souk.order_count().await, 0);

    guest.sign_in(&souk.alpha.shopper).await;
    guest.buy(&souk.alpha.shopper).await;
    assert_eq!(souk.order_count().await, 1);
    souk.all_is_well().await;
}

/// It is noon of the fifteenth in universal time, and the next morning in Auckland.
#[tokio::test]
async fn days_are_those_of_the_store_on_pages_in_mails_and_in_order_numbers() {
    let souk = Installation::new().await;
    decide(&souk, &json!({"time_zone": "Pacific/Auckland", "order_dated": true})).await;
    let mut guest = souk.visitor();
    guest.add(&souk.alpha.guide, "1").await.expect(303);
    let page = guest.buy(GUEST).await;
    assert!(page.body.contains("ORD-20260116-"), "{}", page.body);
    let mail = souk.mail("order_confirmation", GUEST).await;
    assert!(mail.text_body.contains("16 January 2026"), "{}", mail.text_body);
    let mut owner = souk.visitor();
    owner.sign_in(&souk.alpha.owner).await;
    let home = owner.get("/admin?period=today").await.expect(200);
    assert!(home.body.contains("16 January 2026"), "{}", home.body);
    let log = owner.get("/admin/settings/audit").await.expect(200);
    assert!(log.body.contains("NZDT"), "{}", log.body);
    let here = owner
        .get("/admin/settings/audit?from=2026-01-16&until=2026-01-16")
        .await
        .expect(200);
    assert!(here.body.contains("NZDT"), "{}", here.body);
    let before = owner.get("/admin/settings/audit?until=2026-01-15").await.expect(200);
    assert!(!before.body.contains("NZDT"), "{}", before.body);
    for (typed, is_found) in [
        ("auck", true),
        ("ORDER+dated", true),
        ("uckland", false),
        ("boats", false),
    ] {
        let path = format!("/admin/settings/audit?q={typed}&from=2026-01-16");
        let found = owner.get(&path).await.expect(200);
        assert_eq!(found.body.contains("NZDT"), is_found, "{typed}: {}", found.body);
    }
}
