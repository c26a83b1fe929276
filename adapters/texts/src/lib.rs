#![doc = include_str!("../README.md")]

mod note;
mod twilio;

pub use twilio::{InvalidTwilio, Twilio};
