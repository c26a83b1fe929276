//! Every page with real data in both languages, and what its forms do.

use std::collections::BTreeMap;

use axum::http::StatusCode;
use catalog::{NewProduct, NewVariant, ProductStatus};
use database::Ctx;
use kernel::{Actor, Address, EmailAddress, Money, OrderId, ProductId, VariantId};
use orders::{PaymentKind, PlaceOrder, PlacedLine, Source};
use payments::{Authorization, NewAttempt};
use pricing::{LineFacts, QuoteFacts, ShippingFacts};

use super::desk::TestDesk;

pub(super) struct Stocked {
    pub(super) product: ProductId,
    pub(super) variant: VariantId,
}

/// A mug of 12.99 with five on the shelf.
pub(super) async fn stock(desk: &TestDesk) -> Stocked {
    let mut ctx = desk.db.work().write();
    let price = Money::new(1_299, ctx.currency());
    let sku = Some("MUG-1".to_owned());
    let variant = NewVariant {
        price: Some(price),
        sku,
        option_values: vec!["Moss".to_owned()],
        ..NewVariant::default()
    };
    let new = NewProduct {
        title: "Stoneware mug".to_owned(),
        status: ProductStatus::Active,
        option_names: vec!["Colour".to_owned()],
        variants: vec![variant],
        ..NewProduct::default()
    };
    let made = catalog::create_product(&mut ctx, new).await.unwrap();
    let variant = made.variants[0].id;
    let level = inventory::SetLevel {
        variant_id: variant,
        on_hand: 5,
        backorder: false,
    };
    inventory::set_levels(&mut ctx, &[level]).await.unwrap();
    ctx.commit().await.unwrap();
    Stocked {
        product: made.product.id,
        variant,
    }
}

/// Two of the mugs with delivery, paid.
pub(super) async fn sell(desk: &TestDesk, stocked: &Stocked) -> OrderId {
    let mut ctx = desk.db.work().write();
    let wanted = order(&mut ctx, stocked.variant).await;
    let (id, total) = (wanted.id, wanted.quote.total);
    orders::place(&mut ctx, wanted).await.unwrap();
    let attempt = NewAttempt {
        order_id: id,
        gateway: "sandbox".to_owned(),
        amount: total,
    };
    let attempt = payments::open_attempt(&mut ctx, attempt).await.unwrap();
    let captured = Authorization::Captured {
        reference: "ref-1".to_owned(),
    };
    payments::record_authorization(&mut ctx, attempt, &captured)
        .await
        .unwrap();
    orders::record_payment(&mut ctx, id, total, PaymentKind::Captured)
        .await
        .unwrap();
    ctx.commit().await.unwrap();
    id
}

async fn order(ctx: &mut Ctx, variant: VariantId) -> PlaceOrder {
    let sellable = catalog::sellable(ctx, &[variant]).await.unwrap().remove(0);
    let facts = QuoteFacts {
        currency: ctx.currency(),
        prices_include_tax: false,
        tax_rounding: ctx.store().tax_rounding,
        now: ctx.now(),
        lines: vec![LineFacts {
            variant_id: variant,
            product_id: sellable.product_id,
            collection_ids: Vec::new(),
            quantity: 2,
            unit_price: sellable.price.unwrap(),
            taxes: Vec::new(),
        }],
        shipping: Some(ShippingFacts {
            price: Money::new(599, ctx.currency()),
            taxes: Vec::new(),
        }),
        coupons: Vec::new(),
    };
    PlaceOrder {
        id: ctx.new_id(),
        cart_id: None,
        customer_id: None,
        email: EmailAddress::parse("ann@example.com").unwrap(),
        lines: vec![PlacedLine {
            sellable,
            quantity: 2,
            properties: BTreeMap::new(),
        }],
        quote: pricing::quote(&facts).unwrap(),
        shipping_address: Some(Address::sample()),
        billing_address: Some(Address::sample()),
        shipping_code: "standard".to_owned(),
        shipping_name: "Standard delivery".to_owned(),
        delivery: None,
        coupon_codes: Vec::new(),
        source: Source::Web,
        customer_note: "Ring <twice>".to_owned(),
    }
}

