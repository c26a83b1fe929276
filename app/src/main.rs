#![doc = include_str!("../README.md")]

use std::process::ExitCode;

use clap::Parser as _;
use souk::{cli::Cli, commands};
use tikv_jemallocator::Jemalloc;

/// Answers that are kept are handed out by the ten thousand a second, each with a few small things of its own.
#[global_allocator]
static ALLOCATOR: Jemalloc = Jemalloc;

fn main() -> ExitCode {
    let cli = Cli::parse();
    match commands::run(cli) {
        Ok(code) => code,
        Err(error) => {
            commands::say_error(&error);
            ExitCode::FAILURE
        }
    }
}
