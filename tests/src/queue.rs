//! The waiting room: who waits, who is let in, and that nobody gets around it. The clock stands still unless a test moves it.

use chrono::TimeDelta;
use serde_json::{Value, json};

use crate::{
    browser::Browser,
    installation::{GUEST, Installation},
    page::Page,
    rest_api::{cart_of, payment_of},
};

/// One shopper a minute, each for five minutes.
const SLOW: [(&str, &str); 4] = [
    ("per_minute", "1"),
    ("admission_minutes", "5"),
    ("message", "There is <enough> for everybody."),
    ("version", "0"),
];

async fn open(souk: &Installation, before: &str, products: &str) -> Browser {
    let mut owner = souk.visitor();
    owner.sign_in(&souk.alpha.owner).await;
    let fields = [&[("before", before), ("products", products)], SLOW.as_slice()].concat();
    owner.submit("/admin/settings/queue", &fields).await.expect(303);
    owner
}

async fn joins(browser: &mut Browser) -> Page {
    browser.submit("/queue", &[("next", "/checkout")]).await.expect(303);
    browser.send("GET", "/queue?next=/checkout", None).await
}

#[tokio::test]
async fn shoppers_wait_before_the_checkout_and_come_in_one_after_the_other() {
    let souk = Installation::new().await;
    open(&souk, "checkout", "").await;
    let (mut first, mut second) = (souk.visitor(), souk.visitor());
    for browser in [&mut first, &mut second] {
        browser.add(&souk.alpha.mug, "1").await.expect(303);
        let away = browser.send("GET", "/checkout", None).await.expect(303);
        assert_eq!(away.location(), "/queue?next=%2Fcheckout");
        let page = browser.get("/checkout").await.expect(200);
        assert!(page.has("queue-join") && page.body.contains("There is &lt;enough&gt; for everybody."));
        assert!(browser.cookie("souk_ticket").is_none(), "looking is not joining");
    }
    let page = joins(&mut first).await.expect(303);
    assert_eq!(page.location(), "/checkout", "nobody is there, so nobody waits");
    let page = joins(&mut second).await.expect(200);
    assert!(page.text("queue-position").unwrap().ends_with(": 1"), "{}", page.body);
    assert!(
        page.body
            .contains("<noscript><meta http-equiv=\"refresh\" content=\"15\"></noscript>")
    );
    let ticket = second.cookie("souk_ticket").unwrap().to_owned();
    joins(&mut second).await.expect(200);
    assert_eq!(
        second.cookie("souk_ticket").unwrap(),
        ticket,
        "one ticket for a browser"
    );
    let before = souk.database().statement_count();
    second.send("GET", "/queue?next=/checkout", None).await.expect(200);
    assert!(
        souk.database().statement_count() - before <= 1,
        "only the cart is counted"
    );

    // Who waits gets in by no other door.
    let form = first.fill_checkout(GUEST).await;
    second.place(&form, "tok_success").await.expect(303);
    second.submit("/checkout", &form.fields("update", "")).await.expect(303);
    assert_eq!(souk.order_count().await, 0);

    first.place(&form, "tok_success").await.expect(303);
    assert_eq!(souk.order_count().await, 1);
    souk.pass(TimeDelta::seconds(59));
    joins(&mut second).await.expect(200);
    souk.pass(TimeDelta::seconds(1));
    let page = second.get("/queue?next=/checkout").await.expect(200);
    assert!(page.has("success-message"), "{}", page.body);
    second.buy("second@example.com").await;
    assert_eq!(souk.order_count().await, 2);
}