pub(super) fn id_after<'t>(text: &'t str, prefix: &str) -> &'t str {
    let start = text.find(prefix).unwrap_or_else(|| panic!("no {prefix} in {text}"));
    text.get(start..start + prefix.len() + 26).unwrap()
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
    let paths = [
        "/admin".to_owned(),
        "/admin/orders".to_owned(),
        "/admin/orders?q=nobody".to_owned(),
        format!("/admin/orders/{order}"),
        format!("/admin/orders/{order}/cancel"),
        format!("/admin/orders/{order}/refund"),
        format!("/admin/orders/{order}/refund?step=preview&line={line}&quantity=1&shipping=1&restock=1"),
        "/admin/parcels".to_owned(),
        "/admin/parcels?state=delivered".to_owned(),
        "/admin/parcels/pick-list".to_owned(),
        format!("/admin/parcels/{parcel}"),
        format!("/admin/parcels/{parcel}/slip"),
        format!("/admin/parcels/{parcel}/unpack"),
        "/admin/products".to_owned(),
        "/admin/products?stock=out".to_owned(),
        "/admin/products/new".to_owned(),
        format!("/admin/products/{}", stocked.product),
        format!("/admin/products/{}/archive", stocked.product),
        format!("/admin/products/{}/images", stocked.product),
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
    ];
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
        ("orders", "/admin/exports/customers", "Email,First name,"),
        ("orders", "/admin/exports/customers?format=jsonl", ""),
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
async fn an_order_is_shipped_in_parts_and_delivered() {
    let desk = TestDesk::open().await;
    let order = sell(&desk, &stock(&desk).await).await;
    let path = format!("/admin/orders/{order}");
    let page = desk.get(&path).await;
    let line = id_after(&page.text, "oln_").to_owned();
    let fulfil = format!("{path}/fulfil");

    let refused = desk
        .post(&fulfil, &[("line", &line), ("quantity", "3"), ("carrier", "Post & Co")])
        .await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(
        refused.text.contains("aria-describedby=\"error-quantity\"")
            && refused.text.contains("must be between 1 and 2")
            && refused.text.contains("Post &amp; Co")
    );
    let refused = desk
        .post(
            &fulfil,
            &[("line", &line), ("quantity", "1"), ("tracking_url", "javascript:x")],
        )
        .await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(refused.text.contains("id=\"error-tracking_url\""));

    let first = desk
        .post(
            &fulfil,
            &[("line", &line), ("quantity", "1"), ("tracking_number", "T-1")],
        )
        .await;
    assert_eq!(
        (first.status, first.location.as_str()),
        (StatusCode::SEE_OTHER, path.as_str())
    );
    let page = desk.get(&path).await.text;
    assert!(page.contains("T-1") && page.contains("Shipped in part"));
    desk.post(&fulfil, &[("line", &line), ("quantity", "1")]).await;
    desk.post(&format!("{path}/delivered"), &[]).await;
    desk.post(&format!("{path}/notes"), &[("text", "Called <Ann>")]).await;
    let page = desk.get(&path).await.text;
    assert!(page.contains("Called &lt;Ann&gt;") && page.contains("Delivered"));
    assert!(!page.contains("data-testid=\"fulfil\""), "nothing is left to ship");
}

#[tokio::test]
async fn only_the_amount_that_was_shown_goes_back() {
    let desk = TestDesk::open().await;
    let order = sell(&desk, &stock(&desk).await).await;
    let path = format!("/admin/orders/{order}/refund");
    let line = id_after(&desk.get(&path).await.text, "oln_").to_owned();
    let chosen = format!("{path}?step=preview&line={line}&quantity=1&shipping=1");
    let preview = desk.get(&chosen).await.text;
    assert!(preview.contains("$18.98"), "one mug and the delivery: {preview}");

    let refund = async |amount: &str| {
        desk.post(
            &path,
            &[
                ("line", &line),
                ("quantity", "1"),
                ("shipping", "1"),
                ("amount", amount),
            ],
        )
        .await
    };
    let other = refund("9999").await;
    assert_eq!(other.status, StatusCode::CONFLICT);
    assert!(other.text.contains("$18.98"), "the amount is shown again");
    let done = refund("1898").await;
    assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.text);
    let page = desk.get(&format!("/admin/orders/{order}")).await.text;
    assert!(page.contains("data-testid=\"refund-row\"") && page.contains("−$18.98"));
    let nothing = desk.get(&format!("{path}?step=preview&line={line}&quantity=0")).await;
    assert_eq!(nothing.status, StatusCode::CONFLICT);
}

