//! A store in a few lines of arithmetic, and the real one beside it: after every step of a random script they agree about
//! stock, carts and orders.

use std::collections::BTreeMap;

use cart::{AddLine, CartError, Changes, NewCart, Properties};
use checkout::{
    CancelOrder, CancelOrderError, PaymentState, PlaceOrder, PlaceOrderError, RefundOrder, RefundOrderError,
};
use chrono::TimeDelta;
use inventory::{Adjust, AdjustError, SetLevel};
use kernel::{Address, CartId, OrderId, Quantity};
use orders::{RefundLines, RefundShipping, RefundWanted, Source};
use payments::{Challenge as _, RefundState};

use super::{
    rounds,
    script::{CARTS, Card, PIECES, Step, any_script, shortened},
};
use crate::{installation::Installation, stocked::parse};

/// What is on the shelf when a script begins.
const ON_HAND: [i64; PIECES] = [2, 3, 6];
/// How long stock is set aside for an order that is being paid.
const WINDOW_MINUTES: i64 = 30;

type Pieces = BTreeMap<usize, i64>;

#[derive(Debug, Clone, PartialEq, Eq)]
enum Cart {
    Open(Pieces),
    /// It became the order of that place.
    Ordered(usize),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Standing {
    /// The bank wants the shopper's approval.
    Challenged,
    /// The bank took the money and could not say so.
    Unheard,
    Paid,
    Failed,
    /// Cancelled, and what was paid went back.
    Returned,
}

#[derive(Debug)]
struct Order {
    cart: usize,
    pieces: Pieces,
    /// The minute in which it was placed.
    placed: i64,
    standing: Standing,
    refunded: Pieces,
    delivery_refunded: bool,
}

impl Order {
    fn left(&self, piece: usize) -> i64 {
        let of = |pieces: &Pieces| pieces.get(&piece).copied().unwrap_or_default();
        of(&self.pieces) - of(&self.refunded)
    }

    fn waits(&self) -> bool {
        matches!(self.standing, Standing::Challenged | Standing::Unheard)
    }

    fn is_all_refunded(&self) -> bool {
        self.delivery_refunded && self.pieces.keys().all(|piece| self.left(*piece) == 0)
    }

    fn states(&self) -> &'static str {
        match self.standing {
            Standing::Challenged | Standing::Unheard => "pending pending",
            Standing::Failed => "cancelled failed",
            Standing::Returned => "cancelled refunded",
            Standing::Paid if self.is_all_refunded() => "refunded refunded",
            Standing::Paid if self.delivery_refunded || self.refunded.values().any(|pieces| *pieces > 0) => {
                "confirmed partially_refunded"
            }
            Standing::Paid => "confirmed paid",
        }
    }
}

/// How a step ends. `Nothing` is what a script says of orders that are not there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum End {
    Done,
    Paid,
    Waits,
    Declined,
    NoStock,
    Closed,
    Empty,
    Refused,
    Nothing,
}

struct Model {
    minute: i64,
    on_hand: [i64; PIECES],
    carts: [Cart; CARTS],
    orders: Vec<Order>,
}

impl Model {
    fn new() -> Self {
        Self {
            minute: 0,
            on_hand: ON_HAND,
            carts: [(); CARTS].map(|()| Cart::Open(Pieces::new())),
            orders: Vec::new(),
        }
    }

    fn reserved(&self, piece: usize) -> i64 {
        let live = self.orders.iter().filter(|order| order.waits() && self.holds(order));
        live.filter_map(|order| order.pieces.get(&piece)).sum()
    }

    /// Whether what was set aside for a waiting order is still set aside.
    fn holds(&self, order: &Order) -> bool {
        self.minute < order.placed + WINDOW_MINUTES
    }

    fn free(&self, piece: usize) -> i64 {
        self.on_hand[piece] - self.reserved(piece)
    }

    fn named(&self, order: usize) -> Option<usize> {
        (!self.orders.is_empty()).then(|| order % self.orders.len())
    }

