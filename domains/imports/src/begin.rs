//! The beginning of a run: a new one, or the one that the same file was interrupted in.

use database::Work;
use kernel::ImportId;

use crate::{
    ImportError, ImportFile, Run, RunState,
    store::{self, NewRun},
};

/// A run that was begun, or taken up again.
pub(crate) struct Begun {
    pub(crate) id: ImportId,
    /// The number of this start.
    pub(crate) start: i32,
    /// How many products are done.
    pub(crate) position: u64,
    /// What it was when it was interrupted.
    pub(crate) run: Option<Run>,
}

/// Notes that a file is imported from here on.
pub(crate) async fn begin(work: &Work, wanted: &ImportFile, fingerprint: &[u8]) -> Result<Begun, ImportError> {
    let mut ctx = work.write();
    let unfinished = if wanted.dry_run {
        None
    } else {
        store::lock_unfinished(&mut ctx, wanted.format, fingerprint).await?
    };
    let begun = match unfinished {
        Some(unfinished) if unfinished.run.state == RunState::Running => return Err(ImportError::Busy),
        Some(unfinished) if !wanted.restart => Begun {
            id: unfinished.run.id,
            start: store::restart(&mut ctx, unfinished.run.id, wanted.upload.as_deref()).await?,
            position: unfinished.position,
            run: Some(unfinished.run),
        },
        stale => {
            if let Some(stale) = stale {
                store::discard(&mut ctx, stale.run.id).await?;
            }
            let id = ctx.new_id();
            let new = NewRun {
                id,
                format: wanted.format,
                file_name: &wanted.path.file_name().unwrap_or_default().to_string_lossy(),
                dry_run: wanted.dry_run,
                fingerprint,
                upload: wanted.upload.as_deref(),
            };
            store::insert(&mut ctx, &new)
                .await
                .map_err(|error| match error.constraint() {
                    Some("runs_at_work") => ImportError::Busy,
                    _ => error.into(),
                })?;
            Begun {
                id,
                start: 1,
                position: 0,
                run: None,
            }
        }
    };
    ctx.commit().await?;
    Ok(begun)
}

/// Ends a run that was let go before its first row, as if it had not begun.
pub(crate) async fn give_up(work: &Work, id: ImportId) -> Result<(), database::Error> {
    let mut ctx = work.write();
    store::discard(&mut ctx, id).await?;
    ctx.commit().await
}

/// Gives a run up that is not worked on any more: the same file can be taken up at once, where it was left.
pub async fn let_go(work: &Work, id: ImportId) -> Result<(), database::Error> {
    let mut ctx = work.write();
    store::let_go(&mut ctx, id).await?;
    ctx.commit().await
}
