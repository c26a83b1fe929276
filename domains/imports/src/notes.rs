//! What is wrong with rows: one note for each finding, in words a merchant can act on.

use serde::{Deserialize, Serialize};

use crate::values;

/// How bad a finding is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// The row is imported, but not quite as the file has it.
    Warning,
    /// The row, or the whole product, is not imported.
    Error,
}

/// One finding; a line of the report.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RowProblem {
    /// The line of the file the row starts on.
    pub line: u64,
    /// The column as the file's header spells it, or the field of a JSON line.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub column: Option<String>,
    /// The product, as far as it is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub handle: Option<String>,
    /// How bad it is.
    pub severity: Severity,
    /// What is wrong and what was done about it.
    pub reason: String,
    /// Which of the run's renamed products it tells of, from 1: the store had the product under another handle.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub renamed: Option<u64>,
}

/// A value and where it stands.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Cell<'a> {
    /// The line its row starts on.
    pub(crate) line: u64,
    /// Its column's name.
    pub(crate) column: &'a str,
    /// The value, without blanks around it.
    pub(crate) text: &'a str,
}

/// The findings about one product.
#[derive(Debug, Default)]
pub(crate) struct Notes {
    handle: Option<String>,
    found: Vec<RowProblem>,
}

impl Notes {
    /// No findings yet about the product of that handle.
    pub(crate) fn about(handle: &str) -> Self {
        Self {
            handle: if handle.is_empty() {
                None
            } else {
                Some(handle.to_owned())
            },
            found: Vec::new(),
        }
    }

    /// The same findings about a product whose handle has become known.
    pub(crate) fn renamed(mut self, handle: Option<&kernel::Slug>) -> Self {
        self.handle = handle.map(|handle| handle.as_str().to_owned());
        for problem in &mut self.found {
            problem.handle.clone_from(&self.handle);
        }
        self
    }

    /// The row or product is left out.
    pub(crate) fn error(&mut self, line: u64, column: &str, reason: impl Into<String>) {
        self.push(line, column, Severity::Error, reason.into());
    }

    /// The row is imported, with a change.
    pub(crate) fn warning(&mut self, line: u64, column: &str, reason: impl Into<String>) {
        self.push(line, column, Severity::Warning, reason.into());
    }

    /// The value of a reading, or the default and a warning.
    pub(crate) fn or_default<T: Default>(&mut self, cell: Cell<'_>, read: Result<T, String>) -> T {
        read.unwrap_or_else(|reason| {
            self.warning(cell.line, cell.column, format!("{reason}; the value is left out"));
            T::default()
        })
    }

    /// Pieces on hand. Fewer than none are none, with a warning.
    pub(crate) fn pieces(&mut self, cell: Cell<'_>) -> Option<i64> {
        if values::decimal(cell.text).is_some_and(|pieces| pieces.is_sign_negative() && !pieces.is_zero()) {
            let reason = format!("{:?} is below zero; it is taken as 0", cell.text);
            self.warning(cell.line, cell.column, reason);
            return Some(0);
        }
        self.or_default(cell, values::quantity(cell.text))
    }

    /// Whether something is left out.
    pub(crate) fn has_errors(&self) -> bool {
        self.found.iter().any(|problem| problem.severity == Severity::Error)
    }

    /// Everything found.
    pub(crate) fn into_problems(self) -> Vec<RowProblem> {
        self.found
    }

    fn push(&mut self, line: u64, column: &str, severity: Severity, reason: String) {
        let column = if column.is_empty() {
            None
        } else {
            Some(column.to_owned())
        };
        self.found.push(RowProblem {
            line,
            column,
            handle: self.handle.clone(),
            severity,
            reason,
            renamed: None,
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fewer_than_none_are_none_and_told() {
        for (text, pieces, warnings) in [
            ("-3", Some(0), 1),
            ("-0", Some(0), 0),
            ("3", Some(3), 0),
            ("many", None, 1),
        ] {
            let mut notes = Notes::default();
            let (line, column) = (7, "Stock");
            assert_eq!(notes.pieces(Cell { line, column, text }), pieces, "{text}");
            assert_eq!(notes.into_problems().len(), warnings, "{text}");
        }
    }
}
