//! Orders of another shop: what they come to, and what is said of those that do not add up.

use std::{fmt::Write as _, io::Write as _};

use database::testing::TestDatabase;
use kernel::{Currency, Money, Sku, Slug};
use orders::{FulfilmentStatus, OrderDetails, OrderStatus, PaymentStatus, Source};

use crate::{Counts, Format, ImportError, ImportFile, Refusal, Report, find_run, import_file};

const HEAD: &str = "Name,Email,Financial Status,Paid at,Fulfillment Status,Fulfilled at,Currency,Subtotal,Shipping,Taxes,Total,\
    Discount Code,Discount Amount,Shipping Method,Created at,Lineitem quantity,Lineitem name,Lineitem price,Lineitem sku,\
    Lineitem requires shipping,Lineitem fulfillment status,Shipping Name,Shipping Address1,Shipping City,Shipping Zip,\
    Shipping Province,Shipping Country,Cancelled at,Refunded Amount,Source,Tags,Tax 1 Name,Tax 1 Value,Notes\n";

async fn import(db: &TestDatabase, text: &str, dry_run: bool) -> Result<Report, ImportError> {
    let mut file = tempfile::NamedTempFile::new().unwrap();
    file.write_all(text.as_bytes()).unwrap();
    let wanted = ImportFile {
        dry_run,
        ..ImportFile::new(file.path().to_owned(), Format::Orders)
    };
    import_file(&db.work(), &wanted, None, &mut |_| {}).await
}

async fn told(db: &TestDatabase, report: &Report) -> Vec<String> {
    let run = find_run(&mut db.work().read(), report.run_id).await.unwrap().unwrap();
    let line = |problem: &crate::RowProblem| {
        let column = problem.column.as_deref().unwrap_or("-");
        format!("{} {column}: {}", problem.line, problem.reason)
    };
    run.problems.iter().map(line).collect()
}

/// Every order, by its number elsewhere, once nothing is found wrong with them.
async fn all(db: &TestDatabase) -> Vec<OrderDetails> {
    let mut ctx = db.work().read();
    assert_eq!(orders::check(&mut ctx).await.unwrap(), Vec::<String>::new());
    assert_eq!(payments::check(&mut ctx).await.unwrap(), Vec::<String>::new());
    let mut all = orders::list_whole(&mut ctx, None, 100).await.unwrap();
    all.sort_by_key(|one| one.order.external_number.clone());
    all
}

fn usd(minor: i64) -> Money {
    Money::new(minor, Currency::USD)
}

fn counts(rows_read: u64, created: u64, updated: u64, failed: u64) -> Counts {
    Counts {
        rows_read,
        created,
        updated,
        failed,
    }
}

/// A customer whose e-mail address is verified or not.
async fn customer(db: &TestDatabase, address: &str, verified: bool) -> kernel::CustomerId {
    let mut ctx = db.work().write();
    let email = kernel::EmailAddress::parse(address).unwrap();
    let accounts = identity::adopt_accounts(&mut ctx, std::slice::from_ref(&email))
        .await
        .unwrap();
    let account_id = accounts[0].1;
    let open = customers::OpenCustomer {
        account_id,
        email,
        first_name: "Ann".to_owned(),
        last_name: "Lee".to_owned(),
    };
    let id = customers::open(&mut ctx, open).await.unwrap();
    if verified {
        let purpose = identity::MailPurpose::VerifyEmail;
        let token = identity::create_mail_token(&mut ctx, account_id, purpose)
            .await
            .unwrap();
        identity::verify_email(
            &mut ctx,
            token.as_str(),
            identity::LinkFollower {
                signed_in: Some(account_id),
                mark: None,
            },
        )
        .await
        .unwrap();
    }
    ctx.commit().await.unwrap();
    id
}

