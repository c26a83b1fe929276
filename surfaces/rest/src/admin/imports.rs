//! `/admin/imports`: a product file comes in and is imported; what became of each run.

use std::{
    io::Read as _,
    path::{Path as FilePath, PathBuf},
};

use axum::{
    RequestExt as _,
    body::Body,
    extract::{DefaultBodyLimit, FromRequest as _, Multipart, Request, State},
    http::{StatusCode, header},
    response::IntoResponse as _,
};
use chrono::{DateTime, Utc};
use http_body_util::BodyExt as _;
use imports::{Format, ImportError, ImportFile, Pictures, Refusal, Run, RunsError};
use kernel::ImportId;
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
use tokio::{fs::File, io::AsyncWriteExt as _};
use utoipa::{IntoParams, ToSchema, openapi::Object};
use web::{Answer, Api, IdempotentRequest, Path, Problem, Query, can};

use crate::{
    Rest,
    endpoint::Endpoint,
    wire::{PageQuery, Paging, ids, present},
};

const TAG: &str = "Admin: imports";
/// The largest file that is taken: 2 GiB.
const MAX_FILE_BYTES: usize = 2 * 1024 * 1024 * 1024;

/// A kind of file.
#[derive(Debug, Clone, Copy, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
enum ImportFormat {
    /// Shopify's product CSV.
    Shopify,
    /// WooCommerce's product CSV.
    #[serde(rename = "woocommerce")]
    WooCommerce,
    /// One JSON object a line.
    Jsonl,
    /// How many pieces lie where: a table with the columns SKU (or Handle and Variant), Location, On hand and Backorder.
    Stock,
    /// Addresses that are gone: a table with the columns From and To.
    Redirects,
    /// People: a table with the column Email, and First name, Last name, Phone, Accepts marketing, Created at and the columns
    /// of an address; or Shopify's customer CSV.
    Customers,
    /// What shoppers say of products: a table, or one JSON object a line, with the columns Handle (or SKU), Rating, Author and
    /// Email, and Title, Body, Created at, Verified, State, Reply and Photos; or the CSV of common review apps.
    Reviews,
    /// Orders of another shop: Shopify's CSV, or Souk's own export, one JSON object a line.
    Orders,
}

impl From<ImportFormat> for Format {
    fn from(format: ImportFormat) -> Self {
        match format {
            ImportFormat::Shopify => Self::Shopify,
            ImportFormat::WooCommerce => Self::WooCommerce,
            ImportFormat::Jsonl => Self::Jsonl,
            ImportFormat::Stock => Self::Stock,
            ImportFormat::Redirects => Self::Redirects,
            ImportFormat::Customers => Self::Customers,
            ImportFormat::Reviews => Self::Reviews,
            ImportFormat::Orders => Self::Orders,
        }
    }
}

#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
struct ImportQuery {
    /// What the file is.
    #[param(inline)]
    format: ImportFormat,
    /// Find out what would happen, and write nothing.
    #[serde(default, deserialize_with = "present")]
    dry_run: Option<bool>,
    /// Begin at the beginning although the same file was interrupted before.
    #[serde(default, deserialize_with = "present")]
    restart: Option<bool>,
}

/// A run of an import.
#[derive(Serialize, ToSchema)]
struct ImportRun {
    #[schema(value_type = ids::ImportId)]
    id: ImportId,
    /// `shopify`, `woocommerce`, `jsonl`, `stock`, `redirects` or `customers`.
    format: &'static str,
    file_name: String,
    dry_run: bool,
    /// `running`, `finished`, `refused` or `interrupted`: its program was stopped, and the same file goes on where it was.
    state: &'static str,
    /// Rows of the file; 0 until they are counted.
    rows_total: u64,
    rows_read: u64,
    products_created: u64,
    products_updated: u64,
    /// Products that could not be imported.
    products_failed: u64,
    /// Products that the store had under other handles: their SKUs found them, and they have the handles of the file now. 0 once the
    /// findings are forgotten.
    products_renamed: u64,
    /// Rows or products that were left out.
    errors: u64,
    /// Rows that were imported with a change.
    warnings: u64,
    /// The first findings, and the first renamed products and the last of those.
    problems: Vec<ImportProblem>,
    /// Why the file was turned away.
    refusal: Option<String>,
    /// The kind of reason, such as `not_text`.
    refusal_code: Option<String>,
    /// Who ran it.
    actor: String,
    started_at: DateTime<Utc>,
    finished_at: Option<DateTime<Utc>>,
}

/// What is wrong with a row.
#[derive(Serialize, ToSchema)]
struct ImportProblem {
    /// The line of the file the row starts on.
    line: u64,
    column: Option<String>,
    /// The product, as far as it is known.
    handle: Option<String>,
    /// `warning`: the row is imported with a change. `error`: it is left out.
    severity: &'static str,
    reason: String,
    /// Which of the run's renamed products it tells of, from 1.
    renamed: Option<u64>,
}

