//! Tests of the desk: who may do what, and every page with real data in both languages.

mod access;
mod attributes;
mod categories;
mod collections;
mod content;
mod customers;
mod desk;
mod find;
mod imports;
mod keys;
mod mails;
mod matrix;
mod media;
mod orders;
mod pages;
mod parcels;
mod price_lists;
mod products;
mod redirects;
mod setting_up;
mod settings;
mod stock;
mod stocked;
mod taxes;
mod terms;
mod views;
