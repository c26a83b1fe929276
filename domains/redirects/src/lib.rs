#![doc = include_str!("../README.md")]

mod find;
mod list;
mod put;
mod redirect;
mod remove;
mod store;

pub use find::{find, known};
pub use list::{ListError, list, list_after};
pub use put::{PutError, put};
pub use redirect::Redirect;
pub use remove::{RemoveError, remove};

#[cfg(test)]
mod tests;
