//! The flows with a gateway that answers as the test says: what is charged, sold and owed agrees in the end.

mod batches;
mod captures;
mod saved;

use std::{
    collections::{HashMap, VecDeque},
    sync::{Arc, Mutex},
};

use async_trait::async_trait;
use cart::{AddLine, CartError, Changes, NewCart, Properties};
use catalog::{NewProduct, NewVariant, ProductStatus};
use chrono::TimeDelta;
use database::{Scope, Work, testing::TestDatabase};
use inventory::{Demand, Holder, SetLevel};
use kernel::{
    Address, AttemptId, CaptureId, CartId, Currency, EmailAddress, Money, OrderId, Quantity, RefundId, Store, Time,
    VariantId,
};
use orders::{OrderStatus, PaymentStatus, RefundLines, RefundShipping, RefundWanted, Source};
use payments::{
    Authorization, AuthorizeRequest, CaptureOutcome, CaptureRequest, CustomerRequest, Gateway, GatewayError, Gateways,
    KeptMethod, RefundOutcome, RefundRequest, VoidRequest, WebhookError, WebhookEvent, WebhookFact,
};
use shipping::{MethodTerms, RateKind, Region, ZoneTerms};

use crate::{
    CancelOrder, PayWith, PaymentState, PlaceOrder, PlaceOrderError, Placed, RefundOrder, RefundOrderError,
    cancel_flow, check_order_flow, finish_refund_flow, place_order_flow, receive_webhook_flow, reconcile_flow,
    refund_flow,
};

/// A gateway that gives the answers it was told to, and remembers what it was asked.
#[derive(Default)]
struct Scripted {
    /// Another name than the usual one.
    name: Option<&'static str>,
    answers: Mutex<VecDeque<Result<Authorization, GatewayError>>>,
    statuses: Mutex<HashMap<AttemptId, Authorization>>,
    asked: Mutex<Vec<AttemptId>>,
    refunded: Mutex<Vec<(RefundId, Money)>>,
    refuses_refunds: Mutex<bool>,
    /// What it says when it is asked to take held money; without one it does.
    words: Mutex<VecDeque<Result<CaptureOutcome, GatewayError>>>,
    /// What it says when it is asked to give it up.
    last_words: Mutex<VecDeque<Result<Authorization, GatewayError>>>,
    /// What it keeps, says of it and was asked about it.
    vault: saved::Vault,
    /// What it was asked to take, each time.
    captured: Mutex<Vec<(CaptureId, i64, bool)>>,
    /// Who buys the last pieces while it thinks about the next payment.
    rival: Mutex<Option<Rival>>,
}

/// Takes a piece that nobody has reserved any more.
struct Rival {
    work: Work,
    variant: VariantId,
}

impl Rival {
    async fn buy(self) {
        let mut ctx = self.work.write();
        let (demand, until) = (
            Demand {
                variant_id: self.variant,
                quantity: 1,
            },
            ctx.now() + TimeDelta::hours(1),
        );
        let holder = Holder::Cart(ctx.new_secret_id());
        inventory::reserve(&mut ctx, holder, &[], &[demand], until)
            .await
            .unwrap();
        ctx.commit().await.unwrap();
    }
}

/// A card that is typed in.
fn card(save: bool) -> PayWith {
    PayWith::Token {
        gateway: "scripted".to_owned(),
        token: "tok".to_owned(),
        save,
    }
}

fn captured() -> Authorization {
    Authorization::captured("ref")
}

fn failed() -> Authorization {
    Authorization::Failed {
        code: "card_declined".to_owned(),
    }
}

