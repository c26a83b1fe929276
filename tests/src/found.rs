//! What search engines and shopping portals see of a store.

use serde_json::Value;

use crate::{browser::Browser, installation::Installation, page::Page};

const ORIGIN: &str = "http://store.test";
/// What a merchant, or whoever wrote an import, may call a product.
const HOSTILE: &str = "</script><script>alert(1)</script>\"'><img src=x onerror=alert(1)>";

/// What tags like `<link rel="canonical" href="…">` say: the attribute behind the text that begins them.
fn said<'p>(page: &'p Page, beginning: &str, attribute: &str) -> Vec<&'p str> {
    let opening = format!("{attribute}=\"");
    let tags = page.body.split('<').filter(|tag| tag.starts_with(beginning));
    tags.filter_map(|tag| tag.split_once(opening.as_str()))
        .map(|(_, rest)| rest.split('"').next().unwrap_or_default())
        .collect()
}

fn canonical(page: &Page) -> Vec<&str> {
    said(page, "link rel=\"canonical\"", "href")
}

fn is_unlisted(page: &Page) -> bool {
    page.body.contains("<meta name=\"robots\" content=\"noindex\">")
}

/// The blocks of JSON-LD of a page, each as a parser of HTML finds it.
fn data(page: &Page) -> Vec<Value> {
    let blocks = page.body.split("<script type=\"application/ld+json\">").skip(1);
    blocks
        .map(|rest| serde_json::from_str(rest.split("</script").next().unwrap()).unwrap())
        .collect()
}

fn of_type<'d>(data: &'d [Value], kind: &str) -> &'d Value {
    data.iter()
        .find(|block| block["@type"] == kind)
        .unwrap_or_else(|| panic!("no {kind} in {data:?}"))
}

/// What stands in the elements of that name, in order.
fn elements(xml: &str, name: &str) -> Vec<String> {
    let (open, close) = (format!("<{name}>"), format!("</{name}>"));
    let rest = xml.split(&open).skip(1);
    rest.map(|rest| rest.split(&close).next().unwrap().to_owned()).collect()
}

async fn fetch(browser: &mut Browser, path: &str) -> Page {
    browser.send("GET", path, None).await.expect(200)
}

#[tokio::test]
async fn robots_find_every_page_by_the_sitemap_and_leave_private_ones_alone() {
    let souk = Installation::new().await;
    let mut robot = souk.visitor();
    let rules = fetch(&mut robot, "/robots.txt").await;
    assert!(rules.header("content-type").starts_with("text/plain"));
    for path in ["/cart", "/checkout", "/account", "/orders", "/admin", "/api/"] {
        assert!(rules.body.contains(&format!("\nDisallow: {path}\n")), "{}", rules.body);
    }
    let map = rules.body.split("\nSitemap: ").nth(1).unwrap().trim().to_owned();
    let index = fetch(&mut robot, map.strip_prefix(ORIGIN).unwrap()).await;
    let mut found = Vec::new();
    for file in elements(&index.body, "loc") {
        let sitemap = fetch(&mut robot, file.strip_prefix(ORIGIN).unwrap()).await;
        assert!(sitemap.header("content-type").starts_with("application/xml"));
        assert_eq!(sitemap.header("cache-control"), "public, max-age=3600");
        found.extend(elements(&sitemap.body, "loc"));
    }
    assert!(found.len() > 25, "{found:?}");
    assert!(found.contains(&format!("{ORIGIN}/products/{}", souk.alpha.mug.slug)));
    let disallowed: Vec<&str> = rules
        .body
        .lines()
        .filter_map(|line| line.strip_prefix("Disallow: "))
        .collect();
    for address in found {
        let path = address.strip_prefix(ORIGIN).unwrap();
        assert!(!disallowed.iter().any(|private| path.starts_with(private)), "{path}");
        let page = fetch(&mut robot, path).await;
        assert_eq!(canonical(&page), [address.as_str()], "{path}");
        assert!(!is_unlisted(&page) && !page.body.contains("<title></title>"), "{path}");
        let [description] = said(&page, "meta name=\"description\"", "content")[..] else {
            panic!("{path} has no description, or two: {}", page.body);
        };
        assert!(!description.is_empty(), "{path}");
    }
    for missing in ["products-2.xml", "products-0.xml", "orders.xml", "collections-2.xml"] {
        robot
            .send("GET", &format!("/sitemaps/{missing}"), None)
            .await
            .expect(404);
    }
}

