//! What the store says of its products beyond the fixed fields: the list with its order, making, changing and deleting.

use std::collections::HashSet;

use axum::{
    http::StatusCode,
    response::{IntoResponse as _, Redirect, Response},
};
use catalog::{Attribute, AttributeError, AttributeKind, AttributeTerms, Direction, NewAttribute, UpdateAttribute};
use database::Ctx;
use kernel::{AttributeId, CategoryId, FieldError, Invalid};
use serde::{Deserialize, Serialize};
use web::{Answer, Form, Path, Problem, Staff, Visitor, can};

use crate::{
    category_choices::{CategoryChooser, Search},
    forms::{Choice, Difference, Errors, choices, differences, read_lines, read_version, tick, word},
};

const LIST: &str = "/admin/settings/attributes";

#[derive(Serialize)]
struct AttributesView {
    attributes: Vec<AttributeRow>,
}

#[derive(Serialize)]
struct AttributeRow {
    id: String,
    name: String,
    code: String,
    kind: String,
    unit: String,
    required: bool,
    shown: bool,
    /// Whether it is for some products only.
    narrowed: bool,
    /// Whether it was for products in categories of which none is left.
    is_for_none: bool,
}

#[derive(Serialize)]
struct AttributeView {
    /// `None` for a new one.
    id: Option<String>,
    form: AttributeForm,
    kinds: Vec<Choice>,
    categories: CategoryChooser,
    /// Whether it was for products in categories of which none is left.
    is_for_none: bool,
    /// Whether that it shall be for all products is ticked.
    for_all: bool,
    errors: Errors,
    conflict: Vec<Difference>,
}

#[derive(Serialize)]
struct DeleteView {
    id: String,
    name: String,
    count: i64,
    shown: bool,
    version: String,
}

/// An attribute as it is typed.
#[derive(Debug, Clone, Default, Deserialize, Serialize)]
#[serde(default)]
pub(super) struct AttributeForm {
    name: String,
    code: String,
    kind: String,
    unit: String,
    /// One in each line.
    choices: String,
    required: String,
    shown: String,
    /// One in each line.
    product_types: String,
    #[serde(skip_serializing)]
    category: Vec<String>,
    /// Ticked to say that it shall be for all products, where its categories are gone.
    #[serde(skip_serializing)]
    for_all: String,
    #[serde(flatten, skip_serializing)]
    search: Search,
    version: String,
}

/// Where an attribute goes, or the version that shall be deleted.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct ActionForm {
    to: String,
    version: String,
}

impl AttributeForm {
    fn of(attribute: &Attribute) -> Self {
        let terms = &attribute.terms;
        Self {
            name: terms.name.clone(),
            code: attribute.code.clone(),
            kind: attribute.kind.as_str().to_owned(),
            unit: terms.unit.clone(),
            choices: terms.choices.join("\n"),
            required: tick(terms.required),
            shown: tick(terms.shown),
            product_types: terms.product_types.join("\n"),
            category: terms.category_ids.iter().map(ToString::to_string).collect(),
            version: attribute.version.to_string(),
            ..Self::default()
        }
    }

    fn kind(&self) -> Result<AttributeKind, Invalid> {
        AttributeKind::parse(&self.kind).ok_or_else(|| FieldError::required("kind").into())
    }

    fn terms(&self) -> Result<AttributeTerms, Invalid> {
        let ids: Result<Vec<CategoryId>, _> = self.category.iter().map(|id| id.parse()).collect();
        let wrong = |error: kernel::InvalidId| FieldError::new("category_ids", "invalid_id", error.to_string());
        Ok(AttributeTerms {
            name: self.name.clone(),
            unit: self.unit.clone(),
            choices: read_lines(&self.choices),
            required: !self.required.is_empty(),
            shown: !self.shown.is_empty(),
            product_types: read_lines(&self.product_types),
            category_ids: ids.map_err(wrong)?,
        })
    }

    /// The terms, unless an attribute that is for no product would become one for all without anybody saying so.
    fn chosen_anew(&self, terms: AttributeTerms, is_for_none: bool) -> Result<AttributeTerms, Invalid> {
        let is_for_all = terms.product_types.is_empty() && terms.category_ids.is_empty();
        if is_for_none && is_for_all && self.for_all.is_empty() {
            let message = "its categories are gone: choose others, or all products";
            return Err(FieldError::new("category_ids", "categories_gone", message).into());
        }
        Ok(terms)
    }
}

