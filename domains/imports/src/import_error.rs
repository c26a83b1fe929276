//! Why a file is not imported.

use std::io;

use kernel::Forbidden;

use crate::{Refusal, write::BatchError, write_records::RecordsError};

/// Why a file was not imported.
#[derive(Debug, thiserror::Error)]
pub enum ImportError {
    /// The actor may not import.
    #[error(transparent)]
    Forbidden(#[from] Forbidden),
    /// The file is not one that can be imported. Nothing of it was.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// The same file is being imported.
    #[error("the same file is being imported already, or was a minute ago by a program that was killed")]
    Busy,
    /// The report cannot be written.
    #[error("the report file cannot be written")]
    Report(#[from] io::Error),
    /// The database failed.
    #[error(transparent)]
    Internal(#[from] database::Error),
}

impl From<BatchError> for ImportError {
    fn from(error: BatchError) -> Self {
        match error {
            BatchError::Overtaken(_) => Self::Busy,
            BatchError::Internal(error) => Self::Internal(error),
        }
    }
}

impl From<RecordsError> for ImportError {
    fn from(error: RecordsError) -> Self {
        match error {
            RecordsError::Forbidden(error) => Self::Forbidden(error),
            RecordsError::Overtaken(_) => Self::Busy,
            RecordsError::Internal(error) => Self::Internal(error),
        }
    }
}
