//! The order of a list: what the address says, and the headers of columns by which it is changed.

use std::collections::BTreeMap;

use kernel::{FieldError, Invalid};
use serde::Serialize;
use web::Problem;

/// A column that a list can be sorted by, with the names of both orders. Where the other way round is of no use there is none.
pub(crate) struct Column {
    pub(crate) name: &'static str,
    /// What the first click asks for.
    pub(crate) first: &'static str,
    pub(crate) second: Option<&'static str>,
    /// Whether the first begins with the least.
    pub(crate) first_is_ascending: bool,
}

/// The header of such a column.
#[derive(Debug, PartialEq, Eq, Serialize)]
pub(crate) struct Header {
    /// What the next click leads to.
    url: String,
    /// `ascending` or `descending`; empty when the list is sorted by something else.
    aria: &'static str,
}

/// The order that is asked for; the list's own when none is. Another name is a mistake of whoever wrote the address.
pub(crate) fn read<S: Default>(text: &str, parse: impl Fn(&str) -> Option<S>) -> Result<S, Problem> {
    let text = text.trim();
    if text.is_empty() {
        return Ok(S::default());
    }
    parse(text)
        .ok_or_else(|| Invalid::from(FieldError::new("sort", "unknown_sort", "is not an order of this list")).into())
}

/// The headers of a list at that path, asked for with this query and sorted like that. All that narrows the list stays; the next
/// order begins with its first page.
pub(crate) fn headers(path: &str, query: &str, sort: &str, columns: &[Column]) -> BTreeMap<&'static str, Header> {
    let header = |column: &Column| {
        let (aria, next) = match (sort == column.first, column.second) {
            (true, second) => (direction(column.first_is_ascending), second),
            (false, Some(second)) if second == sort => (direction(!column.first_is_ascending), Some(column.first)),
            (false, _) => ("", Some(column.first)),
        };
        let mut parts = url::form_urlencoded::Serializer::new(String::new());
        for (name, value) in url::form_urlencoded::parse(query.as_bytes()) {
            if !NOT_KEPT.contains(&name.as_ref()) && !value.trim().is_empty() {
                parts.append_pair(&name, &value);
            }
        }
        if let Some(next) = next {
            parts.append_pair("sort", next);
        }
        let query = parts.finish();
        let url = if query.is_empty() {
            path.to_owned()
        } else {
            format!("{path}?{query}")
        };
        (column.name, Header { url, aria })
    };
    columns.iter().map(header).collect()
}

/// What is of one page, one order or one moment.
const NOT_KEPT: [&str; 5] = ["cursor", "sort", "changed", "stale", "deleted"];

fn direction(is_ascending: bool) -> &'static str {
    if is_ascending { "ascending" } else { "descending" }
}

#[cfg(test)]
mod tests {
    use super::*;

    const COLUMNS: [Column; 2] = [
        Column {
            name: "placed",
            first: "newest",
            second: Some("oldest"),
            first_is_ascending: false,
        },
        Column {
            name: "title",
            first: "title",
            second: None,
            first_is_ascending: true,
        },
    ];

    #[test]
    fn a_header_turns_its_column_around_and_keeps_what_narrows_the_list() {
        let header = |sort, name| {
            let mut all = headers("/admin/orders", "q=a+b&cursor=xyz&sort=oldest&status=", sort, &COLUMNS);
            let header = all.remove(name).unwrap();
            (header.url, header.aria)
        };
        let url = |sort: &str| format!("/admin/orders?q=a+b{sort}");
        assert_eq!(header("newest", "placed"), (url("&sort=oldest"), "descending"));
        assert_eq!(header("oldest", "placed"), (url("&sort=newest"), "ascending"));
        assert_eq!(header("newest", "title"), (url("&sort=title"), ""));
        assert_eq!(header("title", "title"), (url(""), "ascending"));
        assert_eq!(header("title", "placed"), (url("&sort=newest"), ""));
        assert_eq!(headers("/x", "", "title", &COLUMNS[1..])["title"].url, "/x");
    }

    #[test]
    fn an_order_that_nobody_knows_is_an_error() {
        let parse = |text: &str| text.parse::<u8>().ok();
        assert_eq!(read("", parse).unwrap(), 0);
        assert_eq!(read(" 3 ", parse).unwrap(), 3);
        assert!(read("up", parse).is_err());
    }
}
