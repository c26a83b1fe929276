//! Reviews, from the parcel that arrives to the stars that everybody sees.

use serde_json::json;

use crate::{
    browser::Browser,
    installation::{GUEST, Installation, order_of},
    page::Page,
};

const BOUNDARY: &str = "what-is-between-the-parts";
const HOSTILE: &str = "<script>alert(1)</script> \"ש\" رائع 🦀";

/// A form with a drawing, as a browser sends it.
fn form(fields: &[(&str, &str)], picture: Option<&str>) -> String {
    let mut body = String::new();
    for (name, value) in fields {
        body += &format!("--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n");
    }
    let (file, content) = picture.map_or(("", ""), |content| ("mug.svg", content));
    body += &format!(
        "--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"photo\"; filename=\"{file}\"\r\n\
         Content-Type: image/svg+xml\r\n\r\n{content}\r\n--{BOUNDARY}--\r\n"
    );
    body
}

pub(crate) async fn send(browser: &mut Browser, path: &str, fields: &[(&str, &str)], picture: Option<&str>) -> Page {
    let content_type = format!("multipart/form-data; boundary={BOUNDARY}");
    browser
        .send("POST", path, Some((&content_type, form(fields, picture))))
        .await
}

async fn owner(souk: &Installation) -> Browser {
    let mut owner = souk.visitor();
    owner.sign_in(&souk.alpha.owner).await;
    owner
}

/// Sends an order's only parcel and lets it arrive.
pub(crate) async fn deliver(souk: &Installation, order: &str) {
    let mut merchant = souk.visitor().with_key(&souk.alpha.key);
    let body = json!({"state": "in_transit"});
    let path = format!("/api/v1/admin/orders/{order}/fulfilments");
    let sent = merchant.call("POST", &path, &body).await.expect(201).json();
    let parcel = sent["fulfilments"][0]["id"].as_str().unwrap().to_owned();
    let path = format!("/api/v1/admin/fulfilments/{parcel}");
    merchant
        .call("PATCH", &path, &json!({"state": "delivered"}))
        .await
        .expect(200);
}

/// A guest's mug that arrived: the link in the mail.
async fn delivered_mug(souk: &Installation) -> String {
    let mut guest = souk.visitor();
    guest.add(&souk.alpha.mug, "1").await.expect(303);
    let order = order_of(&guest.buy(GUEST).await);
    deliver(souk, &order).await;
    let mail = souk.mail("parcel_moved", GUEST).await;
    let mut words = mail.text_body.split_whitespace();
    let link = words.find(|word| word.contains("/reviews?token=")).unwrap();
    link.split_once("/orders/")
        .map(|(_, rest)| format!("/orders/{rest}"))
        .unwrap()
}

/// The address of the form for the first product of an order's page.
fn form_of(page: &Page) -> String {
    let path = crate::page::between(&page.body, "href=\"/reviews/write/", "\"").unwrap();
    format!("/reviews/write/{}", path.replace("&amp;", "&"))
}

fn review_of(page: &Page) -> String {
    let id = crate::page::between(&page.body, "/admin/reviews/rev_", "\"").unwrap();
    format!("/admin/reviews/rev_{id}")
}

async fn decide(desk: &mut Browser, path: &str, version: &str, decision: &str) -> Page {
    let fields = [("version", version), ("decision", decision), ("reason", "No")];
    desk.submit(&format!("{path}/decide"), &fields).await
}