#[tokio::test]
async fn a_page_of_one_person_is_not_listed() {
    let souk = Installation::new().await;
    let mut shopper = souk.visitor();
    shopper.add(&souk.alpha.mug, "1").await.expect(303);
    for path in [
        "/cart",
        "/checkout",
        "/login",
        "/register",
        "/account/forgot",
        "/search?q=mug",
        "/products?q=mug",
    ] {
        let page = fetch(&mut shopper, path).await;
        assert!(
            is_unlisted(&page) && canonical(&page).is_empty() && data(&page).is_empty(),
            "{path}"
        );
    }
    let success = shopper.buy(crate::installation::GUEST).await;
    assert!(is_unlisted(&success));
    shopper.sign_in(&souk.alpha.shopper).await;
    for path in [
        "/account/profile",
        "/account/orders",
        "/account/addresses",
        "/account/wishlist",
    ] {
        assert!(is_unlisted(&fetch(&mut shopper, path).await), "{path}");
    }
}

#[tokio::test]
async fn one_address_stands_for_a_page_however_it_was_asked_for() {
    let souk = Installation::new().await;
    let (mut robot, slug) = (souk.visitor(), &souk.alpha.mug.slug);
    let product = format!("/products/{slug}");
    let variant = format!("{product}?variant={}", souk.alpha.mug.id());
    let mut ctx = souk.alpha.work().write();
    let more = (0..9).map(|number| {
        let slug = kernel::Slug::parse(&format!("more-{number}")).unwrap();
        catalog::UpsertProduct::sample(slug)
    });
    catalog::upsert_products(&mut ctx, &more.collect::<Vec<_>>())
        .await
        .unwrap();
    ctx.commit().await.unwrap();
    for (path, canonical_path) in [
        ("/?utm_source=mail", "/"),
        ("/products?sort=title&in_stock=1", "/products"),
        ("/products?brand=Nobody", "/products"),
        (&variant, product.as_str()),
        (&format!("{product}?lang=id"), &format!("{product}?lang=id")),
        (&format!("{product}?lang=en"), &product),
        (&format!("{product}?lang=fr"), &product),
        ("/products?lang=id&sort=title", "/products?lang=id"),
    ] {
        let page = fetch(&mut souk.visitor(), path).await;
        assert_eq!(canonical(&page), [format!("{ORIGIN}{canonical_path}")], "{path}");
    }
    for (list, own) in [("/products", true), ("/products?sort=title", false)] {
        let first = fetch(&mut robot, list).await;
        let next = said(&first, "a class=\"button\" rel=\"next\"", "href")[0].replace("&amp;", "&");
        let second = fetch(&mut robot, &next).await;
        let expected = if own { next.as_str() } else { "/products" };
        assert_eq!(
            canonical(&second),
            [format!("{ORIGIN}{expected}")],
            "a further page stands for itself"
        );
    }
    let page = fetch(&mut robot, &product).await;
    let languages = said(&page, "link rel=\"alternate\"", "hreflang");
    assert_eq!(languages, ["en", "id", "x-default"]);
    let addresses = said(&page, "link rel=\"alternate\"", "href");
    let expected = [product.clone(), format!("{product}?lang=id"), product.clone()];
    assert_eq!(addresses, expected.map(|path| format!("{ORIGIN}{path}")));
    let translated = fetch(&mut souk.visitor(), &format!("{product}?lang=id")).await;
    assert!(translated.body.contains("<html lang=\"id\">"));
    assert_eq!(said(&translated, "link rel=\"alternate\"", "href"), addresses);
    // At the address without a language the browser is asked, and what was chosen is remembered.
    let mut indonesian = souk.visitor().with("accept-language", "id-ID,id;q=0.9,en;q=0.8");
    for (path, language) in [
        ("", "id"),
        ("?lang=en", "en"),
        ("", "en"),
        ("?lang=id", "id"),
        ("", "id"),
    ] {
        let page = fetch(&mut indonesian, &format!("{product}{path}")).await;
        assert!(
            page.body.contains(&format!("<html lang=\"{language}\"")),
            "{path} {language}"
        );
    }
}

