//! Orders that are placed together: each with its own answer, and none at the cost of another.

use std::sync::Arc;

use database::{
    Together as _,
    idempotency::{self, Answer, Begin, Request},
};
use futures_util::future::join_all;
use pricing::{CouponCode, CouponKind, CouponTerms, CreateCoupon};

use super::*;
use crate::{
    Keyed, NotShown, Shown,
    open::{Opened, Opening},
    place_and_show_flow,
};

impl Fixture {
    /// A coupon that takes a dollar off so many orders.
    async fn coupon(&self, code: &str, total_limit: i64) {
        let mut ctx = self.work.write();
        let terms = CouponTerms {
            total_limit: Some(total_limit),
            ..CouponTerms::of(CouponKind::FixedAmount(Money::new(100, Currency::USD)))
        };
        let code = CouponCode::parse(code).unwrap();
        pricing::create_coupon(&mut ctx, &CreateCoupon { code, terms })
            .await
            .unwrap();
        ctx.commit().await.unwrap();
    }

    /// Opens orders in one transaction and says what came of each.
    async fn open(&self, batch: &[PlaceOrder]) -> Vec<String> {
        let batch: Vec<Opening> = batch
            .iter()
            .map(|command| Opening {
                command: command.clone(),
                key: None,
                gateways: self.gateways.clone(),
            })
            .collect();
        let mut ctx = self.work.write();
        let opened = Opening::run(&mut ctx, &batch).await.unwrap();
        ctx.commit().await.unwrap();
        opened.into_iter().map(told).collect()
    }

    async fn statements(&self, work: impl Future<Output = ()>) -> u64 {
        let before = self.db.database().statement_count();
        work.await;
        self.db.database().statement_count() - before
    }
}

fn told(opened: Result<Opened, PlaceOrderError>) -> String {
    match opened {
        Ok(Opened::Paying(paying)) => format!("{} {}", paying.number, paying.total.minor()),
        Ok(Opened::Already(placed)) => format!("already {}", placed.number),
        Ok(Opened::Free { number, .. }) => format!("free {number}"),
        Ok(Opened::Known(begun)) => format!("{begun:?}"),
        Err(PlaceOrderError::OutOfStock(shortages)) => format!("{} of {}", shortages[0].available, shortages[0].wanted),
        Err(error) => error.to_string(),
    }
}

#[tokio::test]
async fn each_order_of_a_batch_has_its_own_answer() {
    let f = Fixture::new(5).await;
    f.coupon("ONCE", 1).await;
    let before = f.place(f.cart(1).await).await.unwrap();
    let seen = Some(Money::new(999, Currency::USD));
    let (first, too_many, last) = (f.cart(2).await, f.cart(2).await, f.cart(1).await);
    let coupons = [
        f.cart_of(1, "ann@example.com", &["ONCE"]).await,
        f.cart_of(1, "bob@example.com", &["ONCE"]).await,
    ];
    let ordered = orders::get(&mut f.work.read(), before.order_id).await.unwrap().order;
    let other_total = PlaceOrder {
        expected_total: seen,
        ..command(f.cart(1).await)
    };
    let batch = [
        command(first),
        command(coupons[0]),
        command(coupons[1]),
        command(too_many),
        other_total,
        command(ordered.cart_id.unwrap()),
        command(last),
    ];
    let told = f.open(&batch).await;
    assert_eq!(
        told,
        [
            "ORD-1002 2000".to_owned(),
            "ORD-1003 900".to_owned(),
            "a coupon was used up in the meantime".to_owned(),
            "1 of 2".to_owned(),
            "the total is now 10.00 USD".to_owned(),
            format!("already {}", before.number),
            "ORD-1004 1000".to_owned(),
        ]
    );
    assert_eq!(f.stock().await, (4, 4));
    assert_eq!(pricing::check(&mut f.work.read()).await.unwrap(), Vec::<String>::new());
}

#[tokio::test]
async fn a_batch_takes_as_many_statements_as_one_order() {
    let f = Fixture::new(50).await;
    let mut taken = Vec::new();
    for size in [1, 12] {
        let mut batch = Vec::new();
        for _ in 0..size {
            batch.push(command(f.cart(2).await));
        }
        taken.push(f.statements(async { drop(f.open(&batch).await) }).await);
    }
    assert_eq!(taken[0], taken[1]);
}

#[tokio::test]
async fn a_cart_that_somebody_holds_is_not_waited_for() {
    let f = Fixture::new(5).await;
    let (held, free) = (f.cart(1).await, f.cart(1).await);
    let mut holding = f.work.write();
    assert!(cart::lock_views(&mut holding, &[held]).await.unwrap()[0].is_ok());
    let told = f.open(&[command(held), command(free)]).await;
    assert_eq!(told, ["a batch of work cannot be done together", "ORD-1001 1000"]);
    holding.rollback().await;
    assert_eq!(f.open(&[command(held)]).await, ["ORD-1002 1000"]);
}

