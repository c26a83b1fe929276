//! What every list of the desk has: pages of the same size and the links between them.

use kernel::{Cursor, Page, PageRequest};
use serde::Serialize;

/// How many rows a page of a list has.
const ROWS: u16 = 30;

/// The page that a query asks for.
pub(crate) fn request(cursor: &str) -> PageRequest {
    let cursor = Some(cursor).filter(|cursor| !cursor.is_empty()).map(Cursor::from_text);
    PageRequest::first(ROWS).after(cursor)
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
