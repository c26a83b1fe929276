//! Stored files, named by their content, so that a browser keeps them for good.

use axum::{
    extract::State,
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse as _, Response},
};
use web::{Path, Problem, Visitor};

use crate::Shop;

pub(crate) async fn handler(
    visitor: Visitor,
    State(shop): State<Shop>,
    Path(file): Path<String>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let hash = file.split('.').next().unwrap_or_default();
    let tag = format!("\"{hash}\"");
    if headers
        .get(header::IF_NONE_MATCH)
        .is_some_and(|known| known.as_bytes() == tag.as_bytes())
    {
        return Ok(StatusCode::NOT_MODIFIED.into_response());
    }
    let mut ctx = visitor.work.read();
    let found = media::find(&mut ctx, hash).await?;
    ctx.rollback().await;
    let found = found
        .filter(|found| found.url.ends_with(&file))
        .ok_or_else(Problem::not_found)?;
    let bytes = shop
        .blobs
        .get(hash)
        .await
        .map_err(|error| Problem::internal(&error))?
        .ok_or_else(Problem::not_found)?;
    let headers = [
        (header::CONTENT_TYPE, found.content_type),
        (header::CACHE_CONTROL, "public, max-age=31536000, immutable".to_owned()),
        (header::ETAG, tag),
        (
            header::CONTENT_SECURITY_POLICY,
            "default-src 'none'; style-src 'unsafe-inline'; sandbox".to_owned(),
        ),
    ];
    Ok((headers, bytes).into_response())
}
