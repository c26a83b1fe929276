//! Every page with real data in both languages, and every list as a file.

use std::{collections::BTreeMap, fs, path::Path};

use axum::http::StatusCode;
use kernel::Actor;

use super::{
    desk::TestDesk,
    stocked::{id_after, sell, stock},
};

/// The sentences of a language by key: those of three words or more without anything put into them.
fn sentences(language: &str) -> BTreeMap<String, String> {
    let mut files = vec![
        Path::new(env!("CARGO_MANIFEST_DIR"))
            .join("../../translations")
            .join(language),
    ];
    let mut sentences = BTreeMap::new();
    while let Some(path) = files.pop() {
        if path.is_dir() {
            files.extend(fs::read_dir(path).unwrap().map(|entry| entry.unwrap().path()));
            continue;
        }
        for line in fs::read_to_string(path).unwrap().lines() {
            if let Some((key, text)) = line.split_once(" = ")
                && !text.contains('{')
                && text.split(' ').count() > 2
            {
                sentences.insert(key.to_owned(), text.to_owned());
            }
        }
    }
    sentences
}

/// What a reader of Indonesian should never see.
fn english() -> Vec<String> {
    let (english, indonesian) = (sentences("en"), sentences("id"));
    let foreign = english.into_iter().filter(|(key, text)| {
        let is_said_alike = indonesian.get(key) == Some(text);
        !is_said_alike
    });
    foreign.map(|(_, text)| text).collect()
}

/// The first of the sentences that stands by itself on the page.
fn find<'s>(page: &str, sentences: &'s [String]) -> Option<&'s String> {
    let page = page.replace("&#x27;", "'").replace("&#x2f;", "/").replace("&amp;", "&");
    let parts: Vec<&str> = page.split(['<', '>', '"']).map(str::trim).collect();
    sentences.iter().find(|sentence| parts.contains(&sentence.as_str()))
}

#[tokio::test]
async fn what_is_refused_is_said_in_the_language_of_the_reader() {
    let desk = TestDesk::open().await;
    let stocked = stock(&desk).await;
    let english = english();
    let product = stocked.product.to_string();
    let (dear, far) = ("9".repeat(15), "9".repeat(40));
    for (path, form) in [
        ("/admin/products/new", vec![("title", "Ring"), ("price", dear.as_str())]),
        (
            "/admin/products/new",
            vec![("title", ""), ("slug", "Ä"), ("price", "-1")],
        ),
        (
            "/admin/categories/new",
            vec![("name", "Cups"), ("parent", "nowhere"), ("position", far.as_str())],
        ),
        (
            "/admin/coupons/new",
            vec![
                ("code", "X"),
                ("kind", "fixed"),
                ("amount", "-1"),
                ("collection", "none"),
            ],
        ),
        ("/admin/collections/new", vec![("title", ""), ("chosen", "all")]),
        (
            "/admin/products/change",
            vec![("chosen", product.as_str()), ("action", "prices"), ("value", "-200")],
        ),
    ] {
        let english_reply = desk.post(&format!("{path}?lang=en"), &form).await;
        assert_eq!(
            english_reply.status,
            StatusCode::UNPROCESSABLE_ENTITY,
            "{path}: {}",
            english_reply.text
        );
        assert!(
            find(&english_reply.text, &english).is_some(),
            "{path} says nothing: {}",
            english_reply.text
        );
        let reply = desk.post(&format!("{path}?lang=id"), &form).await;
        assert_eq!(reply.status, StatusCode::UNPROCESSABLE_ENTITY, "{path}: {}", reply.text);
        assert_eq!(find(&reply.text, &english), None, "{path}: {}", reply.text);
        for error in reply.text.split("data-testid=\"error-message\">").skip(1) {
            let sentence = error.split('<').next().unwrap_or_default();
            assert!(
                !sentence.starts_with("must ") && !sentence.starts_with("is "),
                "{path}: {sentence}"
            );
        }
    }
}