#[async_trait]
impl Gateway for Scripted {
    fn name(&self) -> &'static str {
        self.name.unwrap_or("scripted")
    }

    async fn authorize(&self, request: &AuthorizeRequest) -> Result<Authorization, GatewayError> {
        self.asked.lock().unwrap().push(request.attempt_id);
        self.vault.hear(request);
        let rival = self.rival.lock().unwrap().take();
        if let Some(rival) = rival {
            rival.buy().await;
        }
        let answer = self.answers.lock().unwrap().pop_front();
        match answer.unwrap_or(Ok(captured())) {
            Ok(Authorization::Captured { .. }) => Ok(Authorization::captured(format!("ref {}", request.attempt_id))),
            other => other,
        }
    }

    async fn capture(&self, request: &CaptureRequest) -> Result<CaptureOutcome, GatewayError> {
        let asked = (request.capture_id, request.amount.minor(), request.last);
        self.captured.lock().unwrap().push(asked);
        let word = self.words.lock().unwrap().pop_front();
        word.unwrap_or(Ok(CaptureOutcome::Succeeded {
            reference: request.capture_id.to_string(),
            fee: Some(Money::new(7, request.amount.currency())),
        }))
    }

    async fn void(&self, _request: &VoidRequest) -> Result<Authorization, GatewayError> {
        let word = self.last_words.lock().unwrap().pop_front();
        word.unwrap_or(Ok(Authorization::Voided))
    }

    async fn refund(&self, request: &RefundRequest) -> Result<RefundOutcome, GatewayError> {
        if *self.refuses_refunds.lock().unwrap() {
            return Ok(RefundOutcome::Failed {
                code: "refused".to_owned(),
            });
        }
        let mut refunded = self.refunded.lock().unwrap();
        if !refunded.iter().any(|(known, _)| *known == request.refund_id) {
            refunded.push((request.refund_id, request.amount));
        }
        Ok(RefundOutcome::Succeeded {
            reference: request.refund_id.to_string(),
            fee_returned: None,
        })
    }

    async fn create_customer(&self, request: &CustomerRequest) -> Result<String, GatewayError> {
        self.vault.create_customer(request)
    }

    async fn kept_method(&self, attempt_id: AttemptId) -> Result<Option<KeptMethod>, GatewayError> {
        self.vault.kept_method(attempt_id)
    }

    async fn forget_method(&self, _customer: &str, method: &str) -> Result<(), GatewayError> {
        self.vault.forget(method)
    }

    async fn status(&self, attempt_id: AttemptId) -> Result<Option<Authorization>, GatewayError> {
        Ok(self.statuses.lock().unwrap().get(&attempt_id).cloned())
    }

    async fn refund_status(&self, _refund_id: RefundId) -> Result<Option<RefundOutcome>, GatewayError> {
        Ok(None)
    }

    fn parse_webhook(
        &self,
        _headers: &[(String, String)],
        body: &[u8],
        _now: Time,
    ) -> Result<WebhookEvent, WebhookError> {
        let text = String::from_utf8_lossy(body);
        let attempt_id = text
            .parse()
            .map_err(|error: kernel::InvalidId| WebhookError::Malformed(error.to_string()))?;
        let fact = WebhookFact::Attempt {
            attempt_id,
            outcome: captured(),
        };
        Ok(WebhookEvent {
            id: format!("hook {attempt_id}"),
            fact,
        })
    }
}

/// A store with one product of ten dollars that ships for nothing.
struct Fixture {
    db: TestDatabase,
    work: Work,
    gateway: Arc<Scripted>,
    gateways: Gateways,
    variant: VariantId,
}

fn command(cart_id: CartId) -> PlaceOrder {
    PlaceOrder {
        cart_id,
        payment: card(false),
        expected_total: None,
        only_version: None,
        source: Source::Web,
        return_url: "https://shop.example/checkout/return".to_owned(),
    }
}

impl Fixture {
    async fn new(on_hand: i64) -> Self {
        let db = TestDatabase::new().await;
        let work = db.work();
        let gateway = Arc::new(Scripted::default());
        let port: Arc<dyn Gateway> = gateway.clone();
        let mut ctx = work.write();
        let product = NewProduct {
            title: "Lamp".to_owned(),
            status: ProductStatus::Active,
            published_at: Some(ctx.now()),
            variants: vec![NewVariant {
                price: Some(Money::new(1_000, Currency::USD)),
                ..NewVariant::default()
            }],
            ..NewProduct::default()
        };
        let variant = catalog::create_product(&mut ctx, product).await.unwrap().variants[0].id;
        let level = SetLevel {
            variant_id: variant,
            on_hand,
            backorder: false,
        };
        inventory::set_levels(&mut ctx, &[level]).await.unwrap();
        let zone = ZoneTerms {
            name: "Everywhere".to_owned(),
            regions: vec![Region::parse("*").unwrap()],
        };
        let zone_id = shipping::create_zone(&mut ctx, &zone).await.unwrap();
        let method = MethodTerms::new("standard", "Standard", RateKind::Flat(Money::zero(Currency::USD)));
        shipping::create_method(&mut ctx, zone_id, &method).await.unwrap();
        ctx.commit().await.unwrap();
        Self {
            db,
            work,
            gateway,
            gateways: Gateways::new([port]),
            variant,
        }
    }

