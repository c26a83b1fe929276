//! Exports of whole stores, and the way back.

use std::{io::Write as _, path::Path};

use database::testing::TestDatabase;
use imports::ImportFile;
use kernel::Actor;

use crate::{Export, ExportError, Format, Kind, Wanted};

/// Products with everything that is hard to write: formulas, commas, quotes, line ends, sales, stock, and none of it.
const CATALOGUE: &str = concat!(
    r#"{"handle":"a-shirt","title":"=Linen \"Shirt\", blue","description":"<p>Cool,<br>and light.</p>","short_description":"-Cool.","#,
    r#""brand":"@Nile","vendor":"Nile, Ltd","product_type":"Shirt","categories":[["Clothing","Shirts"],["Summer"]],"#,
    r#""canonical_url":"https://x.test/shirt","size_guide":"<p>Lay it flat.</p>","quantity_rule":{"minimum":2,"step":2},"#,
    r#""personal_fields":[{"label":"Engraving","kind":"short_text","required":false,"max_length":12,"choices":[]}],"#,
    r#""related_products":["d-hidden","b-file"],"tags":["summer","a, b"],"published_at":"2026-01-31T09:30:00Z","featured":true,"seo_title":"Shirt","attributes":{"fabric":"linen","id":7},"#,
    r#""images":[{"url":"https://x.test/1.jpg","alt":"Front"},{"url":"https://x.test/2,3.jpg","alt":""},{"url":"https://x.test/4.jpg","alt":"=Back"}],"#,
    r#""options":["Size","Cut"],"variants":["#,
    r#"{"sku":"SH-S","barcode":"96385074","options":["S","Slim, long"],"price":"20.00","compare_at":"25.00","cost":"8.50","weight_grams":250,"#,
    r#""length_mm":300,"width_mm":200,"height_mm":40,"hs_code":"6205.90","origin_country":"ID","measure":"0.5 l","measure_base":"100 ml","quantity_rule":{"customer_maximum":4},"quantity":5,"image":"https://x.test/4.jpg"},"#,
    r#"{"sku":"SH-M","options":["M","+Wide"],"price":"21.50","sale_price":"19.00","sale_starts_at":"2020-01-01T00:00:00Z","#,
    r#""sale_ends_at":"2021-01-01T00:00:00Z","quantity":0,"backorder":true,"taxable":false,"tax_code":"reduced"}]}"#,
    "\n",
    r#"{"handle":"b-file","title":"File","kind":"digital","price":"5.00","sku":"F-1","requires_shipping":false}"#,
    "\n",
    r#"{"handle":"c-draft","title":"Draft","status":"draft","published":false,"quantity":3,"tracked":true}"#,
    "\n",
    r#"{"handle":"d-hidden","title":"Hidden","published":false,"price":"1,299.00"}"#,
    "\n",
);

async fn import(db: &TestDatabase, bytes: &[u8], format: imports::Format) {
    let mut file = tempfile::NamedTempFile::new().unwrap();
    file.write_all(bytes).unwrap();
    let wanted = ImportFile::new(Path::to_owned(file.path()), format);
    let report = imports::import_file(&db.work(), &wanted, None, &mut |_| {})
        .await
        .unwrap();
    assert_eq!((report.counts.failed, report.errors), (0, 0));
}

fn wanted(kind: Kind, format: Format) -> Wanted {
    Wanted {
        kind,
        format,
        store_url: "https://shop.test/".to_owned(),
    }
}

async fn export(db: &TestDatabase, kind: Kind, format: Format) -> String {
    let mut export = Export::start(&db.work(), wanted(kind, format)).unwrap();
    let mut file = Vec::new();
    while let Some(piece) = export.next().await.unwrap() {
        file.extend(piece);
    }
    String::from_utf8(file).unwrap()
}

#[tokio::test]
async fn what_is_exported_imported_and_exported_is_the_same() {
    let first = TestDatabase::new().await;
    import(&first, CATALOGUE.as_bytes(), imports::Format::Jsonl).await;
    for (format, back) in [
        (Format::Jsonl, imports::Format::Jsonl),
        (Format::Shopify, imports::Format::Shopify),
        (Format::WooCommerce, imports::Format::WooCommerce),
    ] {
        let written = export(&first, Kind::Products, format).await;
        let second = TestDatabase::new().await;
        import(&second, written.as_bytes(), back).await;
        assert_eq!(export(&second, Kind::Products, format).await, written, "{format:?}");
    }
}