#[tokio::test]
async fn a_guest_reviews_by_the_mails_link_and_everybody_sees_it_once_it_is_approved() {
    let souk = Installation::new().await;
    let link = delivered_mug(&souk).await;
    let mut guest = souk.visitor();
    let page = guest.get(&link).await.expect(200);
    let write = form_of(&page);
    let page = guest.get(&write).await.expect(200);
    assert_eq!(page.header("cache-control"), "no-store");

    let missing = [("stars", ""), ("author", HOSTILE), ("title", HOSTILE), ("body", "")];
    let drawing = "<svg xmlns=\"http://www.w3.org/2000/svg\"><rect width=\"9\" height=\"9\"/></svg>";
    let page = send(&mut guest, &write, &missing, Some(drawing)).await.expect(422);
    assert_eq!(page.field("title").as_deref(), Some(HOSTILE), "what was typed stays");
    let photo = page.field("keep").expect("the picture stays, too");
    assert!(!page.body.contains(HOSTILE), "{}", page.body);
    let good = [
        ("stars", "4"),
        ("author", HOSTILE),
        ("title", HOSTILE),
        ("body", HOSTILE),
        ("keep", &photo),
    ];
    let bad = "<svg><script>1</script></svg>";
    let page = send(&mut guest, &write, &good, Some(bad)).await.expect(422);
    assert!(page.has("photo-refused"), "{}", page.body);
    assert_eq!(souk.number("SELECT count(*) FROM reviews.reviews").await, 0);
    for _ in 0..2 {
        let sent = send(&mut guest, &write, &good, None).await.expect(303);
        assert_eq!(sent.location(), link);
    }
    assert_eq!(
        souk.number("SELECT count(*) FROM reviews.reviews WHERE verified").await,
        1
    );
    let mug = format!("/products/{}", souk.alpha.mug.slug);
    assert!(souk.visitor().get(&mug).await.has("no-reviews"));

    let mut desk = owner(&souk).await;
    let queue = desk.get("/admin/reviews").await.expect(200);
    let path = review_of(&queue);
    let mut other = owner(&souk).await;
    let seen = other.get(&path).await.expect(200);
    let version = seen.field("version").unwrap();
    decide(&mut desk, &path, &version, "approve").await.expect(303);
    let late = decide(&mut other, &path, &version, "reject").await.expect(409);
    assert!(late.body.contains("Somebody changed this review"), "{}", late.body);
    let reply = [("version", "2"), ("reply", HOSTILE)];
    desk.submit(&format!("{path}/reply"), &reply).await.expect(303);
    desk.submit(&format!("{path}/reply"), &reply).await.expect(409);

    let page = souk.visitor().get(&mug).await.expect(200);
    assert!(
        page.has("verified") && page.has("review-reply") && !page.body.contains("<script>alert"),
        "{}",
        page.body
    );
    assert!(
        page.body.contains("AggregateRating") && page.body.contains(&photo),
        "{}",
        page.body
    );
    let page = souk.visitor().get("/products").await.expect(200);
    assert!(page.has("rating"), "{}", page.body);
    let product = souk.visitor().get(&format!("/api/v1{mug}")).await.json();
    assert_eq!(
        product["rating"],
        json!({"average": "4.0", "count": 1, "by_stars": [0, 0, 0, 1, 0]})
    );
    souk.all_is_well().await;
}

