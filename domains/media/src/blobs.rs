//! The port to whatever keeps the bytes.

use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
};

use async_trait::async_trait;

/// The bytes could not be written or read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BlobError {
    /// The place where files are kept does not work now; the same call may succeed later.
    #[error("files cannot be kept or read now: {0}")]
    Unavailable(String),
    /// The name is not the hash of a content.
    #[error("{0:?} is not the hash of a content")]
    NotAHash(String),
}

/// Keeps bytes by the hash of their content. What is kept never changes, so writing it again does nothing.
#[async_trait]
pub trait Blobs: Send + Sync {
    /// Keeps the bytes under their hash; when it returns they survive a crash.
    async fn put(&self, hash: &str, bytes: &[u8]) -> Result<(), BlobError>;

    /// The bytes of that hash, if they are kept.
    async fn get(&self, hash: &str) -> Result<Option<Vec<u8>>, BlobError>;
}

/// Whether a text is a SHA-256 in lower-case hexadecimal, as files are named.
pub fn is_hash(text: &str) -> bool {
    text.len() == 64
        && text
            .bytes()
            .all(|byte| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte))
}

/// Keeps bytes in memory: for tests.
#[derive(Debug, Default)]
pub struct MemoryBlobs(Mutex<HashMap<String, Vec<u8>>>);

#[async_trait]
impl Blobs for MemoryBlobs {
    async fn put(&self, hash: &str, bytes: &[u8]) -> Result<(), BlobError> {
        if !is_hash(hash) {
            return Err(BlobError::NotAHash(hash.to_owned()));
        }
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        kept.entry(hash.to_owned()).or_insert_with(|| bytes.to_owned());
        Ok(())
    }

    async fn get(&self, hash: &str) -> Result<Option<Vec<u8>>, BlobError> {
        if !is_hash(hash) {
            return Err(BlobError::NotAHash(hash.to_owned()));
        }
        Ok(self.0.lock().unwrap_or_else(PoisonError::into_inner).get(hash).cloned())
    }
}
