//! Files of stock, redirects and customers: rows that are taken, rows that are not, and files that are something else.

use std::io::Write as _;

use database::testing::TestDatabase;
use kernel::{Sku, Slug};

use crate::{Counts, Format, ImportError, ImportFile, Report, find_run, import_file};

pub(super) async fn shop() -> TestDatabase {
    let db = TestDatabase::new().await;
    let mut ctx = db.work().write();
    let mut boots = catalog::UpsertProduct::sample(Slug::parse("boots").unwrap());
    boots.option_names = vec!["Size".to_owned()];
    boots.variants = ["41", "42"]
        .map(|size| catalog::UpsertVariant {
            sku: Sku::parse(&format!("B-{size}")).ok(),
            option_values: vec![size.to_owned()],
            ..catalog::UpsertVariant::sample()
        })
        .to_vec();
    catalog::upsert_products(&mut ctx, &[boots]).await.unwrap();
    ctx.commit().await.unwrap();
    db
}

pub(super) async fn import(
    db: &TestDatabase,
    text: &str,
    format: Format,
    dry_run: bool,
) -> Result<Report, ImportError> {
    let mut file = tempfile::NamedTempFile::new().unwrap();
    file.write_all(text.as_bytes()).unwrap();
    let wanted = ImportFile {
        dry_run,
        ..ImportFile::new(file.path().to_owned(), format)
    };
    import_file(&db.work(), &wanted, None, &mut |_| {}).await
}

pub(super) async fn told(db: &TestDatabase, report: &Report) -> Vec<String> {
    let run = find_run(&mut db.work().read(), report.run_id).await.unwrap().unwrap();
    run.problems
        .iter()
        .map(|problem| {
            format!(
                "{} {}: {}",
                problem.line,
                problem.column.as_deref().unwrap_or("-"),
                problem.reason
            )
        })
        .collect()
}

pub(super) fn counts(created: u64, updated: u64, failed: u64) -> Counts {
    Counts {
        rows_read: created + updated + failed,
        created,
        updated,
        failed,
    }
}

#[tokio::test]
async fn stock_is_set_by_sku_or_by_handle_and_one_bad_row_stops_nothing() {
    let db = shop().await;
    let text = "Location,SKU,Handle,Variant,On hand,Backorder\n\
        ,B-41,,,12,\n\
        Main,,boots,42,3,yes\n\
        ,B-99,,,1,\n\
        Moon,B-41,,,1,\n\
        ,B-41,,,many,\n\
        ,B-41,,,,\n\
        ,B-41,,,5,perhaps\n\
        ,B-41\n\
        ,B-41,,,-3,\n\
        ,B-41,,,2.5,\n\
        ,B-\u{0}41,,,1,\n";
    let dry = import(&db, text, Format::Stock, true).await.unwrap();
    assert_eq!(dry.counts, counts(2, 0, 9));
    let first = import(&db, ",SKU,On hand\n,B-41,1\n", Format::Stock, false)
        .await
        .unwrap();
    assert_eq!(first.counts, counts(1, 0, 0));
    let report = import(&db, text, Format::Stock, false).await.unwrap();
    assert_eq!(report.counts, counts(1, 1, 9));
    let expected = [
        "4 sku: no variant has the SKU \"B-99\"; the row is left out",
        "5 location: there is no location \"Moon\"; the row is left out",
        "6 on hand: \"many\" is not a number of pieces; the row is left out",
        "7 on hand: the number of pieces is missing; the row is left out",
        "8 backorder: \"perhaps\" is neither true nor false; the row is left out",
        "9 -: the row has 2 cells, the header has 6 columns; the row is skipped",
        "10 on hand: \"-3\" is below zero; the row is left out",
        "11 on hand: \"2.5\" is not a whole number of pieces; the row is left out",
        "12 SKU: the cell holds a zero byte; the row is skipped",
    ];
    assert_eq!(told(&db, &report).await, expected);
    let again = import(&db, text, Format::Stock, false).await.unwrap();
    assert_eq!(again.counts, counts(0, 2, 9));
    let mut ctx = db.work().read();
    let boots = catalog::find_product(&mut ctx, &Slug::parse("boots").unwrap())
        .await
        .unwrap()
        .unwrap();
    let ids: Vec<_> = boots.variants.iter().map(|variant| variant.id).collect();
    let levels = inventory::availability(&mut ctx, &ids).await.unwrap();
    let levels: Vec<_> = ids
        .iter()
        .map(|id| (levels[id].on_hand, levels[id].backorder))
        .collect();
    assert_eq!(levels, [(12, false), (3, true)]);
    assert_eq!(inventory::check(&mut ctx).await.unwrap(), Vec::<String>::new());
}

