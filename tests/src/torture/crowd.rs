//! Many buyers and few pieces: what there is is sold, not one more, and whoever gets nothing is told so politely.

use std::collections::BTreeMap;

use inventory::SetLevel;
use serde_json::{Value, json};
use tokio::task::JoinHandle;

use super::{Dice, rounds};
use crate::{
    browser::Browser,
    installation::{CheckoutPage, Installation},
    page::Page,
    rest_api::{cart_of, payment_of},
    stocked::Piece,
};

/// Pieces by their number, and how many of each.
type Wish = Vec<(usize, i64)>;

/// Somebody with a full cart.
struct Buyer {
    browser: Browser,
    wish: Wish,
    door: Door,
}

enum Door {
    /// The pages of the shop, before the checkout.
    Cart { email: String },
    /// The pages of the shop, one button away from buying.
    Pages(CheckoutPage),
    /// The API.
    Api { path: String, body: Value },
}

impl Buyer {
    async fn by_pages(mut browser: Browser, shelf: Vec<Piece>, wish: Wish, email: String) -> Self {
        for (piece, quantity) in &wish {
            browser.add(&shelf[*piece], &quantity.to_string()).await.expect(303);
        }
        Self {
            browser,
            wish,
            door: Door::Cart { email },
        }
    }

    async fn by_api(mut browser: Browser, shelf: Vec<Piece>, wish: Wish) -> Self {
        let mut cart = cart_of(&[]);
        cart["lines"] = wish
            .iter()
            .map(|(piece, quantity)| json!({"variant_id": shelf[*piece].id(), "quantity": quantity}))
            .collect();
        let cart = browser.call("POST", "/api/v1/carts", &cart).await.expect(201).json();
        let path = format!("/api/v1/carts/{}/complete", cart["id"].as_str().unwrap());
        let body = payment_of(&cart, "tok_success");
        Self {
            browser,
            wish,
            door: Door::Api { path, body },
        }
    }

    /// Goes to the checkout, where stock is held for those who came in time. Only when every cart is full: what somebody holds
    /// can be put in no other cart.
    async fn check_out(mut self) -> Self {
        if let Door::Cart { email } = &self.door {
            self.door = Door::Pages(self.browser.fill_checkout(email).await);
        }
        self
    }

    /// Presses the button and says whether it is theirs now. A refusal names the stock; anything else fails the test.
    async fn buy(&mut self) -> bool {
        let page = match &self.door {
            Door::Cart { .. } => panic!("at the cart, not at the checkout"),
            Door::Pages(form) => self.browser.place(form, "tok_success").await,
            Door::Api { path, body } => self.browser.call("POST", path, body).await,
        };
        match (&self.door, page.status.as_u16()) {
            (Door::Pages(_), 303) => page.location().starts_with("/checkout/success?") || refused(&page),
            (Door::Api { .. }, 201) => true,
            (Door::Pages(_), 409) if page.has("error-message") => false,
            (Door::Api { .. }, 409) if ["out_of_stock", "line_unavailable"].contains(&code(&page).as_str()) => false,
            _ => refused(&page),
        }
    }
}

fn code(page: &Page) -> String {
    page.json()["code"].as_str().unwrap_or_default().to_owned()
}

fn refused(page: &Page) -> bool {
    panic!("{} {} {}", page.status, page.location(), page.body)
}

/// Lets everybody fill a cart, then all go to the checkout at once, then all buy at once. Returns each wish with whether it came
/// true.
async fn scramble(souk: &Installation, shelf: &[Piece], wishes: Vec<Wish>) -> Vec<(Wish, bool)> {
    let mut filling = Vec::new();
    for (number, wish) in wishes.into_iter().enumerate() {
        let (browser, shelf) = (souk.visitor(), shelf.to_vec());
        filling.push(tokio::spawn(async move {
            if number % 2 == 0 {
                Buyer::by_pages(browser, shelf, wish, format!("buyer{number}@example.com")).await
            } else {
                Buyer::by_api(browser, shelf, wish).await
            }
        }));
    }
    let buyers = all(filling).await;
    let buyers = all(buyers.into_iter().map(|buyer| tokio::spawn(buyer.check_out()))).await;
    all(buyers.into_iter().map(|mut buyer| {
        tokio::spawn(async move {
            let served = buyer.buy().await;
            (buyer.wish, served)
        })
    }))
    .await
}

