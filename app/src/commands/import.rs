//! `souk import`: takes a catalogue, orders of another shop, or rates of tax.

use std::{io::IsTerminal as _, process::ExitCode, sync::OnceLock, time::Duration};

use anyhow::Context as _;
use database::Work;
use imports::{Format, ImportFile, Pictures, Progress, Report, RowProblem};
use indicatif::{ProgressBar, ProgressStyle};
use kernel::ImportId;
use storage_adapters::{HttpImages, Reach};

use super::{say, say_aside, serve::stop_signal, stopped};
use crate::{
    cli::{ImportCommand, ImportFormat},
    config::Config,
    files,
    program::{Opened, Schema, work_on},
};

/// How many problems a run tells of by itself.
const PROBLEMS_TOLD: usize = 10;

/// Imports; one that is told to stop lets go of its file at once, so that the same can be taken up again.
pub(crate) async fn import(config: &Config, wanted: ImportCommand) -> anyhow::Result<ExitCode> {
    let stop = stop_signal()?;
    let opened = Opened::existing(config, Schema::Own).await?;
    let at_work = OnceLock::new();
    let (store, dry_run) = (wanted.store.clone(), wanted.dry_run);
    let done = tokio::select! {
        done = run(config, &opened, wanted, &at_work) => done,
        () = stop.cancelled() => match at_work.get() {
            None => Ok(stopped()),
            Some(run_id) => let_go(&opened, store.as_deref(), *run_id, dry_run).await,
        },
    };
    opened.close().await?;
    done
}

async fn let_go(opened: &Opened, store: Option<&str>, run_id: ImportId, dry_run: bool) -> anyhow::Result<ExitCode> {
    let work = work_on(&opened.database, store).await?;
    imports::let_go(&work, run_id).await?;
    say_aside(what_stays(dry_run));
    Ok(stopped())
}

/// What there is of a run that was stopped.
fn what_stays(dry_run: bool) -> &'static str {
    if dry_run {
        "Nothing was imported, as in every dry run; the same command begins again."
    } else {
        "What was imported stays; the same command goes on behind it."
    }
}

async fn run(
    config: &Config,
    opened: &Opened,
    wanted: ImportCommand,
    at_work: &OnceLock<ImportId>,
) -> anyhow::Result<ExitCode> {
    let work = work_on(&opened.database, wanted.store.as_deref()).await?;
    let format = match wanted.format {
        ImportFormat::Shopify => Format::Shopify,
        ImportFormat::Woocommerce => Format::WooCommerce,
        ImportFormat::Jsonl => Format::Jsonl,
        ImportFormat::Stock => Format::Stock,
        ImportFormat::Redirects => Format::Redirects,
        ImportFormat::Customers => Format::Customers,
        ImportFormat::Reviews => Format::Reviews,
        ImportFormat::Orders => Format::Orders,
        ImportFormat::TaxRates => return tax_rates(&work, &wanted).await,
    };
    let file = ImportFile {
        dry_run: wanted.dry_run,
        report: wanted.report.clone(),
        restart: wanted.restart,
        ..ImportFile::new(wanted.file.clone(), format)
    };
    let blobs = files::kept(config)?;
    let images = HttpImages::new(Reach::Public);
    let pictures = (!wanted.without_images).then_some(Pictures {
        source: &images,
        blobs: blobs.as_ref(),
    });
    let bar = progress_bar();
    let started = std::time::Instant::now();
    let imported = imports::import_file(&work, &file, pictures, &mut |progress: Progress| {
        at_work.get_or_init(|| progress.run_id);
        show(&bar, progress);
    })
    .await;
    bar.finish_and_clear();
    let report = imported.with_context(|| format!("{} was not imported", wanted.file.display()))?;
    told(&report, format, wanted.dry_run, started.elapsed());
    match &wanted.report {
        Some(path) => say(&format!("Every problem is in {}.", path.display())),
        None => tell_problems(&work, report.run_id).await?,
    }
    let counts = report.counts;
    let nothing_taken = counts.failed > 0 && counts.created == 0 && counts.updated == 0;
    Ok(if nothing_taken {
        ExitCode::FAILURE
    } else {
        ExitCode::SUCCESS
    })
}

/// Says what was wrong with the first rows, so that nobody has to import again to learn it.
async fn tell_problems(work: &Work, run: ImportId) -> anyhow::Result<()> {
    let mut ctx = work.read();
    let run = imports::find_run(&mut ctx, run)
        .await?
        .context("the run is not on record")?;
    ctx.rollback().await;
    let told = worth_telling(&run.problems);
    for problem in &told {
        let column = problem.column.as_deref().map(|column| format!(", {column}"));
        say(&format!(
            "Line {}{}: {}",
            problem.line,
            column.unwrap_or_default(),
            problem.reason
        ));
    }
    if run.errors + run.warnings > u64::try_from(told.len())? {
        say("See every problem with --report FILE.");
    }
    Ok(())
}

/// The renamed products that are kept, for somebody has to look at what was changed there, and the first of what else was found.
fn worth_telling(problems: &[RowProblem]) -> Vec<&RowProblem> {
    let (renamed, others): (Vec<&RowProblem>, Vec<&RowProblem>) =
        problems.iter().partition(|problem| problem.renamed.is_some());
    renamed
        .into_iter()
        .chain(others.into_iter().take(PROBLEMS_TOLD))
        .collect()
}

