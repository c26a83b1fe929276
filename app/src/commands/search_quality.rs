//! `souk search-quality`: what the ranking of searches is worth.

use std::{
    fs::File,
    io::{BufRead, BufReader},
    path::Path,
    process::ExitCode,
};

use anyhow::Context as _;
use search_adapters::quality::{icecat, means, measure};

use super::say;
use crate::cli::JudgedSearches;

/// Prints nDCG@10 of each judged search, by plain BM25 and by Souk, and the means.
pub(super) fn run(judged: &JudgedSearches) -> anyhow::Result<ExitCode> {
    let read = |path: &Path| format!("{} cannot be read", path.display());
    let products = icecat::read_products(open(&judged.products)?).with_context(|| read(&judged.products))?;
    let judgments = icecat::read_judgments(open(&judged.judgments)?).with_context(|| read(&judged.judgments))?;
    let folder = tempfile::tempdir()?;
    let measured = measure(folder.path(), &products, &judgments)?;
    say(&format!("{:<40} {:>10} {:>8}", "search", "plain BM25", "Souk"));
    for one in &measured {
        say(&format!("{:<40} {:>10.3} {:>8.3}", one.words, one.plain, one.souk));
    }
    let means = means(&measured);
    say(&format!(
        "{:<40} {:>10.4} {:>8.4}  {:.3} times",
        format!("nDCG@10 of {} searches", measured.len()),
        means.plain,
        means.souk,
        means.times
    ));
    Ok(ExitCode::SUCCESS)
}

/// A file, unpacked on the way.
fn open(path: &Path) -> anyhow::Result<Box<dyn BufRead>> {
    let file = File::open(path).with_context(|| format!("{} cannot be opened", path.display()))?;
    Ok(match path.extension().and_then(|extension| extension.to_str()) {
        Some("xz") => Box::new(BufReader::new(liblzma::read::XzDecoder::new(file))),
        Some("gz") => Box::new(BufReader::new(flate2::read::MultiGzDecoder::new(file))),
        _ => Box::new(BufReader::new(file)),
    })
}
