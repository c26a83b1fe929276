//! Files in a folder, named by the hash of their content and spread over 256 folders by its first two digits.

use std::{
    io::SeekFrom,
    path::{Path, PathBuf},
};

use async_trait::async_trait;
use media::{BlobError, Blobs, Incoming};
use tokio::{
    fs,
    io::{AsyncReadExt as _, AsyncSeekExt as _, AsyncWriteExt as _},
};

use crate::{
    place_of,
    spool::{Spool, create_own, own_name},
    unavailable,
};

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

    fn path_of(&self, hash: &str) -> Result<PathBuf, BlobError> {
        Ok(self.folder.join(place_of(hash)?))
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

    async fn get_part(&self, hash: &str, offset: u64, length: usize) -> Result<Option<Vec<u8>>, BlobError> {
        match read_part(&self.path_of(hash)?, offset, length).await {
            Ok(bytes) => Ok(Some(bytes)),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(unavailable(error)),
        }
    }

    async fn receive(&self) -> Result<Box<dyn Incoming>, BlobError> {
        Ok(Box::new(Arriving {
            blobs: self.clone(),
            spool: Spool::begin(&self.folder.join("incoming")).await?,
        }))
    }
}

async fn read_part(path: &Path, offset: u64, length: usize) -> std::io::Result<Vec<u8>> {
    let mut file = fs::File::open(path).await?;
    file.seek(SeekFrom::Start(offset)).await?;
    let mut bytes = Vec::new();
    file.take(u64::try_from(length).unwrap_or(u64::MAX))
        .read_to_end(&mut bytes)
        .await?;
    Ok(bytes)
}

/// Bytes on their way into the folder.
struct Arriving {
    blobs: DiskBlobs,
    spool: Spool,
}

#[async_trait]
impl Incoming for Arriving {
    async fn write(&mut self, bytes: &[u8]) -> Result<(), BlobError> {
        self.spool.write(bytes).await
    }

    async fn bytes(&mut self) -> Result<Vec<u8>, BlobError> {
        self.spool.bytes().await
    }

    async fn keep(mut self: Box<Self>, hash: &str) -> Result<(), BlobError> {
        let path = self.blobs.path_of(hash)?;
        let kept = async {
            self.spool.sync().await?;
            if let Some(folder) = path.parent() {
                fs::create_dir_all(folder).await?;
            }
            // One of the same content may be there: it is replaced by what it is.
            fs::rename(self.spool.path(), &path).await
        };
        kept.await.map_err(unavailable)
    }
}

/// Writes beside the place and renames, so that nobody reads half a file. Two writers of one content write the same, each
/// to a name of its own.
async fn write(path: &Path, bytes: &[u8]) -> std::io::Result<()> {
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder).await?;
    }
    let unfinished = path.with_extension(own_name());
    let written = async {
        let mut file = create_own(&unfinished).await?;
        file.write_all(bytes).await?;
        file.sync_all().await?;
        fs::rename(&unfinished, path).await
    };
    let written = written.await;
    if written.is_err() {
        // The first error is the one to tell; what is left over is ignored.
        let _ = fs::remove_file(&unfinished).await;
    }
    written
}

#[cfg(test)]
mod tests {
    use super::*;

    const HASH: &str = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

    #[tokio::test]
    async fn what_is_kept_stays_and_leaves_nothing_beside_it() {
        let folder = tempfile::tempdir().unwrap();
        let blobs = DiskBlobs::new(folder.path().join("media"));
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
    async fn what_is_not_kept_leaves_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let blobs = DiskBlobs::new(folder.path());
        let mut left = blobs.receive().await.unwrap();
        left.write(b"half").await.unwrap();
        drop(left);
        let remaining = std::fs::read_dir(folder.path().join("incoming")).unwrap().count();
        assert_eq!(remaining, 0, "nothing unfinished is left");
    }

    #[tokio::test]
    async fn a_folder_that_cannot_be_made_is_told() {
        let file = tempfile::NamedTempFile::new().unwrap();
        let blobs = DiskBlobs::new(file.path());
        assert!(matches!(blobs.put(HASH, b"x").await, Err(BlobError::Unavailable(_))));
    }
}
