//! The port to whatever keeps the bytes.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
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

    /// At most `length` of the bytes from `offset` on, for files that are too large to be held whole.
    async fn get_part(&self, hash: &str, offset: u64, length: usize) -> Result<Option<Vec<u8>>, BlobError>;

    /// Begins to take bytes whose hash is not known yet.
    async fn receive(&self) -> Result<Box<dyn Incoming>, BlobError>;
}

/// Bytes that are coming in. Dropped, they are gone.
#[async_trait]
pub trait Incoming: Send {
    /// Takes the next bytes.
    async fn write(&mut self, bytes: &[u8]) -> Result<(), BlobError>;

    /// Everything that was taken, for what is small enough to be held whole.
    async fn bytes(&mut self) -> Result<Vec<u8>, BlobError>;

    /// Keeps what was taken under its hash, as `Blobs::put` does.
    async fn keep(self: Box<Self>, hash: &str) -> Result<(), BlobError>;
}

/// Whether a text is a SHA-256 in lower-case hexadecimal, as files are named.
pub fn is_hash(text: &str) -> bool {
    text.len() == 64
        && text
            .bytes()
            .all(|byte| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte))
}

type Kept = Arc<Mutex<HashMap<String, Vec<u8>>>>;

/// Keeps bytes in memory: for tests.
#[derive(Debug, Default)]
pub struct MemoryBlobs(Kept);

struct MemoryIncoming {
    bytes: Vec<u8>,
    kept: Kept,
}

fn keep(kept: &Kept, hash: &str, bytes: &[u8]) -> Result<(), BlobError> {
    if !is_hash(hash) {
        return Err(BlobError::NotAHash(hash.to_owned()));
    }
    let mut kept = kept.lock().unwrap_or_else(PoisonError::into_inner);
    kept.entry(hash.to_owned()).or_insert_with(|| bytes.to_owned());
    Ok(())
}

#[async_trait]
impl Blobs for MemoryBlobs {
    async fn put(&self, hash: &str, bytes: &[u8]) -> Result<(), BlobError> {
        keep(&self.0, hash, bytes)
    }

    async fn get(&self, hash: &str) -> Result<Option<Vec<u8>>, BlobError> {
        if !is_hash(hash) {
            return Err(BlobError::NotAHash(hash.to_owned()));
        }
        Ok(self.0.lock().unwrap_or_else(PoisonError::into_inner).get(hash).cloned())
    }

    async fn get_part(&self, hash: &str, offset: u64, length: usize) -> Result<Option<Vec<u8>>, BlobError> {
        let offset = usize::try_from(offset).unwrap_or(usize::MAX);
        let bytes = self.get(hash).await?;
        Ok(bytes.map(|bytes| bytes.into_iter().skip(offset).take(length).collect()))
    }

    async fn receive(&self) -> Result<Box<dyn Incoming>, BlobError> {
        Ok(Box::new(MemoryIncoming {
            bytes: Vec::new(),
            kept: Arc::clone(&self.0),
        }))
    }
}

#[async_trait]
impl Incoming for MemoryIncoming {
    async fn write(&mut self, bytes: &[u8]) -> Result<(), BlobError> {
        self.bytes.extend(bytes);
        Ok(())
    }

    async fn bytes(&mut self) -> Result<Vec<u8>, BlobError> {
        Ok(self.bytes.clone())
    }

    async fn keep(self: Box<Self>, hash: &str) -> Result<(), BlobError> {
        keep(&self.kept, hash, &self.bytes)
    }
}
