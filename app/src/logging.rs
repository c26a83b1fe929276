//! Log lines, for people or as JSON, and traces where a collector is named.

mod lines;
mod slow;

use std::io::IsTerminal as _;

use tracing_subscriber::{
    EnvFilter, Layer as _, filter::FilterExt as _, filter::filter_fn, fmt, layer::SubscriberExt as _,
    util::SubscriberInitExt as _,
};

use crate::{
    config::{Config, LogFormat},
    traces::{Traces, is_traced},
};
use lines::{Lines, Writing};

/// Starts logging to standard error, so that a command's own output stays clean. Everything is written when what it answers with
/// is dropped.
pub(crate) fn start(config: &Config, traces: Option<&Traces>) -> anyhow::Result<Writing> {
    let filter =
        EnvFilter::try_new(&config.log)?.and(filter_fn(|metadata| !is_traced(metadata) && !slow::is_slow(metadata)));
    let (lines, writing) = Lines::begin(std::io::stderr(), tell_of_dropped)?;
    lines.survive_panics();
    let lines = fmt::layer().with_writer(lines);
    let lines = match config.log_format {
        // Colours are for a person who watches, not for a file. NO_COLOR turns them off there, too.
        LogFormat::Human if std::io::stderr().is_terminal() => lines.with_target(false).boxed(),
        LogFormat::Human => lines.with_target(false).with_ansi(false).boxed(),
        LogFormat::Json => lines.json().flatten_event(true).boxed(),
    };
    tracing_subscriber::registry()
        .with(lines.with_filter(filter))
        .with(traces.map(Traces::layer))
        .with(slow::SlowStatements.with_filter(slow::only_slow()))
        .try_init()
        .map_err(|error| anyhow::anyhow!("logging could not start: {error}"))?;
    Ok(writing)
}

fn tell_of_dropped(lines: u64) {
    tracing::warn!(lines, "lines of the log were dropped because nobody took them");
}
