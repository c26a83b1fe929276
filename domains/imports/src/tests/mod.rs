//! Readers on whole files: real exports, messy ones, and ones that must be refused.

mod alone;
mod former_handles;
mod messy;
mod orders;
mod real;
mod records;
mod refused;
mod renames;
mod reviews;
mod runs;

use std::{io::Write as _, path::Path};

use kernel::Currency;

use crate::{Format, ImportedProduct, Refusal, RowProblem, Severity, open};

/// Everything a file gives.
struct Outcome {
    rows: u64,
    products: Vec<ImportedProduct>,
    problems: Vec<RowProblem>,
}

impl Outcome {
    fn product(&self, handle: &str) -> &ImportedProduct {
        self.products
            .iter()
            .find(|product| product.handle.as_str() == handle)
            .expect(handle)
    }

    /// The findings as short lines: `line column severity reason`.
    fn report(&self) -> Vec<String> {
        let short = |problem: &RowProblem| {
            let severity = if problem.severity == Severity::Error {
                "error"
            } else {
                "warning"
            };
            format!(
                "{} {} {severity}: {}",
                problem.line,
                problem.column.as_deref().unwrap_or("-"),
                problem.reason
            )
        };
        self.problems.iter().map(short).collect()
    }
}

fn read_path(path: &Path, format: Format) -> Result<Outcome, Refusal> {
    let opened = open(
        path,
        format,
        Currency::USD,
        kernel::TimeZone::parse("Asia/Jakarta").unwrap(),
    )?;
    let mut outcome = Outcome {
        rows: opened.rows,
        products: Vec::new(),
        problems: Vec::new(),
    };
    let mut rows = 0;
    for group in opened.groups {
        let group = group?;
        rows += group.rows;
        outcome.products.extend(group.product.map(|product| *product));
        outcome.problems.extend(group.problems);
    }
    assert!(rows <= outcome.rows, "{rows} of {} rows", outcome.rows);
    Ok(outcome)
}

fn read(bytes: impl AsRef<[u8]>, format: Format) -> Result<Outcome, Refusal> {
    let mut file = tempfile::NamedTempFile::new().unwrap();
    file.write_all(bytes.as_ref()).unwrap();
    read_path(file.path(), format)
}
