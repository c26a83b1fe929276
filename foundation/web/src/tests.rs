//! The whole stack of layers in process, with a theme from disk; and with a database where one matters.

mod access;
mod answers;
mod freed;
mod harness;
mod once;
mod own;
mod serving;
mod stores;
mod theme;
