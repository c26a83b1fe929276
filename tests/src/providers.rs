//! Signing in through a provider: who gets in, who does not, and that no lie of a provider is believed.

use chrono::TimeDelta;
use kernel::ProviderId;
use serde_json::{Value, json};

use crate::{
    browser::Browser,
    installation::{GUEST, Installation},
    page::Page,
    provider::{Mood, Provider, asked},
    stocked::PASSWORD,
};

const CUSTOMERS: (bool, bool) = (true, false);
const STAFF: (bool, bool) = (false, true);

fn person(email: &str, verified: bool) -> Value {
    json!({"sub": format!("sub of {email}"), "email": email, "email_verified": verified, "given_name": "Gwen", "family_name": "Guest"})
}

fn form(id: ProviderId) -> String {
    format!("/login/providers/{id}")
}

async fn register(souk: &Installation, email: &str) -> Browser {
    let mut browser = souk.visitor();
    let fields = [("first_name", "Gwen"), ("email", email), ("password", PASSWORD)];
    browser.submit("/register", &fields).await.expect(200);
    browser
}

/// Nobody is signed in, and the page says why.
#[track_caller]
fn refused(page: Page, browser: &Browser, why: &str) {
    let page = page.expect(401);
    let said = page.text("error-message").unwrap_or_default();
    assert!(said.contains(why), "{said:?} instead of {why:?}");
    assert!(browser.cookie(web::SESSION_COOKIE).is_none());
}

#[tokio::test]
async fn a_new_customer_finds_the_orders_of_a_guest_and_keeps_one_way_in() {
    let souk = Installation::new().await;
    let provider = Provider::start().await;
    let id = provider.join(&souk, &souk.alpha, "Example", CUSTOMERS).await;
    let mut browser = souk.visitor();
    browser.add(&souk.alpha.guide, "1").await.expect(303);
    browser.buy(GUEST).await;

    let page = browser.get("/login").await.expect(200);
    assert_eq!(page.text("login-provider").as_deref(), Some("Continue with Example"));
    let page = provider
        .send_back(&souk, &mut browser, &form(id), &person(GUEST, true))
        .await
        .expect(303);
    assert_eq!(page.location(), "/account/security");
    souk.drain().await;
    let page = browser.get("/account/orders").await.expect(200);
    assert!(page.body.contains("ORD-1001"), "{}", page.body);
    let page = browser.get("/account/profile").await.expect(200);
    assert_eq!(page.field("first_name").as_deref(), Some("Gwen"));
    let page = browser.get("/account/security").await.expect(200);
    assert!(
        page.has("linked-provider") && !page.has("link-provider"),
        "{}",
        page.body
    );

    let unlink = format!("/account/providers/{id}/unlink");
    let page = browser.submit(&unlink, &[]).await.expect(409);
    assert!(
        page.text("error-message").unwrap().contains("only way"),
        "{}",
        page.body
    );
    let mut again = souk.visitor();
    // Neither the address nor whether it is confirmed matters any more.
    let renamed = json!({"sub": format!("sub of {GUEST}")});
    provider
        .send_back(&souk, &mut again, &form(id), &renamed)
        .await
        .expect(303);
    again.get("/account/orders").await.expect(200);
    browser.submit("/account/sign-out-everywhere", &[]).await.expect(303);
    assert!(again.send("GET", "/account/orders", None).await.sends_to_login());
    assert_eq!(
        souk.number("SELECT count(*) FROM identity.accounts WHERE verified_at IS NOT NULL AND email LIKE 'g%'")
            .await,
        1
    );
    souk.all_is_well().await;
}

