//! Why a file is not imported.

use std::io;

use kernel::Forbidden;

use crate::{Refusal, write_error::WriteError};

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
    /// The file could be read once and not once more. What was imported stays.
    #[error("the file could not be read once more; what was imported stays, and the same file goes on behind it")]
    ReadAgain(#[source] Refusal),
    /// The report cannot be written.
    #[error("the report file cannot be written")]
    Report(#[from] io::Error),
    /// The database failed.
    #[error(transparent)]
    Internal(#[from] database::Error),
}

impl From<WriteError> for ImportError {
    fn from(error: WriteError) -> Self {
        match error {
            WriteError::Forbidden(error) => Self::Forbidden(error),
            WriteError::Overtaken(_) => Self::Busy,
            WriteError::Internal(error) => Self::Internal(error),
            // Costs the row; no run ends with it.
            WriteError::Products(reason) => Self::Internal(database::Error::corrupt("a product", reason)),
        }
    }
}
