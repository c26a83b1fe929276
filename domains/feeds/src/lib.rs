#![doc = include_str!("../README.md")]

mod change_settings;
mod item;
mod product_feed;
mod settings;
mod sitemap;
mod store;
mod tax_in_price;
mod xml;

pub use change_settings::{ChangeSettingsError, change_settings};
pub use product_feed::{ProductFeed, Reader};
pub use settings::{Settings, load_settings};
pub use sitemap::{Part, Sitemap, sitemap_index};

#[cfg(test)]
mod tests;
