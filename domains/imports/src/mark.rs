//! How far a run has come, written in the transaction of what it wrote: whoever takes it up again writes nothing twice, so
//! what was sold since is not put back on the shelf.

use database::{Ctx, Error};
use kernel::ImportId;

use crate::store;

/// How far the file of a run is done.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Mark {
    /// The run.
    pub(crate) id: ImportId,
    /// The number of this start.
    pub(crate) start: i32,
    /// How many products or rows of the file are done.
    pub(crate) position: u64,
}

/// Somebody else goes on with the run, or gave it up.
#[derive(Debug, thiserror::Error)]
#[error("somebody else goes on with the import")]
pub(crate) struct Overtaken;

/// Why a run's place was not noted.
#[derive(Debug, thiserror::Error)]
pub(crate) enum PassError {
    #[error(transparent)]
    Overtaken(#[from] Overtaken),
    #[error(transparent)]
    Internal(#[from] Error),
}

impl Mark {
    /// Notes it.
    pub(crate) async fn pass(&self, ctx: &mut Ctx) -> Result<(), PassError> {
        if store::pass(ctx, self).await? {
            Ok(())
        } else {
            Err(Overtaken.into())
        }
    }
}
