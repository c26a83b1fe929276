//! The arithmetic of a measurement, in whole numbers: rates, ratios and how they are written.

use std::time::Duration;

/// A number of thousandths: enough digits for a ratio, and no rounding in between.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Milli(pub(crate) u64);

impl Milli {
    /// How often `whole` goes into `part`; nothing goes into nothing.
    pub(crate) fn ratio(part: u64, whole: u64) -> Option<Self> {
        let milli = u128::from(part) * 1000 / u128::from(Some(whole).filter(|whole| *whole > 0)?);
        u64::try_from(milli).ok().map(Self)
    }

    /// With so many digits behind the point (at most three), rounded down.
    pub(crate) fn with_digits(self, digits: u32) -> String {
        let (whole, rest) = (self.0 / 1000, self.0 % 1000);
        match digits {
            0 => whole.to_string(),
            1 => format!("{whole}.{}", rest / 100),
            2 => format!("{whole}.{:02}", rest / 10),
            _ => format!("{whole}.{rest:03}"),
        }
    }
}

/// How many a second.
pub(crate) fn per_second(count: u64, time: Duration) -> Option<Milli> {
    let micros = u64::try_from(time.as_micros()).ok()?;
    Milli::ratio(count.checked_mul(1_000_000)?, micros)
}

/// Microseconds as milliseconds with two digits.
pub(crate) fn milliseconds(micros: u64) -> String {
    Milli(micros).with_digits(2)
}

/// Kilobytes as megabytes.
pub(crate) fn megabytes(kilobytes: u64) -> u64 {
    kilobytes / 1024
}

/// A duration in whole microseconds.
pub(crate) fn micros(time: Duration) -> u64 {
    u64::try_from(time.as_micros()).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_ratio_is_cut_at_thousandths_and_nothing_goes_into_nothing() {
        assert_eq!(Milli::ratio(1, 3), Some(Milli(333)));
        assert_eq!(Milli::ratio(7, 2), Some(Milli(3500)));
        assert_eq!(Milli::ratio(7, 0), None);
        assert_eq!(Milli::ratio(u64::MAX, 1), None, "too large to tell");
    }

    #[test]
    fn numbers_are_written_with_the_digits_asked_for() {
        let number = Milli(12_034);
        let written = [0, 1, 2, 3].map(|digits| number.with_digits(digits));
        assert_eq!(written, ["12", "12.0", "12.03", "12.034"]);
        assert_eq!(milliseconds(1_250), "1.25");
        assert_eq!(megabytes(204_800), 200);
    }

    #[test]
    fn a_rate_counts_by_the_time_it_took() {
        assert_eq!(per_second(500, Duration::from_millis(2_500)), Some(Milli(200_000)));
        assert_eq!(per_second(500, Duration::ZERO), None);
    }
}
