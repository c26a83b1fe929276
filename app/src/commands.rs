//! The subcommands.

mod backup;
mod check;
mod doctor;
mod export;
mod import;
mod key;
mod reindex;
mod restore;
mod search_quality;
mod serve;
mod store;
mod user;

use std::{io::Write as _, process::ExitCode};

pub use backup::{backup_to, refuse_data_folder};
pub use check::findings;
pub use reindex::{Reindexed, reindex};
pub use restore::{Target, restore_into};

use crate::{
    cli::{Cli, Command},
    config::Config,
    logging,
    program::{Company, Opened},
    traces::Traces,
};

/// Reads the settings and does what the command line says.
pub fn run(cli: Cli) -> anyhow::Result<ExitCode> {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    let config = Config::load(&cli.flags);
    if let Command::Doctor { json } = cli.command {
        return runtime.block_on(doctor::run(config.map_err(Into::into), json));
    }
    let config = config?;
    runtime.block_on(async {
        let traces = Traces::from_environment()?;
        let _log = logging::start(&config, traces.as_ref())?;
        let done = dispatch(cli.command, config).await;
        if let Some(traces) = traces {
            traces.finish().await;
        }
        done
    })
}

async fn dispatch(command: Command, config: Config) -> anyhow::Result<ExitCode> {
    match command {
        Command::Serve { role } => serve::serve(config, &role).await,
        Command::Demo => serve::demo(config).await,
        Command::Worker => serve::worker(config).await,
        Command::Migrate => with_database(&config, migrated).await,
        Command::Check => with_database(&config, check::run).await,
        Command::Import(wanted) => {
            with_database(&config, async |opened| import::run(&config, opened, wanted).await).await
        }
        Command::SearchQuality(judged) => search_quality::run(&judged),
        Command::Export(wanted) => {
            with_database(&config, async |opened| export::run(&config, opened, wanted).await).await
        }
        Command::Backup(wanted) => {
            with_database(&config, async |opened| backup::run(&config, opened, &wanted).await).await
        }
        Command::Restore(wanted) => restore::run(&config, &wanted).await,
        Command::Reindex(wanted) => with_database(&config, async |opened| reindex::run(opened, &wanted).await).await,
        Command::Doctor { json } => doctor::run(Ok(config), json).await,
        Command::Store(wanted) => with_database(&config, async |opened| store::run(opened, wanted).await).await,
        Command::User(wanted) => with_database(&config, async |opened| user::run(opened, wanted).await).await,
        Command::Key(wanted) => with_database(&config, async |opened| key::run(opened, wanted).await).await,
    }
}

/// Opening the database migrated it already; what is left is to say so.
async fn migrated(_opened: &Opened) -> anyhow::Result<ExitCode> {
    say(&format!(
        "The schema is up to date: {} migrations.",
        database::MIGRATIONS.iter().count()
    ));
    Ok(ExitCode::SUCCESS)
}

/// Opens the database, does something, and closes it whatever came of it.
async fn with_database(
    config: &Config,
    body: impl AsyncFnOnce(&Opened) -> anyhow::Result<ExitCode>,
) -> anyhow::Result<ExitCode> {
    let opened = Opened::open(config, Company::Beside).await?;
    let done = body(&opened).await;
    opened.close().await?;
    done
}

/// A line on standard output; a closed pipe is no reason to fail.
fn say(line: &str) {
    let _ = writeln!(std::io::stdout().lock(), "{line}");
}

/// A line on standard error, beside what a command writes to standard output.
fn say_aside(line: &str) {
    let _ = writeln!(std::io::stderr().lock(), "{line}");
}

/// An error with everything that led to it, on standard error.
pub fn say_error(error: &anyhow::Error) {
    let _ = writeln!(std::io::stderr().lock(), "souk: {error:#}");
}
