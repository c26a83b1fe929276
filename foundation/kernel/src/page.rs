//! Lists come in pages with an opaque cursor: the sort key of the last row seen, so that a page stays right while rows
//! are added.

use serde::{Serialize, de::DeserializeOwned};

use crate::FieldError;

/// Where a page starts: the sort key of the row before it, hidden in a text that callers only hand back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cursor(String);

impl Cursor {
    /// Hides a sort key.
    pub fn encode<K: Serialize>(key: &K) -> Self {
        let json = serde_json::to_vec(key).unwrap_or_default();
        Self(data_encoding::BASE64URL_NOPAD.encode(&json))
    }

    /// Takes a cursor from a caller; whether it fits is known when it is decoded.
    pub fn from_text(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// The sort key, or an error that names the field `cursor`.
    pub fn decode<K: DeserializeOwned>(&self) -> Result<K, FieldError> {
        data_encoding::BASE64URL_NOPAD
            .decode(self.0.as_bytes())
            .ok()
            .and_then(|json| serde_json::from_slice::<serde_json::Value>(&json).ok())
            .filter(|key| could_be_stored::<K>(key))
            .and_then(|key| serde_json::from_value(key).ok())
            .ok_or_else(|| FieldError::new("cursor", "invalid_cursor", "is not a cursor that this list gave out"))
    }

    /// The text that callers hand back.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Whether a database could hold every text and time in a key; a cursor that was tampered with may have others. A title may read
/// as a time that no database holds: it is a text where the key takes another text in its place, and a time where it does not.
fn could_be_stored<K: DeserializeOwned>(key: &serde_json::Value) -> bool {
    let mut without = key.clone();
    replace_far_times(&mut without);
    !has_nul(key) && (without == *key || serde_json::from_value::<K>(without).is_ok())
}

fn has_nul(key: &serde_json::Value) -> bool {
    match key {
        serde_json::Value::String(text) => text.contains('\0'),
        serde_json::Value::Array(values) => values.iter().any(has_nul),
        serde_json::Value::Object(fields) => fields.values().any(has_nul),
        serde_json::Value::Null | serde_json::Value::Bool(_) | serde_json::Value::Number(_) => false,
    }
}

/// Puts a text that is no time in the place of each that reads as one before or after all that are stored.
fn replace_far_times(key: &mut serde_json::Value) {
    use chrono::Datelike as _;
    match key {
        serde_json::Value::String(text) => {
            let time = text.parse::<crate::Time>();
            if time.is_ok_and(|time| !(0..=9999).contains(&time.year())) {
                "text".clone_into(text);
            }
        }
        serde_json::Value::Array(values) => values.iter_mut().for_each(replace_far_times),
        serde_json::Value::Object(fields) => fields.values_mut().for_each(replace_far_times),
        serde_json::Value::Null | serde_json::Value::Bool(_) | serde_json::Value::Number(_) => {}
    }
}

/// Which page of a list is wanted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PageRequest {
    /// How many rows at most; `limit()` clamps it.
    limit: u16,
    /// Where to start; `None` is the first page.
    pub cursor: Option<Cursor>,
}

impl PageRequest {
    /// The most rows one page can have.
    pub const MAX: u16 = 100;

    /// The first `limit` rows.
    pub fn first(limit: u16) -> Self {
        Self {
            limit: limit.clamp(1, Self::MAX),
            cursor: None,
        }
    }

    /// The same page size, starting after `cursor`.
    pub fn after(mut self, cursor: Option<Cursor>) -> Self {
        self.cursor = cursor;
        self
    }

    /// How many rows at most, between 1 and [`PageRequest::MAX`].
    pub fn limit(&self) -> u16 {
        self.limit
    }

    /// One row more than the page, so that a query can see whether another page follows.
    pub fn limit_plus_one(&self) -> i64 {
        i64::from(self.limit) + 1
    }
}

/// A page of a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page<T> {
    /// The rows.
    pub items: Vec<T>,
    /// Where the next page starts; `None` on the last page.
    pub next_cursor: Option<Cursor>,
    /// How many rows the whole list has.
    pub total: i64,
}

impl<T> Page<T> {
    /// A page from rows fetched with [`PageRequest::limit_plus_one`]: the surplus row only tells that more follow.
    pub fn from_rows<K: Serialize>(mut rows: Vec<T>, request: &PageRequest, total: i64, key: impl Fn(&T) -> K) -> Self {
        let limit = usize::from(request.limit);
        let more = rows.len() > limit;
        rows.truncate(limit);
        let next_cursor = if more {
            rows.last().map(|row| Cursor::encode(&key(row)))
        } else {
            None
        };
        Self {
            items: rows,
            next_cursor,
            total,
        }
    }

    /// The same page of other things.
    pub fn map<U>(self, f: impl FnMut(T) -> U) -> Page<U> {
        Page {
            items: self.items.into_iter().map(f).collect(),
            next_cursor: self.next_cursor,
            total: self.total,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_surplus_row_becomes_the_cursor() {
        let request = PageRequest::first(2);
        let page = Page::from_rows(vec![1, 2, 3], &request, 9, |row| *row);
        assert_eq!(page.items, [1, 2]);
        assert_eq!(page.next_cursor.unwrap().decode(), Ok(2));
        assert_eq!(Page::from_rows(vec![1, 2], &request, 2, |row| *row).next_cursor, None);
    }

    #[test]
    fn a_foreign_cursor_names_its_field() {
        for text in ["", "%%%", "e30"] {
            let error = Cursor::from_text(text).decode::<(i64, String)>().unwrap_err();
            assert_eq!((error.field.as_str(), error.code), ("cursor", "invalid_cursor"));
        }
    }

    #[test]
    fn a_key_that_no_database_holds_is_refused() {
        use crate::Time;
        assert!(Cursor::encode(&["a\0"]).decode::<[String; 1]>().is_err());
        for far in ["+10000-01-01T00:00:00Z", "-0001-01-01T00:00:00Z"] {
            assert!(Cursor::encode(&[far]).decode::<[Time; 1]>().is_err(), "{far}");
            assert!(
                Cursor::encode(&(far, 1)).decode::<(Option<Time>, i64)>().is_err(),
                "{far}"
            );
            assert_eq!(Cursor::encode(&(far, 1)).decode(), Ok((far.to_owned(), 1)));
        }
        for key in [["- a title"], ["2026-01-01T00:00:00Z"]] {
            assert_eq!(Cursor::encode(&key).decode(), Ok(key.map(str::to_owned)));
        }
        assert_eq!(
            Cursor::encode(&["1970-01-01T00:00:00Z"]).decode(),
            Ok([Time::UNIX_EPOCH])
        );
    }

    #[test]
    fn a_page_has_at_least_one_row_and_at_most_a_hundred() {
        assert_eq!(PageRequest::first(0).limit(), 1);
        assert_eq!(PageRequest::first(10_000).limit(), 100);
    }
}
