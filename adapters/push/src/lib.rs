#![doc = include_str!("../README.md")]

mod encrypt;
mod vapid;
mod web_push;

pub use web_push::WebPush;
