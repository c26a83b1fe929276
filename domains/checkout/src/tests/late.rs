//! Answers that were lost or came too late: the reconciler ends what they left, and no money stays for an order that cannot stand.

use super::*;

#[tokio::test]
async fn a_lost_answer_waits_for_the_reconciler() {
    let f = Fixture::new(1).await;
    let cart = f.cart(1).await;
    f.will_answer([Err(GatewayError::Unknown("time-out".to_owned()))]);
    let placed = f.place(cart).await.unwrap();
    assert_eq!(placed.payment, PaymentState::Pending);
    assert_eq!(f.stock().await, (1, 1));
    f.gateway.statuses.lock().unwrap().insert(f.last_attempt(), captured());
    f.db.clock().advance(TimeDelta::minutes(2));
    assert_eq!(reconcile_flow(&f.work, &f.gateways).await.unwrap().settled, 1);
    assert_eq!(
        f.order(placed.order_id).await,
        (OrderStatus::Confirmed, PaymentStatus::Paid)
    );
    assert_eq!(f.stock().await, (0, 0));
}

#[tokio::test]
async fn a_request_that_never_arrived_is_given_up() {
    let f = Fixture::new(1).await;
    let cart = f.cart(1).await;
    f.will_answer([Err(GatewayError::Unknown("time-out".to_owned()))]);
    let placed = f.place(cart).await.unwrap();
    f.db.clock().advance(TimeDelta::minutes(10));
    reconcile_flow(&f.work, &f.gateways).await.unwrap();
    assert_eq!(
        f.order(placed.order_id).await,
        (OrderStatus::Cancelled, PaymentStatus::Failed)
    );
    assert_eq!(f.stock().await, (1, 0));
    assert_eq!(
        f.place(cart).await.unwrap().payment,
        PaymentState::Paid,
        "the cart is open again"
    );
}

#[tokio::test]
async fn money_for_stock_that_is_gone_goes_back() {
    let f = Fixture::new(1).await;
    let slow = f.cart(1).await;
    f.will_answer([Err(GatewayError::Unknown("time-out".to_owned()))]);
    let late = f.place(slow).await.unwrap();
    let attempt = f.last_attempt();
    f.db.clock().advance(TimeDelta::hours(1));
    let quick = f.cart(1).await;
    assert_eq!(f.place(quick).await.unwrap().payment, PaymentState::Paid);
    receive_webhook_flow(&f.work, &f.gateways, "scripted", &[], attempt.to_string().as_bytes())
        .await
        .unwrap();
    f.db.clock().advance(TimeDelta::minutes(2));
    reconcile_flow(&f.work, &f.gateways).await.unwrap();
    assert_eq!(f.gateway.refunded.lock().unwrap().len(), 1);
    let order = orders::get(&mut f.work.read(), late.order_id).await.unwrap().order;
    assert_eq!(
        (order.status, order.paid_total),
        (OrderStatus::Cancelled, order.refunded_total)
    );
    assert_eq!(f.stock().await, (0, 0));
}

#[tokio::test]
async fn money_for_an_order_that_was_given_up_goes_back() {
    let f = Fixture::new(1).await;
    let cart = f.cart(1).await;
    f.will_answer([Ok(failed())]);
    assert!(f.place(cart).await.is_err());
    let attempt = f.last_attempt().to_string();
    for _ in 0..2 {
        receive_webhook_flow(&f.work, &f.gateways, "scripted", &[], attempt.as_bytes())
            .await
            .unwrap();
    }
    f.db.clock().advance(TimeDelta::minutes(2));
    reconcile_flow(&f.work, &f.gateways).await.unwrap();
    assert_eq!(
        f.gateway.refunded.lock().unwrap().len(),
        1,
        "the second webhook changes nothing"
    );
    assert_eq!(f.stock().await, (1, 0));
}

#[tokio::test]
async fn a_shopper_whose_stock_was_gone_when_the_money_came_is_told_so() {
    for authorization in [
        captured(),
        Authorization::Authorized {
            reference: "held".to_owned(),
        },
    ] {
        // What is set aside for an order has run out before its payment comes.
        let f = Fixture::new(1).await.with(|store| store.reservation_minutes = 0);
        let cart = f.cart(1).await;
        f.will_answer([Ok(authorization)]);
        *f.gateway.rival.lock().unwrap() = Some(Rival {
            work: f.work.clone(),
            variant: f.variant,
        });
        let placed = f.place(cart).await;
        assert!(matches!(placed, Err(PlaceOrderError::Cancelled)), "{placed:?}");
        let attempt = f.last_attempt();
        let attempt = payments::find_attempt(&mut f.work.read(), attempt)
            .await
            .unwrap()
            .unwrap();
        let state = check_order_flow(&f.work, &f.gateways, attempt.order_id).await.unwrap();
        assert_eq!(state, PaymentState::Cancelled);
        assert_eq!(f.order(attempt.order_id).await.0, OrderStatus::Cancelled);
        assert_eq!(f.stock().await, (1, 1));
    }
}

