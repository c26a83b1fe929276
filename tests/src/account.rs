//! Accounts by mail: every link that is sent works, once, and opens no more than it should.

use chrono::TimeDelta;
use serde_json::json;

use crate::{
    browser::Browser,
    installation::{GUEST, Installation, order_of},
    page::Page,
    stocked::PASSWORD,
};

const NEW_PASSWORD: &str = "another-horse-battery";

async fn register(browser: &mut Browser, email: &str) -> Page {
    let fields = [
        ("first_name", "Gwen"),
        ("last_name", "Guest"),
        ("email", email),
        ("password", PASSWORD),
    ];
    browser.submit("/register", &fields).await.expect(200)
}

#[tokio::test]
async fn a_guests_orders_come_to_the_account_once_its_address_is_verified() {
    let souk = Installation::new().await;
    let mut guest = souk.visitor();
    guest.add(&souk.alpha.guide, "1").await.expect(303);
    guest.buy(GUEST).await;

    let mut browser = souk.visitor();
    register(&mut browser, GUEST).await;
    browser.sign_in(GUEST).await;
    let link = souk.mail("verify_email", GUEST).await.link("/account/verify?token=");
    assert!(
        !browser
            .get("/account/orders")
            .await
            .expect(200)
            .body
            .contains("ORD-1001"),
        "nobody proved the address yet"
    );

    let token = link.split_once("token=").unwrap().1.to_owned();
    let elsewhere = souk.visitor().get(&link).await.expect(200);
    assert!(elsewhere.body.contains("action=\"/login\"") && !elsewhere.body.contains("verify-button"));
    assert_eq!(
        browser.get(&link).await.expect(200).field("token").as_deref(),
        Some(token.as_str())
    );
    assert!(
        !browser.get("/account/orders").await.body.contains("ORD-1001"),
        "opening the link alone is what scanners do"
    );
    souk.visitor()
        .submit("/account/verify", &[("token", &token)])
        .await
        .expect(401);
    browser
        .submit("/account/verify", &[("token", &token)])
        .await
        .expect(200);
    souk.drain().await;
    let orders = browser.get("/account/orders").await.expect(200);
    assert!(orders.body.contains("ORD-1001"), "{}", orders.body);
    souk.visitor()
        .submit("/account/verify", &[("token", &token)])
        .await
        .expect(422);
    souk.all_is_well().await;
}

#[tokio::test]
async fn a_guest_keeps_an_order_in_an_account_with_a_password_alone() {
    let souk = Installation::new().await;
    let mut guest = souk.visitor();
    guest.add(&souk.alpha.mug, "2").await.expect(303);
    let success = guest.buy(GUEST).await;
    let (_, lines) = success.body.split_once("data-testid=\"order-lines\"").unwrap();
    assert!(lines.contains("Aardvark mug") && lines.contains("× 2"), "{lines}");
    assert!(success.has("total") && success.has("keep-order"), "{}", success.body);
    let (order, token) = (order_of(&success), success.field("token").unwrap());
    let keep = async |guest: &mut Browser, token: &str, password: &str| {
        let fields = [("order", order.as_str()), ("token", token), ("password", password)];
        guest.submit("/checkout/success", &fields).await
    };
    keep(&mut guest, "guessed", PASSWORD).await.expect(404);
    let short = keep(&mut guest, &token, "short").await.expect(422);
    assert!(
        short.body.contains("id=\"error-password\"") && short.has("order-confirmation"),
        "{}",
        short.body
    );
    let kept = keep(&mut guest, &token, PASSWORD).await.expect(200);
    assert!(kept.has("success-message"), "{}", kept.body);

    let page = guest
        .get(&souk.mail("verify_email", GUEST).await.link("/account/verify?token="))
        .await;
    let verify = page.field("token").unwrap();
    guest.submit("/account/verify", &[("token", &verify)]).await.expect(200);
    souk.drain().await;
    guest.sign_in(GUEST).await;
    let link = format!("/account/verify?token={verify}");
    assert!(
        guest.get(&link).await.expect(200).has("success-message"),
        "it is confirmed, whatever the link"
    );
    let orders = guest.get("/account/orders").await.expect(200);
    assert!(orders.body.contains("ORD-1001"), "{}", orders.body);
    let own = guest.get(&success.path).await.expect(200);
    assert!(own.has("order-lines") && !own.has("keep-order"), "it is in an account");
    let again = keep(&mut souk.visitor(), &token, PASSWORD).await.expect(200);
    assert_eq!(again.body, kept.body, "nobody learns who has an account");
    souk.all_is_well().await;
}