#[tokio::test]
async fn an_order_of_shopify_keeps_its_number_dates_lines_sums_and_states() {
    let db = TestDatabase::new().await;
    let ann = customer(&db, "ann@example.com", true).await;
    customer(&db, "bob@example.com", false).await;
    let mut ctx = db.work().write();
    let mut boots = catalog::UpsertProduct::sample(Slug::parse("boots").unwrap());
    boots.variants = vec![catalog::UpsertVariant {
        sku: Sku::parse("B-41").ok(),
        ..catalog::UpsertVariant::sample()
    }];
    let made = catalog::upsert_products(&mut ctx, &[boots]).await.unwrap();
    ctx.commit().await.unwrap();
    // Two lines, 10 % off, delivery and tax on top; half of it shipped. Then a gross price, refunded in part. Then a free
    // delivery by code, given up.
    let text = format!(
        "{HEAD}\
        #1001,ANN@example.com,paid,2024-03-01 10:12:00 -0500,partial,2024-03-02 09:00:00 -0500,USD,90.00,5.00,7.20,102.20,SAVE10,10.00,\
        Standard,2024-03-01 10:11:12 -0500,2,Boots - 41,40.00,B-41,true,fulfilled,Ann B. Lee,1 Main St,Anytown,'02134,MA,US,,0.00,web,\"vip, early\",MA State Tax 8%,7.20,Ring twice\n\
        #1001,ANN@example.com,,,,,,,,,,,,,,1,\"Laces, red\",20.00,,true,pending,,,,,,,,,,,,,\n\
        #1002,bob@example.com,partially_refunded,2024-03-05 08:00:00 +0000,fulfilled,2024-03-06 08:00:00 +0000,USD,30.00,0.00,5.00,30.00,,0.00,,\
        2024-03-05 08:00:00 +0000,3,Mug,10.00,M-1,true,fulfilled,,,,,,,,12.50,pos,,VAT 20%,5.00,\n\
        #1003,,refunded,,unfulfilled,,USD,10.00,4.00,0.00,10.00,FREESHIP,4.00,Express,2024-03-07 08:00:00 +0000,1,File,10.00,,false,pending,\
        ,,,,,,2024-03-08 08:00:00 +0000,10.00,web,,,,\n"
    );
    assert_eq!(import(&db, &text, true).await.unwrap().counts, counts(4, 3, 0, 0));
    assert_eq!(all(&db).await, []);
    let report = import(&db, &text, false).await.unwrap();
    assert_eq!(report.counts, counts(4, 3, 0, 0));
    assert_eq!(
        told(&db, &report).await,
        ["5 Email: is empty; the order is kept without an address"]
    );
    let orders = all(&db).await;
    let [first, second, third] = orders.as_slice() else {
        panic!("{orders:?}")
    };

    let order = &first.order;
    assert_eq!(
        (order.external_number.as_str(), order.number.as_str()),
        ("#1001", "ORD-1001")
    );
    assert_eq!(order.placed_at.to_rfc3339(), "2024-03-01T15:11:12+00:00");
    assert_eq!(order.customer_id, Some(ann));
    assert_eq!(
        (order.total, order.tax_total, order.discount_total),
        (usd(10_220), usd(720), usd(1_000))
    );
    assert_eq!((order.paid_total, order.prices_include_tax), (usd(10_220), false));
    assert_eq!(
        (order.status, order.payment_status),
        (OrderStatus::PartiallyFulfilled, PaymentStatus::Paid)
    );
    let tax = &order.explanation.taxes[0];
    assert_eq!(
        (tax.name.as_str(), tax.rate.to_string().as_str()),
        ("MA State Tax 8%", "0.08")
    );
    assert_eq!(
        (order.tags.join("|"), order.customer_note.as_str()),
        ("vip|early".to_owned(), "Ring twice")
    );
    let address = order.shipping_address.as_ref().unwrap();
    assert_eq!(
        (address.first_name.as_str(), address.postal_code.as_str()),
        ("Ann B.", "02134")
    );
    let [boots, laces] = first.lines.as_slice() else {
        panic!("{:?}", first.lines)
    };
    assert_eq!(
        (boots.variant_id, boots.slug.as_str()),
        (made[0].variant_ids[0], "boots")
    );
    assert_eq!(
        (boots.discount, boots.tax, boots.total),
        (usd(800), usd(576), usd(7_776))
    );
    assert_eq!(
        (laces.title.as_str(), laces.slug.as_str(), laces.total),
        ("Laces, red", "", usd(1_944))
    );
    assert_eq!((boots.fulfilled_quantity, laces.fulfilled_quantity), (2, 0));
    assert_eq!(
        first.fulfilments[0].shipped_at.unwrap().to_rfc3339(),
        "2024-03-02T14:00:00+00:00"
    );

    let order = &second.order;
    assert_eq!(order.customer_id, None, "the address is not verified");
    assert_eq!((order.prices_include_tax, order.refunded_total), (true, usd(1_250)));
    assert_eq!(
        (order.status, order.payment_status),
        (OrderStatus::Fulfilled, PaymentStatus::PartiallyRefunded)
    );
    assert_eq!((order.source, second.lines[0].total), (Source::Pos, usd(3_000)));

    let order = &third.order;
    assert_eq!(
        (order.shipping_total, order.shipping_discount, order.total),
        (usd(400), usd(400), usd(1_000))
    );
    assert_eq!(
        (order.status, order.payment_status),
        (OrderStatus::Cancelled, PaymentStatus::Refunded)
    );
    assert_eq!(order.fulfilment_status, FulfilmentStatus::Unfulfilled);

    let mut ctx = db.work().read();
    assert_eq!(inventory::check(&mut ctx).await.unwrap(), Vec::<String>::new());
    let events = database::outbox::replay(&mut ctx, 0, 1_000).await.unwrap();
    let of_orders = events.iter().filter(|(_, event)| event.kind.starts_with("order."));
    assert_eq!(of_orders.count(), 0, "nobody is told");
    ctx.rollback().await;

    let again = import(&db, &format!("{text}\n"), false).await.unwrap();
    assert_eq!(again.counts, counts(4, 0, 3, 0));
    assert_eq!(all(&db).await, orders);
}

