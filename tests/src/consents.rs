//! Mails that nobody has to take: refused with one click, taken again, and on record.

use database::testing::HOST;

use crate::{
    installation::{GUEST, Installation, SentMail, order_of},
    reviews::deliver,
};

/// Somebody buys a mug, which arrives: the mail that says so.
async fn mug_arrives(souk: &Installation, email: &str) -> SentMail {
    let mut shopper = souk.visitor();
    if email != GUEST {
        shopper.sign_in(email).await;
    }
    shopper.add(&souk.alpha.mug, "1").await.expect(303);
    let order = order_of(&shopper.buy(email).await);
    deliver(souk, &order).await;
    let mut mails = souk.mails().await.into_iter();
    mails.rfind(|mail| mail.kind == "parcel_moved").unwrap()
}

#[tokio::test]
async fn a_link_in_a_mail_refuses_such_mails_with_one_click_and_no_others() {
    let souk = Installation::new().await;
    let first = mug_arrives(&souk, GUEST).await;
    assert!(first.text_body.contains("/reviews?token="), "{}", first.text_body);
    let link = first.link("/mails/");
    assert!(
        first.html_body.contains(link.rsplit('=').next().unwrap()),
        "{}",
        first.html_body
    );
    let kept = souk
        .word("SELECT stop_link FROM notifications.messages WHERE topic = 'reviews'")
        .await;
    assert_eq!(kept, format!("http://{HOST}{link}"));
    let confirmation = souk.mail("order_confirmation", GUEST).await;
    assert!(
        !confirmation.text_body.contains("/mails/"),
        "{}",
        confirmation.text_body
    );

    // Scanners open links; that alone changes nothing.
    let consents = "SELECT count(*) FROM notifications.consents";
    let page = souk.visitor().get(&link).await.expect(200);
    assert!(page.has("stop-button") && page.body.contains(GUEST), "{}", page.body);
    assert_eq!(page.header("cache-control"), "no-store");
    for forged in [
        link.replace("token=", "token=A"),
        link.split('?').next().unwrap().to_owned(),
    ] {
        souk.visitor().get(&forged).await.expect(404);
        souk.visitor().send("POST", &forged, None).await.expect(404);
    }
    assert_eq!(souk.number(consents).await, 0);

    // A mail program sends what RFC 8058 says, in either form, and as often as it likes.
    let one_click = "List-Unsubscribe=One-Click";
    let in_parts = "--b\r\nContent-Disposition: form-data; name=\"List-Unsubscribe\"\r\n\r\nOne-Click\r\n--b--\r\n";
    for (content_type, body) in [
        ("application/x-www-form-urlencoded", one_click),
        ("multipart/form-data; boundary=b", in_parts),
    ] {
        let page = souk
            .visitor()
            .send("POST", &link, Some((content_type, body.to_owned())))
            .await
            .expect(200);
        assert!(page.has("success-message") && page.has("again-button"), "{}", page.body);
    }
    assert_eq!(souk.number(consents).await, 1);

    // The parcel is told of all the same, without the question.
    souk.pass(chrono::TimeDelta::seconds(1));
    let second = mug_arrives(&souk, GUEST).await;
    assert_eq!(second.subject.split(' ').next(), first.subject.split(' ').next());
    assert!(
        !second.text_body.contains("/reviews?token=") && !second.text_body.contains("/mails/"),
        "{}",
        second.text_body
    );
    let again = link.replacen('?', "/again?", 1);
    let page = souk.visitor().send("POST", &again, None).await.expect(200);
    assert!(page.has("stop-button"), "{}", page.body);
    souk.pass(chrono::TimeDelta::seconds(1));
    let third = mug_arrives(&souk, GUEST).await;
    assert!(third.text_body.contains("/reviews?token="), "{}", third.text_body);
}

