//! When a location is open.

use std::fmt;

use kernel::{FieldError, Invalid};
use serde::{Deserialize, Serialize};

/// The minutes of a day.
const DAY: u16 = 24 * 60;

/// A time of a day during which a location is open, in minutes from midnight.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Span {
    from: u16,
    until: u16,
}

/// The opening hours of a week, from Monday on, in the location's own time. All empty when they are not told.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(into = "[String; 7]", try_from = "[String; 7]")]
pub struct OpeningHours([Vec<Span>; 7]);

impl OpeningHours {
    /// Reads one text for each day from Monday on: `09:00-12:00, 13:00-18:00`, or nothing when it is closed.
    pub fn parse(days: &[String; 7]) -> Result<Self, Invalid> {
        let mut invalid = Invalid::default();
        let spans = std::array::from_fn(|day| {
            let text = days.get(day).map_or("", String::as_str);
            invalid
                .check(&format!("hours.{day}"), parse_day(text))
                .unwrap_or_default()
        });
        invalid.into_result()?;
        Ok(Self(spans))
    }

    /// The text of each day from Monday on.
    pub fn days(&self) -> [String; 7] {
        self.0.each_ref().map(|spans| {
            let spans: Vec<String> = spans.iter().map(ToString::to_string).collect();
            spans.join(", ")
        })
    }

    /// Whether no day has hours.
    pub fn is_empty(&self) -> bool {
        self.0.iter().all(Vec::is_empty)
    }
}

impl fmt::Display for Span {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { from, until } = self;
        write!(
            f,
            "{:02}:{:02}-{:02}:{:02}",
            from / 60,
            from % 60,
            until / 60,
            until % 60
        )
    }
}

impl From<OpeningHours> for [String; 7] {
    fn from(hours: OpeningHours) -> Self {
        hours.days()
    }
}

impl TryFrom<[String; 7]> for OpeningHours {
    type Error = Invalid;

    fn try_from(days: [String; 7]) -> Result<Self, Invalid> {
        Self::parse(&days)
    }
}

fn parse_day(text: &str) -> Result<Vec<Span>, FieldError> {
    let mut spans: Vec<Span> = Vec::new();
    for part in text.split(',').map(str::trim).filter(|part| !part.is_empty()) {
        let span = part
            .split_once(['-', '–'])
            .and_then(|(from, until)| {
                Some(Span {
                    from: minutes(from)?,
                    until: minutes(until)?,
                })
            })
            .ok_or_else(|| wrong("invalid_hours", "is not of the form 09:00-12:00, 13:00-18:00"))?;
        if span.from >= span.until {
            return Err(wrong("hours_backwards", "closes before it opens"));
        }
        if spans.last().is_some_and(|before| before.until > span.from) {
            return Err(wrong("hours_overlap", "opens again before it closed"));
        }
        spans.push(span);
    }
    Ok(spans)
}

fn wrong(code: &'static str, message: &str) -> FieldError {
    FieldError::new("hours", code, message)
}

fn minutes(text: &str) -> Option<u16> {
    let (hour, minute) = text.trim().split_once([':', '.'])?;
    let digits = |part: &str| (1..=2).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_digit());
    if !digits(hour) || !digits(minute) || minute.len() != 2 {
        return None;
    }
    let (hour, minute): (u16, u16) = (hour.parse().ok()?, minute.parse().ok()?);
    let minutes = hour * 60 + minute;
    (minute < 60 && minutes <= DAY).then_some(minutes)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn monday(text: &str) -> Result<String, &'static str> {
        let mut days: [String; 7] = Default::default();
        text.clone_into(&mut days[0]);
        match OpeningHours::parse(&days) {
            Ok(hours) => Ok(hours.days()[0].clone()),
            Err(invalid) => Err(invalid.0[0].code),
        }
    }

    #[test]
    fn hours_are_read_as_people_write_them() {
        for (typed, shown) in [
            ("", Ok("")),
            ("9:00-18:00", Ok("09:00-18:00")),
            ("09.00 – 12.30,13:00-24:00", Ok("09:00-12:30, 13:00-24:00")),
            ("9-18", Err("invalid_hours")),
            ("25:00-26:00", Err("invalid_hours")),
            ("09:60-10:00", Err("invalid_hours")),
            ("always", Err("invalid_hours")),
            ("18:00-09:00", Err("hours_backwards")),
            ("09:00-12:00, 11:00-18:00", Err("hours_overlap")),
        ] {
            assert_eq!(monday(typed), shown.map(str::to_owned), "{typed}");
        }
    }

    #[test]
    fn the_day_that_is_wrong_is_named() {
        let mut days: [String; 7] = Default::default();
        "noon".clone_into(&mut days[2]);
        assert_eq!(OpeningHours::parse(&days).unwrap_err().0[0].field, "hours.2");
        assert!(OpeningHours::default().is_empty());
    }
}
