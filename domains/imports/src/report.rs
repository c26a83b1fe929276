//! What is wrong with a file's rows, written down as it is found: one JSON object a line.

use std::{
    fs::{File, OpenOptions},
    io::{self, BufRead as _, BufReader, BufWriter, Seek as _, SeekFrom, Write as _},
    path::Path,
};

use crate::{RowProblem, Run, Severity};

/// How many problems are kept with the run.
const KEPT: usize = 100;

/// Counts problems, keeps the first, and writes all into a file if one is wanted.
#[derive(Debug)]
pub(crate) struct ReportWriter {
    file: Option<BufWriter<File>>,
    first: Vec<RowProblem>,
    /// Rows or products that were left out.
    pub(crate) errors: u64,
    /// Rows that were imported with a change.
    pub(crate) warnings: u64,
}

impl ReportWriter {
    /// Makes the file, before anything is imported; a run that is taken up again adds to what it had noted before.
    pub(crate) fn open(path: Option<&Path>, resumed: Option<&Run>) -> io::Result<Self> {
        let file = match (path, resumed) {
            (None, _) => None,
            (Some(path), None) => Some(File::create(path)?),
            (Some(path), Some(run)) => Some(reopen(path, run.errors.saturating_add(run.warnings))?),
        };
        Ok(Self {
            file: file.map(BufWriter::new),
            first: resumed.map(|run| run.problems.clone()).unwrap_or_default(),
            errors: resumed.map_or(0, |run| run.errors),
            warnings: resumed.map_or(0, |run| run.warnings),
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

/// A report that was begun, without the lines of the batch that was cut off: they come again.
fn reopen(path: &Path, lines: u64) -> io::Result<File> {
    let file = OpenOptions::new()
        .read(true)
        .write(true)
        .create(true)
        .truncate(false)
        .open(path)?;
    let mut reader = BufReader::new(&file);
    let (mut kept, mut line) = (0_u64, Vec::new());
    for _ in 0..lines {
        line.clear();
        let read = reader.read_until(b'\n', &mut line)?;
        kept = kept.saturating_add(u64::try_from(read).unwrap_or_default());
    }
    file.set_len(kept)?;
    let mut file = file;
    file.seek(SeekFrom::End(0))?;
    Ok(file)
}
