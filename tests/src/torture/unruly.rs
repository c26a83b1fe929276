//! Hundreds of payments with an unruly bank, impatient shoppers and a merchant who cancels: whatever happens in whatever
//! order, every order ends paid with its stock gone, or unpaid with its stock back, and the bank agrees to the cent.

use std::sync::Arc;

use chrono::TimeDelta;
use payments::{Authorization, Challenge as _, Gateway, RefundOutcome, SignedWebhook};
use serde_json::{Value, json};
use tokio::{sync::mpsc::UnboundedReceiver, task::JoinHandle};

use super::{
    Dice, Effort,
    bank::{Release, UnrulyBank},
    rounds,
};
use crate::{
    bank::deliver,
    browser::Browser,
    installation::Installation,
    page::Page,
    rest_api::{cart_of, payment_of},
    stocked::Piece,
};

const TOKENS: &[&str] = &[
    "tok_success",
    "tok_success",
    "tok_success",
    "tok_success",
    "tok_decline",
    "tok_3ds",
    "tok_3ds",
    "tok_timeout",
];

/// A cart that somebody tries to pay.
#[derive(Clone)]
struct Purchase {
    browser: Browser,
    path: String,
    cart: Value,
    /// The last try, to be sent again word by word.
    body: Value,
    tries: usize,
}

struct Town<'s> {
    souk: &'s Installation,
    bank: Arc<UnrulyBank>,
    held: UnboundedReceiver<Release>,
    dice: Dice,
    purchases: Vec<Purchase>,
    /// Requests that the bank holds.
    waiting: Vec<(JoinHandle<Page>, Release)>,
    /// The bank's messages that got stuck somewhere and come when nobody thinks of them.
    stuck: Vec<SignedWebhook>,
    /// Whether the bank only holds money until the merchant takes it.
    holds: bool,
}

