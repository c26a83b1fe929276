#![doc = include_str!("../README.md")]

pub mod authenticator;
pub mod cli;
pub mod commands;
pub mod config;
pub mod http;
mod indexing;
mod logging;
pub mod mail;
mod measure;
pub mod periodic;
pub mod program;
pub mod reactions;
