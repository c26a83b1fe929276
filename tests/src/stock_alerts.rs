//! Telling shoppers what is back: who is asked to confirm, whose turn it is, and how it ends.

use chrono::TimeDelta;
use serde_json::json;

use crate::{
    installation::{GUEST, Installation},
    page::Page,
    stocked::Piece,
};

/// Sells the last lamp.
async fn sell_out(souk: &Installation) {
    let mut buyer = souk.visitor();
    buyer.add(&souk.alpha.lamp, "1").await.expect(303);
    buyer.buy("buyer@example.com").await;
    souk.drain().await;
}

async fn restock(souk: &Installation, pieces: i64) {
    let mut merchant = souk.visitor().with_key(&souk.alpha.key);
    let body = json!({"variant_id": souk.alpha.lamp.id(), "change": pieces, "reason": "counted"});
    let path = "/api/v1/admin/stock-adjustments";
    let done = merchant.call("POST", path, &body).await;
    assert!(done.status.is_success(), "{}", done.body);
    souk.drain().await;
}

/// What the clock does every hour.
async fn housekeeping(souk: &Installation) {
    let gateways = &souk.program.gateways;
    souk::periodic::round(souk.database(), gateways, true).await.unwrap();
}

async fn ask(souk: &Installation, piece: &Piece, email: &str) -> Page {
    let back = format!("/products/{}", piece.slug);
    let fields = [("variant", piece.id()), ("email", email.to_owned()), ("back", back)];
    let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
    souk.visitor().submit("/stock-alerts", &fields).await
}

/// Who was told that something is back, in the order of the mails.
async fn told(souk: &Installation) -> Vec<String> {
    let mails = souk.mails().await.into_iter();
    mails
        .filter(|mail| mail.kind == "back_in_stock")
        .map(|mail| mail.recipient)
        .collect()
}

/// How many mails asked somebody to confirm.
async fn asked(souk: &Installation) -> usize {
    let mails = souk.mails().await.into_iter();
    mails.filter(|mail| mail.kind == "confirm_stock_alert").count()
}

/// Puts people into the line for the lamp, a minute apart.
async fn line_up(souk: &Installation, people: &[&str]) {
    for person in people {
        souk.pass(TimeDelta::minutes(1));
        let sql = format!(
            "INSERT INTO notifications.stock_alerts (store_id, id, variant_id, email, locale, state, client, asked_at, \
             confirmed_at) VALUES ('{}', gen_random_uuid(), '{}', '{person}', 'en', 'waiting', '', '{now}', '{now}')",
            uuid::Uuid::from(souk.alpha.store.id),
            uuid::Uuid::from(souk.alpha.lamp.variant),
            now = souk.database().now().to_rfc3339(),
        );
        souk.damage(&sql).await;
    }
}

#[tokio::test]
async fn a_guest_confirms_is_told_once_and_can_refuse() {
    let souk = Installation::new().await;
    let lamp = souk.alpha.lamp.clone();
    let page = format!("/products/{}", lamp.slug);
    assert!(!souk.visitor().get(&page).await.expect(200).has("stock-alert"));
    ask(&souk, &lamp, GUEST).await.expect(303);
    assert_eq!(souk.number("SELECT count(*) FROM notifications.stock_alerts").await, 0);

    sell_out(&souk).await;
    assert!(souk.visitor().get(&page).await.expect(200).has("stock-alert"));
    let refused = ask(&souk, &lamp, "gwen at home").await.expect(422);
    assert!(refused.body.contains("value=\"gwen at home\""), "{}", refused.body);
    assert_eq!(ask(&souk, &lamp, GUEST).await.expect(303).location(), page);
    let link = souk.mail("confirm_stock_alert", GUEST).await.link("/stock-alerts/");
    assert!(souk.visitor().get(&link).await.expect(200).has("confirm-alert"));
    let forged = link.replace("token=", "token=A");
    souk.visitor().get(&forged).await.expect(404);
    souk.visitor().submit(&forged, &[]).await.expect(404);

    // Nobody waits before they confirmed, and who waits already is told to nobody who asks.
    restock(&souk, 1).await;
    assert!(told(&souk).await.is_empty());
    sell_out(&souk).await;
    souk.visitor().submit(&link, &[]).await.expect(303);
    assert!(souk.visitor().get(&link).await.expect(200).has("success-message"));
    souk.pass(TimeDelta::hours(2));
    assert_eq!(ask(&souk, &lamp, GUEST).await.expect(303).location(), page);
    souk.mail("confirm_stock_alert", GUEST).await;
    let mut desk = souk.visitor();
    desk.sign_in(&souk.alpha.owner).await;
    let stock = desk.get(&format!("/admin/stock/{}", lamp.id())).await.expect(200);
    assert_eq!(stock.text("waiting").as_deref(), Some("One shopper waits for it"));
    assert!(desk.get("/admin/stock?q=lamp").await.expect(200).has("waiting"));

    restock(&souk, 1).await;
    let mail = souk.mail("back_in_stock", GUEST).await;
    souk.visitor().get(&mail.link("/products/")).await.expect(200);
    sell_out(&souk).await;
    restock(&souk, 1).await;
    assert_eq!(told(&souk).await, [GUEST]);

    // Refusing ends what is waited for; asking again is a wish of its own.
    sell_out(&souk).await;
    ask(&souk, &lamp, GUEST).await.expect(303);
    souk.visitor()
        .send("POST", &mail.link("/mails/"), None)
        .await
        .expect(200);
    assert_eq!(
        souk.number("SELECT count(*) FROM notifications.stock_alerts WHERE state <> 'told'")
            .await,
        0
    );
    restock(&souk, 1).await;
    assert_eq!(told(&souk).await, [GUEST]);
}

