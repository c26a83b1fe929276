//! Bytes whose name is not known until the last of them has come: they wait in a file of their own.

use std::{
    path::{Path, PathBuf},
    sync::atomic::{AtomicU64, Ordering},
};

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
        // It is gone already when it was kept; what cannot be removed is overwritten or ignored.
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
        let file = fs::File::create(&unfinished.0).await.map_err(unavailable)?;
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

/// A name that no other writer has.
pub(crate) fn own_name() -> String {
    static WRITERS: AtomicU64 = AtomicU64::new(0);
    let number = WRITERS.fetch_add(1, Ordering::Relaxed);
    format!("{}-{number}.part", std::process::id())
}
