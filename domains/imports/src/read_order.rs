//! An order as a file tells it, ready to be taken over.

use kernel::{Money, Time};
use orders::OrderDetails;

use crate::{RowProblem, Severity};

/// What is wrong, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Complaint {
    /// The line of the file.
    pub(crate) line: u64,
    /// The column, or the field of a JSON line.
    pub(crate) column: String,
    /// What is wrong with it.
    pub(crate) reason: String,
}

impl Complaint {
    pub(crate) fn new(line: u64, column: impl Into<String>, reason: impl Into<String>) -> Self {
        Self {
            line,
            column: column.into(),
            reason: reason.into(),
        }
    }

    /// The line of the report. What is an error costs the order.
    pub(crate) fn into_problem(self, severity: Severity) -> RowProblem {
        RowProblem {
            line: self.line,
            column: Some(self.column).filter(|column| !column.is_empty()),
            handle: None,
            severity,
            reason: match severity {
                Severity::Warning => self.reason,
                Severity::Error => format!("{}; the order is left out", self.reason),
            },
            renamed: None,
        }
    }
}

/// An order that was read. Its lines have ids of their own in the place of variants until those are found by SKU.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ReadOrder {
    pub(crate) details: OrderDetails,
    /// When the money was taken.
    pub(crate) paid_at: Time,
    /// What the other shop knows the payment by.
    pub(crate) payment_reference: String,
    /// What was read otherwise than the file has it.
    pub(crate) warnings: Vec<Complaint>,
}

/// Cuts an amount into parts in the proportion of others. Without any to go by it is the first one's.
pub(crate) fn shares(amount: Money, of: &[Money]) -> Vec<Money> {
    let weight = |one: &Money| u64::try_from(one.minor()).unwrap_or_default();
    let weights: Vec<u64> = of.iter().map(weight).collect();
    amount.allocate(&weights)
}
