//! Stores a file: its bytes first, then the row that names them, so that a row never names bytes that are not there.

use database::Work;
use sha2::{Digest as _, Sha256};

use crate::{
    BlobError, Blobs, File, FileKind, Medium,
    picture::{self, Flaw},
    store::{self, NewFile},
    svg,
};

/// Why a file is not stored.
#[derive(Debug, thiserror::Error)]
pub enum PutError {
    /// It is none of the kinds that are taken.
    #[error("is not a PNG, JPEG, WebP, GIF, AVIF or SVG picture, MP4 or WebM video, GLB or USDZ model or PDF")]
    Unsupported,
    /// It is a file of another kind than was asked for.
    #[error("is not a picture")]
    NotAPicture,
    /// It is too large.
    #[error("is larger than {} MiB", .max_bytes / 1024 / 1024)]
    TooLarge {
        /// The most bytes of such a file.
        max_bytes: u64,
    },
    /// It begins like a picture and does not go on like one.
    #[error("is a broken picture")]
    Broken,
    /// Decoded it would take more room than a picture is worth.
    #[error("has more than 50 million dots")]
    TooManyPixels,
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

impl PutError {
    /// A name for what is wrong with the file; none when nothing is.
    pub fn code(&self) -> Option<&'static str> {
        match self {
            Self::Unsupported => Some("unsupported_file"),
            Self::NotAPicture => Some("no_picture"),
            Self::TooLarge { .. } => Some("file_too_large"),
            Self::Broken => Some("broken_picture"),
            Self::TooManyPixels => Some("too_many_pixels"),
            Self::UnsafeDrawing(_) => Some("unsafe_drawing"),
            Self::Blobs(_) | Self::Internal(_) => None,
        }
    }
}

impl From<Flaw> for PutError {
    fn from(flaw: Flaw) -> Self {
        match flaw {
            Flaw::Broken => Self::Broken,
            Flaw::TooManyPixels => Self::TooManyPixels,
        }
    }
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
    let called = content_type.trim().to_ascii_lowercase();
    if !(called.is_empty() || called.starts_with("image/") || called.contains("octet-stream")) {
        return Err(PutError::NotAPicture);
    }
    put_picture(work, blobs, bytes, source_url).await
}

/// Checks and cleans a picture, and stores what is left.
pub(crate) async fn put_picture(
    work: &Work,
    blobs: &dyn Blobs,
    bytes: Vec<u8>,
    source_url: Option<&str>,
) -> Result<File, PutError> {
    let (kind, bytes, size) = checked(bytes)?;
    let content_hash = data_encoding::HEXLOWER.encode(&Sha256::digest(&bytes));
    blobs.put(&content_hash, &bytes).await?;
    let new = NewFile {
        content_hash: &content_hash,
        kind,
        size_bytes: u64::try_from(bytes.len()).unwrap_or(u64::MAX),
        size,
        source_url,
    };
    note(work, &new).await
}

/// Writes the row of a file whose bytes are kept.
pub(crate) async fn note(work: &Work, new: &NewFile<'_>) -> Result<File, PutError> {
    let mut ctx = work.write();
    let file = store::insert(&mut ctx, new).await?;
    ctx.commit().await?;
    Ok(file)
}

/// A picture's kind, its bytes as they are kept, and its size if it comes in smaller ones.
type Checked = (FileKind, Vec<u8>, Option<(u32, u32)>);

fn checked(bytes: Vec<u8>) -> Result<Checked, PutError> {
    let max_bytes = Medium::Picture.max_bytes();
    if u64::try_from(bytes.len()).unwrap_or(u64::MAX) > max_bytes {
        return Err(PutError::TooLarge { max_bytes });
    }
    let kind = FileKind::of(&bytes).ok_or(PutError::Unsupported)?;
    if kind.medium() != Medium::Picture {
        return Err(PutError::NotAPicture);
    }
    if kind == FileKind::Svg {
        let text = std::str::from_utf8(&bytes).map_err(|_not_text| PutError::Unsupported)?;
        svg::check(text).map_err(PutError::UnsafeDrawing)?;
    }
    Ok(match picture::clean(kind, &bytes)? {
        Some(picture) => {
            let size = (!picture.moves).then_some((picture.width, picture.height));
            (kind, picture.bytes, size)
        }
        None => (kind, bytes, None),
    })
}

#[cfg(test)]
mod tests {
    use database::testing::TestDatabase;

    use super::*;
    use crate::{MemoryBlobs, find, find_by_sources, samples};

    #[tokio::test]
    async fn every_statement_fits_the_schema() {
        database::testing::prepare_all(&TestDatabase::new().await, store::STATEMENTS).await;
    }

    #[tokio::test]
    async fn the_same_content_is_one_file() {
        let db = TestDatabase::new().await;
        let (work, blobs) = (db.work(), MemoryBlobs::default());
        let png = samples::png();
        let first = put_flow(&work, &blobs, png.clone(), "image/jpeg", None).await.unwrap();
        assert_eq!((first.kind, first.size), (FileKind::Png, Some((40, 30))));
        assert_eq!(first.url, format!("/media/{}-40x30.png", first.content_hash));
        let source = "https://example.com/a.png";
        let again = put_flow(&work, &blobs, png.clone(), "", Some(source)).await.unwrap();
        assert_eq!((again.id, again.source_url.as_deref()), (first.id, Some(source)));
        assert_eq!(blobs.get(&first.content_hash).await.unwrap(), Some(png));
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
        let bomb = b"GIF89a\xff\xff\xff\xff".to_vec();
        let large = [samples::png(), vec![0; 20 * 1024 * 1024]].concat();
        for (bytes, content_type, code) in [
            (b"<html>hi</html>".to_vec(), "image/png", "unsupported_file"),
            (samples::png(), "text/html", "no_picture"),
            (b"%PDF-1.7".to_vec(), "image/png", "no_picture"),
            (Vec::new(), "image/png", "unsupported_file"),
            (b"<svg onload='alert(1)'/>".to_vec(), "image/svg+xml", "unsafe_drawing"),
            (samples::png()[..40].to_vec(), "image/png", "broken_picture"),
            (bomb, "image/gif", "too_many_pixels"),
            (large, "image/png", "file_too_large"),
        ] {
            let refused = put_flow(&work, &blobs, bytes, content_type, None).await.unwrap_err();
            assert_eq!(refused.code(), Some(code));
        }
        let drawing = b"<svg viewBox='0 0 1 1'><path d='M0 0'/></svg>".to_vec();
        let file = put_flow(&work, &blobs, drawing, "image/svg+xml", None).await.unwrap();
        assert!(file.url.ends_with(".svg") && file.size.is_none());
    }
}
