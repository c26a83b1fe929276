//! Mails about carts that were left behind: who gets one, who does not, and where its link leads.

use chrono::TimeDelta;
use database::{testing::HOST, worker};

use crate::{
    browser::Browser,
    installation::{GUEST, Installation, SentMail},
};

/// Has the store write after so many hours.
async fn begin(souk: &Installation, hours: &str) {
    let mut desk = souk.visitor();
    desk.sign_in(&souk.alpha.owner).await;
    let page = desk.get("/admin/settings/mails").await.expect(200);
    let version = page.field("version").unwrap();
    let fields = [("active", "1"), ("hours", hours), ("version", version.as_str())];
    desk.submit("/admin/settings/mails/carts", &fields).await.expect(303);
}

/// Somebody fills a cart and the checkout, and goes away.
async fn leave(souk: &Installation, email: &str) -> Browser {
    let mut shopper = souk.visitor();
    shopper.add(&souk.alpha.tiles[1], "2").await.expect(303);
    shopper.fill_checkout(email).await;
    shopper
}

/// Time goes by, and the clock and the worker do what they do.
async fn later(souk: &Installation, time: TimeDelta) {
    souk.pass(time);
    souk.periodic_round().await;
    souk.drain().await;
}

async fn told(souk: &Installation) -> Vec<SentMail> {
    let mails = souk.mails().await.into_iter();
    mails.filter(|mail| mail.kind == "cart_left").collect()
}

#[tokio::test]
async fn whoever_leaves_a_cart_is_told_once_and_takes_it_up_again_on_any_device() {
    let souk = Installation::new().await;
    let mut shopper = leave(&souk, GUEST).await;
    later(&souk, TimeDelta::hours(9)).await;
    assert!(told(&souk).await.is_empty(), "the store did not begin to write");

    begin(&souk, "4").await;
    later(&souk, TimeDelta::minutes(1)).await;
    assert!(told(&souk).await.is_empty(), "it was left long before the store began");
    shopper.add(&souk.alpha.tiles[0], "1").await.expect(303);
    later(&souk, TimeDelta::minutes(239)).await;
    assert!(told(&souk).await.is_empty());
    later(&souk, TimeDelta::minutes(2)).await;
    let mails = told(&souk).await;
    assert_eq!(mails.len(), 1);
    let mail = &mails[0];
    assert_eq!((mail.recipient.as_str(), mail.state.as_str()), (GUEST, "sent"));
    assert!(mail.text_body.contains("2 × "), "{}", mail.text_body);
    let stop = souk
        .word("SELECT stop_link FROM notifications.messages WHERE kind = 'cart_left'")
        .await;
    assert_eq!(stop, format!("http://{HOST}{}", mail.link("/mails/")));

    // In the browser that filled it the link leads to the cart.
    let link = mail.link("/cart/left/");
    assert_eq!(shopper.get(&link).await.expect(200).path, "/cart");
    // Another device is shown what was in it, and nothing of who filled it; scanners change nothing.
    let carts = "SELECT count(*) FROM cart.carts";
    let before = souk.number(carts).await;
    let mut device = souk.visitor();
    let page = device.get(&link).await.expect(200);
    assert!(page.has("left-line") && page.has("take-up"), "{}", page.body);
    assert!(
        !page.body.contains(GUEST) && !page.body.contains("Side Street"),
        "{}",
        page.body
    );
    assert_eq!(page.header("cache-control"), "no-store");
    for forged in [
        link.replace("token=", "token=A"),
        link.split('?').next().unwrap().to_owned(),
    ] {
        souk.visitor().get(&forged).await.expect(404);
        souk.visitor().submit(&forged, &[]).await.expect(404);
    }
    assert_eq!(souk.number(carts).await, before);
    for _ in 0..2 {
        assert_eq!(device.submit(&link, &[]).await.expect(303).location(), "/cart");
        let pieces = "SELECT sum(quantity)::bigint FROM cart.lines";
        assert_eq!(souk.number(pieces).await, 6, "what is there already counts");
    }
    let checkout = device.get("/checkout").await.expect(200);
    assert!(!checkout.body.contains(GUEST), "{}", checkout.body);

    // It is told of once, however often it is left.
    for _ in 0..3 {
        shopper.add(&souk.alpha.tiles[1], "1").await.expect(303);
        later(&souk, TimeDelta::hours(30)).await;
    }
    assert_eq!(told(&souk).await.len(), 1);
    let page = souk.visitor().get(&link).await.expect(200);
    assert!(
        page.has("left-gone") && !page.has("left-line"),
        "the mail told nothing of what came since: {}",
        page.body
    );

    // Whoever orders it is thanked.
    shopper.buy(GUEST).await;
    let page = souk.visitor().get(&link).await.expect(200);
    assert!(page.has("left-gone") && !page.has("take-up"), "{}", page.body);
    assert_eq!(souk.visitor().submit(&link, &[]).await.expect(303).location(), link);
}

