//! Stored files, named by their content, so that a browser keeps them for good.

mod range;

use axum::{
    body::Body,
    extract::State,
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse as _, Redirect, Response},
};
use futures_util::stream;
use kernel::{PictureFormat, Print};
use media::{BlobError, Blobs, File, FileKind, Medium};
use web::{Path, Problem, Visitor};

use self::range::Wanted;
use crate::Shop;

/// How many bytes of a long file are in memory at once.
const PART: usize = 256 * 1024;
/// What is named by its content never changes.
const FOR_GOOD: &str = "public, max-age=31536000, immutable";
pub(crate) async fn handler(
    visitor: Visitor,
    State(shop): State<Shop>,
    Path(name): Path<String>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let smaller = kernel::parse_rendition(&name);
    let print = Print::parse(&name);
    let hash = name.split(['-', '.']).next().unwrap_or_default();
    let mut ctx = visitor.work.read();
    let found = media::find(&mut ctx, hash).await?;
    ctx.rollback().await;
    let file = found.ok_or_else(Problem::not_found)?;
    let is_there = match (smaller, print) {
        (Some((_, width, _)), _) => file.size.is_some_and(|(own, _)| kernel::widths(own).contains(&width)),
        (None, Some((_, print))) => print.url(&file.url).is_some(),
        (None, None) => is_name_of(&file, &name),
    };
    if !is_there {
        return Err(Problem::not_found());
    }
    let tag = format!("\"{name}\"");
    let known = headers.get(header::IF_NONE_MATCH);
    let answer = if known.is_some_and(|known| known.as_bytes() == tag.as_bytes()) {
        StatusCode::NOT_MODIFIED.into_response()
    } else if let Some((_, width, format)) = smaller {
        rendition(&shop, &file, width, format).await?
    } else if let Some((_, print)) = print {
        printed(&visitor, &shop, &file, print).await?
    } else if file.kind.medium() == Medium::Picture {
        original(&shop, &file).await?
    } else {
        in_parts(&shop, &file, &headers)
    };
    Ok(([(header::ETAG, tag)], answer).into_response())
}

/// A picture was named without its size before sizes were known.
fn is_name_of(file: &File, name: &str) -> bool {
    file.url.strip_prefix("/media/") == Some(name) || name == format!("{}.{}", file.content_hash, file.kind.extension())
}

/// The picture in that width; the picture itself when it cannot be made smaller.
async fn rendition(shop: &Shop, file: &File, width: u32, format: PictureFormat) -> Result<Response, Problem> {
    match shop.renditions.get(file, width, format).await.map_err(unavailable)? {
        Some((kind, made)) => Ok(whole(kind, made)),
        None => original(shop, file).await,
    }
}

/// The picture as a JPEG. Whoever asks reads nothing else, so one that cannot be made is not there; whoever shows a link
/// gets a plain card in its place, as some drawings are never painted.
async fn printed(visitor: &Visitor, shop: &Shop, file: &File, print: Print) -> Result<Response, Problem> {
    match (shop.renditions.print(file, print).await.map_err(unavailable)?, print) {
        (Some(made), _) => Ok(whole(FileKind::Jpeg, made)),
        (None, Print::Card) => Ok(Redirect::temporary(&visitor.asset("shared/card.jpg")).into_response()),
        (None, Print::Plain) => Err(Problem::not_found()),
    }
}

async fn original(shop: &Shop, file: &File) -> Result<Response, Problem> {
    let bytes = shop.blobs.get(&file.content_hash).await.map_err(unavailable)?;
    Ok(whole(file.kind, bytes.ok_or_else(Problem::not_found)?))
}

fn unavailable(error: BlobError) -> Problem {
    Problem::internal(&error)
}

/// Opened by itself, a drawing or document can do nothing here.
const POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'; sandbox";

fn whole(kind: FileKind, bytes: Vec<u8>) -> Response {
    let headers = [
        (header::CONTENT_TYPE, kind.content_type()),
        (header::CACHE_CONTROL, FOR_GOOD),
        (header::CONTENT_SECURITY_POLICY, POLICY),
    ];
    (headers, bytes).into_response()
}

/// The file, or the part of it that a player asks for. Documents and models are for the disk, not for a page of ours.
fn in_parts(shop: &Shop, file: &File, headers: &HeaderMap) -> Response {
    let size = u64::try_from(file.size_bytes).unwrap_or_default();
    let (status, from, to) = match range::wanted(headers, size) {
        Wanted::Everything => (StatusCode::OK, 0, size),
        Wanted::Part { from, to } => (StatusCode::PARTIAL_CONTENT, from, to),
        Wanted::Nothing => {
            let told = [(header::CONTENT_RANGE, format!("bytes */{size}"))];
            return (StatusCode::RANGE_NOT_SATISFIABLE, told).into_response();
        }
    };
    let shown = if file.kind.medium() == Medium::Video {
        "inline"
    } else {
        "attachment"
    };
    let fixed = [
        (header::CONTENT_TYPE, file.kind.content_type()),
        (header::CACHE_CONTROL, FOR_GOOD),
        (header::CONTENT_SECURITY_POLICY, POLICY),
        (header::CONTENT_DISPOSITION, shown),
        (header::ACCEPT_RANGES, "bytes"),
    ];
    let mut response = (status, fixed, body(shop, file, from, to)).into_response();
    let length = to.saturating_sub(from);
    response.headers_mut().insert(header::CONTENT_LENGTH, length.into());
    let part = format!("bytes {from}-{}/{size}", to.saturating_sub(1));
    if let (StatusCode::PARTIAL_CONTENT, Ok(part)) = (status, part.try_into()) {
        response.headers_mut().insert(header::CONTENT_RANGE, part);
    }
    response
}

/// The bytes from `from` up to `to`, read as the browser takes them.
fn body(shop: &Shop, file: &File, from: u64, to: u64) -> Body {
    let (blobs, hash) = (std::sync::Arc::clone(&shop.blobs), file.content_hash.clone());
    Body::from_stream(stream::try_unfold(from, move |at| {
        let (blobs, hash) = (std::sync::Arc::clone(&blobs), hash.clone());
        async move { next_part(blobs.as_ref(), &hash, at, to).await }
    }))
}

async fn next_part(blobs: &dyn Blobs, hash: &str, at: u64, to: u64) -> Result<Option<(Vec<u8>, u64)>, BlobError> {
    let left = to.saturating_sub(at);
    if left == 0 {
        return Ok(None);
    }
    let length = usize::try_from(left).unwrap_or(PART).min(PART);
    let part = blobs.get_part(hash, at, length).await?.unwrap_or_default();
    if part.is_empty() {
        return Err(BlobError::Unavailable("the file ends too early".to_owned()));
    }
    let next = at.saturating_add(u64::try_from(part.len()).unwrap_or(u64::MAX));
    Ok(Some((part, next)))
}