#[tokio::test]
async fn machines_read_what_people_see_whatever_it_is_called() {
    let souk = Installation::new().await;
    let mug = &souk.alpha.mug;
    let mut ctx = souk.alpha.work().write();
    let details = catalog::find_product_by_id(&mut ctx, mug.product)
        .await
        .unwrap()
        .unwrap();
    let change = catalog::UpdateProduct {
        id: mug.product,
        expected_version: Some(details.product.version),
        changes: catalog::ProductChanges {
            title: Some(HOSTILE.to_owned()),
            brand: Some(HOSTILE.to_owned()),
            ..catalog::ProductChanges::default()
        },
    };
    catalog::update_product(&mut ctx, change).await.unwrap();
    ctx.commit().await.unwrap();
    let mut robot = souk.visitor();
    let page = fetch(&mut robot, &format!("/products/{}", mug.slug)).await;
    assert!(
        !page.body.contains("<script>alert") && !page.body.contains("<img src=x"),
        "{}",
        page.body
    );
    assert!(page.header("content-security-policy").contains("script-src 'self';"));
    let blocks = data(&page);
    let product = of_type(&blocks, "Product");
    assert_eq!(product["name"], HOSTILE);
    assert_eq!(product["brand"]["name"], HOSTILE);
    let offers = product["offers"].as_array().unwrap();
    assert_eq!(offers.len(), 1);
    for (name, value) in [
        ("@type", "Offer"),
        ("price", "20.00"),
        ("priceCurrency", "USD"),
        ("availability", "https://schema.org/InStock"),
        ("itemCondition", "https://schema.org/NewCondition"),
    ] {
        assert_eq!(offers[0][name], value, "{name}");
    }
    assert_eq!(
        offers[0]["url"],
        format!("{ORIGIN}/products/{}?variant={}", mug.slug, mug.id())
    );
    let crumbs = of_type(&blocks, "BreadcrumbList")["itemListElement"]
        .as_array()
        .unwrap();
    assert_eq!(crumbs[0]["item"], format!("{ORIGIN}/"));
    assert_eq!(crumbs.last().unwrap()["name"], HOSTILE);
    let home = data(&fetch(&mut robot, "/").await);
    assert_eq!(of_type(&home, "Organization")["url"], format!("{ORIGIN}/"));
    let search = &of_type(&home, "WebSite")["potentialAction"]["target"]["urlTemplate"];
    assert_eq!(*search, format!("{ORIGIN}/search?q={{search_term_string}}"));
    let feed = fetch(&mut robot, "/feeds/google.xml").await;
    let titles = elements(&feed.body, "g:title");
    let escaped =
        "&lt;/script&gt;&lt;script&gt;alert(1)&lt;/script&gt;&quot;&apos;&gt;&lt;img src=x onerror=alert(1)&gt;";
    assert!(titles.iter().any(|title| title == escaped), "{titles:?}");
    assert!(elements(&feed.body, "g:price").contains(&"20.00 USD".to_owned()));
}

#[tokio::test]
async fn what_is_sold_out_is_told_so() {
    let souk = Installation::new().await;
    let lamp = &souk.alpha.lamp;
    let path = format!("/products/{}", lamp.slug);
    let availability = async || {
        let blocks = data(&souk.visitor().get(&path).await.expect(200));
        of_type(&blocks, "Product")["offers"][0]["availability"].clone()
    };
    assert_eq!(availability().await, "https://schema.org/InStock");
    let mut guest = souk.visitor();
    guest.add(lamp, "1").await.expect(303);
    guest.buy(crate::installation::GUEST).await;
    assert_eq!(availability().await, "https://schema.org/OutOfStock");
}