#[tokio::test]
async fn a_link_that_came_too_late_is_sent_again() {
    let souk = Installation::new().await;
    let mut browser = souk.visitor();
    register(&mut browser, GUEST).await;
    let late = souk.mail("verify_email", GUEST).await.link("/account/verify?token=");
    souk.pass(TimeDelta::days(3));
    let token = late.split_once("token=").unwrap().1.to_owned();
    let guest = souk.visitor().submit("/account/verify", &[("token", &token)]).await;
    let guest = guest.expect(422);
    assert!(!guest.has("verify-again") && guest.body.contains("/login?next=/account/profile"));
    let opened = souk.visitor().get(&late).await.expect(410);
    assert!(
        opened.has("error-message") && !opened.has("login-button"),
        "{}",
        opened.body
    );

    browser.sign_in(GUEST).await;
    let page = browser
        .submit("/account/verify", &[("token", &token)])
        .await
        .expect(422);
    assert!(page.has("verify-again"), "{}", page.body);
    assert!(browser.get("/account/profile").await.expect(200).has("verify-again"));
    let page = browser.get("/account/messages").await.expect(200);
    let once = page.field("once").unwrap();
    for _ in 0..2 {
        let fields = [("once", once.as_str()), ("back", "messages")];
        let sent = browser.submit("/account/verify/again", &fields).await.expect(303);
        assert_eq!(sent.location(), "/account/messages");
    }
    souk.drain().await;
    browser.submit("/account/verify/again", &[]).await.expect(303);
    souk.drain().await;
    let mails = souk.mails().await;
    let links: Vec<String> = mails
        .iter()
        .filter(|mail| mail.kind == "verify_email" && mail.recipient == GUEST)
        .map(|mail| mail.link("/account/verify?token="))
        .collect();
    assert_eq!(links.len(), 2, "one mail a minute");

    let link = links.iter().find(|link| **link != late).unwrap();
    let token = link.split_once("token=").unwrap().1.to_owned();
    browser
        .submit("/account/verify", &[("token", &token)])
        .await
        .expect(200);
    let profile = browser.get("/account/profile").await.expect(200);
    assert!(!profile.has("verify-again"));
    souk.pass(TimeDelta::minutes(2));
    browser.submit("/account/verify/again", &[]).await.expect(303);
    souk.drain().await;
    assert_eq!(souk.mails().await.len(), mails.len(), "nothing is left to confirm");
}

#[tokio::test]
async fn a_forgotten_password_is_replaced_by_the_mailed_link_once() {
    let souk = Installation::new().await;
    let mut signed_in = souk.visitor();
    signed_in.sign_in(&souk.alpha.shopper).await;

    let mut browser = souk.visitor();
    let known = browser
        .submit("/account/forgot", &[("email", &souk.alpha.shopper)])
        .await
        .expect(200);
    let unknown = browser
        .submit("/account/forgot", &[("email", "nobody@example.com")])
        .await
        .expect(200);
    let anonymous = |page: &Page, email: &str| page.body.replace(email, "");
    assert_eq!(
        anonymous(&known, &souk.alpha.shopper),
        anonymous(&unknown, "nobody@example.com")
    );

    let link = souk
        .mail("reset_password", &souk.alpha.shopper)
        .await
        .link("/account/reset?token=");
    let token = browser.get(&link).await.expect(200).field("token").unwrap();
    browser
        .submit("/account/reset", &[("token", &token), ("password", "short")])
        .await
        .expect(422);
    let page = browser
        .submit("/account/reset", &[("token", &token), ("password", NEW_PASSWORD)])
        .await
        .expect(303);
    assert_eq!(page.location(), "/login");
    browser
        .submit("/account/reset", &[("token", &token), ("password", PASSWORD)])
        .await
        .expect(422);
    let used = browser.get(&link).await.expect(410);
    assert!(
        used.has("error-message") && used.field("token").is_none(),
        "{}",
        used.body
    );

    assert!(
        signed_in.send("GET", "/account/profile", None).await.sends_to_login(),
        "other browsers are signed out"
    );
    let try_with = async |password: &str| {
        let fields = [("email", souk.alpha.shopper.as_str()), ("password", password)];
        souk.visitor().submit("/login", &fields).await.status.as_u16()
    };
    assert_eq!((try_with(PASSWORD).await, try_with(NEW_PASSWORD).await), (401, 303));
    souk.mail("password_changed", &souk.alpha.shopper).await;
}