#[tokio::test]
async fn an_order_that_does_not_add_up_is_left_out_with_line_and_column() {
    let db = TestDatabase::new().await;
    // Name, status, currency, subtotal, shipping, tax, total, discount, quantity, price, refunded.
    let row = |cells: [&str; 11]| {
        let [
            name,
            status,
            currency,
            subtotal,
            shipping,
            tax,
            total,
            discount,
            quantity,
            price,
            refunded,
        ] = cells;
        format!(
            "{name},a@example.com,{status},,,,{currency},{subtotal},{shipping},{tax},{total},,{discount},,2024-03-01,\
            {quantity},Mug,{price},,true,,,,,,,,,{refunded},,,,,\n"
        )
    };
    let mut text = HEAD.to_owned();
    for cells in [
        [
            "#1", "paid", "USD", "20.00", "5.00", "0.00", "26.00", "", "2", "10.00", "",
        ],
        [
            "#2", "paid", "USD", "25.00", "5.00", "0.00", "30.00", "", "2", "10.00", "",
        ],
        [
            "#3", "paid", "EUR", "20.00", "5.00", "0.00", "25.00", "", "2", "10.00", "",
        ],
        [
            "#4", "lost", "USD", "20.00", "5.00", "0.00", "25.00", "", "2", "10.00", "",
        ],
        [
            "#5", "paid", "USD", "20.00", "5.00", "0.00", "25.00", "", "2", "10.00", "25.01",
        ],
        [
            "#6", "paid", "USD", "20.00", "5.00", "0.00", "25.00", "", "two", "10.00", "",
        ],
        ["#7", "paid", "USD", "20.00", "5.00", "0.00", "25.00", "", "2", "-1", ""],
        [
            "", "paid", "USD", "20.00", "5.00", "0.00", "25.00", "", "2", "10.00", "",
        ],
        [
            "#8", "paid", "USD", "20.00", "5.00", "0.00", "25.00", "", "2", "10.00", "",
        ],
        [
            "#9", "pending", "USD", "20.00", "5.00", "0.00", "25.00", "", "2", "10.00", "",
        ],
        [
            "#8", "paid", "USD", "20.00", "5.00", "0.00", "25.00", "", "2", "10.00", "",
        ],
    ] {
        write!(text, "{}", row(cells)).unwrap();
    }
    text.push_str("#10,too,few\n");
    let report = import(&db, &text, false).await.unwrap();
    assert_eq!(report.counts, counts(12, 2, 0, 9));
    let found = told(&db, &report).await;
    let expected = [
        "2 Total: is 26.00, but Subtotal, Shipping, Duties and Taxes come to 25.00",
        "3 Subtotal: is 25.00, but the lines come to 20.00",
        "4 Currency: is EUR, and the store sells in USD",
        "5 Financial Status: \"lost\" is not a status of a payment",
        "6 Refunded Amount: is 25.01, but 25.00 was paid",
        "7 Lineitem quantity: \"two\"",
        "8 Lineitem price: \"-1\" is below zero",
        "9 Name: is empty",
        "12 -: the order #8 begins on line 10, and its rows must follow each other",
    ];
    assert_eq!(found.len(), expected.len(), "{found:#?}");
    for (found, expected) in found.iter().zip(expected) {
        assert!(
            found.starts_with(expected) && found.ends_with("the order is left out"),
            "{found}"
        );
    }
    let numbers: Vec<String> = all(&db)
        .await
        .into_iter()
        .map(|one| one.order.external_number)
        .collect();
    assert_eq!(numbers, ["#8", "#9"]);
}

