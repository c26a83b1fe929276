//! What is sent twice takes effect once: every change of the API has its key, and every form of the shop either has one or
//! means the same when it comes again.

use std::collections::BTreeMap;

use axum::http::Method;
use serde_json::{Value, json};

use crate::{
    browser::Browser,
    installation::{GUEST, Installation, order_of},
    rest_api::{cart_of, payment_of},
    routes,
};

/// Why a change of the shop may come twice.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Twice {
    /// Its page gives it a key in the field `once`.
    Keyed,
    /// The second leaves what the first left: it sets, removes, or is bound to something that is used up.
    Same,
    /// It changes nothing.
    Nothing,
}

use Twice::{Keyed, Nothing, Same};

/// Every form of the shop.
const FORMS: &[(&str, Twice, &str)] = &[
    ("POST /cart", Keyed, "adds"),
    (
        "POST /cart/lines/{line}",
        Keyed,
        "a quantity, for the version of the cart that was shown",
    ),
    ("POST /cart/lines/{line}/save", Keyed, "a line moves out of the cart"),
    ("POST /cart/saved/{line}", Keyed, "a line moves into the cart"),
    ("POST /cart/left/{id}", Keyed, "adds"),
    ("POST /cart/note", Same, "sets the note"),
    ("POST /account/orders/{id}/again", Keyed, "adds"),
    ("POST /cart/coupon", Same, "a code is in the cart or not"),
    ("POST /cart/coupon/remove", Same, "a code is in the cart or not"),
    (
        "POST /checkout",
        Same,
        "a cart becomes one order; who comes second is led to it",
    ),
    ("POST /checkout/preview", Nothing, "shows sums"),
    (
        "POST /checkout/success",
        Same,
        "an address has one account; the second is told so by mail",
    ),
    (
        "POST /checkout/give-up",
        Same,
        "a payment is given up once; the second is led to the cart",
    ),
    ("POST /orders/{id}/again", Keyed, "adds"),
    ("POST /queue", Same, "who has a place that is good keeps it"),
    (
        "POST /login",
        Same,
        "a session more, which the browser has instead of the first",
    ),
    ("POST /login/code", Same, "a code counts once"),
    ("POST /login/passkey", Same, "what was signed is used up"),
    ("POST /login/passkey/options", Same, "the browser signs the newest"),
    (
        "POST /login/providers/{id}",
        Same,
        "the browser comes back with the newest",
    ),
    ("POST /logout", Same, "the session is gone"),
    (
        "POST /register",
        Same,
        "an address has one account; the second is told so by mail",
    ),
    ("POST /account/verify", Same, "the link is used up"),
    ("POST /account/verify/again", Keyed, "a mail more"),
    ("POST /account/forgot", Same, "the newest link counts"),
    ("POST /account/reset", Same, "the link is used up"),
    ("POST /account/profile", Same, "sets the name"),
    ("POST /account/password", Same, "the old password is used up"),
    ("POST /account/sign-out-everywhere", Same, "the sessions are gone"),
    ("POST /account/sessions/{id}/end", Same, "the session is gone"),
    (
        "POST /account/second-factor",
        Same,
        "the newest secret waits for its code",
    ),
    ("POST /account/second-factor/confirm", Same, "a code counts once"),
    ("POST /account/second-factor/remove", Same, "it is gone"),
    (
        "POST /account/second-factor/codes",
        Same,
        "the same code shows the same recovery codes again",
    ),
    ("POST /account/passkeys", Same, "what was signed is used up"),
    ("POST /account/passkeys/options", Same, "the browser signs the newest"),
    ("POST /account/passkeys/{id}/remove", Same, "the passkey is gone"),
    (
        "POST /account/providers/{id}/link",
        Same,
        "the browser comes back with the newest",
    ),
    ("POST /account/providers/{id}/unlink", Same, "the link is gone"),
    ("POST /account/addresses", Keyed, "adds"),
    ("POST /account/addresses/{id}", Same, "sets the address"),
    ("POST /account/addresses/{id}/remove", Same, "the address is gone"),
    ("POST /account/delete", Same, "the account is gone"),
    ("POST /account/cards/{id}/default", Same, "one card is the first"),
    ("POST /account/cards/{id}/remove", Same, "the card is gone"),
    ("POST /account/addresses/{id}/default", Same, "one address is the first"),
    ("POST /account/messages", Same, "sets what is wanted"),
    ("POST /account/texts", Same, "sets what is wanted"),
    ("POST /account/pushes/stop", Same, "no browser is told"),
    ("POST /pushes", Same, "a browser is told or not"),
    ("POST /pushes/state", Same, "only looks"),
    ("POST /texts/replies", Same, "a number is stopped or not"),
    ("POST /texts/{id}/status", Same, "a text ends once"),
    ("POST /mails/{id}", Same, "a kind of mail is refused or not"),
    ("POST /mails/{id}/again", Same, "a kind of mail is refused or not"),
    ("POST /stock-alerts", Same, "an address waits once for a variant"),
    ("POST /stock-alerts/{id}", Same, "it is confirmed or ended"),
    ("POST /account/wishlist", Same, "a product is on the list or not"),
    ("POST /account/wishlist/remove", Same, "a product is on the list or not"),
    (
        "POST /account/wishlist/share",
        Same,
        "a list that is shared keeps its link",
    ),
    ("POST /account/wishlist/unshare", Same, "the link is gone"),
    (
        "POST /reviews/write/{slug}",
        Same,
        "an author has one review of a product",
    ),
    ("POST /reviews/{id}/delete", Same, "the review is gone"),
    ("POST /reviews/{id}/helpful", Same, "a voter counts once"),
    ("POST /reviews/{id}/report", Same, "a voter counts once"),
    ("POST /sandbox/challenge/{attempt}", Same, "the first answer counts"),
];

