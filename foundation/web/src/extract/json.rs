//! JSON bodies in and out.

use axum::{
    body::Bytes,
    extract::{FromRequest, Request},
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
};
use serde::{Serialize, de::DeserializeOwned};

use super::{by_name::ByName, wrong, zero};
use crate::Problem;

/// A JSON body: refused with 415 for another content type, 400 for broken JSON, 422 with the field's path for wrong,
/// missing or (with `deny_unknown_fields`) unknown fields. As an answer it is written as `application/json`.
#[derive(Debug, Clone, Copy, Default)]
pub struct Json<T>(pub T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequest<S> for Json<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, state: &S) -> Result<Self, Problem> {
        if !has_json_type(request.headers()) {
            return Err(unsupported_type());
        }
        parse(&read_body(request, state).await?).map(Self)
    }
}

impl<T: Serialize> IntoResponse for Json<T> {
    fn into_response(self) -> Response {
        match serde_json::to_vec(&self.0) {
            Ok(body) => ([(header::CONTENT_TYPE, "application/json")], body).into_response(),
            Err(error) => Problem::internal(&error).into_response(),
        }
    }
}

/// The whole body, or 413 when it is larger than the route allows, or 415 when it is packed.
pub(crate) async fn read_body<S: Send + Sync>(request: Request, state: &S) -> Result<Bytes, Problem> {
    if let Some(encoding) = request.headers().get(header::CONTENT_ENCODING)
        && !encoding.as_bytes().eq_ignore_ascii_case(b"identity")
    {
        return Err(Problem::new(
            StatusCode::UNSUPPORTED_MEDIA_TYPE,
            "unsupported_content_encoding",
            "The body must come as it is, without Content-Encoding.",
        ));
    }
    Bytes::from_request(request, state).await.map_err(|rejection| {
        if rejection.status() == StatusCode::PAYLOAD_TOO_LARGE {
            Problem::new(
                StatusCode::PAYLOAD_TOO_LARGE,
                "body_too_large",
                "The body is larger than this address takes.",
            )
        } else {
            Problem::new(
                StatusCode::BAD_REQUEST,
                "broken_body",
                "The body ended before it was complete.",
            )
        }
    })
}

/// Whether the body says it is `application/json` or `application/…+json`.
pub(crate) fn has_json_type(headers: &HeaderMap) -> bool {
    let content_type = headers
        .get(header::CONTENT_TYPE)
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default();
    let essence = content_type
        .split(';')
        .next()
        .unwrap_or_default()
        .trim()
        .to_ascii_lowercase();
    essence == "application/json" || (essence.starts_with("application/") && essence.ends_with("+json"))
}

pub(crate) fn unsupported_type() -> Problem {
    Problem::new(
        StatusCode::UNSUPPORTED_MEDIA_TYPE,
        "unsupported_media_type",
        "The body must be application/json.",
    )
}

/// A value from the text of a body.
pub(crate) fn parse<T: DeserializeOwned>(body: &[u8]) -> Result<T, Problem> {
    zero::refuse_in_json(body)?;
    let mut deserializer = serde_json::Deserializer::from_slice(body);
    let value = serde_path_to_error::deserialize(ByName(&mut deserializer)).map_err(|error| {
        let inner = error.inner();
        match inner.classify() {
            serde_json::error::Category::Data => wrong::problem(error.path(), &inner.to_string()),
            serde_json::error::Category::Syntax
            | serde_json::error::Category::Eof
            | serde_json::error::Category::Io => malformed(inner),
        }
    })?;
    deserializer.end().map_err(|error| malformed(&error))?;
    Ok(value)
}

fn malformed(error: &serde_json::Error) -> Problem {
    Problem::new(
        StatusCode::BAD_REQUEST,
        "malformed_json",
        format!("The body is not JSON: {error}."),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, serde::Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Cart {
        #[expect(dead_code, reason = "only parsing matters here")]
        lines: Vec<Line>,
    }

    #[derive(Debug, serde::Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Line {
        #[expect(dead_code, reason = "only parsing matters here")]
        quantity: i64,
    }

    #[test]
    fn a_wrong_body_names_its_field() {
        for (body, status, field) in [
            (r#"{"lines":[{"quantity":"two"}]}"#, 422, "lines.0.quantity"),
            (r#"{"lines":[{"quantity":1},{}]}"#, 422, "lines.1.quantity"),
            (r#"{"lines":[{"quantity":1,"color":2}]}"#, 422, "lines.0.color"),
            (r#"{"rows":[]}"#, 422, "rows"),
            ("{}", 422, "lines"),
            ("[]x", 422, ""),
            ("[[]]", 422, ""),
            (r#"{"lines":[{"quantity":1},[2]]}"#, 422, "lines.1"),
            (r#"{"lines":[]"#, 400, "-"),
            ("", 400, "-"),
            (r#"{"lines":[]} x"#, 400, "-"),
        ] {
            let problem = parse::<Cart>(body.as_bytes()).unwrap_err();
            let named = problem.errors().first().map_or("-", |error| error.field.as_str());
            assert_eq!((problem.status().as_u16(), named), (status, field), "{body}: {problem}");
        }
    }

    #[test]
    fn lists_stay_lists() {
        let pairs = parse::<Vec<(String, Option<i64>)>>(br#"[["a", 1], ["b", null]]"#).unwrap();
        assert_eq!(pairs, [("a".to_owned(), Some(1)), ("b".to_owned(), None)]);
        let any = parse::<serde_json::Value>(br#"{"list": [1, {"deep": [true]}]}"#).unwrap();
        assert_eq!(any, serde_json::json!({"list": [1, {"deep": [true]}]}));
    }
}
