#![doc = include_str!("../README.md")]

mod google;
mod item;
mod settings;
mod sitemap;
mod store;
mod switch_google;
mod tax_in_price;
mod xml;

pub use google::GoogleFeed;
pub use settings::{Settings, load_settings};
pub use sitemap::{Part, Sitemap, sitemap_index};
pub use switch_google::{SwitchGoogleError, switch_google};

#[cfg(test)]
mod tests;
