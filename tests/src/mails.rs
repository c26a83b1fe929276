//! Mails in the merchant's own words, from the desk to the shopper's mailbox.

use database::{
    store_settings::{load_store_settings, update_store},
    worker,
};
use notifications::MailKind;

use crate::{
    browser::Browser,
    installation::{GUEST, Installation, order_of},
    page::{Page, between},
    stocked::TestStore,
};

const CONFIRMATION: &str = "/admin/settings/mails/order_confirmation/en";

async fn owner(souk: &Installation) -> Browser {
    let mut owner = souk.visitor();
    owner.sign_in(&souk.alpha.owner).await;
    owner
}

fn unescaped(text: &str) -> String {
    let text = text.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", "\"");
    text.replace("&#39;", "'").replace("&amp;", "&")
}

/// What the page's form has: subject, HTML, plain text and version.
fn form_of(page: &Page) -> [(&'static str, String); 4] {
    let area = |name: &str| {
        let open = between(&page.body, &format!("<textarea id=\"field-{name}\""), "</textarea>").unwrap();
        unescaped(open.split_once(">\n").unwrap().1)
    };
    [
        ("subject", page.field("subject").map(|text| unescaped(&text)).unwrap()),
        ("html", area("html")),
        ("plain", area("plain")),
        ("version", page.field("version").unwrap()),
    ]
}

fn borrowed<'f>(form: &'f [(&'static str, String)]) -> Vec<(&'f str, &'f str)> {
    form.iter().map(|(name, value)| (*name, value.as_str())).collect()
}

fn own<'f>(html: &'f str, version: &'f str) -> [(&'f str, &'f str); 4] {
    [
        ("subject", "{{ order.number }}: thanks from {{ store.name }}"),
        ("html", html),
        ("plain", ""),
        ("version", version),
    ]
}

#[tokio::test]
async fn every_mail_of_the_theme_can_be_kept_as_the_merchants_own() {
    let souk = Installation::new().await;
    let mut desk = owner(&souk).await;
    for kind in MailKind::ALL {
        for locale in ["en", "id"] {
            let path = format!("/admin/settings/mails/{}/{locale}", kind.as_str());
            let page = desk.get(&path).await.expect(200);
            let form = form_of(&page);
            assert!(
                form[0].1.len() > 3 && form[1].1.contains("{% block content %}"),
                "{path}: {form:?}"
            );
            desk.submit(&path, &borrowed(&form)).await.expect(303);
            let look = desk.get(&format!("{path}/preview")).await.expect(200);
            assert!(
                look.body.contains(&format!("<html lang=\"{locale}\">")),
                "{path}: {}",
                look.body
            );
        }
    }
    let mut guest = souk.visitor();
    guest.add(&souk.alpha.mug, "1").await.expect(303);
    guest.buy(GUEST).await;
    let mail = souk.mail("order_confirmation", GUEST).await;
    assert!(mail.subject.contains("ORD-"), "{}", mail.subject);
    assert!(
        mail.text_body.contains("Thank you for your order"),
        "{}",
        mail.text_body
    );
    assert!(mail.text_body.contains("See your order: http"), "{}", mail.text_body);
    assert_eq!(
        souk.number("SELECT count(*) FROM notifications.messages WHERE template_error IS NOT NULL")
            .await,
        0
    );
}

#[tokio::test]
async fn a_merchant_changes_a_mail_looks_at_it_and_takes_the_themes_again() {
    let souk = Installation::new().await;
    let beta = souk.beta().await;
    let mut desk = owner(&souk).await;
    let mut guest = souk.visitor();
    guest.add(&souk.alpha.mug, "1").await.expect(303);
    guest.buy(GUEST).await;
    let number = souk.word("SELECT number FROM orders.orders").await;

    // What is typed is shown and sent as a test with the newest order, and is kept by neither.
    let html = "<p>Dear friend, we pack {{ order.number }}:</p>\n{% for one in order.lines %}<i>{{ one.title }}</i>{% endfor %}";
    let look = desk
        .submit(&format!("{CONFIRMATION}/preview"), &own(html, "0"))
        .await
        .expect(200);
    assert!(look.body.contains(&format!("we pack {number}:")), "{}", look.body);
    let policy = look.header("content-security-policy");
    assert!(
        policy.contains("sandbox") && policy.contains("frame-ancestors 'self'"),
        "{policy}"
    );
    let mut plain = own(html, "0").to_vec();
    plain.push(("shown", "plain"));
    let look = desk
        .submit(&format!("{CONFIRMATION}/preview"), &plain)
        .await
        .expect(200);
    assert!(
        look.header("content-type").starts_with("text/plain") && !look.body.contains('<'),
        "{}",
        look.body
    );
    let tested = desk
        .submit(&format!("{CONFIRMATION}/test"), &own(html, "0"))
        .await
        .expect(200);
    assert!(tested.body.contains("Dear friend, we pack"), "{}", tested.body);
    souk.drain().await;
    let mail = souk.mail("order_confirmation", &souk.alpha.owner).await;
    assert!(
        mail.text_body.contains(&format!("Dear friend, we pack {number}:")),
        "{}",
        mail.text_body
    );
    assert!(!desk.get(CONFIRMATION).await.expect(200).body.contains("Dear friend"));

    // A mistake is named with its line, and what was typed is still there.
    let wrong = "<p>\n{{ order.numbr }}</p>";
    for page in [
        desk.submit(CONFIRMATION, &own(wrong, "0")).await.expect(422),
        desk.submit(&format!("{CONFIRMATION}/test"), &own(wrong, "0"))
            .await
            .expect(422),
    ] {
        let said = unescaped(&page.text("error-message").unwrap());
        assert!(said.contains("HTML, line 2") && said.contains("order.numbr"), "{said}");
        assert_eq!(form_of(&page)[1].1, wrong);
    }
    let look = desk
        .submit(&format!("{CONFIRMATION}/preview"), &own(wrong, "0"))
        .await
        .expect(422);
    assert!(
        look.text("error-message").is_some_and(|said| said.contains("line 2")),
        "{}",
        look.body
    );

    desk.submit(CONFIRMATION, &own(html, "0")).await.expect(303);
    let late = desk.submit(CONFIRMATION, &own("<p>Another</p>", "0")).await.expect(409);
    assert!(
        late.body.contains("Dear friend, we pack") && late.body.contains("Another"),
        "{}",
        late.body
    );

    // It is this store's, in this language.
    let mut guest = souk.visitor();
    guest.add(&souk.alpha.mug, "1").await.expect(303);
    guest.buy("second@example.com").await;
    let mut other = souk.visitor_of(&beta);
    other.add(&beta.mug, "1").await.expect(303);
    other.buy("third@example.com").await;
    let mail = souk.mail("order_confirmation", "second@example.com").await;
    assert!(
        mail.subject.contains(": thanks from") && mail.text_body.contains("Dear friend"),
        "{}",
        mail.text_body
    );
    let mail = souk.mail("order_confirmation", "third@example.com").await;
    assert!(!mail.text_body.contains("Dear friend"), "{}", mail.text_body);
    assert!(
        !desk
            .get("/admin/settings/mails/order_confirmation/id")
            .await
            .body
            .contains("Dear friend")
    );
    let log = desk.get("/admin/settings/audit").await.expect(200);
    assert!(log.body.contains("notifications.templates"), "{}", log.body);

    // A template that fails while a mail is written loses no mail, and the desk says so.
    souk.damage("UPDATE notifications.templates SET html = '{{ order.gone }}'")
        .await;
    let mut guest = souk.visitor();
    guest.add(&souk.alpha.mug, "1").await.expect(303);
    guest.buy("fourth@example.com").await;
    let mail = souk.mail("order_confirmation", "fourth@example.com").await;
    assert!(
        mail.text_body.contains("We have received your order"),
        "{}",
        mail.text_body
    );
    let list = desk.get("/admin/settings/mails").await.expect(200);
    assert!(list.body.contains("Failing"), "{}", list.body);
    let page = desk.get(CONFIRMATION).await.expect(200);
    assert!(
        page.text("mail-failing")
            .is_some_and(|said| said.contains("order.gone")),
        "{}",
        page.body
    );
    let id = souk
        .word("SELECT id::text FROM notifications.messages WHERE recipient = 'fourth@example.com'")
        .await;
    let id = kernel::MessageId::from(id.parse::<uuid::Uuid>().unwrap());
    let message = desk.get(&format!("/admin/mail/{id}")).await.expect(200);
    assert!(message.has("template-error"), "{}", message.body);

    let ask = desk.get(&format!("{CONFIRMATION}/reset")).await.expect(200);
    let version = ask.field("version").unwrap();
    let reset = format!("{CONFIRMATION}/reset");
    desk.submit(&reset, &[("version", "0")]).await.expect(412);
    for _click in 0..2 {
        desk.submit(&reset, &[("version", &version)]).await.expect(303);
    }
    let page = desk.get(CONFIRMATION).await.expect(200);
    assert!(
        !page.has("mail-failing") && form_of(&page)[0].1.starts_with("Your order {{ order.number }}"),
        "{}",
        page.body
    );
}

#[tokio::test]
async fn a_mail_is_found_again_and_goes_out_once_more_however_often_one_clicks() {
    let souk = Installation::new().await;
    let mut desk = owner(&souk).await;
    let mut guest = souk.visitor();
    guest.add(&souk.alpha.mug, "1").await.expect(303);
    let order = order_of(&guest.buy(GUEST).await);
    souk.drain().await;
    let count = async || {
        souk.number("SELECT count(*) FROM notifications.messages WHERE kind = 'order_confirmation'")
            .await
    };

    // From the order's page, by two clicks on one button.
    let path = format!("/admin/orders/{order}");
    let page = desk.get(&path).await.expect(200);
    let form = between(&page.body, "data-testid=\"order-mails\"", "</section>").unwrap();
    let action = between(form, "action=\"", "\"").unwrap().to_owned();
    let key = between(form, "name=\"once\" value=\"", "\"").unwrap().to_owned();
    for _click in 0..2 {
        desk.submit(&action, &[("once", &key)]).await.expect(303);
    }
    assert_eq!(count().await, 2);
    let waits = desk.get(&path).await.expect(200);
    assert_eq!(
        waits.body.matches("data-testid=\"resend-mail\"").count(),
        1,
        "what waits is not sent again"
    );
    souk.drain().await;
    let mut mails = souk.mails().await;
    mails.retain(|mail| mail.kind == "order_confirmation");
    let same = mails
        .iter()
        .all(|mail| mail.state == "sent" && mail.html_body == mails[0].html_body);
    assert!(same && mails.len() == 2, "{mails:?}");

    // From the log, which is narrowed down.
    for (query, rows) in [
        ("q=GUEST", 2),
        ("q=somebody", 0),
        ("kind=order_confirmation&state=sent", 2),
        ("kind=order_shipped", 0),
        ("state=failed", 0),
        ("kind=nonsense&state=nonsense&q=guest", 2),
    ] {
        let page = desk.get(&format!("/admin/mail?{query}")).await.expect(200);
        assert_eq!(page.body.matches("message-row").count(), rows, "{query}");
    }
    let copy = souk
        .word("SELECT id::text FROM notifications.messages WHERE copy_of IS NOT NULL")
        .await;
    let copy = format!(
        "/admin/mail/{}",
        kernel::MessageId::from(copy.parse::<uuid::Uuid>().unwrap())
    );
    let page = desk.get(&copy).await.expect(200);
    assert!(
        page.body.contains("the mail it repeats") && page.body.contains("staff"),
        "{}",
        page.body
    );
    let policy = page.header("content-security-policy");
    assert!(
        policy.contains("frame-src 'self'") && !policy.contains("unsafe"),
        "{policy}"
    );
    let key = page.field("once").unwrap();
    let again = desk
        .submit(&format!("{copy}/resend"), &[("once", &key)])
        .await
        .expect(303);
    let waiting = format!("{}/resend", again.location());
    desk.submit(&waiting, &[("once", "another")]).await.expect(409);
    assert_eq!(count().await, 3);
    souk.drain().await;
    let parcel = format!(
        "/admin/orders/{order}/mails/{}/resend",
        kernel::MessageId::from(uuid::Uuid::nil())
    );
    desk.submit(&parcel, &[("once", "elsewhere")]).await.expect(404);
}

/// Makes that name the first of the second store's.
async fn lead_first_to(beta: &TestStore, host: &str) {
    let mut ctx = beta.work().write();
    let mut settings = load_store_settings(&mut ctx).await.unwrap();
    settings.hosts.insert(0, host.to_owned());
    update_store(&mut ctx, &settings).await.unwrap();
    ctx.commit().await.unwrap();
}

#[tokio::test]
async fn mails_link_to_a_new_first_host_name_though_the_worker_began_before() {
    let souk = Installation::new().await;
    let beta = souk.beta().await;
    let worker = souk.registry();
    let mut linked = Vec::new();
    for host in [None, Some("new.test")] {
        if let Some(host) = host {
            lead_first_to(&beta, host).await;
        }
        let mut shopper = souk.visitor_of(&beta);
        let asked = shopper.submit("/account/forgot", &[("email", &beta.shopper)]).await;
        asked.expect(200);
        worker::drain(souk.database(), &worker).await.unwrap();
        let newest = "SELECT text_body FROM notifications.messages WHERE kind = 'reset_password' ORDER BY created_at DESC, id DESC LIMIT 1";
        let body = souk.word(newest).await;
        let link = body
            .split_whitespace()
            .find(|word| word.contains("/account/reset?token="));
        linked.push(link.unwrap().split_once("/account").unwrap().0.to_owned());
        souk.pass(chrono::TimeDelta::hours(1));
    }
    assert_eq!(linked, ["http://beta.test", "http://new.test"]);
}