#[tokio::test]
async fn nobody_is_told_again_after_signing_in_or_taking_the_cart_up_elsewhere() {
    let souk = Installation::new().await;
    begin(&souk, "1").await;
    let mut guest = leave(&souk, GUEST).await;
    leave(&souk, "elsewhere@example.com").await;
    later(&souk, TimeDelta::minutes(61)).await;
    let mails = told(&souk).await;
    assert_eq!(mails.len(), 2);
    let link_of = |email: &str| {
        let mail = mails.iter().find(|mail| mail.recipient == email);
        mail.unwrap().link("/cart/left/")
    };
    // The addresses may be written to again.
    souk.pass(TimeDelta::hours(24));

    // A guest's lines go into the cart that the customer has open elsewhere.
    let mut customer = souk.visitor();
    customer.sign_in(&souk.alpha.shopper).await;
    customer.add(&souk.alpha.tiles[0], "1").await.expect(303);
    guest.sign_in(&souk.alpha.shopper).await;
    let merged = "SELECT count(*) FROM cart.carts WHERE state = 'merged'";
    assert_eq!(souk.number(merged).await, 1);
    // Another device has what was left, and says where it goes.
    let mut device = souk.visitor();
    device.submit(&link_of("elsewhere@example.com"), &[]).await.expect(303);
    device.fill_checkout("elsewhere@example.com").await;
    leave(&souk, "new@example.com").await;
    later(&souk, TimeDelta::minutes(61)).await;
    let mut recipients: Vec<String> = told(&souk).await.into_iter().map(|mail| mail.recipient).collect();
    recipients.sort();
    assert_eq!(recipients, ["elsewhere@example.com", GUEST, "new@example.com"]);

    // Whoever has the guest's mail sees nothing of the customer's cart.
    let page = souk.visitor().get(&link_of(GUEST)).await.expect(200);
    assert!(page.has("left-gone") && !page.has("left-line"), "{}", page.body);
    souk.all_is_well().await;
}

#[tokio::test]
async fn nobody_is_told_of_a_cart_that_is_empty_ordered_touched_or_refused() {
    let souk = Installation::new().await;
    begin(&souk, "1").await;
    let someone = |name: &str| format!("{name}@example.com");
    // Without an address, emptied, ordered, ordered with the same address elsewhere.
    souk.visitor().add(&souk.alpha.tiles[1], "1").await.expect(303);
    let mut emptied = leave(&souk, &someone("emptied")).await;
    let page = emptied.get("/cart").await.expect(200);
    let line = crate::page::between(&page.body, "action=\"/cart/lines/", "\"")
        .unwrap()
        .to_owned();
    let fields = [("remove", "1")];
    emptied
        .submit(&format!("/cart/lines/{line}"), &fields)
        .await
        .expect(303);
    leave(&souk, &someone("ordered")).await.buy(&someone("ordered")).await;
    leave(&souk, &someone("elsewhere")).await;
    let mut elsewhere = souk.visitor();
    elsewhere.add(&souk.alpha.tiles[1], "1").await.expect(303);
    elsewhere.buy(&someone("elsewhere")).await;
    // Somebody who refused such mails, somebody who came back before the mail was written, and one who is told.
    leave(&souk, &someone("refused")).await;
    souk.damage(&format!(
        "INSERT INTO notifications.consents (store_id, id, email, topic, wanted, said_at, said_by, client) \
         VALUES ('{}', gen_random_uuid(), 'refused@example.com', 'carts', false, now(), 'guest', '')",
        uuid::Uuid::from(souk.alpha.store.id)
    ))
    .await;
    let mut back = leave(&souk, &someone("back")).await;
    for _ in 0..2 {
        leave(&souk, &someone("told")).await;
    }
    souk.pass(TimeDelta::minutes(61));
    souk.periodic_round().await;
    back.add(&souk.alpha.tiles[0], "1").await.expect(303);
    souk.drain().await;
    let recipients = |mails: Vec<SentMail>| mails.into_iter().map(|mail| mail.recipient).collect::<Vec<_>>();
    assert_eq!(
        recipients(told(&souk).await),
        [someone("told")],
        "one mail a day to an address, whatever is left with it"
    );
    // Who came back and left again is told then.
    later(&souk, TimeDelta::minutes(61)).await;
    assert_eq!(recipients(told(&souk).await), [someone("told"), someone("back")]);
    souk.all_is_well().await;
}

