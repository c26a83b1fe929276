//! Feeds of whole stores, on PostgreSQL.

use catalog::{ProductStatus, UpsertImage, UpsertProduct, UpsertVariant, upsert_products};
use chrono::TimeDelta;
use database::{Ctx, Work, testing::TestDatabase};
use futures_util::{Stream, TryStreamExt as _};
use kernel::{Actor, Money, Sku, Slug, Time, VariantId};

use crate::{
    ChangeSettingsError, Part, ProductFeed, Reader, Settings, Sitemap, change_settings, load_settings, sitemap_index,
};

const SHOP: &str = "https://shop.test";

async fn text(pieces: impl Stream<Item = Result<Vec<u8>, database::Error>>) -> String {
    String::from_utf8(pieces.try_collect::<Vec<_>>().await.unwrap().concat()).unwrap()
}

async fn sitemap(work: &Work, part: Part) -> Option<String> {
    let pages = vec!["/".to_owned(), "/products".to_owned()];
    match Sitemap::open(work, part, SHOP, pages).await.unwrap() {
        Some(sitemap) => Some(text(sitemap.into_pieces()).await),
        None => None,
    }
}

async fn feed(work: &Work, reader: Reader) -> Option<String> {
    match ProductFeed::open(work, SHOP, reader).await.unwrap() {
        Some(feed) => Some(text(feed.into_pieces()).await),
        None => None,
    }
}

fn slug(text: &str) -> Slug {
    Slug::parse(text).unwrap()
}

/// What stands in the elements of that name, in order.
fn all<'x>(xml: &'x str, name: &str) -> Vec<&'x str> {
    let (open, close) = (format!("<{name}>"), format!("</{name}>"));
    let rest = xml.split(open.as_str()).skip(1);
    rest.map(|rest| rest.split(close.as_str()).next().unwrap()).collect()
}

/// A shirt in two sizes with everything, a plain mug, a mug without a picture, and a draft.
async fn fill(ctx: &mut Ctx) {
    let now = ctx.now();
    let usd = |minor| Some(Money::new(minor, kernel::Currency::USD));
    let picture = |url: &str| UpsertImage {
        url: url.to_owned(),
        alt: String::new(),
        formerly: None,
    };
    let small = UpsertVariant {
        sku: Sku::parse("SH-S").ok(),
        barcode: "4006381333931".to_owned(),
        option_values: vec!["S".to_owned(), "Moss & <Fern>".to_owned()],
        price: usd(2_000),
        sale: Some(catalog::Sale {
            price: Money::new(1_500, kernel::Currency::USD),
            starts_at: Some(now - TimeDelta::days(1)),
            ends_at: Some(now + TimeDelta::days(1)),
        }),
        weight_grams: 250,
        measure: catalog::Measure::parse("2 pc", "").unwrap(),
        ..UpsertVariant::sample()
    };
    let medium = UpsertVariant {
        sku: Sku::parse("SH-M").ok(),
        barcode: "not a gtin".to_owned(),
        option_values: vec!["M".to_owned(), "Moss".to_owned()],
        price: usd(2_100),
        sale: None,
        weight_grams: 0,
        ..UpsertVariant::sample()
    };
    let shirt = UpsertProduct {
        title: "Shirt \u{8}]]></g:title>".to_owned(),
        brand: "Nile".to_owned(),
        description_html: "<p>Cool &amp; light.</p>".to_owned(),
        option_names: vec!["Size".to_owned(), "Colour".to_owned()],
        category_paths: vec![
            vec!["Clothing".to_owned(), "Shirts".to_owned()],
            vec!["Summer".to_owned()],
        ],
        images: vec![picture("/media/1.jpg"), picture("https://x.test/2.jpg?a=1&b=2")],
        variants: vec![small, medium],
        ..UpsertProduct::sample(slug("shirt"))
    };
    let plain = |name: &str| UpsertProduct {
        option_names: Vec::new(),
        variants: vec![UpsertVariant {
            sku: Sku::parse(name).ok(),
            price: usd(300),
            ..UpsertVariant::sample()
        }],
        ..UpsertProduct::sample(slug(name))
    };
    let mug = UpsertProduct {
        images: vec![picture("/media/3-9x9.webp")],
        ..plain("mug-ü")
    };
    let bare = UpsertProduct {
        images: Vec::new(),
        ..plain("bare")
    };
    let draft = UpsertProduct {
        images: vec![picture("/media/4.jpg")],
        status: ProductStatus::Draft,
        ..plain("draft")
    };
    upsert_products(ctx, &[shirt, mug, bare, draft]).await.unwrap();
}

