#![doc = include_str!("../README.md")]

mod begin;
mod erase_person;
mod steps;
mod store;

pub use begin::{BeginError, Whom, begin, list_obstacles};
pub use erase_person::ErasePerson;