#[tokio::test]
async fn an_admission_is_used_once_and_a_ticket_cannot_be_made() {
    let souk = Installation::new().await;
    open(&souk, "checkout", "").await;
    let mut shopper = souk.visitor();
    shopper.add(&souk.alpha.tiles[0], "1").await.expect(303);
    joins(&mut shopper).await.expect(303);
    let ticket = shopper.cookie("souk_ticket").unwrap().to_owned();
    let mut friend = souk.visitor();
    friend.set_cookie("souk_ticket", &ticket);
    friend.add(&souk.alpha.tiles[1], "1").await.expect(303);
    friend.get("/checkout").await.expect(200).has("place-order");
    let form = shopper.fill_checkout(GUEST).await;
    shopper.place(&form, "tok_success").await.expect(303);
    let away = friend.place(&form, "tok_success").await.expect(303);
    assert_eq!(away.location(), "/queue?next=%2Fcheckout");
    assert_ne!(
        friend.cookie("souk_ticket"),
        Some(ticket.as_str()),
        "they are at the end now"
    );
    friend
        .get("/queue?next=/checkout")
        .await
        .expect(200)
        .has("queue-position");
    assert_eq!(souk.order_count().await, 1);

    // The same browser buys again: it waits again.
    shopper.add(&souk.alpha.tiles[2], "1").await.expect(303);
    shopper.place(&form, "tok_success").await.expect(303);
    assert_eq!(souk.order_count().await, 1);

    let mut forger = souk.visitor();
    forger.add(&souk.alpha.tiles[3], "1").await.expect(303);
    let mut forged = ticket.clone();
    forged.replace_range(8..9, if ticket.as_bytes()[8] == b'A' { "B" } else { "A" });
    for worthless in [forged.as_str(), "", "nonsense", &"A".repeat(300)] {
        forger.set_cookie("souk_ticket", worthless);
        forger.send("GET", "/checkout", None).await.expect(303);
    }
    // The time to buy is over after five minutes.
    let mut late = souk.visitor();
    late.add(&souk.alpha.tiles[4], "1").await.expect(303);
    souk.pass(TimeDelta::minutes(30));
    joins(&mut late).await.expect(303);
    late.get("/checkout").await.expect(200);
    souk.pass(TimeDelta::minutes(5));
    late.send("GET", "/checkout", None).await.expect(303);
    assert!(late.get("/checkout").await.has("queue-join"));
}

#[tokio::test]
async fn a_room_before_a_product_is_for_that_product() {
    let souk = Installation::new().await;
    let (mug, tile) = (&souk.alpha.mug, &souk.alpha.tiles[0]);
    let mut owner = open(&souk, "products", &format!("/products/{}", mug.slug)).await;
    let (mut first, mut second) = (souk.visitor(), souk.visitor());
    let away = first.add(mug, "1").await.expect(303);
    let product = format!("/products/{}?variant={}", mug.slug, mug.id());
    let next: String = url::form_urlencoded::byte_serialize(product.as_bytes()).collect();
    assert_eq!(away.location(), format!("/queue?next={next}"));
    let leads_on = first.send("GET", away.location(), None).await.expect(303);
    assert_eq!(leads_on.location(), product);
    first.add(mug, "1").await.expect(303);
    first.buy(GUEST).await;

    second.add(tile, "1").await.expect(303);
    second.get("/checkout").await.expect(200).has("place-order");
    second.add(mug, "1").await.expect(303);
    assert!(second.get("/queue").await.has("queue-position"));
    assert_eq!(second.get("/").await.text("cart-count").unwrap(), "1");

    // Closed, everybody buys at once.
    let page = owner.get("/admin/settings/queue").await.expect(200);
    assert!(
        page.text("queue-waiting").unwrap().starts_with("One shopper waits"),
        "{}",
        page.body
    );
    let mut fields = vec![("before", "nothing"), ("products", "")];
    fields.extend(SLOW);
    owner.submit("/admin/settings/queue", &fields).await.expect(409);
    fields.pop();
    fields.push(("version", "1"));
    owner.submit("/admin/settings/queue", &fields).await.expect(303);
    second.add(mug, "1").await.expect(303);
    assert_eq!(second.get("/").await.text("cart-count").unwrap(), "2");
}