/// What tasks that run at once come to, in their order.
async fn all<T>(running: impl IntoIterator<Item = JoinHandle<T>>) -> Vec<T> {
    let running: Vec<_> = running.into_iter().collect();
    let mut done = Vec::with_capacity(running.len());
    for task in running {
        done.push(task.await.unwrap());
    }
    done
}

async fn stock(souk: &Installation, shelf: &[Piece], counts: &[i64]) {
    let mut ctx = souk.alpha.work().write();
    let levels: Vec<SetLevel> = shelf
        .iter()
        .zip(counts)
        .map(|(piece, on_hand)| SetLevel {
            variant_id: piece.variant,
            on_hand: *on_hand,
            backorder: false,
        })
        .collect();
    inventory::set_levels(&mut ctx, &levels).await.unwrap();
    ctx.commit().await.unwrap();
}

/// What was sold was there, what was not sold is still there, and nobody was sent away whom the rest would have served.
async fn nobody_was_cheated(souk: &Installation, shelf: &[Piece], counts: &[i64], outcomes: &[(Wish, bool)]) {
    let mut left: BTreeMap<usize, i64> = counts.iter().copied().enumerate().collect();
    for (wish, _) in outcomes.iter().filter(|(_, served)| *served) {
        for (piece, quantity) in wish {
            *left.get_mut(piece).unwrap() -= quantity;
        }
    }
    for (number, piece) in shelf.iter().enumerate().take(counts.len()) {
        assert_eq!(
            souk.stock(piece).await,
            (left[&number], 0),
            "{}: {outcomes:?}",
            piece.slug
        );
    }
    for (wish, _) in outcomes.iter().filter(|(_, served)| !served) {
        let lacks = wish.iter().any(|(piece, quantity)| *quantity > left[piece]);
        assert!(lacks, "{wish:?} could be had, with {left:?} left");
    }
    souk.all_is_well().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn exactly_what_there_is_is_sold_however_many_want_it() {
    rounds("one variant", async |effort| {
        let souk = Installation::new().await;
        let shelf = [souk.alpha.mug.clone()];
        let mut crowds = vec![(2, 1, 1), (12, 5, 1), (10, 9, 2), (8, 8, 1)];
        let dice = &effort.dice;
        for _ in 0..effort.size(1, 10) {
            crowds.push((dice.between(2, 40), dice.between(1, 20), dice.between(1, 3)));
        }
        for (buyers, pieces, each) in crowds {
            let each = each.min(pieces);
            stock(&souk, &shelf, &[pieces]).await;
            let wishes = (0..buyers).map(|_| vec![(0, each)]).collect();
            let outcomes = scramble(&souk, &shelf, wishes).await;
            let served = outcomes.iter().filter(|(_, served)| *served).count();
            let expected = usize::try_from(buyers.min(pieces / each)).unwrap();
            assert_eq!(served, expected, "{buyers} buyers, {pieces} pieces, {each} each");
            nobody_was_cheated(&souk, &shelf, &[pieces], &outcomes).await;
            effort.tried(outcomes.len());
        }
    })
    .await;
}

/// A cart of some of the shelf's pieces, in any order.
fn mixed(dice: &Dice, counts: &[i64]) -> Wish {
    let mut wish: Wish = (0..counts.len())
        .filter(|_| dice.chance(60))
        .map(|piece| (piece, dice.between(1, counts[piece].min(3))))
        .collect();
    if wish.is_empty() {
        wish.push((dice.roll(counts.len()), 1));
    }
    dice.shuffle(&mut wish);
    wish
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn carts_that_share_variants_in_any_order_neither_deadlock_nor_oversell() {
    rounds("mixed carts", async |effort| {
        let souk = Installation::new().await;
        let dice = &effort.dice;
        for _ in 0..effort.size(2, 12) {
            let shelf = &souk.alpha.tiles[..dice.roll(6) + 3];
            let counts: Vec<i64> = shelf.iter().map(|_| dice.between(1, 12)).collect();
            stock(&souk, shelf, &counts).await;
            let buyers = effort.size(14, 48);
            let wishes = (0..buyers).map(|_| mixed(dice, &counts)).collect();
            let outcomes = scramble(&souk, shelf, wishes).await;
            nobody_was_cheated(&souk, shelf, &counts, &outcomes).await;
            effort.tried(outcomes.len());
        }
    })
    .await;
}