    fn step(&mut self, step: Step) -> End {
        match step {
            Step::Add { cart, piece, quantity } => self.add(cart, piece, quantity),
            Step::Remove { cart, piece } => match &mut self.carts[cart] {
                Cart::Open(pieces) => pieces.remove(&piece).map_or(End::Nothing, |_| End::Done),
                Cart::Ordered(_) => End::Nothing,
            },
            Step::Place { cart, card } => self.place(cart, card),
            Step::Wait { minutes } => {
                self.minute += minutes;
                End::Done
            }
            Step::TidyUp => End::Done,
            Step::Adjust { piece, change } => {
                if self.on_hand[piece] + change < self.reserved(piece) {
                    return End::Refused;
                }
                self.on_hand[piece] += change;
                End::Done
            }
            Step::Answer { order, .. }
            | Step::AskBank { order }
            | Step::Cancel { order }
            | Step::RefundPart { order, .. }
            | Step::RefundAll { order, .. } => match self.named(order) {
                Some(order) => self.step_of_order(step, order),
                None => End::Nothing,
            },
        }
    }

    fn add(&mut self, cart: usize, piece: usize, quantity: i64) -> End {
        if let Cart::Ordered(order) = self.carts[cart] {
            if self.orders[order].waits() {
                return End::Closed;
            }
            self.carts[cart] = Cart::Open(Pieces::new());
        }
        let free = self.free(piece);
        let Cart::Open(pieces) = &mut self.carts[cart] else {
            return End::Closed;
        };
        let wanted = pieces.get(&piece).copied().unwrap_or_default() + quantity;
        if wanted > free {
            return End::NoStock;
        }
        pieces.insert(piece, wanted);
        End::Done
    }

    fn place(&mut self, cart: usize, card: Card) -> End {
        let pieces = match &self.carts[cart] {
            Cart::Ordered(order) if self.orders[*order].waits() => return End::Waits,
            Cart::Ordered(_) => return End::Paid,
            Cart::Open(pieces) if pieces.is_empty() => return End::Empty,
            Cart::Open(pieces) => pieces.clone(),
        };
        if pieces.iter().any(|(piece, quantity)| *quantity > self.free(*piece)) {
            return End::NoStock;
        }
        let (standing, end) = match card {
            Card::Pays => (Standing::Paid, End::Paid),
            Card::IsDeclined => (Standing::Failed, End::Declined),
            Card::IsChallenged => (Standing::Challenged, End::Waits),
            Card::LosesAnswer => (Standing::Unheard, End::Waits),
        };
        if card == Card::Pays {
            pieces.iter().for_each(|(piece, sold)| self.on_hand[*piece] -= sold);
        }
        if card != Card::IsDeclined {
            self.carts[cart] = Cart::Ordered(self.orders.len());
        }
        self.orders.push(Order {
            cart,
            pieces,
            placed: self.minute,
            standing,
            refunded: Pieces::new(),
            delivery_refunded: false,
        });
        end
    }

    fn step_of_order(&mut self, step: Step, order: usize) -> End {
        let standing = self.orders[order].standing;
        match (step, standing) {
            (Step::Answer { approved: true, .. }, Standing::Challenged) => self.capture(order),
            (Step::Answer { approved: false, .. }, Standing::Challenged) => self.give_up(order, Standing::Failed),
            (Step::AskBank { .. }, Standing::Unheard) => self.capture(order),
            (Step::AskBank { .. }, Standing::Challenged) => {
                if self.minute > self.orders[order].placed + WINDOW_MINUTES {
                    self.give_up(order, Standing::Failed)
                } else {
                    End::Waits
                }
            }
            (Step::Answer { .. } | Step::AskBank { .. }, _) => End::Nothing,
            (Step::Cancel { .. }, Standing::Paid) if !self.orders[order].is_all_refunded() => {
                let pieces = self.orders[order].pieces.clone();
                for piece in pieces.keys() {
                    self.on_hand[*piece] += self.orders[order].left(*piece);
                }
                self.orders[order].standing = Standing::Returned;
                self.all_back(order);
                End::Done
            }
            (
                Step::RefundPart {
                    piece,
                    quantity,
                    restock,
                    ..
                },
                Standing::Paid,
            ) if quantity <= self.orders[order].left(piece) => {
                *self.orders[order].refunded.entry(piece).or_default() += quantity;
                self.on_hand[piece] += if restock { quantity } else { 0 };
                End::Done
            }
            (Step::RefundAll { restock, .. }, Standing::Paid) if !self.orders[order].is_all_refunded() => {
                let pieces = self.orders[order].pieces.clone();
                for piece in pieces.keys().filter(|_| restock) {
                    self.on_hand[*piece] += self.orders[order].left(*piece);
                }
                self.all_back(order);
                End::Done
            }
            _ => End::Refused,
        }
    }

    fn all_back(&mut self, order: usize) {
        let order = &mut self.orders[order];
        order.refunded = order.pieces.clone();
        order.delivery_refunded = true;
    }

