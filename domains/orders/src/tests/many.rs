//! Lists of very many orders: what they cost is decided by the index that answers.

use database::testing::plan;

use super::*;
use crate::store::lists;

/// Orders like the only one as there are after a good year, with names of which some begin alike.
const MANY: &str = "INSERT INTO orders.orders (store_id, id, number, email, status, payment_status, fulfilment_status, currency, \
      locale, prices_include_tax, tax_rounding, items_total, discount_total, shipping_total, shipping_discount, tax_total, total, \
      shipping_tax, source, shipping_address, placed_at, updated_at) \
    SELECT o.store_id, gen_random_uuid(), 'ORD-' || 5000 + n, 'shopper' || n || '@shop.example', 'delivered', 'paid', 'fulfilled', \
      o.currency, o.locale, false, 'line', n, 0, 0, 0, 0, n, 0, 'web', \
      jsonb_build_object('first_name', 'Ann' || n % 700, 'last_name', 'Lee'), timestamptz '2026-01-01' - n * interval '1 minute', now() \
    FROM orders.orders o, generate_series(1, 8000) AS n";

#[tokio::test]
async fn a_search_among_many_orders_asks_the_index_of_their_words() {
    let database = TestDatabase::new().await;
    let mut ctx = database.work().write();
    placed(&mut ctx, &TABLEWARE).await;
    ctx.commit().await.unwrap();
    database.as_owner(MANY).await.unwrap();
    database.as_owner("ANALYZE orders.orders").await.unwrap();
    let store = format!("'{}'::uuid", uuid::Uuid::from(database.store().id));
    let nothing = ["NULL"; 4].join(", ");
    let asked = [
        store.as_str(),
        nothing.as_str(),
        "'ann17'",
        "false",
        "NULL",
        "NULL",
        "NULL",
        "NULL",
    ];
    let page = ["30", "NULL", "NULL"];
    for (sql, asked) in [
        (lists::COUNT_FOUND, asked.to_vec()),
        (lists::LIST_FOUND_NEWEST, [asked.as_slice(), &page].concat()),
        (lists::LIST_FOUND_SMALLEST, [asked.as_slice(), &page].concat()),
    ] {
        let plan = plan(&database, sql, &asked).await;
        assert!(plan.contains("orders_words"), "{sql}\n{plan}");
        assert!(!plan.contains("Seq Scan on orders"), "{sql}\n{plan}");
    }
    let many = plan(&database, lists::LIST_MANY_NEWEST, &[asked.as_slice(), &page].concat()).await;
    assert!(
        many.contains("orders_placed_totals") && !many.contains("Sort"),
        "{many}"
    );
    database
        .as_owner("UPDATE orders.orders SET tags = '{gift}' WHERE number IN ('ORD-5100', 'ORD-5200')")
        .await
        .unwrap();
    database.as_owner("ANALYZE orders.orders").await.unwrap();
    let asked = [
        store.as_str(),
        nothing.as_str(),
        "NULL",
        "false",
        "NULL",
        "NULL",
        "NULL",
        "'gift'",
    ];
    let tagged = plan(&database, lists::COUNT, &asked).await;
    assert!(tagged.contains("orders_tags"), "{tagged}");
    let mut ctx = database.work().read();
    let at = |text: &str| Some(text.parse::<kernel::Time>().unwrap());
    for (tag, from, until, total) in [
        ("gift", None, None, 2),
        (" gift ", at("2025-12-31T21:00:00Z"), None, 1),
        ("gif", None, None, 0),
        ("", at("2025-12-31T23:00:00Z"), at("2026-01-01T00:00:00Z"), 60),
        ("", None, at("2025-12-26T10:41:00Z"), 1),
    ] {
        let filter = OrderFilter {
            tag: tag.to_owned(),
            placed_from: from,
            placed_until: until,
            ..OrderFilter::default()
        };
        let found = list(&mut ctx, &filter, &PageRequest::first(50)).await.unwrap();
        assert_eq!(found.total, total, "{filter:?}");
    }
    for (q, total) in [
        ("ann17", 132),
        ("ann17 lee", 132),
        ("shopper8000", 1),
        ("hopper8000", 0),
        ("lee", 8001),
    ] {
        let filter = OrderFilter {
            q: q.to_owned(),
            ..OrderFilter::default()
        };
        let (mut request, mut seen) = (PageRequest::first(50), 0);
        let found = list(&mut ctx, &filter, &request).await.unwrap();
        assert_eq!(found.total, total, "{q}");
        let mut next = found.next_cursor;
        seen += found.items.len();
        while seen <= 200
            && let Some(cursor) = next
        {
            request = PageRequest::first(50).after(Some(cursor));
            let page = list(&mut ctx, &filter, &request).await.unwrap();
            seen += page.items.len();
            next = page.next_cursor;
        }
        assert_eq!(seen, usize::try_from(total.min(250)).unwrap(), "{q}");
    }
}