#[tokio::test]
async fn what_is_no_list_of_orders_is_refused() {
    let db = TestDatabase::new().await;
    let missing = import(&db, "Name,Total\n#1,5.00\n", false).await;
    let Err(ImportError::Refused(Refusal::MissingColumns { missing, .. })) = missing else {
        panic!("{missing:?}")
    };
    assert_eq!(
        missing,
        ["Created at", "Lineitem quantity", "Lineitem name", "Lineitem price"]
    );
    let other = import(&db, "{\"title\":\"Mug\"}\n", false).await;
    assert!(
        matches!(other, Err(ImportError::Refused(Refusal::NotOrders { .. }))),
        "{other:?}"
    );
    let broken = "{\"number\":\"1\"}\n{\"number\":\"2\",\n";
    let broken = import(&db, broken, false).await;
    assert_eq!(broken.unwrap().counts, counts(2, 0, 0, 2));
}

#[tokio::test]
async fn many_orders_take_few_statements() {
    let db = TestDatabase::new().await;
    let mut text = HEAD.to_owned();
    for number in 0..1_200 {
        writeln!(
            text,
            "#{number},c{}@example.com,paid,,fulfilled,,USD,20.00,5.00,2.00,27.00,,,Standard,2024-03-01 10:00:00,2,Mug,10.00,,true,\
            fulfilled,,,,,,,,,,,,,",
            number % 70
        )
        .unwrap();
    }
    let mut file = tempfile::NamedTempFile::new().unwrap();
    file.write_all(text.as_bytes()).unwrap();
    let wanted = ImportFile::new(file.path().to_owned(), Format::Orders);
    let before = db.database().statement_count();
    let report = import_file(&db.work(), &wanted, None, &mut |_| {}).await.unwrap();
    assert_eq!(report.counts, counts(1_200, 1_200, 0, 0));
    let statements = db.database().statement_count() - before;
    assert!(statements < 80, "{statements} statements for three batches");
    let mut ctx = db.work().read();
    assert_eq!(orders::check(&mut ctx).await.unwrap(), Vec::<String>::new());
    assert_eq!(payments::check(&mut ctx).await.unwrap(), Vec::<String>::new());
}
