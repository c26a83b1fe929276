#![doc = include_str!("../README.md")]

mod figures;
mod floors;
mod http;
mod load;
mod process;
mod run;
mod scenarios;
mod seed;
mod server;
mod shoppers;
mod site;
mod store;
mod table;

use std::{io::Write as _, net::SocketAddr, path::PathBuf, time::Duration};

use clap::{Parser, Subcommand, ValueEnum as _};
use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

use self::{
    run::{Run, Times},
    scenarios::{Scenario, prove},
    server::Server,
    site::Site,
    table::Table,
};

/// A page that every filled store has.
const A_PAGE: &str = "/products/plain-000000";

/// Measures Souk beside the floors of the same machine, in one run, and prints one table.
#[derive(Debug, Parser)]
#[command(name = "bench")]
struct Cli {
    /// A short run: two seconds each
    #[arg(long)]
    quick: bool,
    /// How many seconds each line is measured
    #[arg(long, default_value_t = 10)]
    seconds: u64,
    /// Measure only this; repeat for several
    #[arg(long, value_enum)]
    only: Vec<Scenario>,
    /// How many products the store has
    #[arg(long, default_value_t = 100_000)]
    products: usize,
    /// Tell for each line which SQL statements took longest
    #[arg(long)]
    statements: bool,
    /// The release build of Souk
    #[arg(long, default_value = "target/release/souk")]
    souk: PathBuf,
    /// Where the database and the filled store are kept
    #[arg(long, default_value = "target/bench")]
    folder: PathBuf,
    /// What else this program does
    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Answer /N with N bytes and nothing else: the floor of HTTP
    Bare {
        /// Where to listen
        #[arg(long)]
        listen: SocketAddr,
    },
}

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let cli = Cli::parse();
    if let Some(Command::Bare { listen }) = cli.command {
        return floors::answer_bare(listen).await;
    }
    allow_many_files()?;
    let souk = cli.souk.canonicalize()?;
    let site = Site::open(&cli.folder, &souk, cli.products).await?;
    // The first start may have to bring the search index up to this version; the second is the one that counts.
    let first = Server::serve(&site.program, A_PAGE).await?;
    seed::until_indexed(&first, cli.products).await?;
    first.stop().await?;
    let server = Server::serve(&site.program, A_PAGE).await?;
    let seconds = if cli.quick { 2 } else { cli.seconds };
    let mut run = Run {
        store: site.store().await?,
        site,
        server,
        times: Times {
            warm_up: Duration::from_secs(seconds.div_ceil(4)),
            measured: Duration::from_secs(seconds),
        },
        shows_statements: cli.statements,
        table: Table::default(),
        told: 0,
        floor: None,
    };
    let measured = measure(&mut run, &cli.only).await;
    run.server.stop().await?;
    drop(run.store);
    run.site.close().await?;
    writeln!(std::io::stdout().lock(), "\n{}", run.table)?;
    measured
}

/// As many connections as the system lets this process and the server have that it starts: a crowd has one each.
fn allow_many_files() -> anyhow::Result<()> {
    let allowed = getrlimit(Resource::Nofile);
    let most = Rlimit {
        current: allowed.maximum,
        ..allowed
    };
    Ok(setrlimit(Resource::Nofile, most)?)
}

async fn measure(run: &mut Run, only: &[Scenario]) -> anyhow::Result<()> {
    let before = run.store.count_sales().await?;
    for scenario in Scenario::value_variants() {
        if only.is_empty() || only.contains(scenario) {
            run.store.checkpoint().await?;
            scenario.measure(run).await?;
        }
    }
    prove(run, before).await
}

/// What is being done, beside the table.
fn tell(line: &str) {
    let _ = writeln!(std::io::stderr().lock(), "{line}");
}