#[tokio::test]
async fn an_account_is_linked_when_both_sides_confirmed_the_address() {
    let souk = Installation::new().await;
    let provider = Provider::start().await;
    let id = provider.join(&souk, &souk.alpha, "Example", CUSTOMERS).await;
    let unproved = "unproved@example.com";
    register(&souk, unproved).await;
    for (email, verified, why) in [
        (unproved, true, "never confirmed here"),
        (unproved, false, "does not confirm"),
        (souk.alpha.shopper.as_str(), false, "does not confirm"),
        ("nobody@example.com", false, "does not confirm"),
        ("no address", true, "does not confirm"),
    ] {
        let mut browser = souk.visitor();
        let page = provider
            .send_back(&souk, &mut browser, &form(id), &person(email, verified))
            .await;
        refused(page, &browser, why);
    }
    let mut browser = souk.visitor();
    let shopper = person(&souk.alpha.shopper.to_uppercase(), true);
    provider.be(Mood::Tacit);
    provider
        .send_back(&souk, &mut browser, &form(id), &shopper)
        .await
        .expect(303);
    browser.get("/account/orders").await.expect(200);

    // Whoever has the address at the provider now is not who had it then.
    let mut heir = shopper.clone();
    heir["sub"] = json!("another");
    let mut browser = souk.visitor();
    let page = provider.send_back(&souk, &mut browser, &form(id), &heir).await;
    refused(page, &browser, "another login");
}

#[tokio::test]
async fn staff_come_in_only_where_the_provider_is_for_staff() {
    let souk = Installation::new().await;
    let provider = Provider::start().await;
    let public = provider.join(&souk, &souk.alpha, "Public", CUSTOMERS).await;
    let company = provider.join(&souk, &souk.alpha, "Company", STAFF).await;
    let page = souk.visitor().get("/login?next=/admin/orders").await.expect(200);
    assert!(page.body.contains("Continue with Company") && !page.body.contains("Continue with Public"));
    for (id, email, why) in [
        (public, souk.alpha.owner.as_str(), "Staff do not sign in with Public"),
        (company, souk.alpha.shopper.as_str(), "Only people who work here"),
        (company, "stranger@example.com", "Only people who work here"),
    ] {
        let mut browser = souk.visitor();
        let page = provider
            .send_back(&souk, &mut browser, &form(id), &person(email, true))
            .await;
        refused(page, &browser, why);
    }
    let mut owner = souk.visitor();
    let page = provider
        .send_back(&souk, &mut owner, &form(company), &person(&souk.alpha.owner, true))
        .await;
    page.expect(303);
    let page = owner
        .get("/admin/settings/audit?table=identity.linked_accounts")
        .await
        .expect(200);
    assert!(
        page.has("audit-entry") && page.body.contains(&souk.alpha.owner),
        "{}",
        page.body
    );
    owner
        .submit(&format!("/account/providers/{company}/unlink"), &[])
        .await
        .expect(303);
    let page = owner
        .get("/admin/settings/audit?table=identity.linked_accounts")
        .await
        .expect(200);
    assert_eq!(page.body.matches("data-testid=\"audit-entry\"").count(), 2);
}

#[tokio::test]
async fn the_second_factor_is_asked_for_behind_a_provider_too() {
    let souk = Installation::new().await;
    let provider = Provider::start().await;
    let id = provider.join(&souk, &souk.alpha, "Example", CUSTOMERS).await;
    let mut shopper = souk.visitor();
    shopper.sign_in(&souk.alpha.shopper).await;
    let page = shopper.submit("/account/second-factor", &[]).await.expect(200);
    let secret = page.text("enrol-secret").unwrap().replace(' ', "");
    let code = crate::totp::code(&secret, souk.database().now());
    let confirm = [("code", code.as_str())];
    let first = shopper
        .submit("/account/second-factor/confirm", &confirm)
        .await
        .expect(200);
    let twice = shopper
        .submit("/account/second-factor/confirm", &confirm)
        .await
        .expect(200);
    let codes = |page: &Page| {
        crate::page::between(&page.body, "data-testid=\"recovery-codes\"", "</ul>")
            .unwrap()
            .to_owned()
    };
    assert_eq!(codes(&first), codes(&twice), "a double click shows the codes again");

    let recovery = crate::page::between(&codes(&first), "<li>", "</li>")
        .unwrap()
        .to_owned();
    let page = shopper
        .submit("/account/second-factor/codes", &[("code", "000000")])
        .await
        .expect(422);
    assert!(page.body.contains("wrong or was used"), "{}", page.body);
    let renewed = shopper
        .submit("/account/second-factor/codes", &[("code", &recovery)])
        .await
        .expect(200);
    assert_ne!(codes(&first), codes(&renewed));

    let mut browser = souk.visitor();
    let page = provider
        .send_back(&souk, &mut browser, &form(id), &person(&souk.alpha.shopper, true))
        .await
        .expect(200);
    assert!(browser.cookie(web::SESSION_COOKIE).is_none());
    let challenge = page.field("challenge").unwrap();
    let recovery = crate::page::between(&codes(&renewed), "<li>", "</li>")
        .unwrap()
        .to_owned();
    let fields = [("challenge", challenge.as_str()), ("code", recovery.as_str())];
    browser.submit("/login/code", &fields).await.expect(303);
    browser.get("/account/orders").await.expect(200);
}

