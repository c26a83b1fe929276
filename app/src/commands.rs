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

use tokio_util::sync::CancellationToken;

use crate::{
    cli::{Cli, Command},
    config::Config,
    logging,
    program::{Company, Opened, Schema},
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
    let done = runtime.block_on(async {
        let traces = Traces::from_environment()?;
        let _log = logging::start(&config, traces.as_ref())?;
        let done = dispatch(cli.command, config).await;
        if let Some(traces) = traces {
            traces.finish().await;
        }
        done
    });
    // A question at the terminal that nobody answered is still being asked.
    runtime.shutdown_background();
    done
}

async fn dispatch(command: Command, config: Config) -> anyhow::Result<ExitCode> {
    match command {
        Command::Serve { role } => serve::serve(config, &role).await,
        Command::Demo => serve::demo(config).await,
        Command::Worker => serve::worker(config).await,
        Command::Migrate => migrate(&config).await,
        Command::Check => with_database(&config, check::run).await,
        Command::Import(wanted) => import::import(&config, wanted).await,
        Command::SearchQuality(judged) => search_quality::run(&judged),
        Command::Export(wanted) => {
            with_database(&config, async |opened| export::run(&config, opened, wanted).await).await
        }
        Command::Backup(wanted) => {
            let stop = serve::stop_signal()?;
            let opened = Opened::existing(&config, Schema::OwnOrOlder).await?;
            until_stopped(stop, opened, async |opened| backup::run(&config, opened, &wanted).await).await
        }
        Command::Restore(wanted) => restore::run(&config, &wanted).await,
        Command::Reindex(wanted) => with_database(&config, async |opened| reindex::run(opened, &wanted).await).await,
        Command::Doctor { json } => doctor::run(Ok(config), json).await,
        Command::Store(wanted) => {
            let stop = serve::stop_signal()?;
            let opened = Opened::open(&config, Company::Beside).await?;
            until_stopped(stop, opened, async |opened| store::run(opened, wanted).await).await
        }
        Command::User(wanted) => with_database(&config, async |opened| user::run(opened, wanted).await).await,
        Command::Key(wanted) => with_database(&config, async |opened| key::run(opened, wanted).await).await,
        Command::AdoptKey => with_database(&config, adopt_key).await,
    }
}

async fn migrate(config: &Config) -> anyhow::Result<ExitCode> {
    Opened::open(config, Company::Beside).await?.close().await?;
    say(&format!(
        "The schema is up to date: {} migrations.",
        database::MIGRATIONS.iter().count()
    ));
    Ok(ExitCode::SUCCESS)
}

async fn adopt_key(opened: &Opened) -> anyhow::Result<ExitCode> {
    opened.database.adopt_sealing_key().await?;
    say(
        "This key is the installation's from now on. Second factors, secrets of providers to sign in with, accounts for texts \
         and keys for pushes that another key sealed have to be set up anew.",
    );
    Ok(ExitCode::SUCCESS)
}

/// Opens the database of an installation that is there, does something, and closes it whatever came of it.
async fn with_database(
    config: &Config,
    body: impl AsyncFnOnce(&Opened) -> anyhow::Result<ExitCode>,
) -> anyhow::Result<ExitCode> {
    let stop = serve::stop_signal()?;
    until_stopped(stop, Opened::existing(config, Schema::Own).await?, body).await
}

/// Does something, unless it is told to stop, and closes the database whatever came of it: a private one does not run on.
async fn until_stopped(
    stop: CancellationToken,
    opened: Opened,
    body: impl AsyncFnOnce(&Opened) -> anyhow::Result<ExitCode>,
) -> anyhow::Result<ExitCode> {
    let done = tokio::select! {
        done = body(&opened) => done,
        () = stop.cancelled() => Ok(stopped()),
    };
    opened.close().await?;
    done
}

/// What a command that was told to stop says, and its exit code.
fn stopped() -> ExitCode {
    say_aside("Stopped.");
    ExitCode::from(130)
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
    let _ = writeln!(std::io::stderr().lock(), "souk: {}", chain(error));
}

/// An error with everything that led to it. What a cause says that was said already is not said again, and what PostgreSQL
/// says is said without the line of its own source that the driver puts behind it.
pub(crate) fn chain(error: &anyhow::Error) -> String {
    let mut said = String::new();
    let by_postgres = error.chain().find_map(database::said);
    for cause in error.chain().map(ToString::to_string) {
        let cause = match &by_postgres {
            Some(by_postgres) => cause.replace(&by_postgres.shown, &by_postgres.message),
            None => cause,
        };
        if said.is_empty() {
            said = cause;
        } else if !said.contains(&cause) {
            said = format!("{said}: {cause}");
        }
    }
    said
}

#[cfg(test)]
mod tests {
    use database::testing::TestDatabase;

    use super::*;

    #[test]
    fn an_error_says_everything_once() {
        let error = anyhow::anyhow!("Connection refused")
            .context("it failed: Connection refused")
            .context("the shop is closed");
        assert_eq!(chain(&error), "the shop is closed: it failed: Connection refused");
    }

    #[tokio::test]
    async fn what_postgresql_says_is_said_without_a_line_of_its_source() {
        let db = TestDatabase::new().await;
        let mut ctx = db.work().read();
        let failed = sqlx::query("SELECT 1 FROM nowhere").execute(ctx.sql().await.unwrap());
        let failed = database::Error::from(failed.await.unwrap_err());
        ctx.rollback().await;
        assert_eq!(
            chain(&failed.into()),
            "a database statement failed: error returned from database: relation \"nowhere\" does not exist"
        );
    }
}
