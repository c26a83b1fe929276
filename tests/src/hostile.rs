//! Input that nobody means well with: answered politely, never with a fault of ours, and never echoed as markup.

use serde_json::{Value, json};

use crate::{
    browser::Browser,
    installation::{ALPHA, GUEST, Installation},
    names::Names,
    page::Page,
    rest_api, routes,
    stocked::PASSWORD,
};

const SCRIPT: &str = "\"'><script>alert(1)</script>";
const NASTY: [&str; 8] = [
    "",
    "a\0b",
    SCRIPT,
    "{{ 7*7 }}{% for %}'; DROP TABLE orders.orders; --",
    "-1",
    "99999999999999999999",
    "1e400",
    "..%2f\u{202e}\u{feff}\u{ffff}💥\r\nSet-Cookie: souk_session=1",
];

/// Forms that would be taken; each field is spoilt in turn.
#[rustfmt::skip]
const FORMS: &[(&str, &[(&str, &str)])] = &[
    ("/cart", &[("variant", "MUG"), ("quantity", "1"), ("back", "/"), ("once", "")]),
    ("/cart/coupon", &[("code", "AARDVARK10")]),
    ("/cart/coupon/remove", &[("code", "AARDVARK10")]),
    ("/checkout/preview", &[("email", GUEST), ("name", "Gwen"), ("line1", "1"), ("city", "X"), ("state", "CA"),
        ("postal_code", "90001"), ("country", "US"), ("shipping", "standard"), ("note", ""), ("total", "1")]),
    ("/checkout", &[("email", GUEST), ("name", "Gwen"), ("line1", "1"), ("line2", ""), ("city", "X"), ("state", "CA"),
        ("postal_code", "90001"), ("country", "US"), ("phone", ""), ("shipping", "standard"), ("note", ""),
        ("gateway", "sandbox"), ("payment_token", "tok_decline"), ("total", "1"), ("action", "update")]),
    ("/checkout", &[("email", GUEST), ("name", "Gwen"), ("line1", "1"), ("city", "X"), ("state", "CA"),
        ("postal_code", "90001"), ("country", "US"), ("shipping", "standard"), ("note", ""),
        ("gateway", "sandbox"), ("payment_token", "tok_decline"), ("total", "TOTAL"), ("action", "place")]),
    ("/register", &[("first_name", "Eve"), ("last_name", "Drop"), ("email", "eve@example.com"), ("password", "short")]),
    ("/register", &[("first_name", "Eve"), ("last_name", "Drop"), ("email", "eve@example.com"), ("password", PASSWORD)]),
    ("/account/forgot", &[("email", GUEST)]),
    ("/account/verify", &[("token", "x")]),
    ("/account/verify/again", &[("back", "messages")]),
    ("/account/reset", &[("token", "x"), ("password", PASSWORD)]),
    ("/account/profile", &[("first_name", "Eve"), ("last_name", "Drop"), ("phone", "1"), ("accepts_marketing", "on")]),
    ("/account/addresses", &[("first_name", "Eve"), ("last_name", "Drop"), ("company", ""), ("line1", "1"), ("line2", ""),
        ("city", "X"), ("state", "CA"), ("postal_code", "90001"), ("country", "US"), ("phone", "")]),
    ("/account/wishlist", &[("product", "PRODUCT"), ("back", "/")]),
    ("/admin/orders/ORDER/notes", &[("text", "hello")]),
    ("/admin/orders/ORDER/tags", &[("tags", "gift")]),
    ("/admin/orders/ORDER/fulfil", &[("line", "x"), ("quantity", "1"), ("carrier", ""), ("tracking_number", ""), ("tracking_url", "")]),
    ("/admin/orders/ORDER/fulfil", &[("line", "x"), ("quantity", "1"), ("state", "picking"), ("location", "x")]),
    ("/admin/parcels", &[("order", "ORDER"), ("location", "x")]),
    ("/admin/products/new", &[("title", "New"), ("slug", ""), ("price", "1.00"), ("status", "draft"), ("sku", ""), ("brand", "")]),
    ("/admin/categories/new", &[("name", "New"), ("slug", ""), ("description_html", ""), ("parent", ""), ("position", "1")]),
    ("/admin/collections/new", &[("title", "New"), ("slug", ""), ("chosen", "all"), ("condition", "price"), ("test", "at_least"), ("name", ""), ("value", "1.00"), ("version", ""), ("action", "")]),
    ("/admin/pages/new", &[("slug", ""), ("published", "1"), ("locale", "en"), ("title", "New"), ("body_html", "<p>x</p>"), ("seo_title", ""), ("seo_description", "")]),
    ("/admin/menus", &[("place", "footer"), ("under", ""), ("target", "address"), ("address", "/products"), ("locale", "en"), ("label", "New"), ("version", "")]),
    ("/admin/home-page/new?kind=hero", &[("target", "address"), ("address", "/products"), ("image_url", "/media/x.svg"), ("locale", "en"), ("title", "New"), ("body_html", "<p>x</p>"), ("button", "Go"), ("version", "")]),
    ("/admin/coupons/new", &[("code", "NEW"), ("kind", "percentage"), ("percent", "5"), ("amount", ""), ("minimum", "")]),
    ("/admin/variants/VARIANT/stock", &[("change", "1"), ("reason", "found")]),
    ("/admin/settings/selling", &[("hold_stock", "checkout"), ("hold_minutes", "15"), ("capture", "now")]),
    ("/admin/keys", &[("name", "New"), ("permissions", "catalog:read")]),
];

