//! What is given back, and what becomes of stock and order when a gateway refuses it.

use database::idempotency::{self, Begin, LEASE, Request};

use super::*;
use crate::{CancelOrderError, cancel_keyed_flow};

#[tokio::test]
async fn a_refund_and_a_cancellation_give_back_what_was_paid() {
    let f = Fixture::new(5).await;
    let placed = f.place(f.cart(3).await).await.unwrap();
    let details = orders::get(&mut f.work.read(), placed.order_id).await.unwrap();
    let wanted = RefundWanted {
        lines: RefundLines::Some(vec![(details.lines[0].id, 1)]),
        shipping: RefundShipping::None,
    };
    let refund = RefundOrder {
        id: None,
        order_id: placed.order_id,
        expected_version: None,
        wanted,
        reason: "broken".to_owned(),
        restock: true,
        seen: None,
    };
    refund_flow(&f.work, &f.gateways, refund).await.unwrap();
    assert_eq!(f.stock().await, (3, 0));
    let cancel = CancelOrder {
        order_id: placed.order_id,
        expected_version: None,
        reason: "changed their mind".to_owned(),
    };
    cancel_flow(&f.work, &f.gateways, cancel).await.unwrap();
    let given_back: i64 = f
        .gateway
        .refunded
        .lock()
        .unwrap()
        .iter()
        .map(|(_, amount)| amount.minor())
        .sum();
    assert_eq!(given_back, 3_000);
    assert_eq!(f.order(placed.order_id).await.0, OrderStatus::Cancelled);
    assert_eq!(f.stock().await, (5, 0));
}

fn key(name: &str) -> Request {
    Request {
        scope: "cancel".to_owned(),
        key: name.to_owned(),
        fingerprint: [1; 32],
    }
}

#[tokio::test]
async fn a_key_that_was_claimed_and_not_answered_cancels_what_is_not_cancelled() {
    let f = Fixture::new(5).await;
    let placed = f.place(f.cart(2).await).await.unwrap();
    // Whoever was refused, and cut off before that was kept, left the key so.
    let claimed = idempotency::begin_flow(&f.work, &key("first")).await;
    assert_eq!(claimed.unwrap(), Begin::Fresh);
    f.db.clock().advance(LEASE + TimeDelta::seconds(1));
    let command = CancelOrder {
        order_id: placed.order_id,
        expected_version: None,
        reason: "changed their mind".to_owned(),
    };
    let cancelled = cancel_keyed_flow(&f.work, &f.gateways, command, Some(key("first"))).await;
    assert_eq!(cancelled.unwrap(), None);
    assert_eq!(f.stock().await, (5, 0));
}

#[tokio::test]
async fn who_was_cut_off_after_cancelling_asks_again_and_finds_it_cancelled() {
    let f = Fixture::new(5).await;
    let placed = f.place(f.cart(2).await).await.unwrap();
    let cancel = async |key| {
        let command = CancelOrder {
            order_id: placed.order_id,
            expected_version: None,
            reason: "changed their mind".to_owned(),
        };
        cancel_keyed_flow(&f.work, &f.gateways, command, Some(key)).await
    };
    assert_eq!(cancel(key("first")).await.unwrap(), None);
    let at_once = cancel(key("first")).await.unwrap();
    assert_eq!(at_once, Some(Begin::InFlight), "nobody has kept an answer yet");
    f.db.clock().advance(LEASE + TimeDelta::seconds(1));
    assert_eq!(cancel(key("first")).await.unwrap(), None);
    let other = cancel(key("other")).await;
    assert!(matches!(other, Err(CancelOrderError::Orders(_))), "{other:?}");
    assert_eq!(f.stock().await, (5, 0), "given back once");
}

