//! Stores a picture: its bytes first, then the row that names them, so that a row never names bytes that are not there.

use database::Work;
use sha2::{Digest as _, Sha256};

use crate::{
    BlobError, Blobs, File, ImageKind,
    store::{self, NewFile},
    svg,
};

/// The most bytes of a picture.
pub const MAX_BYTES: usize = 20 * 1024 * 1024;

/// Why a picture is not stored.
#[derive(Debug, thiserror::Error)]
pub enum PutError {
    /// It is none of the kinds that are taken.
    #[error("is not a PNG, JPEG, WebP, GIF, AVIF or SVG picture")]
    Unsupported,
    /// It is too large.
    #[error("is larger than 20 MiB")]
    TooLarge,
    /// It is a drawing that could do more than draw.
    #[error("is a drawing that holds {0}")]
    UnsafeDrawing(String),
    /// The bytes could not be kept.
    #[error(transparent)]
    Blobs(#[from] BlobError),
    /// The database failed.
    #[error(transparent)]
    Internal(#[from] database::Error),
}

/// Stores the picture, or finds the one with the same content. The bytes decide what it is; `content_type` is what its
/// sender calls it, and only refused when that is no picture at all.
pub async fn put_flow(
    work: &Work,
    blobs: &dyn Blobs,
    bytes: Vec<u8>,
    content_type: &str,
    source_url: Option<&str>,
) -> Result<File, PutError> {
    let kind = checked(&bytes, content_type)?;
    let content_hash = data_encoding::HEXLOWER.encode(&Sha256::digest(&bytes));
    blobs.put(&content_hash, &bytes).await?;
    let size_bytes = i64::try_from(bytes.len()).map_err(|_too_large| PutError::TooLarge)?;
    let mut ctx = work.write();
    let file = store::insert(
        &mut ctx,
        &NewFile {
            content_hash: &content_hash,
            kind,
            size_bytes,
            source_url,
        },
    )
    .await?;
    ctx.commit().await?;
    Ok(file)
}

fn checked(bytes: &[u8], content_type: &str) -> Result<ImageKind, PutError> {
    let called = content_type.trim().to_ascii_lowercase();
    if !(called.is_empty() || called.starts_with("image/") || called.contains("octet-stream")) {
        return Err(PutError::Unsupported);
    }
    if bytes.len() > MAX_BYTES {
        return Err(PutError::TooLarge);
    }
    let kind = ImageKind::of(bytes).ok_or(PutError::Unsupported)?;
    if kind == ImageKind::Svg {
        let text = std::str::from_utf8(bytes).map_err(|_not_text| PutError::Unsupported)?;
        svg::check(text).map_err(PutError::UnsafeDrawing)?;
    }
    Ok(kind)
}

#[cfg(test)]
mod tests {
    use database::testing::TestDatabase;

    use super::*;
    use crate::{MemoryBlobs, find, find_by_sources};

    const PNG: &[u8] = b"\x89PNG\r\n\x1a\nnot much of a picture";

    #[tokio::test]
    async fn every_statement_fits_the_schema() {
        database::testing::prepare_all(&TestDatabase::new().await, store::STATEMENTS).await;
    }

    #[tokio::test]
    async fn the_same_content_is_one_file() {
        let db = TestDatabase::new().await;
        let (work, blobs) = (db.work(), MemoryBlobs::default());
        let first = put_flow(&work, &blobs, PNG.to_vec(), "image/jpeg", None).await.unwrap();
        assert_eq!((first.content_type.as_str(), first.size_bytes), ("image/png", 29));
        assert_eq!(first.url, format!("/media/{}.png", first.content_hash));
        let source = "https://example.com/a.png";
        let again = put_flow(&work, &blobs, PNG.to_vec(), "", Some(source)).await.unwrap();
        assert_eq!((again.id, again.source_url.as_deref()), (first.id, Some(source)));
        assert_eq!(blobs.get(&first.content_hash).await.unwrap().as_deref(), Some(PNG));
        let mut ctx = work.read();
        assert_eq!(find(&mut ctx, &first.content_hash).await.unwrap(), Some(again.clone()));
        assert_eq!(find(&mut ctx, "\0").await.unwrap(), None);
        assert_eq!(
            find_by_sources(&mut ctx, &[source.to_owned(), "x".to_owned()])
                .await
                .unwrap(),
            [again]
        );
    }

    #[tokio::test]
    async fn what_is_not_a_harmless_picture_is_refused() {
        let db = TestDatabase::new().await;
        let (work, blobs) = (db.work(), MemoryBlobs::default());
        for (bytes, content_type) in [
            (b"<html>hi</html>".to_vec(), "image/png"),
            (PNG.to_vec(), "text/html"),
            (Vec::new(), "image/png"),
            (b"<svg onload='alert(1)'/>".to_vec(), "image/svg+xml"),
            ([PNG, &vec![0; MAX_BYTES]].concat(), "image/png"),
        ] {
            let refused = put_flow(&work, &blobs, bytes, content_type, None).await;
            assert!(refused.is_err(), "{content_type}");
        }
        let drawing = b"<svg viewBox='0 0 1 1'><path d='M0 0'/></svg>".to_vec();
        let file = put_flow(&work, &blobs, drawing, "image/svg+xml", None).await.unwrap();
        assert!(file.url.ends_with(".svg"));
    }
}