/// Says what became of the rows.
fn told(report: &Report, format: Format, dry_run: bool, took: Duration) {
    let counts = report.counts;
    if report.resumed_after > 0 {
        say(&format!(
            "Went on behind row {}, where it was interrupted.",
            report.resumed_after
        ));
    }
    if counts.rows_read == 0 {
        say("The file has no rows below its header.");
    }
    let thing = match format {
        Format::Shopify | Format::WooCommerce | Format::Jsonl => "product",
        Format::Stock => "level",
        Format::Redirects => "redirect",
        Format::Customers => "customer",
        Format::Reviews => "review",
        Format::Orders => "order",
    };
    say(&format!(
        "{} read in {:.1?}: {} {} created, {} updated, {} not taken; {}, {}.",
        counted(counts.rows_read, "row"),
        took,
        counted(counts.created, thing),
        verb(counts.created, dry_run),
        counts.updated,
        counts.failed,
        counted(report.errors, "error"),
        counted(report.warnings, "warning"),
    ));
    if report.renamed > 0 {
        say(&another_handle(report.renamed, dry_run));
    }
}

/// Takes a table of rates; what is refused is said line by line.
async fn tax_rates(work: &Work, wanted: &ImportCommand) -> anyhow::Result<ExitCode> {
    let name = wanted.file.display();
    let file = imports::read_unpacked(&wanted.file).with_context(|| format!("{name} was not imported"))?;
    let started = std::time::Instant::now();
    let mut ctx = work.write();
    let imported = tax::import_rates(&mut ctx, file, wanted.dry_run)
        .await
        .with_context(|| format!("{name} was not imported"))?;
    ctx.commit().await?;
    for refusal in &imported.refusals {
        let tax::Refusal { line, column, reason } = refusal;
        say(&format!("Line {line}, {column}: {reason}"));
    }
    if let Some(path) = &wanted.report {
        let lines = imported.refusals.iter().map(serde_json::to_string);
        let lines: Vec<String> = lines.collect::<Result<_, _>>()?;
        std::fs::write(path, lines.join("\n")).with_context(|| format!("{} cannot be written", path.display()))?;
    }
    let [taken, refused] = [imported.taken, imported.refused].map(|count| u64::try_from(count).unwrap_or(u64::MAX));
    say(&format!(
        "{} {} taken and {} refused in {:.1?}.",
        counted(taken, "rate"),
        verb(taken, wanted.dry_run),
        counted(refused, "row"),
        started.elapsed()
    ));
    Ok(ExitCode::SUCCESS)
}

/// `1 row`, `2 rows`.
fn counted(count: u64, thing: &str) -> String {
    let ending = if count == 1 { "" } else { "s" };
    format!("{count} {thing}{ending}")
}

/// That products of the store have the file's handles now, and how they were found.
fn another_handle(count: u64, dry_run: bool) -> String {
    let got = if dry_run { "would get" } else { "got" };
    let known = if count == 1 {
        "it was recognised by its SKUs"
    } else {
        "they were recognised by their SKUs"
    };
    format!(
        "{} {got} another handle, the file's: {known}.",
        counted(count, "product")
    )
}

/// What stands between so many things and what was done to them.
fn verb(count: u64, dry_run: bool) -> &'static str {
    match (dry_run, count) {
        (true, _) => "would be",
        (false, 1) => "was",
        (false, _) => "were",
    }
}

fn progress_bar() -> ProgressBar {
    if !std::io::stderr().is_terminal() {
        return ProgressBar::hidden();
    }
    let bar = ProgressBar::new(0);
    bar.enable_steady_tick(Duration::from_millis(200));
    if let Ok(style) = ProgressStyle::with_template("{bar:40} row {pos} of {len}, {per_sec}, {eta} left  {msg}") {
        bar.set_style(style);
    }
    bar
}

fn show(bar: &ProgressBar, progress: Progress) {
    bar.set_length(progress.rows_total);
    bar.set_position(progress.counts.rows_read);
    bar.set_message(format!(
        "{} new, {} changed",
        progress.counts.created, progress.counts.updated
    ));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_dry_run_that_is_stopped_left_nothing() {
        assert!(what_stays(true).starts_with("Nothing was imported"));
        assert!(what_stays(false).starts_with("What was imported stays"));
    }

    #[test]
    fn renamed_products_are_said_first_and_whatever_else_there_is() {
        let problem = |line: u64| RowProblem {
            line,
            column: None,
            handle: None,
            severity: imports::Severity::Warning,
            reason: String::new(),
            renamed: line.checked_sub(20).filter(|number| *number > 0),
        };
        let problems: Vec<RowProblem> = (1..=22).map(problem).collect();
        let lines: Vec<u64> = worth_telling(&problems).iter().map(|problem| problem.line).collect();
        assert_eq!(lines, [21, 22, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
    }

    #[test]
    fn one_is_not_many() {
        let told = |count, dry_run| format!("{} {} created", counted(count, "product"), verb(count, dry_run));
        assert_eq!(told(0, false), "0 products were created");
        assert_eq!(told(1, false), "1 product was created");
        assert_eq!(told(1, true), "1 product would be created");
        assert_eq!(told(2, false), "2 products were created");
        assert_eq!(
            another_handle(1, false),
            "1 product got another handle, the file's: it was recognised by its SKUs."
        );
        assert_eq!(
            another_handle(2, true),
            "2 products would get another handle, the file's: they were recognised by their SKUs."
        );
    }
}