#[tokio::test]
async fn no_lie_of_a_provider_is_believed() {
    let souk = Installation::new().await;
    let provider = Provider::start().await;
    let id = provider.join(&souk, &souk.alpha, "Example", CUSTOMERS).await;
    let now = souk.database().now().timestamp();
    let good = person(&souk.alpha.shopper, true);
    let with = |name: &str, value: Value| {
        let mut person = good.clone();
        person[name] = value;
        person
    };
    for (mood, person, why) in [
        (Mood::Forged, good.clone(), "proves nothing (signature)"),
        (Mood::OtherKey, good.clone(), "proves nothing (signature)"),
        (Mood::OtherNonce, good.clone(), "proves nothing (nonce)"),
        (Mood::NoToken, good.clone(), "proves nothing (there is none)"),
        (
            Mood::Refusing,
            good.clone(),
            "refused to say who you are (invalid_client)",
        ),
        (
            Mood::Honest,
            with("iss", json!("https://other.example")),
            "proves nothing (iss)",
        ),
        (
            Mood::Honest,
            with("aud", json!("another store")),
            "proves nothing (aud)",
        ),
        (Mood::Honest, with("exp", json!(now - 60)), "proves nothing (exp)"),
        (Mood::Honest, with("iat", json!(now + 120)), "proves nothing (iat)"),
        (Mood::Honest, with("sub", json!("")), "proves nothing (sub)"),
        (Mood::Honest, with("sub", json!(7)), "proves nothing (form)"),
    ] {
        provider.be(mood);
        let mut browser = souk.visitor();
        let page = provider.send_back(&souk, &mut browser, &form(id), &person).await;
        refused(page, &browser, why);
    }
    for (mood, why) in [(Mood::Broken, "does not answer"), (Mood::Endless, "not set up rightly")] {
        let mut browser = souk.visitor();
        provider.be(Mood::Honest);
        let leaving = browser.submit(&form(id), &[]).await.expect(200);
        let back = provider.agree(&souk, &leaving, &good);
        provider.be(mood);
        refused(browser.send("GET", &back, None).await, &browser, why);
        refused(browser.submit(&form(id), &[]).await, &browser, why);
    }
    assert_eq!(souk.number("SELECT count(*) FROM identity.linked_accounts").await, 0);
}