#[tokio::test]
async fn sitemaps_name_what_every_shopper_sees() {
    let db = TestDatabase::new().await;
    let work = db.work().acting_as(Actor::Guest);
    assert_eq!(sitemap(&work, Part::Products(1)).await, None);
    let mut ctx = db.work().write();
    fill(&mut ctx).await;
    ctx.commit().await.unwrap();
    let index = sitemap_index(&mut work.read(), "https://shop.test/sitemaps/")
        .await
        .unwrap();
    let index = String::from_utf8(index).unwrap();
    let files = ["pages.xml", "categories-1.xml", "products-1.xml"];
    assert_eq!(
        all(&index, "loc"),
        files.map(|file| format!("https://shop.test/sitemaps/{file}"))
    );
    let now = db.work().now().to_rfc3339_opts(chrono::SecondsFormat::Secs, true);
    assert_eq!(all(&index, "lastmod"), [now.as_str()]);
    let products = sitemap(&work, Part::Products(1)).await.unwrap();
    let mut found = all(&products, "loc");
    found.sort_unstable();
    assert_eq!(
        found,
        [
            "https://shop.test/products/bare",
            "https://shop.test/products/mug-%C3%BC",
            "https://shop.test/products/shirt",
        ]
    );
    assert_eq!(all(&products, "lastmod"), [now.as_str(); 3]);
    assert!(
        products.starts_with("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<urlset xmlns=")
            && products.ends_with("</urlset>\n")
    );
    let pages = sitemap(&work, Part::Pages).await.unwrap();
    assert_eq!(all(&pages, "loc"), ["https://shop.test/", "https://shop.test/products"]);
    let categories = sitemap(&work, Part::Categories(1)).await.unwrap();
    assert_eq!(all(&categories, "loc").len(), 3, "{categories}");
    for part in [Part::Products(2), Part::Categories(2), Part::Collections(1)] {
        assert_eq!(sitemap(&work, part).await, None, "{part:?}");
    }
}

#[tokio::test]
async fn a_long_sitemap_has_every_product_once_and_in_the_order_of_age() {
    let db = TestDatabase::new().await;
    let mut ctx = db.work().write();
    let products = (0..4_500).map(|number| UpsertProduct {
        option_names: Vec::new(),
        variants: Vec::new(),
        ..UpsertProduct::sample(slug(&format!("p{number}")))
    });
    let products: Vec<UpsertProduct> = products.collect();
    for some in products.chunks(500) {
        upsert_products(&mut ctx, some).await.unwrap();
    }
    ctx.commit().await.unwrap();
    let before = db.database().statement_count();
    let file = sitemap(&db.work(), Part::Products(1)).await.unwrap();
    assert_eq!(db.database().statement_count() - before, 3);
    let mut found: Vec<String> = all(&file, "loc").into_iter().map(str::to_owned).collect();
    assert_eq!(found.len(), 4_500);
    found.sort_unstable();
    found.dedup();
    assert_eq!(found.len(), 4_500);
    let mut ctx = db.work().read();
    assert_eq!(catalog::list_address_parts(&mut ctx, 1_000).await.unwrap().len(), 5);
    let mut parted = Vec::new();
    for part in 0..5 {
        let addresses = catalog::list_addresses(&mut ctx, None, part * 1_000, 1_000)
            .await
            .unwrap();
        parted.extend(addresses.into_iter().map(|address| address.id));
    }
    assert!(parted.len() == 4_500 && parted.is_sorted_by(|one, next| one < next));
}

