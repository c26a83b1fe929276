//! The real store, asked to do what a script says.

use cart::{AddLine, CartError, Changes, NewCart, Properties};
use checkout::{CancelOrder, CancelOrderError, PayWith, PlaceOrder, PlaceOrderError, RefundOrder, RefundOrderError};
use chrono::TimeDelta;
use inventory::{Adjust, AdjustError, SetLevel};
use kernel::{Address, CartId, OrderId, Quantity};
use orders::{RefundLines, RefundShipping, RefundWanted, Source};
use payments::{Challenge as _, RefundState};

use super::{
    super::script::{CARTS, Card, PIECES, Step},
    Cart, End, Model, ON_HAND, Pieces, differs, end_of,
};
use crate::{installation::Installation, stocked::parse};

/// The real store, with the names that the script has for its carts and orders.
pub(super) struct World<'s> {
    souk: &'s Installation,
    pub(super) carts: [Option<CartId>; CARTS],
    orders: Vec<OrderId>,
}

impl<'s> World<'s> {
    pub(super) async fn new(souk: &'s Installation) -> Self {
        // Reservations of earlier scripts run out, so that the shelf can be filled anew.
        souk.pass(TimeDelta::days(1));
        let mut ctx = souk.alpha.work().write();
        let levels: Vec<SetLevel> = ON_HAND
            .iter()
            .zip(&souk.alpha.tiles)
            .map(|(on_hand, tile)| SetLevel {
                variant_id: tile.variant,
                on_hand: *on_hand,
                backorder: false,
            })
            .collect();
        inventory::set_levels(&mut ctx, &levels).await.unwrap();
        ctx.commit().await.unwrap();
        Self {
            souk,
            carts: [None; CARTS],
            orders: Vec::new(),
        }
    }

    pub(super) async fn step(&mut self, step: Step, model: &Model) -> Result<End, String> {
        let work = self.souk.alpha.work();
        let named = |order: usize| self.orders[order % self.orders.len()];
        match step {
            Step::Add { cart, piece, quantity } => self.add(cart, piece, quantity).await,
            Step::Remove { cart, piece } => {
                let cart = self.carts[cart].unwrap();
                let mut ctx = work.write();
                let view = cart::view(&mut ctx, cart).await.unwrap();
                let variant = self.souk.alpha.tiles[piece].variant;
                let line = view.lines.iter().find(|line| line.line.variant_id == variant).unwrap();
                cart::remove_line(&mut ctx, cart, line.line.id).await.unwrap();
                ctx.commit().await.unwrap();
                Ok(End::Done)
            }
            Step::Place { cart, card } => self.place(cart, card, model).await,
            Step::Wait { minutes } => {
                self.souk.pass(TimeDelta::minutes(minutes));
                Ok(End::Done)
            }
            Step::TidyUp => {
                let mut ctx = work.write();
                inventory::expire_due(&mut ctx).await.unwrap();
                ctx.commit().await.unwrap();
                Ok(End::Done)
            }
            Step::Adjust { piece, change } => self.adjust(piece, change).await,
            Step::Answer {
                order,
                approved,
                by_webhook,
            } => self.answer(named(order), approved, by_webhook).await,
            Step::AskBank { order } => self.ask_bank(named(order)).await,
            Step::Cancel { order } => {
                let command = CancelOrder {
                    order_id: named(order),
                    expected_version: None,
                    reason: "a script".to_owned(),
                };
                match checkout::cancel_flow(work, &self.souk.program.gateways, command).await {
                    Ok(()) => Ok(End::Done),
                    Err(CancelOrderError::PaymentUnderWay | CancelOrderError::Orders(_)) => Ok(End::Refused),
                    Err(error) => Err(format!("{error:?}")),
                }
            }
            Step::RefundPart {
                order,
                piece,
                quantity,
                restock,
            } => {
                let lines = self.line(named(order), piece).await.map(|line| (line, quantity));
                let wanted = RefundWanted {
                    lines: RefundLines::Some(lines.into_iter().collect()),
                    shipping: RefundShipping::None,
                };
                self.refund(named(order), wanted, restock).await
            }
            Step::RefundAll { order, restock } => self.refund(named(order), RefundWanted::everything(), restock).await,
        }
    }

