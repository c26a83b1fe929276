//! Nothing of one store can be seen or changed at another's address, whatever ids, cookies and keys a caller brings along.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::{
    browser::Browser,
    installation::{BETA, GUEST, Installation},
    names::Names,
    page::Page,
    routes,
    stocked::TestStore,
};

/// Somebody at the first store's address, with something of the second's in hand.
struct Intruder {
    name: &'static str,
    browser: Browser,
    /// Whether the session is the first store's own, and must not be ended on the way.
    signed_in: bool,
}

async fn intruders(souk: &Installation, beta: &TestStore, names: &Names) -> Vec<Intruder> {
    let with_cart = |mut browser: Browser| {
        browser.set_cookie(web::CART_COOKIE, &names.cart);
        browser
    };
    let sign_in = async |mut browser: Browser, email: &str| {
        browser.sign_in(email).await;
        browser
    };
    let guest = with_cart(souk.visitor());
    let shopper = with_cart(sign_in(souk.visitor(), &souk.alpha.shopper).await);
    let owner = sign_in(souk.visitor(), &souk.alpha.owner).await;
    let theirs = sign_in(souk.visitor_of(beta), &beta.owner).await.at(souk.alpha.host);
    let their_shopper = with_cart(sign_in(souk.visitor_of(beta), &beta.shopper).await.at(souk.alpha.host));
    let intruder = |name, browser, signed_in| Intruder {
        name,
        browser,
        signed_in,
    };
    vec![
        intruder("a guest with the other store's cart", guest, false),
        intruder("a shopper with the other store's cart", shopper, true),
        intruder("the owner", owner, true),
        intruder("a server with a key", souk.visitor().with_key(&souk.alpha.key), false),
        intruder("the other store's owner", theirs, false),
        intruder("the other store's shopper", their_shopper, false),
        intruder(
            "a server with the other store's key",
            souk.visitor().with_key(&beta.key),
            false,
        ),
    ]
}

/// A form that means things of the other store, field by field.
fn form_of(route: &str, beta: &TestStore, names: &Names) -> Vec<(&'static str, String)> {
    match route {
        "POST /checkout/success" => vec![
            ("order", names.order.clone()),
            ("token", names.token.clone()),
            ("password", crate::stocked::PASSWORD.to_owned()),
        ],
        "POST /orders/{id}/again" => vec![("token", names.token.clone())],
        "POST /stock-alerts" => vec![("variant", names.variant.clone()), ("email", GUEST.to_owned())],
        "POST /cart" => vec![("variant", names.variant.clone())],
        "POST /cart/lines/{line}" => vec![("quantity", "5".to_owned())],
        "POST /cart/coupon" | "POST /cart/coupon/remove" => vec![("code", format!("{BETA}10").to_uppercase())],
        "POST /account/wishlist" | "POST /account/wishlist/remove" => vec![("product", names.product.clone())],
        "POST /sandbox/challenge/{attempt}" => vec![("answer", "approve".to_owned())],
        "POST /login" => vec![
            ("email", beta.owner.clone()),
            ("password", crate::stocked::PASSWORD.to_owned()),
        ],
        "POST /checkout" | "POST /checkout/preview" => vec![
            ("email", GUEST.to_owned()),
            ("name", "Gwen Guest".to_owned()),
            ("line1", "1 Street".to_owned()),
            ("city", "Jakarta".to_owned()),
            ("country", "US".to_owned()),
            ("state", "CA".to_owned()),
            ("postal_code", "90001".to_owned()),
            ("gateway", "sandbox".to_owned()),
            ("payment_token", "tok_success".to_owned()),
            ("total", "1".to_owned()),
        ],
        "POST /admin/orders/{id}/cancel" | "POST /admin/orders/{id}/refund" => {
            vec![("reason", "because".to_owned()), ("everything", "on".to_owned())]
        }
        "POST /admin/orders/{id}/notes" => vec![("note", "hello".to_owned()), ("text", "hello".to_owned())],
        "POST /admin/orders/{id}/tags" => vec![("tags", "hello".to_owned())],
        "POST /admin/variants/{id}/stock" => vec![("change", "5".to_owned()), ("reason", "found".to_owned())],
        "POST /admin/customers/{id}/groups" | "POST /admin/price-lists/new" => {
            vec![("name", "Cheap".to_owned()), ("group", names.group.clone())]
        }
        "POST /admin/customer-groups/{id}" | "POST /admin/customer-groups/{id}/delete" => {
            vec![("name", "Cheap".to_owned()), ("version", "1".to_owned())]
        }
        "POST /admin/price-lists/{id}" | "POST /admin/price-lists/{id}/delete" => vec![
            ("name", "Cheap".to_owned()),
            ("group", names.group.clone()),
            ("version", "1".to_owned()),
        ],
        "POST /admin/price-lists/{id}/prices/{variant}" => {
            vec![("min_quantity", "1".to_owned()), ("price", "1".to_owned())]
        }
        "POST /account/addresses/{id}" => vec![
            ("first_name", "Gwen".to_owned()),
            ("last_name", "Guest".to_owned()),
            ("line1", "1 Street".to_owned()),
            ("city", "Los Angeles".to_owned()),
            ("state", "CA".to_owned()),
            ("postal_code", "90001".to_owned()),
            ("country", "US".to_owned()),
        ],
        _ => Vec::new(),
    }
}