#[tokio::test]
async fn every_change_of_the_api_takes_a_key_and_every_form_of_the_shop_is_in_the_table() {
    let souk = Installation::new().await;
    let table: BTreeMap<&str, Twice> = FORMS.iter().map(|(route, twice, _)| (*route, *twice)).collect();
    let of_shop = |route: &String| {
        let (method, path) = route.split_once(' ').unwrap();
        method != "GET" && !path.starts_with("/admin") && !path.starts_with("/api/")
    };
    let registered: Vec<String> = routes::all(&souk).await.into_iter().filter(of_shop).collect();
    assert_eq!(
        registered,
        table.keys().map(|route| (*route).to_owned()).collect::<Vec<_>>()
    );

    let document = souk.visitor().get("/api/v1/openapi.json").await.expect(200).json();
    let mut without = Vec::new();
    for (path, item) in document["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            let keyed = operation["parameters"]
                .as_array()
                .is_some_and(|all| all.iter().any(|one| one["name"] == "Idempotency-Key"));
            if method.to_uppercase() != Method::GET.as_str() && !keyed {
                without.push(format!("{method} {path}"));
            }
        }
    }
    // The same file again is the file that is there. A token is never kept to be told again, and one that was given back stays so. A gateway's message has an id of its own,
    // and is remembered by it.
    assert_eq!(
        without,
        [
            "post /admin/uploads/{id}",
            "post /auth/revoke",
            "post /auth/token",
            "post /webhooks/{gateway}"
        ]
    );
}

async fn count(souk: &Installation) -> i64 {
    souk.number("SELECT coalesce(sum(quantity), 0)::bigint FROM cart.lines")
        .await
}

#[tokio::test]
async fn a_form_that_is_sent_again_is_answered_again_and_adds_nothing() {
    let souk = Installation::new().await;
    let mut shopper = souk.visitor();
    let product = format!("/products/{}", souk.alpha.mug.slug);
    let key = shopper.get(&product).await.field("once").unwrap();
    let variant = souk.alpha.mug.id();
    let form = [("variant", variant.as_str()), ("quantity", "2"), ("once", key.as_str())];

    // The first answer is lost on the way, and its cookie with it.
    let lost = shopper.clone().submit("/cart", &form).await.expect(303);
    assert_eq!(lost.header("idempotent-replayed"), "");
    let again = shopper.submit("/cart", &form).await.expect(303);
    assert_eq!(
        (again.header("idempotent-replayed"), again.location()),
        ("true", lost.location())
    );
    assert_eq!(count(&souk).await, 2);
    assert_eq!(shopper.get("/cart").await.text("cart-count").as_deref(), Some("2"));

    let other = [("variant", variant.as_str()), ("quantity", "3"), ("once", key.as_str())];
    let refused = shopper.submit("/cart", &other).await.expect(422);
    assert!(
        refused.text("error-message").unwrap().contains("sent before"),
        "{}",
        refused.body
    );
    assert_eq!(count(&souk).await, 2);

    let next = shopper.get(&product).await.field("once").unwrap();
    let meant = [
        ("variant", variant.as_str()),
        ("quantity", "2"),
        ("once", next.as_str()),
    ];
    shopper.submit("/cart", &meant).await.expect(303);
    assert_eq!(count(&souk).await, 4);
    assert_eq!(
        souk.number("SELECT count(*) FROM cart.lines").await,
        1,
        "still one line"
    );
}

