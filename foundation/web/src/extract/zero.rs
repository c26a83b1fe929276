//! The character zero: JSON and forms can carry it and PostgreSQL's text cannot hold it, so it is refused here, where texts
//! come in, and nowhere else.

use serde_json::Value;

use crate::Problem;

/// Refuses JSON with the character zero in a text or a name.
pub(super) fn refuse_in_json(body: &[u8]) -> Result<(), Problem> {
    if !has_escaped_zero(body) {
        return Ok(());
    }
    let path = serde_json::from_slice(body)
        .ok()
        .and_then(|value| path_of_zero(&value, String::new()));
    path.map_or(Ok(()), |path| Err(problem(path)))
}

/// Refuses form fields with the character zero.
pub(super) fn refuse_in_form(text: &[u8]) -> Result<(), Problem> {
    let zero = url::form_urlencoded::parse(text).find(|(name, value)| name.contains('\0') || value.contains('\0'));
    zero.map_or(Ok(()), |(name, _)| Err(problem(name.replace('\0', ""))))
}

fn problem(field: String) -> Problem {
    Problem::field(field, "invalid_text", "may not hold the character zero")
}

/// Whether `\u0000` stands in the text with an odd number of backslashes, so that it is an escape.
fn has_escaped_zero(body: &[u8]) -> bool {
    body.windows(5).enumerate().any(|(at, window)| {
        window == b"u0000" && body.iter().take(at).rev().take_while(|byte| **byte == b'\\').count() % 2 == 1
    })
}

fn path_of_zero(value: &Value, path: String) -> Option<String> {
    match value {
        Value::String(text) => text.contains('\0').then_some(path),
        Value::Array(values) => values.iter().enumerate().find_map(|(index, value)| {
            path_of_zero(value, format!("{path}.{index}").trim_start_matches('.').to_owned())
        }),
        Value::Object(fields) => fields.iter().find_map(|(name, value)| {
            let here = if path.is_empty() {
                name.clone()
            } else {
                format!("{path}.{name}")
            };
            if name.contains('\0') {
                Some(path.clone())
            } else {
                path_of_zero(value, here)
            }
        }),
        Value::Null | Value::Bool(_) | Value::Number(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn zero_is_refused_by_its_field() {
        for (body, field) in [
            (r#"{"a":{"b":["x","y\u0000"]}}"#, Some("a.b.1")),
            (r#"{"properties":{"\u0000":"x"}}"#, Some("properties")),
            (r#"{"a":"\\\u0000"}"#, Some("a")),
            (r#"{"a":"\\u0000 u0000"}"#, None),
            ("{}", None),
        ] {
            let refused = refuse_in_json(body.as_bytes()).err();
            assert_eq!(
                refused.as_ref().map(|problem| problem.errors()[0].field.as_str()),
                field,
                "{body}"
            );
        }
        assert_eq!(refuse_in_form(b"a=1&q=x%00").unwrap_err().errors()[0].field, "q");
        assert!(refuse_in_form(b"q=100%25").is_ok());
    }
}
