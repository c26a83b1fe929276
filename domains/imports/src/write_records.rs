//! Writes rows of stock, redirects, customers and reviews, a batch in one transaction.

use database::Work;
use redirects::{PutError, Redirect};

use crate::{
    Format,
    halving::{Halving, in_transaction},
    mark::Mark,
    records::{self, Record},
    write_customers,
    write_error::WriteError,
    write_reviews, write_stock,
};

/// What became of a row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum RecordOutcome {
    /// There is something new.
    Created,
    /// What was there is as the row says.
    Updated,
    /// A part of the row is left out.
    Partly {
        /// Whether there is something new.
        created: bool,
        /// The column that is wrong.
        column: &'static str,
        /// What is wrong with it.
        reason: String,
    },
    /// The row is left out.
    Refused {
        /// The column that is wrong.
        column: &'static str,
        /// What is wrong with it.
        reason: String,
    },
}

/// Writes rows and tells what became of each, in their order. `marks` say how far the file is done with each.
pub(crate) async fn write(
    work: &Work,
    format: Format,
    records: &[Record],
    marks: &[Mark],
    dry_run: bool,
) -> Result<Vec<RecordOutcome>, WriteError> {
    let mut halving = Halving::of(records.len());
    while let Some(part) = halving.next() {
        let rows = records.get(part.clone()).unwrap_or_default();
        let mark = part.end.checked_sub(1).and_then(|last| marks.get(last));
        let written = match format {
            Format::Stock => write_stock::write(work, rows, mark, dry_run).await,
            Format::Redirects => write_redirects(work, rows, dry_run).await,
            Format::Customers => write_customers::write(work, rows, dry_run).await,
            Format::Reviews => write_reviews::write(work, rows, dry_run).await,
            Format::Shopify | Format::WooCommerce | Format::Jsonl | Format::Orders => Ok(Vec::new()),
        };
        halving.settle(part, written, |error| RecordOutcome::Refused {
            column: error.column(records::columns(format).unwrap_or_default()),
            reason: format!("it cannot be written: {}; the row is left out", error.reason()),
        })?;
    }
    Ok(halving.outcomes())
}

/// Rows that would close a circle are left out; the others are written without them.
async fn write_redirects(work: &Work, records: &[Record], dry_run: bool) -> Result<Vec<RecordOutcome>, WriteError> {
    let mut outcomes = Vec::with_capacity(records.len());
    let mut wanted: Vec<Redirect> = Vec::with_capacity(records.len());
    for record in records {
        outcomes.push(match Redirect::parse(record.cell(0), record.cell(1)) {
            Ok(redirect) => {
                wanted.push(redirect);
                RecordOutcome::Updated
            }
            Err(invalid) => refused(&invalid),
        });
    }
    let mut circles: Vec<String> = Vec::new();
    loop {
        let put = in_transaction(work, dry_run, wanted.as_slice(), |ctx, wanted| {
            Box::pin(async move {
                let known = redirects::known(ctx, wanted).await?;
                redirects::put(ctx, wanted).await?;
                Ok::<_, PutError>(known)
            })
        });
        match put.await {
            Ok(known) => {
                for (record, outcome) in records.iter().zip(&mut outcomes) {
                    let Ok(redirect) = Redirect::parse(record.cell(0), record.cell(1)) else {
                        continue;
                    };
                    if circles.iter().any(|path| path == redirect.from()) {
                        *outcome = RecordOutcome::Refused {
                            column: "to",
                            reason: "following it would never end; the row is left out".to_owned(),
                        };
                    } else if !known.contains(redirect.from()) {
                        *outcome = RecordOutcome::Created;
                    }
                }
                return Ok(outcomes);
            }
            Err(PutError::Circle(paths)) => {
                wanted.retain(|redirect| !paths.iter().any(|path| path == redirect.from()));
                circles.extend(paths);
            }
            Err(PutError::Forbidden(error)) => return Err(error.into()),
            Err(PutError::Internal(error)) => return Err(error.into()),
        }
    }
}

fn refused(invalid: &kernel::Invalid) -> RecordOutcome {
    let first = invalid.0.first();
    let column = match first.map(|error| error.field.as_str()) {
        Some("to") => "to",
        _ => "from",
    };
    RecordOutcome::Refused {
        column,
        reason: first
            .map(|error| format!("{}; the row is left out", error.message))
            .unwrap_or_default(),
    }
}
