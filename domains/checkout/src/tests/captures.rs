//! Money that is held first and taken later: by hand or with the parcel, once, and never for an order that was given up.

use database::Scope;
use kernel::{Actor, CaptureWhen, Store};

use super::*;
use crate::{CaptureOrderError, capture_flow, capture_shipped};

impl Fixture {
    /// The same store, taking money at another time.
    fn taking(mut self, capture: CaptureWhen) -> Self {
        let scope = self.work.scope();
        let store = Arc::new(Store {
            capture,
            ..(**self.work.store()).clone()
        });
        let scope = Scope {
            store,
            actor: scope.actor.clone(),
            locale: scope.locale,
        };
        self.work = Work::new(self.db.database().clone(), scope);
        self
    }

    /// An order whose money the gateway holds.
    async fn held(&self, quantity: i64) -> OrderId {
        let reference = format!("held {quantity}");
        self.will_answer([Ok(Authorization::Authorized { reference })]);
        let placed = self.place(self.cart(quantity).await).await.unwrap();
        assert_eq!(placed.payment, PaymentState::Paid);
        assert_eq!(
            self.order(placed.order_id).await,
            (OrderStatus::Confirmed, PaymentStatus::Authorized)
        );
        placed.order_id
    }

    fn will_say(&self, word: Result<Authorization, GatewayError>) {
        self.gateway.words.lock().unwrap().push_back(word);
    }

    fn status_is(&self, status: Authorization) {
        let attempt = self.last_attempt();
        self.gateway.statuses.lock().unwrap().insert(attempt, status);
    }

    async fn later(&self) {
        self.db.clock().advance(TimeDelta::minutes(3));
        reconcile_flow(&self.work, &self.gateways).await.unwrap();
    }

    fn refund_count(&self) -> usize {
        self.gateway.refunded.lock().unwrap().len()
    }
}

fn lost() -> Result<Authorization, GatewayError> {
    Err(GatewayError::Unknown("time-out".to_owned()))
}

fn held() -> Authorization {
    Authorization::Authorized {
        reference: "held".to_owned(),
    }
}

fn cancel(order_id: OrderId) -> CancelOrder {
    CancelOrder {
        order_id,
        reason: "changed their mind".to_owned(),
    }
}

#[tokio::test]
async fn held_money_is_taken_once_when_somebody_says_so() {
    let f = Fixture::new(5).await.taking(CaptureWhen::ByHand);
    let order = f.held(2).await;
    assert_eq!(
        f.stock().await,
        (3, 0),
        "a confirmed order has its stock, however long the money waits"
    );
    f.db.clock().advance(TimeDelta::days(3));
    reconcile_flow(&f.work, &f.gateways).await.unwrap();
    assert_eq!(f.gateway.captured.lock().unwrap().len(), 0, "nobody has asked for it");
    let guest = f.work.acting_as(Actor::Guest);
    let refused = capture_flow(&guest, &f.gateways, order).await;
    assert!(matches!(refused, Err(CaptureOrderError::Forbidden(_))), "{refused:?}");
    capture_flow(&f.work, &f.gateways, order).await.unwrap();
    assert_eq!(f.order(order).await, (OrderStatus::Confirmed, PaymentStatus::Paid));
    let again = capture_flow(&f.work, &f.gateways, order).await;
    assert!(matches!(again, Err(CaptureOrderError::NothingHeld)), "{again:?}");
    assert_eq!(f.stock().await, (3, 0));
}

#[tokio::test]
async fn two_who_take_it_at_once_take_it_once() {
    let f = Fixture::new(5).await.taking(CaptureWhen::ByHand);
    let order = f.held(1).await;
    let (one, two) = tokio::join!(
        capture_flow(&f.work, &f.gateways, order),
        capture_flow(&f.work, &f.gateways, order)
    );
    for answer in [one, two] {
        assert!(
            matches!(answer, Ok(()) | Err(CaptureOrderError::NothingHeld)),
            "{answer:?}"
        );
    }
    assert_eq!(f.order(order).await.1, PaymentStatus::Paid);
    assert_eq!(f.stock().await, (4, 0), "and the books have it once");
}

#[tokio::test]
async fn a_lost_answer_is_asked_for_until_it_is_known() {
    let f = Fixture::new(5).await.taking(CaptureWhen::ByHand);
    // It was taken, only the answer is lost.
    let taken = f.held(1).await;
    f.will_say(lost());
    capture_flow(&f.work, &f.gateways, taken).await.unwrap();
    assert_eq!(f.order(taken).await.1, PaymentStatus::Authorized);
    f.status_is(captured());
    f.later().await;
    assert_eq!(f.order(taken).await.1, PaymentStatus::Paid);
    assert_eq!(f.gateway.captured.lock().unwrap().len(), 1);
    // The request itself was lost.
    let waiting = f.held(2).await;
    f.will_say(lost());
    capture_flow(&f.work, &f.gateways, waiting).await.unwrap();
    f.status_is(held());
    f.later().await;
    assert_eq!(f.order(waiting).await.1, PaymentStatus::Paid);
    assert_eq!(f.gateway.captured.lock().unwrap().len(), 3);
    assert_eq!(f.stock().await, (2, 0));
}