#[tokio::test]
async fn programs_wait_too_and_a_second_process_knows_the_same_queue() {
    let souk = Installation::new().await;
    let beta = souk.beta().await;
    let mut desk = souk.visitor().with_key(&souk.alpha.key);
    let room = desk.call("GET", "/api/v1/admin/queue", &Value::Null).await.expect(200);
    assert_eq!(
        (room.json()["before"].as_str(), room.header("etag")),
        (Some("nothing"), "\"0\"")
    );
    let settings = json!({"before": "checkout", "per_minute": 1, "admission_minutes": 5});
    desk.call("PATCH", "/api/v1/admin/queue", &settings).await.expect(428);
    let mut editor = souk.visitor().with_key(&souk.alpha.key).with("if-match", "\"0\"");
    let wrong = json!({"before": "products"});
    let refused = editor.call("PATCH", "/api/v1/admin/queue", &wrong).await.expect(422);
    assert_eq!(refused.json()["errors"][0]["field"], "product_ids");
    editor.call("PATCH", "/api/v1/admin/queue", &settings).await.expect(200);
    editor.call("PATCH", "/api/v1/admin/queue", &settings).await.expect(412);

    let mut other = souk.another_process().await;
    other.follower.catch_up().await.unwrap();
    let (mut here, mut there) = (souk.visitor(), other.visitor());
    let buy = async |browser: &mut Browser, cart: &Value| {
        let path = format!("/api/v1/carts/{}/complete", cart["id"].as_str().unwrap());
        browser.call("POST", &path, &payment_of(cart, "tok_success")).await
    };
    let pieces = [&souk.alpha.tiles[0]];
    let cart = here
        .call("POST", "/api/v1/carts", &cart_of(&pieces))
        .await
        .expect(201)
        .json();
    let refused = buy(&mut here, &cart).await.expect(429);
    assert_eq!(refused.json()["code"], "queue_ticket_required");
    let first = here
        .call("POST", "/api/v1/queue", &Value::Null)
        .await
        .expect(201)
        .json();
    assert_eq!(first["state"], "admitted");
    let second = there
        .call("POST", "/api/v1/queue", &Value::Null)
        .await
        .expect(201)
        .json();
    assert_eq!(
        (second["state"].as_str(), second["position"].as_i64()),
        (Some("waiting"), Some(1))
    );
    assert_eq!(second["wait_seconds"], 60);

    let ticket = second["ticket"].as_str().unwrap();
    let mut waiting = other.visitor().with("queue-ticket", ticket);
    let same = waiting
        .call("POST", "/api/v1/queue", &Value::Null)
        .await
        .expect(200)
        .json();
    assert_eq!(same["ticket"], ticket);
    let refused = buy(&mut waiting, &cart).await.expect(429);
    assert_eq!(
        (refused.json()["code"].as_str(), refused.header("retry-after")),
        (Some("queue_waiting"), "60")
    );
    let mut foreign = souk.visitor_of(&beta).with("queue-ticket", ticket);
    let answer = foreign
        .call("GET", "/api/v1/queue", &Value::Null)
        .await
        .expect(200)
        .json();
    assert_eq!(
        (answer["before"].as_str(), answer["state"].as_str()),
        (Some("nothing"), Some("none"))
    );

    let mut admitted = souk.visitor().with("queue-ticket", first["ticket"].as_str().unwrap());
    buy(&mut admitted, &cart).await.expect(201);
    let more = here
        .call("POST", "/api/v1/carts", &cart_of(&pieces))
        .await
        .expect(201)
        .json();
    let used = buy(&mut admitted, &more).await.expect(429);
    assert_eq!(used.json()["code"], "queue_used");
    souk.pass(TimeDelta::minutes(1));
    buy(&mut waiting, &more).await.expect(201);
}

/// A program in a store whose room is open: it takes a ticket that is admitted at once.
async fn admitted(souk: &Installation) -> Browser {
    let browser = souk.visitor();
    let joined = browser.clone().call("POST", "/api/v1/queue", &Value::Null).await;
    let joined = joined.expect(201).json();
    assert_eq!(joined["state"], "admitted");
    browser.with("queue-ticket", joined["ticket"].as_str().unwrap())
}

async fn new_cart(browser: &mut Browser, body: &Value) -> Value {
    browser.call("POST", "/api/v1/carts", body).await.expect(201).json()
}

fn path_of(cart: &Value, rest: &str) -> String {
    format!("/api/v1/carts/{}{rest}", cart["id"].as_str().unwrap())
}