impl Town<'_> {
    async fn happen(&mut self) {
        match self.dice.roll(20) {
            0..=4 => self.buy().await,
            7 | 8 => self.press_again().await,
            9 | 10 => self.try_another_card().await,
            11 | 12 => self.bank_speaks().await,
            13 => self.answer_challenge().await,
            14 => self.hang_up(),
            15 => self.bank.arrive_late().await,
            5 | 6 if self.holds => self.merchant_captures().await,
            16 => self.merchant_cancels().await,
            5 | 6 => self.buy().await,
            17 | 18 => self.bank_goes_on().await,
            _ => {
                self.souk.pass(TimeDelta::seconds(self.dice.between(1, 900)));
                self.souk.periodic_round().await;
            }
        }
    }

    fn token(&self) -> &'static str {
        TOKENS[self.dice.roll(TOKENS.len())]
    }

    fn pieces(&self) -> Vec<&Piece> {
        let alpha = &self.souk.alpha;
        let mut pieces = vec![&alpha.mug, &alpha.guide];
        pieces.extend(&alpha.tiles[..4]);
        self.dice.shuffle(&mut pieces);
        pieces.truncate(self.dice.roll(3) + 1);
        pieces
    }

    async fn buy(&mut self) {
        let mut browser = self.souk.visitor();
        let answer = browser.call("POST", "/api/v1/carts", &cart_of(&self.pieces())).await;
        if answer.status == 409 {
            return; // Sold out.
        }
        let cart = answer.expect(201).json();
        let path = format!("/api/v1/carts/{}/complete", cart["id"].as_str().unwrap());
        let body = payment_of(&cart, self.token());
        let purchase = Purchase {
            browser,
            path,
            cart,
            body,
            tries: 1,
        };
        self.send(purchase.clone()).await;
        self.purchases.push(purchase);
    }

    /// The same request once more, with its key: a shopper who saw no answer.
    async fn press_again(&mut self) {
        if !self.purchases.is_empty() {
            let again = self.dice.pick(&self.purchases).clone();
            self.send(again).await;
        }
    }

    async fn try_another_card(&mut self) {
        if self.purchases.is_empty() {
            return;
        }
        let place = self.dice.roll(self.purchases.len());
        let token = self.token();
        let purchase = &mut self.purchases[place];
        purchase.body = payment_of(&purchase.cart, token);
        purchase.tries += 1;
        let purchase = purchase.clone();
        self.send(purchase).await;
    }

    /// Sends it off, and waits until there is an answer or the bank holds it back.
    async fn send(&mut self, purchase: Purchase) {
        let key = format!("{} {}", purchase.cart["id"], purchase.tries).replace([' ', '"'], "_");
        let mut browser = purchase.browser.with("idempotency-key", &key);
        let mut request = tokio::spawn(async move { browser.call("POST", &purchase.path, &purchase.body).await });
        tokio::select! {
            page = &mut request => understood(&page.unwrap()),
            release = self.held.recv() => self.waiting.push((request, release.unwrap())),
        }
    }

    /// One of the requests that the bank holds gets its answer.
    async fn bank_goes_on(&mut self) {
        if !self.waiting.is_empty() {
            let (request, release) = self.waiting.swap_remove(self.dice.roll(self.waiting.len()));
            // Nobody waits for it any more when the program gave the bank up.
            let _heard = release.send(());
            understood(&request.await.unwrap());
        }
    }

    /// A shopper's connection breaks, and with it the program's work for them.
    fn hang_up(&mut self) {
        if !self.waiting.is_empty() {
            let (request, _release) = self.waiting.swap_remove(self.dice.roll(self.waiting.len()));
            request.abort();
        }
    }

    /// The bank tells how a payment stands: at once, twice, or so late that something else has come in between.
    async fn bank_speaks(&mut self) {
        let attempts = self.bank.attempts();
        if attempts.is_empty() {
            return;
        }
        let now = self.souk.database().now();
        if let Some(hook) = self
            .souk
            .program
            .sandbox
            .webhook_of(*self.dice.pick(&attempts), now)
            .unwrap()
        {
            self.stuck.push(hook);
        }
        for _ in 0..self.dice.roll(3) {
            if !self.stuck.is_empty() {
                let hook = self.dice.pick(&self.stuck);
                let page = deliver(self.souk.visitor(), &hook.headers, &hook.body).await;
                // One that was stuck for long is not believed any more.
                assert!(
                    [204, 400].contains(&page.status.as_u16()),
                    "{} {}",
                    page.status,
                    page.body
                );
            }
        }
    }

    async fn answer_challenge(&mut self) {
        let attempts = self.bank.attempts();
        if attempts.is_empty() {
            return;
        }
        let (attempt, now) = (*self.dice.pick(&attempts), self.souk.database().now());
        let approved = self.dice.chance(70);
        if let Ok(answered) = self.souk.program.sandbox.answer(attempt, approved, now).await {
            self.stuck.push(answered.webhook);
            if self.dice.chance(50) {
                let path = answered.return_url.replacen("http://store.test", "", 1);
                let page = self.souk.visitor().send("GET", &path, None).await;
                assert!(page.status.is_redirection(), "{} {}", page.status, page.body);
            }
        }
    }

    /// All of what is held for an order is taken, or some of it.
    async fn merchant_captures(&self) {
        let held = "SELECT order_id FROM payments.attempts WHERE state = 'authorized' ORDER BY created_at, id";
        let held: Vec<(uuid::Uuid,)> = self.souk.rows(held).await;
        if !held.is_empty() {
            let part = json!({"amount": {"amount": self.dice.between(1, 900), "currency": "USD"}});
            let body = if self.dice.chance(50) { part } else { json!({}) };
            self.capture(self.dice.pick(&held).0, &body).await;
        }
    }

    async fn capture(&self, order: uuid::Uuid, body: &Value) {
        let mut merchant = self.souk.visitor().with_key(&self.souk.alpha.key);
        let path = format!("/api/v1/admin/orders/{}/capture", kernel::OrderId::from(order));
        let page = merchant.call("POST", &path, body).await;
        assert!(
            page.status.is_success() || page.status == 409,
            "{} {}",
            page.status,
            page.body
        );
    }

    async fn merchant_cancels(&mut self) {
        let orders: Vec<(uuid::Uuid,)> = self
            .souk
            .rows("SELECT id FROM orders.orders ORDER BY placed_at, id")
            .await;
        if orders.is_empty() {
            return;
        }
        let id = kernel::OrderId::from(self.dice.pick(&orders).0);
        let mut merchant = self.souk.visitor().with_key(&self.souk.alpha.key);
        let path = format!("/api/v1/admin/orders/{id}/cancel");
        let page = merchant.call("POST", &path, &json!({"reason": "sold elsewhere"})).await;
        assert!(
            page.status.is_success() || page.status == 409,
            "{} {}",
            page.status,
            page.body
        );
    }

    /// The bank calms down, every message comes through, and some days pass.
    async fn come_to_rest(&mut self) {
        self.bank.calm_down();
        while !self.waiting.is_empty() {
            self.bank_goes_on().await;
        }
        for attempt in self.bank.attempts() {
            let now = self.souk.database().now();
            if let Some(hook) = self.souk.program.sandbox.webhook_of(attempt, now).unwrap() {
                deliver(self.souk.visitor(), &hook.headers, &hook.body)
                    .await
                    .expect(204);
            }
        }
        for _ in 0..200 {
            self.souk.pass(TimeDelta::hours(2));
            self.souk.periodic_round().await;
            let held: Vec<(uuid::Uuid,)> = self.souk.rows(HELD).await;
            for (order,) in held {
                self.capture(order, &json!({})).await;
            }
            if self.souk.number(UNSETTLED).await == 0 {
                break;
            }
        }
        self.souk.drain().await;
    }
}

