#![doc = include_str!("../README.md")]

mod calendar;
mod create_method;
mod create_zone;
mod error;
pub mod events;
mod move_method;
mod options;
mod packing;
mod postcode;
mod profile;
mod put_box;
mod put_calendar;
mod put_profile;
mod put_restriction;
mod reads;
mod region;
mod remove_box;
mod remove_method;
mod remove_profile;
mod remove_restriction;
mod remove_zone;
mod restriction;
mod store;
mod switch_method;
#[cfg(test)]
mod tests;
mod update_method;
mod update_zone;
mod zone;

pub use calendar::{Calendar, MOST_DAYS};
pub use create_method::create_method;
pub use create_zone::{ZoneTerms, create_zone};
pub use error::SetupError;
pub use move_method::move_method;
pub use options::{Goods, Offer, ShippingFacts, ShippingOption, offer};
pub use packing::{MOST_PIECES, Packed, ParcelBox, Piece, Size, pack};
pub use postcode::PostcodeRange;
pub use profile::Profile;
pub use put_box::{BoxTerms, put_box};
pub use put_calendar::put_calendar;
pub use put_profile::{MOST_PRODUCTS, put_profile};
pub use put_restriction::put_restriction;
pub use reads::{
    ListZonesError, calendar, has_method, list_boxes, list_profiles, list_reached, list_restrictions, list_zones, load,
    page_zones,
};
pub use region::{Destination, Region};
pub use remove_box::remove_box;
pub use remove_method::remove_method;
pub use remove_profile::remove_profile;
pub use remove_restriction::remove_restriction;
pub use remove_zone::remove_zone;
pub use restriction::{Restriction, RestrictionKind, RestrictionTerms};
pub use switch_method::switch_method;
pub use update_method::update_method;
pub use update_zone::update_zone;
pub use zone::{Method, MethodTerms, RateKind, Step, TableRow, Zone};