#[tokio::test]
async fn a_visit_is_for_one_browser_one_provider_and_one_time() {
    let souk = Installation::new().await;
    let provider = Provider::start().await;
    let id = provider.join(&souk, &souk.alpha, "Example", CUSTOMERS).await;
    let other = provider.join(&souk, &souk.alpha, "Other", CUSTOMERS).await;
    let shopper = person(&souk.alpha.shopper, true);
    let began = async || {
        let mut browser = souk.visitor();
        let leaving = browser.submit(&form(id), &[("next", "/cart")]).await.expect(200);
        let back = provider.agree(&souk, &leaving, &shopper);
        (browser, back, asked(&leaving).1)
    };
    let expired = "took too long";

    let (mut browser, back, question) = began().await;
    assert_eq!(question["code_challenge_method"], "S256");
    assert_eq!(question["scope"], "openid email");
    assert_eq!(question["tenant"], "one");
    // Somebody lured here with a stranger's answer has another cookie or none.
    let mut lured = souk.visitor();
    refused(lured.send("GET", &back, None).await, &lured, expired);
    refused(browser.send("GET", &back, None).await, &browser, expired);

    let (mut browser, back, _) = began().await;
    let page = browser.send("GET", &back, None).await.expect(303);
    assert_eq!(page.location(), "/cart");
    assert!(browser.cookie(web::DEPARTURE_COOKIE).is_none());
    let mut again = souk.visitor();
    refused(again.send("GET", &back, None).await, &again, expired);

    let (mut browser, back, _) = began().await;
    let elsewhere = back.replace(&id.to_string(), &other.to_string());
    refused(browser.send("GET", &elsewhere, None).await, &browser, expired);

    let (mut browser, back, _) = began().await;
    souk.pass(TimeDelta::minutes(10));
    refused(browser.send("GET", &back, None).await, &browser, expired);

    for (said, why) in [
        ("error=access_denied", "You did not agree at Example"),
        (
            "error=server_error%3Cscript%3E",
            "refused to say who you are (server_error&lt;script&gt;)",
        ),
        ("code=code-0", "refused to say who you are (invalid_grant)"),
        (
            "code=1&iss=https://other.example",
            "proves nothing (the answer is another provider",
        ),
    ] {
        let (mut browser, back, question) = began().await;
        let (path, _) = back.split_once('?').unwrap();
        let page = browser
            .send("GET", &format!("{path}?state={}&{said}", question["state"]), None)
            .await;
        let raw = page.body.clone();
        refused(page, &browser, "Example");
        assert!(raw.contains(why), "{raw}");
    }
    for path in ["?", "?state=", "?state=x&code=y"] {
        let mut browser = souk.visitor();
        refused(
            browser.send("GET", &format!("{}/callback{path}", form(id)), None).await,
            &browser,
            expired,
        );
    }
}

#[tokio::test]
async fn a_way_in_is_linked_by_whoever_just_signed_in_and_ended_again() {
    let souk = Installation::new().await;
    let provider = Provider::start().await;
    let id = provider.join(&souk, &souk.alpha, "Example", CUSTOMERS).await;
    let link = format!("/account/providers/{id}/link");
    let elsewhere = person("another-address@example.org", false);

    let mut shopper = souk.visitor();
    shopper.sign_in(&souk.alpha.shopper).await;
    let page = shopper.get("/account/security").await.expect(200);
    assert_eq!(page.text("link-provider").as_deref(), Some("Link Example"));
    let page = provider
        .send_back(&souk, &mut shopper, &link, &elsewhere)
        .await
        .expect(303);
    assert_eq!(page.location(), "/account/security");
    let mut browser = souk.visitor();
    provider
        .send_back(&souk, &mut browser, &form(id), &elsewhere)
        .await
        .expect(303);

    // The same person at the provider cannot be two accounts here.
    let mut gwen = register(&souk, "gwen@example.com").await;
    gwen.sign_in("gwen@example.com").await;
    let page = provider
        .send_back(&souk, &mut gwen, &link, &elsewhere)
        .await
        .expect(401);
    assert!(
        page.text("error-message")
            .unwrap()
            .contains("belongs to another account"),
        "{}",
        page.body
    );
    assert!(page.has("session-row"), "the page that Gwen left");

    // The account that comes back must be the one that left.
    let leaving = gwen.submit(&link, &[]).await.expect(200);
    let back = provider.agree(&souk, &leaving, &person("gwen@example.com", true));
    gwen.sign_in(&souk.alpha.shopper).await;
    assert!(gwen.send("GET", &back, None).await.expect(303).sends_to_login());
    assert_eq!(souk.number("SELECT count(*) FROM identity.linked_accounts").await, 1);

    shopper
        .submit(&format!("/account/providers/{id}/unlink"), &[])
        .await
        .expect(303);
    shopper
        .submit(&format!("/account/providers/{id}/unlink"), &[])
        .await
        .expect(404);
    let mut browser = souk.visitor();
    let page = provider.send_back(&souk, &mut browser, &form(id), &elsewhere).await;
    refused(page, &browser, "does not confirm");
    souk.pass(TimeDelta::hours(1));
    assert!(shopper.submit(&link, &[]).await.expect(303).sends_to_login());
}