#[tokio::test]
async fn an_address_is_confirmed_by_who_registered_it_in_whichever_browser() {
    let souk = Installation::new().await;
    let follow = async |browser: &mut Browser, link: &str| {
        let token = link.split_once("token=").unwrap().1;
        let page = browser.submit("/account/verify", &[("token", token)]).await;
        page.status.as_u16()
    };
    // Where they registered, the button is all there is, signed in or not.
    let mut browser = souk.visitor();
    register(&mut browser, "ann@example.com").await;
    let link = souk
        .mail("verify_email", "ann@example.com")
        .await
        .link("/account/verify?token=");
    assert!(
        browser
            .get(&link)
            .await
            .expect(200)
            .body
            .contains("data-testid=\"verify-button\"")
    );
    assert_eq!(follow(&mut browser, &link).await, 200);
    assert!(browser.cookie("souk_registered").is_none(), "it has served its turn");

    // Elsewhere they sign in on the way.
    register(&mut souk.visitor(), "bob@example.com").await;
    let link = souk
        .mail("verify_email", "bob@example.com")
        .await
        .link("/account/verify?token=");
    let mut phone = souk.visitor();
    let page = phone.get(&link).await.expect(200);
    let next = page.field("next").unwrap();
    let fields = [
        ("email", "bob@example.com"),
        ("password", PASSWORD),
        ("next", next.as_str()),
    ];
    let back = phone.submit("/login", &fields).await.expect(303);
    assert_eq!(back.location(), link);
    assert_eq!(follow(&mut phone, &link).await, 200);

    // Somebody else registered the address: its owner reads the mail and hands them nothing.
    let (mut stranger, mut owner) = (souk.visitor(), souk.visitor());
    register(&mut stranger, "cleo@example.com").await;
    let link = souk
        .mail("verify_email", "cleo@example.com")
        .await
        .link("/account/verify?token=");
    register(&mut owner, "cleo@example.com").await;
    assert_eq!(follow(&mut owner, &link).await, 401);
    let fields = [("email", "cleo@example.com")];
    owner.submit("/account/forgot", &fields).await.expect(200);
    let link = souk
        .mail("reset_password", "cleo@example.com")
        .await
        .link("/account/reset?token=");
    let token = owner.get(&link).await.expect(200).field("token").unwrap();
    let fields = [("token", token.as_str()), ("password", NEW_PASSWORD)];
    owner.submit("/account/reset", &fields).await.expect(303);
    let fields = [("email", "cleo@example.com"), ("password", PASSWORD)];
    stranger.submit("/login", &fields).await.expect(401);
}

#[tokio::test]
async fn registering_says_the_same_of_every_address_whatever_is_wrong() {
    let souk = Installation::new().await;
    let long = "x".repeat(101);
    for (first, last) in [("Gwen", long.as_str()), (long.as_str(), "Guest"), ("G\u{7}", "Guest")] {
        let mut answers = Vec::new();
        for email in [souk.alpha.shopper.as_str(), "nobody@example.com"] {
            let fields = [
                ("first_name", first),
                ("last_name", last),
                ("email", email),
                ("password", PASSWORD),
            ];
            let page = souk.visitor().submit("/register", &fields).await.expect(422);
            answers.push(page.body.replace(email, ""));
        }
        assert_eq!(answers[0], answers[1], "{first} {last}");
    }
    for email in [souk.alpha.shopper.as_str(), "nobody@example.com"] {
        let mut browser = souk.visitor();
        register(&mut browser, email).await;
        assert_eq!(browser.cookie("souk_registered").map(str::len), Some(60), "{email}");
    }
}

