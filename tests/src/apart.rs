//! What is kept is kept for whom it is for: settings, deliveries and taxes as they are, nothing of one visitor for another, and
//! nothing in a process that hears nothing.

use std::collections::BTreeSet;

use database::cache::Follower;
use rust_decimal::Decimal;
use shipping::{MethodTerms, RateKind};
use souk::kept;

use crate::{
    browser::Browser,
    installation::{ALPHA, GUEST, Installation},
    page::Page,
    watch::{BEST, MUG, MUG_JSON, THINGS, Watch, free, usd},
};

fn dust_tax() -> tax::PutRate {
    tax::PutRate {
        place: tax::Place::parse("US-CA").unwrap(),
        scope: tax::Scope::default(),
        code: tax::TaxCode::default(),
        name: "Dust tax".to_owned(),
        rate: Decimal::new(1, 1),
        compound: false,
        on_shipping: false,
        valid_from: None,
        valid_until: None,
    }
}

#[tokio::test]
async fn settings_deliveries_and_taxes_are_shown_as_they_are() {
    let mut watch = Watch::new().await;
    watch
        .changes("the store's name", &["/", "/products", THINGS, BEST, MUG])
        .shows("Bazaar of Wonders", async |ctx| {
            let mut settings = database::store_settings::load_store_settings(ctx).await.unwrap();
            settings.store.name = "Bazaar of Wonders".to_owned();
            database::store_settings::update_store(ctx, &settings).await.unwrap();
        })
        .await;
    let mut shopper = watch.souk.visitor();
    shopper.add(&watch.souk.alpha.mug, "1").await.expect(303);
    shopper.fill_checkout(GUEST).await;
    let mut elsewhere = watch.other.visitor();
    elsewhere.set_cookie("souk_cart", shopper.cookie("souk_cart").unwrap());
    let cost = async |watch: &Watch, browser: &mut Browser| {
        let before = watch.souk.database().statement_count();
        let page = browser.get("/checkout").await.expect(200);
        (watch.souk.database().statement_count() - before, page)
    };
    let (cold, _) = cost(&watch, &mut shopper).await;
    let (warm, page) = cost(&watch, &mut shopper).await;
    assert!(warm <= cold && !page.body.contains("By camel") && !page.body.contains("Dust tax"));
    elsewhere.get("/checkout").await.expect(200);
    watch
        .write(async |ctx| {
            let zones = shipping::list_zones(ctx).await.unwrap();
            let method = MethodTerms::new("camel", "By camel".to_owned(), RateKind::Flat(usd(100)));
            shipping::create_method(ctx, zones[0].id, &method).await.unwrap();
            tax::put_rate(ctx, &dust_tax()).await.unwrap();
        })
        .await;
    watch.other.follower.catch_up().await.unwrap();
    for browser in [&mut shopper, &mut elsewhere] {
        let page = browser.get("/checkout").await.expect(200);
        assert!(
            page.body.contains("By camel") && page.body.contains("Dust tax"),
            "{}",
            page.body
        );
    }
}

#[tokio::test]
async fn a_rate_that_changes_meanwhile_is_charged_only_to_who_has_seen_it() {
    let watch = Watch::new().await;
    let mut shopper = watch.souk.visitor();
    shopper.add(&watch.souk.alpha.mug, "1").await.expect(303);
    let form = shopper.fill_checkout(GUEST).await;
    // Another process raises the tax, and this one does not hear of it.
    let mut ctx = watch.other.work(&watch.souk).write();
    tax::put_rate(&mut ctx, &dust_tax()).await.unwrap();
    ctx.commit().await.unwrap();
    let refused = shopper.place(&form, "tok_success").await;
    assert_ne!(refused.status, 303, "it must be asked again");
    assert_eq!(watch.souk.order_count().await, 0);
}

#[tokio::test]
async fn nothing_of_one_visitor_is_shown_to_another() {
    let souk = Installation::new().await;
    let mut guest = souk.visitor();
    let mut once = BTreeSet::new();
    for _ in 0..3 {
        let page = guest.get(MUG).await.expect(200);
        assert!(
            once.insert(page.field("once").unwrap()),
            "every page has a key of its own"
        );
        assert!(!page.headers.contains_key("etag"), "it is another each time");
    }
    let list = guest.get("/products").await.expect(200);
    assert_eq!(guest.get("/products").await.header("etag"), list.header("etag"));
    let known = souk.visitor().with("if-none-match", list.header("etag"));
    assert_eq!(known.clone().send("GET", "/products", None).await.status, 304);
    // A cart's number of pieces is its own.
    let mut buyer = souk.visitor();
    buyer.add(&souk.alpha.tiles[0], "3").await.expect(303);
    for _ in 0..2 {
        assert_eq!(guest.get(MUG).await.text("cart-count").unwrap(), "0");
    }
    assert!(
        buyer.get("/cart").await.expect(200).has("success-message"),
        "a message waits for its page"
    );
    for _ in 0..2 {
        assert_eq!(buyer.get(MUG).await.text("cart-count").unwrap(), "3");
    }
    assert_eq!(free(&souk, &mut buyer, MUG).await, 1, "only its cart is asked for");
    // A message is shown once, and only to whom it is for.
    buyer.add(&souk.alpha.tiles[1], "1").await.expect(303);
    assert!(buyer.get("/products").await.has("success-message"));
    assert!(!guest.get("/products").await.has("success-message"));
    assert!(!buyer.get("/products").await.has("success-message"));
    // Who is signed in has another header, and the language is part of the page.
    let mut shopper = souk.visitor();
    shopper.sign_in(&souk.alpha.shopper).await;
    assert!(shopper.get("/products").await.body.contains("/account/profile"));
    assert!(!guest.get("/products").await.body.contains("/account/profile"));
    let mut reader = souk.visitor();
    assert!(reader.get("/products?lang=id").await.body.contains("lang=\"id\""));
    assert_eq!(reader.cookie("souk_locale"), Some("id"));
    let mut second = souk.visitor();
    assert!(second.get("/products?lang=id").await.body.contains("lang=\"id\""));
    assert_eq!(
        second.cookie("souk_locale"),
        Some("id"),
        "the choice is remembered with a kept page too"
    );
    assert!(guest.get("/products").await.body.contains("lang=\"en\""));
}