/// However they come together, nobody pays for the misfortune of another.
#[tokio::test]
async fn an_order_that_cannot_be_written_fails_no_other() {
    let mut f = Fixture::new(20).await;
    f.coupon("TWICE", 2).await;
    let poisonous: Arc<dyn Gateway> = Arc::new(Scripted {
        name: Some("PostgreSQL takes no \0"),
        ..Scripted::default()
    });
    let usual: Arc<dyn Gateway> = f.gateway.clone();
    f.gateways = Gateways::new([usual, Arc::clone(&poisonous)]);
    let (poisoned, too_many) = (f.cart(1).await, f.cart(15).await);
    let (mut plain, mut with_coupon) = (Vec::new(), Vec::new());
    for number in 0..4 {
        let email = format!("shopper{number}@example.com");
        plain.push(command(f.cart(1).await));
        with_coupon.push(command(f.cart_of(1, &email, &["TWICE"]).await));
    }
    let mut ctx = f.work.write();
    let level = SetLevel {
        variant_id: f.variant,
        on_hand: 12,
        backorder: false,
    };
    inventory::set_levels(&mut ctx, &[level]).await.unwrap();
    ctx.commit().await.unwrap();
    let poisoned = PlaceOrder {
        payment: Some(PayWith::Token {
            gateway: poisonous.name().to_owned(),
            token: "tok".to_owned(),
            save: false,
        }),
        ..command(poisoned)
    };
    let crowd = plain.iter().chain([&poisoned]).chain(&with_coupon);
    let crowd = crowd.cloned().chain([command(too_many)]);
    let answers = join_all(crowd.map(|command| place_order_flow(&f.work, &f.gateways, command))).await;
    let is_paid =
        |answer: &Result<_, _>| matches!(answer, Ok(Placed { payment, .. }) if *payment == PaymentState::Paid);
    assert!(answers[..4].iter().all(is_paid), "{answers:?}");
    assert!(matches!(answers[4], Err(PlaceOrderError::Internal(_))), "{answers:?}");
    // Who comes after the coupon is known to be used up pays the whole price.
    let is_decided = |answer: &Result<_, _>| is_paid(answer) || matches!(answer, Err(PlaceOrderError::CouponUsedUp));
    assert!(answers[5..9].iter().all(is_decided), "{answers:?}");
    assert!(matches!(answers[9], Err(PlaceOrderError::OutOfStock(_))), "{answers:?}");
    let paid = i64::try_from(answers.iter().filter(|answer| is_paid(answer)).count()).unwrap();
    assert_eq!(f.stock().await, (12 - paid, 0));
    assert_eq!(pricing::check(&mut f.work.read()).await.unwrap(), Vec::<String>::new());
}

/// What is shown to a request with such a key, or without one.
async fn shown(f: &Fixture, wanted: PlaceOrder, key: Option<&Request>) -> Result<Shown, NotShown> {
    let keyed = key.map(|request| Keyed {
        request: request.clone(),
        answer: Arc::new(|placed, details| {
            Ok(Answer {
                status: 201,
                content_type: String::new(),
                location: placed.number.clone(),
                headers: String::new(),
                body: details.timeline.len().to_string().into_bytes(),
            })
        }),
    });
    place_and_show_flow(&f.work, &f.gateways, wanted, keyed).await
}

fn request(key: &str) -> Request {
    Request {
        scope: "POST /complete".to_owned(),
        key: key.to_owned(),
        fingerprint: [1; 32],
    }
}

#[tokio::test]
async fn an_order_is_shown_as_it_is_whether_or_not_its_payment_is_known() {
    let f = Fixture::new(6).await;
    f.will_answer([Err(GatewayError::Unknown("time-out".to_owned()))]);
    for is_paid in [false, true] {
        let wanted = command(f.cart(1).await);
        let Ok(Shown::Now(placed, first)) = shown(&f, wanted.clone(), None).await else {
            panic!("there is no key");
        };
        assert_eq!(placed.payment == PaymentState::Paid, is_paid);
        assert_eq!(first.order.payment_status == PaymentStatus::Paid, is_paid);
        let kept = orders::get(&mut f.work.read(), placed.order_id).await.unwrap();
        assert_eq!((&*first, first.timeline.is_empty()), (&kept, false));
        let Ok(Shown::Now(again, second)) = shown(&f, wanted, None).await else {
            panic!("there is no key");
        };
        assert_eq!((again.again, *second), (true, kept));
    }
}

