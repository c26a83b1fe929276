//! Buyers who write down what they were told.

use std::{
    io,
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering},
    },
};

use kernel::{Entropy as _, SeededEntropy};
use serde_json::{Value, json};
use tokio::sync::{Notify, OnceCell};

use crate::server::{Address, Answer, PRODUCTS};

const TOKENS: [&str; 6] = [
    "tok_success",
    "tok_success",
    "tok_success",
    "tok_timeout",
    "tok_decline",
    "tok_3ds",
];

/// What was sent to buy a cart.
#[derive(Debug, Clone)]
pub(crate) struct Purchase {
    path: String,
    body: Value,
    /// How many pieces of the rare product are in it.
    rare: i64,
}

/// An order that a client was told about.
#[derive(Debug, Clone)]
pub(crate) struct Told {
    purchase: Purchase,
    id: String,
    token: String,
    paid: bool,
}

/// What all buyers know together.
#[derive(Default)]
pub(crate) struct Notes {
    /// The variants of what the shop sells.
    pub(crate) variants: OnceCell<Arc<Vec<String>>>,
    told: Mutex<Vec<Told>>,
    /// How many of them were looked up since.
    looked_up: AtomicUsize,
    /// Wakes whoever waits for the first refusal.
    pub(crate) refused: Notify,
    /// Purchases without an answer.
    unanswered: Mutex<Vec<Purchase>>,
    pub(crate) answers: AtomicUsize,
    pub(crate) refusals: AtomicUsize,
}

pub(crate) fn roll(dice: &SeededEntropy, sides: usize) -> usize {
    let mut bytes = [0; 4];
    dice.fill(&mut bytes);
    usize::try_from(u32::from_le_bytes(bytes)).unwrap() % sides
}

/// The variants of what the shop sells, in the same order.
pub(crate) async fn variants(address: &Address) -> Arc<Vec<String>> {
    let mut variants = Vec::new();
    for product in PRODUCTS {
        let product = address.get(&format!("/api/v1/products/{product}")).await.json();
        let id = product["variants"][0]["id"].as_str();
        variants.push(id.unwrap_or_else(|| panic!("{product}")).to_owned());
    }
    Arc::new(variants)
}

/// One cart after the other, until the server is gone or `enough` answers have come in all.
pub(crate) async fn keep_buying(
    address: Address,
    notes: Arc<Notes>,
    variants: Arc<Vec<String>>,
    seed: u64,
    enough: usize,
) {
    let dice = SeededEntropy::new(seed);
    while notes.answers.load(Ordering::SeqCst) < enough {
        if buy(&address, &notes, &variants, &dice).await.is_err() {
            return;
        }
    }
}

async fn buy(address: &Address, notes: &Notes, variants: &[String], dice: &SeededEntropy) -> io::Result<()> {
    let (mut lines, mut rare) = (Vec::new(), 0);
    for _ in 0..=roll(dice, 3) {
        let (product, quantity) = (roll(dice, variants.len()), roll(dice, 2) + 1);
        lines.push(json!({"variant_id": variants[product], "quantity": quantity}));
        rare += if product == 0 {
            i64::try_from(quantity).unwrap()
        } else {
            0
        };
    }
    let cart = json!({"lines": lines, "email": "buyer@example.com"});
    let cart = address.call("POST", "/api/v1/carts", "", &cart).await?;
    if cart.status != 201 {
        return come_back_later(address, notes, &cart).await;
    }
    let cart = cart.json();
    let key = cart["id"].as_str().unwrap();
    let token = TOKENS[roll(dice, TOKENS.len())];
    let purchase = Purchase {
        path: format!("/api/v1/carts/{key}/complete"),
        body: json!({"payment": {"gateway": "sandbox", "token": token}, "expected_total": cart["totals"]["total"]}),
        rare,
    };
    match address.call("POST", &purchase.path, key, &purchase.body).await {
        Ok(answer) if answer.status != 503 => {
            notes.note(purchase, &answer);
            Ok(())
        }
        lost => {
            notes.unanswered.lock().unwrap().push(purchase);
            come_back_later(address, notes, &lost?).await
        }
    }
}

/// A refusal is either for good, such as sold out, or asks to come back, and then says when.
async fn come_back_later(address: &Address, notes: &Notes, answer: &Answer) -> io::Result<()> {
    notes.answers.fetch_add(1, Ordering::SeqCst);
    if answer.says_later() {
        notes.refusals.fetch_add(1, Ordering::SeqCst);
        notes.refused.notify_one();
        address.until_ready().await;
    } else {
        assert_eq!(answer.status, 409, "{answer:?}");
    }
    Ok(())
}

impl Notes {
    fn note(&self, purchase: Purchase, answer: &Answer) {
        self.answers.fetch_add(1, Ordering::SeqCst);
        match answer.status {
            201 | 202 => {
                let order = answer.json();
                let text = |name: &str| order[name].as_str().unwrap().to_owned();
                self.told.lock().unwrap().push(Told {
                    purchase,
                    id: text("id"),
                    token: text("access_token"),
                    paid: answer.status == 201,
                });
            }
            402 | 409 => {}
            _ => panic!("{answer:?}"),
        }
    }

    /// Whoever got no answer asks again; the order of a cart is made once however often one asks.
    pub(crate) async fn ask_again(&self, address: &Address) {
        let unanswered = std::mem::take(&mut *self.unanswered.lock().unwrap());
        for purchase in unanswered {
            let answer = address.insist("POST", &purchase.path, &purchase.body).await;
            self.note(purchase, &answer);
        }
    }

    /// Every order that somebody was told about since the last time is there, paid if it was said to be, and still the
    /// only one of its cart. Returns how many pieces of the rare product are in the paid ones.
    pub(crate) async fn hold(&self, address: &Address) -> i64 {
        let told = self.told.lock().unwrap().clone();
        let known = self.looked_up.swap(told.len(), Ordering::SeqCst);
        let mut rare = 0;
        for told in told.into_iter().skip(known) {
            if !told.paid {
                // The bank is asked at once instead of in a minute.
                let back = address.get(&format!("/checkout/return?order={}", told.id)).await;
                assert_eq!(back.status, 303, "{told:?}: {back:?}");
            }
            let order = address
                .get(&format!("/api/v1/orders/{}?token={}", told.id, told.token))
                .await;
            assert_eq!(order.status, 200, "{told:?}: {order:?}");
            let is_paid = order.json()["payment_status"] == "paid";
            rare += if is_paid { told.purchase.rare } else { 0 };
            if told.paid {
                assert!(is_paid, "{told:?}: {order:?}");
                let again = address.insist("POST", &told.purchase.path, &told.purchase.body).await;
                let (status, again) = (again.status, again.json());
                assert_eq!((status, again["id"].as_str()), (201, Some(told.id.as_str())), "{again}");
            }
        }
        rare
    }

    /// The same for all that was ever told.
    pub(crate) async fn hold_all(&self, address: &Address) -> i64 {
        self.looked_up.store(0, Ordering::SeqCst);
        self.hold(address).await
    }

    /// How many orders somebody was told about.
    pub(crate) fn orders(&self) -> usize {
        self.told.lock().unwrap().len()
    }
}