#[tokio::test]
async fn readers_vote_once_and_authors_change_and_delete_what_they_said() {
    let souk = Installation::new().await;
    souk.damage("INSERT INTO reviews.settings SELECT id, 'accounts', 'after', '{}' FROM platform.stores")
        .await;
    let mut shopper = souk.visitor();
    let write = format!("/reviews/write/{}", souk.alpha.mug.slug);
    let asked = shopper.send("GET", &write, None).await;
    assert!(
        asked.sends_to_login() && asked.location().contains("next="),
        "{}",
        asked.location()
    );
    shopper.sign_in(&souk.alpha.shopper).await;
    let fields = [
        ("stars", "2"),
        ("author", "Sam"),
        ("title", ""),
        ("body", "A little small."),
    ];
    send(&mut shopper, &write, &fields, None).await.expect(303);
    let mug = format!("/products/{}", souk.alpha.mug.slug);
    let page = souk.visitor().get(&mug).await.expect(200);
    assert!(page.has("review") && !page.has("verified"), "{}", page.body);
    let review = crate::page::between(&page.body, "/reviews/rev_", "/helpful")
        .unwrap()
        .to_owned();
    for kind in ["helpful", "helpful", "report", "report"] {
        let back = [("back", mug.as_str())];
        let voted = shopper
            .submit(&format!("/reviews/rev_{review}/{kind}"), &back)
            .await
            .expect(303);
        assert_eq!(voted.location(), format!("{mug}#rev_{review}"));
    }
    let mut guest = souk.visitor();
    for _ in 0..2 {
        guest
            .submit(&format!("/reviews/rev_{review}/helpful"), &[("back", "//evil.example")])
            .await
            .expect(303);
    }
    assert_eq!(
        souk.number("SELECT helpful * 10 + reports FROM reviews.reviews").await,
        21
    );
    let mut desk = owner(&souk).await;
    assert!(desk.get("/admin/reviews?queue=reported").await.has("review-row"));

    let fields = [
        ("stars", "1"),
        ("author", "Sam"),
        ("title", ""),
        ("body", "Look at www.example.com"),
    ];
    send(&mut shopper, &write, &fields, None).await.expect(303);
    assert!(souk.visitor().get(&mug).await.has("no-reviews"), "it is suspicious now");
    let queue = desk.get("/admin/reviews").await.expect(200);
    assert!(queue.has("suspicion"), "{}", queue.body);
    let chosen = queue.field("chosen").unwrap();
    let form = [
        ("chosen", chosen.as_str()),
        ("decision", "reject"),
        ("queue", "waiting"),
        ("reason", ""),
    ];
    desk.submit("/admin/reviews", &form).await.expect(422);
    let form = [
        ("chosen", chosen.as_str()),
        ("decision", "reject"),
        ("queue", "waiting"),
        ("reason", "No links."),
    ];
    let done = desk.submit("/admin/reviews", &form).await.expect(303);
    let after = desk.get(done.location()).await.expect(200);
    assert!(after.body.contains("It is done for one review."), "{}", after.body);
    let account = shopper.get("/account/reviews").await.expect(200);
    assert!(account.body.contains("No links."), "{}", account.body);
    let undone = crate::page::between(&after.body, "name=\"chosen\" value=\"", "\"").unwrap();
    let form = [("chosen", undone), ("decision", "undo"), ("queue", "waiting")];
    desk.submit("/admin/reviews", &form).await.expect(303);
    assert_eq!(souk.word("SELECT state FROM reviews.reviews").await, "waiting");
    let late = [
        ("chosen", chosen.as_str()),
        ("decision", "approve"),
        ("queue", "waiting"),
    ];
    let late = desk.submit("/admin/reviews", &late).await.expect(303);
    assert!(desk.get(late.location()).await.has("stale-reviews"));

    let delete = format!("/reviews/rev_{review}/delete");
    guest.send("GET", &delete, None).await.expect(404);
    guest.submit(&delete, &[]).await.expect(404);
    shopper.get(&delete).await.expect(200);
    shopper.submit(&delete, &[]).await.expect(303);
    shopper.submit(&delete, &[]).await.expect(404);
    assert_eq!(souk.number("SELECT count(*) FROM reviews.reviews").await, 0);
    souk.all_is_well().await;
}

#[tokio::test]
async fn what_is_not_sold_any_more_is_still_reviewed_by_who_got_it_and_leads_nowhere() {
    let souk = Installation::new().await;
    let mut shopper = souk.visitor();
    shopper.sign_in(&souk.alpha.shopper).await;
    shopper.add(&souk.alpha.mug, "1").await.expect(303);
    let order = order_of(&shopper.buy(&souk.alpha.shopper).await);
    deliver(&souk, &order).await;
    let product = format!("href=\"/products/{}\"", souk.alpha.mug.slug);
    let write = format!("/reviews/write/{}", souk.alpha.mug.slug);
    let fields = [("stars", "5"), ("author", "Sam"), ("body", "Good")];
    send(&mut shopper, &write, &fields, None).await.expect(303);
    let pages = [
        format!("/orders/{order}"),
        format!("/orders/{order}/reviews"),
        "/account/reviews".to_owned(),
    ];
    for path in &pages {
        let page = shopper.get(path).await.expect(200);
        assert!(page.body.contains(&product), "{}", page.body);
    }

    souk.damage("UPDATE catalog.products SET status = 'archived' WHERE slug LIKE '%mug%'")
        .await;
    for path in &pages {
        let page = shopper.get(path).await.expect(200);
        assert!(!page.body.contains(&product), "{}", page.body);
    }
    let page = shopper.get(&write).await.expect(200);
    assert!(
        !page.body.contains(&product) && !page.has("review-closed"),
        "{}",
        page.body
    );
    let fields = [("stars", "4"), ("author", "Sam"), ("body", "Still good")];
    let written = send(&mut shopper, &write, &fields, None).await.expect(303);
    assert_eq!(written.location(), "/account/reviews");
    souk.visitor().get(&write).await.expect(404);
}

