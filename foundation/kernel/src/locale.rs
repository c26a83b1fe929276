//! The languages Souk speaks, and how each writes numbers and dates.

use std::{fmt, str::FromStr};

use chrono::{Datelike as _, NaiveDate};
use rust_decimal::Decimal;

/// A language that Souk's own texts are translated into.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Locale {
    /// English.
    EN,
    /// Indonesian.
    ID,
}

/// Souk has no texts in that language.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("is not a language this program speaks (en, id)")]
pub struct UnknownLocale;

const MONTHS_EN: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];
const MONTHS_ID: [&str; 12] = [
    "Januari",
    "Februari",
    "Maret",
    "April",
    "Mei",
    "Juni",
    "Juli",
    "Agustus",
    "September",
    "Oktober",
    "November",
    "Desember",
];

const WEEKDAYS_EN: [&str; 7] = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];
const WEEKDAYS_ID: [&str; 7] = ["Sen", "Sel", "Rab", "Kam", "Jum", "Sab", "Min"];

fn index(number: u32) -> usize {
    usize::try_from(number).unwrap_or_default()
}

impl Locale {
    /// Every language.
    pub const ALL: [Self; 2] = [Self::EN, Self::ID];

    /// The language code, as in `lang="en"`.
    pub fn code(self) -> &'static str {
        match self {
            Self::EN => "en",
            Self::ID => "id",
        }
    }

    /// The language's own name.
    pub fn name(self) -> &'static str {
        match self {
            Self::EN => "English",
            Self::ID => "Bahasa Indonesia",
        }
    }

    /// A date such as `5 March 2026`.
    pub fn format_date(self, day: NaiveDate) -> String {
        let months = match self {
            Self::EN => MONTHS_EN,
            Self::ID => MONTHS_ID,
        };
        let month = months.get(index(day.month0())).copied().unwrap_or_default();
        format!("{} {month} {}", day.day(), day.year())
    }

    /// Days to come, such as `Tue 24 – Thu 26 Nov`, `Mon 30 Nov – Wed 2 Dec` or, for one day, `Tue 24 Nov`.
    pub fn format_days(self, first: NaiveDate, last: NaiveDate) -> String {
        let (weekdays, months) = match self {
            Self::EN => (WEEKDAYS_EN, MONTHS_EN),
            Self::ID => (WEEKDAYS_ID, MONTHS_ID),
        };
        let day = |day: NaiveDate| {
            let weekday = weekdays.get(index(day.weekday().num_days_from_monday()));
            format!("{} {}", weekday.copied().unwrap_or_default(), day.day())
        };
        let month = |day: NaiveDate| {
            let name = months.get(index(day.month0())).copied().unwrap_or_default();
            name.chars().take(3).collect::<String>()
        };
        let end = format!("{} {}", day(last), month(last));
        if first == last {
            end
        } else if (first.month(), first.year()) == (last.month(), last.year()) {
            format!("{} – {end}", day(first))
        } else {
            format!("{} {} – {end}", day(first), month(first))
        }
    }

    /// A number as it is read, with the decimals it has.
    pub fn format_number(self, number: Decimal) -> String {
        let sign = if number.is_sign_negative() { "-" } else { "" };
        format!("{sign}{}", self.format_decimal(number.abs(), number.scale()))
    }

    /// A non-negative number with thousands parted and exactly `decimals` decimals.
    pub(crate) fn format_decimal(self, number: Decimal, decimals: u32) -> String {
        let (thousands, point) = match self {
            Self::EN => (',', '.'),
            Self::ID => ('.', ','),
        };
        let text = format!("{number:.*}", usize::try_from(decimals).unwrap_or_default());
        let (integer, fraction) = text.split_once('.').unwrap_or((&text, ""));
        let mut shown = String::with_capacity(text.len() + 4);
        for (index, digit) in integer.chars().enumerate() {
            if index > 0 && (integer.len() - index).is_multiple_of(3) {
                shown.push(thousands);
            }
            shown.push(digit);
        }
        if !fraction.is_empty() {
            shown.push(point);
            shown.push_str(fraction);
        }
        shown
    }

    /// Whether a currency sign stands right before the number.
    pub(crate) fn symbol_touches_number(self) -> bool {
        match self {
            Self::EN => true,
            Self::ID => false,
        }
    }
}

impl fmt::Display for Locale {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

impl serde::Serialize for Locale {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.code())
    }
}

impl<'de> serde::Deserialize<'de> for Locale {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let tag = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
        tag.parse().map_err(serde::de::Error::custom)
    }
}

impl FromStr for Locale {
    type Err = UnknownLocale;

    /// Takes a language tag; a region behind it (`en-US`) is ignored.
    fn from_str(tag: &str) -> Result<Self, UnknownLocale> {
        let language = tag.split(['-', '_']).next().unwrap_or_default();
        Self::ALL
            .into_iter()
            .find(|locale| locale.code().eq_ignore_ascii_case(language))
            .ok_or(UnknownLocale)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_region_does_not_change_the_language() {
        assert_eq!("en-US".parse(), Ok(Locale::EN));
        assert_eq!("ID".parse(), Ok(Locale::ID));
        assert_eq!("fr".parse::<Locale>(), Err(UnknownLocale));
    }

    #[test]
    fn dates_name_the_month() {
        let day = NaiveDate::from_ymd_opt(2026, 3, 5).unwrap();
        assert_eq!(Locale::EN.format_date(day), "5 March 2026");
        assert_eq!(Locale::ID.format_date(day), "5 Maret 2026");
    }

    #[test]
    fn days_to_come_name_the_month_once() {
        let day = |month, day| NaiveDate::from_ymd_opt(2026, month, day).unwrap();
        for (first, last, en, id) in [
            (day(11, 24), day(11, 26), "Tue 24 – Thu 26 Nov", "Sel 24 – Kam 26 Nov"),
            (
                day(11, 30),
                day(12, 2),
                "Mon 30 Nov – Wed 2 Dec",
                "Sen 30 Nov – Rab 2 Des",
            ),
            (day(8, 16), day(8, 16), "Sun 16 Aug", "Min 16 Agu"),
        ] {
            assert_eq!(
                (
                    Locale::EN.format_days(first, last).as_str(),
                    Locale::ID.format_days(first, last).as_str()
                ),
                (en, id)
            );
        }
    }
}
