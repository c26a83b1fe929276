//! What is wrong with a file's rows, written down as it is found: one JSON object a line.

use std::{
    fs::File,
    io::{self, BufWriter, Write as _},
    path::Path,
};

use crate::{RowProblem, Severity};

/// How many problems are kept with the run.
const KEPT: usize = 100;

/// Counts problems, keeps the first, and writes all into a file if one is wanted.
#[derive(Debug, Default)]
pub(crate) struct ReportWriter {
    file: Option<BufWriter<File>>,
    first: Vec<RowProblem>,
    /// Rows or products that were left out.
    pub(crate) errors: u64,
    /// Rows that were imported with a change.
    pub(crate) warnings: u64,
}

impl ReportWriter {
    /// Makes the file, before anything is imported.
    pub(crate) fn create(path: Option<&Path>) -> io::Result<Self> {
        let file = path.map(File::create).transpose()?.map(BufWriter::new);
        Ok(Self {
            file,
            ..Self::default()
        })
    }

    /// Adds a problem.
    pub(crate) fn add(&mut self, problem: RowProblem) -> io::Result<()> {
        match problem.severity {
            Severity::Error => self.errors = self.errors.saturating_add(1),
            Severity::Warning => self.warnings = self.warnings.saturating_add(1),
        }
        if let Some(file) = &mut self.file {
            serde_json::to_writer(&mut *file, &problem)?;
            file.write_all(b"\n")?;
        }
        if self.first.len() < KEPT {
            self.first.push(problem);
        }
        Ok(())
    }

    /// Writes out what is waiting.
    pub(crate) fn flush(&mut self) -> io::Result<()> {
        self.file.as_mut().map_or(Ok(()), io::Write::flush)
    }

    /// The first problems.
    pub(crate) fn first(&self) -> &[RowProblem] {
        &self.first
    }
}
