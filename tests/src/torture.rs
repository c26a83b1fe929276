//! Tests that try hard. Part of every run for a few seconds each, from a fixed seed; `make torture` runs them for as long
//! as it is told, from seeds of its own. A test prints its seed, and `SEED=` plays it again.

mod bank;
mod crowd;
mod dice;
mod last_use;
mod model;
mod script;
mod unruly;

use std::{
    fs::File,
    io::Write as _,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::{Duration, Instant},
};

use self::dice::Dice;

/// How hard one round of a test tries.
pub(crate) struct Effort {
    /// What chance decides in this round.
    pub(crate) dice: Dice,
    long: bool,
    tried: Arc<AtomicUsize>,
}

impl Effort {
    /// A size for every run of the tests, and one for `make torture`.
    pub(crate) fn size(&self, short: usize, long: usize) -> usize {
        if self.long { long } else { short }
    }

    /// Notes that so many payments, buyers or scripts more were tried.
    pub(crate) fn tried(&self, attempts: usize) {
        self.tried.fetch_add(attempts, Ordering::Relaxed);
    }
}

/// Tells `make torture` how much a test tried, in the file that it names: a test that tried too little has shown nothing.
fn tell(test: &str, tried: usize) {
    println!("{test}: {tried} attempts");
    assert!(tried > 0, "{test} tried nothing");
    if let Ok(tally) = std::env::var("TORTURE_TALLY") {
        let mut tally = File::options().append(true).open(tally).unwrap();
        tally.write_all(format!("{tried} {test}\n").as_bytes()).unwrap();
    }
}

/// Runs a test from its seed: once, or under `make torture` from one seed after the other until the time is over.
pub(crate) async fn rounds(test: &str, round: impl AsyncFn(Effort)) {
    let number = |name| std::env::var(name).ok().and_then(|text| text.parse::<u64>().ok());
    let long = number("TORTURE_SECONDS").map(Duration::from_secs);
    let (began, mut seed) = (Instant::now(), number("SEED").unwrap_or(1));
    let tried = Arc::new(AtomicUsize::new(0));
    loop {
        println!("{test}: SEED={seed}");
        let dice = Dice::new(seed);
        round(Effort {
            dice,
            long: long.is_some(),
            tried: Arc::clone(&tried),
        })
        .await;
        if long.is_none_or(|long| began.elapsed() >= long) {
            return tell(test, tried.load(Ordering::Relaxed));
        }
        seed = seed.wrapping_add(1);
    }
}