/// Queries of lists and searches; each field is spoilt in turn.
const QUERIES: &[(&str, &[&str])] = &[
    (
        "/products",
        &[
            "q",
            "sort",
            "brand",
            "price_min",
            "price_max",
            "in_stock",
            "cursor",
            "lang",
        ],
    ),
    ("/products/category/aardvark-things", &["sort", "brand", "cursor"]),
    ("/collections/a-best", &["q", "sort", "brand", "price_min", "cursor"]),
    ("/search", &["q", "cursor"]),
    ("/login", &["next", "lang"]),
    ("/account/verify", &["token"]),
    ("/account/reset", &["token"]),
    ("/account/orders", &["cursor"]),
    ("/checkout", &["guest"]),
    ("/checkout/success", &["order", "token"]),
    ("/checkout/return", &["order"]),
    ("/admin/orders", &["q", "status", "payment_status", "cursor"]),
    ("/admin/parcels", &["state", "location", "cursor"]),
    ("/admin/parcels/pick-list", &["location", "cursor"]),
    ("/admin/products", &["q", "status", "cursor"]),
    ("/admin/mail", &["q", "kind", "state", "cursor"]),
    (
        "/api/v1/products",
        &[
            "q",
            "sort",
            "category",
            "price_min",
            "price_max",
            "in_stock",
            "limit",
            "cursor",
            "brand",
        ],
    ),
    ("/api/v1/categories", &["limit", "cursor", "lang"]),
    ("/api/v1/admin/orders", &["q", "status", "limit", "cursor"]),
    ("/api/v1/admin/parked-jobs", &["limit", "cursor"]),
];

struct Siege {
    names: Names,
    browser: Browser,
    wrong: Vec<String>,
}

impl Siege {
    fn judge(&mut self, what: &str, page: &Page) {
        let is_page = page.header("content-type").starts_with("text/html");
        let injected = is_page && page.body.contains("<script>alert(1)")
            || page
                .headers
                .get_all("set-cookie")
                .iter()
                .any(|cookie| cookie.as_bytes().starts_with(b"souk_session=1"));
        if page.status.is_server_error() || injected {
            self.wrong.push(format!(
                "{what}: {} {}",
                page.status,
                page.body.chars().take(300).collect::<String>()
            ));
        }
    }

    fn value<'v>(&'v self, value: &'v str, total: &'v str) -> &'v str {
        match value {
            "MUG" => &self.names.variant,
            "PRODUCT" => &self.names.product,
            "TOTAL" => total,
            other => other,
        }
    }
}

#[tokio::test]
async fn spoilt_forms_and_queries_are_refused_politely() {
    let souk = Installation::new().await;
    let names = Names::of_a_busy_store(&souk, &souk.alpha).await;
    let mut owner = souk.visitor();
    owner.sign_in(&souk.alpha.owner).await;
    let mut shopper = souk.visitor();
    shopper.sign_in(&souk.alpha.shopper).await;
    shopper.add(&souk.alpha.mug, "1").await.expect(303);
    let total = shopper.fill_checkout(GUEST).await.total;
    let mut siege = Siege {
        names,
        browser: shopper,
        wrong: Vec::new(),
    };
    for (path, fields) in FORMS {
        let path = path
            .replace("ORDER", &siege.names.order)
            .replace("VARIANT", &siege.names.variant);
        for (spoilt, _) in *fields {
            for nasty in NASTY {
                let form: Vec<(&str, &str)> = fields
                    .iter()
                    .map(|(name, value)| {
                        (
                            *name,
                            if name == spoilt {
                                nasty
                            } else {
                                siege.value(value, &total)
                            },
                        )
                    })
                    .collect();
                let mut browser = if path.starts_with("/admin") || path.starts_with("/preview") {
                    owner.clone()
                } else {
                    siege.browser.clone()
                };
                let page = browser.submit(&path, &form).await;
                siege.judge(&format!("POST {path} {spoilt}={nasty:?}"), &page);
            }
        }
    }
    for (path, fields) in QUERIES {
        for field in *fields {
            for nasty in NASTY {
                let query: String = url::form_urlencoded::Serializer::new(String::new())
                    .append_pair(field, nasty)
                    .finish();
                let path = format!("{path}?{query}");
                let mut browser = match path.as_str() {
                    path if path.starts_with("/api") => souk.visitor().with_key(&souk.alpha.key),
                    path if path.starts_with("/admin") => owner.clone(),
                    _ => siege.browser.clone(),
                };
                let page = browser.send("GET", &path, None).await;
                siege.judge(&format!("GET {path}"), &page);
            }
        }
    }
    assert!(siege.wrong.is_empty(), "{}", siege.wrong.join("\n"));
    souk.all_is_well().await;
}

