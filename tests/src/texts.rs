//! Texts: set up at the desk, asked for at checkout and in the account, carried by Twilio, refused by an answer.

use std::sync::Arc;

use chrono::TimeDelta;
use data_encoding::BASE64;
use database::testing::HOST;
use http_client::testing::HttpServer;
use ring::hmac::{self, HMAC_SHA1_FOR_LEGACY_USE_ONLY};
use text_adapters::Twilio;

use crate::{
    browser::Browser,
    installation::{GUEST, Installation, order_of},
    page::Page,
    reviews::deliver,
};

const SETTINGS: &str = "/admin/settings/texts";
const TOKEN: &str = "twilio-token";
const PHONE: (&str, &str) = ("phone", "(415) 555-0123");
/// What the page sends beside the box, ticked or not.
const ASKED: (&str, &str) = ("texts_asked", "1");
const WANTED: &str = "SELECT string_agg(phone || ' ' || wanted, ', ' ORDER BY said_at) FROM notifications.text_wishes";
const LOG: &str =
    "SELECT string_agg(kind || ' ' || phone || ' ' || state, ', ' ORDER BY created_at, kind) FROM notifications.texts";

pub(crate) async fn owner(souk: &Installation) -> Browser {
    let mut owner = souk.visitor();
    owner.sign_in(&souk.alpha.owner).await;
    owner
}

