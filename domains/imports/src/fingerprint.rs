//! What a file's bytes come to, by which the same file is known again whatever it is called.

use std::{fs::File, io::Read as _, path::Path};

use sha2::{Digest as _, Sha256};

use crate::Refusal;

const BUFFER_BYTES: usize = 1024 * 1024;

/// The SHA-256 of a file, read on a thread that may wait.
pub(crate) async fn of_file(path: &Path) -> Result<Vec<u8>, Refusal> {
    let path = path.to_owned();
    let read = tokio::task::spawn_blocking(move || read(&path));
    match read.await {
        Ok(read) => read.map_err(Refusal::Unreadable),
        Err(stopped) => Err(Refusal::Unreadable(std::io::Error::other(stopped))),
    }
}

fn read(path: &Path) -> std::io::Result<Vec<u8>> {
    let mut file = File::open(path)?;
    let mut hasher = Sha256::new();
    let mut buffer = vec![0; BUFFER_BYTES];
    loop {
        let count = file.read(&mut buffer)?;
        match buffer.get(..count) {
            None | Some([]) => return Ok(hasher.finalize().to_vec()),
            Some(bytes) => hasher.update(bytes),
        }
    }
}
