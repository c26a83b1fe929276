//! Who is not forgotten yet, who may ask for it, and what the desk says.

use chrono::TimeDelta;
use database::Ctx;
use kernel::{AccountId, Actor, TypedId as _};
use serde_json::json;

use super::{GWEN, leave, life, rows::names, settle};
use crate::{
    browser::Browser,
    installation::{GUEST, Installation},
    refunds::WAITING,
    reviews::deliver,
    stocked::PASSWORD,
};

async fn owner(souk: &Installation) -> Browser {
    let mut owner = souk.visitor();
    owner.sign_in(&souk.alpha.owner).await;
    owner
}

#[tokio::test]
async fn an_order_that_is_not_through_is_named_and_nothing_is_lost() {
    let souk = Installation::new().await;
    let mut browser = life::join(&souk, &GWEN).await;
    browser.add(&souk.alpha.mug, "1").await.expect(303);
    let order = life::buy(&mut browser, &GWEN, &[]).await;
    let page = browser.get("/account/delete").await.expect(200);
    assert!(
        page.body.contains("ORD-1001") && !page.has("delete-account"),
        "{}",
        page.body
    );
    let refused = browser
        .submit("/account/delete", &[("password", PASSWORD)])
        .await
        .expect(409);
    assert!(refused.body.contains("ORD-1001"), "{}", refused.body);
    let mut merchant = souk.visitor().with_key(&souk.alpha.key);
    let customer = life::customer_of(&souk, &GWEN).await;
    let path = format!("/api/v1/admin/customers/{customer}/erase");
    let problem = merchant.call("POST", &path, &json!(null)).await.expect(409).json();
    assert_eq!(
        (&problem["code"], &problem["orders"]),
        (&json!("orders_unfinished"), &json!(["ORD-1001"]))
    );
    assert_eq!(souk.number("SELECT count(*) FROM erasure.requests").await, 0);
    deliver(&souk, &order).await;
    souk.drain().await;
    merchant.call("POST", &path, &json!(null)).await.expect(202);
    merchant.call("POST", &path, &json!(null)).await.expect(404);
    settle(&souk).await;
    souk.all_is_well().await;
}

#[tokio::test]
async fn a_wrong_password_and_a_member_of_the_staff_are_refused() {
    let souk = Installation::new().await;
    let mut browser = life::join(&souk, &GWEN).await;
    let wrong = browser
        .submit("/account/delete", &[("password", "guessed")])
        .await
        .expect(422);
    assert!(wrong.has("error-message"), "{}", wrong.body);
    let mut api = browser;
    let body = json!({"password": "guessed"});
    let problem = api.call("DELETE", "/api/v1/me", &body).await.expect(422).json();
    assert_eq!(problem["errors"][0]["code"], "wrong_password", "{problem}");
    assert_eq!(souk.number("SELECT count(*) FROM erasure.requests").await, 0);
    let body = json!({"password": PASSWORD});
    api.call("DELETE", "/api/v1/me", &body).await.expect(204);
    api.call("GET", "/api/v1/me", &json!(null)).await.expect(401);
    settle(&souk).await;
    assert_eq!(
        souk.number("SELECT count(*) FROM customers.customers WHERE first_name = 'Gwendolyn'")
            .await,
        0
    );
    souk.all_is_well().await;
}

#[tokio::test]
async fn the_desk_erases_a_guest_by_the_address_and_the_log_names_nobody() {
    let souk = Installation::new().await;
    let mut guest = souk.visitor();
    guest.add(&souk.alpha.guide, "1").await.expect(303);
    life::buy(&mut guest, &GWEN, &[]).await;
    let mut other = souk.visitor();
    other.add(&souk.alpha.guide, "1").await.expect(303);
    other.buy(GUEST).await;
    souk.drain().await;
    let mut desk = owner(&souk).await;
    let path = "/admin/customers/erase";
    let typed = desk
        .submit(path, &[("email", GWEN.email), ("again", GUEST)])
        .await
        .expect(422);
    assert!(
        typed.has("error-message") && typed.body.contains(GWEN.email),
        "{}",
        typed.body
    );
    let both = [("email", GWEN.email), ("again", GWEN.email)];
    desk.submit(path, &both).await.expect(303);
    settle(&souk).await;
    assert_eq!(
        souk.number(&format!("SELECT count(*) FROM orders.orders WHERE email = '{GUEST}'"))
            .await,
        1
    );
    assert_eq!(
        souk.number("SELECT count(*) FROM orders.orders WHERE email = 'nobody@example.invalid'")
            .await,
        1
    );
    let log: Vec<(String,)> = souk
        .rows("SELECT actor || ' ' || table_name || ' ' || before || ' ' || after FROM platform.audit_entries ORDER BY id")
        .await;
    let asked: Vec<&String> = log
        .iter()
        .map(|(entry,)| entry)
        .filter(|entry| entry.contains("erasure.requests"))
        .collect();
    assert_eq!(asked.len(), 1, "{log:?}");
    assert!(asked[0].starts_with("staff "), "{asked:?}");
    assert!(
        log.iter()
            .all(|(entry,)| !names(entry, GWEN.email) && !entry.contains(GWEN.first_name)),
        "{log:?}"
    );
    let mut support = souk.visitor();
    support.sign_in(&souk.alpha.support).await;
    support.get(path).await.expect(403);
    souk.all_is_well().await;
}

