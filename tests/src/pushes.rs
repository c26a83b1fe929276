//! Pushes: turned on at the desk, asked for on an order's page and in the account, carried to the service that the browser named.

use chrono::TimeDelta;
use http_client::testing::HttpServer;

use crate::{
    browser::Browser,
    installation::{GUEST, Installation, order_of},
    page::{Page, between},
    reviews::deliver,
};

const SETTINGS: &str = "/admin/settings/pushes";
/// A browser's key and secret, those of RFC 8291.
const KEYS: [(&str, &str); 2] = [
    (
        "p256dh",
        "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4",
    ),
    ("auth", "BTBZMqHH6r4Tts7J_aSIgg"),
];
const WANTED: (&str, &str) = ("wanted", "1");
const LOG: &str = "SELECT coalesce(string_agg(kind || ' ' || state || ' ' || coalesce(last_error, ''), ', ' ORDER BY kind), '') \
                   FROM notifications.pushes";
const BROWSERS: &str = "SELECT count(*) FROM notifications.push_subscriptions";

/// The settings as the page has them, with these in the place of some.
async fn save(souk: &Installation, changes: &[(&str, &str)]) -> Page {
    let mut desk = souk.visitor();
    desk.sign_in(&souk.alpha.owner).await;
    let page = desk.get(SETTINGS).await.expect(200);
    let (contact, version) = (page.field("contact").unwrap(), page.field("version").unwrap());
    let mut fields = vec![
        ("contact", contact.as_str()),
        ("shipped", "1"),
        ("delivered", "1"),
        ("active", "1"),
        ("version", version.as_str()),
    ];
    for (name, value) in changes {
        fields.retain(|(field, _)| field != name);
        fields.push((name, value));
    }
    desk.submit(SETTINGS, &fields).await
}

