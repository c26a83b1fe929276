//! What can happen to a small store, as a script: made by dice, and cut down to what a fault needs.

use super::Dice;

/// How many carts, variants and orders a script names.
pub(crate) const CARTS: usize = 3;
pub(crate) const PIECES: usize = 3;

/// One thing that happens. Orders are named by when they were placed, counted round and round.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Step {
    Add {
        cart: usize,
        piece: usize,
        quantity: i64,
    },
    Remove {
        cart: usize,
        piece: usize,
    },
    Place {
        cart: usize,
        card: Card,
    },
    Answer {
        order: usize,
        approved: bool,
        by_webhook: bool,
    },
    AskBank {
        order: usize,
    },
    Wait {
        minutes: i64,
    },
    TidyUp,
    Cancel {
        order: usize,
    },
    RefundPart {
        order: usize,
        piece: usize,
        quantity: i64,
        restock: bool,
    },
    RefundAll {
        order: usize,
        restock: bool,
    },
    Adjust {
        piece: usize,
        change: i64,
    },
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Card {
    Pays,
    IsDeclined,
    IsChallenged,
    /// Pays, and the answer gets lost.
    LosesAnswer,
}

impl Card {
    pub(crate) fn token(self) -> &'static str {
        match self {
            Self::Pays => "tok_success",
            Self::IsDeclined => "tok_decline",
            Self::IsChallenged => "tok_3ds",
            Self::LosesAnswer => "tok_timeout",
        }
    }
}

impl Step {
    fn any(dice: &Dice) -> Self {
        let (cart, piece) = (dice.roll(CARTS), dice.roll(PIECES));
        let order = dice.roll(6);
        match dice.roll(20) {
            0..=4 => Self::Add {
                cart,
                piece,
                quantity: dice.between(1, 3),
            },
            5 => Self::Remove { cart, piece },
            6..=9 => Self::Place {
                cart,
                card: *dice.pick(&[
                    Card::Pays,
                    Card::Pays,
                    Card::IsDeclined,
                    Card::IsChallenged,
                    Card::IsChallenged,
                    Card::LosesAnswer,
                ]),
            },
            10 | 11 => Self::Answer {
                order,
                approved: dice.chance(75),
                by_webhook: dice.chance(50),
            },
            12 => Self::AskBank { order },
            13 | 14 => Self::Wait {
                minutes: dice.between(1, 40),
            },
            15 => Self::TidyUp,
            16 => Self::Cancel { order },
            17 => Self::RefundPart {
                order,
                piece,
                quantity: dice.between(1, 3),
                restock: dice.chance(50),
            },
            18 => Self::RefundAll {
                order,
                restock: dice.chance(50),
            },
            _ => Self::Adjust {
                piece,
                change: *dice.pick(&[-3, -2, -1, 1, 2]),
            },
        }
    }
}

pub(crate) fn any_script(dice: &Dice) -> Vec<Step> {
    (0..dice.roll(20) + 6).map(|_| Step::any(dice)).collect()
}

/// The shortest script that still fails, by leaving out one step after the other, and how it fails.
pub(crate) async fn shortened(
    script: Vec<Step>,
    failure: String,
    run: impl AsyncFn(&[Step]) -> Result<(), String>,
) -> (Vec<Step>, String) {
    let (mut script, mut failure, mut place) = (script, failure, 0);
    while place < script.len() {
        let mut shorter = script.clone();
        shorter.remove(place);
        match run(&shorter).await {
            Err(fails_too) => (script, failure) = (shorter, fails_too),
            Ok(()) => place += 1,
        }
    }
    (script, failure)
}
