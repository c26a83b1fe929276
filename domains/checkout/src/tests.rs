//! The flows with a gateway that answers as the test says: what is charged, sold and owed agrees in the end.

mod batches;
mod captures;
mod changed;
mod late;
mod refunds;
mod saved;
mod scripted;

use std::{
    collections::HashMap,
    sync::{Arc, Mutex},
};

use cart::{AddLine, CartError, Changes, NewCart, Properties};
use catalog::{NewProduct, NewVariant, ProductStatus};
use chrono::TimeDelta;
use database::{Scope, Work, testing::TestDatabase};
use inventory::SetLevel;
use kernel::{Address, AttemptId, CartId, Currency, EmailAddress, Money, OrderId, Quantity, Store, VariantId};
use orders::{OrderStatus, PaymentStatus, RefundLines, RefundShipping, RefundWanted, Source};
use payments::{
    Authorization, AuthorizeRequest, CaptureOutcome, CustomerRequest, Gateway, GatewayError, Gateways, KeptMethod,
};
use scripted::{Rival, Scripted};
use shipping::{MethodTerms, RateKind, Region, ZoneTerms};

use crate::{
    CancelOrder, PayWith, PaymentState, PlaceOrder, PlaceOrderError, Placed, RefundOrder, RefundOrderError, Totals,
    cancel_flow, check_order_flow, finish_refund_flow, give_up_flow, place_order_flow, receive_webhook_flow,
    reconcile_flow, refund_flow, waits_for_shopper,
};

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
        payment: Some(card(false)),
        expected_total: None,
        expected_totals: None,
        only_version: None,
        expected_version: None,
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
            email: Some(EmailAddress::parse(email).ok()),
            shipping_address: Some(Some(Address::sample())),
            shipping_option: Some(Some("standard".to_owned())),
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
        expected_total: Some(Money::new(999, Currency::USD)),
        ..command(cart_id)
    };
    let refused = place_order_flow(&f.work, &f.gateways, command).await;
    assert!(matches!(refused, Err(PlaceOrderError::TotalChanged { total, .. }) if total.minor() == 1_000));
    let shown = cart::view(&mut f.work.read(), cart_id).await.unwrap();
    let now = Totals::from(&shown.quote);
    let dollar = Money::new(100, Currency::USD);
    let parts = Totals {
        items: now.items.plus(dollar).unwrap(),
        discount: now.discount.plus(dollar).unwrap(),
        ..now
    };
    let command = PlaceOrder {
        expected_total: Some(now.total),
        expected_totals: Some(parts),
        ..self::command(cart_id)
    };
    let refused = place_order_flow(&f.work, &f.gateways, command).await;
    assert!(
        matches!(refused, Err(PlaceOrderError::TotalChanged { totals, .. }) if *totals == now),
        "the same total of other parts"
    );
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
