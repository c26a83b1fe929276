//! Imports: uploading a file, trying it without writing, watching it, and what came of each run.

mod upload;

use axum::{
    Router,
    extract::{DefaultBodyLimit, Request, State},
    http::StatusCode,
    response::{IntoResponse as _, Redirect},
    routing::{get, post},
};
use imports::{Format, ImportError, ImportFile, RefusalNote, RowProblem, Run, RunsError, Severity};
use kernel::{Currency, ImportId};
use serde::{Deserialize, Serialize};
use web::{Answer, Path, Problem, Query, Staff, Visitor, can};

use self::upload::UploadForm;
use crate::{
    Desk,
    forms::{Choice, Errors, actor, choices},
    lists::{self, Rows},
};

/// The routes of this room.
#[rustfmt::skip]
pub(crate) fn routes() -> Router<Desk> {
    Router::new()
        .route("/admin/imports", get(list).post(upload).layer(DefaultBodyLimit::max(LARGEST)))
        .route("/admin/imports/{id}", get(show))
        .route("/admin/imports/{id}/resume", post(resume))
        .route("/admin/imports/{id}/discard", post(discard))
}

/// The largest file that is taken, with room for the rest of the form: 2 GiB.
const LARGEST: usize = 2 * 1024 * 1024 * 1024 + 1024 * 1024;

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct ImportsQuery {
    cursor: String,
}

#[derive(Serialize)]
struct ImportsView {
    runs: Rows<RunRow>,
    formats: Vec<Choice>,
    form: UploadForm,
    currency: &'static str,
    errors: Errors,
}

#[derive(Serialize)]
struct RunRow {
    id: String,
    file_name: String,
    format: &'static str,
    dry_run: bool,
    state: &'static str,
    rows_total: u64,
    rows_read: u64,
    percent: u64,
    created: u64,
    updated: u64,
    failed: u64,
    actor: String,
    started_at: String,
    finished_at: Option<String>,
}

#[derive(Serialize)]
struct RunView {
    run: RunRow,
    refusal: Option<String>,
    problems: Vec<ProblemRow>,
    errors: u64,
    /// But for those of renamed products.
    warnings: u64,
    /// Whether more was found than is kept.
    more: bool,
    /// What tells of renamed products.
    renames: Vec<ProblemRow>,
    /// Products that the store had under other handles.
    renamed: u64,
    /// Whether more were renamed than are kept.
    more_renames: bool,
    /// It was stopped, and its file is here.
    can_resume: bool,
    /// It was stopped, and waits for its file or for being given up.
    waits: bool,
}

#[derive(Serialize)]
struct ProblemRow {
    line: u64,
    column: String,
    handle: String,
    error: bool,
    reason: String,
}

impl RunRow {
    fn new(visitor: &Visitor, run: &Run) -> Self {
        Self {
            id: run.id.to_string(),
            file_name: run.file_name.clone(),
            format: run.format.as_str(),
            dry_run: run.dry_run,
            state: run.state.as_str(),
            rows_total: run.rows_total,
            rows_read: run.counts.rows_read,
            percent: (run.counts.rows_read.saturating_mul(100) / run.rows_total.max(1)).min(100),
            created: run.counts.created,
            updated: run.counts.updated,
            failed: run.counts.failed,
            actor: actor(visitor, &run.actor),
            started_at: run.started_at.to_rfc3339(),
            finished_at: run.finished_at.map(|end| end.to_rfc3339()),
        }
    }
}

impl ProblemRow {
    fn new(problem: &RowProblem) -> Self {
        Self {
            line: problem.line,
            column: problem.column.clone().unwrap_or_default(),
            handle: problem.handle.clone().unwrap_or_default(),
            error: problem.severity == Severity::Error,
            reason: problem.reason.clone(),
        }
    }
}

pub(crate) async fn list(staff: Staff<can::RunImports>, Query(query): Query<ImportsQuery>) -> Answer {
    let form = UploadForm {
        format: Format::Shopify.as_str().to_owned(),
        dry_run: true,
    };
    render(&staff, StatusCode::OK, &query.cursor, form, Errors::default()).await
}

async fn render(visitor: &Visitor, status: StatusCode, cursor: &str, form: UploadForm, errors: Errors) -> Answer {
    let mut ctx = visitor.work.read();
    let page = imports::list_runs(&mut ctx, &lists::request(cursor))
        .await
        .map_err(problem)?;
    ctx.rollback().await;
    let currency: Currency = visitor.store().currency;
    let view = ImportsView {
        runs: Rows::new(page, cursor, |run| RunRow::new(visitor, &run)),
        formats: choices(
            visitor,
            "admin-import-format",
            Format::ALL.iter().map(|format| format.as_str()),
        ),
        form,
        currency: currency.code(),
        errors,
    };
    visitor.page_with_status(status, "admin/imports/list.html", &view)
}

pub(crate) async fn show(staff: Staff<can::RunImports>, Path(id): Path<ImportId>) -> Answer {
    let mut ctx = staff.work.read();
    let run = imports::find_run(&mut ctx, id)
        .await
        .map_err(problem)?
        .ok_or_else(Problem::not_found)?;
    ctx.rollback().await;
    let (renames, problems): (Vec<&RowProblem>, Vec<&RowProblem>) =
        run.problems.iter().partition(|problem| problem.renamed.is_some());
    let rows = |problems: Vec<&RowProblem>| problems.into_iter().map(ProblemRow::new).collect::<Vec<ProblemRow>>();
    let is_more = |found: u64, told: usize| u64::try_from(told).is_ok_and(|told| told < found);
    let renamed = run.renamed();
    let warnings = run.warnings.saturating_sub(renamed);
    let view = RunView {
        run: RunRow::new(&staff, &run),
        refusal: run.refusal.as_ref().map(|refusal| explained(&staff, refusal)),
        more: is_more(run.errors.saturating_add(warnings), problems.len()),
        problems: rows(problems),
        errors: run.errors,
        warnings,
        more_renames: is_more(renamed, renames.len()),
        renames: rows(renames),
        renamed,
        can_resume: run.is_waiting() && run.upload.is_some(),
        waits: run.is_waiting(),
    };
    staff.page("admin/imports/import.html", &view)
}