#[tokio::test]
async fn a_json_line_says_everything() {
    let db = TestDatabase::new().await;
    import(&db, CATALOGUE.as_bytes(), imports::Format::Jsonl).await;
    let lines = export(&db, Kind::Products, Format::Jsonl).await;
    let shirt: serde_json::Value = serde_json::from_str(lines.lines().next().unwrap()).unwrap();
    for (pointer, value) in [
        ("/title", serde_json::json!("=Linen \"Shirt\", blue")),
        ("/categories", serde_json::json!([["Clothing", "Shirts"], ["Summer"]])),
        ("/published_at", serde_json::json!("2026-01-31T09:30:00Z")),
        ("/attributes", serde_json::json!({ "fabric": "linen", "id": 7 })),
        (
            "/variants/0/cost",
            serde_json::json!({ "amount": 850, "currency": "USD" }),
        ),
        ("/variants/0/width_mm", serde_json::json!(200)),
        ("/variants/0/hs_code", serde_json::json!("6205.90")),
        ("/variants/0/origin_country", serde_json::json!("ID")),
        ("/variants/0/measure", serde_json::json!("0.5 l")),
        ("/variants/0/measure_base", serde_json::json!("100 ml")),
        (
            "/variants/0/quantity_rule",
            serde_json::json!({ "customer_maximum": 4 }),
        ),
        ("/quantity_rule", serde_json::json!({ "minimum": 2, "step": 2 })),
        ("/personal_fields/0/label", serde_json::json!("Engraving")),
        ("/related_products", serde_json::json!(["d-hidden", "b-file"])),
        ("/canonical_url", serde_json::json!("https://x.test/shirt")),
        ("/size_guide", serde_json::json!("<p>Lay it flat.</p>")),
        ("/variants/1/sale_ends_at", serde_json::json!("2021-01-01T00:00:00Z")),
        ("/variants/1/backorder", serde_json::json!(true)),
    ] {
        assert_eq!(shirt.pointer(pointer), Some(&value), "{pointer}");
    }
}

#[tokio::test]
async fn spreadsheets_do_not_calculate_and_see_other_shops_columns() {
    let db = TestDatabase::new().await;
    import(&db, CATALOGUE.as_bytes(), imports::Format::Jsonl).await;
    let shopify = export(&db, Kind::Products, Format::Shopify).await;
    let rows: Vec<&str> = shopify.lines().collect();
    assert!(
        rows[0].starts_with("Title,URL handle,Description,Vendor,"),
        "{}",
        rows[0]
    );
    assert!(
        rows[1].starts_with("\"'=Linen \"\"Shirt\"\", blue\",a-shirt,\"<p>Cool,"),
        "{}",
        rows[1]
    );
    assert!(rows[2].starts_with(",a-shirt,"), "{}", rows[2]);
    assert_eq!(rows.len(), 1 + 3 + 3, "three pictures, and three products of one row");
    let woo = export(&db, Kind::Products, Format::WooCommerce).await;
    assert!(woo.contains("\n1,variable,,"), "{woo}");
    assert!(woo.contains("\n,variation,SH-S,96385074,"), "{woo}");
    assert!(woo.contains("\n2,\"simple, virtual\",F-1,"), "{woo}");
    let stock = export(&db, Kind::Stock, Format::Csv).await;
    let expected = "SKU,Handle,Product,Variant,Location,On hand,Backorder\n\
        SH-S,a-shirt,\"'=Linen \"\"Shirt\"\", blue\",\"S / Slim, long\",Main,5,no\n\
        SH-M,a-shirt,\"'=Linen \"\"Shirt\"\", blue\",M / +Wide,Main,0,yes\n\
        ,c-draft,Draft,,Main,3,no\n";
    assert_eq!(stock, expected);
}

#[tokio::test]
async fn pictures_of_the_store_get_its_address() {
    let db = TestDatabase::new().await;
    let mut ctx = db.work().write();
    let product = catalog::UpsertProduct {
        images: vec![catalog::UpsertImage {
            url: "/media/1.jpg".to_owned(),
            alt: String::new(),
            formerly: None,
        }],
        ..catalog::UpsertProduct::sample(kernel::Slug::parse("mug").unwrap())
    };
    catalog::upsert_products(&mut ctx, &[product]).await.unwrap();
    ctx.commit().await.unwrap();
    let line = export(&db, Kind::Products, Format::Jsonl).await;
    assert!(line.contains("\"https://shop.test/media/1.jpg\""), "{line}");
}