#[tokio::test]
async fn a_cart_of_somebody_else_loses_the_address_and_nothing_more() {
    let souk = Installation::new().await;
    let mut shopper = souk.visitor();
    shopper.sign_in(&souk.alpha.shopper).await;
    shopper.add(&souk.alpha.guide, "1").await.expect(303);
    shopper.fill_checkout(GWEN.email).await;
    let typed = format!("SELECT count(*) FROM cart.carts WHERE email = '{}'", GWEN.email);
    assert_eq!(souk.number(&typed).await, 1);
    let both = [("email", GWEN.email), ("again", GWEN.email)];
    owner(&souk)
        .await
        .submit("/admin/customers/erase", &both)
        .await
        .expect(303);
    settle(&souk).await;
    assert_eq!(souk.number(&typed).await, 0);
    assert_eq!(souk.number("SELECT count(*) FROM cart.lines").await, 1);
    let page = shopper.get("/checkout").await.expect(200);
    assert!(!page.body.contains(GWEN.email), "{}", page.body);
    souk.all_is_well().await;
}

/// News of a payment hold its attempt and then its order, so whoever held the order first would wait for them for ever.
#[tokio::test]
async fn who_is_forgotten_waits_for_news_of_the_payment_without_the_order() {
    let souk = Installation::new().await;
    let mut guest = souk.visitor();
    guest.add(&souk.alpha.guide, "1").await.expect(303);
    life::buy(&mut guest, &GWEN, &[]).await;
    souk.drain().await;
    let mut desk = owner(&souk).await;
    let both = [("email", GWEN.email), ("again", GWEN.email)];
    desk.submit("/admin/customers/erase", &both).await.expect(303);
    let mut news = souk.alpha.work().write();
    let held = async |news: &mut Ctx, sql: &'static str| sqlx::query(sql).execute(news.sql().await.unwrap()).await;
    held(&mut news, "SELECT FROM payments.attempts FOR UPDATE")
        .await
        .unwrap();
    let mut forgetting = std::pin::pin!(souk.drain());
    let waits = async { while souk.number(WAITING).await == 0 {} };
    tokio::select! {
        () = &mut forgetting => panic!("the job does not wait"),
        () = waits => {}
    }
    held(&mut news, "SELECT FROM orders.orders FOR UPDATE NOWAIT")
        .await
        .unwrap();
    news.commit().await.unwrap();
    forgetting.await;
    settle(&souk).await;
    let nobodys = "SELECT count(*) FROM orders.orders WHERE email = 'nobody@example.invalid'";
    assert_eq!(souk.number(nobodys).await, 1);
    souk.all_is_well().await;
}

#[tokio::test]
async fn a_gateway_that_is_away_keeps_nobody_from_being_forgotten() {
    let souk = Installation::new().await;
    let mut browser = life::join(&souk, &GWEN).await;
    browser.add(&souk.alpha.guide, "1").await.expect(303);
    life::buy(&mut browser, &GWEN, &[("save_card", "1")]).await;
    souk.drain().await;
    leave(&mut browser).await;
    souk.drain().await;
    // The reconciler has not come by: the emptied account waits for the card.
    assert_eq!(
        souk.number("SELECT count(*) FROM payments.methods WHERE last_four = '0000'")
            .await,
        1
    );
    assert_eq!(
        souk.number("SELECT count(*) FROM customers.customers WHERE first_name = 'Gwendolyn'")
            .await,
        0
    );
    assert_eq!(
        souk.number("SELECT count(*) FROM erasure.requests WHERE finished_at IS NULL")
            .await,
        1
    );
    settle(&souk).await;
    assert_eq!(souk.number("SELECT count(*) FROM payments.customers").await, 0);
    assert_eq!(
        souk.number("SELECT count(*) FROM erasure.requests WHERE finished_at IS NULL")
            .await,
        0
    );
    souk.all_is_well().await;
}

#[tokio::test]
async fn an_order_placed_at_the_same_moment_is_seen_or_not_placed() {
    let souk = Installation::new().await;
    for _ in 0..4 {
        let mut buyer = life::join(&souk, &GWEN).await;
        let customer = life::customer_of(&souk, &GWEN).await;
        buyer.add(&souk.alpha.mug, "1").await.expect(303);
        let actor = Actor::Customer {
            account: AccountId::generate(souk.database().now(), souk.database().entropy()),
            customer,
        };
        let work = souk.alpha.work().acting_as(actor);
        let erase = async {
            let mut ctx = work.write();
            let locale = ctx.locale();
            let begun = erasure::begin(&mut ctx, &erasure::Whom::Customer(customer), locale).await;
            match begun {
                Ok(_request) => {
                    ctx.commit().await.unwrap();
                    true
                }
                Err(erasure::BeginError::Unfinished { .. }) => {
                    ctx.rollback().await;
                    false
                }
                Err(error) => panic!("{error:?}"),
            }
        };
        let form = buyer.fill_checkout(GWEN.email).await;
        let (placed, erased) = tokio::join!(buyer.place(&form, "tok_success"), erase);
        let orders = souk
            .number(&format!(
                "SELECT count(*) FROM orders.orders WHERE email = '{}'",
                GWEN.email
            ))
            .await;
        if erased {
            assert_eq!(orders, 0, "{} {}", placed.status, placed.body);
            settle(&souk).await;
            assert_eq!(
                souk.number("SELECT count(*) FROM customers.customers WHERE first_name = 'Gwendolyn'")
                    .await,
                0
            );
        } else {
            assert_eq!(orders, 1, "{} {}", placed.status, placed.body);
            break;
        }
        souk.pass(TimeDelta::minutes(1));
    }
    souk.all_is_well().await;
}
