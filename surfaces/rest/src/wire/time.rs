//! Times on the wire: RFC 3339 and nothing else, so that every time that gets in can be stored.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Deserializer, de::Error};

fn parse<E: Error>(text: &str) -> Result<DateTime<Utc>, E> {
    let parsed = DateTime::parse_from_rfc3339(text).map_err(|_error| E::custom("is not a time as in RFC 3339"))?;
    Ok(parsed.to_utc())
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
