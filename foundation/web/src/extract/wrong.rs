//! From serde's words to the field, the code and the sentence of a problem.

use crate::{Problem, ProblemField};

/// What serde said about a value at `path` (`.` for the whole).
pub(super) fn field(path: &str, message: &str) -> ProblemField {
    let message = message.rsplit_once(" at line ").map_or(message, |(before, _)| before);
    let (code, name) = if let Some(name) = quoted_after(message, "missing field ") {
        ("required", Some(name))
    } else if let Some(name) = quoted_after(message, "unknown field ") {
        ("unknown_field", Some(name))
    } else if let Some(name) = quoted_after(message, "duplicate field ") {
        ("duplicate_field", Some(name))
    } else {
        ("invalid_value", None)
    };
    let path = if path == "." { "" } else { path };
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
        _ => message.to_owned(),
    };
    ProblemField {
        field,
        code: code.into(),
        message,
    }
}

/// 422 for what serde said about a value at `path`.
pub(super) fn problem(path: &str, message: &str) -> Problem {
    Problem::invalid(vec![field(path, message)])
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
            (".", "missing field `email` at line 1 column 2", "email", "required"),
            (
                "lines[0]",
                "missing field `quantity` at line 1 column 9",
                "lines[0].quantity",
                "required",
            ),
            (
                "lines[0].colour",
                "unknown field `colour`, expected `quantity`",
                "lines[0].colour",
                "unknown_field",
            ),
            (
                ".",
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
}
