#![doc = include_str!("../README.md")]

mod claim;
pub mod events;
mod find_room;
mod join;
mod pace;
mod room;
mod store;
#[cfg(test)]
mod tests;
mod ticket;
mod update_room;

pub use claim::{Claimed, claim, claim_all, claimant, delete_old, pass_on};
pub use find_room::{count_waiting, find_room, load_room};
pub use join::{Join, join, join_all};
pub use pace::{Pace, Standing};
pub use room::{Before, Room, RoomTerms};
pub use ticket::Ticket;
pub use update_room::{UpdateRoomError, update_room};
