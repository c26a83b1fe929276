//! What is wanted of an import, how far it has come, and what comes of it.

use std::path::PathBuf;

use kernel::ImportId;

use crate::{Counts, Format};

/// The import that is wanted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ImportFile {
    /// Where the file is.
    pub path: PathBuf,
    /// What it is.
    pub format: Format,
    /// Find out what would happen, and write nothing.
    pub dry_run: bool,
    /// Where to write what is wrong with its rows, as JSON lines.
    pub report: Option<PathBuf>,
    /// Begin at the beginning although the same file was interrupted before.
    pub restart: bool,
    /// The folder of uploads that the file lies in, when it does.
    pub upload: Option<String>,
}

impl ImportFile {
    /// A file that is imported for good, from where it was interrupted.
    pub fn new(path: PathBuf, format: Format) -> Self {
        Self {
            path,
            format,
            dry_run: false,
            report: None,
            restart: false,
            upload: None,
        }
    }
}

/// How far an import has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Progress {
    /// The run's record.
    pub run_id: ImportId,
    /// Rows of the file; 0 until it was found to be one that can be imported.
    pub rows_total: u64,
    /// What became of them so far.
    pub counts: Counts,
}

/// What came of an import.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Report {
    /// The run's record.
    pub run_id: ImportId,
    /// What became of the rows, over all starts of the run.
    pub counts: Counts,
    /// Rows or products that were left out.
    pub errors: u64,
    /// Rows that were imported with a change.
    pub warnings: u64,
    /// Products that the store had under other handles and has under those of the file now; each is among the warnings.
    pub renamed: u64,
    /// How many rows were done when it was taken up again; 0 when it began at the beginning.
    pub resumed_after: u64,
}