/// What the button of a page sends beside the browser's own.
fn asked(page: &Page) -> [(&'static str, String); 2] {
    let data = |name: &str| {
        between(&page.body, &format!("data-{name}=\""), "\"")
            .unwrap()
            .to_owned()
    };
    [("order", data("order")), ("token", data("token"))]
}

async fn ask(visitor: &mut Browser, of: &[(&str, String)], more: &[(&str, &str)]) -> Page {
    let mut fields: Vec<(&str, &str)> = of.iter().map(|(name, value)| (*name, value.as_str())).collect();
    fields.extend(KEYS);
    fields.extend(more);
    visitor.submit("/pushes", &fields).await
}

#[tokio::test]
async fn a_guest_asks_on_the_page_of_an_order_and_is_told_until_they_stop() {
    let souk = Installation::new().await;
    save(&souk, &[]).await.expect(303);
    let service = HttpServer::start("201 Created", "").await;
    let endpoint = format!("http://{}/push/a", service.address);
    let mut guest = souk.visitor();
    guest.add(&souk.alpha.mug, "1").await.expect(303);
    let success = guest.buy(GUEST).await;
    let order = order_of(&success);
    assert!(success.has("pushes"), "{}", success.body);
    let [_, (_, token)] = asked(&success);
    let page = guest.get(&format!("/orders/{order}?token={token}")).await.expect(200);
    let of = asked(&page);
    assert_eq!(of[0].1, order);

    ask(&mut guest, &of, &[WANTED, ("endpoint", "https://10.0.0.1/x")])
        .await
        .expect(422);
    let strange = [("order", order.clone()), ("token", "guessed".to_owned())];
    ask(&mut guest, &strange, &[WANTED, ("endpoint", &endpoint)])
        .await
        .expect(404);
    ask(&mut guest, &[], &[WANTED, ("endpoint", &endpoint)])
        .await
        .expect(404);
    assert_eq!(souk.number(BROWSERS).await, 0);

    let answer = ask(&mut guest, &of, &[WANTED, ("endpoint", &endpoint)])
        .await
        .expect(200);
    assert_eq!(answer.json()["wanted"], true);
    let look = [
        ("order", of[0].1.as_str()),
        ("token", &of[1].1),
        ("endpoint", &endpoint),
    ];
    assert_eq!(
        guest.submit("/pushes/state", &look).await.expect(200).json()["wanted"],
        true
    );
    deliver(&souk, &order).await;
    souk.drain().await;
    assert_eq!(souk.word(LOG).await, "delivered sent , shipped sent ");
    let got = service.received().await;
    let head = got.head.to_lowercase();
    assert!(
        head.starts_with("post /push/a ") && head.contains("authorization: vapid t="),
        "{head}"
    );
    assert!(got.bytes.len() > 150 && !got.body.contains("ORD-"), "{}", got.body);

    let answer = ask(&mut guest, &of, &[("endpoint", &endpoint)]).await.expect(200);
    assert_eq!(answer.json()["wanted"], false);
    assert_eq!(souk.number(BROWSERS).await, 0);
    let mut desk = souk.visitor();
    desk.sign_in(&souk.alpha.owner).await;
    let log = desk.get("/admin/pushes?q=ord-1001&state=sent").await.expect(200);
    assert_eq!(log.body.matches("data-testid=\"push-row\"").count(), 2, "{}", log.body);
    assert!(log.body.contains("Order ORD-1001 is on its way"), "{}", log.body);
    assert!(!desk.get("/admin/pushes?q=nothing").await.expect(200).has("push-row"));
}

#[tokio::test]
async fn a_customer_is_told_in_every_browser_that_asked_until_it_is_signed_out() {
    let souk = Installation::new().await;
    save(&souk, &[]).await.expect(303);
    let service = HttpServer::start("410 Gone", "").await;
    let (here, there) = (
        format!("http://{}/push/here", service.address),
        format!("http://{}/push/there", service.address),
    );
    let (mut shopper, mut elsewhere) = (souk.visitor(), souk.visitor());
    for browser in [&mut shopper, &mut elsewhere] {
        browser.sign_in(&souk.alpha.shopper).await;
    }
    ask(&mut shopper, &[], &[WANTED, ("endpoint", &here)]).await.expect(200);
    ask(&mut elsewhere, &[], &[WANTED, ("endpoint", &there)])
        .await
        .expect(200);
    let page = shopper.get("/account/messages").await.expect(200);
    assert_eq!(
        page.body.matches("data-testid=\"push-browser\"").count(),
        2,
        "{}",
        page.body
    );
    let data = shopper.get("/account/data/file").await.expect(200).json();
    assert_eq!(data["push_browsers"].as_array().unwrap().len(), 2, "{data}");

    elsewhere.submit("/logout", &[]).await.expect(303);
    let page = shopper.get("/account/messages").await.expect(200);
    assert_eq!(
        page.body.matches("data-testid=\"push-browser\"").count(),
        1,
        "{}",
        page.body
    );
    shopper.add(&souk.alpha.mug, "1").await.expect(303);
    let success = shopper.buy(&souk.alpha.shopper).await;
    let order = order_of(&success);
    let own = shopper.get(&format!("/orders/{order}")).await.expect(200);
    let of = asked(&own);
    let look = [("order", of[0].1.as_str()), ("token", &of[1].1), ("endpoint", &here)];
    assert_eq!(
        shopper.submit("/pushes/state", &look).await.expect(200).json()["wanted"],
        true
    );
    // Somebody else's order is nothing to them.
    let mut other = souk.visitor();
    other.add(&souk.alpha.mug, "1").await.expect(303);
    let foreign = order_of(&other.buy(GUEST).await);
    ask(&mut shopper, &[("order", foreign)], &[WANTED, ("endpoint", &here)])
        .await
        .expect(404);

    deliver(&souk, &order).await;
    souk.drain().await;
    // The first to be sent finds the browser gone; there is nobody left for the second.
    let log = souk.word(LOG).await;
    assert!(
        log.contains("failed gone") && log.contains("failed not_wanted"),
        "{log}"
    );
    assert_eq!(
        souk.number(BROWSERS).await,
        1,
        "the one that was signed out is forgotten in a year"
    );
    let data = shopper.get("/account/data/file").await.expect(200).json();
    assert_eq!(data["orders"][0]["pushes"].as_array().unwrap().len(), 2, "{data}");

    ask(&mut shopper, &[], &[WANTED, ("endpoint", &here)]).await.expect(200);
    shopper.submit("/account/pushes/stop", &[]).await.expect(303);
    let page = shopper.get("/account/messages").await.expect(200);
    assert!(page.has("pushes") && !page.has("push-browser"), "{}", page.body);
}

#[tokio::test]
async fn nobody_is_asked_while_the_store_sends_no_pushes() {
    let souk = Installation::new().await;
    let mut other = souk.another_process().await;
    let (mut here, mut there) = (souk.visitor(), other.visitor());
    here.add(&souk.alpha.mug, "1").await.expect(303);
    let success = here.buy(GUEST).await;
    let order = order_of(&success);
    let token = between(&success.body, "token=", "\"").unwrap().to_owned();
    let page = format!("/orders/{order}?token={token}");
    other.follower.catch_up().await.unwrap();
    for guest in [&mut here, &mut there] {
        assert!(!guest.get(&page).await.expect(200).has("pushes"));
    }
    let of = [("order", order), ("token", token)];
    let endpoint = ("endpoint", "https://push.example/a");
    ask(&mut here, &of, &[WANTED, endpoint]).await.expect(404);

    save(&souk, &[]).await.expect(303);
    other.follower.catch_up().await.unwrap();
    for guest in [&mut here, &mut there] {
        assert!(guest.get(&page).await.expect(200).has("pushes"));
    }
    ask(&mut here, &of, &[WANTED, endpoint]).await.expect(200);
    save(&souk, &[("active", "")]).await.expect(303);
    souk.pass(TimeDelta::seconds(1));
    other.follower.catch_up().await.unwrap();
    for guest in [&mut here, &mut there] {
        assert!(!guest.get(&page).await.expect(200).has("pushes"));
    }
    // Who asked may stop all the same.
    ask(&mut here, &of, &[endpoint]).await.expect(200);
    assert_eq!(souk.number(BROWSERS).await, 0);
}

#[tokio::test]
async fn the_desk_says_what_is_wrong_and_shows_how_a_push_looks() {
    let souk = Installation::new().await;
    let page = save(&souk, &[("contact", "nobody"), ("shipped", ""), ("delivered", "")])
        .await
        .expect(422);
    assert_eq!(
        page.body.matches("data-testid=\"error-message\"").count(),
        2,
        "{}",
        page.body
    );
    assert_eq!(page.field("contact").as_deref(), Some("nobody"));
    save(&souk, &[]).await.expect(303);
    let conflict = save(&souk, &[("version", "0"), ("contact", "late@example.com")])
        .await
        .expect(409);
    assert!(conflict.body.contains("late@example.com"), "{}", conflict.body);
    let mut desk = souk.visitor();
    desk.sign_in(&souk.alpha.owner).await;
    let path = format!("{SETTINGS}/shipped/en");
    let page = desk.get(&path).await.expect(200);
    assert!(
        page.text("push-look")
            .unwrap()
            .starts_with("Order ORD-1001 is on its way"),
        "{}",
        page.body
    );
    let words = [("words", "{{ order }}\n{{ store }} <b>"), ("action", "preview")];
    let page = desk.submit(&path, &words).await.expect(200);
    assert!(page.body.contains("<strong>ORD-1001</strong>"), "{}", page.body);
    assert!(!page.has("reset-text") && !page.has("test-text"), "{}", page.body);
    let long = "x".repeat(121);
    let page = desk.submit(&path, &[("words", &long)]).await.expect(422);
    assert!(page.body.contains(&long) && page.has("error-message"), "{}", page.body);
    desk.submit(&path, &[("words", "{{ order }} left")]).await.expect(303);
    assert!(desk.get(&path).await.expect(200).has("reset-text"));
    // The texts' words are their own.
    assert!(
        !desk
            .get("/admin/settings/texts/shipped/en")
            .await
            .expect(200)
            .has("reset-text")
    );
}
