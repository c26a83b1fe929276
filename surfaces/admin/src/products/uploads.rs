//! Adds files to a product: pictures to its pictures, everything else to its attachments. A file goes to the disk while it
//! comes in, and one that is refused does not take the others with it.

use axum::{
    extract::{FromRequest as _, Multipart, Request, State, multipart::Field, multipart::MultipartError},
    http::StatusCode,
    response::{IntoResponse as _, Redirect},
};
use catalog::{AttachmentKind, NewAttachment, NewImage, SetImagesError};
use database::Work;
use kernel::ProductId;
use media::{File, Medium, PutError, Upload};
use web::{Answer, Path, Problem, Staff, Visitor, can};

use super::{
    images::{self, UploadForm},
    page,
};
use crate::{
    Desk,
    forms::{self, Errors},
};

/// The largest body that is taken: several files, with room for the rest of the form.
pub(crate) const LARGEST: usize = 1024 * 1024 * 1024;

/// What was sent.
#[derive(Default)]
struct Sent {
    form: UploadForm,
    files: Vec<File>,
    /// What is wrong with the files that are not among them, in the visitor's language.
    refused: Vec<String>,
}

pub(crate) async fn upload(
    staff: Staff<can::WriteCatalog>,
    State(desk): State<Desk>,
    Path(id): Path<ProductId>,
    request: Request,
) -> Answer {
    page::load(&staff, id).await?;
    let mut sent = receive(&staff, &desk, request).await?;
    if sent.files.is_empty() && sent.refused.is_empty() {
        let errors = Errors::one(&staff, "file", "required", "must be chosen");
        return refuse(&staff, id, sent.form, errors).await;
    }
    let attached = if sent.form.turn {
        attach_turn(&staff, id, &mut sent).await?
    } else {
        attach_each(&staff, id, &sent).await?
    };
    let mut errors = attached.err().unwrap_or_default();
    if !sent.refused.is_empty() {
        errors.say("file", sent.refused.join(" "));
    }
    if errors.is_empty() {
        staff.flash("admin-flash-saved");
        Ok(Redirect::to(&format!("/admin/products/{id}/images")).into_response())
    } else {
        refuse(&staff, id, sent.form, errors).await
    }
}

async fn refuse(visitor: &Visitor, id: ProductId, mut form: UploadForm, errors: Errors) -> Answer {
    form.errors = errors;
    let details = page::load(visitor, id).await?;
    images::with_upload(visitor, StatusCode::UNPROCESSABLE_ENTITY, details, form).await
}

/// Each file for itself.
async fn attach_each(
    staff: &Staff<can::WriteCatalog>,
    id: ProductId,
    sent: &Sent,
) -> Result<Result<(), Errors>, Problem> {
    let mut ctx = staff.work.write();
    for file in &sent.files {
        let added = match kind_of(file) {
            None => {
                let image = NewImage {
                    url: file.url.clone(),
                    alt: sent.form.alt.clone(),
                };
                catalog::add_image(&mut ctx, id, image).await.map(|_image| ())
            }
            Some(kind) => {
                let new = NewAttachment {
                    kind,
                    urls: vec![file.url.clone()],
                    title: sent.form.alt.clone(),
                    size_bytes: file.size_bytes,
                };
                catalog::attach(&mut ctx, id, new).await.map(|_attachment| ())
            }
        };
        if let Err(error) = added {
            ctx.rollback().await;
            return said(staff, error).map(Err);
        }
    }
    ctx.commit().await?;
    Ok(Ok(()))
}

/// All files as the pictures of one turn, or none.
async fn attach_turn(
    staff: &Staff<can::WriteCatalog>,
    id: ProductId,
    sent: &mut Sent,
) -> Result<Result<(), Errors>, Problem> {
    if sent.files.iter().any(|file| kind_of(file).is_some()) {
        let said = forms::sentence(staff, "no_picture", "is not a picture");
        return Ok(Err(Errors::said("file", said)));
    }
    if !sent.refused.is_empty() {
        return Ok(Ok(()));
    }
    let new = NewAttachment {
        kind: AttachmentKind::Turn,
        urls: sent.files.iter().map(|file| file.url.clone()).collect(),
        title: sent.form.alt.clone(),
        size_bytes: sent
            .files
            .iter()
            .map(|file| file.size_bytes)
            .fold(0, i64::saturating_add),
    };
    let mut ctx = staff.work.write();
    match catalog::attach(&mut ctx, id, new).await {
        Ok(_attachment) => {
            ctx.commit().await?;
            Ok(Ok(()))
        }
        Err(error) => {
            ctx.rollback().await;
            said(staff, error).map(Err)
        }
    }
}

