#![doc = include_str!("../README.md")]

mod blobs;
mod file;
mod find;
mod kind;
mod painter;
mod picture;
mod put_flow;
mod renditions;
#[cfg(test)]
mod samples;
mod store;
mod svg;
mod upload;

pub use blobs::{BlobError, Blobs, Incoming, MemoryBlobs, is_hash};
pub use file::File;
pub use find::{find, find_by_sources, find_pictures};
pub use kind::{FileKind, Medium};
pub use painter::{PaintError, Painter};
pub use put_flow::{PutError, put_flow};
pub use renditions::Renditions;
pub use upload::Upload;
