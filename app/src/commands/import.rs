//! `souk import`: takes a catalogue, orders of another shop, or rates of tax.

use std::{io::IsTerminal as _, process::ExitCode, time::Duration};

use anyhow::Context as _;
use database::Work;
use imports::{Format, ImportFile, Pictures, Progress};
use indicatif::{ProgressBar, ProgressStyle};
use storage_adapters::{HttpImages, Reach};

use super::say;
use crate::{
    cli::{ImportCommand, ImportFormat},
    config::Config,
    files,
    program::{Opened, work_on},
};

pub(crate) async fn run(config: &Config, opened: &Opened, wanted: ImportCommand) -> anyhow::Result<ExitCode> {
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
    let imported = imports::import_file(&work, &file, pictures, &mut |progress: Progress| show(&bar, progress)).await;
    bar.finish_and_clear();
    let report = imported.with_context(|| format!("{} was not imported", wanted.file.display()))?;
    let counts = report.counts;
    if report.resumed_after > 0 {
        say(&format!(
            "Went on behind row {}, where it was interrupted.",
            report.resumed_after
        ));
    }
    let things = match format {
        Format::Shopify | Format::WooCommerce | Format::Jsonl => "products",
        Format::Stock => "levels",
        Format::Redirects => "redirects",
        Format::Customers => "customers",
        Format::Reviews => "reviews",
        Format::Orders => "orders",
    };
    let verb = if wanted.dry_run { "would be" } else { "were" };
    say(&format!(
        "{} rows read in {:.1?}: {} {things} {verb} created, {} updated, {} not taken; {} errors, {} warnings.",
        counts.rows_read,
        started.elapsed(),
        counts.created,
        counts.updated,
        counts.failed,
        report.errors,
        report.warnings
    ));
    match &wanted.report {
        Some(path) => say(&format!("Every problem is in {}.", path.display())),
        None if report.errors + report.warnings > 0 => say("See every problem with --report FILE."),
        None => {}
    }
    Ok(ExitCode::SUCCESS)
}

/// Takes a table of rates; what is refused is said line by line.
async fn tax_rates(work: &Work, wanted: &ImportCommand) -> anyhow::Result<ExitCode> {
    let name = wanted.file.display();
    let file = std::fs::File::open(&wanted.file).with_context(|| format!("{name} cannot be read"))?;
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
    let verb = if wanted.dry_run { "would be" } else { "were" };
    say(&format!(
        "{} rates {verb} taken and {} rows refused in {:.1?}.",
        imported.taken,
        imported.refused,
        started.elapsed()
    ));
    Ok(ExitCode::SUCCESS)
}

fn progress_bar() -> ProgressBar {
    if !std::io::stderr().is_terminal() {
        return ProgressBar::hidden();
    }
    let bar = ProgressBar::new(0);
    bar.enable_steady_tick(Duration::from_millis(200));
    if let Ok(style) = ProgressStyle::with_template("{bar:40} {pos}/{len} rows, {per_sec}, {eta} left  {msg}") {
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
