//! Chance that repeats: the same seed always throws the same numbers.

/// Repeatable chance.
pub(crate) struct Dice(u32);

impl Dice {
    pub(crate) fn new(seed: u32) -> Self {
        Self(seed.wrapping_mul(2_654_435_761).wrapping_add(97))
    }

    /// A number from `low` to just below `high`.
    pub(crate) fn within(&mut self, low: i32, high: i32) -> i32 {
        self.0 = self.0.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        let span = (high - low).max(1);
        low + i32::try_from(self.0 >> 17).unwrap_or_default() % span
    }
}