#[tokio::test]
async fn only_those_who_may_see_may_export_and_only_what_a_format_can_say() {
    let db = TestDatabase::new().await;
    for kind in Kind::ALL {
        let guest = db.work().acting_as(Actor::Guest);
        let refused = Export::start(&guest, wanted(*kind, kind.formats()[0]));
        assert!(matches!(refused, Err(ExportError::Forbidden(_))), "{kind:?}");
        for format in Format::ALL {
            let started = Export::start(&db.work(), wanted(*kind, *format));
            assert_eq!(started.is_ok(), kind.formats().contains(format), "{kind:?} {format:?}");
        }
    }
    let refused = Export::start(&db.work(), wanted(Kind::Stock, Format::Shopify)).unwrap_err();
    assert_eq!(refused.to_string(), "format: must be csv for stock");
}

#[tokio::test]
async fn stock_and_redirects_come_back_as_they_were() {
    let (first, second) = (TestDatabase::new().await, TestDatabase::new().await);
    import(&first, CATALOGUE.as_bytes(), imports::Format::Jsonl).await;
    let catalogue = export(&first, Kind::Products, Format::Jsonl).await;
    import(&second, catalogue.as_bytes(), imports::Format::Jsonl).await;
    let counted = "SKU,Handle,Variant,Location,On hand,Backorder\nSH-S,,,,41,yes\n,c-draft,,Main,7,\n";
    import(&first, counted.as_bytes(), imports::Format::Stock).await;
    let moved = "Redirect from,Redirect to\n/pages/about,/\n/old-shirt?ref=1,/products/a-shirt\n";
    import(&first, moved.as_bytes(), imports::Format::Redirects).await;
    for (kind, format, expected) in [
        (Kind::Stock, imports::Format::Stock, ",Main,41,yes\n"),
        (
            Kind::Redirects,
            imports::Format::Redirects,
            "/old-shirt,/products/a-shirt\n/pages/about,/\n",
        ),
    ] {
        let written = export(&first, kind, Format::Csv).await;
        assert!(written.contains(expected), "{written}");
        import(&second, written.as_bytes(), format).await;
        assert_eq!(export(&second, kind, Format::Csv).await, written, "{kind:?}");
    }
    let mut ctx = first.work().read();
    assert_eq!(inventory::check(&mut ctx).await.unwrap(), Vec::<String>::new());
}

/// Orders of another shop: one paid, shipped in part, with a discount, tax by name and money given back, and one of a file.
const ORDERS: &str = include_str!("tests/orders.csv");

#[tokio::test]
async fn orders_come_back_as_they_were() {
    let (first, second) = (TestDatabase::new().await, TestDatabase::new().await);
    import(&first, ORDERS.as_bytes(), imports::Format::Orders).await;
    let written = export(&first, Kind::Orders, Format::Jsonl).await;
    assert!(written.contains("\"external_number\":\"#1001\"") && written.contains("\"refunded_total\":1200"));
    import(&second, written.as_bytes(), imports::Format::Orders).await;
    assert_eq!(export(&second, Kind::Orders, Format::Jsonl).await, written);
    let by_list = written.replace(
        ",\"unit_price\":4000,",
        ",\"unit_price\":4000,\"price_list\":\"Trade\",",
    );
    let third = TestDatabase::new().await;
    let boots = "{\"handle\":\"boots\",\"title\":\"Boots\",\"price\":\"40.00\",\"sku\":\"B-1\"}\n";
    import(&third, boots.as_bytes(), imports::Format::Jsonl).await;
    import(&third, by_list.as_bytes(), imports::Format::Orders).await;
    let kept = export(&third, Kind::Orders, Format::Jsonl).await;
    assert!(
        kept.contains("\"handle\":\"boots\"") && kept.contains("\"price_list\":\"Trade\""),
        "{kept}"
    );
    let table = export(&third, Kind::Orders, Format::Csv).await;
    assert!(table.contains(",Trade,") && table.contains(",Price list,"), "{table}");
    let table = export(&second, Kind::Orders, Format::Csv).await;
    assert!(table.contains("ORD-1001,#1001,2024-03-01T15:11:12Z,"), "{table}");
    assert!(table.contains(",'=Laces,"), "{table}");
}
