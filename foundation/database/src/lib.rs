#![doc = include_str!("../README.md")]

pub mod audit;
pub mod backup;
pub mod cache;
pub mod cluster;
mod ctx;
pub mod erase;
mod error;
mod fail_point;
pub mod first_steps;
mod full_disk;
pub mod idempotency;
pub mod inspect;
pub mod jobs;
pub mod limits;
mod migrate;
pub mod outbox;
mod pool;
#[cfg(test)]
mod schema;
mod scope;
mod seal;
mod secrets;
mod sequences;
mod statements;
pub mod store_settings;
pub mod stores;
pub mod testing;
mod together;
pub mod typed;
pub mod worker;

pub use ctx::{Ctx, InTransaction, Work};
pub use error::{Error, OnConstraint, Said, is_full_disk, is_unavailable, said};
pub use fail_point::fail_point;
pub use migrate::{MIGRATIONS, migrate};
pub use outbox::Event;
pub use pool::{Database, Options};
pub use scope::Scope;
pub use seal::SealingKey;
pub use together::Together;