/// Every text of a body, spoilt one at a time.
fn spoilt(body: &Value, nasty: &Value) -> Vec<Value> {
    match body {
        Value::Object(members) => members
            .iter()
            .flat_map(|(name, value)| {
                spoilt(value, nasty).into_iter().map(|value| {
                    let mut members = members.clone();
                    members.insert(name.clone(), value);
                    Value::Object(members)
                })
            })
            .collect(),
        Value::Array(values) if !values.is_empty() => spoilt(&values[0], nasty)
            .into_iter()
            .map(|value| json!([value]))
            .collect(),
        _ => vec![nasty.clone()],
    }
}

#[tokio::test]
async fn spoilt_bodies_of_the_api_are_refused_politely() {
    let souk = Installation::new().await;
    let names = Names::of_a_busy_store(&souk, &souk.alpha).await;
    let mut cart = rest_api::cart_of(&[&souk.alpha.tiles[0]]);
    cart["coupon_codes"] = json!(["AARDVARK10"]);
    cart["customer_note"] = "please".into();
    cart["lines"][0]["properties"] = json!({});
    let bodies = [
        ("POST", "/api/v1/carts".to_owned(), cart.clone()),
        (
            "PATCH",
            format!("/api/v1/carts/{}", names.cart),
            json!({"email": GUEST, "coupon_codes": ["X"], "shipping_option": "express"}),
        ),
        (
            "POST",
            format!("/api/v1/carts/{}/lines", names.cart),
            cart["lines"][0].clone(),
        ),
        (
            "POST",
            format!("/api/v1/carts/{}/complete", names.cart),
            json!({"payment": {"gateway": "sandbox", "token": "tok_decline"}, "expected_total": {"amount": 1, "currency": "USD"}}),
        ),
        (
            "POST",
            format!("/api/v1/admin/orders/{}/notes", names.order),
            json!({"text": "hello"}),
        ),
        (
            "POST",
            format!("/api/v1/admin/orders/{}/cancel", names.order),
            json!({"reason": ""}),
        ),
        (
            "POST",
            "/api/v1/admin/stock-adjustments".to_owned(),
            json!({"variant_id": names.variant, "change": 1, "reason": "found"}),
        ),
    ];
    let mut siege = Siege {
        names,
        browser: souk.visitor().with_key(&souk.alpha.key),
        wrong: Vec::new(),
    };
    let mut nasty: Vec<Value> = NASTY.iter().map(|text| json!(text)).collect();
    nasty.extend([
        json!(null),
        json!(-1),
        json!(i64::MAX),
        json!(1.5),
        json!([]),
        json!({}),
        json!("x".repeat(300_000)),
    ]);
    for (method, path, body) in &bodies {
        for nasty in &nasty {
            for body in spoilt(body, nasty) {
                let mut browser = if path.contains("/admin/") {
                    siege.browser.clone()
                } else {
                    souk.visitor()
                };
                let page = browser.call(method, path, &body).await;
                siege.judge(
                    &format!(
                        "{method} {path} {}",
                        body.to_string().chars().take(300).collect::<String>()
                    ),
                    &page,
                );
            }
        }
    }
    assert!(siege.wrong.is_empty(), "{}", siege.wrong.join("\n"));
}

