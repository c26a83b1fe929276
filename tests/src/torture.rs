//! Tests that try hard. Part of every run for a few seconds each, from a fixed seed; `make torture` runs them for as long
//! as it is told, from seeds of its own. A test prints its seed, and `SEED=` plays it again.

mod bank;
mod crowd;
mod dice;
mod last_use;
mod model;
mod script;
mod unruly;

use std::time::{Duration, Instant};

use self::dice::Dice;

/// How hard one round of a test tries.
pub(crate) struct Effort {
    /// What chance decides in this round.
    pub(crate) dice: Dice,
    long: bool,
}

impl Effort {
    /// A size for every run of the tests, and one for `make torture`.
    pub(crate) fn size(&self, short: usize, long: usize) -> usize {
        if self.long { long } else { short }
    }
}

/// Runs a test from its seed: once, or under `make torture` from one seed after the other until the time is over.
pub(crate) async fn rounds(test: &str, round: impl AsyncFn(Effort)) {
    let number = |name| std::env::var(name).ok().and_then(|text| text.parse::<u64>().ok());
    let long = number("TORTURE_SECONDS").map(Duration::from_secs);
    let (began, mut seed) = (Instant::now(), number("SEED").unwrap_or(1));
    loop {
        println!("{test}: SEED={seed}");
        let dice = Dice::new(seed);
        round(Effort {
            dice,
            long: long.is_some(),
        })
        .await;
        if long.is_none_or(|long| began.elapsed() >= long) {
            return;
        }
        seed = seed.wrapping_add(1);
    }
}
