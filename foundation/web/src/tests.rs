//! The whole stack of layers in process, with a theme from disk and no database.

mod access;
mod answers;
mod harness;
mod theme;