    async fn add(&mut self, cart: usize, piece: usize, quantity: i64) -> Result<End, String> {
        let mut ctx = self.souk.alpha.work().write();
        let line = AddLine {
            variant_id: self.souk.alpha.tiles[piece].variant,
            quantity: Quantity::new(quantity).unwrap(),
            properties: Properties::default(),
        };
        let added = match self.carts[cart] {
            Some(cart) => cart::add_lines(&mut ctx, cart, vec![line]).await.map(|_| cart),
            None => {
                let changes = Changes {
                    email: Some(Some(parse("script@example.com"))),
                    shipping_address: Some(Some(Address::sample())),
                    shipping_option: Some(Some("standard".to_owned())),
                    ..Changes::default()
                };
                let new = NewCart {
                    lines: vec![line],
                    changes,
                    ..NewCart::default()
                };
                cart::create(&mut ctx, new).await
            }
        };
        match added {
            Ok(id) => {
                ctx.commit().await.unwrap();
                self.carts[cart] = Some(id);
                Ok(End::Done)
            }
            Err(error) => {
                ctx.rollback().await;
                match error {
                    CartError::InsufficientStock { .. } => Ok(End::NoStock),
                    CartError::Closed => Ok(End::Closed),
                    error => Err(format!("{error:?}")),
                }
            }
        }
    }

    async fn place(&mut self, cart: usize, card: Card, model: &Model) -> Result<End, String> {
        let Some(cart_id) = self.carts[cart] else {
            return Ok(End::Empty);
        };
        let command = PlaceOrder {
            cart_id,
            payment: Some(PayWith::Token {
                gateway: "sandbox".to_owned(),
                token: card.token().to_owned(),
                save: false,
            }),
            expected_total: None,
            expected_totals: None,
            only_version: None,
            expected_version: None,
            source: Source::Web,
            return_url: "http://store.test/checkout/return".to_owned(),
        };
        let placed = checkout::place_order_flow(self.souk.alpha.work(), &self.souk.program.gateways, command).await;
        if model.orders.len() > self.orders.len() {
            let newest = "SELECT id FROM orders.orders ORDER BY length(number) DESC, number DESC LIMIT 1";
            let newest: Vec<(uuid::Uuid,)> = self.souk.rows(newest).await;
            self.orders.push(newest[0].0.into());
        }
        match placed {
            Ok(placed) => Ok(end_of(&placed.payment)),
            Err(PlaceOrderError::Declined { .. }) => Ok(End::Declined),
            Err(PlaceOrderError::Blocked | PlaceOrderError::OutOfStock(_)) => Ok(End::NoStock),
            Err(PlaceOrderError::Empty) => Ok(End::Empty),
            Err(error) => Err(format!("{error:?}")),
        }
    }

    async fn adjust(&self, piece: usize, change: i64) -> Result<End, String> {
        let mut ctx = self.souk.alpha.work().write();
        let adjust = Adjust {
            variant_id: self.souk.alpha.tiles[piece].variant,
            location_id: None,
            change,
            reason: "counted".to_owned(),
        };
        match inventory::adjust(&mut ctx, adjust).await {
            Ok(_) => {
                ctx.commit().await.unwrap();
                Ok(End::Done)
            }
            Err(AdjustError::BelowReserved | AdjustError::BelowZero { .. }) => {
                ctx.rollback().await;
                Ok(End::Refused)
            }
            Err(error) => Err(format!("{error:?}")),
        }
    }

    async fn answer(&self, order: OrderId, approved: bool, by_webhook: bool) -> Result<End, String> {
        let work = self.souk.alpha.work();
        let mut ctx = work.read();
        let attempts = payments::attempts_of(&mut ctx, order).await.unwrap();
        ctx.rollback().await;
        let (sandbox, gateways) = (&self.souk.program.sandbox, &self.souk.program.gateways);
        let answered = sandbox.answer(attempts[0].id, approved, work.now()).await.unwrap();
        if by_webhook {
            let hook = answered.webhook;
            checkout::receive_webhook_flow(work, gateways, "sandbox", &hook.headers, &hook.body)
                .await
                .map_err(|error| format!("{error:?}"))?;
        }
        self.ask_bank(order).await
    }

