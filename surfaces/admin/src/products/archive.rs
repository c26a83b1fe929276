//! Takes a product off sale for good, after asking.

use axum::response::{IntoResponse as _, Redirect};
use catalog::UpdateProductError;
use kernel::ProductId;
use serde::{Deserialize, Serialize};
use web::{Answer, Form, Path, Staff, can};

use super::page;
use crate::forms::read_version;

#[derive(Serialize)]
struct ArchiveView {
    id: String,
    title: String,
    version: i64,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct ArchiveForm {
    version: String,
}

pub(crate) async fn ask(staff: Staff<can::WriteCatalog>, Path(id): Path<ProductId>) -> Answer {
    let product = page::load(&staff, id).await?.product;
    let view = ArchiveView {
        id: id.to_string(),
        title: product.title,
        version: product.version,
    };
    staff.page("admin/products/archive.html", &view)
}

pub(crate) async fn archive(
    staff: Staff<can::WriteCatalog>,
    Path(id): Path<ProductId>,
    Form(form): Form<ArchiveForm>,
) -> Answer {
    let mut ctx = staff.work.write();
    match catalog::archive_product(&mut ctx, id, Some(read_version(&form.version))).await {
        Ok(_product) => {
            ctx.commit().await?;
            staff.flash("admin-flash-archived");
            Ok(Redirect::to("/admin/products").into_response())
        }
        Err(UpdateProductError::VersionConflict { .. }) => {
            ctx.rollback().await;
            staff.flash("admin-flash-changed");
            Ok(Redirect::to(&format!("/admin/products/{id}/archive")).into_response())
        }
        Err(error) => Err(page::update_problem(error)),
    }
}