#[tokio::test]
async fn a_key_is_claimed_with_the_order_and_answered_with_its_payment() {
    let f = Fixture::new(6).await;
    let key = request("paid");
    let wanted = command(f.cart(1).await);
    let Ok(Shown::Kept(answer)) = shown(&f, wanted.clone(), Some(&key)).await else {
        panic!("it is paid");
    };
    assert!(!answer.location.is_empty());
    let again = shown(&f, wanted.clone(), Some(&key)).await;
    assert!(matches!(again, Ok(Shown::Before(Begin::Replay(known))) if known == answer));
    let other = Request {
        fingerprint: [2; 32],
        ..key.clone()
    };
    let other = shown(&f, wanted.clone(), Some(&other)).await;
    assert!(matches!(other, Ok(Shown::Before(Begin::Mismatch))));
    // Another key finds the order, and is claimed by whoever keeps the answer to it.
    let found = shown(&f, wanted, Some(&request("found"))).await;
    assert!(matches!(found, Ok(Shown::Now(Placed { again: true, .. }, _))));
    let look = idempotency::look(&mut f.work.read(), &request("found")).await.unwrap();
    assert_eq!(look, Begin::InFlight);
}

#[tokio::test]
async fn a_key_whose_order_is_refused_is_free_and_one_whose_money_is_refused_is_claimed() {
    let f = Fixture::new(6).await;
    let key = request("refused");
    let late = command(f.cart(6).await);
    f.place(f.cart(1).await).await.unwrap();
    let refused = shown(&f, late, Some(&key)).await.unwrap_err();
    assert!(!refused.is_claimed, "{refused:?}");
    assert_eq!(idempotency::look(&mut f.work.read(), &key).await.unwrap(), Begin::Fresh);
    f.will_answer([Ok(failed())]);
    let declined = shown(&f, command(f.cart(1).await), Some(&key)).await.unwrap_err();
    assert!(
        matches!(declined.error, PlaceOrderError::Declined { .. }) && declined.is_claimed,
        "{declined:?}"
    );
    assert_eq!(
        idempotency::look(&mut f.work.read(), &key).await.unwrap(),
        Begin::InFlight
    );
}

#[tokio::test]
async fn keys_of_a_crowd_are_each_claimed_and_answered() {
    let f = Fixture::new(6).await;
    let mut crowd = Vec::new();
    for pieces in [1, 1, 1, 6, 1] {
        crowd.push((command(f.cart(pieces).await), request(&format!("key {}", crowd.len()))));
    }
    let buy = crowd.iter().map(|(wanted, key)| shown(&f, wanted.clone(), Some(key)));
    let bought = join_all(buy).await;
    for (index, ((_, key), outcome)) in crowd.iter().zip(&bought).enumerate() {
        let known = idempotency::look(&mut f.work.read(), key).await.unwrap();
        if index == 3 {
            assert!(
                matches!(outcome, Err(NotShown { is_claimed: false, .. })),
                "{outcome:?}"
            );
            assert_eq!(known, Begin::Fresh);
        } else {
            let Ok(Shown::Kept(answer)) = outcome else {
                panic!("{outcome:?}");
            };
            assert_eq!(known, Begin::Replay(answer.clone()));
        }
    }
    assert_eq!(f.stock().await, (2, 0));
}

#[tokio::test]
async fn what_is_taken_at_once_is_settled_together_and_the_unusual_apart() {
    let f = Fixture::new(6).await;
    f.will_answer((0..4).map(|_| Err(GatewayError::Unknown("time-out".to_owned()))));
    let mut placed = Vec::new();
    for _ in 0..4 {
        let cart = f.cart(1).await;
        placed.push((f.place(cart).await.unwrap().order_id, f.last_attempt()));
    }
    // The last one was given up before its money came.
    let failed = failed();
    crate::settle_flow::settle_flow(&f.work, placed[3].1, &failed, orders::Heard::Later)
        .await
        .unwrap();
    let said = |attempt: AttemptId| (attempt, Authorization::captured(format!("ref {attempt}")));
    let news: Vec<_> = placed.iter().map(|(_, attempt)| said(*attempt)).collect();
    let settled = join_all(
        news.iter()
            .map(|(attempt, said)| crate::settle_flow::settle_flow(&f.work, *attempt, said, orders::Heard::Later)),
    )
    .await;
    assert!(settled.iter().all(Result::is_ok), "{settled:?}");
    for (order, _) in &placed[..3] {
        assert_eq!(f.order(*order).await, (OrderStatus::Confirmed, PaymentStatus::Paid));
    }
    assert_eq!(f.order(placed[3].0).await.0, OrderStatus::Cancelled);
    f.db.clock().advance(TimeDelta::minutes(2));
    reconcile_flow(&f.work, &f.gateways).await.unwrap();
    assert_eq!(f.gateway.refunded.lock().unwrap().len(), 1);
    assert_eq!(f.stock().await, (3, 0));
}
