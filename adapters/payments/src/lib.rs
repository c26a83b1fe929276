#![doc = include_str!("../README.md")]

mod sandbox;
pub mod standard_webhooks;

pub use sandbox::{Fees, SandboxBank};