#[tokio::test]
async fn two_processes_tell_of_a_cart_once_and_a_refusal_ends_it() {
    let souk = Installation::new().await;
    begin(&souk, "1").await;
    let mut shopper = souk.visitor();
    shopper.sign_in(&souk.alpha.shopper).await;
    shopper.add(&souk.alpha.tiles[1], "1").await.expect(303);
    for guest in 0..8 {
        leave(&souk, &format!("guest{guest}@example.com")).await;
    }
    let other = souk.another_process().await;
    souk.pass(TimeDelta::minutes(61));
    let gateways = &souk.program.gateways;
    let (one, two) = tokio::join!(
        souk::periodic::round(souk.database(), gateways, false),
        souk::periodic::round(other.database(), gateways, false),
    );
    one.unwrap();
    two.unwrap();
    let (here, there) = (souk.registry(), souk.registry());
    let (one, two) = tokio::join!(
        worker::drain(souk.database(), &here),
        worker::drain(other.database(), &there)
    );
    one.unwrap();
    two.unwrap();
    let mails = told(&souk).await;
    assert_eq!(mails.len(), 9);
    // A customer's cart is told of at the address of the account, and is there when they are signed in.
    let own = mails.iter().find(|mail| mail.recipient == souk.alpha.shopper).unwrap();
    let path = own.link("/cart/left/");
    assert_eq!(shopper.get(&path).await.expect(200).path, "/cart");
    // One click, and the next cart is told of to nobody.
    let stop = own.link("/mails/");
    let one_click = "List-Unsubscribe=One-Click".to_owned();
    let form = "application/x-www-form-urlencoded";
    let page = souk.visitor().send("POST", &stop, Some((form, one_click))).await;
    assert!(page.expect(200).body.contains("Cart left behind"));
    souk.pass(TimeDelta::days(2));
    leave(&souk, &souk.alpha.shopper).await;
    later(&souk, TimeDelta::minutes(61)).await;
    assert_eq!(told(&souk).await.len(), 9);
}

/// Carts that were touched in the same moment as the only one.
const SAME_MOMENT: &str = "INSERT INTO cart.carts (store_id, id, state, locale, currency, email, created_at, updated_at) \
    SELECT store_id, gen_random_uuid(), state, locale, currency, 'same' || n || '@example.com', created_at, updated_at \
    FROM cart.carts, generate_series(1, 1100) AS n";
const SAME_LINES: &str = "INSERT INTO cart.lines (store_id, id, cart_id, variant_id, quantity, properties, properties_hash, currency, \
      price_seen, added_at) \
    SELECT l.store_id, gen_random_uuid(), c.id, l.variant_id, l.quantity, l.properties, l.properties_hash, l.currency, l.price_seen, \
      l.added_at \
    FROM cart.lines l JOIN cart.carts c ON c.store_id = l.store_id AND c.id <> l.cart_id";

#[tokio::test]
async fn carts_that_were_left_in_one_moment_are_all_looked_at_once_however_many() {
    let souk = Installation::new().await;
    begin(&souk, "1").await;
    leave(&souk, GUEST).await;
    for sql in [SAME_MOMENT, SAME_LINES] {
        souk.db.as_owner(sql).await.unwrap();
    }
    souk.pass(TimeDelta::minutes(61));
    let jobs = "SELECT count(*) FROM platform.jobs WHERE kind = 'remind_of_cart'";
    let carts = "SELECT count(DISTINCT payload ->> 'cart_id') FROM platform.jobs WHERE kind = 'remind_of_cart'";
    for found in [500, 1000, 1101, 1101] {
        souk.periodic_round().await;
        assert_eq!((souk.number(jobs).await, souk.number(carts).await), (found, found));
    }
}

#[tokio::test]
async fn the_setting_says_what_is_wrong_with_it_and_keeps_what_was_typed() {
    let souk = Installation::new().await;
    let mut desk = souk.visitor();
    desk.sign_in(&souk.alpha.owner).await;
    for (hours, said) in [
        ("", "fill"),
        ("soon", "number"),
        ("1e9", "number"),
        ("٣", "number"),
        ("0", "168"),
        ("-1", "168"),
        ("169", "168"),
        ("99999999999999999999", "number"),
        ("9999999999", "168"),
    ] {
        let fields = [("active", "1"), ("hours", hours), ("version", "0")];
        let page = desk.submit("/admin/settings/mails/carts", &fields).await.expect(422);
        assert_eq!(page.field("hours").as_deref(), Some(hours));
        let error = page.text("error-message").unwrap_or_default();
        assert!(error.contains(said), "{hours}: {error}");
    }
    begin(&souk, "12").await;
    let fields = [("active", "1"), ("hours", "24"), ("version", "0")];
    let page = desk.submit("/admin/settings/mails/carts", &fields).await.expect(409);
    assert_eq!(page.field("hours").as_deref(), Some("24"));
    let version = page.field("version").unwrap();
    let bad = [("hours", "169"), ("version", version.as_str())];
    desk.submit("/admin/settings/mails/carts", &bad).await.expect(422);
    let fields = [("hours", "24"), ("version", version.as_str())];
    desk.submit("/admin/settings/mails/carts", &fields).await.expect(303);
    let kept = "SELECT count(*) FROM notifications.cart_reminders WHERE hours IS NULL AND version = 2";
    assert_eq!(souk.number(kept).await, 1);
    // Whoever begins again finds the hours.
    for fields in [&[("hours", ""), ("version", "2")][..], &[("version", "3")]] {
        let page = desk.get("/admin/settings/mails").await.expect(200);
        assert_eq!(page.field("hours").as_deref(), Some("24"));
        desk.submit("/admin/settings/mails/carts", fields).await.expect(303);
    }
    let page = desk.get("/admin/settings/mails").await.expect(200);
    assert_eq!(page.field("hours").as_deref(), Some("24"));
}
