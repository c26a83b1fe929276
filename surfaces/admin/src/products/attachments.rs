//! A product's videos, 360° sets, models and files: their titles and order, and taking one off, after asking.

use axum::{
    http::StatusCode,
    response::{IntoResponse as _, Redirect},
};
use catalog::SetImagesError;
use kernel::{AttachmentId, ProductId};
use serde::{Deserialize, Serialize};
use web::{Answer, Form, Path, Problem, Staff, can};

use super::{
    images::{self, AttachmentView, UploadForm, problem},
    page,
};
use crate::forms::Errors;

/// The rows as they are typed, with the button that moves one of them.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct AttachmentsForm {
    place: Vec<String>,
    attachment: Vec<AttachmentId>,
    title: Vec<String>,
    r#move: String,
}

#[derive(Serialize)]
struct AskView {
    id: String,
    title: String,
    attachment: AttachmentView,
}

impl AttachmentsForm {
    fn wanted(self) -> Vec<(AttachmentId, String)> {
        let typed = self.place.into_iter().zip(self.attachment).zip(self.title);
        let mut placed: Vec<_> = typed
            .map(|((place, id), title)| (place.trim().parse().unwrap_or(i64::MAX), (id, title.trim().to_owned())))
            .collect();
        placed.sort_by_key(|(place, _)| *place);
        let mut wanted: Vec<_> = placed.into_iter().map(|(_, row)| row).collect();
        images::shift(&mut wanted, &self.r#move);
        wanted
    }
}

pub(crate) async fn save(
    staff: Staff<can::WriteCatalog>,
    Path(id): Path<ProductId>,
    Form(form): Form<AttachmentsForm>,
) -> Answer {
    let mut ctx = staff.work.write();
    match catalog::arrange_attachments(&mut ctx, id, form.wanted()).await {
        Ok(_attachments) => {
            ctx.commit().await?;
            staff.flash("admin-flash-saved");
            Ok(Redirect::to(&format!("/admin/products/{id}/images")).into_response())
        }
        Err(SetImagesError::Invalid(_)) => {
            ctx.rollback().await;
            let upload = UploadForm {
                errors: Errors::one(&staff, "title", "too_long", "is too long"),
                ..UploadForm::default()
            };
            let details = page::load(&staff, id).await?;
            images::with_upload(&staff, StatusCode::UNPROCESSABLE_ENTITY, details, upload).await
        }
        Err(error) => Err(problem(error)),
    }
}

pub(crate) async fn ask(
    staff: Staff<can::WriteCatalog>,
    Path((id, attachment)): Path<(ProductId, AttachmentId)>,
) -> Answer {
    let product = page::load(&staff, id).await?.product;
    let mut ctx = staff.work.read();
    let attachments = catalog::list_attachments(&mut ctx, id).await?;
    ctx.rollback().await;
    let found = attachments.into_iter().find(|known| known.id == attachment);
    let view = AskView {
        id: id.to_string(),
        title: product.title,
        attachment: found.ok_or_else(Problem::not_found)?.into(),
    };
    staff.page("admin/products/attachment_remove.html", &view)
}

pub(crate) async fn remove(
    staff: Staff<can::WriteCatalog>,
    Path((id, attachment)): Path<(ProductId, AttachmentId)>,
) -> Answer {
    let mut ctx = staff.work.write();
    catalog::detach(&mut ctx, id, attachment).await.map_err(problem)?;
    ctx.commit().await?;
    staff.flash("admin-flash-saved");
    Ok(Redirect::to(&format!("/admin/products/{id}/images")).into_response())
}
