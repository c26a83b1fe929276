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
        /// What this process does; without `worker`, mails and events wait for another process that does it
        #[arg(long, value_enum, value_delimiter = ',', default_value = "web,api,worker")]
        role: Vec<Role>,
    },
    /// Run background work only, and listen nowhere
    Worker,
    /// Bring the database to this version's schema
    Migrate,
    /// Serve two demo stores, made on the first run
    Demo,
    /// Import products, stock, customers, orders, reviews, redirects or rates of tax
    Import(ImportCommand),
    /// Export products, customers, orders, stock, reviews or redirects
    Export(ExportCommand),
    /// Prove that stock, totals, payments and books agree; exit 1 and the rows when they do not
    Check,
    /// Measure the ranking of searches on judged ones: nDCG@10, beside plain BM25
    SearchQuality(JudgedSearches),
    /// Write database and files into one archive, while the stores are served
    Backup(BackupCommand),
    /// Put back what `souk backup` wrote, then check the books
    Restore(RestoreCommand),
    /// Work out anew what lists and search show of the products
    Reindex(ReindexCommand),
    /// Look for everything that is wrong or missing in this installation; exit 1 when something must be mended
    Doctor {
        /// Print the findings as JSON
        #[arg(long)]
        json: bool,
    },
    /// Make a store
    Store(NewStore),
    /// Make a member of staff; the password is read from standard input
    User(NewUser),
    /// Make an API key and print it once
    Key(NewKey),
    /// Go on with the secret key that is set here, because the one before it is lost: what that one sealed has to be set up anew
    AdoptKey,
}

/// What a serving process does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum Role {
    /// The shop windows and the desk
    Web,
    /// The REST API and the gateways' webhooks
    Api,
    /// Events, mails and everything that runs by the clock
    Worker,
}

/// Where to keep a backup.
#[derive(Debug, clap::Args)]
pub struct BackupCommand {
    /// The file to write, such as `souk.tar`, or a folder for a file named by the time, which is made if it is not there
    pub to: PathBuf,
}

/// Which backup to put back.
#[derive(Debug, clap::Args)]
pub struct RestoreCommand {
    /// The file that `souk backup` wrote
    pub from: PathBuf,
    /// Replace the stores that are there
    #[arg(long)]
    pub force: bool,
}

/// Whose products to work out.
#[derive(Debug, clap::Args)]
pub struct ReindexCommand {
    /// The store [default: every one]
    #[arg(long)]
    pub store: Option<String>,
    /// Tell how many products are wrong, and change nothing; exit 1 when there are any
    #[arg(long)]
    pub dry_run: bool,
}

/// Which file to import, into which store.
#[derive(Debug, clap::Args)]
pub struct ImportCommand {
    /// What the file is
    #[arg(value_enum)]
    pub format: ImportFormat,
    /// The file; .xz and .gz are unpacked on the way
    pub file: PathBuf,
    /// The store to import into [default: the only one]
    #[arg(long)]
    pub store: Option<String>,
    /// Check everything and write nothing
    #[arg(long)]
    pub dry_run: bool,
    /// Write every problem to this file, one JSON object a line
    #[arg(long)]
    pub report: Option<PathBuf>,
    /// Begin at the beginning although the same file was interrupted before
    #[arg(long)]
    pub restart: bool,
    /// Keep picture addresses as they are instead of fetching the pictures
    #[arg(long)]
    pub without_images: bool,
}

/// Where the judged searches are.
#[derive(Debug, clap::Args)]
pub struct JudgedSearches {
    /// Products of the open Icecat catalogue, one JSON object a line; .xz and .gz are unpacked on the way
    pub products: PathBuf,
    /// A CSV file with the columns query, docid and rating (0 useless to 3 perfect)
    pub judgments: PathBuf,
}

/// What to export, and where to.
#[derive(Debug, clap::Args)]
pub struct ExportCommand {
    /// What to write
    #[arg(value_enum)]
    pub kind: ExportKind,
    /// How to write it [default: jsonl for products, csv for everything else]
    #[arg(long, value_enum)]
    pub format: Option<ExportFormat>,
    /// The file; packed when its name ends in .gz or .xz, and - is standard output
    #[arg(short, long, default_value = "-")]
    pub output: PathBuf,
    /// The store to export [default: the only one]
    #[arg(long)]
    pub store: Option<String>,
}

