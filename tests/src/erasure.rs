//! A customer is forgotten: nothing in any table tells of them any more but what the law wants kept, and nothing of anybody else
//! is touched.

mod columns;
mod life;
mod long;
mod refused;
mod rows;

use std::{collections::BTreeSet, sync::Arc};

use chrono::TimeDelta;
use http_client::testing::HttpServer;
use text_adapters::Twilio;

use crate::{browser::Browser, installation::Installation, stocked::PASSWORD, texts};
use life::{Who, customer_of, live};
use rows::names;

const GWEN: Who = Who {
    first_name: "Gwendolyn",
    email: "gwen.harrow@example.com",
    flat: "Flat Zephyr-9",
    phone: "+14155550142",
};
/// Has the same last name and street, and an address that holds Gwendolyn's.
const HARRIET: Who = Who {
    first_name: "Harriet",
    email: "x-gwen.harrow@example.com.au",
    flat: "Flat Boreas-4",
    phone: "+14155550177",
};

/// Where a person may still stand, and why.
const STAYS: &[(&str, &str)] = &[("invoices.documents", "the law wants them kept as they were written")];

/// What is left of Gwendolyn: rows that name her and are no neighbour's.
async fn traces(souk: &Installation) -> Vec<String> {
    let words = [GWEN.first_name, GWEN.flat, "4155550142", "Harrow", "Quince Row 77"];
    let found = rows::all(souk).await.into_iter();
    let found = found.filter(|row| words.iter().any(|word| row.contains(word)) || names(row, GWEN.email));
    let found = found.filter(|row| !row.contains(HARRIET.first_name) && !row.contains(HARRIET.email));
    found
        .filter(|row| STAYS.iter().all(|(table, _)| !row.starts_with(table)))
        .collect()
}

/// What tells of Harriet, by anything she is known by.
async fn of_harriet(souk: &Installation, ids: &[String]) -> BTreeSet<String> {
    let known = |row: &String| {
        [HARRIET.first_name, HARRIET.email, HARRIET.flat]
            .iter()
            .any(|word| row.contains(word))
            || ids.iter().any(|id| row.contains(id))
    };
    rows::all(souk).await.into_iter().filter(known).collect()
}

/// Lets whatever waits for a while come to its end.
async fn settle(souk: &Installation) {
    for _ in 0..4 {
        souk.drain().await;
        souk.periodic_round().await;
        souk.pass(TimeDelta::minutes(11));
    }
    souk.drain().await;
}

async fn leave(browser: &mut Browser) {
    let page = browser.get("/account/delete").await.expect(200);
    assert!(page.has("delete-account"), "{}", page.body);
    let left = browser.submit("/account/delete", &[("password", PASSWORD)]).await;
    assert_eq!(left.expect(303).location(), "/account/deleted");
}

