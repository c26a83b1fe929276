//! Many at once, in two processes, for the last uses of a coupon or the last pieces that one customer may have: as many as may
//! get it, whoever does not is told why, and what an order gives up somebody else can have.

use catalog::{ChangeTerms, QuantityRule};
use chrono::TimeDelta;
use pricing::CouponTerms;
use serde_json::{Value, json};
use tokio::task::JoinHandle;

use crate::{
    browser::Browser,
    installation::{CheckoutPage, Installation, Process},
    page::between,
    rest_api::{cart_of, payment_of},
};

const RACERS: usize = 64;
const MAY: i64 = 3;
const CODE: &str = "LAST";

/// What there is three times.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Limit {
    /// A coupon, for whoever comes.
    Coupon,
    /// A coupon, for each customer.
    CouponEach,
    /// Pieces of a thing, for each customer.
    PiecesEach,
}

/// Somebody one step away from buying, and how.
enum Racer {
    Pages(Browser, CheckoutPage),
    Api(Browser, String, Value),
}

/// An order, and the server that took it.
struct Won {
    server: Browser,
    order: String,
}

impl Racer {
    /// Presses the button. Nothing: it was refused, and the reason is the limit.
    async fn buys(self, token: &str) -> Option<Won> {
        match self {
            Self::Pages(mut server, form) => {
                let page = server.place(&form, token).await;
                if page.status == 409 {
                    assert!(page.has("error-message"), "{}", page.body);
                    return None;
                }
                let page = page.expect(303);
                let order = between(&format!("{}&", page.location()), "order=", "&").map(str::to_owned);
                let order = order.unwrap_or_else(|| panic!("{}", page.location()));
                Some(Won { server, order })
            }
            Self::Api(mut server, path, body) => {
                let answer = server.call("POST", &path, &body).await;
                let code = answer.json()["code"].as_str().unwrap_or_default().to_owned();
                if answer.status == 409 {
                    let reasons = [
                        "coupon_used_up",
                        "total_changed",
                        "customer_maximum_reached",
                        "line_unavailable",
                    ];
                    assert!(reasons.contains(&code.as_str()), "{}", answer.body);
                    return None;
                }
                let id = answer.json()["id"].as_str().map(str::to_owned);
                let order = id.unwrap_or_else(|| panic!("{} {}", answer.status, answer.body));
                Some(Won { server, order })
            }
        }
    }
}

struct Race {
    souk: Installation,
    other: Process,
    limit: Limit,
}

impl Race {
    async fn of(limit: Limit) -> Self {
        let souk = Installation::new().await;
        let other = souk.another_process().await;
        let coupon = |terms| match limit {
            Limit::Coupon => CouponTerms {
                total_limit: Some(MAY),
                ..terms
            },
            Limit::CouponEach | Limit::PiecesEach => CouponTerms {
                customer_limit: Some(MAY),
                ..terms
            },
        };
        if limit == Limit::PiecesEach {
            let mut ctx = souk.alpha.work().write();
            let terms = ChangeTerms {
                id: souk.alpha.tiles[0].product,
                expected_version: None,
                personal_fields: Vec::new(),
                quantity_rule: QuantityRule {
                    customer_maximum: Some(MAY),
                    ..QuantityRule::default()
                },
                variant_rules: Vec::new(),
            };
            catalog::change_terms(&mut ctx, terms).await.unwrap();
            ctx.commit().await.unwrap();
        } else {
            souk.alpha.coupon(CODE, coupon).await;
        }
        Self { souk, other, limit }
    }

