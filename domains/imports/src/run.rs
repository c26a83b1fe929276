//! Runs of imports: what is kept of each, and reading it back.

use database::{Ctx, Error};
use kernel::{FieldError, Forbidden, ImportId, Page, PageRequest, Permission, Time};

use crate::{Format, RowProblem, store};

/// How far a run has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RunState {
    /// It is still at work, or its program was stopped.
    Running,
    /// The file was read to its end.
    Finished,
    /// The file was turned away, and nothing was imported.
    Refused,
}

impl RunState {
    /// The name in the table and the API.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Running => "running",
            Self::Finished => "finished",
            Self::Refused => "refused",
        }
    }

    /// The state of that name.
    pub(crate) fn parse(name: &str) -> Option<Self> {
        [Self::Running, Self::Finished, Self::Refused]
            .into_iter()
            .find(|state| state.as_str() == name)
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
    /// What became of the rows.
    pub counts: Counts,
    /// The first problems; the report file has all of them.
    pub problems: Vec<RowProblem>,
    /// Why the file was turned away.
    pub refusal: Option<String>,
    /// Who ran it.
    pub actor: String,
    /// When it began.
    pub started_at: Time,
    /// When it ended.
    pub finished_at: Option<Time>,
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