#[tokio::test]
async fn each_store_tells_of_its_own() {
    let souk = Installation::new().await;
    let beta = souk.beta().await;
    let mut ctx = souk.alpha.work().write();
    feeds::change_settings(&mut ctx, feeds::Settings::default())
        .await
        .unwrap();
    ctx.commit().await.unwrap();
    for feed in ["/feeds/google.xml", "/feeds/meta.xml"] {
        souk.visitor().send("GET", feed, None).await.expect(404);
    }
    let mut robot = souk.visitor_of(&beta);
    for path in [
        "/feeds/google.xml",
        "/feeds/meta.xml",
        "/sitemap.xml",
        "/sitemaps/products-1.xml",
        "/robots.txt",
    ] {
        let file = fetch(&mut robot, path).await;
        assert!(
            file.body.contains("http://beta.test/") && !file.body.contains(ORIGIN),
            "{path}: {}",
            file.body
        );
    }
    let feed = fetch(&mut robot, "/feeds/google.xml").await;
    let prices = elements(&feed.body, "g:price");
    assert!(
        !prices.is_empty() && prices.iter().all(|price| price.ends_with(" IDR")),
        "{prices:?}"
    );
    let page = fetch(&mut robot, &format!("/products/{}", beta.mug.slug)).await;
    assert_eq!(
        canonical(&page),
        [format!("http://beta.test/products/{}", beta.mug.slug)]
    );
}

#[tokio::test]
async fn the_worker_of_the_browser_keeps_the_shell_and_nothing_else() {
    let souk = Installation::new().await;
    let mut guest = souk.visitor();
    let list = |script: &str, name: &str| -> Vec<String> {
        let rest = script.split(&format!("const {name} = ")).nth(1).unwrap();
        serde_json::from_str(rest.split(";\n").next().unwrap()).unwrap()
    };
    let script = fetch(&mut guest, "/sw.js?language=id").await;
    assert!(script.header("content-type").starts_with("text/javascript"));
    assert_eq!(script.header("cache-control"), "no-cache");
    assert_eq!(
        script.header("set-cookie"),
        "",
        "looking for a new version chooses no language"
    );
    for path in list(&script.body, "SHELL") {
        assert!(path.starts_with("/assets/"), "{path}");
        let asset = fetch(&mut guest, &path).await;
        assert_eq!(
            asset.header("cache-control"),
            "public, max-age=31536000, immutable",
            "{path}"
        );
    }
    assert!(script.body.contains("const OFFLINE = \"/offline?lang=id\";"));
    let english = fetch(&mut guest, "/sw.js?language=../../evil").await.body;
    assert!(english.contains("const OFFLINE = \"/offline?lang=en\";"));
    let cache = |script: &str| {
        script
            .split("const CACHE = ")
            .nth(1)
            .unwrap()
            .split(';')
            .next()
            .unwrap()
            .to_owned()
    };
    assert_ne!(cache(&script.body), cache(&english), "each language is kept by itself");
    guest.sign_in(&souk.alpha.shopper).await;
    let offline = fetch(&mut guest, "/offline?lang=id").await;
    assert!(offline.body.contains("<html lang=\"id\">") && is_unlisted(&offline));
    assert!(
        !offline.body.contains(&souk.alpha.shopper),
        "the page says nothing of who reads it"
    );
    let manifest = fetch(&mut guest, "/manifest.webmanifest").await;
    assert_eq!(manifest.header("content-type"), "application/manifest+json");
    let manifest = manifest.json();
    assert_eq!(manifest["name"], souk.alpha.store.name);
    for icon in manifest["icons"].as_array().unwrap() {
        let file = fetch(&mut guest, icon["src"].as_str().unwrap()).await;
        assert_eq!(file.header("content-type"), icon["type"].as_str().unwrap());
    }
}