#[tokio::test]
async fn an_abandoned_payment_is_given_up_as_soon_as_its_time_is_over() {
    let f = Fixture::new(1).await;
    let cart = f.cart(1).await;
    let action = Authorization::RequiresAction {
        reference: "ref".to_owned(),
        url: "https://bank.example/".to_owned(),
    };
    f.will_answer([Ok(action.clone())]);
    let placed = f.place(cart).await.unwrap();
    f.gateway.statuses.lock().unwrap().insert(f.last_attempt(), action);
    let window = i64::from(f.work.store().reservation_minutes);
    // Asked about now and then, the last time shortly before the end.
    for minutes in [2, window - 3] {
        f.db.clock().advance(TimeDelta::minutes(minutes));
        assert_eq!(reconcile_flow(&f.work, &f.gateways).await.unwrap().open, 1);
    }
    f.db.clock().advance(TimeDelta::minutes(1) + TimeDelta::seconds(1));
    assert_eq!(reconcile_flow(&f.work, &f.gateways).await.unwrap().settled, 1);
    assert_eq!(f.order(placed.order_id).await.0, OrderStatus::Cancelled);
    assert_eq!(f.stock().await, (1, 0));
}

#[tokio::test]
async fn what_cannot_be_recorded_keeps_nothing_else_from_it() {
    let f = Fixture::new(3).await;
    f.place(f.cart(1).await).await.unwrap();
    let known = Authorization::captured(format!("ref {}", f.last_attempt()));
    f.will_answer([
        Err(GatewayError::Unknown("time-out".to_owned())),
        Err(GatewayError::Unknown("time-out".to_owned())),
    ]);
    // The gateway names one payment twice.
    let wrong = f.place(f.cart(1).await).await.unwrap().order_id;
    f.gateway.statuses.lock().unwrap().insert(f.last_attempt(), known);
    f.db.clock().advance(TimeDelta::seconds(1));
    let right = f.place(f.cart(1).await).await.unwrap().order_id;
    f.gateway.statuses.lock().unwrap().insert(f.last_attempt(), captured());
    f.db.clock().advance(TimeDelta::minutes(2));
    let reconciled = reconcile_flow(&f.work, &f.gateways).await.unwrap();
    assert_eq!((reconciled.settled, reconciled.failed), (1, 1));
    assert_eq!(f.order(right).await, (OrderStatus::Confirmed, PaymentStatus::Paid));
    assert_eq!(f.order(wrong).await.0, OrderStatus::Pending);
}

fn challenge(reference: &str) -> Authorization {
    Authorization::RequiresAction {
        reference: reference.to_owned(),
        url: "/bank".to_owned(),
    }
}

#[tokio::test]
async fn a_shopper_who_was_not_there_when_a_payment_failed_is_to_hear_of_it_once() {
    let f = Fixture::new(5).await;
    let unheard = || async {
        let mut ctx = f.work.read();
        let events = database::outbox::replay(&mut ctx, 0, 1_000).await.unwrap();
        let failed = events.iter().filter(|(_, event)| event.kind == "order.payment_failed");
        let failed = failed.map(|(_, event)| event.read::<orders::OrderPaymentFailed>().unwrap().unheard);
        failed.collect::<Vec<bool>>()
    };
    f.will_answer([Ok(failed()), Err(GatewayError::Unknown("time-out".to_owned()))]);
    assert!(f.place(f.cart(1).await).await.is_err());
    assert_eq!(unheard().await, [false], "it was the answer");
    f.place(f.cart(1).await).await.unwrap();
    for _ in 0..2 {
        f.db.clock().advance(TimeDelta::minutes(10));
        reconcile_flow(&f.work, &f.gateways).await.unwrap();
    }
    assert_eq!(unheard().await, [false, true], "it was pending");

    f.will_answer([Ok(challenge("one")), Ok(challenge("other"))]);
    let back = f.place(f.cart(1).await).await.unwrap();
    f.gateway.statuses.lock().unwrap().insert(f.last_attempt(), failed());
    let state = check_order_flow(&f.work, &f.gateways, back.order_id).await.unwrap();
    assert!(matches!(state, PaymentState::Failed { .. }), "{state:?}");
    let left = f.place(f.cart(1).await).await.unwrap();
    let state = give_up_flow(&f.work, &f.gateways, left.order_id).await.unwrap();
    assert!(matches!(state, PaymentState::Failed { .. }), "{state:?}");
    assert_eq!(
        unheard().await,
        [false, true, false, false],
        "the shopper looked, and asked"
    );
    assert_eq!(f.stock().await, (5, 0));
}

#[tokio::test]
async fn a_payment_whose_gateway_does_not_cancel_it_waits_on() {
    let f = Fixture::new(1).await;
    let challenge = challenge("ref");
    f.will_answer([Ok(challenge.clone())]);
    let placed = f.place(f.cart(1).await).await.unwrap();
    f.gateway
        .statuses
        .lock()
        .unwrap()
        .insert(f.last_attempt(), challenge.clone());
    let last_words = [
        Err(GatewayError::Unknown("time-out".to_owned())),
        Ok(challenge),
        Ok(captured()),
    ];
    f.gateway.last_words.lock().unwrap().extend(last_words);
    for _ in 0..2 {
        let state = give_up_flow(&f.work, &f.gateways, placed.order_id).await.unwrap();
        assert!(matches!(state, PaymentState::RequiresAction { .. }), "{state:?}");
    }
    let state = give_up_flow(&f.work, &f.gateways, placed.order_id).await.unwrap();
    assert_eq!(state, PaymentState::Paid, "it was paid meanwhile");
    let mut ctx = f.work.read();
    assert!(!waits_for_shopper(&mut ctx, placed.order_id).await.unwrap());
    ctx.rollback().await;
    assert_eq!(f.stock().await, (0, 0));
}
