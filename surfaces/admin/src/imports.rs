//! Imports: uploading a file, trying it without writing, and what came of each run.

use std::path::Path as FilePath;

use axum::{
    Router,
    extract::{DefaultBodyLimit, FromRequest as _, Multipart, Request, State, multipart::Field},
    http::StatusCode,
    response::{IntoResponse as _, Redirect},
    routing::get,
};
use database::Work;
use imports::{Format, ImportError, ImportFile, Pictures, Report, Run, RunsError, Severity};
use kernel::{Currency, ImportId};
use serde::{Deserialize, Serialize};
use tempfile::TempDir;
use tokio::io::AsyncWriteExt as _;
use web::{Answer, Path, Problem, Query, Staff, Visitor, can};

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
}

/// The largest file that is taken, with room for the rest of the form: 2 GiB.
const LARGEST: usize = 2 * 1024 * 1024 * 1024 + 1024 * 1024;

const FORMATS: [Format; 3] = [Format::Shopify, Format::WooCommerce, Format::Jsonl];

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

#[derive(Debug, Clone, Default, Serialize)]
struct UploadForm {
    format: String,
    dry_run: bool,
}

#[derive(Serialize)]
struct RunRow {
    id: String,
    file_name: String,
    format: &'static str,
    dry_run: bool,
    state: &'static str,
    rows_read: u64,
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
}

#[derive(Serialize)]
struct ProblemRow {
    line: u64,
    column: String,
    handle: String,
    error: bool,
    reason: String,
}

/// A file that was uploaded, in a folder that goes when this does.
struct Upload {
    folder: TempDir,
    file_name: Option<String>,
    form: UploadForm,
}

impl RunRow {
    fn new(visitor: &Visitor, run: &Run) -> Self {
        Self {
            id: run.id.to_string(),
            file_name: run.file_name.clone(),
            format: run.format.as_str(),
            dry_run: run.dry_run,
            state: run.state.as_str(),
            rows_read: run.counts.rows_read,
            created: run.counts.created,
            updated: run.counts.updated,
            failed: run.counts.failed,
            actor: actor(visitor, &run.actor),
            started_at: run.started_at.to_rfc3339(),
            finished_at: run.finished_at.map(|end| end.to_rfc3339()),
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
        formats: choices(visitor, "admin-import-format", FORMATS.map(Format::as_str)),
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
    let problems = run.problems.iter().map(|problem| ProblemRow {
        line: problem.line,
        column: problem.column.clone().unwrap_or_default(),
        handle: problem.handle.clone().unwrap_or_default(),
        error: problem.severity == Severity::Error,
        reason: problem.reason.clone(),
    });
    let view = RunView {
        run: RunRow::new(&staff, &run),
        refusal: run.refusal.as_deref().map(sentence),
        problems: problems.collect(),
    };
    staff.page("admin/imports/import.html", &view)
}

pub(crate) async fn upload(staff: Staff<can::RunImports>, State(desk): State<Desk>, request: Request) -> Answer {
    let upload = receive(&desk, request).await?;
    let form = upload.form.clone();
    let refuse = async |code: &str, message: &str| {
        let field = if code == "required_format" { "format" } else { "file" };
        let errors = Errors::one(&staff, field, code, message);
        render(&staff, StatusCode::UNPROCESSABLE_ENTITY, "", form.clone(), errors).await
    };
    let Some(format) = Format::parse(&upload.form.format) else {
        return refuse("required_format", "must be chosen").await;
    };
    if upload.file_name.is_none() {
        return refuse("required", "must be chosen").await;
    }
    // A task of its own, so that the import goes on when the browser leaves.
    let import = tokio::spawn(import(staff.work.in_bulk(), desk, upload, format));
    match import.await.map_err(|error| Problem::internal(&error))? {
        Ok(report) => Ok(Redirect::to(&format!("/admin/imports/{}", report.run_id)).into_response()),
        Err(ImportError::Refused(refusal)) => refuse("refused", &sentence(&refusal.to_string())).await,
        Err(error @ ImportError::Report(_)) => Err(Problem::internal(&error)),
        Err(ImportError::Forbidden(error)) => Err(error.into()),
        Err(ImportError::Internal(error)) => Err(error.into()),
    }
}

async fn import(work: Work, desk: Desk, upload: Upload, format: Format) -> Result<Report, ImportError> {
    let file = ImportFile {
        path: upload.folder.path().join(upload.file_name.unwrap_or_default()),
        format,
        dry_run: upload.form.dry_run,
        report: None,
    };
    let pictures = desk.images.as_ref().map(|source| Pictures {
        source: source.as_ref(),
        blobs: desk.blobs.as_ref(),
    });
    imports::import_file(&work, &file, pictures, &mut |_progress| {}).await
}

/// Writes the file to the disk as it comes, so that its size does not matter.
async fn receive(desk: &Desk, request: Request) -> Result<Upload, Problem> {
    let mut parts = Multipart::from_request(request, &())
        .await
        .map_err(|error| Problem::new(error.status(), "invalid_upload", error.body_text()))?;
    tokio::fs::create_dir_all(&desk.uploads)
        .await
        .map_err(|error| Problem::internal(&error))?;
    let folder = tempfile::tempdir_in(&desk.uploads).map_err(|error| Problem::internal(&error))?;
    let mut upload = Upload {
        folder,
        file_name: None,
        form: UploadForm::default(),
    };
    while let Some(field) = parts.next_field().await.map_err(|error| broken(&error))? {
        match field.name().unwrap_or_default() {
            "format" => upload.form.format = field.text().await.map_err(|error| broken(&error))?,
            "dry_run" => upload.form.dry_run = true,
            "file" => {
                let name = file_name(field.file_name().unwrap_or_default());
                if !name.is_empty() {
                    write(field, &upload.folder.path().join(&name)).await?;
                    upload.file_name = Some(name);
                }
            }
            _ => {}
        }
    }
    Ok(upload)
}

async fn write(mut field: Field<'_>, path: &FilePath) -> Result<(), Problem> {
    let internal = |error: std::io::Error| Problem::internal(&error);
    let mut file = tokio::fs::File::create(path).await.map_err(internal)?;
    while let Some(bytes) = field.chunk().await.map_err(|error| broken(&error))? {
        file.write_all(&bytes).await.map_err(internal)?;
    }
    file.flush().await.map_err(internal)
}

fn broken(error: &axum::extract::multipart::MultipartError) -> Problem {
    Problem::new(error.status(), "invalid_upload", error.body_text())
}

/// The last part of the name that the browser gave, of harmless characters; an import tells compressed files by its end.
fn file_name(given: &str) -> String {
    let last = given.rsplit(['/', '\\']).next().unwrap_or_default();
    let harmless = last.chars().map(|c| {
        if c.is_alphanumeric() || matches!(c, '.' | '-' | '_' | ' ') {
            c
        } else {
            '_'
        }
    });
    let name: String = harmless.take(100).collect();
    name.trim_matches(['.', ' ']).to_owned()
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_stays_in_its_folder() {
        for (given, kept) in [
            ("products.csv", "products.csv"),
            ("../../etc/passwd", "passwd"),
            ("C:\\exports\\my products.csv", "my products.csv"),
            ("..", ""),
            ("a\u{0}b.jsonl.xz", "a_b.jsonl.xz"),
        ] {
            assert_eq!(file_name(given), kept);
        }
    }
}