    async fn ask_bank(&self, order: OrderId) -> Result<End, String> {
        let (work, gateways) = (self.souk.alpha.work(), &self.souk.program.gateways);
        let state = checkout::check_order_flow(work, gateways, order).await;
        let state = state.map_err(|error| format!("{error:?}"))?;
        let mut ctx = work.read();
        let refunds = payments::refunds_of(&mut ctx, order).await.unwrap();
        ctx.rollback().await;
        for refund in refunds.iter().filter(|refund| refund.state == RefundState::Pending) {
            checkout::finish_refund_flow(work, gateways, refund.id)
                .await
                .map_err(|error| format!("{error:?}"))?;
        }
        Ok(end_of(&state))
    }

    async fn line(&self, order: OrderId, piece: usize) -> Option<kernel::OrderLineId> {
        let mut ctx = self.souk.alpha.work().read();
        let details = orders::get(&mut ctx, order).await.unwrap();
        ctx.rollback().await;
        let variant = self.souk.alpha.tiles[piece].variant;
        let line = details.lines.iter().find(|line| line.variant_id == variant);
        line.map(|line| line.id)
    }

    async fn refund(&self, order_id: OrderId, wanted: RefundWanted, restock: bool) -> Result<End, String> {
        let command = RefundOrder {
            id: None,
            order_id,
            expected_version: None,
            wanted,
            reason: "a script".to_owned(),
            restock,
            seen: None,
        };
        match checkout::refund_flow(self.souk.alpha.work(), &self.souk.program.gateways, command).await {
            Ok(_) => Ok(End::Done),
            Err(RefundOrderError::Orders(_) | RefundOrderError::NothingCaptured) => Ok(End::Refused),
            Err(error) => Err(format!("{error:?}")),
        }
    }

    /// Whether shelf, carts and orders are as the model has them.
    pub(super) async fn agrees(&self, model: &Model) -> Result<(), String> {
        let mut ctx = self.souk.alpha.work().read();
        let tiles: Vec<_> = self.souk.alpha.tiles[..PIECES]
            .iter()
            .map(|tile| tile.variant)
            .collect();
        let levels = inventory::levels(&mut ctx, &tiles).await.unwrap();
        ctx.rollback().await;
        for (piece, variant) in tiles.iter().enumerate() {
            let level = levels.iter().find(|level| level.variant_id == *variant).unwrap();
            let expected = (model.on_hand[piece], model.reserved(piece));
            differs(
                &format!("stock of {piece}"),
                &(level.on_hand, level.reserved),
                &expected,
            )?;
        }
        let place = |variant: uuid::Uuid| {
            tiles
                .iter()
                .position(|tile| uuid::Uuid::from(*tile) == variant)
                .unwrap()
        };
        for (number, id) in self.orders.iter().enumerate() {
            let id = uuid::Uuid::from(*id);
            let states = format!("SELECT status || ' ' || payment_status FROM orders.orders WHERE id = '{id}'");
            let expected = &model.orders[number];
            differs(
                &format!("order {number}"),
                &self.souk.word(&states).await.as_str(),
                &expected.states(),
            )?;
            let lines =
                format!("SELECT variant_id, quantity, refunded_quantity FROM orders.lines WHERE order_id = '{id}'");
            let lines: Vec<(uuid::Uuid, i64, i64)> = self.souk.rows(&lines).await;
            for (variant, quantity, refunded) in lines {
                let piece = place(variant);
                let left = quantity - refunded;
                differs(&format!("pieces of order {number}"), &left, &expected.left(piece))?;
            }
        }
        for (number, id) in self.carts.iter().enumerate() {
            let (Some(id), Cart::Open(expected)) = (id, &model.carts[number]) else {
                continue;
            };
            let mut ctx = self.souk.alpha.work().read();
            let view = cart::view(&mut ctx, *id).await.unwrap();
            ctx.rollback().await;
            let pieces: Pieces = view
                .lines
                .iter()
                .map(|line| (place(line.line.variant_id.into()), line.line.quantity.get()))
                .collect();
            differs(&format!("cart {number}"), &pieces, expected)?;
        }
        Ok(())
    }
}
