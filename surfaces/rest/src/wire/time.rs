//! Times on the wire: RFC 3339 and nothing else, so that every time that gets in can be stored.

use chrono::{DateTime, Datelike as _, Utc};
use serde::{Deserialize, Deserializer, de::Error};

fn parse<E: Error>(text: &str) -> Result<DateTime<Utc>, E> {
    let parsed = DateTime::parse_from_rfc3339(text).map_err(|_error| E::custom("is not a time as in RFC 3339"))?;
    // A leap second becomes the second after it, as PostgreSQL keeps it; it or an offset can carry a time over the border of
    // the years that RFC 3339 can write.
    let time = DateTime::from_timestamp_micros(parsed.timestamp_micros()).unwrap_or_default();
    if (0..=9999).contains(&time.year()) {
        Ok(time)
    } else {
        Err(E::custom("is not within the years 0 to 9999 in UTC"))
    }
}

/// A time, or none.
pub(crate) fn optional_time<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<DateTime<Utc>>, D::Error> {
    Option::<String>::deserialize(deserializer)?
        .map(|text| parse(&text))
        .transpose()
}

/// A field that is there: a time, or null to take it away.
pub(crate) fn present_time<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<Option<DateTime<Utc>>>, D::Error> {
    optional_time(deserializer).map(Some)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_times_that_can_be_written_again_are_read() {
        let read = |text: &str| parse::<serde_json::Error>(text).is_ok();
        assert!(read("2026-11-21T00:00:00+07:00") && read("0000-01-01T00:00:00Z"));
        for text in [
            "9999-12-31T23:59:60Z",
            "9999-12-31T23:59:59-00:01",
            "0000-01-01T00:00:00+00:01",
            "+10000-01-01T00:00:00Z",
        ] {
            assert!(!read(text), "{text}");
        }
    }
}
