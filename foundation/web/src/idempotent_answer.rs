//! What is kept of an answer under an `Idempotency-Key`, and the same answer again.

use axum::{
    body::{Body, Bytes},
    http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header, response::Parts},
    response::{IntoResponse as _, Response},
};
use database::idempotency;

use crate::Problem;

pub(crate) const REPLAYED: HeaderName = HeaderName::from_static("idempotent-replayed");
/// Answers larger than this are not kept; that the request was done is.
const MAX_KEPT_BYTES: usize = 1024 * 1024;
/// The headers that belong to an answer, beside its type and where the thing is. What a request alone is told, such as how many
/// more it may send, or a cookie, belongs to none.
const KEPT_HEADERS: [HeaderName; 6] = [
    header::CACHE_CONTROL,
    header::CONTENT_DISPOSITION,
    header::CONTENT_LANGUAGE,
    header::ETAG,
    header::RETRY_AFTER,
    header::WWW_AUTHENTICATE,
];

/// The answer of an earlier request, marked as that.
pub(crate) fn replay(answer: idempotency::Answer) -> Response {
    let mut response = respond(answer);
    mark_replayed(&mut response);
    response
}

/// Says that this answer is that of an earlier request, and that nothing was done now.
pub fn mark_replayed(response: &mut Response) {
    response
        .headers_mut()
        .insert(REPLAYED, HeaderValue::from_static("true"));
}

/// An answer as it is sent.
pub fn respond(answer: idempotency::Answer) -> Response {
    let status = StatusCode::from_u16(answer.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let mut response = (status, answer.body).into_response();
    let headers = response.headers_mut();
    headers.remove(header::CONTENT_TYPE);
    for (name, value) in [
        (header::CONTENT_TYPE, answer.content_type),
        (header::LOCATION, answer.location),
    ] {
        if let (false, Ok(value)) = (value.is_empty(), HeaderValue::from_str(&value)) {
            headers.insert(name, value);
        }
    }
    for line in answer.headers.lines() {
        let (name, value) = line.split_once(": ").unwrap_or_default();
        if let (Ok(name), Ok(value)) = (name.parse::<HeaderName>(), HeaderValue::from_str(value)) {
            headers.insert(name, value);
        }
    }
    response
}

/// The response again, and the part of it that a replay needs; nothing for answers that must not be repeated. A request whose
/// answer is too large to be kept has taken effect all the same, perhaps with money that moved, so it is answered. A problem is
/// kept as it is shown in the end, with the instance it happened under.
pub(crate) async fn keepable(
    response: Response,
    instance: Option<&str>,
) -> Result<(Response, Option<idempotency::Answer>), Problem> {
    if response.status().is_server_error() {
        return Ok((response, None));
    }
    let (parts, body) = response.into_parts();
    let bytes = whole(body).await?;
    let mut answer = match parts.extensions.get::<Problem>() {
        Some(problem) => answer_of(&parts, problem.document(instance).to_string().as_bytes()),
        None => answer_of(&parts, &bytes),
    };
    if bytes.len() > MAX_KEPT_BYTES {
        let (said, body) = not_kept().into_response().into_parts();
        answer = idempotency::Answer {
            location: answer.location,
            ..answer_of(&said, &whole(body).await?)
        };
    }
    Ok((Response::from_parts(parts, bytes.into()), Some(answer)))
}

async fn whole(body: Body) -> Result<Bytes, Problem> {
    let bytes = axum::body::to_bytes(body, usize::MAX).await;
    bytes.map_err(|error| Problem::internal(&error))
}

fn answer_of(parts: &Parts, bytes: &[u8]) -> idempotency::Answer {
    let text = |name| text_of(&parts.headers, &name).unwrap_or_default().to_owned();
    idempotency::Answer {
        status: parts.status.as_u16(),
        content_type: text(header::CONTENT_TYPE),
        location: text(header::LOCATION),
        headers: kept_headers(&parts.headers),
        body: bytes.to_vec(),
    }
}

fn text_of<'h>(headers: &'h HeaderMap, name: &HeaderName) -> Option<&'h str> {
    headers.get(name)?.to_str().ok()
}

fn kept_headers(headers: &HeaderMap) -> String {
    let line = |name: &HeaderName| Some(format!("{name}: {}", text_of(headers, name)?));
    let lines: Vec<String> = KEPT_HEADERS.iter().filter_map(line).collect();
    lines.join("\n")
}

/// What the same request is told whose answer was too large: that it took effect, which is not to happen twice.
fn not_kept() -> Problem {
    Problem::conflict(
        "answer_not_kept",
        "This request was done before, and its answer was too large to be kept. Nothing was done again: read what it changed.",
    )
}