#[tokio::test]
async fn what_a_stranger_added_goes_when_the_address_is_proved() {
    let souk = Installation::new().await;
    let provider = Provider::start().await;
    let id = provider.join(&souk, &souk.alpha, "Example", CUSTOMERS).await;
    let victim = "victim@example.com";
    let mut stranger = register(&souk, victim).await;
    stranger.sign_in(victim).await;
    let own = person("stranger@example.com", true);
    provider
        .send_back(&souk, &mut stranger, &format!("/account/providers/{id}/link"), &own)
        .await
        .expect(303);

    let mut owner = souk.visitor();
    owner.submit("/account/forgot", &[("email", victim)]).await.expect(200);
    let link = souk.mail("reset_password", victim).await.link("/account/reset?token=");
    let token = owner.get(&link).await.expect(200).field("token").unwrap();
    let fields = [("token", token.as_str()), ("password", "another-horse-battery")];
    owner.submit("/account/reset", &fields).await.expect(303);
    assert_eq!(souk.number("SELECT count(*) FROM identity.linked_accounts").await, 0);
}

#[tokio::test]
async fn providers_are_set_up_at_the_desk() {
    let souk = Installation::new().await;
    let provider = Provider::start().await;
    let mut owner = souk.visitor();
    owner.sign_in(&souk.alpha.owner).await;
    let new = "/admin/settings/providers/new";
    let fields = |issuer: &str| {
        [
            ("name", "Example"),
            ("issuer", issuer),
            ("client_id", "souk"),
            ("client_secret", "very-secret"),
            ("for_customers", "1"),
            ("enabled", "1"),
        ]
        .map(|(name, value)| (name, value.to_owned()))
    };
    for (issuer, why) in [
        ("", "fill this in"),
        ("http://10.1.2.3", "does not begin with"),
        ("http://127.0.0.1:1", "cannot be reached"),
        (format!("{}/", provider.issuer).as_str(), "it calls itself"),
    ] {
        let fields = fields(issuer);
        let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
        let page = owner.submit(new, &fields).await.expect(422);
        assert!(page.body.contains(why), "{why}: {}", page.body);
        assert_eq!(page.field("client_id").as_deref(), Some("souk"), "what was typed stays");
        assert!(!page.body.contains("very-secret"));
    }
    let good = fields(&provider.issuer);
    let good: Vec<(&str, &str)> = good.iter().map(|(name, value)| (*name, value.as_str())).collect();
    let page = owner.submit(new, &good).await.expect(303);
    let path = page.location().to_owned();
    let page = owner.get(&path).await.expect(200);
    let callback = page.text("provider-callback").unwrap();
    assert!(
        callback.ends_with("/callback") && callback.starts_with("http://"),
        "{callback}"
    );
    owner.submit(new, &good).await.expect(422);

    // Another secret, and off: nobody sees it any more.
    let change = [
        ("name", "Renamed"),
        ("client_id", "souk"),
        ("client_secret", "other-secret"),
    ];
    owner.submit(&path, &change).await.expect(303);
    let page = souk.visitor().get("/login").await.expect(200);
    assert!(!page.has("login-provider"));
    let page = owner
        .get("/admin/settings/audit?table=identity.providers")
        .await
        .expect(200);
    assert_eq!(
        page.body.matches("data-testid=\"audit-entry\"").count(),
        2,
        "{}",
        page.body
    );
    assert!(
        page.body.contains("Renamed") && !page.body.contains("-secret"),
        "{}",
        page.body
    );
    owner.submit(&format!("{path}/remove"), &[]).await.expect(303);
    owner.send("GET", &path, None).await.expect(404);
}