#[tokio::test]
async fn every_page_shows_in_every_language() {
    let desk = TestDesk::open().await;
    let stocked = stock(&desk).await;
    let order = sell(&desk, &stocked).await;
    let line = {
        let mut ctx = desk.db.work().read();
        orders::get(&mut ctx, order).await.unwrap().lines[0].id
    };
    let pieces = [
        ("line", line.to_string()),
        ("quantity", "1".to_owned()),
        ("state", "picking".to_owned()),
    ];
    let pieces: Vec<(&str, &str)> = pieces.iter().map(|(name, value)| (*name, value.as_str())).collect();
    desk.post(&format!("/admin/orders/{order}/fulfil"), &pieces).await;
    let picked = desk.get("/admin/parcels").await.text;
    let parcel = id_after(&picked, "ful_");
    desk.post("/admin/categories/new", &[("name", "Tableware")]).await;
    desk.post(
        "/admin/coupons/new",
        &[("code", "save10"), ("kind", "percentage"), ("percentage", "10")],
    )
    .await;
    desk.post("/admin/keys", &[("name", "Till"), ("permission", "orders:read")])
        .await;
    let category = desk.get("/admin/categories").await.text;
    let coupon = desk.get("/admin/coupons").await.text;
    let key = desk.get("/admin/keys").await.text;
    let locations = desk.get("/admin/settings/locations").await.text;
    let location = id_after(&locations, "loc_");
    let (category, coupon, key) = (
        id_after(&category, "cat_"),
        id_after(&coupon, "cpn_"),
        id_after(&key, "key_"),
    );
    desk.post("/admin/customer-groups", &[("name", "Trade")]).await;
    let groups = desk.get("/admin/customer-groups").await.text;
    let group = id_after(&groups, "cgr_");
    let lists = desk
        .post("/admin/price-lists/new", &[("name", "Trade prices"), ("group", group)])
        .await
        .location;
    let list = id_after(&lists, "prl_");
    let paths = [
        "/admin/customer-groups".to_owned(),
        format!("/admin/customer-groups/{group}"),
        format!("/admin/customer-groups/{group}/delete"),
        "/admin/price-lists".to_owned(),
        "/admin/price-lists/new".to_owned(),
        format!("/admin/price-lists/{list}"),
        format!("/admin/price-lists/{list}/delete"),
        format!("/admin/price-lists/{list}/prices?add=mug"),
        format!("/admin/price-lists/{list}/prices/{}", stocked.variant),
        "/admin".to_owned(),
        "/admin/find".to_owned(),
        "/admin/find?q=mug".to_owned(),
        "/admin/orders".to_owned(),
        "/admin/orders?q=nobody".to_owned(),
        format!("/admin/orders/{order}"),
        format!("/admin/orders/{order}/cancel"),
        format!("/admin/orders/{order}/refund"),
        format!("/admin/orders/{order}/refund?step=preview&line={line}&quantity=1&shipping=1&restock=1"),
        "/admin/customers".to_owned(),
        "/admin/customers?q=nobody&marketing=yes&sort=email".to_owned(),
        "/admin/parcels".to_owned(),
        "/admin/parcels?state=delivered".to_owned(),
        "/admin/parcels/pick-list".to_owned(),
        format!("/admin/parcels/{parcel}"),
        format!("/admin/parcels/{parcel}/slip"),
        format!("/admin/parcels/{parcel}/unpack"),
        "/admin/products".to_owned(),
        "/admin/products?stock=out&status=active".to_owned(),
        "/admin/products/new".to_owned(),
        format!(
            "/admin/products/change?chosen={}&action=prices&value=5",
            stocked.product
        ),
        "/admin/products?changed=2&stale=1".to_owned(),
        format!("/admin/products/{}", stocked.product),
        format!("/admin/products/{}/archive", stocked.product),
        format!("/admin/products/{}/images", stocked.product),
        format!("/admin/products/{}/terms", stocked.product),
        format!("/admin/products/{}/variants", stocked.product),
        format!("/admin/variants/{}", stocked.variant),
        "/admin/categories".to_owned(),
        "/admin/categories/new".to_owned(),
        format!("/admin/categories/{category}"),
        "/admin/coupons".to_owned(),
        "/admin/coupons/new".to_owned(),
        format!("/admin/coupons/{coupon}"),
        "/admin/imports".to_owned(),
        "/admin/redirects".to_owned(),
        "/admin/mail".to_owned(),
        "/admin/jobs".to_owned(),
        "/admin/keys".to_owned(),
        format!("/admin/keys/{key}/revoke"),
        "/admin/settings".to_owned(),
        "/admin/settings/store".to_owned(),
        "/admin/settings/taxes".to_owned(),
        "/admin/settings/taxes?q=CA".to_owned(),
        "/admin/settings/taxes/codes".to_owned(),
        "/admin/settings/taxes/exemptions".to_owned(),
        "/admin/settings/taxes/preview".to_owned(),
        "/admin/settings/taxes/preview?country=US&state=CA&price=100&delivery=5".to_owned(),
        "/admin/settings/locations".to_owned(),
        "/admin/settings/locations/new".to_owned(),
        format!("/admin/settings/locations/{location}"),
        "/admin/stock".to_owned(),
        "/admin/stock?q=MUG&state=low".to_owned(),
        format!("/admin/stock/{}", stocked.variant),
        "/admin/settings/shipping".to_owned(),
        "/admin/settings/staff".to_owned(),
        "/admin/settings/roles/new".to_owned(),
        "/admin/settings/audit".to_owned(),
        "/admin/settings/mails".to_owned(),
        "/admin/settings/mails/parcel_moved/id".to_owned(),
    ];
    let english = english();
    for path in paths {
        for language in ["en", "id"] {
            let mark = if path.contains('?') { '&' } else { '?' };
            let reply = desk.get(&format!("{path}{mark}lang={language}")).await;
            assert_eq!(reply.status, StatusCode::OK, "{path} {language}: {}", reply.text);
            assert!(
                reply.text.contains(&format!("<html lang=\"{language}\"")),
                "{path} {language}"
            );
            let untranslated = reply.text.split(['>', '<', '"', ' ']).find(|part| {
                part.starts_with("admin-") && !part.starts_with("admin-nav-") || part.starts_with("shared-")
            });
            assert_eq!(untranslated, None, "{path} {language}");
            if language == "id" {
                assert_eq!(find(&reply.text, &english), None, "{path} in Indonesian");
            }
            assert!(!reply.text.contains("<twice>"), "{path} escapes what shoppers write");
        }
    }
}

