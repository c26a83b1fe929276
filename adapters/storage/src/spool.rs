//! Bytes whose name is not known until the last of them has come: they wait in a file of their own.

use std::path::{Path, PathBuf};

use data_encoding::HEXLOWER;
use kernel::{Entropy as _, SystemEntropy};
use media::BlobError;
use tokio::{
    fs,
    io::{self, AsyncWriteExt as _},
};

use crate::unavailable;

/// A file that goes away unless it was renamed.
struct Unfinished(PathBuf);

impl Drop for Unfinished {
    fn drop(&mut self) {
        // It is gone already when it was kept; what cannot be removed is ignored.
        let _ = std::fs::remove_file(&self.0);
    }
}

/// Bytes on their way in.
pub(crate) struct Spool {
    file: fs::File,
    unfinished: Unfinished,
}

impl Spool {
    /// An empty one, in a folder that is made if it is not there.
    pub(crate) async fn begin(folder: &Path) -> Result<Self, BlobError> {
        fs::create_dir_all(folder).await.map_err(unavailable)?;
        let unfinished = Unfinished(folder.join(own_name()));
        let file = create_own(&unfinished.0).await.map_err(unavailable)?;
        Ok(Self { file, unfinished })
    }

    pub(crate) async fn write(&mut self, bytes: &[u8]) -> Result<(), BlobError> {
        self.file.write_all(bytes).await.map_err(unavailable)
    }

    /// Everything that has come.
    pub(crate) async fn bytes(&mut self) -> Result<Vec<u8>, BlobError> {
        self.file.flush().await.map_err(unavailable)?;
        fs::read(self.path()).await.map_err(unavailable)
    }

    /// Sees to it that everything is in the file.
    pub(crate) async fn flush(&mut self) -> io::Result<()> {
        self.file.flush().await
    }

    /// Sees to it that everything is on the disk.
    pub(crate) async fn sync(&mut self) -> io::Result<()> {
        self.file.flush().await?;
        self.file.sync_all().await
    }

    pub(crate) fn path(&self) -> &Path {
        &self.unfinished.0
    }
}

/// A name that no other writer has: programs in several containers may write into one folder, and have the same number.
pub(crate) fn own_name() -> String {
    let mut random = [0; 16];
    SystemEntropy.fill(&mut random);
    format!("{}.part", HEXLOWER.encode(&random))
}

/// A new file; one that is there already is somebody else's.
pub(crate) async fn create_own(path: &Path) -> io::Result<fs::File> {
    fs::OpenOptions::new().write(true).create_new(true).open(path).await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn two_writers_have_files_of_their_own() {
        let folder = tempfile::tempdir().unwrap();
        let mut spools = Vec::new();
        for text in ["one", "other"] {
            let mut spool = Spool::begin(folder.path()).await.unwrap();
            spool.write(text.as_bytes()).await.unwrap();
            spools.push(spool);
        }
        assert_eq!(spools[0].bytes().await.unwrap(), b"one");
        let taken = create_own(spools[0].path()).await.unwrap_err();
        assert_eq!(taken.kind(), io::ErrorKind::AlreadyExists);
        assert_eq!(spools[0].bytes().await.unwrap(), b"one");
    }
}
