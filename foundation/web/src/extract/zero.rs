//! The character zero: JSON and forms can carry it and PostgreSQL's text cannot hold it, so it is refused here, where texts
//! come in, and nowhere else.

use serde_json::Value;

use crate::Problem;

/// Refuses JSON with the character zero in a text or a name.
pub(super) fn refuse_in_json(body: &[u8]) -> Result<(), Problem> {
    if !has_escaped_zero(body) {
        return Ok(());
    }
    // What is no JSON at all is for who reads it to say.
    let value = serde_json::from_slice(body).unwrap_or_default();
    let mut steps = Vec::new();
    match find_zero(&value, &mut steps) {
        true => Err(problem(path(&steps))),
        false => Ok(()),
    }
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

/// A step into JSON.
#[derive(Debug, Clone, Copy)]
enum Step<'v> {
    Name(&'v str),
    Index(usize),
}

/// Looks for the first zero. Only once it is found the steps to it are noted, from the innermost on: noting where one is
/// while looking would copy a long name for everything below it.
fn find_zero<'v>(value: &'v Value, steps: &mut Vec<Step<'v>>) -> bool {
    match value {
        Value::String(text) => text.contains('\0'),
        Value::Array(values) => values.iter().enumerate().any(|(index, value)| {
            let found = find_zero(value, steps);
            if found {
                steps.push(Step::Index(index));
            }
            found
        }),
        Value::Object(fields) => fields.iter().any(|(name, value)| {
            if name.contains('\0') {
                return true;
            }
            let found = find_zero(value, steps);
            if found {
                steps.push(Step::Name(name));
            }
            found
        }),
        Value::Null | Value::Bool(_) | Value::Number(_) => false,
    }
}

/// `lines.1.title`
fn path(steps: &[Step<'_>]) -> String {
    let names = steps.iter().rev().map(|step| match step {
        Step::Name(name) => (*name).to_owned(),
        Step::Index(index) => index.to_string(),
    });
    names.collect::<Vec<_>>().join(".")
}

#[cfg(test)]
mod tests {
    use serde_json::json;

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

    #[test]
    fn what_leads_to_no_zero_is_never_written_down() {
        let long = "a".repeat(10_000);
        let many = vec![json!("x"); 10_000];
        let value = json!({ (long.as_str()): many, "z": ["x", { "y": "\0" }] });
        let mut steps = Vec::new();
        assert!(find_zero(&value, &mut steps));
        assert_eq!(path(&steps), "z.1.y");
        assert!(steps.capacity() < 10, "{} steps", steps.capacity());
        let refused = refuse_in_json(br#"{"a":"\u0000 and no end"#);
        assert!(refused.is_ok(), "{refused:?}");
    }
}
