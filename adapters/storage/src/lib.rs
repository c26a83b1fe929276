#![doc = include_str!("../README.md")]

mod disk;
mod http_images;
mod s3;
mod spool;
#[cfg(test)]
mod tests;

use media::{BlobError, is_hash};

pub use disk::DiskBlobs;
pub use http_client::Reach;
pub use http_images::HttpImages;
pub use s3::{Bucket, BucketError, S3Blobs};

/// Where a file lies, the same in every kind of storage, so that whoever moves from one to another copies files as they
/// are. The hash is checked before it becomes a part of a name.
fn place_of(hash: &str) -> Result<String, BlobError> {
    match hash.get(..2) {
        Some(first) if is_hash(hash) => Ok(format!("{first}/{hash}")),
        Some(_) | None => Err(BlobError::NotAHash(hash.to_owned())),
    }
}

fn unavailable(error: std::io::Error) -> BlobError {
    BlobError::Unavailable(error.to_string())
}