#[tokio::test]
async fn nothing_is_left_of_a_customer_and_everything_of_their_neighbour() {
    let mut souk = Installation::new().await;
    let server = HttpServer::start("201 Created", r#"{"sid":"SM123"}"#).await;
    souk.program.texter = Arc::new(Twilio::new(&format!("http://{}", server.address)).unwrap());
    texts::save(&mut texts::owner(&souk).await, &[]).await.expect(303);
    live(&souk, &HARRIET).await;
    let mut browser = live(&souk, &GWEN).await;
    let harriet = uuid::Uuid::from(customer_of(&souk, &HARRIET).await).to_string();
    let ids: Vec<(String,)> = souk
        .rows(&format!(
            "SELECT id::text FROM orders.orders WHERE customer_id = '{harriet}' \
             UNION ALL SELECT account_id::text FROM customers.customers WHERE id = '{harriet}' \
             UNION ALL SELECT id::text FROM cart.carts WHERE customer_id = '{harriet}'"
        ))
        .await;
    let mut ids: Vec<String> = ids.into_iter().map(|(id,)| id).collect();
    assert!(ids.len() > 6, "{ids:?}");
    ids.push(harriet);
    // What ends by the clock ends before anybody is forgotten.
    settle(&souk).await;
    let before = of_harriet(&souk, &ids).await;
    let tables: BTreeSet<&str> = before
        .iter()
        .filter_map(|row| row.split_once(": "))
        .map(|(table, _)| table)
        .collect();
    assert!(tables.len() > 25, "a whole life: {tables:?}");
    let hers: BTreeSet<String> = traces(&souk)
        .await
        .into_iter()
        .filter_map(|row| row.split_once(": ").map(|(table, _)| table.to_owned()))
        .collect();
    assert!(hers.len() > 18, "a whole life: {hers:?}");
    let books = souk.number("SELECT count(*) FROM ledger.entries").await;
    let orders = souk.order_count().await;

    leave(&mut browser).await;
    assert!(browser.get("/account/orders").await.path.starts_with("/login"));
    let goodbye = souk.visitor().get("/account/deleted").await.expect(200);
    assert!(goodbye.has("deleted"), "{}", goodbye.body);
    settle(&souk).await;

    let after = of_harriet(&souk, &ids).await;
    let changed: Vec<&String> = after.symmetric_difference(&before).collect();
    assert!(changed.is_empty(), "{changed:#?}");
    assert_eq!(souk.number("SELECT count(*) FROM ledger.entries").await, books);
    assert_eq!(souk.order_count().await, orders);
    let stays = souk
        .number("SELECT count(*) FROM invoices.documents WHERE buyer::text LIKE '%Zephyr%'")
        .await;
    assert!(stays >= 4, "three invoices and a credit note");
    assert_eq!(
        souk.number("SELECT count(*) FROM erasure.requests WHERE finished_at IS NULL")
            .await,
        0
    );
    // What was answered to requests that may be repeated is gone within two days.
    souk.pass(TimeDelta::days(3));
    souk::periodic::round(souk.database(), &souk.program.gateways, true)
        .await
        .unwrap();
    assert_eq!(traces(&souk).await, Vec::<String>::new());
    souk.all_is_well().await;
    let mailbox = souk.folder.path().join("mailbox");
    let last = std::fs::read_dir(mailbox)
        .unwrap()
        .filter_map(|file| std::fs::read_to_string(file.unwrap().path()).ok())
        .filter(|mail| mail.contains("Your data at") && names(mail, GWEN.email))
        .count();
    assert_eq!(last, 1, "one last mail");
}

#[tokio::test]
async fn who_comes_back_with_the_same_address_is_somebody_new() {
    let souk = Installation::new().await;
    let mut browser = life::join(&souk, &GWEN).await;
    browser.add(&souk.alpha.guide, "1").await.expect(303);
    life::buy(&mut browser, &GWEN, &[]).await;
    souk.drain().await;
    leave(&mut browser).await;
    // Before anything else of the old life is gone.
    let fields = [
        ("first_name", "New"),
        ("last_name", "Person"),
        ("email", GWEN.email),
        ("password", PASSWORD),
    ];
    let mut again = souk.visitor();
    again.submit("/register", &fields).await.expect(200);
    again.sign_in(GWEN.email).await;
    settle(&souk).await;
    let orders = again.get("/account/orders").await.expect(200);
    assert!(!orders.body.contains("ORD-"), "{}", orders.body);
    assert_eq!(
        souk.number(&format!(
            "SELECT count(*) FROM orders.orders WHERE email = '{}'",
            GWEN.email
        ))
        .await,
        0
    );
    assert_eq!(
        souk.word(&format!(
            "SELECT first_name FROM customers.customers WHERE email = '{}'",
            GWEN.email
        ))
        .await,
        "New"
    );
    assert_eq!(
        souk.number("SELECT count(*) FROM erasure.requests WHERE finished_at IS NULL")
            .await,
        0
    );
    souk.all_is_well().await;
}