/// A body that means things of the other store.
fn json_of(route: &str, names: &Names) -> Value {
    let line = json!({"variant_id": names.variant, "quantity": 1});
    match route.trim_start_matches(|c: char| c.is_ascii_uppercase() || c == ' ') {
        "/api/v1/carts" => json!({"lines": [line], "coupon_codes": [format!("{BETA}10").to_uppercase()]}),
        "/api/v1/carts/{id}" => json!({"email": GUEST}),
        "/api/v1/carts/{id}/lines" => line,
        "/api/v1/carts/{id}/lines/{line}" => json!({"quantity": 3}),
        "/api/v1/carts/{id}/complete" => json!({"payment": {"gateway": "sandbox", "token": "tok_success"}}),
        "/api/v1/admin/stock-adjustments" => json!({"variant_id": names.variant, "change": 5, "reason": "counted"}),
        "/api/v1/admin/orders/{id}/cancel" | "/api/v1/admin/orders/{id}/refunds" => json!({"reason": "because"}),
        "/api/v1/admin/orders/{id}/notes" => json!({"note": "hello"}),
        "/api/v1/admin/customers/{id}/groups" => json!({"group_ids": [names.group]}),
        "/api/v1/admin/price-lists" => json!({"name": "Cheap", "group_ids": [names.group]}),
        "/api/v1/admin/price-lists/{id}" => json!({"group_ids": [names.group]}),
        "/api/v1/admin/price-lists/{id}/prices" => {
            let price = json!({"amount": 1, "currency": "USD"});
            json!({"prices": [{"variant_id": names.variant, "price": price}]})
        }
        _ => json!({}),
    }
}

/// What follows the path: ids and secrets of the other store where a page reads them from its query.
fn query_of(route: &str, names: &Names) -> String {
    match route {
        "GET /orders/{id}"
        | "GET /orders/{id}/reviews"
        | "GET /orders/{id}/invoices/{document}"
        | "GET /api/v1/orders/{id}"
        | "GET /api/v1/orders/{id}/invoices" => {
            format!("?token={}", names.token)
        }
        "GET /checkout/success" | "GET /checkout/return" => format!("?order={}&token={}", names.order, names.token),
        "GET /mails/{id}" | "POST /mails/{id}" | "POST /mails/{id}/again" => format!("?token={}", names.stop_token),
        "GET /stock-alerts/{id}" | "POST /stock-alerts/{id}" => format!("?token={}", names.alert_token),
        "GET /cart/left/{id}" | "POST /cart/left/{id}" => format!("?token={}", names.reminder_token),
        "GET /search" | "GET /products" => "?q=fine".to_owned(),
        "GET /api/v1/admin/stock-levels" => format!("?variant_id={}", names.variant),
        "GET /products/{slug}" => format!("?variant={}", names.variant),
        "GET /reviews/write/{slug}"
        | "POST /reviews/write/{slug}"
        | "GET /reviews/{id}/delete"
        | "POST /reviews/{id}/delete" => {
            format!("?order={}&token={}", names.order, names.token)
        }
        _ => String::new(),
    }
}

