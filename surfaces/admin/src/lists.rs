//! What every list of the desk has: pages of the same size and the links between them.

use chrono::NaiveDate;
use kernel::{Cursor, Page, PageRequest, Time, TimeZone};
use serde::Serialize;

/// How many rows a page of a list has.
const ROWS: u16 = 30;

/// The page that a query asks for.
pub(crate) fn request(cursor: &str) -> PageRequest {
    let cursor = Some(cursor).filter(|cursor| !cursor.is_empty()).map(Cursor::from_text);
    PageRequest::first(ROWS).after(cursor)
}

/// A day as it is typed; a text that is none narrows nothing.
pub(crate) fn day(text: &str) -> Option<NaiveDate> {
    text.trim().parse().ok()
}

/// The moments between which the days from one up to and with another lie, where the store is.
pub(crate) fn days(zone: TimeZone, from: &str, until: &str) -> (Option<Time>, Option<Time>) {
    let until = day(until).and_then(|day| day.succ_opt());
    (
        day(from).map(|day| zone.midnight(day)),
        until.map(|day| zone.midnight(day)),
    )
}

/// A path with a query; parts without a value are left out.
pub(crate) fn address(path: &str, parts: &[(&str, String)]) -> String {
    let mut query = url::form_urlencoded::Serializer::new(String::new());
    query.extend_pairs(parts.iter().filter(|(_, value)| !value.is_empty()));
    match query.finish() {
        query if query.is_empty() => path.to_owned(),
        query => format!("{path}?{query}"),
    }
}

/// A page of rows as templates see it.
#[derive(Debug, Serialize)]
pub(crate) struct Rows<T> {
    items: Vec<T>,
    total: i64,
    next_cursor: Option<String>,
    /// Whether rows come before this page.
    later: bool,
}

impl<T> Rows<T> {
    pub(crate) fn new<U>(page: Page<U>, cursor: &str, row: impl FnMut(U) -> T) -> Self {
        Self {
            total: page.total,
            next_cursor: page.next_cursor.map(|cursor| cursor.as_str().to_owned()),
            later: !cursor.is_empty(),
            items: page.items.into_iter().map(row).collect(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_that_is_none_narrows_nothing() {
        assert_eq!(day("yesterday"), None);
        assert_eq!(day(" 2026-11-21 "), NaiveDate::from_ymd_opt(2026, 11, 21));
    }

    #[test]
    fn days_begin_and_end_at_the_midnights_of_the_store() {
        let at = |text: &str| Some(text.parse::<Time>().unwrap());
        let jakarta = TimeZone::parse("Asia/Jakarta").unwrap();
        assert_eq!(
            days(jakarta, "2026-11-21", "2026-11-21"),
            (at("2026-11-20T17:00:00Z"), at("2026-11-21T17:00:00Z"))
        );
        assert_eq!(days(jakarta, "", "someday"), (None, None));
    }
}
