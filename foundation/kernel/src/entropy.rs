//! Randomness, as a port: production asks the system, a test repeats a seed.

use std::sync::atomic::{AtomicU64, Ordering};

use sha2::{Digest, Sha256};

/// Fills buffers with random bytes that an attacker cannot guess.
pub trait Entropy: Send + Sync + std::fmt::Debug {
    /// Fills `buffer` completely.
    fn fill(&self, buffer: &mut [u8]);
}

/// The operating system's cryptographic randomness.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemEntropy;

impl Entropy for SystemEntropy {
    #[expect(
        clippy::disallowed_methods,
        reason = "this is the one place that asks the system for randomness"
    )]
    #[expect(
        clippy::expect_used,
        reason = "without randomness no secret may be made, so the process must not go on"
    )]
    fn fill(&self, buffer: &mut [u8]) {
        getrandom::fill(buffer).expect("the operating system gives random bytes");
    }
}

/// Bytes that repeat for the same seed: SHA-256 over the seed and a counter.
#[derive(Debug)]
pub struct SeededEntropy {
    seed: u64,
    counter: AtomicU64,
}

impl SeededEntropy {
    /// A source that gives the same bytes in the same order for the same seed.
    pub fn new(seed: u64) -> Self {
        Self {
            seed,
            counter: AtomicU64::new(0),
        }
    }
}

impl Entropy for SeededEntropy {
    fn fill(&self, buffer: &mut [u8]) {
        for chunk in buffer.chunks_mut(32) {
            let counter = self.counter.fetch_add(1, Ordering::Relaxed);
            let mut hasher = Sha256::new();
            hasher.update(self.seed.to_le_bytes());
            hasher.update(counter.to_le_bytes());
            for (target, source) in chunk.iter_mut().zip(hasher.finalize()) {
                *target = source;
            }
        }
    }
}