/// The store to make.
#[derive(Debug, clap::Args)]
pub struct NewStore {
    /// Short name, such as my-shop
    pub slug: String,
    /// The name shoppers see
    #[arg(long)]
    pub name: String,
    /// Host names that lead to it; its mails link to the first
    #[arg(long, required = true)]
    pub host: Vec<String>,
    /// Currency of its prices
    #[arg(long, default_value = "USD")]
    pub currency: String,
    /// Language its pages start in
    #[arg(long, default_value = "en")]
    pub locale: String,
    /// Country it ships from
    #[arg(long, default_value = "US")]
    pub country: String,
    /// Where its days begin at midnight, such as Asia/Jakarta
    #[arg(long, default_value = "UTC")]
    pub time_zone: String,
    /// Address its mails come from
    #[arg(long)]
    pub email: String,
    /// The prices it shows contain the tax
    #[arg(long)]
    pub prices_include_tax: bool,
}

/// The member of staff to make.
#[derive(Debug, clap::Args)]
pub struct NewUser {
    /// E-mail address to sign in with
    pub email: String,
    /// Their name
    #[arg(long)]
    pub name: String,
    /// What they may do: owner, manager or support
    #[arg(long, default_value = "owner")]
    pub role: String,
    /// The store they work for [default: the only one]
    #[arg(long)]
    pub store: Option<String>,
}

/// The API key to make.
#[derive(Debug, clap::Args)]
pub struct NewKey {
    /// What it is for
    pub name: String,
    /// What it may do, such as orders:read; repeat for several [default: everything]
    #[arg(long)]
    pub permission: Vec<String>,
    /// The store it is for [default: the only one]
    #[arg(long)]
    pub store: Option<String>,
}

/// What can be exported.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum ExportKind {
    /// Products with their variants, pictures and stock
    Products,
    /// Customers with their addresses
    Customers,
    /// Orders with their lines, parcels and refunds
    Orders,
    /// What lies at each location
    Stock,
    /// Addresses that are gone, and those that stand for them
    Redirects,
    /// What shoppers say of products
    Reviews,
}

impl From<ExportKind> for exports::Kind {
    fn from(kind: ExportKind) -> Self {
        match kind {
            ExportKind::Products => Self::Products,
            ExportKind::Customers => Self::Customers,
            ExportKind::Orders => Self::Orders,
            ExportKind::Stock => Self::Stock,
            ExportKind::Redirects => Self::Redirects,
            ExportKind::Reviews => Self::Reviews,
        }
    }
}

/// How an export is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum ExportFormat {
    /// One JSON object a line
    Jsonl,
    /// A table with headings of Souk's own
    Csv,
    /// Shopify's product CSV
    Shopify,
    /// WooCommerce's product CSV
    Woocommerce,
}

impl From<ExportFormat> for exports::Format {
    fn from(format: ExportFormat) -> Self {
        match format {
            ExportFormat::Jsonl => Self::Jsonl,
            ExportFormat::Csv => Self::Csv,
            ExportFormat::Shopify => Self::Shopify,
            ExportFormat::Woocommerce => Self::WooCommerce,
        }
    }
}

/// What a file is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum ImportFormat {
    /// Shopify's product CSV, the current and the older one
    Shopify,
    /// WooCommerce's product CSV
    Woocommerce,
    /// One JSON object a line
    Jsonl,
    /// Rates of tax as CSV, in Souk's columns or by American ZIP code
    TaxRates,
    /// How many pieces lie where: SKU, Location, On hand
    Stock,
    /// Addresses that are gone: From, To
    Redirects,
    /// People with their addresses, in Souk's columns or Shopify's
    Customers,
    /// What shoppers say of products, as CSV of common review apps, or Souk's own CSV or JSON lines
    Reviews,
    /// Orders of another shop: Shopify's CSV, or Souk's own JSON lines
    Orders,
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory as _;

    #[test]
    fn the_command_line_is_consistent() {
        super::Cli::command().debug_assert();
    }
}
