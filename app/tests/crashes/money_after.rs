//! Money that is taken later, given up or given back, while the program dies between any two steps of that: who asked asks again
//! with the same key after the next start, and in the end it happened once.

use serde_json::{Value, json};

use crate::server::{Address, Home, PATIENCE, Server};

/// What is done to an order that was paid, or whose money is held.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Deed {
    Capture,
    Refund,
    /// The money is held, and is given up.
    Cancel,
    /// A part was taken, and the rest is given up.
    Release,
}

use Deed::{Cancel, Capture, Refund, Release};

impl Deed {
    /// Where the program dies.
    fn points(self) -> &'static [&'static str] {
        match self {
            Capture => &[
                "opening-capture",
                "capture-opened",
                "capture-answered",
                "settling-capture",
                "capture-settled",
            ],
            Refund => &[
                "opening-refund",
                "refund-opened",
                "refund-answered",
                "settling-refund",
                "refund-settled",
            ],
            Cancel => &["cancelling", "cancelled", "void-answered", "void-settled"],
            Release => &["opening-release", "release-opened", "void-answered"],
        }
    }

    fn ask(self) -> (&'static str, Value) {
        match self {
            Capture => ("capture", json!({})),
            Refund => ("refunds", json!({"reason": "Torn"})),
            Cancel => ("cancel", json!({"reason": "Sold out"})),
            Release => ("release", Value::Null),
        }
    }

    /// How the order is in the end.
    fn end(self) -> (&'static str, &'static str) {
        match self {
            Capture => ("confirmed", "paid"),
            Refund => ("refunded", "refunded"),
            Cancel => ("cancelled", "voided"),
            Release => ("confirmed", "partially_paid"),
        }
    }
}

/// Something that is sent, so that an order of it can still be cancelled, and how.
async fn sell_chairs(home: &Home, secret: &str) {
    let variant = json!({"sku": "chair", "price": "9.99", "quantity": 1_000});
    let chair = json!({"handle": "chair", "title": "Chair", "variants": [variant]});
    home.import(&chair.to_string()).await;
    let server = Server::start(home, None).await;
    let staff = server.address.clone().with_key(secret);
    let made = async |path: &str, body: Value| {
        let made = staff.call("POST", path, "", &body).await.unwrap();
        assert_eq!(made.status, 201, "{made:?}");
        made.json()
    };
    let zones = "/api/v1/admin/shipping-zones";
    let zone = made(zones, json!({"name": "Here", "regions": ["US"]})).await;
    let flat = json!({"kind": "flat", "price": {"amount": 500, "currency": "USD"}});
    let method = json!({"code": "standard", "name": "Standard", "rate": flat});
    made(&format!("{zones}/{}/methods", zone["id"].as_str().unwrap()), method).await;
    let by_hand = home
        .numbers("UPDATE platform.stores SET capture = 'hand' RETURNING 1")
        .await;
    assert_eq!(by_hand, [1]);
    server.stop().await;
}

async fn buy(server: &Address, number: usize) -> String {
    let chair = server.get("/api/v1/products/chair").await.json();
    let cart = json!({
        "lines": [{"variant_id": chair["variants"][0]["id"], "quantity": 2}],
        "email": "buyer@example.com",
        "shipping_option": "standard",
        "shipping_address": {
            "first_name": "Ada", "last_name": "Api", "line1": "1 Loop", "city": "Los Angeles", "state": "CA",
            "postal_code": "90001", "country": "US",
        },
    });
    let cart = server.call("POST", "/api/v1/carts", "", &cart).await.unwrap().json();
    let path = format!("/api/v1/carts/{}/complete", cart["id"].as_str().unwrap());
    let payment = json!({"payment": {"gateway": "sandbox", "token": "tok_success"}});
    let order = server.call("POST", &path, &format!("buy-{number}"), &payment).await;
    let order = order.unwrap();
    assert_eq!(order.status, 201, "{order:?}");
    order.json()["id"].as_str().unwrap().to_owned()
}

/// Where the order stands.
async fn states(staff: &Address, order: &str) -> (String, String) {
    let order = staff.get(&format!("/api/v1/admin/orders/{order}")).await.json();
    let text = |name: &str| {
        order[name]
            .as_str()
            .unwrap_or_else(|| panic!("{name} in {order}"))
            .to_owned()
    };
    (text("status"), text("payment_status"))
}

