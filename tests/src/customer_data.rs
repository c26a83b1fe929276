//! What a store holds on a customer, for the customer.

use serde_json::Value;

use crate::{
    browser::Browser,
    installation::{GUEST, Installation},
    stocked::PASSWORD,
};

async fn data(browser: &mut Browser) -> Value {
    browser.get("/account/data").await.expect(200);
    browser.get("/account/data/file").await.expect(200).json()
}

fn count(data: &Value, what: &str) -> usize {
    data[what].as_array().map_or(0, Vec::len)
}

#[tokio::test]
async fn a_customer_takes_away_everything_that_is_theirs_and_nothing_else() {
    let souk = Installation::new().await;
    let mut guest = souk.visitor();
    guest.add(&souk.alpha.guide, "1").await.expect(303);
    guest.buy(GUEST).await;
    let fields = [
        ("first_name", "Gwen"),
        ("last_name", "Guest"),
        ("email", GUEST),
        ("password", PASSWORD),
    ];
    let mut browser = souk.visitor();
    browser.submit("/register", &fields).await.expect(200);
    browser.sign_in(GUEST).await;
    let product = souk.alpha.mug.product.to_string();
    browser
        .submit("/account/wishlist", &[("product", &product)])
        .await
        .expect(303);
    let before = data(&mut browser).await;
    assert_eq!(before["profile"]["first_name"], "Gwen");
    assert_eq!(count(&before, "orders"), 0, "nobody proved the address: {before}");
    assert!(before.get("mails").is_none(), "{before}");

    let link = souk.mail("verify_email", GUEST).await.link("/account/verify?token=");
    let token = browser.get(&link).await.expect(200).field("token").unwrap();
    browser
        .submit("/account/verify", &[("token", &token)])
        .await
        .expect(200);
    souk.drain().await;
    souk.damage("UPDATE orders.orders SET tags = '{hysterical}'").await;
    let after = data(&mut browser).await;
    assert_eq!(count(&after, "orders"), 1, "{after}");
    assert_eq!(after["orders"][0]["order"]["email"], GUEST);
    assert!(!after.to_string().contains("hysterical"), "{after}");
    assert_eq!(after["orders"][0]["invoices"][0]["number"], "INV-1");
    assert_eq!(count(&after, "wishlist"), 1);
    assert_eq!(after["shared_wishlist_url"], Value::Null, "{after}");
    assert!(count(&after, "mails") >= 2, "{after}");
    assert_eq!(count(&after["sign_in"], "sessions"), 1, "{after}");

    let mut signed_out = souk.visitor();
    signed_out.add(&souk.alpha.guide, "1").await.expect(303);
    signed_out.buy(GUEST).await;
    assert_eq!(count(&data(&mut browser).await, "orders"), 2);

    let mut other = souk.visitor();
    other.sign_in(&souk.alpha.shopper).await;
    let others = data(&mut other).await.to_string();
    assert!(!others.contains(GUEST) && !others.contains("Gwen"), "{others}");

    let id = after["profile"]["id"].as_str().unwrap();
    let mut owner = souk.visitor();
    owner.sign_in(&souk.alpha.owner).await;
    let at_desk = owner
        .get(&format!("/admin/customers/{id}/data"))
        .await
        .expect(200)
        .json();
    let orders = at_desk["orders"].as_array().unwrap();
    assert!(orders.contains(&after["orders"][0]), "{at_desk}");
    assert!(
        owner
            .get(&format!("/admin/customers/{id}"))
            .await
            .body
            .contains("customer-data")
    );
    let stranger = souk.visitor().get("/account/data/file").await.expect(200);
    assert!(stranger.path.starts_with("/login"), "{}", stranger.path);
}
