//! When a place in the queue is admitted: pure arithmetic over the pace and the clock.

use kernel::Time;

/// What lies between two places that are admitted one after the other.
pub(crate) const ONE: i64 = 60_000;

/// How fast the queue moves, since when, and from which place on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pace {
    /// How many are admitted a minute.
    pub per_minute: i32,
    /// How many minutes an admission lasts.
    pub admission_minutes: i32,
    /// The millisecond it began.
    pub(crate) since_ms: i64,
    /// The place that was admitted at that moment.
    pub(crate) base: i64,
    /// Places below are void: their admission had ended before this pace began.
    pub(crate) void_below: i64,
}

/// How a place does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// Its moment is still to come.
    Waiting {
        /// How many are admitted until then, this one counted: 1 is the next.
        position: i64,
        /// How long that takes.
        wait_ms: i64,
    },
    /// It may buy.
    Admitted {
        /// Until this millisecond.
        until_ms: i64,
    },
    /// Its admission has ended.
    Expired,
}

impl Pace {
    /// The last place that is admitted by this moment. Between two admissions it lies between their places.
    pub(crate) fn served(&self, now: Time) -> i64 {
        let passed = now.timestamp_millis().saturating_sub(self.since_ms).max(0);
        let served = passed.saturating_mul(self.per_minute.into());
        self.base.saturating_add(served)
    }

    /// How a place does at a moment.
    pub fn standing(&self, place: i64, now: Time) -> Standing {
        if place < self.void_below {
            return Standing::Expired;
        }
        let ahead = place.saturating_sub(self.served(now));
        if ahead > 0 {
            return Standing::Waiting {
                position: ceiling(ahead, ONE),
                wait_ms: ceiling(ahead, self.per_minute.into()),
            };
        }
        let until_ms = self.admitted_ms(place).saturating_add(self.admission_ms());
        if now.timestamp_millis() < until_ms {
            Standing::Admitted { until_ms }
        } else {
            Standing::Expired
        }
    }

    /// The millisecond from which on a place is admitted.
    pub(crate) fn admitted_ms(&self, place: i64) -> i64 {
        let after = place.saturating_sub(self.base).max(0);
        self.since_ms.saturating_add(ceiling(after, self.per_minute.into()))
    }

    pub(crate) fn admission_ms(&self) -> i64 {
        i64::from(self.admission_minutes) * 60_000
    }

    /// The same queue at another pace from now on. Who is admitted stays so for as long as an admission lasts then; who waits
    /// keeps their place.
    pub(crate) fn changed(&self, per_minute: i32, admission_minutes: i32, now: Time) -> Self {
        let ended_ms = now.timestamp_millis().saturating_sub(self.admission_ms());
        let void_below = if ended_ms < self.since_ms {
            self.void_below
        } else {
            let passed = ended_ms.saturating_sub(self.since_ms);
            let ended = passed.saturating_mul(self.per_minute.into());
            self.base.saturating_add(ended).saturating_add(1)
        };
        Self {
            per_minute,
            admission_minutes,
            since_ms: now.timestamp_millis(),
            base: self.served(now),
            void_below,
        }
    }

    /// A queue that begins after everybody who ever had a place.
    pub(crate) fn after(tail: i64, per_minute: i32, admission_minutes: i32, now: Time) -> Self {
        let base = tail.saturating_add(ONE);
        Self {
            per_minute,
            admission_minutes,
            since_ms: now.timestamp_millis(),
            base,
            void_below: base,
        }
    }
}

fn ceiling(number: i64, divisor: i64) -> i64 {
    match divisor {
        0 => i64::MAX,
        divisor => number.saturating_add(divisor - 1) / divisor,
    }
}

#[cfg(test)]
mod tests {
    use chrono::{DateTime, TimeDelta};
    use proptest::prelude::*;

    use super::*;

    fn at(ms: i64) -> Time {
        DateTime::from_timestamp_millis(ms).unwrap()
    }

    /// Ten a minute, one every six seconds.
    fn ten() -> Pace {
        Pace::after(-ONE, 10, 5, at(0))
    }

    #[test]
    fn a_place_waits_is_admitted_and_ends() {
        let pace = ten();
        let place = 3 * ONE;
        for (ms, standing) in [
            (
                0,
                Standing::Waiting {
                    position: 3,
                    wait_ms: 18_000,
                },
            ),
            (
                12_001,
                Standing::Waiting {
                    position: 1,
                    wait_ms: 5_999,
                },
            ),
            (18_000, Standing::Admitted { until_ms: 318_000 }),
            (317_999, Standing::Admitted { until_ms: 318_000 }),
            (318_000, Standing::Expired),
        ] {
            assert_eq!(pace.standing(place, at(ms)), standing, "after {ms} ms");
        }
        assert_eq!(pace.standing(-1, at(0)), Standing::Expired);
    }

    #[test]
    fn another_pace_moves_those_who_wait_and_revives_nobody() {
        let slow = ten();
        let quick = slow.changed(60, 5, at(30_000));
        // Five were admitted in half a minute; the sixth is next, a second later.
        assert_eq!(
            quick.standing(6 * ONE, at(30_000)),
            Standing::Waiting {
                position: 1,
                wait_ms: 1_000
            }
        );
        assert!(matches!(quick.standing(5 * ONE, at(30_000)), Standing::Admitted { .. }));
        let much_later = slow.changed(60, 5, at(600_000));
        assert_eq!(slow.standing(5 * ONE, at(600_000)), Standing::Expired);
        assert_eq!(much_later.standing(5 * ONE, at(600_000)), Standing::Expired);
        assert_eq!(much_later.standing(50 * ONE, at(600_000)), Standing::Expired);
        let standing = much_later.standing(51 * ONE, at(600_000));
        assert!(matches!(standing, Standing::Admitted { .. }), "{standing:?}");
    }

    proptest! {
        /// Whatever the pace: places that are one admission apart are admitted so far apart that no minute has too many.
        #[test]
        fn no_minute_admits_more_than_the_pace(per_minute in 1..100_000_i32, first in 0..10_000_000_i64, gaps in prop::collection::vec(0..100_000_i64, 1..50)) {
            let pace = Pace { per_minute, ..ten() };
            let mut place = first;
            let mut places = vec![first];
            for gap in gaps {
                place += ONE + gap;
                places.push(place);
            }
            let admitted: Vec<i64> = places.iter().map(|place| pace.admitted_ms(*place)).collect();
            for (index, begin) in admitted.iter().enumerate() {
                let within = admitted[index..].iter().filter(|ms| **ms < begin + 60_000).count();
                prop_assert!(within <= usize::try_from(per_minute).unwrap());
            }
            for (place, ms) in places.iter().zip(&admitted) {
                let moment = at(*ms);
                let is_admitted = matches!(pace.standing(*place, moment), Standing::Admitted { .. });
                prop_assert!(is_admitted);
                let before = pace.standing(*place, moment - TimeDelta::milliseconds(1));
                let waits = matches!(before, Standing::Waiting { position: 1.., .. });
                prop_assert!(waits || *ms == 0);
            }
        }
    }
}
