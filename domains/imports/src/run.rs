//! Runs of imports: what is kept of each, and reading it back.

use std::collections::BTreeMap;

use chrono::TimeDelta;
use database::{Ctx, Error};
use kernel::{FieldError, Forbidden, ImportId, Page, PageRequest, Permission, Time};

use crate::{Format, RowProblem, store};

/// How long a run counts as being at work after its last sign of life.
pub(crate) const LEASE: TimeDelta = TimeDelta::seconds(60);

kernel::named! {
    /// How far a run has come.
    RunState {
        /// It is at work.
        Running = "running",
        /// The file was read to its end.
        Finished = "finished",
        /// The file was turned away, and nothing was imported.
        Refused = "refused",
        /// Its program was stopped. The same file goes on where it was.
        Interrupted = "interrupted",
    }
}

/// What became of the rows so far.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Counts {
    /// Rows of the file that were read.
    pub rows_read: u64,
    /// Products that are new.
    pub created: u64,
    /// Products that were there already.
    pub updated: u64,
    /// Products that could not be imported.
    pub failed: u64,
}

/// Why a file was turned away.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RefusalNote {
    /// The reason in English.
    pub text: String,
    /// The kind of reason, such as `not_text`; empty for runs from before it was kept.
    pub code: String,
    /// What the reason is about, such as the line, by name.
    pub facts: BTreeMap<String, String>,
}

/// A run of an import.
#[derive(Debug, Clone, PartialEq)]
pub struct Run {
    /// The run's id.
    pub id: ImportId,
    /// The kind of file.
    pub format: Format,
    /// The file's name, without its folder.
    pub file_name: String,
    /// Whether nothing was to be written.
    pub dry_run: bool,
    /// How far it has come.
    pub state: RunState,
    /// Rows of the file; 0 until they are counted.
    pub rows_total: u64,
    /// What became of the rows.
    pub counts: Counts,
    /// Rows or products that were left out.
    pub errors: u64,
    /// Rows that were imported with a change.
    pub warnings: u64,
    /// The first problems, and the first renamed products and the last of those; the report file has all of them.
    pub problems: Vec<RowProblem>,
    /// Why the file was turned away.
    pub refusal: Option<RefusalNote>,
    /// The folder of uploads that the file waits in, while it may be needed.
    pub upload: Option<String>,
    /// Who ran it.
    pub actor: String,
    /// When it began.
    pub started_at: Time,
    /// When it ended.
    pub finished_at: Option<Time>,
}

impl Run {
    /// Whether it was stopped and waits to be taken up again.
    pub fn is_waiting(&self) -> bool {
        self.state == RunState::Interrupted && self.finished_at.is_none() && !self.dry_run
    }

    /// How many products the store had under other handles and has under those of the file now; 0 once its problems are forgotten.
    pub fn renamed(&self) -> u64 {
        let numbers = self.problems.iter().filter_map(|problem| problem.renamed);
        numbers.max().unwrap_or_default()
    }
}

/// Why runs cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum RunsError {
    /// The actor may not import.
    #[error(transparent)]
    Forbidden(#[from] Forbidden),
    /// The page's cursor is not one of this list.
    #[error(transparent)]
    Cursor(#[from] FieldError),
    /// The database failed.
    #[error(transparent)]
    Internal(#[from] Error),
}

/// The store's runs, the latest first.
pub async fn list_runs(ctx: &mut Ctx, page: &PageRequest) -> Result<Page<Run>, RunsError> {
    ctx.require(Permission::RunImports)?;
    let after = page.cursor.as_ref().map(kernel::Cursor::decode).transpose()?;
    let (runs, total) = store::list(ctx, after, page.limit_plus_one()).await?;
    Ok(Page::from_rows(runs, page, total, |run| (run.started_at, run.id)))
}

/// A run of the store.
pub async fn find_run(ctx: &mut Ctx, id: ImportId) -> Result<Option<Run>, RunsError> {
    ctx.require(Permission::RunImports)?;
    Ok(store::find(ctx, id).await?)
}

/// Whether a run that has not ended may need an upload: one at work, or one that waits to be taken up again.
pub async fn needs_upload(ctx: &mut Ctx, folder: &str) -> Result<bool, RunsError> {
    ctx.require(Permission::RunImports)?;
    Ok(store::needs_upload(ctx, folder).await?)
}

/// Gives up a run that was stopped: what it imported stays, and the same file starts from its beginning. False: it does not
/// wait to be taken up.
pub async fn discard_run(ctx: &mut Ctx, id: ImportId) -> Result<bool, RunsError> {
    ctx.require(Permission::RunImports)?;
    Ok(store::discard(ctx, id).await?)
}
