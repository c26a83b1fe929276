//! A stored file.

use kernel::{MediaId, PictureUrl, Time};

use crate::FileKind;

/// A stored file, named by its content.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct File {
    /// The file's id.
    pub id: MediaId,
    /// The SHA-256 of its content, in lower-case hexadecimal.
    pub content_hash: String,
    /// What it is.
    pub kind: FileKind,
    /// How long it is.
    pub size_bytes: i64,
    /// How wide and high it is, for pictures that come in smaller sizes.
    pub size: Option<(u32, u32)>,
    /// Where it was fetched from, if it was.
    pub source_url: Option<String>,
    /// The path of its address: `/media/`, the hash, the size of pictures that come in smaller ones, and the kind's ending.
    pub url: String,
    /// When it was stored first.
    pub created_at: Time,
}

impl File {
    pub(crate) fn url_of(hash: &str, kind: FileKind, size: Option<(u32, u32)>) -> String {
        let extension = kind.extension().to_owned();
        match size {
            Some((width, height)) => PictureUrl {
                hash: hash.to_owned(),
                width,
                height,
                extension,
            }
            .to_string(),
            None => format!("/media/{hash}.{extension}"),
        }
    }
}
