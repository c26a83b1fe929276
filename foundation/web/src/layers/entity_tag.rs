//! Gives answers to GET an ETag made of their content, and answers 304 when the caller has it already. Answers whose ETag is a
//! version are always given whole: what they show besides may have changed since, such as what is in stock or costs less today.

use axum::{
    body::{Body, HttpBody as _},
    extract::Request,
    http::{HeaderMap, HeaderValue, Method, StatusCode, header},
    middleware::Next,
    response::{IntoResponse, Response},
};
use sha2::{Digest, Sha256};

use crate::{etag, kept::OneTime};

/// Larger answers are sent without an ETag.
const MAX_BYTES: u64 = 1024 * 1024;

pub(crate) async fn answer_not_modified(request: Request, next: Next) -> Response {
    let is_read = matches!(*request.method(), Method::GET | Method::HEAD);
    let wanted = request.headers().get(header::IF_NONE_MATCH).cloned();
    let response = next.run(request).await;
    let is_one_time = forbids_keeping(response.headers()) || response.extensions().get::<OneTime>().is_some();
    if !is_read || response.status() != StatusCode::OK || is_one_time {
        return response;
    }
    if response.headers().get(header::ETAG).is_some_and(etag::is_version) {
        return response;
    }
    let response = if response.headers().contains_key(header::ETAG) {
        response
    } else {
        with_tag(response).await
    };
    unless_known(wanted.as_ref(), response)
}

/// The answer, or 304 when the caller has it already.
pub(crate) fn unless_known(wanted: Option<&HeaderValue>, response: Response) -> Response {
    match (wanted, response.headers().get(header::ETAG)) {
        (Some(wanted), Some(tag)) if matches(wanted, tag) => not_modified(&response),
        _ => response,
    }
}

/// An answer that sets a cookie or must not be stored is for one time only.
fn forbids_keeping(headers: &HeaderMap) -> bool {
    let caching = headers
        .get(header::CACHE_CONTROL)
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default();
    headers.contains_key(header::SET_COOKIE) || caching.contains("no-store")
}

/// Adds a weak tag to an answer that lies in memory; the compression behind it changes the bytes, not the meaning.
async fn with_tag(response: Response) -> Response {
    if response
        .body()
        .size_hint()
        .exact()
        .is_none_or(|size| size == 0 || size > MAX_BYTES)
    {
        return response;
    }
    let (mut parts, body) = response.into_parts();
    let Ok(bytes) = axum::body::to_bytes(body, usize::MAX).await else {
        return StatusCode::INTERNAL_SERVER_ERROR.into_response();
    };
    if let Some(tag) = content_tag(&bytes) {
        parts.headers.insert(header::ETAG, tag);
    }
    Response::from_parts(parts, bytes.into())
}

/// The weak tag of a content.
pub(crate) fn content_tag(bytes: &[u8]) -> Option<HeaderValue> {
    let digest = data_encoding::BASE64URL_NOPAD.encode(&Sha256::digest(bytes));
    let short: String = digest.chars().take(22).collect();
    HeaderValue::from_str(&format!("W/\"{short}\"")).ok()
}

/// Weak comparison (RFC 9110, 8.8.3.2) with each tag of the list.
fn matches(wanted: &HeaderValue, tag: &HeaderValue) -> bool {
    let (Ok(wanted), Ok(tag)) = (wanted.to_str(), tag.to_str()) else {
        return false;
    };
    let opaque = |tag: &str| tag.trim().trim_start_matches("W/").to_owned();
    wanted.trim() == "*" || wanted.split(',').any(|one| opaque(one) == opaque(tag))
}

fn not_modified(response: &Response) -> Response {
    let mut answer = Response::new(Body::empty());
    *answer.status_mut() = StatusCode::NOT_MODIFIED;
    for name in [header::ETAG, header::CACHE_CONTROL, header::VARY, header::LAST_MODIFIED] {
        if let Some(value) = response.headers().get(&name) {
            answer.headers_mut().insert(name, value.clone());
        }
    }
    answer
}