#[tokio::test]
async fn every_variant_is_an_offer_until_they_are_too_many() {
    let souk = Installation::new().await;
    let price = |minor| Some(kernel::Money::new(minor, kernel::Currency::USD));
    let now = souk.database().now();
    let variant = |number: i64| catalog::UpsertVariant {
        option_values: vec![number.to_string()],
        price: price(1_000 + number),
        ..catalog::UpsertVariant::sample()
    };
    let product = |slug: &str, variants: Vec<catalog::UpsertVariant>| catalog::UpsertProduct {
        option_names: vec!["Size".to_owned()],
        variants,
        ..catalog::UpsertProduct::sample(kernel::Slug::parse(slug).unwrap())
    };
    let reduced = catalog::UpsertVariant {
        barcode: "4006381333931".to_owned(),
        sale: Some(catalog::Sale {
            price: kernel::Money::new(500, kernel::Currency::USD),
            starts_at: None,
            ends_at: Some(now + chrono::TimeDelta::days(3)),
        }),
        ..variant(1)
    };
    let unpriced = catalog::UpsertVariant {
        price: None,
        ..variant(3)
    };
    let few = product("few", vec![reduced, variant(2), unpriced]);
    let many = product("many", (1..=101).map(variant).collect());
    let none = product("none", Vec::new());
    let mut ctx = souk.alpha.work().write();
    catalog::upsert_products(&mut ctx, &[few, many, none]).await.unwrap();
    ctx.commit().await.unwrap();
    let offers = async |slug: &str| {
        let blocks = data(&souk.visitor().get(&format!("/products/{slug}")).await.expect(200));
        of_type(&blocks, "Product")["offers"].clone()
    };
    let few = offers("few").await;
    assert_eq!(few.as_array().unwrap().len(), 2, "{few}");
    assert_eq!(
        (&few[0]["price"], &few[0]["gtin"]),
        (&"5.00".into(), &"4006381333931".into())
    );
    let last_day = (now + chrono::TimeDelta::days(3)).format("%Y-%m-%d").to_string();
    assert_eq!(few[0]["priceValidUntil"], last_day);
    assert_eq!((&few[1]["price"], &few[1]["name"]), (&"10.02".into(), &"2".into()));
    let many = offers("many").await;
    assert_eq!(
        (&many["@type"], &many["offerCount"]),
        (&"AggregateOffer".into(), &101.into())
    );
    assert_eq!(
        (&many["lowPrice"], &many["highPrice"]),
        (&"10.01".into(), &"11.01".into())
    );
    assert_eq!(offers("none").await, Value::Null);
}

#[tokio::test]
async fn an_address_of_before_leads_on_with_all_that_was_asked() {
    let souk = Installation::new().await;
    let mug = &souk.alpha.mug;
    let mut ctx = souk.alpha.work().write();
    let change = catalog::UpdateProduct {
        id: mug.product,
        expected_version: None,
        changes: catalog::ProductChanges {
            slug: Some("größe".to_owned()),
            ..catalog::ProductChanges::default()
        },
    };
    catalog::update_product(&mut ctx, change).await.unwrap();
    ctx.commit().await.unwrap();
    let mut guest = souk.visitor();
    let old = format!("/products/{}", mug.slug);
    let moved = guest.send("GET", &old, None).await.expect(301);
    assert_eq!(moved.location(), "/products/gr%C3%B6%C3%9Fe");
    let asked = format!("{old}?variant={}&lang=en", mug.id());
    let moved = guest.send("GET", &asked, None).await.expect(301);
    assert_eq!(
        moved.location(),
        format!("/products/gr%C3%B6%C3%9Fe?variant={}&lang=en", mug.id())
    );
    guest.get(moved.location()).await.expect(200);
    guest.send("GET", "/products/never-was", None).await.expect(404);
}
