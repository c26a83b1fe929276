#![doc = include_str!("../README.md")]

mod avif;
mod codecs;
mod drawing;
mod harmless;

pub use codecs::Codecs;