#[tokio::test]
async fn a_refund_that_the_gateway_refuses_puts_nothing_back() {
    let f = Fixture::new(5).await;
    let placed = f.place(f.cart(2).await).await.unwrap();
    let refund = || RefundOrder {
        id: None,
        order_id: placed.order_id,
        expected_version: None,
        wanted: RefundWanted::everything(),
        reason: "broken".to_owned(),
        restock: true,
        seen: None,
    };
    *f.gateway.refuses_refunds.lock().unwrap() = true;
    refund_flow(&f.work, &f.gateways, refund()).await.unwrap();
    assert_eq!(f.stock().await, (3, 0));
    *f.gateway.refuses_refunds.lock().unwrap() = false;
    refund_flow(&f.work, &f.gateways, refund()).await.unwrap();
    assert_eq!(f.stock().await, (5, 0));
    assert_eq!(f.order(placed.order_id).await.1, PaymentStatus::Refunded);
}

#[tokio::test]
async fn a_refund_of_another_amount_than_was_agreed_to_gives_nothing_back() {
    let f = Fixture::new(5).await;
    let order_id = f.place(f.cart(3).await).await.unwrap().order_id;
    let refund = async |wanted: RefundWanted, agreed: i64| {
        let command = RefundOrder {
            id: None,
            order_id,
            expected_version: None,
            wanted,
            reason: "broken".to_owned(),
            restock: false,
            seen: Some(Money::new(agreed, Currency::USD)),
        };
        refund_flow(&f.work, &f.gateways, command).await
    };
    refund(f.pieces(order_id, 1).await, 1_000).await.unwrap();
    let refused = refund(RefundWanted::everything(), 3_000).await;
    assert!(
        matches!(refused, Err(RefundOrderError::AmountChanged { amount }) if amount.minor() == 2_000),
        "{refused:?}"
    );
    assert_eq!(f.gateway.refunded.lock().unwrap().len(), 1);
    refund(RefundWanted::everything(), 2_000).await.unwrap();
    assert_eq!(f.order(order_id).await.1, PaymentStatus::Refunded);
    f.stock().await;
}

#[tokio::test]
async fn a_refund_that_fails_after_its_order_was_cancelled_is_made_up_for_once() {
    let f = Fixture::new(5).await;
    let order_id = f.place(f.cart(3).await).await.unwrap().order_id;
    let refund = RefundOrder {
        id: None,
        order_id,
        expected_version: None,
        wanted: f.pieces(order_id, 1).await,
        reason: "broken".to_owned(),
        restock: false,
        seen: None,
    };
    // The gateway does not hear of it at first.
    let refund = refund_flow(&f.work, &Gateways::new([]), refund).await.unwrap();
    let cancel = CancelOrder {
        order_id,
        expected_version: None,
        reason: "changed their mind".to_owned(),
    };
    cancel_flow(&f.work, &f.gateways, cancel).await.unwrap();
    assert_eq!(f.stock().await, (4, 0));
    *f.gateway.refuses_refunds.lock().unwrap() = true;
    finish_refund_flow(&f.work, &f.gateways, refund).await.unwrap();
    assert_eq!(f.stock().await, (5, 0), "none of the pieces ever left");
    f.db.clock().advance(TimeDelta::minutes(3));
    reconcile_flow(&f.work, &f.gateways).await.unwrap();
    f.db.clock().advance(TimeDelta::days(3));
    reconcile_flow(&f.work, &f.gateways).await.unwrap();
    let refunds = orders::get(&mut f.work.read(), order_id).await.unwrap().refunds;
    let states: Vec<_> = refunds.iter().map(|one| (one.amount.minor(), one.state)).collect();
    let (failed, succeeded) = (payments::RefundState::Failed, payments::RefundState::Succeeded);
    assert_eq!(states, [(1_000, failed), (2_000, succeeded), (1_000, failed)]);
    assert_eq!(f.stock().await, (5, 0), "and are back once");
    *f.gateway.refuses_refunds.lock().unwrap() = false;
    let rest = RefundOrder {
        id: None,
        order_id,
        expected_version: None,
        wanted: RefundWanted::everything(),
        reason: "once more".to_owned(),
        restock: false,
        seen: None,
    };
    refund_flow(&f.work, &f.gateways, rest).await.unwrap();
    assert_eq!(
        f.order(order_id).await,
        (OrderStatus::Cancelled, PaymentStatus::Refunded)
    );
    assert_eq!(f.stock().await, (5, 0));
}
