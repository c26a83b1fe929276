//! Tests of the desk: who may do what, and every page with real data in both languages.

mod access;
mod desk;
mod pages;
mod settings;
mod stock;