/// An answer that a shopper can do something with.
fn understood(page: &Page) {
    let status = page.status.as_u16();
    assert!(
        [200, 201, 202, 402, 409, 422].contains(&status),
        "{status} {}",
        page.body
    );
}

/// Orders whose money waits for the merchant; what is being given up goes by itself.
const HELD: &str = "SELECT order_id FROM payments.attempts WHERE state = 'authorized' AND NOT giving_up";
const UNSETTLED: &str = "SELECT (SELECT count(*) FROM payments.attempts WHERE state IN ('pending', 'requires_action', 'authorized')) \
     + (SELECT count(*) FROM payments.refunds WHERE state = 'pending') \
     + (SELECT count(*) FROM payments.captures WHERE state = 'pending')";
/// Orders that are neither paid and standing nor given up with nothing kept.
const GHOSTS: &str = "SELECT o.number || ' ' || o.status || ' ' || o.payment_status FROM orders.orders o \
     LEFT JOIN (SELECT order_id, sum(captured - refunded) AS kept FROM payments.attempts GROUP BY order_id) p \
       ON p.order_id = o.id \
     WHERE NOT (o.status IN ('confirmed', 'fulfilled') AND o.payment_status = 'paid' AND p.kept = o.total \
       OR o.status = 'cancelled' AND o.payment_status IN ('failed', 'voided', 'refunded') AND coalesce(p.kept, 0) = 0)";
const TWICE: &str =
    "SELECT cart_id::text FROM orders.orders WHERE status <> 'cancelled' GROUP BY cart_id HAVING count(*) > 1";
const SOLD: &str = "SELECT coalesce(sum(l.quantity), 0)::bigint FROM orders.lines l JOIN orders.orders o ON o.id = l.order_id \
     WHERE o.status <> 'cancelled' AND l.variant_id = ";