    /// The same store with other settings.
    fn with(mut self, change: impl FnOnce(&mut Store)) -> Self {
        let mut store = (**self.work.store()).clone();
        change(&mut store);
        let scope = self.work.scope();
        let scope = Scope {
            store: Arc::new(store),
            actor: scope.actor.clone(),
            locale: scope.locale,
        };
        self.work = Work::new(self.db.database().clone(), scope);
        self
    }

    async fn cart(&self, quantity: i64) -> CartId {
        self.cart_of(quantity, "ann@example.com", &[]).await
    }

    async fn cart_of(&self, quantity: i64, email: &str, codes: &[&str]) -> CartId {
        let mut ctx = self.work.write();
        let line = AddLine {
            variant_id: self.variant,
            quantity: Quantity::new(quantity).unwrap(),
            properties: Properties::default(),
        };
        let changes = Changes {
            email: Some(EmailAddress::parse(email).unwrap()),
            shipping_address: Some(Address::sample()),
            shipping_option: Some("standard".to_owned()),
            ..Changes::default()
        };
        let new = NewCart {
            lines: vec![line],
            changes,
            coupon_codes: codes.iter().map(|code| (*code).to_owned()).collect(),
        };
        let id = cart::create(&mut ctx, new).await.unwrap();
        ctx.commit().await.unwrap();
        id
    }

    async fn place(&self, cart_id: CartId) -> Result<Placed, PlaceOrderError> {
        place_order_flow(&self.work, &self.gateways, command(cart_id)).await
    }

    fn will_answer(&self, answers: impl IntoIterator<Item = Result<Authorization, GatewayError>>) {
        self.gateway.answers.lock().unwrap().extend(answers);
    }

    /// So many pieces of an order's only line.
    async fn pieces(&self, order: OrderId, quantity: i64) -> RefundWanted {
        let details = orders::get(&mut self.work.read(), order).await.unwrap();
        RefundWanted {
            lines: RefundLines::Some(vec![(details.lines[0].id, quantity)]),
            shipping: RefundShipping::None,
        }
    }

    fn last_attempt(&self) -> AttemptId {
        *self.gateway.asked.lock().unwrap().last().unwrap()
    }

    async fn order(&self, id: OrderId) -> (OrderStatus, PaymentStatus) {
        let order = orders::get(&mut self.work.read(), id).await.unwrap().order;
        (order.status, order.payment_status)
    }

    /// On hand and reserved; and every domain agrees with its books.
    async fn stock(&self) -> (i64, i64) {
        let mut ctx = self.work.read();
        let mut findings = inventory::check(&mut ctx).await.unwrap();
        findings.extend(orders::check(&mut ctx).await.unwrap());
        findings.extend(payments::check(&mut ctx).await.unwrap());
        findings.extend(ledger::check(&mut ctx).await.unwrap());
        findings.extend(crate::check(&mut ctx).await.unwrap());
        assert_eq!(findings, Vec::<String>::new());
        let level = inventory::availability(&mut ctx, &[self.variant])
            .await
            .unwrap()
            .remove(&self.variant)
            .unwrap();
        (level.on_hand, level.reserved)
    }
}

#[tokio::test]
async fn a_paid_order_takes_its_stock_once_however_often_it_is_placed() {
    let f = Fixture::new(5).await;
    let cart = f.cart(2).await;
    let (first, second) = tokio::join!(f.place(cart), f.place(cart));
    let (first, second) = (first.unwrap(), second.unwrap());
    assert_eq!(first.order_id, second.order_id);
    assert_eq!(
        f.place(cart).await.unwrap(),
        Placed {
            payment: PaymentState::Paid,
            again: true,
            ..first.clone()
        }
    );
    assert_eq!(f.gateway.asked.lock().unwrap().len(), 1);
    assert_eq!(
        f.order(first.order_id).await,
        (OrderStatus::Confirmed, PaymentStatus::Paid)
    );
    assert_eq!(f.stock().await, (3, 0));
}