async fn ask(browser: &mut Browser, route: &str, beta: &TestStore, names: &Names) -> Page {
    let (method, path) = route.split_once(' ').unwrap();
    let path = format!("{}{}", names.fill(path), query_of(route, names));
    if method == "GET" || (method == "DELETE" && path.starts_with("/api/")) {
        return browser.send(method, &path, None).await;
    }
    if path.starts_with("/api/") {
        return browser.call(method, &path, &json_of(route, names)).await;
    }
    let fields = form_of(route, beta, names);
    let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
    browser.submit(&path, &fields).await
}

/// A fingerprint of every row that belongs to a store, by table.
async fn rows_of(souk: &Installation, store: &TestStore) -> BTreeMap<String, String> {
    let tables: Vec<(String,)> = souk
        .rows(
            "SELECT table_schema || '.' || table_name FROM information_schema.columns c JOIN information_schema.tables t \
             USING (table_schema, table_name) WHERE c.column_name = 'store_id' AND t.table_type = 'BASE TABLE'",
        )
        .await;
    assert!(tables.len() > 40, "{tables:?}");
    let mut rows = BTreeMap::new();
    for (table,) in tables {
        let sql = format!(
            "SELECT count(*) || ' ' || md5(coalesce(string_agg(t::text, '|' ORDER BY t::text), '')) FROM {table} t \
             WHERE store_id = '{}'",
            uuid::Uuid::from(store.store.id)
        );
        rows.insert(table, souk.word(&sql).await);
    }
    rows
}

/// What a page shows around the other store's mark.
fn excerpt(body: &str) -> String {
    let at = body.to_lowercase().find(&BETA.to_lowercase()).unwrap_or_default();
    body.chars().skip(at.saturating_sub(200)).take(500).collect()
}

