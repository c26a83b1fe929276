#![doc = include_str!("../README.md")]

mod change;
mod delete;
mod keep;
mod list;
mod store;
#[cfg(test)]
mod tests;
mod view;

pub use change::{ViewChanges, change_view};
pub use delete::{delete_view, restore_view};
pub use keep::{NewView, keep_view};
pub use list::{find_view, list_views};
pub use view::{DeskList, View, ViewError, ViewNumber};
