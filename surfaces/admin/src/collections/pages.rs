//! Seeing, making, changing and deleting collections.

use axum::{
    http::StatusCode,
    response::{IntoResponse as _, Redirect},
};
use catalog::{Collection, CollectionError, Preview, UpdateCollection};
use kernel::{CollectionId, Invalid};
use serde::{Deserialize, Serialize};
use web::{Answer, Form, Path, Problem, Staff, Visitor, can};

use super::form::{CollectionForm, Row, RuleChoices};
use crate::forms::{Difference, Errors, differences, read_version};

#[derive(Serialize)]
struct CollectionsView {
    collections: Vec<CollectionRow>,
}

#[derive(Serialize)]
struct CollectionRow {
    id: String,
    title: String,
    slug: String,
    ruled: bool,
    count: i64,
}

#[derive(Serialize)]
struct CollectionView {
    /// `None` for a new collection.
    id: Option<String>,
    saved_slug: String,
    by_hand: bool,
    form: CollectionForm,
    rows: Vec<Row>,
    choices: RuleChoices,
    preview: Option<PreviewView>,
    errors: Errors,
    conflict: Vec<Difference>,
}

#[derive(Serialize)]
struct PreviewView {
    total: i64,
    first: Vec<PreviewedView>,
}

#[derive(Serialize)]
struct PreviewedView {
    id: String,
    title: String,
    image_url: String,
}