impl From<Run> for ImportRun {
    fn from(run: Run) -> Self {
        let problem = |problem: imports::RowProblem| ImportProblem {
            line: problem.line,
            column: problem.column,
            handle: problem.handle,
            severity: match problem.severity {
                imports::Severity::Warning => "warning",
                imports::Severity::Error => "error",
            },
            reason: problem.reason,
            renamed: problem.renamed,
        };
        let products_renamed = run.renamed();
        Self {
            id: run.id,
            format: run.format.as_str(),
            file_name: run.file_name,
            dry_run: run.dry_run,
            state: run.state.as_str(),
            rows_total: run.rows_total,
            rows_read: run.counts.rows_read,
            products_created: run.counts.created,
            products_updated: run.counts.updated,
            products_failed: run.counts.failed,
            products_renamed,
            errors: run.errors,
            warnings: run.warnings,
            problems: run.problems.into_iter().map(problem).collect(),
            refusal_code: run.refusal.as_ref().map(|refusal| refusal.code.clone()),
            refusal: run.refusal.map(|refusal| refusal.text),
            actor: run.actor,
            started_at: run.started_at,
            finished_at: run.finished_at,
        }
    }
}

pub(crate) fn run_endpoint() -> Endpoint {
    Endpoint::post("run_import", "/admin/imports", run)
        .layered(DefaultBodyLimit::max(MAX_FILE_BYTES))
        .says(
            TAG,
            "Import a file",
            "Takes a file of products, stock, redirects or customers, as the body or as the first file of a form, at most 2 GiB, plain or packed with gzip or xz. \
             It is read to its end before anything is written, and the answer comes when all of it is imported. The same \
             file again creates nothing twice, and goes on where it was when it was interrupted.",
        )
        .guarded::<can::RunImports>()
        .query::<ImportQuery>()
        .idempotent()
        .raw_body(
            &["application/octet-stream", "multipart/form-data"],
            "The file.",
            Object::builder().content_media_type("application/octet-stream").build(),
        )
        .answers::<ImportRun>(201, "What came of it.")
        .problem(409, "`import_running`: the same file is being imported.")
        .problem(422, "`import_refused`: the file cannot be imported, and nothing of it was; `detail` tells why. Or a field is not valid.")
}

async fn run(
    api: Api<can::RunImports>,
    State(rest): State<Rest>,
    Query(query): Query<ImportQuery>,
    request: Request,
) -> Answer {
    let (headers, uri) = (request.headers().clone(), request.uri().clone());
    let folder = folder(&rest.data).map_err(|error| Problem::internal(&error))?;
    let path = receive(request, folder.path()).await?;
    let received = digest(path.clone()).await.map_err(|error| Problem::internal(&error))?;
    let request = IdempotentRequest::of_upload(&headers, &uri, &received)?;
    let wanted = ImportFile {
        dry_run: query.dry_run.unwrap_or_default(),
        restart: query.restart.unwrap_or_default(),
        ..ImportFile::new(path, query.format.into())
    };
    let pictures = rest.images.as_ref().map(|source| Pictures {
        source: source.as_ref(),
        blobs: rest.blobs.as_ref(),
    });
    web::run_idempotent(&api.work, &request, async || {
        let report = imports::import_file(&api.work.in_bulk(), &wanted, pictures, &mut |_progress| {})
            .await
            .map_err(problem)?;
        let mut ctx = api.work.read();
        let run = imports::find_run(&mut ctx, report.run_id)
            .await
            .map_err(runs_problem)?
            .ok_or_else(Problem::not_found)?;
        let location = [(header::LOCATION, format!("/api/v1/admin/imports/{}", run.id))];
        Ok((StatusCode::CREATED, location, web::Json(ImportRun::from(run))).into_response())
    })
    .await
}

/// SHA-256 of a file, worked out beside the requests.
async fn digest(path: PathBuf) -> std::io::Result<Vec<u8>> {
    let hashed = tokio::task::spawn_blocking(move || {
        let (mut file, mut hasher) = (std::fs::File::open(path)?, Sha256::new());
        let mut buffer = vec![0; 64 * 1024];
        loop {
            let length = file.read(&mut buffer)?;
            match buffer.get(..length) {
                Some(read) if !read.is_empty() => hasher.update(read),
                Some(_) | None => return Ok(hasher.finalize().to_vec()),
            }
        }
    });
    hashed.await.map_err(std::io::Error::other)?
}

/// A folder of this upload's own, which goes when it is dropped.
fn folder(data: &FilePath) -> std::io::Result<tempfile::TempDir> {
    let uploads = data.join("uploads");
    std::fs::create_dir_all(&uploads)?;
    tempfile::TempDir::new_in(uploads)
}