#[tokio::test]
async fn every_page_there_is_can_be_read_in_both_languages() {
    let souk = Installation::new().await;
    let names = Names::of_a_busy_store(&souk, &souk.alpha).await;
    let mut owner = souk.visitor();
    owner.sign_in(&souk.alpha.owner).await;
    let mut shopper = souk.visitor();
    shopper.sign_in(&souk.alpha.shopper).await;
    shopper.add(&souk.alpha.mug, "1").await.expect(303);
    let mut wrong = Vec::new();
    for route in routes::all(&souk).await {
        let Some(path) = route.strip_prefix("GET ").filter(|path| !path.starts_with("/api/v1/")) else {
            continue;
        };
        let mut browser = if path.starts_with("/admin") || path.starts_with("/preview") {
            owner.clone()
        } else {
            shopper.clone()
        };
        let mut path = names.fill(path);
        if path.starts_with("/checkout/") {
            path = format!("{path}?order={}&token={}", names.order, names.token);
        }
        if path.starts_with("/mails/") {
            path = format!("{path}?token={}", names.stop_token);
        }
        if path.starts_with("/stock-alerts/") {
            path = format!("{path}?token={}", names.alert_token);
        }
        if path.starts_with("/cart/left/") {
            path = format!("{path}?token={}", names.reminder_token);
        }
        if path == "/admin/home-page/new" {
            path.push_str("?kind=text");
        }
        for lang in ["en", "id"] {
            let join = if path.contains('?') { '&' } else { '?' };
            let page = browser.send("GET", &format!("{path}{join}lang={lang}"), None).await;
            let is_a_file = path.starts_with("/assets/") || path.starts_with("/sitemaps/");
            // Nobody left for the provider, so nobody comes back.
            let comes_back = path.ends_with("/callback") && page.status == 401;
            // This is no demo.
            let is_guide = path == "/_styleguide" && page.status == 404;
            // Figures are for this machine alone.
            let is_private = path == "/metrics" && page.status == 404;
            // Nobody was mailed this link.
            let is_used_up = ["/account/reset", "/account/verify"].contains(&path.as_str()) && page.status == 410;
            let answers = page.status.is_success() || page.status.is_redirection();
            let expected = answers || is_a_file || comes_back || is_guide || is_private || is_used_up;
            let cut_off = page.header("content-type").starts_with("text/html")
                && !page.body.contains(ALPHA)
                && !page.body.contains("Sample Store");
            let is_part = ["/sandbox/", "/search/suggestions", "/recently-viewed"]
                .iter()
                .any(|part| path.starts_with(part));
            let cut_off = cut_off && !is_part;
            if !expected || (page.status.is_success() && cut_off) {
                wrong.push(format!(
                    "{path} in {lang}: {} {}",
                    page.status,
                    page.body.chars().take(300).collect::<String>()
                ));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[tokio::test]
async fn two_tabs_of_one_shopper_do_not_trip_over_each_other() {
    let souk = Installation::new().await;
    let mut tab = souk.visitor();
    tab.sign_in(&souk.alpha.shopper).await;
    let mut tabs: Vec<Browser> = (0..6).map(|_| tab.clone()).collect();
    let added = tabs.iter_mut().map(|tab| tab.add(&souk.alpha.tiles[0], "1"));
    let pages = futures_util::future::join_all(added).await;
    for page in pages {
        page.expect(303);
    }
    assert_eq!(
        souk.number("SELECT count(*) FROM cart.carts WHERE state = 'open'")
            .await,
        1
    );
    assert_eq!(souk.number("SELECT sum(quantity)::bigint FROM cart.lines").await, 6);
    let mut guests = [souk.visitor(), souk.visitor()];
    let fields = [
        ("first_name", "Eve"),
        ("last_name", "Drop"),
        ("email", "eve@example.com"),
        ("password", PASSWORD),
    ];
    let registered = guests.iter_mut().map(|guest| guest.submit("/register", &fields));
    for page in futures_util::future::join_all(registered).await {
        page.expect(200);
    }
}

#[tokio::test]
async fn two_guests_carts_meet_when_one_shopper_signs_in_twice_at_once() {
    let souk = Installation::new().await;
    let mut browsers = [souk.visitor(), souk.visitor(), souk.visitor()];
    for (browser, tile) in browsers.iter_mut().zip(&souk.alpha.tiles) {
        browser.add(tile, "1").await.expect(303);
    }
    let fields = [("email", souk.alpha.shopper.as_str()), ("password", PASSWORD)];
    let signed_in = browsers.iter_mut().map(|browser| browser.submit("/login", &fields));
    for page in futures_util::future::join_all(signed_in).await {
        page.expect(303);
    }
    let count = "SELECT count(*) FROM cart.lines l JOIN cart.carts c ON c.id = l.cart_id WHERE c.state = 'open'";
    assert_eq!(souk.number(count).await, 3);
}