    /// Money came: for what is still set aside or still free the order stands, otherwise the money goes back.
    fn capture(&mut self, order: usize) -> End {
        let pieces = self.orders[order].pieces.clone();
        let held = self.holds(&self.orders[order]);
        if !held && pieces.iter().any(|(piece, quantity)| *quantity > self.free(*piece)) {
            self.all_back(order);
            self.give_up(order, Standing::Returned);
            return End::Paid;
        }
        for (piece, quantity) in pieces {
            self.on_hand[piece] -= quantity;
        }
        self.orders[order].standing = Standing::Paid;
        End::Paid
    }

    fn give_up(&mut self, order: usize, standing: Standing) -> End {
        let given_up = &mut self.orders[order];
        given_up.standing = standing;
        self.carts[given_up.cart] = Cart::Open(given_up.pieces.clone());
        End::Declined
    }
}

/// The real store, with the names that the script has for its carts and orders.
struct World<'s> {
    souk: &'s Installation,
    carts: [Option<CartId>; CARTS],
    orders: Vec<OrderId>,
}

impl<'s> World<'s> {
    async fn new(souk: &'s Installation) -> Self {
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

    async fn step(&mut self, step: Step, model: &Model) -> Result<End, String> {
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
                    email: Some(parse("script@example.com")),
                    shipping_address: Some(Address::sample()),
                    shipping_option: Some("standard".to_owned()),
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
            gateway: "sandbox".to_owned(),
            token: card.token().to_owned(),
            expected_total: None,
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
            Err(AdjustError::BelowReserved) => {
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
            wanted,
            reason: "a script".to_owned(),
            restock,
        };
        match checkout::refund_flow(self.souk.alpha.work(), &self.souk.program.gateways, command).await {
            Ok(_) => Ok(End::Done),
            Err(RefundOrderError::Orders(_) | RefundOrderError::NothingCaptured) => Ok(End::Refused),
            Err(error) => Err(format!("{error:?}")),
        }
    }

    /// Whether shelf, carts and orders are as the model has them.
    async fn agrees(&self, model: &Model) -> Result<(), String> {
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

fn differs<T: PartialEq + std::fmt::Debug>(what: &str, is: &T, should_be: &T) -> Result<(), String> {
    if is == should_be {
        return Ok(());
    }
    Err(format!("{what} is {is:?}, should be {should_be:?}"))
}

fn end_of(state: &PaymentState) -> End {
    match state {
        PaymentState::Paid => End::Paid,
        PaymentState::RequiresAction { .. } | PaymentState::Pending => End::Waits,
        PaymentState::Failed { .. } => End::Declined,
    }
}

/// Plays a script in both stores until every payment has ended, and says where they part.
async fn play(souk: &Installation, script: &[Step]) -> Result<(), String> {
    let (mut model, mut world) = (Model::new(), World::new(souk).await);
    for (number, step) in script.iter().enumerate() {
        let says = |what: String| format!("step {number}, {step:?}: {what}");
        play_step(&mut model, &mut world, *step).await.map_err(says)?;
    }
    let minutes = WINDOW_MINUTES + 1;
    play_step(&mut model, &mut world, Step::Wait { minutes }).await?;
    for order in 0..model.orders.len() {
        let says = |what: String| format!("the end of order {order}: {what}");
        play_step(&mut model, &mut world, Step::AskBank { order })
            .await
            .map_err(says)?;
    }
    Ok(())
}

async fn play_step(model: &mut Model, world: &mut World<'_>, step: Step) -> Result<(), String> {
    if let Step::Add { cart, .. } = step
        && let Cart::Ordered(order) = model.carts[cart]
        && !model.orders[order].waits()
    {
        // Whoever has paid gets a new cart.
        world.carts[cart] = None;
    }
    let expected = model.step(step);
    if expected != End::Nothing {
        let end = world.step(step, model).await?;
        differs("the end", &end, &expected)?;
    }
    world.agrees(model).await
}

#[tokio::test]
async fn a_store_and_its_model_agree_after_every_step() {
    rounds("a model", async |effort| {
        let souk = Installation::new().await;
        for _ in 0..effort.size(60, 1000) {
            let script = any_script(&effort.dice);
            if let Err(failure) = play(&souk, &script).await {
                let again = async |script: &[Step]| play(&souk, script).await;
                let (script, failure) = shortened(script, failure, again).await;
                panic!("{failure}\nthe shortest script:\n{script:#?}");
            }
        }
        souk.all_is_well().await;
    })
    .await;
}
