//! What shoppers may expect of a search, and what the ranking is worth.

mod engine;
mod icecat;