#[tokio::test]
async fn everything_can_be_taken_away_as_a_file() {
    let desk = TestDesk::open().await;
    let stocked = stock(&desk).await;
    sell(&desk, &stocked).await;
    for (list, file, expected) in [
        ("products", "/admin/exports/products", "\"title\":\"Stoneware mug\""),
        (
            "products",
            "/admin/exports/products?format=shopify",
            "Stoneware mug,stoneware-mug,",
        ),
        (
            "products",
            "/admin/exports/products?format=woocommerce",
            ",variation,MUG-1,",
        ),
        (
            "products",
            "/admin/exports/stock",
            "MUG-1,stoneware-mug,Stoneware mug,Moss,Main,5,no",
        ),
        ("orders", "/admin/exports/orders", ",MUG-1,Stoneware mug,Moss,2,12.99,"),
        ("orders", "/admin/exports/orders?format=jsonl", "\"sku\":\"MUG-1\""),
        ("customers", "/admin/exports/customers", "Email,First name,"),
        ("customers", "/admin/exports/customers?format=jsonl", ""),
    ] {
        let page = desk.get(&format!("/admin/{list}")).await;
        assert!(
            page.text.contains(&format!("href=\"{file}\"")),
            "{list} leads to {file}"
        );
        let reply = desk.get(file).await;
        assert_eq!(reply.status, StatusCode::OK, "{file}");
        assert!(reply.text.contains(expected), "{file}: {}", reply.text);
    }
    let unknown = desk.get("/admin/exports/orders?format=pdf").await;
    assert_eq!(unknown.status, StatusCode::UNPROCESSABLE_ENTITY);
}

#[tokio::test]
async fn what_the_desk_does_is_done_in_its_name() {
    let desk = TestDesk::open().await;
    let order = sell(&desk, &stock(&desk).await).await;
    desk.post(&format!("/admin/orders/{order}/notes"), &[("text", "Hello")])
        .await;
    let mut ctx = desk.db.work().acting_as(Actor::System).read();
    let timeline = orders::get(&mut ctx, order).await.unwrap().timeline;
    assert!(
        timeline
            .iter()
            .any(|entry| entry.kind == "note" && entry.actor.starts_with("staff acc_"))
    );
}
