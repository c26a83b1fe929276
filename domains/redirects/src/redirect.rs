//! A redirect, checked.

use kernel::{FieldError, Invalid};

const MAX_CHARS: usize = 1_000;

/// An address that is gone and the one that stands for it, both paths of the store.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Redirect {
    from: String,
    to: String,
}

impl Redirect {
    /// Checks both as they are typed; `from` loses what stands behind `?` or `#` and a slash at its end.
    pub fn parse(from: &str, to: &str) -> Result<Self, Invalid> {
        let mut invalid = Invalid::default();
        let from = checked(&mut invalid, "from", from);
        let to = checked(&mut invalid, "to", to);
        let from = normal(&from).to_owned();
        if invalid.0.is_empty() {
            if from == "/" {
                invalid.push(FieldError::new("from", "redirect_home", "may not be the home page"));
            } else if normal(&to) == from {
                invalid.push(FieldError::new(
                    "to",
                    "redirect_loop",
                    "leads back to where it comes from",
                ));
            }
        }
        invalid.into_result()?;
        Ok(Self { from, to })
    }

    /// The path that is gone.
    pub fn from(&self) -> &str {
        &self.from
    }

    /// Where it leads now: a path, perhaps with a query.
    pub fn to(&self) -> &str {
        &self.to
    }

    pub(crate) fn stored(from: String, to: String) -> Self {
        Self { from, to }
    }
}

/// A path without its query, fragment and the slash at its end: what paths are compared by.
pub(crate) fn normal(path: &str) -> &str {
    let path = path.split(['?', '#']).next().unwrap_or_default();
    match path.trim_end_matches('/') {
        "" => "/",
        trimmed => trimmed,
    }
}

fn checked(invalid: &mut Invalid, field: &str, typed: &str) -> String {
    let path = typed.trim();
    let mut refuse = |code, message: String| invalid.push(FieldError::new(field, code, message));
    if path.is_empty() {
        invalid.push(FieldError::required(field));
    } else if path.contains("://") || path.starts_with("//") || path.contains('\\') {
        refuse(
            "redirect_host",
            "must be a path of this shop, such as /pages/about".to_owned(),
        );
    } else if !path.starts_with('/') {
        refuse("redirect_path", "must begin with /".to_owned());
    } else if path.chars().any(|c| c.is_control() || c.is_whitespace()) {
        refuse("redirect_text", "may not hold blanks or control characters".to_owned());
    } else if path.chars().count() > MAX_CHARS {
        refuse("too_long", format!("may have at most {MAX_CHARS} characters"));
    }
    encoded(path)
}

/// The path as browsers send it: what is not ASCII is written in percent.
fn encoded(path: &str) -> String {
    let mut encoded = String::with_capacity(path.len());
    for c in path.chars() {
        if c.is_ascii() {
            encoded.push(c);
        } else {
            let mut bytes = [0; 4];
            for byte in c.encode_utf8(&mut bytes).bytes() {
                encoded.push_str(&format!("%{byte:02X}"));
            }
        }
    }
    encoded
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_paths_of_the_shop_are_taken() {
        let redirect = Redirect::parse(" /pages/old/?ref=1 ", "/products?q=mug").unwrap();
        assert_eq!((redirect.from(), redirect.to()), ("/pages/old", "/products?q=mug"));
        let french = Redirect::parse("/café", "/kopi-😀").unwrap();
        assert_eq!((french.from(), french.to()), ("/caf%C3%A9", "/kopi-%F0%9F%98%80"));
        for (from, to, fields) in [
            ("", "", vec!["from required", "to required"]),
            (
                "https://a.example/x",
                "//b.example",
                vec!["from redirect_host", "to redirect_host"],
            ),
            ("x", "/\\b.example", vec!["from redirect_path", "to redirect_host"]),
            ("/a b", "/a\tb", vec!["from redirect_text", "to redirect_text"]),
            ("/", "/x", vec!["from redirect_home"]),
            ("/a/", "/a?x=1", vec!["to redirect_loop"]),
            ("/a", "javascript:alert(1)", vec!["to redirect_path"]),
        ] {
            let errors = Redirect::parse(from, to).unwrap_err().0;
            let told: Vec<String> = errors
                .iter()
                .map(|error| format!("{} {}", error.field, error.code))
                .collect();
            assert_eq!(told, fields, "{from} {to}");
        }
    }
}
