//! From serde's words to the field, the code and the sentence of a problem.

use serde_path_to_error::{Path, Segment};

use crate::{Problem, ProblemField};

/// What is said of a field of a form or a query that comes several times and has one value.
const GIVEN_TWICE: &str = "unsupported value";

/// What serde said about a value at `path`, which is empty for the whole.
pub(super) fn field(path: &str, message: &str) -> ProblemField {
    let message = message.rsplit_once(" at line ").map_or(message, |(before, _)| before);
    let (code, name) = if let Some(name) = quoted_after(message, "missing field ") {
        ("required", Some(name))
    } else if let Some(name) = quoted_after(message, "unknown field ") {
        ("unknown_field", Some(name))
    } else if let Some(name) = quoted_after(message, "duplicate field ") {
        ("duplicate_field", Some(name))
    } else if message == GIVEN_TWICE {
        ("duplicate_field", None)
    } else {
        ("invalid_value", None)
    };
    let field = match name {
        Some(name) if path == name || path.ends_with(&format!(".{name}")) => path.to_owned(),
        Some(name) if path.is_empty() => name.to_owned(),
        Some(name) => format!("{path}.{name}"),
        None => path.to_owned(),
    };
    let message = match code {
        "required" => "is required".to_owned(),
        "unknown_field" => "is not a field of this request".to_owned(),
        "duplicate_field" => "is given twice".to_owned(),
        _ => sentence(message),
    };
    ProblemField {
        field,
        code: code.into(),
        message,
    }
}

/// 422 for what serde said about a value at `path`.
pub(super) fn problem(path: &Path, message: &str) -> Problem {
    Problem::invalid(vec![field(&spelled(path), message)])
}

/// A path as every check of ours spells it: `lines.0.quantity`.
fn spelled(path: &Path) -> String {
    let segments = path.iter().filter_map(|segment| match segment {
        Segment::Seq { index } => Some(index.to_string()),
        Segment::Map { key } => Some(key.clone()),
        Segment::Enum { variant } => Some(variant.clone()),
        Segment::Unknown => None,
    });
    segments.collect::<Vec<_>>().join(".")
}

/// What is wrong with a value, without the names of Rust's types.
fn sentence(message: &str) -> String {
    if message.starts_with("unknown variant ") {
        return one_of(message);
    }
    let expected = message.rsplit_once(", expected ").map_or("", |(_, expected)| expected);
    let said = match message {
        "invalid digit found in string" | "cannot parse integer from empty string" => "must be a whole number",
        "number too large to fit in target type" => "is too large",
        "number too small to fit in target type" => "is too small",
        "provided string was not `true` or `false`" => "must be true or false",
        "input is out of range"
        | "input contains invalid characters"
        | "premature end of input"
        | "trailing input"
        | "no possible date and time matching input" => "must be a date such as 2026-12-24",
        _ => match expected {
            "i8" | "i16" | "i32" | "i64" | "u8" | "u16" | "u32" | "u64" | "usize" => {
                if message.starts_with("invalid value: integer") {
                    "is too large or too small"
                } else {
                    "must be a whole number"
                }
            }
            "f32" | "f64" => "must be a number",
            "a string" | "a borrowed string" => "must be a text",
            "a boolean" => "must be true or false",
            "a sequence" => "must be a list",
            "a map" => "must be an object",
            "a formatted date string" => "must be a date such as 2026-12-24",
            expected if expected.starts_with("struct ") => "must be an object",
            expected if expected.starts_with("an array of length ") => return of_length(expected),
            _ if message.starts_with("invalid type: ") => "is of another type than it must be",
            _ => message,
        },
    };
    said.to_owned()
}

/// ``unknown variant `x`, expected one of `a`, `b` `` as what it must be.
fn one_of(message: &str) -> String {
    let (_, expected) = message.rsplit_once(", expected ").unwrap_or_default();
    let names: Vec<&str> = expected.split('`').skip(1).step_by(2).collect();
    match names.as_slice() {
        [only] => format!("must be {only}"),
        names => format!("must be one of {}", names.join(", ")),
    }
}

/// `an array of length 7` as what it must be.
fn of_length(expected: &str) -> String {
    let length = expected.trim_start_matches("an array of length ");
    format!("must be a list of {length}")
}

/// ``missing field `name` `` as `name`.
fn quoted_after<'m>(message: &'m str, start: &str) -> Option<&'m str> {
    message.strip_prefix(start)?.strip_prefix('`')?.split('`').next()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn serde_is_understood() {
        for (path, message, field_path, code) in [
            ("", "missing field `email` at line 1 column 2", "email", "required"),
            (
                "lines.0",
                "missing field `quantity` at line 1 column 9",
                "lines.0.quantity",
                "required",
            ),
            (
                "lines.0.colour",
                "unknown field `colour`, expected `quantity`",
                "lines.0.colour",
                "unknown_field",
            ),
            (
                "",
                "unknown field `colour`, there are no fields",
                "colour",
                "unknown_field",
            ),
            (
                "a.b",
                "invalid type: string \"x\", expected i64 at line 1 column 3",
                "a.b",
                "invalid_value",
            ),
        ] {
            let found = field(path, message);
            assert_eq!(
                (found.field.as_str(), found.code.as_ref()),
                (field_path, code),
                "{message}"
            );
            assert!(!found.message.contains("line 1"));
        }
    }

    #[test]
    fn types_are_told_in_words() {
        for (message, told) in [
            ("invalid digit found in string", "must be a whole number"),
            ("number too large to fit in target type", "is too large"),
            (
                "invalid type: string \"x\", expected i64 at line 1 column 3",
                "must be a whole number",
            ),
            (
                "invalid value: integer `-1`, expected u16 at line 1 column 3",
                "is too large or too small",
            ),
            (
                "invalid type: sequence, expected struct Line at line 1 column 3",
                "must be an object",
            ),
            (
                "invalid type: integer `1`, expected a string at line 1 column 3",
                "must be a text",
            ),
            ("unknown variant `x`, expected `a` or `b`", "must be one of a, b"),
            (
                "unknown variant `, expected `, expected one of `a`, `b`, `c` at line 1 column 3",
                "must be one of a, b, c",
            ),
            ("unknown variant `x`, expected `a`", "must be a"),
            ("unsupported value", "is given twice"),
            (
                "input is out of range at line 1 column 3",
                "must be a date such as 2026-12-24",
            ),
            (
                "invalid type: integer `5`, expected a formatted date string at line 1 column 3",
                "must be a date such as 2026-12-24",
            ),
            (
                "invalid length 6, expected an array of length 7 at line 1 column 3",
                "must be a list of 7",
            ),
            (
                "invalid type: map, expected something of ours at line 1 column 3",
                "is of another type than it must be",
            ),
        ] {
            assert_eq!(field("a", message).message, told, "{message}");
        }
    }
}