#[tokio::test]
async fn a_declined_card_costs_nothing_and_another_one_pays() {
    let f = Fixture::new(1).await;
    let cart = f.cart(1).await;
    f.will_answer([
        Ok(failed()),
        Err(GatewayError::Unavailable("down".to_owned())),
        Ok(captured()),
    ]);
    assert!(matches!(f.place(cart).await, Err(PlaceOrderError::Declined { code }) if code == "card_declined"));
    assert_eq!(f.stock().await, (1, 0));
    assert!(matches!(f.place(cart).await, Err(PlaceOrderError::Declined { code }) if code == "gateway_unavailable"));
    assert_eq!(f.place(cart).await.unwrap().payment, PaymentState::Paid);
    assert_eq!(f.stock().await, (0, 0));
}

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
async fn a_cart_that_was_let_in_as_it_was_is_ordered_as_it_was() {
    let f = Fixture::new(2).await;
    let cart_id = f.cart(1).await;
    let (_, version) = cart::state_of(&mut f.work.read(), cart_id).await.unwrap().unwrap();
    for (only_version, is_placed) in [(version - 1, false), (version, true), (version, true)] {
        let command = PlaceOrder {
            only_version: Some(only_version),
            ..command(cart_id)
        };
        match place_order_flow(&f.work, &f.gateways, command).await {
            Ok(_) => assert!(is_placed),
            Err(PlaceOrderError::Cart(CartError::VersionConflict { current })) => {
                assert_eq!((current, is_placed), (version, false));
            }
            Err(error) => panic!("{error}"),
        }
    }
    assert_eq!(f.stock().await, (1, 0), "and once, whatever its version is then");
}

#[tokio::test]
async fn another_total_than_the_one_seen_charges_nothing() {
    let f = Fixture::new(1).await;
    let cart_id = f.cart(1).await;
    let command = PlaceOrder {
        cart_id,
        payment: card(false),
        expected_total: Some(Money::new(999, Currency::USD)),
        ..command(cart_id)
    };
    let refused = place_order_flow(&f.work, &f.gateways, command).await;
    assert!(matches!(refused, Err(PlaceOrderError::TotalChanged { total }) if total.minor() == 1_000));
    assert!(f.gateway.asked.lock().unwrap().is_empty());
    assert_eq!(f.stock().await, (1, 0));
}

#[tokio::test]
async fn many_shoppers_and_few_pieces_make_as_many_orders_as_pieces() {
    let f = Fixture::new(3).await;
    let mut carts = Vec::new();
    for _ in 0..12 {
        carts.push(f.cart(1).await);
    }
    let placed = futures_util::future::join_all(carts.into_iter().map(|cart| f.place(cart))).await;
    let paid = placed.iter().filter(|placed| placed.is_ok()).count();
    let refused = placed
        .iter()
        .filter(|placed| matches!(placed, Err(PlaceOrderError::OutOfStock(_) | PlaceOrderError::Blocked)))
        .count();
    assert_eq!((paid, refused), (3, 9));
    assert_eq!(f.stock().await, (0, 0));
}

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
        wanted,
        reason: "broken".to_owned(),
        restock: true,
        seen: None,
    };
    refund_flow(&f.work, &f.gateways, refund).await.unwrap();
    assert_eq!(f.stock().await, (3, 0));
    let cancel = CancelOrder {
        order_id: placed.order_id,
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

#[tokio::test]
async fn a_refund_that_the_gateway_refuses_puts_nothing_back() {
    let f = Fixture::new(5).await;
    let placed = f.place(f.cart(2).await).await.unwrap();
    let refund = || RefundOrder {
        id: None,
        order_id: placed.order_id,
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
        wanted: f.pieces(order_id, 1).await,
        reason: "broken".to_owned(),
        restock: false,
        seen: None,
    };
    // The gateway does not hear of it at first.
    let refund = refund_flow(&f.work, &Gateways::new([]), refund).await.unwrap();
    let cancel = CancelOrder {
        order_id,
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