#[tokio::test]
async fn a_customer_chooses_in_the_account_and_the_store_sees_what_was_said() {
    let souk = Installation::new().await;
    let shopper = souk.alpha.shopper.clone();
    let mut customer = souk.visitor();
    customer.sign_in(&shopper).await;
    let page = customer.get("/account/messages").await.expect(200);
    assert!(
        page.body.contains("name=\"reviews\"") && page.body.contains("checked"),
        "{}",
        page.body
    );
    assert!(!page.has("consent"));

    customer.submit("/account/messages", &[]).await.expect(303);
    customer.submit("/account/messages", &[]).await.expect(303);
    let page = customer.get("/account/messages").await.expect(200);
    let topics = notifications::Topic::ALL.len();
    let said = page.body.matches("data-testid=\"consent\"").count();
    assert_eq!(said, topics, "{}", page.body);
    let mail = mug_arrives(&souk, &shopper).await;
    assert!(!mail.text_body.contains("/reviews?token="), "{}", mail.text_body);

    souk.pass(chrono::TimeDelta::seconds(1));
    customer
        .submit("/account/messages", &[("reviews", "1")])
        .await
        .expect(303);
    let page = customer.get("/account/messages").await.expect(200);
    let said = page.body.matches("data-testid=\"consent\"").count();
    assert_eq!(said, topics + 1, "{}", page.body);

    let mut desk = souk.visitor();
    desk.sign_in(&souk.alpha.owner).await;
    let customers = desk.get("/admin/customers").await.expect(200);
    let path = crate::page::between(&customers.body, "href=\"/admin/customers/", "\"").unwrap();
    let page = desk.get(&format!("/admin/customers/{path}")).await.expect(200);
    let messages = page.body.split("customer-messages").nth(1).unwrap();
    assert!(messages.contains("Refused") && messages.contains("Taken"), "{messages}");

    // Whoever has not shown that an address is theirs chooses nothing for it.
    let fields = [
        ("first_name", "Eve"),
        ("last_name", "Drop"),
        ("email", GUEST),
        ("password", crate::stocked::PASSWORD),
    ];
    let mut eve = souk.visitor();
    eve.submit("/register", &fields).await.expect(200);
    eve.sign_in(GUEST).await;
    assert!(
        eve.get("/account/messages")
            .await
            .expect(200)
            .has("messages-unverified")
    );
    eve.submit("/account/messages", &[]).await.expect(422);
    let consents = souk.number("SELECT count(*) FROM notifications.consents").await;
    assert_eq!(consents, i64::try_from(topics).unwrap() + 1);
}

#[tokio::test]
async fn a_mail_that_was_refused_is_not_sent_again() {
    let souk = Installation::new().await;
    let arrived = mug_arrives(&souk, GUEST).await;
    let id = souk
        .word("SELECT id::text FROM notifications.messages WHERE topic = 'reviews'")
        .await;
    let id = kernel::MessageId::from(id.parse::<uuid::Uuid>().unwrap());
    let mut desk = souk.visitor();
    desk.sign_in(&souk.alpha.owner).await;
    let path = format!("/admin/mail/{id}");
    assert!(desk.get(&path).await.expect(200).has("resend-mail"));
    desk.submit(&format!("{path}/resend"), &[]).await.expect(303);
    // It waits, and its reader refuses.
    let link = arrived.link("/mails/");
    souk.visitor().send("POST", &link, None).await.expect(200);
    souk.drain().await;
    let rows: Vec<(String, String)> = souk
        .rows("SELECT state, last_error FROM notifications.messages WHERE copy_of IS NOT NULL")
        .await;
    let why = "it was refused before it could be sent".to_owned();
    assert_eq!(rows, [("failed".to_owned(), why)]);

    let page = desk.get(&path).await.expect(200);
    assert!(page.has("mail-refused") && !page.has("resend-mail"), "{}", page.body);
    let refused = desk.submit(&format!("{path}/resend"), &[("once", "another")]).await;
    refused.expect(409);
    let order = souk
        .word("SELECT order_id::text FROM notifications.messages WHERE topic = 'reviews' AND copy_of IS NULL")
        .await;
    let order = kernel::OrderId::from(order.parse::<uuid::Uuid>().unwrap());
    let page = desk.get(&format!("/admin/orders/{order}")).await.expect(200);
    assert!(page.has("mail-refused") && page.has("resend-mail"), "{}", page.body);

    // Whoever takes such mails again gets it again.
    let again = link.replacen('?', "/again?", 1);
    souk.pass(chrono::TimeDelta::seconds(1));
    souk.visitor().send("POST", &again, None).await.expect(200);
    assert!(desk.get(&path).await.expect(200).has("resend-mail"));
}
