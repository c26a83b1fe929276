#![doc = include_str!("../README.md")]

mod codecs;
mod drawing;

pub use codecs::Codecs;