pub(super) async fn list(staff: Staff<can::WriteCatalog>) -> Answer {
    let mut ctx = staff.work.read();
    let attributes = catalog::list_attributes(&mut ctx).await?;
    let categories = attributes.iter().flat_map(|attribute| &attribute.terms.category_ids);
    let categories: Vec<CategoryId> = categories.copied().collect();
    let known = catalog::known_categories(&mut ctx, &categories).await?;
    ctx.rollback().await;
    let row = |attribute: Attribute| AttributeRow {
        is_for_none: is_for_none(&attribute.terms, &known),
        id: attribute.id.to_string(),
        code: attribute.code,
        kind: word(&staff, "admin-attribute-kind", attribute.kind.as_str()),
        narrowed: !attribute.terms.product_types.is_empty() || !attribute.terms.category_ids.is_empty(),
        name: attribute.terms.name,
        unit: attribute.terms.unit,
        required: attribute.terms.required,
        shown: attribute.terms.shown,
    };
    let view = AttributesView {
        attributes: attributes.into_iter().map(row).collect(),
    };
    staff.page("admin/settings/attributes.html", &view)
}

/// Whether it was for products in categories, and none of those is left: whoever saves it has to choose anew.
fn is_for_none(terms: &AttributeTerms, known: &HashSet<CategoryId>) -> bool {
    terms.product_types.is_empty()
        && !terms.category_ids.is_empty()
        && terms.category_ids.iter().all(|id| !known.contains(id))
}

pub(super) async fn show_new(staff: Staff<can::WriteCatalog>) -> Answer {
    let form = AttributeForm {
        kind: AttributeKind::Text.as_str().to_owned(),
        shown: tick(true),
        ..AttributeForm::default()
    };
    render(&staff, StatusCode::OK, None, form, (Errors::default(), Vec::new())).await
}

pub(super) async fn show(staff: Staff<can::WriteCatalog>, Path(id): Path<AttributeId>) -> Answer {
    let form = AttributeForm::of(&load(&staff, id).await?);
    render(&staff, StatusCode::OK, Some(id), form, (Errors::default(), Vec::new())).await
}

async fn load(visitor: &Visitor, id: AttributeId) -> Result<Attribute, Problem> {
    let mut ctx = visitor.work.read();
    let attribute = catalog::find_attribute(&mut ctx, id).await?;
    ctx.rollback().await;
    attribute.ok_or_else(Problem::not_found)
}

/// The same of one alone.
async fn was_for_none(ctx: &mut Ctx, terms: &AttributeTerms) -> Result<bool, Problem> {
    let known = catalog::known_categories(ctx, &terms.category_ids).await?;
    Ok(is_for_none(terms, &known))
}

async fn render(
    visitor: &Visitor,
    status: StatusCode,
    id: Option<AttributeId>,
    form: AttributeForm,
    (errors, conflict): (Errors, Vec<Difference>),
) -> Answer {
    let mut ctx = visitor.work.read();
    let categories = CategoryChooser::load(&mut ctx, &form.search, &form.category).await?;
    let saved = match id {
        Some(id) => catalog::find_attribute(&mut ctx, id).await?,
        None => None,
    };
    let is_for_none = match saved {
        Some(saved) => was_for_none(&mut ctx, &saved.terms).await?,
        None => false,
    };
    ctx.rollback().await;
    let view = AttributeView {
        id: id.map(|id| id.to_string()),
        is_for_none,
        for_all: !form.for_all.is_empty(),
        kinds: choices(
            visitor,
            "admin-attribute-kind",
            AttributeKind::ALL.iter().map(|kind| kind.as_str()),
        ),
        categories,
        form,
        errors,
        conflict,
    };
    visitor.page_with_status(status, "admin/settings/attribute.html", &view)
}

pub(super) async fn create(staff: Staff<can::WriteCatalog>, Form(form): Form<AttributeForm>) -> Answer {
    if form.search.is_asked() {
        return render(&staff, StatusCode::OK, None, form, (Errors::default(), Vec::new())).await;
    }
    let read = form.kind().and_then(|kind| Ok((kind, form.terms()?)));
    let invalid = match read {
        Err(invalid) => invalid,
        Ok((kind, terms)) => {
            let new = NewAttribute {
                code: form.code.clone(),
                kind,
                terms,
            };
            let mut ctx = staff.work.write();
            match catalog::create_attribute(&mut ctx, new).await {
                Ok(_attribute) => {
                    ctx.commit().await?;
                    return Ok(saved(&staff));
                }
                Err(error) => refused(error)?,
            }
        }
    };
    let errors = Errors::of(&staff, invalid);
    let status = StatusCode::UNPROCESSABLE_ENTITY;
    render(&staff, status, None, form, (errors, Vec::new())).await
}