#[tokio::test]
async fn only_buyers_review_unless_the_store_says_otherwise() {
    let souk = Installation::new().await;
    let mut shopper = souk.visitor();
    shopper.sign_in(&souk.alpha.shopper).await;
    let write = format!("/reviews/write/{}", souk.alpha.mug.slug);
    let fields = [("stars", "5"), ("author", "Sam"), ("body", "Good")];
    assert!(shopper.get(&write).await.expect(200).has("review-closed"));
    send(&mut shopper, &write, &fields, None).await.expect(403);
    let mut desk = owner(&souk).await;
    let settings = [
        ("who_writes", "nobody"),
        ("moderation", "after"),
        ("bad_words", "Scam, Free Money\nviagra"),
    ];
    desk.submit("/admin/settings/reviews", &settings).await.expect(303);
    let page = desk.get("/admin/settings/reviews").await.expect(200);
    assert!(page.body.contains("free money, scam, viagra"), "{}", page.body);
    desk.submit("/admin/settings/reviews", &[("who_writes", "everybody")])
        .await
        .expect(422);
    let mug = format!("/products/{}", souk.alpha.mug.slug);
    assert!(!souk.visitor().get(&mug).await.has("write-review"));
    send(&mut shopper, &write, &fields, None).await.expect(403);

    let settings = [("who_writes", "accounts"), ("moderation", "after"), ("bad_words", "")];
    desk.submit("/admin/settings/reviews", &settings).await.expect(303);
    let api = format!("/api/v1{mug}/reviews");
    let body = json!({"author": "Sam", "stars": 5, "body": "Good"});
    souk.visitor().call("POST", &api, &body).await.expect(401);
    let made = shopper.call("POST", &api, &body).await.expect(201).json();
    assert_eq!((&made["stars"], &made["state"]), (&json!(5), &json!("published")));
    shopper.call("POST", &api, &body).await.expect(200);
    let listed = souk
        .visitor()
        .get(&format!("{api}?stars=5&sort=helpful"))
        .await
        .expect(200)
        .json();
    assert_eq!((&listed["total"], &listed["items"][0]["id"]), (&json!(1), &made["id"]));

    let path = format!("/api/v1/admin/reviews/{}", made["id"].as_str().unwrap());
    let mut merchant = souk.visitor().with_key(&souk.alpha.key);
    merchant
        .call("POST", &format!("{path}/reject"), &json!({"reason": "No"}))
        .await
        .expect(428);
    let mut merchant = merchant.with("if-match", "\"1\"");
    let rejected = merchant
        .call("POST", &format!("{path}/reject"), &json!({"reason": "No"}))
        .await;
    assert_eq!(rejected.expect(200).json()["state"], "rejected");
    merchant
        .call("POST", &format!("{path}/approve"), &json!({}))
        .await
        .expect(412);
    let mut merchant = souk.visitor().with_key(&souk.alpha.key).with("if-match", "*");
    merchant
        .call("POST", &format!("{path}/approve"), &json!({}))
        .await
        .expect(200);
    let answered = merchant
        .call("PATCH", &path, &json!({"reply": "Thanks"}))
        .await
        .expect(200)
        .json();
    assert_eq!(
        (&answered["reply"], &answered["version"]),
        (&json!("Thanks"), &json!(4))
    );
    let queue = merchant
        .get("/api/v1/admin/reviews?queue=published&q=sam")
        .await
        .expect(200)
        .json();
    assert_eq!(queue["total"], 1);
    souk.all_is_well().await;
}
