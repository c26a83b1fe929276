//! Files in a folder, named by the hash of their content and spread over 256 folders by its first two digits.

use std::path::{Path, PathBuf};

use async_trait::async_trait;
use media::{BlobError, Blobs, is_hash};
use tokio::{fs, io::AsyncWriteExt as _};

/// Keeps files in a folder.
#[derive(Debug, Clone)]
pub struct DiskBlobs {
    folder: PathBuf,
}

impl DiskBlobs {
    /// Files in that folder, which is made with the first one.
    pub fn new(folder: impl Into<PathBuf>) -> Self {
        Self { folder: folder.into() }
    }

    /// The hash is checked before it becomes a part of a path.
    fn path_of(&self, hash: &str) -> Result<PathBuf, BlobError> {
        match hash.get(..2) {
            Some(first) if is_hash(hash) => Ok(self.folder.join(first).join(hash)),
            Some(_) | None => Err(BlobError::NotAHash(hash.to_owned())),
        }
    }
}

#[async_trait]
impl Blobs for DiskBlobs {
    async fn put(&self, hash: &str, bytes: &[u8]) -> Result<(), BlobError> {
        let path = self.path_of(hash)?;
        if fs::try_exists(&path).await.map_err(unavailable)? {
            return Ok(());
        }
        write(&path, bytes).await.map_err(unavailable)
    }

    async fn get(&self, hash: &str) -> Result<Option<Vec<u8>>, BlobError> {
        match fs::read(self.path_of(hash)?).await {
            Ok(bytes) => Ok(Some(bytes)),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(unavailable(error)),
        }
    }
}

/// Writes beside the place and renames, so that nobody reads half a file. Two writers of one content write the same, each
/// to a name of its own.
async fn write(path: &Path, bytes: &[u8]) -> std::io::Result<()> {
    static WRITERS: std::sync::atomic::AtomicU64 = std::sync::atomic::AtomicU64::new(0);
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder).await?;
    }
    let number = WRITERS.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
    let unfinished = path.with_extension(format!("{}-{number}.part", std::process::id()));
    let written = async {
        let mut file = fs::File::create(&unfinished).await?;
        file.write_all(bytes).await?;
        file.sync_all().await?;
        fs::rename(&unfinished, path).await
    };
    let written = written.await;
    if written.is_err() {
        // The first error is the one to tell; what is left over is overwritten or ignored.
        let _ = fs::remove_file(&unfinished).await;
    }
    written
}

fn unavailable(error: std::io::Error) -> BlobError {
    BlobError::Unavailable(error.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    const HASH: &str = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

    #[tokio::test]
    async fn bytes_come_back_as_they_were_kept() {
        let folder = tempfile::tempdir().unwrap();
        let blobs = DiskBlobs::new(folder.path().join("media"));
        assert_eq!(blobs.get(HASH).await, Ok(None));
        blobs.put(HASH, b"first").await.unwrap();
        blobs
            .put(HASH, b"never written, because the content of a hash does not change")
            .await
            .unwrap();
        assert_eq!(blobs.get(HASH).await, Ok(Some(b"first".to_vec())));
        let kept: Vec<_> = std::fs::read_dir(folder.path().join("media/e3")).unwrap().collect();
        assert_eq!(kept.len(), 1, "no unfinished file is left");
    }

    #[tokio::test]
    async fn only_hashes_become_paths() {
        let blobs = DiskBlobs::new("/nonexistent");
        for name in [
            "",
            "e3",
            "../../../etc/passwd",
            &HASH.to_uppercase(),
            &format!("{HASH}/x"),
            "é3",
        ] {
            assert_eq!(blobs.get(name).await, Err(BlobError::NotAHash(name.to_owned())));
        }
    }

    #[tokio::test]
    async fn a_folder_that_cannot_be_made_is_told() {
        let file = tempfile::NamedTempFile::new().unwrap();
        let blobs = DiskBlobs::new(file.path());
        assert!(matches!(blobs.put(HASH, b"x").await, Err(BlobError::Unavailable(_))));
    }
}