#[tokio::test]
async fn redirects_are_put_but_for_circles_and_other_hosts() {
    let db = TestDatabase::new().await;
    let text = "From,To\n/a,/b\n/c,https://evil.example/\n/d,/e\n/e,/d\n,/x\n/f,/a\n";
    assert_eq!(
        import(&db, text, Format::Redirects, true).await.unwrap().counts,
        counts(2, 0, 4)
    );
    let report = import(&db, text, Format::Redirects, false).await.unwrap();
    assert_eq!(report.counts, counts(2, 0, 4));
    let expected = [
        "3 to: must be a path of this shop, such as /pages/about; the row is left out",
        "4 to: following it would never end; the row is left out",
        "5 to: following it would never end; the row is left out",
        "6 from: is required; the row is left out",
    ];
    assert_eq!(told(&db, &report).await, expected);
    assert_eq!(
        import(&db, text, Format::Redirects, false).await.unwrap().counts,
        counts(0, 2, 4)
    );
    let mut ctx = db.work().read();
    assert_eq!(redirects::find(&mut ctx, "/f").await.unwrap().as_deref(), Some("/a"));
    assert_eq!(redirects::find(&mut ctx, "/d").await.unwrap(), None);
}

/// As Shopify writes it, and as Souk does.
const SHOPIFY_CUSTOMERS: &str = "Customer ID,First Name,Last Name,Email,Accepts Email Marketing,Default Address Company,\
    Default Address Address1,Default Address Address2,Default Address City,Default Address Province Code,\
    Default Address Country Code,Default Address Zip,Default Address Phone,Phone,Total Spent,Tags\n\
    '1,Ann,Lee,Ann@Example.com,yes,Lee Ltd,1 Main St,,Anytown,CA,US,'90210,,'+15550100,10.00,vip\n\
    '2,Bob,,bob@example.com,no,,,,,,,,,,0.00,\n";

#[tokio::test]
async fn customers_come_with_their_address_and_without_a_password() {
    let db = TestDatabase::new().await;
    let dry = import(&db, SHOPIFY_CUSTOMERS, Format::Customers, true).await.unwrap();
    assert_eq!(dry.counts, counts(2, 0, 0));
    let report = import(&db, SHOPIFY_CUSTOMERS, Format::Customers, false).await.unwrap();
    assert_eq!((report.counts, report.warnings), (counts(2, 0, 0), 0));
    let own = "Email,First name,Address line 1,Address city,Address state,Address postal code,Address country,Created at\n\
        ann@example.com,,2 Side St,Anytown,CA,90211,US,2020-01-31\n\
        cem@example.com,Cem,3 Main St,Anytown,CA,1,US,2020-01-31\n\
        dan@example.com,Dan,4 Main St,Anytown,CA,90210,USA,\n\
        dan@example.com,Dan,,,,,,\n\
        nobody,,,,,,,\n\
        ,Fay,,,,,,\n\
        eve@example.com,Eve,,,,,,soon\n";
    let report = import(&db, own, Format::Customers, false).await.unwrap();
    assert_eq!((report.counts, report.errors, report.warnings), (counts(2, 1, 4), 4, 2));
    let expected = [
        "3 address postal code: the address's postal code is not a postal code of US such as 95014; the customer is kept without the address",
        "4 address country: \"USA\" is not the two-letter code of a country; the customer is kept without the address",
        "5 email: another row has dan@example.com; the row is left out",
        "6 email: \"nobody\" is not an e-mail address; the row is left out",
        "7 email: the e-mail address is missing; the row is left out",
        "8 created at: \"soon\" is not a date such as 2026-01-31; the row is left out",
    ];
    assert_eq!(told(&db, &report).await, expected);
    let mut ctx = db.work().read();
    let whole = customers::list_whole(&mut ctx, None, 9).await.unwrap();
    let shown: Vec<_> = whole
        .iter()
        .map(|(customer, book)| {
            let lines = book
                .iter()
                .map(|entry| entry.address.line1.as_str())
                .collect::<Vec<_>>();
            (
                customer.full_name(),
                customer.accepts_marketing,
                customer.phone.as_str(),
                lines,
            )
        })
        .collect();
    let expected = [
        ("Ann Lee".to_owned(), true, "+15550100", vec!["1 Main St", "2 Side St"]),
        ("Bob".to_owned(), false, "", vec![]),
        ("Cem".to_owned(), false, "", vec![]),
        ("Dan".to_owned(), false, "", vec![]),
    ];
    assert_eq!(shown, expected);
    assert_eq!(customers::check(&mut ctx).await.unwrap(), Vec::<String>::new());
}

#[tokio::test]
async fn a_file_of_something_else_is_refused() {
    let db = TestDatabase::new().await;
    let towns = "Name,Town\nAnn,Anytown\n";
    let orders = "Name,Email,Total\n#1001,ann@example.com,5.00\n";
    for (format, file, told) in [
        (
            Format::Stock,
            towns,
            "the file does not hold stock: it has no column On hand",
        ),
        (
            Format::Redirects,
            towns,
            "the file does not hold redirects: it has no column From and no column To",
        ),
        (
            Format::Customers,
            towns,
            "the file does not hold customers: it has no column Email",
        ),
        (
            Format::Customers,
            orders,
            "the file does not hold customers: it has no column First name",
        ),
    ] {
        let refused = import(&db, file, format, false).await.unwrap_err();
        assert_eq!(refused.to_string(), told);
    }
}
