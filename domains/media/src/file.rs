//! A stored file.

use kernel::{MediaId, Time};

/// A stored file, named by its content.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct File {
    /// The file's id.
    pub id: MediaId,
    /// The SHA-256 of its content, in lower-case hexadecimal.
    pub content_hash: String,
    /// What it is, such as `image/png`.
    pub content_type: String,
    /// How long it is.
    pub size_bytes: i64,
    /// Where it was fetched from, if it was.
    pub source_url: Option<String>,
    /// The path of its address: `/media/`, the hash and the kind's ending.
    pub url: String,
    /// When it was stored first.
    pub created_at: Time,
}