#[tokio::test]
async fn an_order_is_cancelled_with_a_reason() {
    let desk = TestDesk::open().await;
    let order = sell(&desk, &stock(&desk).await).await;
    let path = format!("/admin/orders/{order}/cancel");
    let refused = desk.post(&path, &[("reason", " ")]).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(refused.text.contains("id=\"error-reason\""));
    let done = desk.post(&path, &[("reason", "Out of clay")]).await;
    assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.text);
    let page = desk.get(&format!("/admin/orders/{order}")).await.text;
    assert!(page.contains("Cancelled") && page.contains("Out of clay"));
    assert_eq!(
        desk.post(&path, &[("reason", "Again")]).await.status,
        StatusCode::CONFLICT
    );
}

#[tokio::test]
async fn a_product_is_made_and_a_lost_update_is_shown() {
    let desk = TestDesk::open().await;
    let form = |price| {
        [
            ("title", "Oak board"),
            ("status", "active"),
            ("kind", "physical"),
            ("price", price),
        ]
    };
    let refused = desk.post("/admin/products/new", &form("cheap")).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(refused.text.contains("id=\"error-price\"") && refused.text.contains("Oak board"));
    let made = desk.post("/admin/products/new", &form("24.50")).await;
    assert_eq!(made.status, StatusCode::SEE_OTHER, "{}", made.text);

    let page = desk.get(&made.location).await.text;
    assert!(
        page.contains("$24.50") && page.contains("name=\"version\" value=\"1\""),
        "{page}"
    );
    let change = async |title: &str, version: &str| {
        let form = [
            ("title", title),
            ("slug", "oak-board"),
            ("status", "active"),
            ("kind", "physical"),
            ("version", version),
        ];
        desk.post(&made.location, &form).await
    };
    assert_eq!(change("Walnut board", "1").await.status, StatusCode::SEE_OTHER);
    let lost = change("Beech board", "1").await;
    assert_eq!(lost.status, StatusCode::CONFLICT);
    assert!(lost.text.contains("Walnut board") && lost.text.contains("Beech board"));
    assert!(
        lost.text.contains("name=\"version\" value=\"2\""),
        "saving once more keeps what was typed"
    );
    assert_eq!(change("Beech board", "2").await.status, StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn stock_is_corrected_and_never_below_zero() {
    let desk = TestDesk::open().await;
    let variant = stock(&desk).await.variant;
    let path = format!("/admin/variants/{variant}/stock");
    let refused = desk.post(&path, &[("change", "-6"), ("reason", "Broken")]).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(refused.text.contains("id=\"error-change\"") && refused.text.contains("Broken"));
    let done = desk.post(&path, &[("change", "+2"), ("reason", "Found")]).await;
    assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.text);
    let page = desk.get(&format!("/admin/variants/{variant}")).await.text;
    assert!(page.contains("data-testid=\"on-hand\">7<") && page.contains("Found"));
}

/// A run's page when nobody is at work on it any more.
async fn settled(desk: &TestDesk, path: &str) -> String {
    loop {
        let page = desk.get(path).await.text;
        if !page.contains("data-live") {
            return page;
        }
    }
}

#[tokio::test]
async fn an_interrupted_import_goes_on_or_is_given_up() {
    let desk = TestDesk::open().await;
    let interrupted = async |name: &str| {
        let folder = desk.uploads().join(name);
        std::fs::create_dir_all(&folder).unwrap();
        let path = folder.join("products.csv");
        std::fs::write(&path, format!("Handle,Title,Variant Price\n{name},Mug,5\n")).unwrap();
        let wanted = imports::ImportFile {
            upload: Some(name.to_owned()),
            ..imports::ImportFile::new(path, imports::Format::Shopify)
        };
        let (tell, told) = tokio::sync::oneshot::channel();
        let mut tell = Some(tell);
        let work = desk.db.work();
        let mut watch = |progress: imports::Progress| {
            if let Some(tell) = tell.take() {
                tell.send(progress.run_id).unwrap();
            }
        };
        let id = tokio::select! {
            biased;
            id = told => id.unwrap(),
            ended = imports::import_file(&work, &wanted, None, &mut watch) => panic!("{ended:?}"),
        };
        desk.db.clock().advance(chrono::TimeDelta::seconds(61));
        (format!("/admin/imports/{id}"), folder)
    };
    let (first, folder) = interrupted("first").await;
    let page = desk.get(&first).await.text;
    assert!(
        page.contains("data-testid=\"import-resume\"") && page.contains("Stopped"),
        "{page}"
    );
    let resumed = desk.post(&format!("{first}/resume"), &[]).await;
    assert_eq!(
        (resumed.status, resumed.location.as_str()),
        (StatusCode::SEE_OTHER, first.as_str())
    );
    let page = settled(&desk, &first).await;
    assert!(page.contains("data-testid=\"import-created\">1<"), "{page}");
    assert_eq!(
        desk.post(&format!("{first}/resume"), &[]).await.status,
        StatusCode::CONFLICT
    );
    let (second, folder_of_second) = interrupted("second").await;
    let given_up = desk.post(&format!("{second}/discard"), &[]).await;
    assert_eq!(given_up.status, StatusCode::SEE_OTHER);
    assert!(!folder_of_second.exists());
    let page = desk.get(&second).await.text;
    assert!(!page.contains("data-testid=\"import-resume\""), "{page}");
    drop(folder);
}

#[tokio::test]
async fn redirects_are_added_found_and_removed() {
    let desk = TestDesk::open().await;
    let bad = desk
        .post("/admin/redirects", &[("from", "/old"), ("to", "https://evil.example")])
        .await;
    assert_eq!(bad.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(
        bad.text.contains("id=\"error-to\"") && bad.text.contains("value=\"/old\""),
        "{}",
        bad.text
    );
    for (from, to) in [("/old", "/products"), ("/older", "/old")] {
        let added = desk.post("/admin/redirects", &[("from", from), ("to", to)]).await;
        assert_eq!(added.status, StatusCode::SEE_OTHER, "{}", added.text);
    }
    let circle = desk
        .post("/admin/redirects", &[("from", "/products"), ("to", "/older")])
        .await;
    assert!(circle.text.contains("id=\"error-to\""), "{}", circle.text);
    let found = desk.get("/admin/redirects?q=older").await.text;
    assert_eq!(found.matches("data-testid=\"redirect-row\"").count(), 1);
    assert!(
        desk.get("/admin/exports/redirects")
            .await
            .text
            .contains("/old,/products\n")
    );
    let removed = desk.post("/admin/redirects/remove", &[("from", "/old")]).await;
    assert_eq!(removed.status, StatusCode::SEE_OTHER);
    assert_eq!(
        desk.get("/admin/redirects")
            .await
            .text
            .matches("data-testid=\"redirect-row\"")
            .count(),
        1
    );
}

#[tokio::test]
async fn a_file_is_tried_imported_and_refused() {
    let desk = TestDesk::open().await;
    let upload = async |name: &str, content: &str, dry_run: bool| {
        let dry_run = if dry_run {
            "--x\r\ncontent-disposition: form-data; name=\"dry_run\"\r\n\r\n1\r\n"
        } else {
            ""
        };
        let body = format!(
            "--x\r\ncontent-disposition: form-data; name=\"format\"\r\n\r\nshopify\r\n{dry_run}--x\r\n\
             content-disposition: form-data; name=\"file\"; filename=\"{name}\"\r\n\r\n{content}\r\n--x--\r\n"
        );
        desk.ask(
            "everything",
            ("POST", "/admin/imports"),
            ("multipart/form-data; boundary=x", body),
        )
        .await
    };
    let csv = "Handle,Title,Variant SKU,Variant Price\noak-board,Oak board,OAK-1,24.50\n";
    for dry_run in [true, false] {
        let done = upload("products.csv", csv, dry_run).await;
        assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.text);
        let page = settled(&desk, &done.location).await;
        assert!(page.contains("data-testid=\"import-created\">1<"), "{page}");
        let listed = desk.get("/admin/products?q=oak").await.text.contains("Oak board");
        assert_eq!(listed, !dry_run);
    }
    let refused = upload("notes.txt", "nothing, of, the, kind\n1,2,3,4\n", false).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(
        refused.text.contains("id=\"error-file\"") && refused.text.contains("Title"),
        "{}",
        refused.text
    );
    let nothing = upload("", "", false).await;
    assert!(nothing.text.contains("id=\"error-file\""));
}

#[tokio::test]
async fn a_picture_comes_from_a_file() {
    let desk = TestDesk::open().await;
    let product = stock(&desk).await.product;
    let upload = async |content: &str| {
        let body = format!(
            "--x\r\ncontent-disposition: form-data; name=\"alt\"\r\n\r\nA mug\r\n--x\r\n\
             content-disposition: form-data; name=\"file\"; filename=\"mug.svg\"\r\ncontent-type: image/svg+xml\r\n\r\n{content}\r\n--x--\r\n"
        );
        let path = format!("/admin/uploads/{product}");
        desk.ask("everything", ("POST", &path), ("multipart/form-data; boundary=x", body))
            .await
    };
    for bad in [
        "",
        "hello",
        "<svg xmlns=\"http://www.w3.org/2000/svg\"><script>1</script></svg>",
    ] {
        let refused = upload(bad).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{bad}");
        assert!(refused.text.contains("id=\"error-file\"") && refused.text.contains("A mug"));
    }
    let done = upload("<svg xmlns=\"http://www.w3.org/2000/svg\"><path d=\"M0 0h1v1z\"/></svg>").await;
    assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.text);
    let page = desk.get(&done.location).await.text;
    assert!(page.contains("src=\"/media/") && page.contains("alt=\"A mug\""));
    let form = [
        ("place", "2"),
        ("url", "/media/first.png"),
        ("alt", "One"),
        ("place", "1"),
        ("url", "/media/second.png"),
        ("alt", "Two"),
        ("place", "3"),
        ("url", "no address"),
        ("alt", ""),
    ];
    let path = format!("/admin/products/{product}/images");
    let refused = desk.post(&path, &form).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(refused.text.contains("id=\"error-url-3\"") && !refused.text.contains("id=\"error-url-1\""));
    assert_eq!(desk.post(&path, &form[..6]).await.status, StatusCode::SEE_OTHER);
    let page = desk.get(&path).await.text;
    assert!(page.find("second.png") < page.find("first.png"), "{page}");
}

#[tokio::test]
async fn a_key_is_shown_once_and_revoked() {
    let desk = TestDesk::open().await;
    let refused = desk.post("/admin/keys", &[("name", "Till")]).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    let made = desk
        .post("/admin/keys", &[("name", "Till"), ("permission", "orders:read")])
        .await;
    assert_eq!(made.status, StatusCode::CREATED);
    let secret = made
        .text
        .split("data-testid=\"key-secret\">")
        .nth(1)
        .unwrap()
        .split('<')
        .next()
        .unwrap();
    assert!(secret.starts_with("souk_"));
    let list = desk.get("/admin/keys").await.text;
    assert!(list.contains("Till") && !list.contains(secret));
    let revoke = format!("/admin/keys/{}/revoke", id_after(&list, "key_"));
    assert_eq!(desk.get(&revoke).await.status, StatusCode::OK);
    assert_eq!(desk.post(&revoke, &[]).await.status, StatusCode::SEE_OTHER);
    assert_eq!(desk.post(&revoke, &[]).await.status, StatusCode::NOT_FOUND);
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
