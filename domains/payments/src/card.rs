//! What shows which card it is. The number itself never comes here.

use std::fmt;

use chrono::{Datelike as _, TimeDelta};
use kernel::Time;

/// The brand of a card and the last four digits of its number.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CardLabel {
    brand: String,
    last_four: String,
}

impl CardLabel {
    /// `None`: a brand is a word of small letters, digits and `_`, and the digits are four.
    pub fn new(brand: &str, last_four: &str) -> Option<Self> {
        let is_word = (1..=30).contains(&brand.len())
            && brand
                .bytes()
                .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_');
        let is_end = last_four.len() == 4 && last_four.bytes().all(|byte| byte.is_ascii_digit());
        (is_word && is_end).then(|| Self {
            brand: brand.to_owned(),
            last_four: last_four.to_owned(),
        })
    }

    /// Such as `visa`.
    pub fn brand(&self) -> &str {
        &self.brand
    }

    /// The last four digits of its number.
    pub fn last_four(&self) -> &str {
        &self.last_four
    }
}

/// The last month in which a card can be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Expiry {
    year: i32,
    month: u32,
}

impl Expiry {
    /// `None`: there is no such month.
    pub fn new(year: i32, month: u32) -> Option<Self> {
        ((1..=12).contains(&month) && (2000..=2999).contains(&year)).then_some(Self { year, month })
    }

    /// The year, in four digits.
    pub fn year(self) -> i32 {
        self.year
    }

    /// The month, from 1.
    pub fn month(self) -> u32 {
        self.month
    }

    /// Whether the month is over everywhere in the world.
    pub fn is_past(self, now: Time) -> bool {
        let latest = now - TimeDelta::hours(12);
        (latest.year(), latest.month()) > (self.year, self.month)
    }
}

impl fmt::Display for Expiry {
    /// As it stands on the card.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:02}/{:02}", self.month, self.year % 100)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_card_is_told_by_a_word_and_four_digits() {
        assert!(CardLabel::new("american_express", "0005").is_some());
        for (brand, last_four) in [
            ("", "4242"),
            ("Visa", "4242"),
            ("visa\u{e9}", "4242"),
            ("visa", "424"),
            ("visa", "4242424242424242"),
            ("visa", "42x2"),
        ] {
            assert_eq!(CardLabel::new(brand, last_four), None, "{brand} {last_four}");
        }
    }

    #[test]
    fn a_card_can_be_used_until_its_month_is_over_everywhere() {
        let expiry = Expiry::new(2026, 11).unwrap();
        for (at, past) in [
            ("2026-01-01T00:00:00Z", false),
            ("2026-11-30T23:59:59Z", false),
            ("2026-12-01T11:59:59Z", false),
            ("2026-12-01T12:00:00Z", true),
            ("2027-01-01T12:00:00Z", true),
        ] {
            assert_eq!(expiry.is_past(at.parse().unwrap()), past, "{at}");
        }
        assert_eq!(expiry.to_string(), "11/26");
        assert_eq!(
            Expiry::new(2026, 13).or(Expiry::new(26, 1)).or(Expiry::new(2026, 0)),
            None
        );
    }
}
