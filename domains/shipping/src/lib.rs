#![doc = include_str!("../README.md")]

mod create_method;
mod create_zone;
mod options;
mod reads;
mod region;
mod store;
mod switch_method;
mod zone;

pub use create_method::{CreateMethod, CreateMethodError, create_method};
pub use create_zone::{CreateZone, CreateZoneError, create_zone};
pub use options::{ShippingFacts, ShippingOption, options};
pub use reads::{list_zones, load};
pub use region::{Destination, Region};
pub use switch_method::{SwitchMethodError, switch_method};
pub use zone::{Method, RateKind, Step, Zone};