#[tokio::test]
async fn of_a_double_click_one_counts() {
    let souk = Installation::new().await;
    let mut shopper = souk.visitor();
    shopper.add(&souk.alpha.guide, "1").await.expect(303);
    let variant = souk.alpha.mug.id();
    let form = [
        ("variant", variant.as_str()),
        ("quantity", "1"),
        ("once", "double-click"),
    ];
    let (mut one, mut two) = (shopper.clone(), shopper.clone());
    let (first, second) = tokio::join!(one.submit("/cart", &form), two.submit("/cart", &form));
    assert_eq!((first.status.as_u16(), second.status.as_u16()), (303, 303));
    assert_eq!(count(&souk).await, 2);

    let form = shopper.fill_checkout(GUEST).await;
    let (first, second) = tokio::join!(one.place(&form, "tok_success"), two.place(&form, "tok_success"));
    assert_eq!((first.status.as_u16(), second.status.as_u16()), (303, 303));
    let mut replayed = [
        first.header("idempotent-replayed"),
        second.header("idempotent-replayed"),
    ];
    replayed.sort_unstable();
    assert_eq!(replayed, ["", "true"]);
    assert_eq!(first.location(), second.location());
    assert_eq!(souk.order_count().await, 1);
    souk.all_is_well().await;
}

#[tokio::test]
async fn a_tab_that_shows_an_old_cart_is_told_so_and_keeps_what_was_typed() {
    let souk = Installation::new().await;
    let mut shopper = souk.visitor();
    shopper.add(&souk.alpha.mug, "1").await.expect(303);
    let old = shopper.get("/cart").await;
    let version = old.field("version").unwrap();
    let path = crate::page::between(&old.body, "action=\"/cart/lines/", "\"").map(|line| format!("/cart/lines/{line}"));
    let path = path.unwrap();
    souk.pass(chrono::TimeDelta::seconds(1));
    shopper.add(&souk.alpha.guide, "1").await.expect(303);

    let stale = [("quantity", "7"), ("version", version.as_str())];
    let told = shopper.submit(&path, &stale).await.expect(409);
    assert!(
        told.text("error-message").unwrap().contains("changed elsewhere"),
        "{}",
        told.body
    );
    assert_eq!(told.field("quantity").as_deref(), Some("7"));
    assert_eq!(count(&souk).await, 2);

    let version = told.field("version").unwrap();
    let fresh = [("quantity", "7"), ("version", version.as_str())];
    shopper.submit(&path, &fresh).await.expect(303);
    assert_eq!(count(&souk).await, 8);
}

#[tokio::test]
async fn an_address_that_is_saved_twice_is_in_the_book_once() {
    let souk = Installation::new().await;
    let mut shopper = souk.visitor();
    shopper.sign_in(&souk.alpha.shopper).await;
    let key = shopper.get("/account/addresses").await.field("once").unwrap();
    let form = [
        ("first_name", "Ada"),
        ("last_name", "Again"),
        ("line1", "1 Loop"),
        ("city", "Los Angeles"),
        ("state", "CA"),
        ("postal_code", "90001"),
        ("country", "US"),
        ("once", key.as_str()),
    ];
    for replayed in ["", "true"] {
        let saved = shopper.submit("/account/addresses", &form).await.expect(303);
        assert_eq!(saved.header("idempotent-replayed"), replayed);
    }
    let saved = "SELECT count(*) FROM customers.addresses WHERE address ->> 'last_name' = 'Again'";
    assert_eq!(souk.number(saved).await, 1);
}

#[tokio::test]
async fn a_double_click_at_the_desk_counts_once() {
    let souk = Installation::new().await;
    let mut guest = souk.visitor();
    guest.add(&souk.alpha.guide, "1").await.expect(303);
    let order = order_of(&guest.buy(GUEST).await);
    let mut owner = souk.visitor();
    owner.sign_in(&souk.alpha.owner).await;
    let mut twice = async |page: &str, form: &str, fields: &[(&str, &str)]| {
        let key = owner.get(page).await.expect(200).field("once").unwrap();
        let fields = [fields, &[("once", key.as_str())]].concat();
        let first = owner.submit(form, &fields).await.expect(303);
        let second = owner.submit(form, &fields).await.expect(303);
        assert_eq!(
            (second.header("idempotent-replayed"), second.location()),
            ("true", first.location())
        );
    };
    let (before, _) = souk.stock(&souk.alpha.mug).await;
    let variant = format!("/admin/variants/{}", souk.alpha.mug.id());
    let found = [("change", "+10"), ("reason", "found")];
    twice(&variant, &format!("{variant}/stock"), &found).await;
    assert_eq!(souk.stock(&souk.alpha.mug).await.0, before + 10);

    let order = format!("/admin/orders/{order}");
    twice(&order, &format!("{order}/notes"), &[("text", "said but once")]).await;
    let new = "/admin/products/new";
    let made = [
        ("title", "Made but once"),
        ("kind", "physical"),
        ("price", "1.00"),
        ("status", "draft"),
    ];
    twice(new, new, &made).await;
    assert_eq!(
        souk.number("SELECT count(*) FROM catalog.products WHERE title = 'Made but once'")
            .await,
        1
    );
    let page = owner.get(&order).await.expect(200);
    assert_eq!(page.body.matches("said but once").count(), 1, "{}", page.body);
}

