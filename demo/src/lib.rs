#![doc = include_str!("../README.md")]

pub mod art;
mod attributes;
pub mod content;
mod dice;
mod people;
pub mod pictures;
mod plan;
mod seed;
mod terms;
mod variants;

pub use people::Shopper;
pub use seed::{
    ADMIN_EMAIL, CUSTOMER_PASSWORD, DemoLogins, DemoStore, Remember, RememberCaptures, RememberCard, SeedError, seed,
};
pub use variants::VariantPlan;
