#![doc = include_str!("../README.md")]

mod codecs;

pub use codecs::Codecs;
