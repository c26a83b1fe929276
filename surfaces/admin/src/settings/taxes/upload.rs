//! A file of finer rates.

use axum::{
    extract::{FromRequest as _, Multipart, Request},
    http::StatusCode,
};
use serde::Serialize;
use tax::{ImportRatesError, ImportedRates, import_rates};
use web::{Answer, Problem, Staff, can};

use super::{Forms, render};

/// The largest file of rates.
pub(crate) const LARGEST: usize = 16 * 1024 * 1024;
/// How many refusals of a file the page shows.
const SHOWN: usize = 50;

#[derive(Serialize)]
pub(super) struct ImportView {
    dry_run: bool,
    taken: usize,
    refused: usize,
    refusals: Vec<tax::Refusal>,
}

/// Takes a file of rates, or only says what would become of it.
pub(crate) async fn take(staff: Staff<can::ManageSettings>, request: Request) -> Answer {
    let (file, dry_run) = read_upload(request).await?;
    let mut ctx = staff.work.write();
    let done = import_rates(&mut ctx, file.as_slice(), dry_run).await;
    let forms = match done {
        Ok(imported) => {
            ctx.commit().await?;
            Forms {
                imported: Some(import_view(imported, dry_run)),
                ..Forms::default()
            }
        }
        Err(ImportRatesError::Forbidden(error)) => return Err(error.into()),
        Err(ImportRatesError::Internal(error)) => return Err(error.into()),
        Err(error @ (ImportRatesError::MissingColumn(_) | ImportRatesError::Csv(_))) => {
            ctx.rollback().await;
            Forms {
                file_error: Some(crate::forms::sentence(&staff, "no_rates", &error.to_string())),
                ..Forms::default()
            }
        }
    };
    let status = if forms.file_error.is_some() {
        StatusCode::UNPROCESSABLE_ENTITY
    } else {
        StatusCode::OK
    };
    render(&staff, status, String::new(), forms).await
}

fn import_view(imported: ImportedRates, dry_run: bool) -> ImportView {
    ImportView {
        dry_run,
        taken: imported.taken,
        refused: imported.refused,
        refusals: imported.refusals.into_iter().take(SHOWN).collect(),
    }
}

/// The file and whether it is only tried.
async fn read_upload(request: Request) -> Result<(Vec<u8>, bool), Problem> {
    let unreadable = |_error| Problem::field("file", "unreadable", "cannot be read");
    let mut form = Multipart::from_request(request, &())
        .await
        .map_err(|_error| Problem::field("file", "required", "is required"))?;
    let (mut file, mut dry_run) = (Vec::new(), false);
    while let Some(field) = form.next_field().await.map_err(unreadable)? {
        match field.name() {
            Some("file") => file = field.bytes().await.map_err(unreadable)?.to_vec(),
            Some("dry_run") => dry_run = !field.text().await.map_err(unreadable)?.is_empty(),
            Some(_) | None => {}
        }
    }
    Ok((file, dry_run))
}