#[tokio::test]
async fn an_admission_sets_stock_aside_for_one_cart_and_the_next_takes_another_ticket() {
    let souk = Installation::new().await;
    open(&souk, "checkout", "").await;
    let mut program = admitted(&souk).await;
    let pieces = [&souk.alpha.tiles[0]];
    let first = new_cart(&mut program, &cart_of(&pieces)).await;
    let second = new_cart(&mut program, &cart_of(&pieces)).await;
    let unknown = format!("/api/v1/carts/{}/hold", kernel::CartId::from(uuid::Uuid::from_u128(7)));
    program.call("POST", &unknown, &Value::Null).await.expect(404);
    let hold =
        async |browser: &mut Browser, cart: &Value| browser.call("POST", &path_of(cart, "/hold"), &Value::Null).await;
    for _ in 0..2 {
        hold(&mut program, &first).await.expect(200);
    }
    let used = hold(&mut program, &second).await.expect(429);
    assert_eq!(used.json()["code"], "queue_used");
    let held = "SELECT count(DISTINCT holder_id) FROM inventory.reservations WHERE state = 'open'";
    assert_eq!(souk.number(held).await, 1);

    let state = program.call("GET", "/api/v1/queue", &Value::Null).await.expect(200);
    assert_eq!(state.json()["state"], "used");
    let new = program.call("POST", "/api/v1/queue", &Value::Null).await.expect(201);
    assert_eq!(new.json()["state"], "waiting");
    let mut next = souk
        .visitor()
        .with("queue-ticket", new.json()["ticket"].as_str().unwrap());
    souk.pass(TimeDelta::minutes(1));
    hold(&mut next, &second).await.expect(200);
}

#[tokio::test]
async fn a_browser_whose_ticket_another_cart_used_is_not_sent_in_circles() {
    let souk = Installation::new().await;
    open(&souk, "checkout", "").await;
    let (mut shopper, mut friend) = (souk.visitor(), souk.visitor());
    shopper.add(&souk.alpha.tiles[0], "1").await.expect(303);
    friend.add(&souk.alpha.tiles[1], "1").await.expect(303);
    joins(&mut shopper).await.expect(303);
    let ticket = shopper.cookie("souk_ticket").unwrap().to_owned();
    friend.set_cookie("souk_ticket", &ticket);
    let form = shopper.fill_checkout(GUEST).await;
    friend.get("/checkout").await.expect(200).has("place-order");
    shopper
        .submit("/checkout", &form.fields("update", ""))
        .await
        .expect(200);

    let away = friend.send("GET", "/checkout", None).await.expect(303);
    assert_eq!(away.location(), "/queue?next=%2Fcheckout");
    let page = friend.get("/queue?next=/checkout").await.expect(200);
    assert!(page.has("queue-join"), "{}", page.body);
    assert!(joins(&mut friend).await.expect(200).has("queue-position"));
    assert_ne!(friend.cookie("souk_ticket"), Some(ticket.as_str()));
    shopper.place(&form, "tok_success").await.expect(303);
    assert_eq!(souk.order_count().await, 1);
}

#[tokio::test]
async fn nothing_is_put_into_a_cart_around_a_room_before_it() {
    let souk = Installation::new().await;
    let (mug, tile) = (&souk.alpha.mug, &souk.alpha.tiles[0]);
    let mut shopper = souk.visitor();
    shopper.sign_in(&souk.alpha.shopper).await;
    shopper.add(mug, "1").await.expect(303);
    shopper.buy(&souk.alpha.shopper).await;
    let order = souk.word("SELECT id::text FROM orders.orders").await;
    let mut program = souk.visitor();
    let cart = new_cart(&mut program, &cart_of(&[mug, tile])).await;
    let other = new_cart(&mut program, &cart_of(&[mug])).await;
    let line = |cart: &Value| cart["lines"][0]["id"].as_str().unwrap().to_owned();
    let save = path_of(&other, &format!("/lines/{}/save", line(&other)));
    let saved = program.call("POST", &save, &Value::Null).await.expect(200).json();
    let saved = saved["saved_lines"][0]["id"].as_str().unwrap().to_owned();
    let key = |browser: Browser| browser.with("idempotency-key", "once");
    let more = json!({"variant_id": mug.id(), "quantity": 1});
    let added = key(program.clone())
        .call("POST", &path_of(&other, "/lines"), &more)
        .await
        .expect(201);
    open(&souk, "products", &format!("/products/{}", mug.slug)).await;

    let again = key(program.clone())
        .call("POST", &path_of(&other, "/lines"), &more)
        .await
        .expect(201);
    assert_eq!(
        (again.header("idempotent-replayed"), &again.body),
        ("true", &added.body)
    );
    program
        .call("POST", &path_of(&other, "/lines"), &more)
        .await
        .expect(429);
    let up = path_of(&other, &format!("/saved-lines/{saved}/move"));
    program.call("POST", &up, &Value::Null).await.expect(429);
    let change = path_of(&cart, &format!("/lines/{}", line(&cart)));
    program
        .call("PATCH", &change, &json!({"quantity": 2}))
        .await
        .expect(429);
    program
        .call("PATCH", &change, &json!({"quantity": 1}))
        .await
        .expect(200);

    let id = uuid::Uuid::parse_str(&order).unwrap();
    let order = kernel::OrderId::from(id);
    let away = shopper
        .submit(&format!("/account/orders/{order}/again"), &[])
        .await
        .expect(303);
    assert!(
        away.location().starts_with("/queue?next=%2Faccount%2Forders%2F"),
        "{}",
        away.location()
    );
    assert_eq!(shopper.get("/").await.text("cart-count").unwrap(), "0");

    // The shopper who was turned away has the first place.
    souk.pass(TimeDelta::minutes(2));
    let mut admitted = admitted(&souk).await;
    admitted
        .call("PATCH", &change, &json!({"quantity": 2}))
        .await
        .expect(200);
    admitted.call("POST", &up, &Value::Null).await.expect(200);
}

