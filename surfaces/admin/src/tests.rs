//! Tests of the desk: who may do what, and every page with real data in both languages.

mod access;
mod attributes;
mod collections;
mod desk;
mod matrix;
mod media;
mod pages;
mod parcels;
mod setting_up;
mod settings;
mod stock;