#[tokio::test]
async fn no_route_shows_or_changes_anything_of_another_store() {
    let souk = Installation::new().await;
    let beta = souk.beta().await;
    let names = Names::of_a_busy_store(&souk, &beta).await;
    let intruders = intruders(&souk, &beta, &names).await;
    let before = rows_of(&souk, &beta).await;
    let mut wrong = Vec::new();
    for intruder in intruders {
        for route in routes::all(&souk).await {
            let ends_session = route.ends_with("/logout") || route.ends_with("/sign-out-everywhere");
            if intruder.signed_in && ends_session {
                continue;
            }
            let page = ask(&mut intruder.browser.clone(), &route, &beta, &names).await;
            // What a page repeats of the form it was sent is no news to whoever sent it.
            let mut body = page.body.to_lowercase();
            for (_, typed) in form_of(&route, &beta, &names) {
                body = body.replace(&typed.to_lowercase(), "");
            }
            let shown = body.contains(&BETA.to_lowercase()) || page.location().contains(&names.token);
            // A route with an open part was asked for something that this store does not have; every store has every kind
            // of mail, text and push, and may collect tax in any place.
            let of_all = ["/mails/{kind}", "/texts/{kind}", "/pushes/{kind}", "/tax-nexus/{place}"]
                .iter()
                .any(|part| route.contains(part));
            let found = page.status.is_success() && route.contains('{') && !of_all;
            if shown || found || page.status.is_server_error() {
                wrong.push(format!(
                    "{route} for {}: {} {}",
                    intruder.name,
                    page.status,
                    excerpt(&page.body)
                ));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
    assert_eq!(
        rows_of(&souk, &beta).await,
        before,
        "a row of the other store was changed"
    );
    // The other way round everything is there: the names were right.
    let mut owner = souk.visitor_of(&beta);
    owner.sign_in(&beta.owner).await;
    for route in [
        "GET /products/{slug}",
        "GET /products/category/{slug}",
        "GET /orders/{id}",
        "GET /orders/{id}/invoices/{document}",
        "GET /admin/invoices/{id}",
        "GET /admin/orders/{id}",
        "GET /admin/customers/{id}",
        "GET /admin/products/{id}",
        "GET /admin/variants/{id}",
        "GET /admin/categories/{id}",
        "GET /admin/collections/{id}",
        "GET /admin/settings/attributes/{id}",
        "GET /admin/settings/providers/{id}",
        "GET /collections/{slug}",
        "GET /admin/pages/{id}",
        "GET /preview/pages/{id}",
        "GET /pages/{slug}",
        "GET /admin/menus/items/{id}",
        "GET /admin/home-page/sections/{id}",
        "GET /admin/coupons/{id}",
        "GET /admin/customer-groups/{id}",
        "GET /admin/price-lists/{id}",
        "GET /admin/price-lists/{id}/prices",
        "GET /admin/price-lists/{id}/prices/{variant}",
        "GET /admin/reviews/{id}",
        "GET /admin/imports/{id}",
        "GET /admin/mail/{id}",
        "GET /mails/{id}",
        "GET /stock-alerts/{id}",
        "GET /cart/left/{id}",
        "GET /admin/jobs",
        "GET /admin/keys",
        "GET /api/v1/carts/{id}",
        "GET /media/{file}",
        "GET /sandbox/challenge/{attempt}",
    ] {
        let page = ask(&mut owner, route, &beta, &names).await.expect(200);
        let tells = route.contains("/sandbox") || page.body.to_lowercase().contains(&BETA.to_lowercase());
        assert!(tells, "{route}: {}", page.body);
    }
}

#[tokio::test]
async fn one_shopper_cannot_see_or_change_what_is_anothers() {
    let souk = Installation::new().await;
    let names = Names::of_a_busy_store(&souk, &souk.alpha).await;
    let mut other = souk.visitor();
    let fields = [
        ("first_name", "Eve"),
        ("last_name", "Drop"),
        ("email", "eve@example.com"),
        ("password", crate::stocked::PASSWORD),
    ];
    other.submit("/register", &fields).await.expect(200);
    other.sign_in("eve@example.com").await;
    let before = souk.number("SELECT count(*) FROM customers.addresses").await;
    for (method, path) in [
        ("GET", "/orders/{id}"),
        ("GET", "/orders/{id}/live"),
        ("GET", "/orders/{id}?token=guessed"),
        ("GET", "/api/v1/orders/{id}"),
        ("GET", "/api/v1/orders/{id}?token=guessed"),
        ("GET", "/account/addresses/{id}"),
        ("POST", "/account/addresses/{id}/remove"),
        ("POST", "/account/addresses/{id}/default"),
        ("GET", "/account/cards/{id}/remove"),
        ("POST", "/account/cards/{id}/remove"),
        ("POST", "/account/cards/{id}/default"),
        ("POST", "/api/v1/me/payment-methods/{id}/default"),
        ("DELETE", "/api/v1/me/payment-methods/{id}"),
        ("GET", "/reviews/{id}/delete"),
        ("POST", "/reviews/{id}/delete"),
    ] {
        let (path, query) = path.split_once('?').unwrap_or((path, ""));
        let path = format!("{}?{query}", names.fill(path));
        other.send(method, &path, None).await.expect(404);
    }
    assert_eq!(souk.number("SELECT count(*) FROM customers.addresses").await, before);
    let cards = "SELECT count(*) FROM payments.methods WHERE is_default";
    assert_eq!(souk.number(cards).await, 1);
    for path in [
        "/account/cards",
        "/account/orders",
        "/account/addresses",
        "/account/reviews",
        "/account/wishlist",
    ] {
        let page = other.get(path).await.expect(200);
        let content = page.body.split("<main").nth(1).unwrap().split("</main").next().unwrap();
        assert!(
            !content.contains("4242")
                && !content.contains("ORD-")
                && !content.contains("Main Street")
                && !content.contains(&names.slug),
            "{content}"
        );
    }
    // Whoever comes back from a bank with somebody's order id is not given the way into it.
    let path = format!("/checkout/return?order={}", names.order);
    let page = other.send("GET", &path, None).await;
    assert!(!page.location().contains("token="), "{} {}", page.location(), page.body);
}