async fn everything_agrees(souk: &Installation, bank: &UnrulyBank) {
    let none = Vec::<(String,)>::new();
    assert_eq!(souk.number(UNSETTLED).await, 0, "payments without an end");
    assert_eq!(souk.rows::<(String,)>(GHOSTS).await, none);
    assert_eq!(
        souk.rows::<(String,)>(TWICE).await,
        none,
        "carts that were ordered twice"
    );
    let mut pieces = vec![(&souk.alpha.mug, MUGS)];
    pieces.extend(souk.alpha.tiles[..4].iter().map(|tile| (tile, 1000)));
    for (piece, at_first) in pieces {
        let id = uuid::Uuid::from(piece.variant);
        let sold = souk.number(&format!("{SOLD}'{id}'")).await;
        assert_eq!(souk.stock(piece).await, (at_first - sold, 0), "{}", piece.slug);
    }
    let attempts: Vec<(uuid::Uuid, String)> = souk.rows("SELECT id, state FROM payments.attempts").await;
    for (id, state) in attempts {
        let at_the_bank = souk.program.sandbox.status(id.into()).await.unwrap();
        let charged = matches!(at_the_bank, Some(Authorization::Captured { .. }));
        assert_eq!(
            charged,
            state == "captured",
            "{id} is {state}, the bank says {at_the_bank:?}"
        );
    }
    for id in bank.refunds() {
        let at_the_bank = souk.program.sandbox.refund_status(id).await.unwrap();
        let returned = matches!(at_the_bank, Some(RefundOutcome::Succeeded { .. }));
        let known = souk
            .word(&format!(
                "SELECT state FROM payments.refunds WHERE id = '{}'",
                uuid::Uuid::from(id)
            ))
            .await;
        assert_eq!(
            returned,
            known == "succeeded",
            "{id} is {known}, the bank says {at_the_bank:?}"
        );
    }
    souk.all_is_well().await;
}

/// How many mugs there are: fewer than are wanted.
const MUGS: i64 = 60;

#[tokio::test]
async fn every_payment_ends_well_however_the_bank_behaves() {
    rounds("an unruly bank", async |effort| live(effort, false).await).await;
}

#[tokio::test]
async fn held_money_ends_well_however_the_bank_behaves() {
    rounds("held money", async |effort| live(effort, true).await).await;
}

/// A town with an unruly bank, which takes money at once or holds it.
async fn live(effort: Effort, holds: bool) {
    let mut unruly = None;
    let dice = effort.dice.split();
    let souk = Installation::with_bank(|bank| {
        let (bank, held) = UnrulyBank::new(bank, dice);
        let gateway: Arc<dyn Gateway> = bank.clone();
        unruly = Some((bank, held));
        gateway
    })
    .await;
    souk.damage(&format!(
        "UPDATE catalog.variants SET price = 1999 WHERE id = '{}'",
        uuid::Uuid::from(souk.alpha.mug.variant)
    ))
    .await;
    let mut ctx = souk.alpha.work().write();
    let level = inventory::SetLevel {
        variant_id: souk.alpha.mug.variant,
        on_hand: MUGS,
        backorder: false,
    };
    inventory::set_levels(&mut ctx, &[level]).await.unwrap();
    ctx.commit().await.unwrap();
    if holds {
        let merchant = souk.visitor().with_key(&souk.alpha.key);
        let mut merchant = merchant.with("if-match", "*");
        let by_hand = merchant
            .call("PATCH", "/api/v1/admin/settings", &json!({"capture": "hand"}))
            .await;
        by_hand.expect(200);
    }
    let (bank, held) = unruly.unwrap();
    let mut town = Town {
        souk: &souk,
        bank,
        held,
        dice: effort.dice.split(),
        purchases: Vec::new(),
        waiting: Vec::new(),
        stuck: Vec::new(),
        holds,
    };
    while town.bank.attempts().len() < effort.size(150, 1000) {
        town.happen().await;
    }
    town.come_to_rest().await;
    everything_agrees(&souk, &town.bank).await;
    effort.tried(town.bank.attempts().len());
}
