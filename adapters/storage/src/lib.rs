#![doc = include_str!("../README.md")]

mod disk;
mod http_images;

pub use disk::DiskBlobs;
pub use http_images::{ClientError, HttpImages, Reach};