/// Writes the body, or the first file of a form, into the folder.
async fn receive(request: Request, folder: &FilePath) -> Result<PathBuf, Problem> {
    let content_type = request
        .headers()
        .get(header::CONTENT_TYPE)
        .and_then(|value| value.to_str().ok());
    if content_type.is_some_and(|value| value.starts_with("multipart/form-data")) {
        return receive_form(request, folder).await;
    }
    let path = folder.join("upload");
    let mut file = File::create(&path).await.map_err(|error| Problem::internal(&error))?;
    let mut body = Body::new(request.into_limited_body());
    while let Some(frame) = body.frame().await {
        let frame = frame.map_err(|_cut_off| broken())?;
        if let Ok(data) = frame.into_data() {
            file.write_all(&data).await.map_err(|error| Problem::internal(&error))?;
        }
    }
    file.flush().await.map_err(|error| Problem::internal(&error))?;
    Ok(path)
}

async fn receive_form(request: Request, folder: &FilePath) -> Result<PathBuf, Problem> {
    let mut form = Multipart::from_request(request, &())
        .await
        .map_err(|_not_a_form| broken())?;
    while let Some(mut field) = form.next_field().await.map_err(|error| of_form(error.status()))? {
        let Some(name) = field.file_name().map(file_name) else {
            continue;
        };
        let path = folder.join(name);
        let mut file = File::create(&path).await.map_err(|error| Problem::internal(&error))?;
        while let Some(chunk) = field.chunk().await.map_err(|error| of_form(error.status()))? {
            file.write_all(&chunk)
                .await
                .map_err(|error| Problem::internal(&error))?;
        }
        file.flush().await.map_err(|error| Problem::internal(&error))?;
        return Ok(path);
    }
    Err(Problem::field("file", "required", "is required"))
}

/// The last part of a file's name as its sender calls it, made harmless.
fn file_name(given: &str) -> String {
    let last = given.rsplit(['/', '\\']).next().unwrap_or_default();
    let name: String = last
        .chars()
        .filter(|c| c.is_alphanumeric() || " ._-()".contains(*c))
        .take(60)
        .collect();
    let name = name.trim().trim_start_matches('.');
    if name.is_empty() {
        "upload".to_owned()
    } else {
        name.to_owned()
    }
}

fn broken() -> Problem {
    Problem::new(
        StatusCode::BAD_REQUEST,
        "broken_body",
        "The body ended before it was complete, or is not a form.",
    )
}

fn of_form(status: StatusCode) -> Problem {
    if status == StatusCode::PAYLOAD_TOO_LARGE {
        return Problem::new(status, "body_too_large", "The file is larger than 2 GiB.");
    }
    broken()
}

fn problem(error: ImportError) -> Problem {
    match error {
        ImportError::Forbidden(error) => error.into(),
        ImportError::Refused(refusal @ Refusal::Unreadable(_)) => Problem::internal(&refusal),
        ImportError::Refused(refusal) => {
            Problem::unprocessable("import_refused", format!("Nothing was imported: {refusal}."))
        }
        ImportError::Busy => Problem::new(
            StatusCode::CONFLICT,
            "import_running",
            "The same file is being imported.",
        ),
        ImportError::ReadAgain(refusal) => Problem::internal(&refusal),
        ImportError::Report(error) => Problem::internal(&error),
        ImportError::Internal(error) => error.into(),
    }
}

pub(crate) fn list_endpoint() -> Endpoint {
    Endpoint::get("list_imports", "/admin/imports", list)
        .says(TAG, "List imports", "Runs of imports, the latest first.")
        .guarded::<can::RunImports>()
        .query::<PageQuery>()
        .lists::<ImportRun>("A page of runs.")
}

async fn list(api: Api<can::RunImports>, paging: Paging, Query(query): Query<PageQuery>) -> Answer {
    let page = paging.request(query.limit, query.cursor)?;
    let runs = imports::list_runs(&mut api.work.read(), &page)
        .await
        .map_err(runs_problem)?;
    Ok(paging.list(runs.map(ImportRun::from)).into_response())
}

pub(crate) fn get_endpoint() -> Endpoint {
    Endpoint::get("get_import", "/admin/imports/{id}", get)
        .says(TAG, "Get an import", "What became of a run.")
        .guarded::<can::RunImports>()
        .path_id::<ids::ImportId>("id", "The run.")
        .answers::<ImportRun>(200, "The run.")
}

async fn get(api: Api<can::RunImports>, Path(id): Path<ImportId>) -> Answer {
    let run = imports::find_run(&mut api.work.read(), id)
        .await
        .map_err(runs_problem)?;
    Ok(web::Json(ImportRun::from(run.ok_or_else(Problem::not_found)?)).into_response())
}

fn runs_problem(error: RunsError) -> Problem {
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
    fn a_file_name_cannot_leave_its_folder() {
        for (given, name) in [
            ("products.csv", "products.csv"),
            ("C:\\data\\export (1).csv", "export (1).csv"),
            ("../../etc/passwd", "passwd"),
            ("..", "upload"),
            ("", "upload"),
            (".hidden", "hidden"),
        ] {
            assert_eq!(file_name(given), name);
        }
    }
}
