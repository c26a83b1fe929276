//! The command line.

use std::path::PathBuf;

use clap::{Parser, Subcommand};

use crate::config::Flags;

/// Online stores and marketplaces in one program on PostgreSQL.
#[derive(Debug, Parser)]
#[command(name = "souk", version, arg_required_else_help = true)]
pub struct Cli {
    /// Settings that stand before the environment and souk.toml.
    #[command(flatten)]
    pub flags: Flags,
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

/// What Souk can do.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Serve the stores and run the worker
    Serve {
        /// Leave mails, events and other background work to a `souk worker` elsewhere
        #[arg(long)]
        without_worker: bool,
    },
    /// Run background work only
    Worker,
    /// Bring the database to this version's schema
    Migrate,
    /// Serve two demo stores, made on the first run
    Demo,
    /// Import a catalogue
    Import {
        /// What the file is
        #[arg(value_enum)]
        format: ImportFormat,
        /// The file; .xz and .gz are unpacked on the way
        file: PathBuf,
        /// The store to import into [default: the only one]
        #[arg(long)]
        store: Option<String>,
        /// Check everything and write nothing
        #[arg(long)]
        dry_run: bool,
        /// Write every problem to this file, one JSON object a line
        #[arg(long)]
        report: Option<PathBuf>,
        /// Keep picture addresses as they are instead of fetching the pictures
        #[arg(long)]
        without_images: bool,
    },
    /// Prove that stock, totals, payments and books agree; exit 1 and the rows when they do not
    Check,
    /// Make a store
    Store {
        /// Short name, such as my-shop
        slug: String,
        /// The name shoppers see
        #[arg(long)]
        name: String,
        /// Host names that lead to it
        #[arg(long, required = true)]
        host: Vec<String>,
        /// Currency of its prices
        #[arg(long, default_value = "USD")]
        currency: String,
        /// Language its pages start in
        #[arg(long, default_value = "en")]
        locale: String,
        /// Country it ships from
        #[arg(long, default_value = "US")]
        country: String,
        /// Address its mails come from
        #[arg(long)]
        email: String,
        /// The prices it shows contain the tax
        #[arg(long)]
        prices_include_tax: bool,
    },
    /// Make a member of staff; the password is read from standard input
    User {
        /// E-mail address to sign in with
        email: String,
        /// Their name
        #[arg(long)]
        name: String,
        /// What they may do: owner, manager or support
        #[arg(long, default_value = "owner")]
        role: String,
        /// The store they work for [default: the only one]
        #[arg(long)]
        store: Option<String>,
    },
    /// Make an API key and print it once
    Key {
        /// What it is for
        name: String,
        /// What it may do, such as orders:read; repeat for several [default: everything]
        #[arg(long)]
        permission: Vec<String>,
        /// The store it is for [default: the only one]
        #[arg(long)]
        store: Option<String>,
    },
}

/// What a catalogue file is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum ImportFormat {
    /// Shopify's product CSV, the current and the older one
    Shopify,
    /// WooCommerce's product CSV
    Woocommerce,
    /// One JSON object a line
    Jsonl,
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory as _;

    #[test]
    fn the_command_line_is_consistent() {
        super::Cli::command().debug_assert();
    }
}
