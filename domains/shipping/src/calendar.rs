//! When a delivery comes: working days after the store has packed it.

use chrono::{Datelike as _, Days, NaiveDate};
use kernel::{FieldError, Invalid};

/// The most days that handling or a delivery may take.
pub const MOST_DAYS: i32 = 365;

/// On which days a store works, and how long it takes to hand a parcel over.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Calendar {
    handling_days: i32,
    /// 1 is Monday, 7 is Sunday; in this order and at least one.
    working_days: Vec<i16>,
}

impl Default for Calendar {
    /// One day, Monday to Friday: what holds until a store says otherwise.
    fn default() -> Self {
        Self {
            handling_days: 1,
            working_days: (1..=5).collect(),
        }
    }
}

impl Calendar {
    /// Checks both parts.
    pub fn new(handling_days: i32, mut working_days: Vec<i16>) -> Result<Self, Invalid> {
        let mut invalid = Invalid::default();
        if !(0..=60).contains(&handling_days) {
            invalid.push(FieldError::new("handling_days", "invalid_days", "must be 0 to 60"));
        }
        working_days.sort_unstable();
        working_days.dedup();
        if working_days.is_empty() {
            invalid.push(FieldError::required("working_days"));
        } else if working_days.iter().any(|day| !(1..=7).contains(day)) {
            invalid.push(FieldError::new("working_days", "invalid_value", "must be 1 to 7"));
        }
        invalid.into_result()?;
        Ok(Self {
            handling_days,
            working_days,
        })
    }

    /// How many working days pass before a parcel is handed over.
    pub fn handling_days(&self) -> i32 {
        self.handling_days
    }

    /// The days of the week, 1 for Monday.
    pub fn working_days(&self) -> &[i16] {
        &self.working_days
    }

    /// The day on which something comes that was ordered on `today` and is on its way for so many working days.
    pub fn arrival(&self, today: NaiveDate, days: i32) -> NaiveDate {
        let started = self.at_work(today);
        (0..self.handling_days.saturating_add(days).clamp(0, 2 * MOST_DAYS))
            .fold(started, |day, _| self.at_work(next(day)))
    }

    /// The working days from one on, so many of them.
    pub fn days_from(&self, first: NaiveDate, count: i32) -> Vec<NaiveDate> {
        let first = self.at_work(first);
        let days = std::iter::successors(Some(first), |day| Some(self.at_work(next(*day))));
        days.take(usize::try_from(count).unwrap_or_default()).collect()
    }

    /// The day itself, or the next one on which the store works.
    fn at_work(&self, day: NaiveDate) -> NaiveDate {
        let works = |day: &NaiveDate| {
            let weekday = i16::try_from(day.weekday().number_from_monday()).unwrap_or_default();
            self.working_days.contains(&weekday)
        };
        let week = std::iter::successors(Some(day), |day| Some(next(*day))).take(7);
        week.into_iter().find(works).unwrap_or(day)
    }
}

fn next(day: NaiveDate) -> NaiveDate {
    day.checked_add_days(Days::new(1)).unwrap_or(day)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    #[test]
    fn only_working_days_count() {
        let weekdays = Calendar::default();
        let every_day = Calendar::new(0, (1..=7).collect()).unwrap();
        for (calendar, today, days, arrival) in [
            // 2026-11-20 is a Friday.
            (&weekdays, "2026-11-16", 2, "2026-11-19"),
            (&weekdays, "2026-11-19", 2, "2026-11-24"),
            (&weekdays, "2026-11-20", 0, "2026-11-23"),
            (&weekdays, "2026-11-21", 0, "2026-11-24"),
            (&every_day, "2026-11-20", 0, "2026-11-20"),
            (&every_day, "2026-11-20", 3, "2026-11-23"),
        ] {
            assert_eq!(calendar.arrival(day(today), days), day(arrival), "{today} {days}");
        }
        let offered = weekdays.days_from(day("2026-11-20"), 3);
        assert_eq!(offered, ["2026-11-20", "2026-11-23", "2026-11-24"].map(day));
    }

    #[test]
    fn a_week_has_working_days() {
        for (handling, days, field) in [
            (-1, vec![1], "handling_days"),
            (0, vec![], "working_days"),
            (0, vec![8], "working_days"),
        ] {
            let invalid = Calendar::new(handling, days).unwrap_err();
            assert_eq!(invalid.0[0].field, field);
        }
        assert_eq!(Calendar::new(2, vec![7, 1, 1]).unwrap().working_days(), [1, 7]);
    }
}