/// The settings as the page has them, with these in the place of some.
pub(crate) async fn save(desk: &mut Browser, changes: &[(&str, &str)]) -> Page {
    let page = desk.get(SETTINGS).await.expect(200);
    let account = format!("AC{}", "0a".repeat(16));
    let version = page.field("version").unwrap();
    let mut fields = vec![
        ("account", account.as_str()),
        ("token", TOKEN),
        ("sender", "+1 415 555 0999"),
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

/// What Twilio posts, signed with a token.
async fn twilio_posts(souk: &Installation, path: &str, token: &str, fields: &[(&str, &str)]) -> Page {
    let mut fields = fields.to_vec();
    fields.sort_unstable();
    let signed: String = fields.iter().flat_map(|(name, value)| [*name, *value]).collect();
    let key = hmac::Key::new(HMAC_SHA1_FOR_LEGACY_USE_ONLY, token.as_bytes());
    let signature = hmac::sign(&key, format!("http://{HOST}{path}{signed}").as_bytes());
    let body = url::form_urlencoded::Serializer::new(String::new())
        .extend_pairs(&fields)
        .finish();
    let mut twilio = souk
        .visitor()
        .with("x-twilio-signature", &BASE64.encode(signature.as_ref()));
    let form = ("application/x-www-form-urlencoded", body);
    twilio.send("POST", path, Some(form)).await
}

/// A guest buys a mug and asks for texts about it; the order.
async fn buy_with_texts(souk: &Installation, phone: (&str, &str)) -> String {
    let mut guest = souk.visitor();
    guest.add(&souk.alpha.mug, "1").await.expect(303);
    let form = guest.fill_checkout(GUEST).await;
    let mut fields = form.fields("place", "tok_success");
    fields.extend([phone, ("texts", "1"), ASKED]);
    let placed = guest.submit("/checkout", &fields).await.expect(303);
    let success = placed.location().to_owned();
    order_of(&guest.get(&success).await.expect(200))
}

#[tokio::test]
async fn who_asks_at_checkout_is_texted_until_they_answer_stop() {
    let mut souk = Installation::new().await;
    let server = HttpServer::start("201 Created", r#"{"sid":"SM123"}"#).await;
    souk.program.texter = Arc::new(Twilio::new(&format!("http://{}", server.address)).unwrap());
    let mut desk = owner(&souk).await;
    save(&mut desk, &[]).await.expect(303);

    let order = buy_with_texts(&souk, PHONE).await;
    assert_eq!(souk.word(WANTED).await, "+14155550123 true");
    deliver(&souk, &order).await;
    souk.drain().await;
    assert_eq!(
        souk.word(LOG).await,
        "delivered +14155550123 sent, shipped +14155550123 sent"
    );
    let got = server.received().await;
    let fields: Vec<(String, String)> = url::form_urlencoded::parse(got.body.as_bytes()).into_owned().collect();
    let body = &fields.iter().find(|(name, _)| name == "Body").unwrap().1;
    assert!(body.contains("Sample Store: ") && body.contains("ORD-1001"), "{body}");
    let of_order = desk.get(&format!("/admin/orders/{order}")).await.expect(200);
    assert_eq!(of_order.body.matches("data-testid=\"order-text\"").count(), 2);
    let log = desk.get("/admin/texts").await.expect(200);
    assert!(
        log.body.contains("+14155550123") && log.body.contains("SM123"),
        "{}",
        log.body
    );

    let id = souk
        .word("SELECT 'msg_' || id FROM notifications.texts WHERE kind = 'shipped'")
        .await;
    let id: kernel::MessageId = kernel::MessageId::from(id.trim_start_matches("msg_").parse::<uuid::Uuid>().unwrap());
    let status = format!("/texts/{id}/status");
    let delivered = [("MessageSid", "SM123"), ("MessageStatus", "delivered")];
    twilio_posts(&souk, &status, "guessed", &delivered).await.expect(400);
    twilio_posts(&souk, &status, TOKEN, &delivered).await.expect(204);
    let of_shipped = "SELECT state FROM notifications.texts WHERE kind = 'shipped'";
    assert_eq!(souk.word(of_shipped).await, "delivered");

    souk.pass(TimeDelta::seconds(1));
    let stop = [("From", "+14155550123"), ("Body", "Stop")];
    twilio_posts(&souk, "/texts/replies", "guessed", &stop)
        .await
        .expect(400);
    let heard = twilio_posts(&souk, "/texts/replies", TOKEN, &stop).await.expect(200);
    assert!(heard.body.contains("<Response/>"), "{}", heard.body);
    souk.pass(TimeDelta::seconds(1));
    let order = buy_with_texts(&souk, PHONE).await;
    deliver(&souk, &order).await;
    souk.drain().await;
    assert_eq!(souk.number("SELECT count(*) FROM notifications.texts").await, 2);
    let mut shopper = souk.visitor();
    shopper.sign_in(&souk.alpha.shopper).await;
    shopper
        .submit("/account/texts", &[PHONE, ("wanted", "1")])
        .await
        .expect(303);
    shopper.add(&souk.alpha.mug, "1").await.expect(303);
    let page = shopper.get("/checkout").await.expect(200);
    assert!(
        page.text("texts-stopped").unwrap().contains("+14155550123"),
        "{}",
        page.body
    );
    assert_eq!(page.field("texts_phone").as_deref(), Some("+14155550123"));
}

#[tokio::test]
async fn a_customer_who_unticks_the_box_is_not_texted_about_that_order() {
    let souk = Installation::new().await;
    save(&mut owner(&souk).await, &[]).await.expect(303);
    let mut shopper = souk.visitor();
    shopper.sign_in(&souk.alpha.shopper).await;
    shopper
        .submit("/account/texts", &[PHONE, ("wanted", "1")])
        .await
        .expect(303);
    souk.pass(TimeDelta::seconds(1));
    shopper.add(&souk.alpha.mug, "1").await.expect(303);
    let page = shopper.get("/checkout").await.expect(200);
    assert_eq!(page.field(ASKED.0).as_deref(), Some(ASKED.1));
    let form = shopper.fill_checkout(&souk.alpha.shopper).await;
    let mut fields = form.fields("place", "tok_success");
    fields.push(ASKED);
    let placed = shopper.submit("/checkout", &fields).await.expect(303);
    let success = placed.location().to_owned();
    let order = order_of(&shopper.get(&success).await.expect(200));
    assert_eq!(souk.word(WANTED).await, "+14155550123 true, +14155550123 false");
    deliver(&souk, &order).await;
    souk.drain().await;
    assert_eq!(souk.number("SELECT count(*) FROM notifications.texts").await, 0);
    // What the account says about every other order stays.
    let page = shopper.get("/account/messages").await.expect(200);
    assert_eq!(page.body.matches("data-testid=\"text-wish\"").count(), 1);
}

#[tokio::test]
async fn nobody_is_asked_while_the_store_sends_no_texts() {
    let souk = Installation::new().await;
    let mut other = souk.another_process().await;
    let (mut here, mut there) = (souk.visitor(), other.visitor());
    other.follower.catch_up().await.unwrap();
    for guest in [&mut here, &mut there] {
        guest.add(&souk.alpha.mug, "1").await.expect(303);
        assert!(!guest.get("/checkout").await.expect(200).has("texts"));
    }
    let stop = [("From", "+14155550123"), ("Body", "STOP")];
    twilio_posts(&souk, "/texts/replies", TOKEN, &stop).await.expect(404);
    let mut shopper = souk.visitor();
    shopper.sign_in(&souk.alpha.shopper).await;
    assert!(!shopper.get("/account/messages").await.expect(200).has("save-texts"));
    shopper
        .submit("/account/texts", &[PHONE, ("wanted", "1")])
        .await
        .expect(404);

    save(&mut owner(&souk).await, &[]).await.expect(303);
    assert!(here.get("/checkout").await.expect(200).has("texts"));
    other.follower.catch_up().await.unwrap();
    assert!(there.get("/checkout").await.expect(200).has("texts"));
    // Off again, the account stays, and STOP is heard.
    let off = [("token", ""), ("version", "1"), ("active", "")];
    save(&mut owner(&souk).await, &off).await.expect(303);
    twilio_posts(&souk, "/texts/replies", TOKEN, &stop).await.expect(200);
    assert_eq!(souk.word(WANTED).await, "+14155550123 false");
}

#[tokio::test]
async fn a_number_that_is_none_is_told_and_what_was_typed_stays() {
    let souk = Installation::new().await;
    souk.damage("UPDATE shipping.zones SET places = '{US}'").await;
    save(&mut owner(&souk).await, &[]).await.expect(303);
    let mut guest = souk.visitor();
    guest.add(&souk.alpha.mug, "1").await.expect(303);
    let form = guest.fill_checkout(GUEST).await;
    let mut fields = form.fields("place", "tok_success");
    fields.extend([("phone", "555 0123"), ("texts", "1"), ASKED]);
    let page = guest.submit("/checkout", &fields).await.expect(422);
    assert!(page.body.contains("no telephone number we can text"), "{}", page.body);
    assert_eq!(page.field("phone").as_deref(), Some("555 0123"));
    assert!(page.body.contains("error-texts_phone"), "{}", page.body);
    // A number of its own goes before the address's, and has to be of a country that the store ships to.
    fields.push(("texts_phone", "+62 812 3456 7890"));
    let page = guest.submit("/checkout", &fields).await.expect(422);
    assert!(page.body.contains("countries that we ship to"), "{}", page.body);
    assert_eq!(page.field("texts_phone").as_deref(), Some("+62 812 3456 7890"));
    assert_eq!(souk.number("SELECT count(*) FROM notifications.text_wishes").await, 0);
    // Whoever does not want texts may write the number as they like.
    fields.retain(|(name, _)| *name != "texts");
    guest.submit("/checkout", &fields).await.expect(303);

    let mut shopper = souk.visitor();
    shopper.sign_in(&souk.alpha.shopper).await;
    let wrong = [("phone", "555 0123"), ("wanted", "1")];
    let page = shopper.submit("/account/texts", &wrong).await.expect(422);
    assert_eq!(page.field("phone").as_deref(), Some("555 0123"));
    assert!(page.has("error-message"), "{}", page.body);
    for (wanted, said) in [
        ("1", "+14155550123 true"),
        ("", "+14155550123 true, +14155550123 false"),
    ] {
        souk.pass(TimeDelta::seconds(1));
        for _ in 0..2 {
            shopper
                .submit("/account/texts", &[PHONE, ("wanted", wanted)])
                .await
                .expect(303);
        }
        assert_eq!(souk.word(WANTED).await, said);
    }
    let page = shopper.get("/account/messages").await.expect(200);
    assert_eq!(page.body.matches("data-testid=\"text-wish\"").count(), 3);
    let data = shopper.get("/account/data/file").await.expect(200).json();
    assert_eq!(
        (&data["text_wishes"][2]["phone"], &data["text_wishes"][2]["wanted"]),
        (&"+14155550123".into(), &true.into()),
        "{data}"
    );
}

#[tokio::test]
async fn the_desk_keeps_the_token_and_shows_how_long_a_text_is() {
    let souk = Installation::new().await;
    let mut desk = owner(&souk).await;
    let page = save(&mut desk, &[("sender", "nobody at all")]).await.expect(422);
    assert!(
        page.body.contains("nobody at all") && page.has("error-message"),
        "{}",
        page.body
    );
    save(&mut desk, &[]).await.expect(303);
    let page = desk.get(SETTINGS).await.expect(200);
    assert!(
        !page.body.contains(TOKEN) && page.body.contains("+14155550999"),
        "{}",
        page.body
    );
    assert_eq!(page.text("texts-replies"), Some(format!("http://{HOST}/texts/replies")));
    save(&mut desk, &[("token", ""), ("version", "1"), ("active", "")])
        .await
        .expect(303);
    let late = [("token", ""), ("version", "1"), ("sender", "+14155550888")];
    let conflict = save(&mut desk, &late).await.expect(409);
    assert!(conflict.body.contains("+14155550888"), "{}", conflict.body);

    let path = format!("{SETTINGS}/shipped/en");
    let page = desk.get(&path).await.expect(200);
    assert!(page.text("text-look").unwrap().starts_with("Sample Store: a "));
    let wide = [("words", "{{ order }} ☃"), ("action", "preview")];
    let page = desk.submit(&path, &wide).await.expect(200);
    assert_eq!(page.text("text-look").as_deref(), Some("ORD-1001 ☃"));
    assert!(page.text("text-length").unwrap().starts_with("10 characters"));
    let page = desk.submit(&path, &[("words", "{{ total }}")]).await.expect(422);
    assert_eq!(page.body.matches("{{ total }}").count(), 1, "{}", page.body);
    desk.submit(&path, &[("words", "{{ order }} left")]).await.expect(303);
    assert!(desk.get(&path).await.expect(200).has("reset-text"));
    let test = [("words", "Try {{ order }}"), PHONE];
    let off = desk.submit(&format!("{path}/test"), &test).await.expect(422);
    assert!(
        off.body.contains("Turn texts on") && off.body.contains(PHONE.1),
        "{}",
        off.body
    );
    save(&mut desk, &[("token", ""), ("version", "2")]).await.expect(303);
    let page = desk.submit(&format!("{path}/test"), &test).await.expect(200);
    assert!(
        page.has("success-message") && page.body.contains("Try "),
        "{}",
        page.body
    );
    let written = "SELECT body || ' ' || phone FROM notifications.texts";
    assert_eq!(souk.word(written).await, "Try ORD-1001 +14155550123");
    desk.submit(&path, &[("words", "x"), ("action", "reset")])
        .await
        .expect(303);
    assert!(!desk.get(&path).await.expect(200).has("reset-text"));
}
