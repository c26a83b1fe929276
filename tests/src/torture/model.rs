//! A store in a few lines of arithmetic, and the real one beside it: after every step of a random script they agree about
//! stock, carts and orders.

mod world;

use std::collections::BTreeMap;

use checkout::PaymentState;

use self::world::World;
use super::{
    rounds,
    script::{CARTS, Card, PIECES, Step, any_script, shortened},
};
use crate::installation::Installation;

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
        self.delivery_refunded && self.has_nothing_to_ship()
    }

    fn has_nothing_to_ship(&self) -> bool {
        self.pieces.keys().all(|piece| self.left(*piece) == 0)
    }

    fn states(&self) -> &'static str {
        match self.standing {
            Standing::Challenged | Standing::Unheard => "pending pending",
            Standing::Failed => "cancelled failed",
            Standing::Returned => "cancelled refunded",
            Standing::Paid if self.is_all_refunded() => "refunded refunded",
            Standing::Paid if self.has_nothing_to_ship() => "refunded partially_refunded",
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
            (Step::Cancel { .. }, Standing::Paid) if !self.orders[order].has_nothing_to_ship() => {
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
            return self.give_up(order, Standing::Returned);
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
        PaymentState::Failed { .. } | PaymentState::Cancelled => End::Declined,
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
            effort.tried(1);
        }
        souk.all_is_well().await;
    })
    .await;
}