#[tokio::test]
async fn what_is_kept_stands_in_the_list_and_is_kept_for_nobody_else() {
    let souk = Installation::new().await;
    let beta = souk.beta().await;
    let mut guest = souk.visitor();
    guest.add(&souk.alpha.mug, "1").await.expect(303);
    let routes = crate::routes::all(&souk).await;
    for route in kept::ROUTES {
        assert!(
            routes.contains(&format!("GET {}", route.path)),
            "{} is no page",
            route.path
        );
    }
    for path in routes.iter().filter_map(|route| route.strip_prefix("GET ")) {
        let path = path.replace("{slug}", "a-mug").replace(['{', '}', '*'], "");
        guest.get(&path).await;
    }
    for path in [
        MUG,
        MUG_JSON,
        THINGS,
        BEST,
        "/",
        "/products",
        "/search?q=mug",
        "/cart",
        "/checkout",
    ] {
        guest.get(path).await.expect(200);
    }
    let known: Vec<&str> = kept::ROUTES
        .iter()
        .map(|route| route.kind)
        .chain(kept::FACTS.iter().copied())
        .collect();
    for kind in souk.database().cache().kinds() {
        assert!(known.contains(&kind), "{kind} is kept and stands in no list");
    }
    let mut stranger = souk.visitor_of(&beta);
    for path in ["/", "/products", "/api/v1/products", "/search?q=mug"] {
        for _ in 0..2 {
            assert!(!stranger.get(path).await.expect(200).body.contains(ALPHA), "{path}");
        }
    }
}

#[tokio::test]
async fn a_process_that_hears_nothing_shows_nothing_it_kept() {
    let souk = Installation::new().await;
    let other = souk.another_process().await;
    let mut visitor = other.visitor();
    for _ in 0..3 {
        let before = other.database().statement_count();
        visitor.get(MUG).await.expect(200);
        assert!(
            other.database().statement_count() > before,
            "it has not heard from the database yet"
        );
    }
    let mut follower = Follower::new(other.database().clone(), kept::EVENTS);
    follower.catch_up().await.unwrap();
    visitor.get(MUG).await.expect(200);
    let before = other.database().statement_count();
    visitor.get(MUG).await.expect(200);
    assert_eq!(other.database().statement_count(), before);
}

#[tokio::test]
async fn a_page_that_many_ask_for_at_once_is_made_once() {
    let souk = Installation::new().await;
    let cost = async |visitors: usize, path: &str| {
        let before = souk.database().statement_count();
        let mut browsers: Vec<Browser> = (0..visitors).map(|_| souk.visitor()).collect();
        let pages = futures_util::future::join_all(browsers.iter_mut().map(|browser| browser.get(path))).await;
        for page in pages {
            page.expect(200);
        }
        souk.database().statement_count() - before
    };
    // Everything that other pages share is kept already.
    souk.visitor().get("/products?sort=title").await.expect(200);
    let alone = cost(1, "/products?sort=price_asc").await;
    let together = cost(24, "/products?sort=price_desc").await;
    assert!(alone > 0);
    assert_eq!(together, alone);
    assert_eq!(cost(24, "/products?sort=price_desc").await, 0);
}

#[tokio::test]
async fn what_is_kept_is_answered_with_all_that_it_was_made_with() {
    let souk = Installation::new().await;
    for path in [MUG, "/products", "/api/v1/products/a-mug", "/api/v1/categories"] {
        for packing in ["", "gzip", "br"] {
            souk.database().cache().drop_everything();
            let mut guest = souk.visitor().with("accept-encoding", packing);
            let told = |page: &Page| -> Vec<(String, String)> {
                let told = page.headers.iter().filter_map(|(name, value)| match name.as_str() {
                    "content-length" | "transfer-encoding" | "x-request-id" | "ratelimit" => None,
                    name => Some((name.to_owned(), value.to_str().unwrap().to_ascii_lowercase())),
                });
                let mut told: Vec<_> = told.collect();
                told.sort();
                told
            };
            let made = guest.send("GET", path, None).await.expect(200);
            let before = souk.database().statement_count();
            let kept = guest.send("GET", path, None).await.expect(200);
            assert_eq!(souk.database().statement_count(), before, "{path} is kept");
            assert_eq!(told(&made), told(&kept), "{path} {packing}");
            assert_ne!(made.header("x-request-id"), kept.header("x-request-id"));
        }
    }
    let chosen = souk.visitor().send("GET", "/products?lang=id", None).await;
    let again = souk.visitor().send("GET", "/products?lang=id", None).await;
    assert!(chosen.header("set-cookie").starts_with("souk_locale=id"));
    assert_eq!(chosen.header("set-cookie"), again.header("set-cookie"));
}
