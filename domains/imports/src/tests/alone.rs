//! Rows that nothing but PostgreSQL finds fault with: each fails alone, whatever kind of thing it is of.

use super::records::{counts, import, shop, told};
use crate::Format;

/// A rule that the readers know nothing of, a file with one row against it, on line 4, and what is told of that row.
struct Unforeseen {
    format: Format,
    /// Schema, table, name and what must be so.
    rule: [&'static str; 4],
    file: &'static str,
    told: &'static str,
}

const UNFORESEEN: [Unforeseen; 6] = [
    Unforeseen {
        format: Format::Stock,
        rule: ["inventory", "levels", "levels_on_hand_unforeseen", "on_hand <> 13"],
        file: "SKU,On hand\nB-41,1\nB-41,2\nB-42,13\nB-41,3\nB-41,12\n",
        told: "4 on hand: it cannot be written: new row for relation \"levels\" violates check constraint",
    },
    Unforeseen {
        format: Format::Redirects,
        rule: ["redirects", "paths", "paths_to_path_unforeseen", "to_path <> '/13'"],
        file: "From,To\n/a,/x\n/b,/x\n/c,/13\n/d,/x\n/e,/x\n",
        told: "4 to: it cannot be written: new row for relation \"paths\" violates check constraint",
    },
    Unforeseen {
        format: Format::Customers,
        rule: [
            "customers",
            "customers",
            "customers_last_name_unforeseen",
            "last_name <> 'Lot'",
        ],
        file: "Email,Last name\na@example.com,Lee\nb@example.com,Lee\nc@example.com,Lot\nd@example.com,Lee\ne@example.com,Lee\n",
        told: "4 last name: it cannot be written: new row for relation \"customers\" violates check constraint",
    },
    Unforeseen {
        format: Format::Reviews,
        rule: ["reviews", "reviews", "reviews_stars_unforeseen", "stars <> 2"],
        file: "SKU,Rating,Author,Email\nB-41,1,A,a@example.com\nB-41,1,B,b@example.com\nB-41,2,C,c@example.com\n\
               B-41,1,D,d@example.com\nB-41,1,E,e@example.com\n",
        told: "4 rating: it cannot be written: new row for relation \"reviews\" violates check constraint",
    },
    Unforeseen {
        format: Format::Orders,
        rule: ["orders", "lines", "lines_quantity_unforeseen", "quantity <> 13"],
        file: "Name,Email,Currency,Subtotal,Total,Created at,Lineitem quantity,Lineitem name,Lineitem price\n\
               #1,a@example.com,USD,2.00,2.00,2024-03-01,2,Mug,1.00\n\
               #2,a@example.com,USD,2.00,2.00,2024-03-01,2,Mug,1.00\n\
               #3,a@example.com,USD,13.00,13.00,2024-03-01,13,Mug,1.00\n\
               #4,a@example.com,USD,2.00,2.00,2024-03-01,2,Mug,1.00\n\
               #5,a@example.com,USD,2.00,2.00,2024-03-01,2,Mug,1.00\n",
        told: "4 lineitem quantity: it cannot be written: new row for relation \"lines\" violates check constraint",
    },
    Unforeseen {
        format: Format::Shopify,
        rule: [
            "catalog",
            "products",
            "products_title_unforeseen",
            "title <> 'Thirteen'",
        ],
        file: "Handle,Title,Variant Price\na,A,1\nb,B,1\nc,Thirteen,1\nd,D,1\ne,E,1\n",
        told: "4 -: the product cannot be written: new row for relation \"products\" violates check constraint",
    },
];

#[tokio::test]
async fn a_row_that_only_the_database_refuses_fails_alone_with_its_line_and_reason() {
    for case in UNFORESEEN {
        let db = shop().await;
        let [schema, table, name, check] = case.rule;
        let rule = format!("ALTER TABLE {schema}.{table} ADD CONSTRAINT {name} CHECK ({check})");
        db.as_owner(rule.leak()).await.unwrap();
        let dry = import(&db, case.file, case.format, true).await.unwrap();
        assert_eq!(
            (dry.counts.rows_read, dry.counts.failed),
            (5, 1),
            "{}",
            case.format.as_str()
        );
        let report = import(&db, case.file, case.format, false).await.unwrap();
        assert_eq!(
            (report.counts.rows_read, report.counts.failed),
            (5, 1),
            "{}",
            case.format.as_str()
        );
        let told = told(&db, &report).await;
        assert!(told.len() == 1 && told[0].starts_with(case.told), "{told:#?}");
        let again = import(&db, case.file, case.format, false).await.unwrap();
        assert_eq!(again.counts, counts(0, 4, 1), "{}", case.format.as_str());
    }
}

#[tokio::test]
async fn what_postgresql_cannot_keep_costs_its_order_alone() {
    let db = shop().await;
    let order = |number: u8, property: &str| {
        format!(
            "{{\"number\":\"{number}\",\"placed_at\":\"2024-03-01T10:00:00Z\",\"email\":\"a@example.com\",\"status\":\"confirmed\",\
             \"payment_status\":\"pending\",\"fulfilment_status\":\"unfulfilled\",\"currency\":\"USD\",\"prices_include_tax\":false,\
             \"items_total\":100,\"total\":100,\"lines\":[{{\"title\":\"Mug\",\"requires_shipping\":true,\"quantity\":1,\
             \"unit_price\":100,\"total\":100,\"properties\":{{\"{property}\":\"x\"}}}}]}}\n"
        )
    };
    let file = [order(1, "Name"), order(2, "Na\\u0000me"), order(3, "Name")].concat();
    let report = import(&db, &file, Format::Orders, false).await.unwrap();
    assert_eq!(report.counts, counts(2, 0, 1));
    let told = told(&db, &report).await;
    assert!(
        told.len() == 1 && told[0].starts_with("2 -: it cannot be written: unsupported Unicode"),
        "{told:#?}"
    );
}