#[tokio::test]
async fn a_profile_that_is_refused_keeps_what_was_typed() {
    let souk = Installation::new().await;
    let mut shopper = souk.visitor();
    shopper.sign_in(&souk.alpha.shopper).await;
    let long = "x".repeat(101);
    let fields = [
        ("first_name", "Typed"),
        ("last_name", long.as_str()),
        ("phone", "+1 555 0199"),
    ];
    let page = shopper.submit("/account/profile", &fields).await.expect(422);
    let shown = ["first_name", "last_name", "phone"].map(|name| page.field(name).unwrap());
    assert_eq!(shown, ["Typed", &long, "+1 555 0199"]);
    assert!(page.body.contains("maxlength=\"100\""));
    let page = shopper.get("/account/profile").await.expect(200);
    assert_ne!(page.field("first_name").as_deref(), Some("Typed"));
}

#[tokio::test]
async fn staff_are_offered_nothing_that_is_for_customers() {
    let souk = Installation::new().await;
    let mug = format!("/products/{}", souk.alpha.mug.slug);
    let wishes = async |mut browser: Browser| browser.get(&mug).await.expect(200).body.contains("class=\"wish");
    let (mut owner, mut shopper) = (souk.visitor(), souk.visitor());
    owner.sign_in(&souk.alpha.owner).await;
    shopper.sign_in(&souk.alpha.shopper).await;
    assert!(!wishes(owner).await);
    assert!(wishes(shopper).await && wishes(souk.visitor()).await);
}

#[tokio::test]
async fn registering_tells_of_every_field_at_once() {
    let souk = Installation::new().await;
    let long = "x".repeat(101);
    let fields = [("first_name", long.as_str()), ("email", "gwen"), ("password", "short")];
    let page = souk.visitor().submit("/register", &fields).await.expect(422);
    for field in ["first_name", "email", "password"] {
        assert!(
            page.body.contains(&format!("id=\"error-{field}\"")),
            "{field}: {}",
            page.body
        );
    }
}

#[tokio::test]
async fn a_name_is_no_more_asked_for_at_the_door_than_within() {
    let souk = Installation::new().await;
    let mut visitor = souk.visitor();
    let fields = [
        ("first_name", ""),
        ("last_name", ""),
        ("email", "nameless@example.com"),
        ("password", "correct horse battery"),
    ];
    let form = visitor.get("/register").await.expect(200).body;
    let input = form.split("id=\"field-first_name\"").nth(1).unwrap();
    assert!(!input.split('>').next().unwrap().contains("required"), "{input}");
    visitor.submit("/register", &fields).await.expect(200);
    let opened = "SELECT count(*) FROM customers.customers WHERE email = 'nameless@example.com' AND first_name = ''";
    assert_eq!(souk.number(opened).await, 1);
}

#[tokio::test]
async fn registering_tells_nobody_who_has_an_account() {
    let souk = Installation::new().await;
    let new = register(&mut souk.visitor(), "new@example.com").await;
    let known = register(&mut souk.visitor(), &souk.alpha.shopper).await;
    assert_eq!(
        new.body.replace("new@example.com", ""),
        known.body.replace(&souk.alpha.shopper, "")
    );
    let mail = souk.mail("already_registered", &souk.alpha.shopper).await;
    assert_eq!(mail.link("/account/forgot"), "/account/forgot");
}

#[tokio::test]
async fn a_guests_cart_comes_along_at_sign_in_and_stays_at_sign_out() {
    let souk = Installation::new().await;
    let mut browser = souk.visitor();
    browser.add(&souk.alpha.mug, "2").await.expect(303);
    browser.sign_in(&souk.alpha.shopper).await;
    assert_eq!(browser.get("/cart").await.text("cart-count").as_deref(), Some("2"));
    browser.submit("/logout", &[]).await.expect(303);
    assert_eq!(browser.get("/cart").await.text("cart-count").as_deref(), Some("0"));
    browser.add(&souk.alpha.guide, "1").await.expect(303);
    browser.sign_in(&souk.alpha.shopper).await;
    assert_eq!(browser.get("/cart").await.text("cart-count").as_deref(), Some("3"));
}