async fn upload(staff: Staff<can::RunImports>, State(desk): State<Desk>, request: Request) -> Answer {
    let upload = upload::receive(&desk, request).await?;
    let form = upload.form;
    let refuse =
        async |errors: Errors| render(&staff, StatusCode::UNPROCESSABLE_ENTITY, "", form.clone(), errors).await;
    let Some(format) = Format::parse(&form.format) else {
        if let Some(file) = upload.file {
            upload::discard(&desk.uploads, &file.folder).await;
        }
        return refuse(Errors::one(&staff, "format", "required_format", "must be chosen")).await;
    };
    let Some(file) = upload.file else {
        return refuse(Errors::one(&staff, "file", "required", "must be chosen")).await;
    };
    let wanted = ImportFile {
        dry_run: form.dry_run,
        upload: Some(file.folder),
        ..ImportFile::new(file.path, format)
    };
    match upload::start(&staff.work.in_bulk(), &desk, wanted).await {
        Ok(run_id) => Ok(to_run(run_id)),
        Err(ImportError::Refused(refusal)) => {
            let note = RefusalNote {
                text: refusal.to_string(),
                code: refusal.code().to_owned(),
                facts: refusal.facts(),
            };
            refuse(Errors::said("file", explained(&staff, &note))).await
        }
        Err(ImportError::Busy) => refuse(Errors::said("file", staff.translate("admin-import-busy", &[]))).await,
        Err(error) => Err(import_problem(error)),
    }
}

async fn resume(staff: Staff<can::RunImports>, State(desk): State<Desk>, Path(id): Path<ImportId>) -> Answer {
    let run = waiting(&staff, id).await?;
    let folder = run.upload.unwrap_or_default();
    let file = upload::find(&desk, &folder).await.ok_or_else(not_waiting)?;
    let wanted = ImportFile {
        upload: Some(file.folder),
        ..ImportFile::new(file.path, run.format)
    };
    match upload::start(&staff.work.in_bulk(), &desk, wanted).await {
        Ok(run_id) => Ok(to_run(run_id)),
        Err(ImportError::Refused(_) | ImportError::Busy) => Ok(to_run(id)),
        Err(error) => Err(import_problem(error)),
    }
}

async fn discard(staff: Staff<can::RunImports>, State(desk): State<Desk>, Path(id): Path<ImportId>) -> Answer {
    let run = waiting(&staff, id).await?;
    let mut ctx = staff.work.write();
    if !imports::discard_run(&mut ctx, id).await.map_err(problem)? {
        return Err(not_waiting());
    }
    ctx.commit().await?;
    if let Some(folder) = run.upload {
        upload::discard(&desk.uploads, &folder).await;
    }
    Ok(to_run(id))
}

/// A run that was stopped and waits to be taken up again.
async fn waiting(visitor: &Visitor, id: ImportId) -> Result<Run, Problem> {
    let mut ctx = visitor.work.read();
    let run = imports::find_run(&mut ctx, id)
        .await
        .map_err(problem)?
        .ok_or_else(Problem::not_found)?;
    ctx.rollback().await;
    if run.is_waiting() { Ok(run) } else { Err(not_waiting()) }
}

fn not_waiting() -> Problem {
    Problem::new(
        StatusCode::CONFLICT,
        "import_not_waiting",
        "The import does not wait to be taken up again.",
    )
}

fn to_run(id: ImportId) -> axum::response::Response {
    Redirect::to(&format!("/admin/imports/{id}")).into_response()
}

/// Why a file was turned away, in the language of who reads it.
fn explained(visitor: &Visitor, refusal: &RefusalNote) -> String {
    if refusal.code.is_empty() {
        return sentence(&refusal.text);
    }
    let key = format!("admin-import-refusal-{}", refusal.code.replace('_', "-"));
    let facts: Vec<(&str, &str)> = refusal
        .facts
        .iter()
        .map(|(name, fact)| (name.as_str(), fact.as_str()))
        .collect();
    visitor.translate(&key, &facts)
}

/// The same words with a capital at the start and a full stop at the end.
fn sentence(words: &str) -> String {
    let mut letters = words.chars();
    let first = letters
        .next()
        .map(|first| first.to_uppercase().to_string())
        .unwrap_or_default();
    format!("{first}{}.", letters.as_str().trim_end_matches('.'))
}

fn problem(error: RunsError) -> Problem {
    match error {
        RunsError::Forbidden(error) => error.into(),
        RunsError::Cursor(error) => error.into(),
        RunsError::Internal(error) => error.into(),
    }
}

fn import_problem(error: ImportError) -> Problem {
    match error {
        ImportError::Forbidden(error) => error.into(),
        ImportError::Report(error) => Problem::internal(&error),
        ImportError::Internal(error) => error.into(),
        ImportError::Refused(refusal) | ImportError::ReadAgain(refusal) => Problem::internal(&refusal),
        ImportError::Busy => not_waiting(),
    }
}