    /// Somebody who has filled a cart by the pages or the API of one server or the other, and may have it as things stand.
    async fn racer(&self, number: usize) -> Racer {
        let mut server = if (number / 4).is_multiple_of(2) {
            self.souk.visitor()
        } else {
            self.other.visitor()
        };
        let (tile, has_coupon) = (&self.souk.alpha.tiles[0], self.limit != Limit::PiecesEach);
        let email = match self.limit {
            Limit::Coupon => format!("racer{number}@example.com"),
            Limit::CouponEach | Limit::PiecesEach => "ann@example.com".to_owned(),
        };
        if number.is_multiple_of(4) {
            server.add(tile, "1").await.expect(303);
            if has_coupon {
                server.submit("/cart/coupon", &[("code", CODE)]).await.expect(303);
            }
            let form = server.fill_checkout(&email).await;
            return Racer::Pages(server, form);
        }
        let mut cart = cart_of(&[tile]);
        cart["email"] = json!(email);
        if has_coupon {
            cart["coupon_codes"] = json!([CODE]);
        }
        let cart = server.call("POST", "/api/v1/carts", &cart).await.expect(201).json();
        let path = format!("/api/v1/carts/{}/complete", cart["id"].as_str().unwrap());
        Racer::Api(server, path, payment_of(&cart, "tok_success"))
    }

    /// Lets so many go at once, and returns who got it.
    async fn run(&self, racers: usize) -> Vec<Won> {
        let mut ready = Vec::with_capacity(racers);
        for number in 0..racers {
            ready.push(self.racer(number).await);
        }
        let running: Vec<JoinHandle<Option<Won>>> = ready
            .into_iter()
            .map(|racer| tokio::spawn(racer.buys("tok_success")))
            .collect();
        let mut won = Vec::new();
        for racer in running {
            won.extend(racer.await.unwrap());
        }
        won
    }

    /// How often it is used.
    async fn used(&self) -> i64 {
        self.souk.all_is_well().await;
        let query = match self.limit {
            Limit::Coupon | Limit::CouponEach => "SELECT used_count::bigint FROM pricing.coupons WHERE code = 'LAST'",
            Limit::PiecesEach => "SELECT taken FROM inventory.quotas",
        };
        self.souk.number(query).await
    }
}

async fn exactly_as_many_as_may(limit: Limit) {
    let race = Race::of(limit).await;
    let won = race.run(RACERS).await;
    assert_eq!((won.len(), race.used().await), (3, MAY), "{limit:?}");
    assert_eq!(race.souk.order_count().await, MAY);
    // An order that is cancelled gives it back.
    let mut won = won.into_iter().next().unwrap();
    let path = format!("/api/v1/admin/orders/{}/cancel", won.order);
    won.server = won.server.with_key(&race.souk.alpha.key);
    let reason = json!({"reason": "Changed their mind"});
    won.server.call("POST", &path, &reason).await.expect(200);
    assert_eq!(race.used().await, MAY - 1, "cancelled");
    // So does one whose card is declined.
    let Racer::Api(mut server, path, mut body) = race.racer(1).await else {
        panic!("it comes by the API");
    };
    body["payment"]["token"] = json!("tok_decline");
    server.call("POST", &path, &body).await.expect(402);
    assert_eq!(race.used().await, MAY - 1, "declined");
    // And one that nobody pays, when its time is over; until then it is another's.
    let late = race.racer(2).await;
    body["payment"]["token"] = json!("tok_3ds");
    server.call("POST", &path, &body).await.expect(202);
    assert!(late.buys("tok_success").await.is_none(), "{limit:?}");
    assert_eq!(race.used().await, MAY, "being paid");
    race.souk.pass(TimeDelta::hours(1));
    race.souk.periodic_round().await;
    assert_eq!(race.used().await, MAY - 1, "never paid");
    assert_eq!((race.run(8).await.len(), race.used().await), (1, MAY), "{limit:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_sixty_four_as_many_get_a_coupon_as_may() {
    exactly_as_many_as_may(Limit::Coupon).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn one_customer_in_sixty_four_windows_gets_a_coupon_as_often_as_one_may() {
    exactly_as_many_as_may(Limit::CouponEach).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn one_customer_in_sixty_four_windows_gets_as_many_pieces_as_one_may() {
    exactly_as_many_as_may(Limit::PiecesEach).await;
}