#[tokio::test]
async fn an_item_says_what_google_asks_for() {
    let db = TestDatabase::new().await;
    let mut ctx = db.work().write();
    fill(&mut ctx).await;
    assert_eq!(feed(&db.work(), Reader::Google).await, None, "nobody switched it on");
    let settings = Settings {
        google: true,
        ..Settings::default()
    };
    change_settings(&mut ctx, settings).await.unwrap();
    ctx.commit().await.unwrap();
    assert_eq!(feed(&db.work(), Reader::Meta).await, None, "nobody switched that on");
    let feed = feed(&db.work().acting_as(Actor::Guest), Reader::Google).await.unwrap();
    assert!(feed.contains("<rss version=\"2.0\" xmlns:g=\"http://base.google.com/ns/1.0\">\n<channel>\n<title>"));
    assert!(feed.ends_with("</item>\n</channel>\n</rss>\n"));
    let items = all(&feed, "item");
    assert_eq!(items.len(), 3, "a mug and two shirts: {feed}");
    let (mug, small, medium) = (items[0], items[1], items[2]);
    let id = all(small, "g:id")[0];
    assert!(id.parse::<VariantId>().is_ok());
    let now = db.work().now();
    let moment = |time: Time| time.format("%Y-%m-%dT%H:%MZ").to_string();
    let window = format!(
        "{}/{}",
        moment(now - TimeDelta::days(1)),
        moment(now + TimeDelta::days(1))
    );
    let link = format!("https://shop.test/products/shirt?variant={id}");
    for (name, value) in [
        ("g:title", "Shirt ]]&gt;&lt;/g:title&gt; – S / Moss &amp; &lt;Fern&gt;"),
        ("g:description", "Cool &amp; light."),
        ("g:link", link.as_str()),
        ("g:image_link", "https://shop.test/media/1.jpg"),
        ("g:additional_image_link", "https://x.test/2.jpg?a=1&amp;b=2"),
        ("g:availability", "in_stock"),
        ("g:price", "20.00 USD"),
        ("g:sale_price", "15.00 USD"),
        ("g:sale_price_effective_date", window.as_str()),
        ("g:brand", "Nile"),
        ("g:gtin", "4006381333931"),
        ("g:condition", "new"),
        ("g:shipping_weight", "250 g"),
        ("g:unit_pricing_measure", "2 ct"),
        ("g:unit_pricing_base_measure", "1 ct"),
        ("g:product_type", "Clothing &gt; Shirts"),
        ("g:size", "S"),
        ("g:color", "Moss &amp; &lt;Fern&gt;"),
    ] {
        assert_eq!(all(small, name), [value], "{name}: {small}");
    }
    assert_eq!(all(small, "g:item_group_id"), all(medium, "g:item_group_id"));
    for name in ["g:identifier_exists", "g:mpn"] {
        assert!(all(small, name).is_empty(), "{name}");
    }
    assert_eq!(all(medium, "g:identifier_exists"), ["no"]);
    for name in ["g:gtin", "g:sale_price", "g:shipping_weight"] {
        assert!(all(medium, name).is_empty(), "{name}");
    }
    assert!(all(mug, "g:item_group_id").is_empty());
    assert_eq!(all(mug, "g:canonical_link"), ["https://shop.test/products/mug-%C3%BC"]);
}

#[tokio::test]
async fn an_item_says_what_meta_asks_for() {
    let db = TestDatabase::new().await;
    let mut ctx = db.work().write();
    fill(&mut ctx).await;
    let meta = Settings {
        meta: true,
        ..Settings::default()
    };
    change_settings(&mut ctx, meta).await.unwrap();
    ctx.commit().await.unwrap();
    let feed = feed(&db.work().acting_as(Actor::Guest), Reader::Meta).await.unwrap();
    let items = all(&feed, "item");
    let (mug, small) = (items[0], items[1]);
    for (item, name, value) in [
        (small, "g:availability", "in stock"),
        (small, "g:price", "20.00 USD"),
        (small, "g:sale_price", "15.00 USD"),
        (small, "g:brand", "Nile"),
        (small, "g:image_link", "https://shop.test/media/1.jpg"),
        (mug, "g:image_link", "https://shop.test/media/3-print.jpg"),
        (mug, "g:condition", "new"),
    ] {
        assert_eq!(all(item, name), [value], "{name}: {item}");
    }
    let own = db.work().store().name.clone();
    assert_eq!(
        all(mug, "g:brand"),
        [own.as_str()],
        "what has no maker is the store's own"
    );
    for name in ["g:canonical_link", "g:identifier_exists"] {
        assert!(all(&feed, name).is_empty(), "{name}");
    }
}

#[tokio::test]
async fn only_who_may_change_settings_publishes_feeds() {
    let db = TestDatabase::new().await;
    let mut guest = db.work().acting_as(Actor::Guest).write();
    assert!(matches!(
        change_settings(&mut guest, Settings::default()).await,
        Err(ChangeSettingsError::Forbidden(_))
    ));
    let mut ctx = db.work().write();
    for (google, meta) in [(true, false), (false, true), (true, true), (false, false)] {
        let settings = Settings { google, meta };
        change_settings(&mut ctx, settings).await.unwrap();
        assert_eq!(load_settings(&mut ctx).await.unwrap(), settings);
    }
}