pub(super) async fn update(
    staff: Staff<can::WriteCatalog>,
    Path(id): Path<AttributeId>,
    Form(mut form): Form<AttributeForm>,
) -> Answer {
    let before = load(&staff, id).await?;
    form.kind = before.kind.as_str().to_owned();
    form.code = before.code;
    if form.search.is_asked() {
        return render(&staff, StatusCode::OK, Some(id), form, (Errors::default(), Vec::new())).await;
    }
    let mut ctx = staff.work.read();
    let is_for_none = was_for_none(&mut ctx, &before.terms).await?;
    ctx.rollback().await;
    let invalid = match form.terms().and_then(|terms| form.chosen_anew(terms, is_for_none)) {
        Err(invalid) => invalid,
        Ok(terms) => {
            let update = UpdateAttribute {
                id,
                expected_version: Some(read_version(&form.version)),
                terms,
            };
            let mut ctx = staff.work.write();
            match catalog::update_attribute(&mut ctx, update).await {
                Ok(_attribute) => {
                    ctx.commit().await?;
                    return Ok(saved(&staff));
                }
                Err(AttributeError::VersionConflict { .. }) => {
                    ctx.rollback().await;
                    return conflict(&staff, id, form).await;
                }
                Err(error) => refused(error)?,
            }
        }
    };
    let errors = Errors::of(&staff, invalid);
    let status = StatusCode::UNPROCESSABLE_ENTITY;
    render(&staff, status, Some(id), form, (errors, Vec::new())).await
}

/// Shows both versions. Saving once more keeps what was typed.
async fn conflict(visitor: &Visitor, id: AttributeId, mut form: AttributeForm) -> Answer {
    let saved = AttributeForm::of(&load(visitor, id).await?);
    let conflict = differences(&saved, &form);
    form.version = saved.version;
    let errors = Errors::one(visitor, "form", "version_conflict", "was changed in the meantime");
    render(visitor, StatusCode::CONFLICT, Some(id), form, (errors, conflict)).await
}

pub(super) async fn shift(
    staff: Staff<can::WriteCatalog>,
    Path(id): Path<AttributeId>,
    Form(form): Form<ActionForm>,
) -> Answer {
    let direction = match form.to.as_str() {
        "up" => Direction::Up,
        "down" => Direction::Down,
        _ => return Err(Invalid::from(FieldError::new("to", "unknown", "is neither up nor down")).into()),
    };
    let mut ctx = staff.work.write();
    catalog::move_attribute(&mut ctx, id, direction)
        .await
        .map_err(problem)?;
    ctx.commit().await?;
    Ok(Redirect::to(LIST).into_response())
}

pub(super) async fn ask(staff: Staff<can::WriteCatalog>, Path(id): Path<AttributeId>) -> Answer {
    let attribute = load(&staff, id).await?;
    let mut ctx = staff.work.read();
    let count = catalog::count_products_with(&mut ctx, &attribute.code).await?;
    ctx.rollback().await;
    let view = DeleteView {
        id: id.to_string(),
        name: attribute.terms.name,
        count,
        shown: attribute.terms.shown,
        version: attribute.version.to_string(),
    };
    staff.page("admin/settings/attribute_delete.html", &view)
}

pub(super) async fn delete(
    staff: Staff<can::WriteCatalog>,
    Path(id): Path<AttributeId>,
    Form(form): Form<ActionForm>,
) -> Answer {
    let mut ctx = staff.work.write();
    catalog::delete_attribute(&mut ctx, id, Some(read_version(&form.version)))
        .await
        .map_err(problem)?;
    ctx.commit().await?;
    staff.flash("admin-flash-deleted");
    Ok(Redirect::to(LIST).into_response())
}

/// What a form can tell of the error.
fn refused(error: AttributeError) -> Result<Invalid, Problem> {
    match error {
        AttributeError::Invalid(invalid) => Ok(invalid),
        AttributeError::CodeTaken => Ok(FieldError::new("code", "attribute_taken", "is taken by another one").into()),
        other => Err(problem(other)),
    }
}

fn problem(error: AttributeError) -> Problem {
    match error {
        AttributeError::Forbidden(error) => error.into(),
        AttributeError::NotFound => Problem::not_found(),
        AttributeError::VersionConflict { .. } => Problem::version_conflict(),
        AttributeError::CodeTaken => Problem::conflict("code_taken", "Another attribute has the code."),
        AttributeError::Invalid(invalid) => invalid.into(),
        AttributeError::Internal(error) => error.into(),
    }
}

fn saved(visitor: &Visitor) -> Response {
    visitor.flash("admin-flash-saved");
    Redirect::to(LIST).into_response()
}