#[derive(Serialize)]
struct DeleteView {
    id: String,
    title: String,
    count: i64,
    version: i64,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct DeleteForm {
    version: String,
}

/// What a page says besides its form.
#[derive(Default)]
struct Said {
    invalid: Invalid,
    errors: Errors,
    preview: Option<Preview>,
    conflict: Vec<Difference>,
}

pub(crate) async fn list(staff: Staff<can::ReadCatalog>) -> Answer {
    let mut ctx = staff.work.read();
    let collections = catalog::list_collections(&mut ctx).await?;
    ctx.rollback().await;
    let rows = collections.into_iter().map(|collection| CollectionRow {
        id: collection.id.to_string(),
        title: collection.title,
        slug: collection.slug.into_string(),
        ruled: collection.rules.is_some(),
        count: collection.product_count,
    });
    let collections = rows.collect();
    staff.page("admin/collections/list.html", &CollectionsView { collections })
}

/// A collection that must be there.
pub(crate) async fn load(visitor: &Visitor, id: CollectionId) -> Result<Collection, Problem> {
    let mut ctx = visitor.work.read();
    let found = catalog::find_collection_by_id(&mut ctx, id).await?;
    ctx.rollback().await;
    found.ok_or_else(Problem::not_found)
}

pub(crate) async fn show_new(staff: Staff<can::WriteCatalog>) -> Answer {
    render(&staff, StatusCode::OK, None, CollectionForm::empty(), Said::default())
}

pub(crate) async fn show(staff: Staff<can::ReadCatalog>, Path(id): Path<CollectionId>) -> Answer {
    let collection = load(&staff, id).await?;
    let form = CollectionForm::of(collection.clone());
    render(&staff, StatusCode::OK, Some(&collection), form, Said::default())
}

fn render(
    visitor: &Visitor,
    status: StatusCode,
    saved: Option<&Collection>,
    form: CollectionForm,
    said: Said,
) -> Answer {
    let preview = said.preview.map(|preview| PreviewView {
        total: preview.total,
        first: preview
            .first
            .into_iter()
            .map(|product| PreviewedView {
                id: product.id.to_string(),
                title: product.title,
                image_url: product.image_url,
            })
            .collect(),
    });
    let view = CollectionView {
        id: saved.map(|collection| collection.id.to_string()),
        saved_slug: saved.map(|collection| collection.slug.to_string()).unwrap_or_default(),
        by_hand: saved.is_some_and(|collection| collection.rules.is_none()),
        rows: form.rows(visitor, &said.invalid),
        choices: RuleChoices::new(visitor),
        form,
        preview,
        errors: said.errors,
        conflict: said.conflict,
    };
    visitor.page_with_status(status, "admin/collections/collection.html", &view)
}

pub(crate) async fn create(staff: Staff<can::WriteCatalog>, Form(form): Form<CollectionForm>) -> Answer {
    if form.action == "preview" {
        return preview(&staff, None, form).await;
    }
    let new = match form.to_new() {
        Ok(new) => new,
        Err(invalid) => return refuse(&staff, None, form, invalid.into()),
    };
    let mut ctx = staff.work.write();
    match catalog::create_collection(&mut ctx, new).await {
        Ok(collection) => {
            ctx.commit().await?;
            Ok(saved(&staff, &collection))
        }
        Err(error) => {
            ctx.rollback().await;
            refuse(&staff, None, form, error)
        }
    }
}

pub(crate) async fn update(
    staff: Staff<can::WriteCatalog>,
    Path(id): Path<CollectionId>,
    Form(form): Form<CollectionForm>,
) -> Answer {
    let before = load(&staff, id).await?;
    if form.action == "preview" {
        return preview(&staff, Some(&before), form).await;
    }
    let changes = match form.to_changes() {
        Ok(changes) => changes,
        Err(invalid) => return refuse(&staff, Some(&before), form, invalid.into()),
    };
    let update = UpdateCollection {
        id,
        expected_version: Some(read_version(&form.version)),
        changes,
    };
    let mut ctx = staff.work.write();
    match catalog::update_collection(&mut ctx, update).await {
        Ok(collection) => {
            ctx.commit().await?;
            Ok(saved(&staff, &collection))
        }
        Err(CollectionError::VersionConflict { .. }) => {
            ctx.rollback().await;
            conflict(&staff, load(&staff, id).await?, form)
        }
        Err(error) => {
            ctx.rollback().await;
            refuse(&staff, Some(&before), form, error)
        }
    }
}

/// One that is chosen by hand goes on to its products.
fn saved(visitor: &Visitor, collection: &Collection) -> axum::response::Response {
    visitor.flash("admin-flash-saved");
    let page = match collection.rules {
        Some(_) => "",
        None => "/products",
    };
    Redirect::to(&format!("/admin/collections/{}{page}", collection.id)).into_response()
}

/// Shows what the rules would choose and keeps what was typed.
async fn preview(visitor: &Visitor, saved: Option<&Collection>, form: CollectionForm) -> Answer {
    let rules = match form.rules() {
        Ok(Some(rules)) => rules,
        Ok(None) => return render(visitor, StatusCode::OK, saved, form, Said::default()),
        Err(invalid) => return refuse(visitor, saved, form, invalid.into()),
    };
    let mut ctx = visitor.work.read();
    let found = catalog::preview_collection(&mut ctx, &rules).await;
    ctx.rollback().await;
    match found {
        Ok(preview) => {
            let said = Said {
                preview: Some(preview),
                ..Said::default()
            };
            render(visitor, StatusCode::OK, saved, form, said)
        }
        Err(error) => refuse(visitor, saved, form, error),
    }
}

/// Shows both versions. Saving once more keeps what was typed.
fn conflict(visitor: &Visitor, collection: Collection, mut form: CollectionForm) -> Answer {
    let kept = CollectionForm::of(collection.clone());
    let said = Said {
        conflict: differences(&kept, &form),
        errors: Errors::one(visitor, "form", "version_conflict", "was changed in the meantime"),
        ..Said::default()
    };
    form.version = kept.version;
    render(visitor, StatusCode::CONFLICT, Some(&collection), form, said)
}

fn refuse(visitor: &Visitor, saved: Option<&Collection>, form: CollectionForm, error: CollectionError) -> Answer {
    let said = match error {
        CollectionError::Invalid(invalid) => Said {
            errors: Errors::of(visitor, invalid.clone()),
            invalid,
            ..Said::default()
        },
        CollectionError::SlugTaken => Said {
            errors: Errors::one(visitor, "slug", "slug_taken", "is taken by another collection"),
            ..Said::default()
        },
        CollectionError::NotFound => return Err(Problem::not_found()),
        CollectionError::VersionConflict { .. } => return Err(Problem::version_conflict()),
        CollectionError::Forbidden(error) => return Err(error.into()),
        CollectionError::Internal(error) => return Err(error.into()),
    };
    render(visitor, StatusCode::UNPROCESSABLE_ENTITY, saved, form, said)
}

pub(crate) async fn ask(staff: Staff<can::WriteCatalog>, Path(id): Path<CollectionId>) -> Answer {
    let collection = load(&staff, id).await?;
    let view = DeleteView {
        id: id.to_string(),
        title: collection.title,
        count: collection.product_count,
        version: collection.version,
    };
    staff.page("admin/collections/delete.html", &view)
}

pub(crate) async fn delete(
    staff: Staff<can::WriteCatalog>,
    Path(id): Path<CollectionId>,
    Form(form): Form<DeleteForm>,
) -> Answer {
    let mut ctx = staff.work.write();
    match catalog::delete_collection(&mut ctx, id, Some(read_version(&form.version))).await {
        Ok(()) => {
            ctx.commit().await?;
            staff.flash("admin-flash-deleted");
            Ok(Redirect::to("/admin/collections").into_response())
        }
        Err(CollectionError::VersionConflict { .. }) => {
            ctx.rollback().await;
            staff.flash("admin-flash-changed");
            Ok(Redirect::to(&format!("/admin/collections/{id}/delete")).into_response())
        }
        Err(CollectionError::NotFound | CollectionError::SlugTaken) => Err(Problem::not_found()),
        Err(CollectionError::Invalid(invalid)) => Err(invalid.into()),
        Err(CollectionError::Forbidden(error)) => Err(error.into()),
        Err(CollectionError::Internal(error)) => Err(error.into()),
    }
}