#[tokio::test]
async fn an_address_that_nobody_confirms_is_forgotten() {
    let souk = Installation::new().await;
    sell_out(&souk).await;
    ask(&souk, &souk.alpha.lamp, GUEST).await.expect(303);
    let link = souk.mail("confirm_stock_alert", GUEST).await.link("/stock-alerts/");
    let alerts = "SELECT count(*) FROM notifications.stock_alerts";
    souk.pass(TimeDelta::days(6));
    housekeeping(&souk).await;
    assert_eq!(souk.number(alerts).await, 1);
    souk.visitor().get(&link).await.expect(200);
    souk.pass(TimeDelta::days(1));
    souk.visitor().get(&link).await.expect(404);
    souk.visitor().submit(&link, &[]).await.expect(404);
    housekeeping(&souk).await;
    assert_eq!(souk.number(alerts).await, 0);
}

#[tokio::test]
async fn a_customer_waits_at_once_and_what_comes_back_meanwhile_is_told() {
    let souk = Installation::new().await;
    let lamp = souk.alpha.lamp.clone();
    sell_out(&souk).await;
    let mut customer = souk.visitor();
    customer.sign_in(&souk.alpha.shopper).await;
    let page = customer.get(&format!("/products/{}", lamp.slug)).await.expect(200);
    assert!(page.has("stock-alert") && !page.has("alert-email"), "{}", page.body);
    let fields = [("variant", lamp.id()), ("back", String::new())];
    let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
    customer.submit("/stock-alerts", &fields).await.expect(303);
    assert_eq!(
        souk.number("SELECT count(*) FROM notifications.stock_alerts WHERE state = 'waiting'")
            .await,
        1
    );
    restock(&souk, 3).await;
    assert_eq!(told(&souk).await, [souk.alpha.shopper.as_str()]);
}

#[tokio::test]
async fn those_who_waited_longest_are_told_first_and_the_others_day_by_day() {
    let souk = Installation::new().await;
    sell_out(&souk).await;
    let people = [
        "ann@example.com",
        "bob@example.com",
        "cy@example.com",
        "di@example.com",
        "ed@example.com",
        "flo@example.com",
        "gus@example.com",
        "hal@example.com",
        "ida@example.com",
        "jo@example.com",
        "kim@example.com",
    ];
    line_up(&souk, &people).await;
    restock(&souk, 1).await;
    let mut first = told(&souk).await;
    first.sort();
    assert_eq!(first, people[..2]);
    // More of it within the day is another chance for as many again.
    restock(&souk, 1).await;
    assert_eq!(told(&souk).await.len(), 2, "it was in stock all the time");
    for so_far in [6, 10, 11, 11] {
        souk.pass(TimeDelta::days(1) + TimeDelta::seconds(1));
        let mut all = told(&souk).await;
        all.sort();
        assert_eq!(all, people[..so_far]);
    }
    souk.all_is_well().await;
}

#[tokio::test]
async fn whoever_comes_when_enough_were_told_has_a_turn_the_next_day() {
    let souk = Installation::new().await;
    sell_out(&souk).await;
    line_up(&souk, &["ann@example.com", "bob@example.com"]).await;
    ask(&souk, &souk.alpha.lamp, GUEST).await.expect(303);
    let link = souk.mail("confirm_stock_alert", GUEST).await.link("/stock-alerts/");
    restock(&souk, 1).await;
    souk.visitor().submit(&link, &[]).await.expect(303);
    assert_eq!(told(&souk).await.len(), 2);
    souk.pass(TimeDelta::days(1) + TimeDelta::seconds(1));
    assert_eq!(told(&souk).await.last().map(String::as_str), Some(GUEST));
}

#[tokio::test]
async fn whoever_waits_already_is_not_asked_to_confirm() {
    let souk = Installation::new().await;
    sell_out(&souk).await;
    ask(&souk, &souk.alpha.lamp, GUEST).await.expect(303);
    // They signed in and asked once more before the mail was written.
    souk.damage("UPDATE notifications.stock_alerts SET state = 'waiting', confirmed_at = asked_at")
        .await;
    assert_eq!(asked(&souk).await, 0);
}

#[tokio::test]
async fn nobody_fills_anothers_mailbox() {
    let souk = Installation::new().await;
    for tile in souk.alpha.tiles.iter().take(7) {
        let variant = uuid::Uuid::from(tile.variant);
        souk.damage(&format!(
            "UPDATE inventory.levels SET on_hand = 0 WHERE variant_id = '{variant}'"
        ))
        .await;
    }
    // Every visitor has an address of the internet of their own, so nothing else stops them.
    for (later, mails) in [(0, 5), (2, 5), (11, 5), (12, 10)] {
        souk.pass(TimeDelta::hours(later));
        for tile in souk.alpha.tiles.iter().take(7) {
            ask(&souk, tile, GUEST).await.expect(303);
        }
        assert_eq!(asked(&souk).await, mails, "{later} hours later");
    }
}
