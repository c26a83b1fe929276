//! Chance that repeats: the same seed gives the same rolls.

use kernel::{Entropy as _, SeededEntropy};

#[derive(Debug)]
pub(crate) struct Dice(SeededEntropy);

impl Dice {
    pub(crate) fn new(seed: u64) -> Self {
        Self(SeededEntropy::new(seed))
    }

    /// Dice of their own, which repeat however often these are rolled in between.
    pub(crate) fn split(&self) -> Self {
        Self::new(self.bits())
    }

    fn bits(&self) -> u64 {
        let mut bytes = [0; 8];
        self.0.fill(&mut bytes);
        u64::from_le_bytes(bytes)
    }

    /// A number below `sides`.
    pub(crate) fn roll(&self, sides: usize) -> usize {
        let sides = u64::try_from(sides).unwrap();
        usize::try_from(self.bits() % sides).unwrap()
    }

    /// A number from `least` to `most`.
    pub(crate) fn between(&self, least: i64, most: i64) -> i64 {
        least + i64::try_from(self.roll(usize::try_from(most - least + 1).unwrap())).unwrap()
    }

    /// True in so many of a hundred cases.
    pub(crate) fn chance(&self, percent: usize) -> bool {
        self.roll(100) < percent
    }

    pub(crate) fn pick<'t, T>(&self, things: &'t [T]) -> &'t T {
        &things[self.roll(things.len())]
    }

    pub(crate) fn shuffle<T>(&self, things: &mut [T]) {
        for last in (1..things.len()).rev() {
            things.swap(last, self.roll(last + 1));
        }
    }
}
