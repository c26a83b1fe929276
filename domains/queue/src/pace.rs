//! When a place in the queue is admitted: pure arithmetic over the pace and the clock.

use database::Error;
use kernel::Time;

/// What lies between two places that are admitted one after the other.
pub(crate) const ONE: i64 = 60_000;
/// The most paces before that are remembered; whom an older one admitted has to take another place.
const MOST_PAST: usize = 100;

/// How fast the queue moves, since when, and from which place on.
#[derive(Debug, Clone, PartialEq, Eq)]
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
    /// The paces before whose admissions may still last, oldest first.
    pub(crate) past: Vec<Stretch>,
}

/// A time in which the queue moved at one pace.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Stretch {
    since_ms: i64,
    base: i64,
    per_minute: i64,
    admission_minutes: i64,
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
        let stretch = self.stretch_of(place);
        let until_ms = stretch.admitted_ms(place).saturating_add(stretch.admission_ms());
        if now.timestamp_millis() < until_ms {
            Standing::Admitted { until_ms }
        } else {
            Standing::Expired
        }
    }

    /// The millisecond from which on a place is admitted.
    #[cfg(test)]
    pub(crate) fn admitted_ms(&self, place: i64) -> i64 {
        self.stretch_of(place).admitted_ms(place)
    }

    /// What admitted a place, or will.
    fn stretch_of(&self, place: i64) -> Stretch {
        let own = self.stretch();
        let before = self.past.iter().rev().find(|stretch| stretch.base < place);
        match before.or(self.past.first()) {
            Some(before) if place <= own.base => *before,
            Some(_) | None => own,
        }
    }

    fn stretch(&self) -> Stretch {
        Stretch {
            since_ms: self.since_ms,
            base: self.base,
            per_minute: self.per_minute.into(),
            admission_minutes: self.admission_minutes.into(),
        }
    }

    /// The same queue at another pace from now on. Who is admitted stays so for as long as they were told; who waits keeps
    /// their place.
    pub(crate) fn changed(&self, per_minute: i32, admission_minutes: i32, now: Time) -> Self {
        let (now_ms, base) = (now.timestamp_millis(), self.served(now));
        let mut past = self.past.clone();
        past.push(self.stretch());
        let ends = past.iter().skip(1).map(|next| (next.since_ms, next.base));
        let ends: Vec<(i64, i64)> = ends.chain([(now_ms, base)]).collect();
        let too_many = past.len().saturating_sub(MOST_PAST);
        let is_over = |index: usize| match (past.get(index), ends.get(index)) {
            (Some(stretch), Some((end_ms, _))) => end_ms.saturating_add(stretch.admission_ms()) <= now_ms,
            (_, _) => false,
        };
        let over = (0..past.len())
            .take_while(|index| *index < too_many || is_over(*index))
            .count();
        let last_over = over.checked_sub(1).and_then(|last| ends.get(last));
        let void_below = last_over.map_or(self.void_below, |(_, last)| last.saturating_add(1));
        Self {
            per_minute,
            admission_minutes,
            since_ms: now_ms,
            base,
            void_below,
            past: past.split_off(over),
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
            past: Vec::new(),
        }
    }

    /// Whether it began at a moment that is still to come: the clock was set back.
    pub(crate) fn is_ahead(&self, now: Time) -> bool {
        self.since_ms > now.timestamp_millis()
    }
}

impl Stretch {
    /// The millisecond from which on a place is admitted, if the pace stays.
    fn admitted_ms(&self, place: i64) -> i64 {
        let after = place.saturating_sub(self.base).max(0);
        self.since_ms.saturating_add(ceiling(after, self.per_minute))
    }

    fn admission_ms(&self) -> i64 {
        self.admission_minutes.saturating_mul(60_000)
    }

    pub(crate) fn read_all(numbers: &[i64]) -> Result<Vec<Self>, Error> {
        let read = |four: &[i64]| match *four {
            [since_ms, base, per_minute, admission_minutes] => Ok(Self {
                since_ms,
                base,
                per_minute,
                admission_minutes,
            }),
            _ => Err(Error::corrupt("rooms.past", "not four numbers for each pace")),
        };
        numbers.chunks(4).map(read).collect()
    }

    pub(crate) fn write_all(past: &[Self]) -> Vec<i64> {
        let numbers = |one: &Self| [one.since_ms, one.base, one.per_minute, one.admission_minutes];
        past.iter().flat_map(numbers).collect()
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

    #[test]
    fn however_often_the_pace_changes_an_admission_lasts_as_long_as_was_told() {
        let mut pace = ten();
        let standings = |pace: &Pace, ms| [1, 30, 80].map(|number| pace.standing(number * ONE, at(ms)));
        // One place is admitted every six seconds until the pace first changes after 12 of them, then every three.
        let untils = [6_000, 72_000 + 18 * 3_000, 72_000 + 68 * 3_000].map(|ms| ms + 300_000);
        for change in 1..40_i64 {
            let ms = change * 72_000;
            pace = pace.changed(20, 5, at(ms));
            for (standing, until_ms) in standings(&pace, ms).into_iter().zip(untils) {
                if ms < until_ms - 300_000 {
                    assert!(
                        matches!(standing, Standing::Waiting { .. }),
                        "after {ms} ms: {standing:?}"
                    );
                } else if ms < until_ms {
                    assert_eq!(standing, Standing::Admitted { until_ms }, "after {ms} ms");
                } else {
                    assert_eq!(standing, Standing::Expired, "after {ms} ms");
                }
            }
            assert!(pace.past.len() <= 6, "what is over is forgotten: {pace:?}");
            assert_eq!(Stretch::read_all(&Stretch::write_all(&pace.past)).unwrap(), pace.past);
        }
        let mut restless = ten();
        for ms in 1..300 {
            restless = restless.changed(10, 5, at(ms * 100));
        }
        assert_eq!(restless.past.len(), MOST_PAST);
        assert!(Stretch::read_all(&[1, 2, 3]).is_err());
    }

    #[test]
    fn a_longer_admission_is_for_those_who_come_in_after_it_was_decided() {
        let longer = ten().changed(10, 60, at(60_000));
        let until_ms = 6_000 + 300_000;
        assert_eq!(longer.standing(ONE, at(60_000)), Standing::Admitted { until_ms });
        assert_eq!(longer.standing(ONE, at(until_ms)), Standing::Expired);
        let until_ms = 66_000 + 3_600_000;
        assert_eq!(longer.standing(11 * ONE, at(66_000)), Standing::Admitted { until_ms });
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
