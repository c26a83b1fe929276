//! The time zone a store lives in: when its days begin, and what its clocks show.

use chrono::{DateTime, LocalResult, NaiveDate, NaiveDateTime, NaiveTime, TimeDelta, TimeZone as _};
use chrono_tz::{TZ_VARIANTS, Tz};

use crate::{FieldError, Time};

/// A time zone of the IANA database, such as `Asia/Jakarta`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TimeZone(Tz);

impl TimeZone {
    /// Universal time, whose clocks are never changed.
    pub const UTC: Self = Self(Tz::UTC);

    /// The zone of that name; capitals count.
    pub fn parse(name: &str) -> Result<Self, FieldError> {
        let unknown = |_unknown| {
            let message = "must be a time zone such as Asia/Jakarta or Europe/Berlin";
            FieldError::new("time_zone", "unknown_time_zone", message)
        };
        name.trim().parse().map(Self).map_err(unknown)
    }

    /// Its name.
    pub fn name(self) -> &'static str {
        self.0.name()
    }

    /// Those to choose from: UTC, and one of each continent's places. Names that stand for others are understood as well.
    pub fn choices() -> impl Iterator<Item = Self> {
        const CONTINENTS: &[&str] = &[
            "Africa/",
            "America/",
            "Antarctica/",
            "Arctic/",
            "Asia/",
            "Atlantic/",
            "Australia/",
            "Europe/",
            "Indian/",
            "Pacific/",
        ];
        let places = TZ_VARIANTS
            .iter()
            .copied()
            .map(Self)
            .filter(|zone| CONTINENTS.iter().any(|continent| zone.name().starts_with(continent)));
        std::iter::once(Self::UTC).chain(places)
    }

    /// What its clocks and calendars show.
    pub fn local(self, at: Time) -> NaiveDateTime {
        self.0.from_utc_datetime(&at.naive_utc()).naive_local()
    }

    /// The day on its calendars.
    pub fn day(self, at: Time) -> NaiveDate {
        self.local(at).date()
    }

    /// What people there call the time, such as `WIB`, or how far it is from UTC where it has no name.
    pub fn abbreviation(self, at: Time) -> String {
        self.0.from_utc_datetime(&at.naive_utc()).format("%Z").to_string()
    }

    /// The moment at which its clocks show that: the first of two where they are set back, and when it would have been
    /// where they are set forward past it.
    pub fn moment(self, local: NaiveDateTime) -> Time {
        // Clocks skip at most a day, at the date line; usually an hour.
        let before = [0, 3, 27].into_iter().find_map(|hours| {
            let back = TimeDelta::hours(hours);
            let at: Option<DateTime<Tz>> = match self.0.from_local_datetime(&local.checked_sub_signed(back)?) {
                LocalResult::Single(at) | LocalResult::Ambiguous(at, _) => Some(at),
                LocalResult::None => None,
            };
            at?.checked_add_signed(back)
        });
        before.map_or(local.and_utc(), |at| at.to_utc())
    }

    /// When a day begins.
    pub fn midnight(self, day: NaiveDate) -> Time {
        self.moment(day.and_time(NaiveTime::MIN))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Time {
        text.parse().unwrap()
    }

    #[test]
    fn names_of_the_database_are_zones_and_others_are_not() {
        assert_eq!(TimeZone::parse(" Asia/Jakarta ").unwrap().name(), "Asia/Jakarta");
        for odd in ["", "Jakarta", "asia/jakarta", "UTC+7", "Mars/Olympus"] {
            assert_eq!(TimeZone::parse(odd).unwrap_err().code, "unknown_time_zone", "{odd}");
        }
        let names: Vec<&str> = TimeZone::choices().map(TimeZone::name).collect();
        assert_eq!(names.first(), Some(&"UTC"));
        assert!(names.contains(&"America/New_York") && !names.contains(&"EST5EDT"));
        for name in names {
            assert_eq!(TimeZone::parse(name).map(TimeZone::name), Ok(name));
        }
    }

    #[test]
    fn a_day_begins_where_the_store_is() {
        let jakarta = TimeZone::parse("Asia/Jakarta").unwrap();
        let evening = at("2026-03-05T17:30:00Z");
        assert_eq!(jakarta.day(evening).to_string(), "2026-03-06");
        assert_eq!(jakarta.local(evening).to_string(), "2026-03-06 00:30:00");
        assert_eq!(jakarta.abbreviation(evening), "WIB");
        assert_eq!(jakarta.midnight(jakarta.day(evening)), at("2026-03-05T17:00:00Z"));
    }

    #[test]
    fn days_are_as_long_as_the_clocks_make_them() {
        let length = |zone: &str, day: &str| {
            let zone = TimeZone::parse(zone).unwrap();
            let day: NaiveDate = day.parse().unwrap();
            (zone.midnight(day.succ_opt().unwrap()) - zone.midnight(day)).num_hours()
        };
        assert_eq!(length("Europe/Berlin", "2026-03-29"), 23);
        assert_eq!(length("Europe/Berlin", "2026-10-25"), 25);
        // Where the clocks change at midnight the day begins at one, or twice.
        assert_eq!(length("America/Santiago", "2026-09-06"), 23);
        assert_eq!(length("America/Havana", "2026-11-01"), 25);
        // A day that was left out at the date line has no length.
        assert_eq!(length("Pacific/Apia", "2011-12-30"), 0);
    }

    #[test]
    fn a_time_that_is_skipped_or_comes_twice_is_still_one_moment() {
        let berlin = TimeZone::parse("Europe/Berlin").unwrap();
        let moment = |text: &str| berlin.moment(text.parse().unwrap());
        assert_eq!(moment("2026-03-29T02:30:00"), at("2026-03-29T01:30:00Z"));
        assert_eq!(moment("2026-10-25T02:30:00"), at("2026-10-25T00:30:00Z"));
        assert_eq!(moment("2026-07-01T12:00:00"), at("2026-07-01T10:00:00Z"));
    }
}
