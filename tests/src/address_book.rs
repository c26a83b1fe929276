//! The address book at the checkout: what is chosen from it arrives whole, and what is typed can be kept in it.

use serde_json::Value;

use crate::{browser::Browser, installation::Installation, page::Page};

const TYPED: [(&str, &str); 8] = [
    ("name", "Gwen Guest"),
    ("company", "Guest & Co"),
    ("line1", "2 Side Street"),
    ("line2", ""),
    ("city", "Los Angeles"),
    ("state", "CA"),
    ("postal_code", "90001"),
    ("country", "US"),
];

/// The entry's id: a shopper at work, with every field of an address.
async fn at_work(shopper: &mut Browser) -> String {
    let fields = [
        ("first_name", "Ada"),
        ("last_name", "van Loop"),
        ("company", "Loop & Co"),
        ("line1", "1 Loop"),
        ("line2", "Floor 3"),
        ("city", "Los Angeles"),
        ("state", "CA"),
        ("postal_code", "90001"),
        ("country", "US"),
        ("phone", "+1 555 0100"),
    ];
    shopper.submit("/account/addresses", &fields).await.expect(303);
    let book = shopper.get("/api/v1/me/addresses").await.expect(200).json();
    let items = book["items"].as_array().unwrap();
    let entry = items.iter().find(|entry| entry["address"]["company"] == "Loop & Co");
    entry.unwrap()["id"].as_str().unwrap().to_owned()
}

/// Fills the checkout in and places the order; `fields` are the address and what is wished with it.
async fn place(shopper: &mut Browser, email: &str, fields: &[(&str, &str)]) -> Page {
    let mut all = fields.to_vec();
    all.extend([("email", email), ("action", "update")]);
    let page = shopper.submit("/checkout", &all).await.expect(200);
    let (shipping, total) = (page.field("shipping").unwrap_or_default(), page.field("total").unwrap());
    let mut all = fields.to_vec();
    all.extend([
        ("email", email),
        ("shipping", shipping.as_str()),
        ("total", total.as_str()),
        ("gateway", "sandbox"),
        ("payment_token", "tok_success"),
        ("action", "place"),
    ]);
    shopper.submit("/checkout", &all).await.expect(303)
}

#[tokio::test]
async fn an_address_of_the_book_is_chosen_and_nothing_of_it_is_lost() {
    let souk = Installation::new().await;
    let mut shopper = souk.visitor();
    shopper.sign_in(&souk.alpha.shopper).await;
    let work = at_work(&mut shopper).await;
    // A guide is sent by mail only: its address is that of the bill.
    for piece in [&souk.alpha.guide, &souk.alpha.mug] {
        shopper.add(piece, "1").await.expect(303);
        let page = shopper.get("/checkout").await.expect(200);
        assert!(page.has("saved-addresses") && page.has("save-address"), "{}", page.body);

        let chosen = [
            ("address", work.as_str()),
            ("line1", "typed"),
            ("country", "US"),
            ("action", "address"),
        ];
        let page = shopper.submit("/checkout", &chosen).await.expect(200);
        let preview = shopper.submit("/checkout/preview", &chosen).await.expect(200);
        assert!(preview.body.contains("data-name=\"Ada van Loop\""), "{}", preview.body);
        for shown in [&page, &preview] {
            let fields = ["company", "line1", "line2", "phone"].map(|name| shown.field(name).unwrap());
            assert_eq!(fields, ["Loop & Co", "1 Loop", "Floor 3", "+1 555 0100"]);
        }
        let value = format!("value=\"{work}\" selected");
        assert!(page.body.contains(&value), "{}", page.body);

        let fields = [
            ("address", work.as_str()),
            ("name", "Ada van Loop"),
            ("company", "Loop & Co"),
            ("line1", "1 Loop"),
            ("line2", "Floor 3"),
            ("city", "Los Angeles"),
            ("state", "CA"),
            ("postal_code", "90001"),
            ("country", "US"),
            ("phone", "+1 555 0100"),
        ];
        place(&mut shopper, &souk.alpha.shopper, &fields).await;
    }
    let ordered = "SELECT count(*) FROM orders.orders WHERE shipping_address ->> 'last_name' = 'van Loop' \
        AND shipping_address ->> 'company' = 'Loop & Co' AND shipping_address ->> 'line2' = 'Floor 3'";
    assert_eq!(
        souk.number(ordered).await,
        2,
        "with the name's parts as the book has them"
    );
    souk.all_is_well().await;
}

#[tokio::test]
async fn a_typed_address_is_kept_in_the_book_once_if_that_is_wished() {
    let souk = Installation::new().await;
    let mut shopper = souk.visitor();
    shopper.sign_in(&souk.alpha.shopper).await;
    let mut lines = Vec::new();
    for wish in [&[][..], &[("save_address", "1")], &[("save_address", "1")]] {
        shopper.add(&souk.alpha.guide, "1").await.expect(303);
        place(&mut shopper, &souk.alpha.shopper, &[&TYPED[..], wish].concat()).await;
        let book = shopper.get("/api/v1/me/addresses").await.expect(200).json();
        let entries = book["items"].as_array().unwrap();
        let kept = entries
            .iter()
            .filter(|entry| entry["address"]["line1"] == "2 Side Street");
        let companies: Vec<Value> = kept.map(|entry| entry["address"]["company"].clone()).collect();
        lines.push(companies);
    }
    assert_eq!(
        lines,
        [vec![], vec![Value::from("Guest & Co")], vec![Value::from("Guest & Co")]]
    );

    let mut guest = souk.visitor();
    guest.add(&souk.alpha.mug, "1").await.expect(303);
    let page = guest.get("/checkout?guest=1").await.expect(200);
    assert!(page.has("company") && !page.has("save-address") && !page.has("saved-addresses"));
}
