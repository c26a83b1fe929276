//! What is wrong with a file's rows, and which products of the store were renamed, written down as it is found: one JSON object
//! a line.

use std::{
    fs::{File, OpenOptions},
    io::{self, BufRead as _, BufReader, BufWriter, Seek as _, SeekFrom, Write as _},
    path::Path,
};

use crate::{RowProblem, Run, Severity};

/// How many problems are kept with the run.
const KEPT: usize = 100;
/// How many of the renamed products are kept besides: a product of the store was changed, and nobody may learn of it from
/// the file alone.
const KEPT_RENAMED: u64 = 100;

/// Counts problems, keeps the first, and writes all into a file if one is wanted.
#[derive(Debug)]
pub(crate) struct ReportWriter {
    file: Option<BufWriter<File>>,
    kept: Vec<RowProblem>,
    /// How many of those that are kept tell of no renamed product.
    kept_others: usize,
    /// Rows or products that were left out.
    pub(crate) errors: u64,
    /// Rows that were imported with a change.
    pub(crate) warnings: u64,
    /// Products that the store had under other handles.
    pub(crate) renamed: u64,
}

impl ReportWriter {
    /// Makes the file, before anything is imported; a run that is taken up again adds to what it had noted before.
    pub(crate) fn open(path: Option<&Path>, resumed: Option<&Run>) -> io::Result<Self> {
        let file = match (path, resumed) {
            (None, _) => None,
            (Some(path), None) => Some(File::create(path)?),
            (Some(path), Some(run)) => Some(reopen(path, run.errors.saturating_add(run.warnings))?),
        };
        let kept = resumed.map(|run| run.problems.clone()).unwrap_or_default();
        Ok(Self {
            file: file.map(BufWriter::new),
            kept_others: kept.iter().filter(|problem| problem.renamed.is_none()).count(),
            kept,
            errors: resumed.map_or(0, |run| run.errors),
            warnings: resumed.map_or(0, |run| run.warnings),
            renamed: resumed.map_or(0, Run::renamed),
        })
    }

    /// Adds a problem.
    pub(crate) fn add(&mut self, problem: RowProblem) -> io::Result<()> {
        self.write(&problem)?;
        if self.kept_others < KEPT {
            self.kept_others += 1;
            self.kept.push(problem);
        }
        Ok(())
    }

    /// Adds that the store had a product under another handle, which is kept whatever was found before it: the first ones, and
    /// the last, whose number says how many there are.
    pub(crate) fn add_renamed(&mut self, mut problem: RowProblem) -> io::Result<()> {
        self.renamed = self.renamed.saturating_add(1);
        problem.renamed = Some(self.renamed);
        self.write(&problem)?;
        if self.renamed > KEPT_RENAMED
            && let Some(last) = self.kept.iter().rposition(|kept| kept.renamed.is_some())
        {
            self.kept.remove(last);
        }
        self.kept.push(problem);
        Ok(())
    }

    fn write(&mut self, problem: &RowProblem) -> io::Result<()> {
        match problem.severity {
            Severity::Error => self.errors = self.errors.saturating_add(1),
            Severity::Warning => self.warnings = self.warnings.saturating_add(1),
        }
        if let Some(file) = &mut self.file {
            serde_json::to_writer(&mut *file, problem)?;
            file.write_all(b"\n")?;
        }
        Ok(())
    }

    /// Writes out what is waiting.
    pub(crate) fn flush(&mut self) -> io::Result<()> {
        self.file.as_mut().map_or(Ok(()), io::Write::flush)
    }

    /// The first problems and renamed products, in the order they were found.
    pub(crate) fn kept(&self) -> &[RowProblem] {
        &self.kept
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn renamed_products_are_kept_and_counted_whatever_else_was_found() {
        let found = |line| RowProblem {
            line,
            column: None,
            handle: None,
            severity: Severity::Warning,
            reason: String::new(),
            renamed: None,
        };
        let mut report = ReportWriter::open(None, None).unwrap();
        for line in 0..150 {
            report.add(found(line)).unwrap();
        }
        for line in 150..300 {
            report.add_renamed(found(line)).unwrap();
        }
        report.add(found(300)).unwrap();
        assert_eq!((report.warnings, report.renamed, report.kept().len()), (301, 150, 200));
        let told: Vec<(u64, u64)> = report
            .kept()
            .iter()
            .filter_map(|problem| Some((problem.line, problem.renamed?)))
            .collect();
        assert_eq!(
            (told.len(), told[0], told[98], told[99]),
            (100, (150, 1), (248, 99), (299, 150))
        );
    }
}