#[tokio::test]
async fn an_admission_follows_its_cart_to_the_customer_who_signs_in_and_its_order_outlives_it() {
    let souk = Installation::new().await;
    let mut phone = souk.visitor();
    phone.sign_in(&souk.alpha.shopper).await;
    phone.add(&souk.alpha.tiles[0], "1").await.expect(303);
    open(&souk, "checkout", "").await;
    let mut shopper = souk.visitor();
    shopper.add(&souk.alpha.tiles[1], "1").await.expect(303);
    joins(&mut shopper).await.expect(303);
    let form = shopper.fill_checkout(GUEST).await;
    shopper.place(&form, "tok_decline").await.expect(402);
    shopper.sign_in(&souk.alpha.shopper).await;
    let form = shopper.fill_checkout(&souk.alpha.shopper).await;
    let placed = shopper.place(&form, "tok_success").await.expect(303);
    assert!(
        placed.location().starts_with("/checkout/success"),
        "{}",
        placed.location()
    );

    souk.pass(TimeDelta::minutes(30));
    let mut program = admitted(&souk).await;
    let cart = new_cart(&mut program, &cart_of(&[&souk.alpha.tiles[2]])).await;
    let complete = path_of(&cart, "/complete");
    let order = program
        .call("POST", &complete, &payment_of(&cart, "tok_success"))
        .await
        .expect(201)
        .json();
    souk.pass(TimeDelta::minutes(30));
    let again = program
        .call("POST", &complete, &payment_of(&cart, "tok_success"))
        .await
        .expect(201)
        .json();
    assert_eq!(again["id"], order["id"]);
}

#[tokio::test]
async fn a_room_before_a_product_that_nobody_has_is_refused_and_a_place_is_taken_once_for_its_key() {
    let souk = Installation::new().await;
    let mut desk = souk.visitor().with_key(&souk.alpha.key).with("if-match", "\"0\"");
    let unknown = kernel::ProductId::from(uuid::Uuid::from_u128(7));
    let known = souk.word("SELECT id::text FROM catalog.products LIMIT 1").await;
    let known = kernel::ProductId::from(uuid::Uuid::parse_str(&known).unwrap());
    let room = json!({"before": "products", "product_ids": [known, unknown], "per_minute": 1});
    let refused = desk
        .call("PATCH", "/api/v1/admin/queue", &room)
        .await
        .expect(422)
        .json();
    assert_eq!(refused["errors"][0]["field"], "product_ids", "{refused}");
    open(&souk, "checkout", "").await;
    let mut program = souk.visitor().with("idempotency-key", "mine");
    let first = program.call("POST", "/api/v1/queue", &Value::Null).await.expect(201);
    let again = program.call("POST", "/api/v1/queue", &Value::Null).await.expect(201);
    assert_eq!(
        (again.header("idempotent-replayed"), &again.body),
        ("true", &first.body)
    );
    let mut stranger = souk.visitor().with("idempotency-key", "mine");
    let theirs = stranger
        .call("POST", "/api/v1/queue", &Value::Null)
        .await
        .expect(201)
        .json();
    assert_eq!(theirs["state"], "waiting", "a key is of one client");
}
