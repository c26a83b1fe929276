//! Customers at the desk.

use axum::http::StatusCode;
use kernel::EmailAddress;

use super::{
    desk::TestDesk,
    stocked::{id_after, sell, stock},
};

pub(super) async fn open(desk: &TestDesk, address: &str, name: &str) -> kernel::CustomerId {
    let email = EmailAddress::parse(address).unwrap();
    let password = identity::NewPassword::parse("open sesame 1", &email).unwrap();
    let password = password.hash(&desk.db.work()).await.unwrap();
    let mut ctx = desk.db.work().write();
    let register = identity::Register {
        email: email.clone(),
        password,
    };
    let identity::Registered::New { account_id } = identity::register(&mut ctx, register).await.unwrap() else {
        panic!("{address} has an account")
    };
    let new = customers::OpenCustomer {
        account_id,
        email,
        first_name: name.to_owned(),
        last_name: "<b>Lee</b>".to_owned(),
    };
    let customer = customers::open(&mut ctx, new).await.unwrap();
    customers::add_address(&mut ctx, customer, kernel::Address::sample())
        .await
        .unwrap();
    ctx.commit().await.unwrap();
    customer
}

#[tokio::test]
async fn an_empty_list_says_whether_the_words_or_the_filters_found_nobody() {
    let desk = TestDesk::open().await;
    open(&desk, "bob@example.com", "Bob").await;
    for (query, said) in [
        ("q=nobody", "No customer has an e-mail address"),
        (
            "q=bob&marketing=yes",
            "No customer fits this search and these filters together.",
        ),
        ("q=+&marketing=yes", "No customer fits these filters."),
    ] {
        let page = desk.get(&format!("/admin/customers?{query}")).await.text;
        assert!(page.contains(said), "{query}: {page}");
    }
}

#[tokio::test]
async fn customers_are_found_and_show_what_they_bought() {
    let desk = TestDesk::open().await;
    let empty = desk.get("/admin/customers").await;
    assert!(empty.text.contains("Nobody has made an account"), "{}", empty.text);
    let stocked = stock(&desk).await;
    let order = sell(&desk, &stocked).await;
    let ann = open(&desk, "ann@example.com", "Ann").await;
    let bob = open(&desk, "bob@example.com", "Bob").await;
    let mut ctx = desk.db.work().write();
    let theirs = orders::attach_to_customer(&mut ctx, &EmailAddress::parse("ann@example.com").unwrap(), ann).await;
    theirs.unwrap();
    let total = orders::get(&mut ctx, order).await.unwrap().order.total;
    ctx.commit().await.unwrap();
    let total = total.format(kernel::Locale::EN);

    let all = desk.get("/admin/customers?sort=email").await.text;
    assert_eq!(all.matches("data-testid=\"customer-row\"").count(), 2);
    assert!(
        all.contains(&total) && all.contains("Ann &lt;b&gt;Lee") && !all.contains("<b>Lee"),
        "{all}"
    );
    let found = desk.get("/admin/customers?q=bob@").await.text;
    assert_eq!(found.matches("data-testid=\"customer-row\"").count(), 1);
    assert_eq!(id_after(&found, "cus_"), bob.to_string());

    let page = desk.get(&format!("/admin/customers/{ann}")).await;
    assert_eq!(page.status, StatusCode::OK);
    assert!(
        page.text.contains(&total) && page.text.contains(&order.to_string()),
        "{}",
        page.text
    );
    assert!(
        page.text.contains("not proved") && page.text.contains(&kernel::Address::sample().line1),
        "{}",
        page.text
    );
    let other = desk.get(&format!("/admin/customers/{bob}")).await.text;
    assert!(
        other.contains("Nothing ordered") && !other.contains(&order.to_string()),
        "{other}"
    );
    for (customer, rows) in [(ann, 1), (bob, 0)] {
        let orders = desk.get(&format!("/admin/orders?customer={customer}")).await.text;
        assert_eq!(orders.matches("data-testid=\"order-row\"").count(), rows);
    }
    let order_page = desk.get(&format!("/admin/orders/{order}")).await.text;
    assert!(order_page.contains(&format!("/admin/customers/{ann}")));
    let gone = desk
        .get(&format!(
            "/admin/customers/{}",
            order.to_string().replace("ord_", "cus_")
        ))
        .await;
    assert_eq!(gone.status, StatusCode::NOT_FOUND);
}
