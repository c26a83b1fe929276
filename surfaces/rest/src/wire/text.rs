//! Texts in addresses, and fields of a PATCH: one that is left out stays as it is, and null is refused unless the field may
//! be taken away.

use kernel::FieldError;
use serde::{Deserialize, Deserializer};

/// A field that is there has a value.
pub(crate) fn present<'de, T: Deserialize<'de>, D: Deserializer<'de>>(deserializer: D) -> Result<Option<T>, D::Error> {
    T::deserialize(deserializer).map(Some)
}

/// A text that may be left out: null is the same as empty.
pub(crate) fn null_is_empty<'de, D: Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    Option::<String>::deserialize(deserializer).map(Option::unwrap_or_default)
}

/// A text as one segment of an address.
pub(crate) fn path_segment(text: &str) -> String {
    let mut segment = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-_.~".contains(&byte) {
            segment.push(char::from(byte));
        } else {
            segment.push_str(&format!("%{byte:02X}"));
        }
    }
    segment
}

/// A reason for the timeline and a mail: up to 500 characters.
pub(crate) fn checked_reason(reason: &str) -> Result<String, FieldError> {
    let reason = reason.trim();
    if reason.chars().count() > 500 {
        return Err(FieldError::new("reason", "too_long", "may have at most 500 characters"));
    }
    Ok(reason.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_segment_is_escaped() {
        assert_eq!(path_segment("blue-shirt"), "blue-shirt");
        assert_eq!(path_segment("é/x"), "%C3%A9%2Fx");
    }
}
