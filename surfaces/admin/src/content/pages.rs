//! Seeing, writing, changing and deleting pages.

use axum::{
    http::StatusCode,
    response::{IntoResponse as _, Redirect, Response},
};
use content::{Page, PageError, UpdatePage};
use kernel::{Invalid, PageId, Time};
use serde::{Deserialize, Serialize};
use web::{Answer, Form, Path, Problem, Staff, Visitor, can};

use super::page_form::{PageForm, TextRow};
use crate::forms::{Difference, Errors, read_version};

#[derive(Serialize)]
struct PagesView {
    pages: Vec<PageRow>,
}

#[derive(Serialize)]
struct PageRow {
    id: String,
    title: String,
    slug: String,
    published: bool,
    updated_at: Time,
}

#[derive(Serialize)]
struct PageView {
    /// `None` for a new page.
    id: Option<String>,
    saved_slug: String,
    is_published: bool,
    form: PageForm,
    rows: Vec<TextRow>,
    preview: Vec<PreviewView>,
    errors: Errors,
    conflict: Vec<Difference>,
}

#[derive(Serialize)]
struct PreviewView {
    name: &'static str,
    locale: &'static str,
    title: String,
    body_html: String,
}

#[derive(Serialize)]
struct DeleteView {
    id: String,
    title: String,
    slug: String,
    version: i64,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct DeleteForm {
    version: String,
}

/// What a page says besides its form.
#[derive(Default)]
struct Said {
    invalid: Invalid,
    errors: Errors,
    preview: Vec<PreviewView>,
    conflict: Vec<Difference>,
}

pub(super) async fn list(staff: Staff<can::WriteContent>) -> Answer {
    let mut ctx = staff.work.read();
    let pages = content::list_pages(&mut ctx).await.map_err(problem)?;
    ctx.rollback().await;
    let own = staff.store().locale;
    let rows = pages.into_iter().map(|page| PageRow {
        id: page.id.to_string(),
        title: page.title(staff.locale, own).to_owned(),
        slug: page.slug.into_string(),
        published: page.published,
        updated_at: page.updated_at,
    });
    let pages = rows.collect();
    staff.page("admin/content/pages.html", &PagesView { pages })
}

/// A page that must be there.
async fn load(visitor: &Visitor, id: PageId) -> Result<Page, Problem> {
    let mut ctx = visitor.work.read();
    let found = content::find_page_by_id(&mut ctx, id).await.map_err(problem)?;
    ctx.rollback().await;
    found.ok_or_else(Problem::not_found)
}

pub(super) async fn show_new(staff: Staff<can::WriteContent>) -> Answer {
    render(&staff, StatusCode::OK, None, PageForm::default(), Said::default())
}

pub(super) async fn show(staff: Staff<can::WriteContent>, Path(id): Path<PageId>) -> Answer {
    let page = load(&staff, id).await?;
    let form = PageForm::of(&staff, &page);
    render(&staff, StatusCode::OK, Some(&page), form, Said::default())
}

fn render(visitor: &Visitor, status: StatusCode, saved: Option<&Page>, form: PageForm, said: Said) -> Answer {
    let view = PageView {
        id: saved.map(|page| page.id.to_string()),
        saved_slug: saved.map(|page| page.slug.to_string()).unwrap_or_default(),
        is_published: saved.is_some_and(|page| page.published),
        rows: form.rows(visitor, &said.invalid),
        form,
        preview: said.preview,
        errors: said.errors,
        conflict: said.conflict,
    };
    visitor.page_with_status(status, "admin/content/page.html", &view)
}

/// Shows what the texts look like, cleaned, and keeps what was typed.
fn preview(visitor: &Visitor, saved: Option<&Page>, form: PageForm) -> Answer {
    let texts = form.texts(visitor);
    let filled = texts
        .iter()
        .filter(|(_, text)| !text.title.is_empty() || !text.body_html.is_empty());
    let preview = filled.map(|(locale, text)| PreviewView {
        name: locale.name(),
        locale: locale.code(),
        title: text.title.clone(),
        body_html: catalog::sanitise_html(&text.body_html),
    });
    let said = Said {
        preview: preview.collect(),
        ..Said::default()
    };
    render(visitor, StatusCode::OK, saved, form, said)
}

pub(super) async fn create(staff: Staff<can::WriteContent>, Form(form): Form<PageForm>) -> Answer {
    if form.action == "preview" {
        return preview(&staff, None, form);
    }
    let mut ctx = staff.work.write();
    match content::create_page(&mut ctx, form.to_new(&staff)).await {
        Ok(page) => {
            ctx.commit().await?;
            Ok(saved(&staff, &page))
        }
        Err(error) => {
            ctx.rollback().await;
            refuse(&staff, None, form, error)
        }
    }
}

pub(super) async fn update(
    staff: Staff<can::WriteContent>,
    Path(id): Path<PageId>,
    Form(form): Form<PageForm>,
) -> Answer {
    let before = load(&staff, id).await?;
    if form.action == "preview" {
        return preview(&staff, Some(&before), form);
    }
    let update = UpdatePage {
        id,
        expected_version: Some(read_version(&form.version)),
        changes: form.to_changes(&staff),
    };
    let mut ctx = staff.work.write();
    match content::update_page(&mut ctx, update).await {
        Ok(page) => {
            ctx.commit().await?;
            Ok(saved(&staff, &page))
        }
        Err(PageError::VersionConflict { .. }) => {
            ctx.rollback().await;
            conflict(&staff, load(&staff, id).await?, form)
        }
        Err(error) => {
            ctx.rollback().await;
            refuse(&staff, Some(&before), form, error)
        }
    }
}

fn saved(visitor: &Visitor, page: &Page) -> Response {
    visitor.flash("admin-flash-saved");
    Redirect::to(&format!("/admin/pages/{}", page.id)).into_response()
}

/// Shows both versions. Saving once more keeps what was typed.
fn conflict(visitor: &Visitor, page: Page, mut form: PageForm) -> Answer {
    let kept = PageForm::of(visitor, &page);
    let said = Said {
        conflict: form.differences(visitor, &kept),
        errors: Errors::one(visitor, "form", "version_conflict", "was changed in the meantime"),
        ..Said::default()
    };
    form.version = kept.version;
    render(visitor, StatusCode::CONFLICT, Some(&page), form, said)
}

fn refuse(visitor: &Visitor, saved: Option<&Page>, form: PageForm, error: PageError) -> Answer {
    let said = match error {
        PageError::Invalid(invalid) => Said {
            errors: Errors::of(visitor, invalid.clone()),
            invalid,
            ..Said::default()
        },
        PageError::SlugTaken => Said {
            errors: Errors::one(visitor, "slug", "slug_taken", "is taken by another page"),
            ..Said::default()
        },
        error => return Err(problem(error)),
    };
    render(visitor, StatusCode::UNPROCESSABLE_ENTITY, saved, form, said)
}

pub(super) async fn ask(staff: Staff<can::WriteContent>, Path(id): Path<PageId>) -> Answer {
    let page = load(&staff, id).await?;
    let title = page.texts.shown(staff.locale, staff.store().locale);
    let view = DeleteView {
        id: id.to_string(),
        title: title.map(|text| text.title.clone()).unwrap_or_default(),
        slug: page.slug.into_string(),
        version: page.version,
    };
    staff.page("admin/content/page_delete.html", &view)
}

pub(super) async fn delete(
    staff: Staff<can::WriteContent>,
    Path(id): Path<PageId>,
    Form(form): Form<DeleteForm>,
) -> Answer {
    let mut ctx = staff.work.write();
    match content::delete_page(&mut ctx, id, Some(read_version(&form.version))).await {
        Ok(()) => {
            ctx.commit().await?;
            staff.flash("admin-flash-deleted");
            Ok(Redirect::to("/admin/pages").into_response())
        }
        Err(PageError::VersionConflict { .. }) => {
            ctx.rollback().await;
            staff.flash("admin-flash-changed");
            Ok(Redirect::to(&format!("/admin/pages/{id}/delete")).into_response())
        }
        Err(error) => Err(problem(error)),
    }
}

pub(super) fn problem(error: PageError) -> Problem {
    match error {
        PageError::Forbidden(error) => error.into(),
        PageError::NotFound => Problem::not_found(),
        PageError::VersionConflict { .. } => Problem::version_conflict(),
        PageError::SlugTaken => Problem::conflict("slug_taken", "Another page has the slug."),
        PageError::Invalid(invalid) => invalid.into(),
        PageError::Internal(error) => error.into(),
    }
}
