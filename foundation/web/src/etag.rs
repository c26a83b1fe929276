//! Versions in ETag and If-Match, so that two editors do not overwrite each other.

use axum::{
    extract::FromRequestParts,
    http::{HeaderValue, StatusCode, header, request::Parts},
};

use crate::Problem;

/// The strong ETag of a version: `"7"`.
pub fn version_tag(version: i64) -> HeaderValue {
    HeaderValue::from_str(&format!("\"{version}\"")).unwrap_or_else(|_never| HeaderValue::from_static("\"0\""))
}

/// The version a caller believes to be the current one, from If-Match; `None` without the header or with `*`. A tag that
/// never was one of ours cannot match, so a header without any other is answered with 412; what is no tag at all, or names
/// several versions, with 422.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct IfMatch(pub Option<i64>);

impl<S: Send + Sync> FromRequestParts<S> for IfMatch {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, Problem> {
        let Some(value) = parts.headers.get(header::IF_MATCH) else {
            return Ok(Self(None));
        };
        parse(value.to_str().unwrap_or_default().trim()).map(Self)
    }
}

fn parse(tag: &str) -> Result<Option<i64>, Problem> {
    if tag == "*" {
        return Ok(None);
    }
    if !tag.split(',').all(is_entity_tag) {
        let message = "must be an ETag in its quotes, or *";
        return Err(Problem::field("If-Match", "invalid_etag", message));
    }
    let mut versions: Vec<i64> = tag.split(',').filter_map(version).collect();
    versions.dedup();
    match versions.as_slice() {
        [version] => Ok(Some(*version)),
        [] => Err(Problem::new(
            StatusCode::PRECONDITION_FAILED,
            "version_conflict",
            "If-Match holds no ETag that this address gave out.",
        )),
        // A change is made to one version: which of them the caller looked at, nobody knows.
        _ => Err(Problem::field(
            "If-Match",
            "several_versions",
            "must hold the ETag of one version",
        )),
    }
}

/// Whether a tag names a version: what a change would be made to, which is not all that an answer shows.
pub(crate) fn is_version(tag: &HeaderValue) -> bool {
    tag.to_str().is_ok_and(|tag| version(tag).is_some())
}

/// The version of a tag of ours.
fn version(tag: &str) -> Option<i64> {
    let inner = tag.trim().strip_prefix('"')?.strip_suffix('"')?;
    inner.parse().ok()
}

/// `"x"` or `W/"x"` (RFC 9110, 8.8.3).
fn is_entity_tag(text: &str) -> bool {
    let text = text.trim();
    let opaque = text.strip_prefix("W/").unwrap_or(text);
    let inner = opaque.strip_prefix('"').and_then(|rest| rest.strip_suffix('"'));
    inner.is_some_and(|inner| !inner.contains('"'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_our_own_tags_can_match() {
        assert_eq!(parse("\"7\""), Ok(Some(7)));
        assert_eq!(parse("*"), Ok(None));
        for one in ["\"x\", \"7\"", "\"7\",\"7\"", "W/\"8\" , \"7\""] {
            assert_eq!(parse(one), Ok(Some(7)), "{one}");
        }
        for foreign in ["W/\"7\"", "\"x\"", "\"x\", W/\"2\""] {
            assert_eq!(
                parse(foreign).unwrap_err().status(),
                StatusCode::PRECONDITION_FAILED,
                "{foreign}"
            );
        }
        for broken in ["7", "", "\"", "\"1", "x", "\"1\", 2", "\"1\", \"2\""] {
            assert_eq!(
                parse(broken).unwrap_err().status(),
                StatusCode::UNPROCESSABLE_ENTITY,
                "{broken}"
            );
        }
        assert_eq!(version_tag(7), "\"7\"");
    }
}
