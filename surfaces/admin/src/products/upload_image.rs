//! Adds a picture from a file to a product.

use axum::{
    extract::{FromRequest as _, Multipart, Request, State, multipart::MultipartError},
    http::StatusCode,
    response::{IntoResponse as _, Redirect},
};
use catalog::{NewImage, SetImagesError};
use kernel::ProductId;
use media::PutError;
use web::{Answer, Path, Problem, Staff, can};

use super::{
    images::{self, Upload},
    page,
};
use crate::{Desk, forms::Errors};

/// The largest body that is taken: a picture, with room for the rest of the form.
pub(crate) const LARGEST: usize = media::MAX_BYTES + 64 * 1024;

pub(crate) async fn upload(
    staff: Staff<can::WriteCatalog>,
    State(desk): State<Desk>,
    Path(id): Path<ProductId>,
    request: Request,
) -> Answer {
    let details = page::load(&staff, id).await?;
    let (bytes, content_type, alt) = receive(request).await?;
    let refuse = |details, alt, field, (code, message)| {
        let errors = Errors::one(&staff, field, code, message);
        images::with_upload(
            &staff,
            StatusCode::UNPROCESSABLE_ENTITY,
            details,
            Upload { alt, errors },
        )
    };
    if bytes.is_empty() {
        return refuse(details, alt, "file", ("required", "must be chosen"));
    }
    let file = match media::put_flow(&staff.work, desk.blobs.as_ref(), bytes, &content_type, None).await {
        Ok(file) => file,
        Err(error) => return refuse(details, alt, "file", said(error)?),
    };
    let mut images: Vec<NewImage> = Vec::with_capacity(details.images.len().saturating_add(1));
    images.extend(details.images.iter().map(|image| NewImage {
        url: image.url.clone(),
        alt: image.alt.clone(),
    }));
    images.push(NewImage {
        url: file.url,
        alt: alt.clone(),
    });
    let mut ctx = staff.work.write();
    match catalog::set_images(&mut ctx, id, images).await {
        Ok(_images) => {
            ctx.commit().await?;
            staff.flash("admin-flash-saved");
            Ok(Redirect::to(&format!("/admin/products/{id}/images")).into_response())
        }
        Err(SetImagesError::Invalid(_)) => {
            ctx.rollback().await;
            refuse(details, alt, "alt", ("too_long", "is too long"))
        }
        Err(SetImagesError::NotFound) => Err(Problem::not_found()),
        Err(SetImagesError::Forbidden(error)) => Err(error.into()),
        Err(SetImagesError::Internal(error)) => Err(error.into()),
    }
}

/// What is wrong with the picture, as a code and a sentence.
fn said(error: PutError) -> Result<(&'static str, &'static str), Problem> {
    match error {
        PutError::Unsupported => Ok(("no_picture", "is no picture")),
        PutError::TooLarge => Ok(("picture_too_large", "is too large")),
        PutError::UnsafeDrawing(_) => Ok(("unsafe_drawing", "could do more than draw")),
        PutError::Blobs(error) => Err(Problem::internal(&error)),
        PutError::Internal(error) => Err(error.into()),
    }
}

/// The picture, what the browser says it is, and what it shows.
async fn receive(request: Request) -> Result<(Vec<u8>, String, String), Problem> {
    let broken = |error: MultipartError| Problem::new(error.status(), "invalid_upload", error.body_text());
    let mut parts = Multipart::from_request(request, &())
        .await
        .map_err(|error| Problem::new(error.status(), "invalid_upload", error.body_text()))?;
    let (mut bytes, mut content_type, mut alt) = (Vec::new(), String::new(), String::new());
    while let Some(field) = parts.next_field().await.map_err(broken)? {
        match field.name().unwrap_or_default() {
            "alt" => alt = field.text().await.map_err(broken)?.trim().to_owned(),
            "file" => {
                content_type = field.content_type().unwrap_or_default().to_owned();
                bytes = field.bytes().await.map_err(broken)?.to_vec();
            }
            _ => {}
        }
    }
    Ok((bytes, content_type, alt))
}
