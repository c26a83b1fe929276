#![doc = include_str!("../README.md")]

mod blobs;
mod file;
mod find;
mod kind;
mod put_flow;
mod store;
mod svg;

pub use blobs::{BlobError, Blobs, MemoryBlobs, is_hash};
pub use file::File;
pub use find::{find, find_by_sources};
pub use kind::ImageKind;
pub use put_flow::{MAX_BYTES, PutError, put_flow};
