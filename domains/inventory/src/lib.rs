#![doc = include_str!("../README.md")]

mod adjust;
mod availability;
mod check;
mod commit;
pub mod events;
mod expire;
mod extend;
mod held;
mod level;
mod location;
mod movement;
mod release;
mod reserve;
mod restock;
mod set_levels;
mod store;
#[cfg(test)]
mod tests;

pub use adjust::{Adjust, AdjustError, adjust};
pub use availability::{availability, levels, movements};
pub use check::check;
pub use commit::{CommitError, commit};
pub use expire::expire_due;
pub use extend::extend;
pub use level::{Availability, Demand, Level, Shortage};
pub use location::default_location;
pub use movement::{Movement, MovementKind};
pub use release::release;
pub use reserve::{ReserveError, reserve};
pub use restock::restock;
pub use set_levels::{SetLevel, SetLevelsError, set_levels};
