//! How long an e-mail address is locked after failed sign-ins.

use chrono::TimeDelta;

/// How many failures are free.
const FREE_FAILURES: i32 = 4;
/// The longest lock, in minutes.
const LONGEST_MINUTES: i64 = 60;

/// A failure this long after the one before it counts as the first again.
pub(crate) const FORGET_AFTER: TimeDelta = TimeDelta::hours(24);

/// The lock after so many failures in a row: none for four, then 1, 2, 4 … 60 minutes.
pub(crate) fn lock_after(failures: i32) -> Option<TimeDelta> {
    let doublings = u32::try_from(failures - FREE_FAILURES - 1).ok()?;
    let minutes = 2_i64
        .checked_pow(doublings)
        .unwrap_or(LONGEST_MINUTES)
        .min(LONGEST_MINUTES);
    Some(TimeDelta::minutes(minutes))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn locks_double_up_to_an_hour() {
        let minutes: Vec<Option<i64>> = [1, 4, 5, 6, 7, 10, 11, 12, 1_000_000]
            .map(|failures| lock_after(failures).map(|lock| lock.num_minutes()))
            .to_vec();
        let expected = [
            None,
            None,
            Some(1),
            Some(2),
            Some(4),
            Some(32),
            Some(60),
            Some(60),
            Some(60),
        ];
        assert_eq!(minutes, expected);
    }
}
