#![doc = include_str!("../README.md")]

pub mod archive;
pub mod authenticator;
mod carts;
pub mod cli;
pub mod commands;
pub mod config;
pub mod doctor;
pub mod files;
pub mod http;
mod indexing;
pub mod kept;
pub mod limits;
pub mod listen;
mod logging;
pub mod mail;
pub mod measure;
mod moved;
pub mod periodic;
pub mod program;
pub mod reactions;
mod sealing_key;
mod statement;
#[cfg(test)]
mod tests;
pub mod traces;