async fn paid_order(souk: &Installation) -> Value {
    let cart = souk
        .visitor()
        .call("POST", "/api/v1/carts", &cart_of(&[&souk.alpha.mug, &souk.alpha.guide]))
        .await
        .expect(201)
        .json();
    let path = format!("/api/v1/carts/{}/complete", cart["id"].as_str().unwrap());
    let body = payment_of(&cart, "tok_success");
    souk.visitor().call("POST", &path, &body).await.expect(201).json()
}

#[tokio::test]
async fn a_refund_whose_answer_was_never_kept_is_not_made_twice() {
    let souk = Installation::new().await;
    let order = paid_order(&souk).await;
    let mut merchant = souk
        .visitor()
        .with_key(&souk.alpha.key)
        .with("idempotency-key", "refund-1");
    let path = format!("/api/v1/admin/orders/{}/refunds", order["id"].as_str().unwrap());
    let body = json!({"lines": [{"line_id": order["lines"][0]["id"], "quantity": 1}], "reason": "broken"});
    merchant.call("POST", &path, &body).await.expect(201);
    // The program died between the refund and its answer.
    souk.damage("DELETE FROM platform.idempotency_records WHERE key = 'refund-1'")
        .await;
    let again = merchant.call("POST", &path, &body).await.expect(201).json();
    assert_eq!(again["refunds"].as_array().unwrap().len(), 1, "{again}");
    souk.all_is_well().await;
}

#[tokio::test]
async fn a_refund_that_is_agreed_to_twice_is_made_once() {
    let souk = Installation::new().await;
    let mut guest = souk.visitor();
    guest.add(&souk.alpha.mug, "2").await.expect(303);
    let id = order_of(&guest.buy(GUEST).await);
    let mut owner: Browser = souk.visitor();
    owner.sign_in(&souk.alpha.owner).await;
    let path = format!("/admin/orders/{id}/refund");
    let line = souk.word("SELECT id::text FROM orders.lines").await;
    let line = kernel::OrderLineId::from(line.parse::<uuid::Uuid>().unwrap()).to_string();
    let page = owner
        .get(&format!("{path}?line={line}&quantity=1&step=preview"))
        .await
        .expect(200);
    let (once, amount) = (page.field("once").unwrap(), page.field("amount").unwrap());
    let form = [
        ("line", line.as_str()),
        ("quantity", "1"),
        ("amount", amount.as_str()),
        ("once", once.as_str()),
    ];
    for _ in 0..2 {
        owner.submit(&path, &form).await.expect(303);
    }
    assert_eq!(souk.number("SELECT count(*) FROM payments.refunds").await, 1);
    souk.all_is_well().await;
}

#[tokio::test]
async fn a_new_keys_secret_is_told_once() {
    let souk = Installation::new().await;
    let mut merchant = souk
        .visitor()
        .with_key(&souk.alpha.key)
        .with("idempotency-key", "key-1");
    let body = json!({"name": "robot", "permissions": ["orders:read"]});
    let first = merchant
        .call("POST", "/api/v1/admin/api-keys", &body)
        .await
        .expect(201)
        .json();
    let again = merchant.call("POST", "/api/v1/admin/api-keys", &body).await.expect(201);
    assert_eq!(again.header("idempotent-replayed"), "true");
    let secret = first["secret"].as_str().unwrap();
    assert!(secret.starts_with("souk_"), "{first}");
    assert_eq!(
        (again.json()["id"].clone(), again.json()["secret"].clone()),
        (first["id"].clone(), Value::Null)
    );
    let kept = format!(
        "SELECT count(*) FROM platform.idempotency_records WHERE position('{secret}' IN convert_from(body, 'UTF8')) > 0"
    );
    assert_eq!(souk.number(&kept).await, 0, "secrets are not kept");
}

#[tokio::test]
async fn an_upload_with_a_key_is_imported_once() {
    let souk = Installation::new().await;
    let mut merchant = souk
        .visitor()
        .with_key(&souk.alpha.key)
        .with("idempotency-key", "upload-1");
    let path = "/api/v1/admin/imports?format=jsonl&dry_run=true";
    let file = |text: &str| Some(("application/octet-stream", text.to_owned()));
    let line = r#"{"id": "a", "title": "A thing", "price": "1.00"}"#;
    let first = merchant.send("POST", path, file(line)).await;
    let again = merchant.send("POST", path, file(line)).await;
    assert_eq!((again.status, &again.body), (first.status, &first.body));
    assert_eq!(again.header("idempotent-replayed"), "true", "{}", again.body);
    merchant.send("POST", path, file("{}")).await.expect(422);
    assert_eq!(souk.number("SELECT count(*) FROM imports.runs").await, 1);
}
