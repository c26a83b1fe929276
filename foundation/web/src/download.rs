//! A file that is made while it is sent.

use axum::{
    body::{Body, Bytes},
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse as _, Response},
};
use futures_util::{Stream, StreamExt as _};

use crate::Problem;

/// Sends pieces as a file that the browser keeps under that name. When a piece fails, the connection breaks off, so that
/// half a file is never taken for a whole one.
pub fn download<E>(
    file_name: &str,
    content_type: &'static str,
    pieces: impl Stream<Item = Result<Vec<u8>, E>> + Send + 'static,
) -> Result<Response, Problem>
where
    E: std::error::Error + Send + Sync + 'static,
{
    let disposition = HeaderValue::from_str(&format!("attachment; filename=\"{file_name}\""))
        .map_err(|error| Problem::internal(&error))?;
    let mut headers = HeaderMap::new();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(content_type));
    headers.insert(header::CONTENT_DISPOSITION, disposition);
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("private, no-store"));
    Ok((StatusCode::OK, headers, body(pieces)).into_response())
}

/// Sends pieces as a file that everybody may fetch and keep for an hour, such as a sitemap.
pub fn published<E>(
    content_type: &'static str,
    pieces: impl Stream<Item = Result<Vec<u8>, E>> + Send + 'static,
) -> Response
where
    E: std::error::Error + Send + Sync + 'static,
{
    let headers = [
        (header::CONTENT_TYPE, content_type),
        (header::CACHE_CONTROL, "public, max-age=3600"),
    ];
    (headers, body(pieces)).into_response()
}

fn body<E>(pieces: impl Stream<Item = Result<Vec<u8>, E>> + Send + 'static) -> Body
where
    E: std::error::Error + Send + Sync + 'static,
{
    Body::from_stream(pieces.map(|piece| {
        piece.map(Bytes::from).inspect_err(|error| {
            tracing::error!(%error, "a download broke off");
        })
    }))
}
