//! Money that is held first and taken later: by hand or with the parcel, once, and never for an order that was given up.

use kernel::{Actor, CaptureWhen};

use super::*;
use crate::{CaptureOrder, CaptureOrderError, ReleaseOrderError, capture_flow, capture_shipped, release_flow};

impl Fixture {
    /// The same store, taking money at another time.
    fn taking(self, capture: CaptureWhen) -> Self {
        self.with(|store| store.capture = capture)
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

    /// Ships so many pieces, and has the money taken that is due with them.
    async fn ship(&self, order: OrderId, pieces: i64) {
        let mut ctx = self.work.write();
        let line = orders::get(&mut ctx, order).await.unwrap().lines[0].id;
        let parcel = orders::Fulfil {
            order_id: order,
            lines: Some(vec![(line, pieces)]),
            state: orders::FulfilmentState::InTransit,
            location_id: None,
            tracking: orders::Tracking::default(),
        };
        orders::fulfil(&mut ctx, parcel).await.unwrap();
        capture_shipped(&mut ctx, order).await.unwrap();
        ctx.commit().await.unwrap();
        self.later().await;
    }

    async fn capture(&self, order: OrderId) -> Result<(), CaptureOrderError> {
        capture_flow(&self.work, &self.gateways, CaptureOrder::everything(order)).await
    }

    fn will_say(&self, word: Result<CaptureOutcome, GatewayError>) {
        self.gateway.words.lock().unwrap().push_back(word);
    }

    fn will_answer_void(&self, word: Result<Authorization, GatewayError>) {
        self.gateway.last_words.lock().unwrap().push_back(word);
    }

    /// The amounts that the gateway was asked to take, each time.
    fn asked(&self) -> Vec<i64> {
        let captured = self.gateway.captured.lock().unwrap();
        captured.iter().map(|(_, amount, _)| *amount).collect()
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

fn lost<T>() -> Result<T, GatewayError> {
    Err(GatewayError::Unknown("time-out".to_owned()))
}

fn refused() -> CaptureOutcome {
    CaptureOutcome::Failed {
        code: "card_declined".to_owned(),
    }
}

fn held() -> Authorization {
    Authorization::Authorized {
        reference: "held".to_owned(),
    }
}

fn cancel(order_id: OrderId) -> CancelOrder {
    CancelOrder {
        order_id,
        expected_version: None,
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
    assert_eq!(f.asked(), [0; 0], "nobody has asked for it");
    let guest = f.work.acting_as(Actor::Guest);
    let refused = capture_flow(&guest, &f.gateways, CaptureOrder::everything(order)).await;
    assert!(matches!(refused, Err(CaptureOrderError::Forbidden(_))), "{refused:?}");
    f.capture(order).await.unwrap();
    assert_eq!(f.order(order).await, (OrderStatus::Confirmed, PaymentStatus::Paid));
    let again = f.capture(order).await;
    assert!(matches!(again, Err(CaptureOrderError::NothingHeld)), "{again:?}");
    assert_eq!(f.stock().await, (3, 0));
}

#[tokio::test]
async fn two_who_take_it_at_once_take_it_once() {
    let f = Fixture::new(5).await.taking(CaptureWhen::ByHand);
    let order = f.held(1).await;
    let (one, two) = tokio::join!(f.capture(order), f.capture(order));
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
async fn a_lost_answer_is_asked_for_under_the_same_id_until_it_is_known() {
    let f = Fixture::new(5).await.taking(CaptureWhen::ByHand);
    let order = f.held(2).await;
    f.will_say(lost());
    f.capture(order).await.unwrap();
    assert_eq!(f.order(order).await.1, PaymentStatus::Authorized);
    // Somebody presses again, and the answer is lost once more.
    f.will_say(lost());
    f.capture(order).await.unwrap();
    f.later().await;
    assert_eq!(f.order(order).await.1, PaymentStatus::Paid);
    let asked = f.gateway.captured.lock().unwrap().clone();
    assert_eq!(asked.len(), 3);
    assert!(asked.iter().all(|one| *one == asked[0]), "{asked:?}");
    assert_eq!(f.stock().await, (3, 0));
}

#[tokio::test]
async fn a_cancelled_order_gives_its_held_money_up() {
    let f = Fixture::new(5).await.taking(CaptureWhen::ByHand);
    let order = f.held(2).await;
    f.will_answer_void(lost());
    cancel_flow(&f.work, &f.gateways, cancel(order)).await.unwrap();
    assert_eq!(f.order(order).await, (OrderStatus::Cancelled, PaymentStatus::Voided));
    assert_eq!(f.stock().await, (5, 0));
    let taken = f.capture(order).await;
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
    f.will_answer_void(lost());
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
    f.will_say(Ok(refused()));
    f.status_is(failed());
    f.capture(order).await.unwrap();
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
    let order = f.held(3).await;
    let line = orders::get(&mut f.work.read(), order).await.unwrap().lines[0].id;
    for (pieces, paid) in [(1, PaymentStatus::PartiallyPaid), (2, PaymentStatus::Paid)] {
        let mut ctx = f.work.write();
        let parcel = orders::Fulfil {
            order_id: order,
            lines: Some(vec![(line, pieces)]),
            state: orders::FulfilmentState::InTransit,
            location_id: None,
            tracking: orders::Tracking::default(),
        };
        orders::fulfil(&mut ctx, parcel).await.unwrap();
        for _ in 0..2 {
            capture_shipped(&mut ctx, order).await.unwrap();
        }
        ctx.commit().await.unwrap();
        f.later().await;
        assert_eq!(f.order(order).await.1, paid);
    }
    assert_eq!(f.asked(), [1_000, 2_000]);
    assert_eq!(f.stock().await, (1, 0));
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

fn part(order_id: OrderId, minor: i64) -> CaptureOrder {
    CaptureOrder {
        amount: Some(Money::new(minor, Currency::USD)),
        ..CaptureOrder::everything(order_id)
    }
}

#[tokio::test]
async fn parts_are_taken_up_to_what_is_held_and_refunded_up_to_what_was_taken() {
    let f = Fixture::new(5).await.taking(CaptureWhen::ByHand);
    let order = f.held(3).await;
    let refund = async |quantity| {
        let line = orders::get(&mut f.work.read(), order).await.unwrap().lines[0].id;
        let command = RefundOrder {
            id: None,
            order_id: order,
            expected_version: None,
            wanted: RefundWanted {
                lines: RefundLines::Some(vec![(line, quantity)]),
                shipping: RefundShipping::None,
            },
            reason: String::new(),
            restock: false,
            seen: None,
        };
        refund_flow(&f.work, &f.gateways, command).await
    };
    assert!(refund(1).await.is_err(), "nothing was taken");
    capture_flow(&f.work, &f.gateways, part(order, 1_000)).await.unwrap();
    assert_eq!(
        f.order(order).await,
        (OrderStatus::Confirmed, PaymentStatus::PartiallyPaid)
    );
    for wrong in [0, -1, 2_001] {
        let refused = capture_flow(&f.work, &f.gateways, part(order, wrong)).await;
        assert!(
            matches!(refused, Err(CaptureOrderError::OutOfRange { held }) if held.minor() == 2_000),
            "{refused:?}"
        );
    }
    assert!(refund(2).await.is_err(), "one piece is paid");
    refund(1).await.unwrap();
    assert_eq!(f.order(order).await, (OrderStatus::Confirmed, PaymentStatus::Refunded));
    f.capture(order).await.unwrap();
    assert_eq!(
        f.order(order).await,
        (OrderStatus::Confirmed, PaymentStatus::PartiallyRefunded)
    );
    assert_eq!(f.asked(), [1_000, 2_000]);
    assert_eq!(f.stock().await, (2, 0));
    let mut ctx = f.work.read();
    let till = ledger::Account::Gateway("scripted".to_owned());
    let balance = async |ctx: &mut database::Ctx, account| ledger::balance(ctx, &account, Currency::USD).await.unwrap();
    assert_eq!(balance(&mut ctx, till).await.minor(), 3_000 - 1_000 - 2 * 7);
    assert_eq!(balance(&mut ctx, ledger::Account::Fees).await.minor(), 2 * 7);
}

#[tokio::test]
async fn two_who_saw_the_same_page_take_a_part_once() {
    let f = Fixture::new(5).await.taking(CaptureWhen::ByHand);
    let order = f.held(3).await;
    let seen = || CaptureOrder {
        seen: Some(Money::new(3_000, Currency::USD)),
        ..part(order, 1_000)
    };
    let (one, two) = tokio::join!(
        capture_flow(&f.work, &f.gateways, seen()),
        capture_flow(&f.work, &f.gateways, seen())
    );
    let (won, lost) = if one.is_ok() { (one, two) } else { (two, one) };
    won.unwrap();
    assert!(
        matches!(lost, Err(CaptureOrderError::HeldChanged { held }) if held.minor() == 2_000),
        "{lost:?}"
    );
    assert_eq!(f.asked(), [1_000]);
    // The same request again, such as after a lost connection, is the same capture.
    let id = f.gateway.captured.lock().unwrap()[0].0;
    let again = CaptureOrder { id: Some(id), ..seen() };
    capture_flow(&f.work, &f.gateways, again).await.unwrap();
    assert_eq!(f.asked(), [1_000]);
    f.stock().await;
}

#[tokio::test]
async fn after_the_last_part_the_rest_is_free_again() {
    let f = Fixture::new(5).await.taking(CaptureWhen::ByHand);
    let order = f.held(3).await;
    let early = release_flow(&f.work, &f.gateways, order).await;
    assert!(matches!(early, Err(ReleaseOrderError::NothingTaken)), "{early:?}");
    let last = CaptureOrder {
        last: true,
        ..part(order, 1_000)
    };
    capture_flow(&f.work, &f.gateways, last).await.unwrap();
    let more = f.capture(order).await;
    assert!(matches!(more, Err(CaptureOrderError::NothingHeld)), "{more:?}");
    let details = orders::get(&mut f.work.read(), order).await.unwrap();
    assert_eq!(details.timeline.last().unwrap().kind, "payment_released");
    let attempts = payments::attempts_of(&mut f.work.read(), order).await.unwrap();
    assert_eq!(attempts[0].state, payments::AttemptState::Captured);
    assert_eq!(
        f.order(order).await,
        (OrderStatus::Confirmed, PaymentStatus::PartiallyPaid)
    );

    // By hand, with an answer that is lost.
    let order = f.held(2).await;
    capture_flow(&f.work, &f.gateways, part(order, 500)).await.unwrap();
    f.will_answer_void(lost());
    release_flow(&f.work, &f.gateways, order).await.unwrap();
    let more = f.capture(order).await;
    assert!(matches!(more, Err(CaptureOrderError::BeingVoided)), "{more:?}");
    f.status_is(held());
    f.will_answer_void(Ok(Authorization::Captured {
        reference: "ref".to_owned(),
        taken: Some(Money::new(500, Currency::USD)),
        fee: None,
    }));
    f.later().await;
    let attempts = payments::attempts_of(&mut f.work.read(), order).await.unwrap();
    assert_eq!(attempts[0].state, payments::AttemptState::Captured);
    assert_eq!(
        f.order(order).await,
        (OrderStatus::Confirmed, PaymentStatus::PartiallyPaid)
    );
    f.stock().await;
}

#[tokio::test]
async fn a_cancelled_order_gives_back_what_was_taken_and_gives_up_the_rest() {
    let f = Fixture::new(5).await.taking(CaptureWhen::ByHand);
    let order = f.held(3).await;
    capture_flow(&f.work, &f.gateways, part(order, 1_234)).await.unwrap();
    cancel_flow(&f.work, &f.gateways, cancel(order)).await.unwrap();
    assert_eq!(f.order(order).await, (OrderStatus::Cancelled, PaymentStatus::Refunded));
    let given_back: Vec<i64> = f
        .gateway
        .refunded
        .lock()
        .unwrap()
        .iter()
        .map(|(_, one)| one.minor())
        .collect();
    assert_eq!(given_back, [1_234]);
    let attempts = payments::attempts_of(&mut f.work.read(), order).await.unwrap();
    assert_eq!(attempts[0].state, payments::AttemptState::Captured);
    assert_eq!(f.stock().await, (5, 0));
}

#[tokio::test]
async fn an_order_is_not_cancelled_while_money_of_it_is_being_taken() {
    let f = Fixture::new(5).await.taking(CaptureWhen::ByHand);
    let order = f.held(3).await;
    f.will_say(lost());
    capture_flow(&f.work, &f.gateways, part(order, 1_000)).await.unwrap();
    assert!(cancel_flow(&f.work, &f.gateways, cancel(order)).await.is_err());
    let released = release_flow(&f.work, &f.gateways, order).await;
    assert!(released.is_err(), "{released:?}");
    f.later().await;
    cancel_flow(&f.work, &f.gateways, cancel(order)).await.unwrap();
    assert_eq!(f.order(order).await, (OrderStatus::Cancelled, PaymentStatus::Refunded));
    f.stock().await;
}

#[tokio::test]
async fn a_refused_part_leaves_the_rest_held() {
    let f = Fixture::new(5).await.taking(CaptureWhen::ByHand);
    let order = f.held(3).await;
    f.will_say(Ok(refused()));
    f.status_is(held());
    capture_flow(&f.work, &f.gateways, part(order, 1_000)).await.unwrap();
    assert_eq!(f.order(order).await.1, PaymentStatus::Authorized);
    f.stock().await;
    f.capture(order).await.unwrap();
    assert_eq!(f.order(order).await.1, PaymentStatus::Paid);
    assert_eq!(f.asked(), [1_000, 3_000]);
    f.stock().await;
}

#[tokio::test]
async fn a_refund_of_what_never_left_costs_the_shopper_what_did() {
    let f = Fixture::new(5).await.taking(CaptureWhen::OnShipment);
    let order = f.held(3).await;
    f.ship(order, 2).await;
    assert_eq!(f.asked(), [2_000]);
    let refund = RefundOrder {
        id: None,
        order_id: order,
        expected_version: None,
        wanted: f.pieces(order, 1).await,
        reason: "not to be had".to_owned(),
        restock: true,
        seen: None,
    };
    refund_flow(&f.work, &f.gateways, refund).await.unwrap();
    f.later().await;
    let sold = orders::get(&mut f.work.read(), order).await.unwrap().order;
    assert_eq!((sold.paid_total.minor(), sold.refunded_total.minor()), (3_000, 1_000));
    assert_eq!(
        (sold.status, sold.payment_status),
        (OrderStatus::Fulfilled, PaymentStatus::PartiallyRefunded)
    );
    let attempts = payments::attempts_of(&mut f.work.read(), order).await.unwrap();
    assert_eq!(
        attempts[0].state,
        payments::AttemptState::Captured,
        "nothing is held any more"
    );
    assert_eq!(f.stock().await, (3, 0));
}

#[tokio::test]
async fn a_refund_before_the_last_parcel_leaves_its_money_due_with_it() {
    let f = Fixture::new(5).await.taking(CaptureWhen::OnShipment);
    let order = f.held(4).await;
    f.ship(order, 2).await;
    let refund = RefundOrder {
        id: None,
        order_id: order,
        expected_version: None,
        wanted: f.pieces(order, 1).await,
        reason: "not to be had".to_owned(),
        restock: true,
        seen: None,
    };
    refund_flow(&f.work, &f.gateways, refund).await.unwrap();
    f.later().await;
    assert_eq!(f.asked(), [2_000], "another piece is still to be shipped");
    f.ship(order, 1).await;
    let sold = orders::get(&mut f.work.read(), order).await.unwrap().order;
    assert_eq!((sold.paid_total.minor(), sold.refunded_total.minor()), (4_000, 1_000));
    assert_eq!(sold.status, OrderStatus::Fulfilled);
    assert_eq!(f.stock().await, (2, 0));
}

#[tokio::test]
async fn money_that_is_held_for_parcels_is_taken_with_them_when_the_store_takes_others_at_once() {
    let f = Fixture::new(5).await.taking(CaptureWhen::OnShipment);
    let order = f.held(3).await;
    let f = f.taking(CaptureWhen::AtOnce);
    f.ship(order, 1).await;
    assert_eq!(f.order(order).await.1, PaymentStatus::PartiallyPaid);
    f.ship(order, 2).await;
    assert_eq!(f.asked(), [1_000, 2_000]);
    assert_eq!(f.order(order).await, (OrderStatus::Fulfilled, PaymentStatus::Paid));
    f.stock().await;
}

#[tokio::test]
async fn held_money_that_is_taken_for_an_order_without_stock_goes_back_and_takes_no_stock() {
    for back_in_stock in [0, 1] {
        let f = Fixture::new(1).await.taking(CaptureWhen::ByHand);
        f.will_answer([lost()]);
        let late = f.place(f.cart(1).await).await.unwrap().order_id;
        let attempt = f.last_attempt();
        f.db.clock().advance(TimeDelta::hours(1));
        f.held(1).await;
        f.gateway.statuses.lock().unwrap().insert(attempt, held());
        f.later().await;
        assert_eq!(f.order(late).await, (OrderStatus::Cancelled, PaymentStatus::Voided));
        let mut ctx = f.work.write();
        let level = SetLevel {
            variant_id: f.variant,
            on_hand: back_in_stock,
            backorder: false,
        };
        inventory::set_levels(&mut ctx, &[level]).await.unwrap();
        ctx.commit().await.unwrap();
        // The gateway took it instead of giving it up.
        f.gateway.statuses.lock().unwrap().insert(attempt, captured());
        f.later().await;
        f.later().await;
        assert_eq!(f.refund_count(), 1);
        assert_eq!(f.order(late).await, (OrderStatus::Cancelled, PaymentStatus::Refunded));
        assert_eq!(f.stock().await, (back_in_stock, 0));
    }
}
