#![doc = include_str!("../README.md")]

mod adjust;
mod availability;
mod book;
mod check;
mod commit;
mod create_location;
mod erase;
pub mod events;
mod expire;
mod extend;
mod forget_given_up;
mod has_pickup;
mod held;
mod holder;
mod hours;
mod level;
mod list_levels;
mod location;
mod movement;
mod plan_level;
mod quota;
mod release;
mod reserve;
mod restock;
mod set_levels;
mod sorted_levels;
mod stock;
mod store;
#[cfg(test)]
mod tests;
mod transfer;
mod update_location;

pub use adjust::{Adjust, AdjustError, adjust};
pub use availability::{availability, availability_for, levels, movements, shown_availability, shown_of};
pub use book::{Book, BookError, BookLine, Booking, book};
pub use check::check;
pub use commit::{CommitError, commit, commit_all};
pub use create_location::{CreateLocationError, create_location};
pub use erase::erase_quotas;
pub use expire::{count_expired, expire_due};
pub use extend::extend;
pub use forget_given_up::forget_given_up;
pub use has_pickup::has_pickup;
pub use holder::Holder;
pub use hours::OpeningHours;
pub use level::{Availability, Demand, FEW, Level, Shortage};
pub use list_levels::{LevelFilter, LevelSort, ListLevelsError, StockState, count_low, list_levels, list_lowest};
pub use location::{
    ListLocationsError, Location, LocationTerms, default_location, find_default_location, find_location,
    list_locations, page_locations, pieces_by_location, places_of,
};
pub use movement::{Movement, MovementKind};
pub use plan_level::{LevelPlan, PlanLevelError, plan_level};
pub use quota::{QuotaDemand, QuotaError, TakeQuota, give_back_quotas, quotas_taken, take_all_quotas, take_quotas};
pub use release::release;
pub use reserve::{ReserveError, reserve};
pub use restock::restock;
pub use set_levels::{SetLevel, SetLevelsError, set_levels, set_levels_at};
pub use stock::Stock;
pub use transfer::{Transfer, TransferError, transfer};
pub use update_location::{UpdateLocation, UpdateLocationError, update_location};