#[tokio::test]
async fn the_desk_and_the_api_know_what_a_customer_bought() {
    let souk = Installation::new().await;
    let mut shopper = souk.visitor();
    shopper.sign_in(&souk.alpha.shopper).await;
    shopper.add(&souk.alpha.mug, "2").await.expect(303);
    let order = order_of(&shopper.buy(&souk.alpha.shopper).await);
    let mut merchant = souk.visitor().with_key(&souk.alpha.key);
    let path = format!("/api/v1/admin/customers?q={}&sort=email", souk.alpha.shopper);
    let listed = merchant.get(&path).await.expect(200).json();
    let customer = &listed["items"][0];
    let total = merchant
        .get(&format!("/api/v1/admin/orders/{order}"))
        .await
        .expect(200)
        .json()["totals"]["total"]
        .clone();
    assert_eq!(
        (&listed["total"], &customer["order_count"], &customer["spent"]),
        (&json!(1), &json!(1), &total),
        "{listed}"
    );
    let path = format!("/api/v1/admin/customers/{}", customer["id"].as_str().unwrap());
    let whole = merchant.get(&path).await.expect(200).json();
    assert_eq!(
        (&whole["verified"], &whole["spent"], &whole["refunded"]["amount"]),
        (&json!(true), &total, &json!(0)),
        "{whole}"
    );
    assert!(
        whole["addresses"]
            .as_array()
            .unwrap()
            .iter()
            .any(|address| address["country"] == "US"),
        "{whole}"
    );
    let strange = merchant.get("/api/v1/admin/customers?sort=spent").await.expect(422);
    assert!(strange.body.contains("sort"), "{}", strange.body);
    let mut owner = souk.visitor();
    owner.sign_in(&souk.alpha.owner).await;
    let page = format!("/admin/customers/{}", customer["id"].as_str().unwrap());
    assert!(owner.get(&page).await.expect(200).body.contains(&order));
}

/// A browser sends what stands in the quantity's field along with the button that was pressed.
#[tokio::test]
async fn a_line_is_taken_out_of_the_cart_by_its_button() {
    let souk = Installation::new().await;
    let mut guest = souk.visitor();
    guest.add(&souk.alpha.mug, "2").await.expect(303);
    let page = guest.get("/cart").await.expect(200);
    assert!(page.has("remove-line"), "{}", page.body);
    let line = crate::page::between(&page.body, "/cart/lines/", "\"")
        .unwrap()
        .to_owned();
    let pressed = [("quantity", "2"), ("remove", "1")];
    guest.submit(&format!("/cart/lines/{line}"), &pressed).await.expect(303);
    assert!(!guest.get("/cart").await.expect(200).has("cart-item"));
}

#[tokio::test]
async fn a_wishlist_is_seen_by_its_link_as_long_as_its_customer_wants() {
    let souk = Installation::new().await;
    let beta = souk.beta().await;
    let mut customer = souk.visitor();
    customer.sign_in(&souk.alpha.shopper).await;
    let list = "/account/wishlist";
    assert!(
        !customer.get(list).await.expect(200).has("share-wishlist"),
        "nothing to share"
    );
    let wish = [("product", souk.alpha.mug.product.to_string())];
    customer
        .submit(list, &wish.each_ref().map(|(name, id)| (*name, id.as_str())))
        .await
        .expect(303);
    let mug = format!("/products/{}", souk.alpha.mug.slug);
    assert!(customer.get(&mug).await.has("wished"));
    assert!(!souk.visitor().get(&mug).await.has("wished"));
    let link = async |customer: &mut Browser| {
        customer.submit("/account/wishlist/share", &[]).await.expect(303);
        let page = customer.get(list).await.expect(200);
        let (_, rest) = page.body.split_once("/wishlists/").unwrap();
        format!("/wishlists/{}", rest.split(['"', '<']).next().unwrap())
    };
    let first = link(&mut customer).await;
    assert_eq!(first, link(&mut customer).await, "a list that is shared keeps its link");
    let seen = souk.visitor().get(&first).await.expect(200);
    assert!(
        seen.body.contains("Aardvark mug") && seen.body.contains("noindex"),
        "{}",
        seen.body
    );
    for secret in [souk.alpha.shopper.as_str(), "/account/wishlist/remove"] {
        assert!(!seen.body.contains(secret), "{secret}");
    }
    souk.visitor_of(&beta).get(&first).await.expect(404);
    customer.submit("/account/wishlist/unshare", &[]).await.expect(303);
    souk.visitor().get(&first).await.expect(404);
    let second = link(&mut customer).await;
    assert_ne!(first, second, "what was taken back stays so");
    souk.visitor().get(&first).await.expect(404);
    souk.visitor().get(&second).await.expect(200);
}