#[tokio::test]
async fn a_cancelled_order_gives_its_held_money_up() {
    let f = Fixture::new(5).await.taking(CaptureWhen::ByHand);
    let order = f.held(2).await;
    f.will_say(lost());
    cancel_flow(&f.work, &f.gateways, cancel(order)).await.unwrap();
    assert_eq!(f.order(order).await, (OrderStatus::Cancelled, PaymentStatus::Voided));
    assert_eq!(f.stock().await, (5, 0));
    let taken = capture_flow(&f.work, &f.gateways, order).await;
    assert!(matches!(taken, Err(CaptureOrderError::BeingVoided)), "{taken:?}");
    f.status_is(held());
    f.later().await;
    let attempts = payments::attempts_of(&mut f.work.read(), order).await.unwrap();
    assert_eq!(attempts[0].state, payments::AttemptState::Voided);
    assert_eq!(f.order(order).await, (OrderStatus::Cancelled, PaymentStatus::Voided));
    assert_eq!((f.refund_count(), f.stock().await), (0, (5, 0)));
}

#[tokio::test]
async fn money_that_was_taken_instead_of_given_up_goes_back() {
    let f = Fixture::new(5).await.taking(CaptureWhen::ByHand);
    let order = f.held(2).await;
    f.will_say(lost());
    cancel_flow(&f.work, &f.gateways, cancel(order)).await.unwrap();
    f.status_is(captured());
    f.later().await;
    f.later().await;
    assert_eq!(f.refund_count(), 1);
    assert_eq!(f.order(order).await, (OrderStatus::Cancelled, PaymentStatus::Refunded));
    assert_eq!(f.stock().await, (5, 0));
}

#[tokio::test]
async fn held_money_that_cannot_be_taken_leaves_the_order_unpaid_for_somebody_to_decide() {
    let f = Fixture::new(5).await.taking(CaptureWhen::ByHand);
    let order = f.held(2).await;
    f.will_say(Ok(failed()));
    capture_flow(&f.work, &f.gateways, order).await.unwrap();
    assert_eq!(f.order(order).await, (OrderStatus::Confirmed, PaymentStatus::Failed));
    assert_eq!(f.stock().await, (3, 0));
    cancel_flow(&f.work, &f.gateways, cancel(order)).await.unwrap();
    assert_eq!(f.order(order).await, (OrderStatus::Cancelled, PaymentStatus::Failed));
    assert_eq!(f.stock().await, (5, 0));
}

#[tokio::test]
async fn the_money_is_taken_with_the_parcel_where_the_store_says_so() {
    let f = Fixture::new(5).await.taking(CaptureWhen::ByHand);
    let by_hand = f.held(1).await;
    let mut ctx = f.work.write();
    capture_shipped(&mut ctx, by_hand).await.unwrap();
    ctx.commit().await.unwrap();
    f.status_is(held());
    f.later().await;
    assert_eq!(f.order(by_hand).await.1, PaymentStatus::Authorized);

    let f = f.taking(CaptureWhen::OnShipment);
    let order = f.held(2).await;
    f.status_is(held());
    let mut ctx = f.work.write();
    capture_shipped(&mut ctx, order).await.unwrap();
    ctx.commit().await.unwrap();
    f.later().await;
    assert_eq!(f.order(order).await.1, PaymentStatus::Paid);
}

#[tokio::test]
async fn held_money_for_stock_that_is_gone_is_given_up() {
    let f = Fixture::new(1).await.taking(CaptureWhen::ByHand);
    f.will_answer([lost()]);
    let late = f.place(f.cart(1).await).await.unwrap().order_id;
    let attempt = f.last_attempt();
    f.db.clock().advance(TimeDelta::hours(1));
    let quick = f.held(1).await;
    f.gateway.statuses.lock().unwrap().insert(attempt, held());
    f.later().await;
    assert_eq!(f.order(late).await, (OrderStatus::Cancelled, PaymentStatus::Voided));
    f.later().await;
    let attempts = payments::attempts_of(&mut f.work.read(), late).await.unwrap();
    assert_eq!(attempts[0].state, payments::AttemptState::Voided);
    assert_eq!(
        f.order(quick).await,
        (OrderStatus::Confirmed, PaymentStatus::Authorized)
    );
    assert_eq!((f.refund_count(), f.stock().await), (0, (0, 0)));
}
