//! Writes rows of stock, redirects, customers and reviews, a batch in one transaction.

use database::Work;
use redirects::{PutError, Redirect};

use crate::{
    Format,
    mark::{Mark, Overtaken, PassError},
    records::Record,
    write_customers, write_reviews, write_stock,
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

/// Why a batch is not written.
#[derive(Debug, thiserror::Error)]
pub(crate) enum RecordsError {
    #[error(transparent)]
    Forbidden(#[from] kernel::Forbidden),
    #[error(transparent)]
    Overtaken(#[from] Overtaken),
    #[error(transparent)]
    Internal(#[from] database::Error),
}

impl From<PassError> for RecordsError {
    fn from(error: PassError) -> Self {
        match error {
            PassError::Overtaken(error) => Self::Overtaken(error),
            PassError::Internal(error) => Self::Internal(error),
        }
    }
}

impl From<identity::AdoptAccountsError> for RecordsError {
    fn from(error: identity::AdoptAccountsError) -> Self {
        match error {
            identity::AdoptAccountsError::Forbidden(error) => Self::Forbidden(error),
            identity::AdoptAccountsError::Internal(error) => Self::Internal(error),
        }
    }
}

impl From<customers::PutCustomersError> for RecordsError {
    fn from(error: customers::PutCustomersError) -> Self {
        match error {
            customers::PutCustomersError::Forbidden(error) => Self::Forbidden(error),
            customers::PutCustomersError::Internal(error) => Self::Internal(error),
        }
    }
}

impl From<reviews::PutReviewsError> for RecordsError {
    fn from(error: reviews::PutReviewsError) -> Self {
        match error {
            reviews::PutReviewsError::Forbidden(error) => Self::Forbidden(error),
            reviews::PutReviewsError::Internal(error) => Self::Internal(error),
        }
    }
}

/// Writes rows and tells what became of each, in their order.
pub(crate) async fn write(
    work: &Work,
    format: Format,
    records: &[Record],
    mark: Mark,
    dry_run: bool,
) -> Result<Vec<RecordOutcome>, RecordsError> {
    match format {
        Format::Stock => write_stock::write(work, records, mark, dry_run).await,
        Format::Redirects => write_redirects(work, records, dry_run).await,
        Format::Customers => write_customers::write(work, records, dry_run).await,
        Format::Reviews => write_reviews::write(work, records, dry_run).await,
        Format::Shopify | Format::WooCommerce | Format::Jsonl | Format::Orders => Ok(Vec::new()),
    }
}

/// Rows that would close a circle are left out; the others are written without them.
async fn write_redirects(work: &Work, records: &[Record], dry_run: bool) -> Result<Vec<RecordOutcome>, RecordsError> {
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
        let mut ctx = work.write();
        let known = redirects::known(&mut ctx, &wanted).await?;
        match redirects::put(&mut ctx, &wanted).await {
            Ok(_new) => {
                if dry_run {
                    ctx.rollback().await;
                } else {
                    ctx.commit().await?;
                }
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
                ctx.rollback().await;
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