/// As if a minute had passed: the key of who asked is free, and the gateway is asked what became of what is open.
const A_MINUTE_LATER: [&str; 4] = [
    "UPDATE platform.idempotency_records SET leased_until = now() - interval '1 second' WHERE status IS NULL RETURNING 1",
    "UPDATE payments.attempts SET check_at = now() - interval '1 second' WHERE check_at IS NOT NULL RETURNING 1",
    "UPDATE payments.captures SET check_at = now() - interval '1 second' WHERE check_at IS NOT NULL RETURNING 1",
    "UPDATE payments.refunds SET check_at = now() - interval '1 second' WHERE check_at IS NOT NULL RETURNING 1",
];

const GIVEN_UP_AND_NOT_HEARD: &str =
    "SELECT count(*)::int FROM payments.attempts WHERE giving_up AND check_at IS NOT NULL";

async fn dies_and_goes_on(home: &Home, secret: &str, deed: Deed, number: usize, name: &str) {
    let mut server = Server::start(home, Some(name)).await;
    let order = buy(&server.address, number).await;
    let staff = server.address.clone().with_key(secret);
    let before = match deed {
        Refund => Some(json!({})),
        Release => Some(json!({"amount": {"amount": 500, "currency": "USD"}})),
        Capture | Cancel => None,
    };
    if let Some(body) = before {
        let taken = staff
            .call("POST", &format!("/api/v1/admin/orders/{order}/capture"), "", &body)
            .await;
        assert_eq!(taken.unwrap().status, 200, "{deed:?} {name}");
    }
    let (verb, body) = deed.ask();
    let (path, key) = (
        format!("/api/v1/admin/orders/{order}/{verb}"),
        format!("{name}-{number}"),
    );
    let cut_off = staff.call("POST", &path, &key, &body).await;
    assert!(cut_off.is_err(), "{deed:?} {name}: {cut_off:?}");
    server.death().await;
    for step in A_MINUTE_LATER {
        home.numbers(step).await;
    }

    let server = Server::start(home, None).await;
    let staff = server.address.clone().with_key(secret);
    let again = staff.call("POST", &path, &key, &body).await.unwrap();
    assert!(matches!(again.status, 200 | 201), "{deed:?} {name}: {again:?}");
    let (status, payment) = deed.end();
    let ended = async { while states(&staff, &order).await != (status.to_owned(), payment.to_owned()) {} };
    tokio::time::timeout(PATIENCE, ended).await.unwrap();
    // The order shows it before the gateway has heard of it; the next program would die of what this one left to do.
    let heard = async { while home.numbers(GIVEN_UP_AND_NOT_HEARD).await != [0] {} };
    tokio::time::timeout(PATIENCE, heard).await.unwrap();
    let repeated = staff.call("POST", &path, &key, &body).await.unwrap();
    assert_eq!(repeated.status, again.status, "{deed:?} {name}: {repeated:?}");
    server.stop().await;
}

async fn dies_at_each_point(deed: Deed) {
    let home = Home::new();
    home.open_shop().await;
    let secret = home.key().await;
    sell_chairs(&home, &secret).await;
    for (number, point) in deed.points().iter().enumerate() {
        dies_and_goes_on(&home, &secret, deed, number, point).await;
    }
    let server = Server::start(&home, None).await;
    let sums = home
        .numbers("SELECT count(*)::int FROM payments.refunds UNION ALL SELECT count(*)::int FROM payments.captures")
        .await;
    let orders = i32::try_from(deed.points().len()).unwrap();
    let (refunds, captures) = match deed {
        Capture | Release => (0, orders),
        Refund => (orders, orders),
        Cancel => (0, 0),
    };
    assert_eq!(sums, [refunds, captures], "{deed:?}: once each");
    server.stop().await;
    home.check().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn held_money_is_taken_once_wherever_the_program_dies() {
    dies_at_each_point(Capture).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn money_goes_back_once_wherever_the_program_dies() {
    dies_at_each_point(Refund).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_order_is_cancelled_once_wherever_the_program_dies() {
    dies_at_each_point(Cancel).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_rest_of_held_money_is_given_up_wherever_the_program_dies() {
    dies_at_each_point(Release).await;
}