/// What a file becomes; none for a picture.
fn kind_of(file: &File) -> Option<AttachmentKind> {
    match file.kind.medium() {
        Medium::Picture => None,
        Medium::Video => Some(AttachmentKind::Video),
        Medium::Model => Some(AttachmentKind::Model),
        Medium::Document => Some(AttachmentKind::File),
    }
}

/// What is wrong, at the field it is about: the words, or the files.
fn said(visitor: &Visitor, error: SetImagesError) -> Result<Errors, Problem> {
    match error {
        SetImagesError::Invalid(invalid) => {
            let mut errors = Errors::default();
            for error in invalid.0 {
                let is_words = error.field.ends_with("alt") || error.field.ends_with("title");
                let field = if is_words { "alt" } else { "file" };
                errors.say(field, forms::sentence(visitor, error.code, &error.message));
            }
            Ok(errors)
        }
        SetImagesError::NotFound => Err(Problem::not_found()),
        SetImagesError::Forbidden(error) => Err(error.into()),
        SetImagesError::Internal(error) => Err(error.into()),
    }
}

async fn receive(staff: &Staff<can::WriteCatalog>, desk: &Desk, request: Request) -> Result<Sent, Problem> {
    let mut parts = Multipart::from_request(request, &())
        .await
        .map_err(|error| Problem::new(error.status(), "invalid_upload", error.body_text()))?;
    let mut sent = Sent::default();
    while let Some(field) = parts.next_field().await.map_err(|error| broken(&error))? {
        match field.name().unwrap_or_default() {
            "alt" => {
                let text = field.text().await.map_err(|error| broken(&error))?;
                sent.form.alt = text.trim().to_owned();
            }
            "turn" => sent.form.turn = true,
            "file" => {
                let name = field.file_name().unwrap_or_default().to_owned();
                match store(&staff.work, desk, field).await? {
                    // A form whose file is not chosen sends an empty one without a name.
                    Err(_) if name.is_empty() => {}
                    Err(error) => sent.refused.push(refusal(staff, &name, &error)),
                    Ok(file) => sent.files.push(file),
                }
            }
            _ => {}
        }
    }
    Ok(sent)
}

/// Takes one file. What is refused is read to its end, for a browser shows no answer before it has sent everything.
pub(crate) async fn store(work: &Work, desk: &Desk, mut field: Field<'_>) -> Result<Result<File, PutError>, Problem> {
    let mut upload = Upload::begin(desk.blobs.as_ref()).await.map_err(internal)?;
    let mut written = Ok(());
    while let Some(bytes) = field.chunk().await.map_err(|error| broken(&error))? {
        if written.is_ok() {
            written = upload.write(&bytes).await;
        }
    }
    let stored = match written {
        Ok(()) => upload.finish_flow(work).await,
        Err(error) => Err(error),
    };
    match stored {
        Err(error) if error.code().is_none() => Err(internal(error)),
        stored => Ok(stored),
    }
}

fn internal(error: PutError) -> Problem {
    match error {
        PutError::Internal(error) => error.into(),
        error => Problem::internal(&error),
    }
}

pub(crate) fn broken(error: &MultipartError) -> Problem {
    Problem::new(error.status(), "invalid_upload", error.body_text())
}

/// What is wrong with a file, with its name.
pub(crate) fn refusal(visitor: &Visitor, name: &str, error: &PutError) -> String {
    let code = error.code().unwrap_or_default();
    let reason = match error {
        PutError::TooLarge { max_bytes } => {
            let limit = (max_bytes / 1024 / 1024).to_string();
            visitor.translate("admin-upload-too-large", &[("limit", &limit)])
        }
        error => forms::sentence(visitor, code, &error.to_string()),
    };
    visitor.translate("admin-upload-refused", &[("name", name), ("reason", &reason)])
}
