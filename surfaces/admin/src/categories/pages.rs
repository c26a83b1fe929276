//! Seeing, making and changing categories.

use axum::{
    http::StatusCode,
    response::{IntoResponse as _, Redirect},
};
use catalog::{Category, CategoryChanges, CategoryError, CategoryFilter, NewCategory, PlacedCategory, UpdateCategory};
use kernel::{CategoryId, FieldError, Invalid};
use serde::{Deserialize, Serialize};
use web::{Answer, Form, Path, Problem, Query, Staff, Visitor, can};

use crate::{
    category_choices::{CategoryChooser, Search},
    forms::{Choice, Difference, Errors, differences, read_number, read_version},
    lists::{self, Rows},
    products::{find_problem, list as product_list},
};

/// The list counts so many products of a category: it is about where they are.
const MOST_COUNTED: i64 = 500;

/// What the list can be asked for.
#[derive(Debug, Default, Deserialize, Serialize)]
#[serde(default)]
pub(crate) struct CategoriesQuery {
    q: String,
    cursor: String,
}

#[derive(Serialize)]
struct CategoriesView {
    categories: Rows<Row>,
    query: CategoriesQuery,
}

#[derive(Serialize)]
struct Row {
    id: String,
    name: String,
    slug: String,
    depth: usize,
    /// What it lies in, from the top down, where the rows above do not show it.
    path: Vec<String>,
    count: i64,
    /// Whether there are more than that.
    has_more: bool,
}

/// A category as it is typed.
#[derive(Debug, Clone, Default, Deserialize, Serialize)]
#[serde(default)]
pub(crate) struct CategoryForm {
    name: String,
    slug: String,
    parent: String,
    position: String,
    description_html: String,
    image_url: String,
    image_alt: String,
    seo_title: String,
    seo_description: String,
    size_guide_html: String,
    #[serde(flatten, skip_serializing)]
    search: Search,
    version: String,
}

#[derive(Serialize)]
struct CategoryView {
    /// `None` for a new category.
    id: Option<String>,
    form: CategoryForm,
    parents: Vec<Choice>,
    categories: CategoryChooser,
    errors: Errors,
    conflict: Vec<Difference>,
}

/// What the page says besides its form.
#[derive(Default)]
struct Said {
    errors: Errors,
    conflict: Vec<Difference>,
}

impl CategoryForm {
    fn of(category: Category) -> Self {
        Self {
            name: category.name,
            slug: category.slug.into_string(),
            parent: category.parent_id.map(|id| id.to_string()).unwrap_or_default(),
            position: category.position.to_string(),
            description_html: category.description_html,
            image_url: category.image_url,
            image_alt: category.image_alt,
            seo_title: category.seo_title,
            seo_description: category.seo_description,
            size_guide_html: category.size_guide_html,
            version: category.version.to_string(),
            ..Self::default()
        }
    }

    fn parent(&self, invalid: &mut Invalid) -> Option<CategoryId> {
        let parent = Some(self.parent.as_str()).filter(|parent| !parent.is_empty())?.parse();
        invalid.check(
            "parent",
            parent.map_err(|error: kernel::InvalidId| FieldError::new("parent", "invalid_id", error.to_string())),
        )
    }

    fn position(&self, invalid: &mut Invalid) -> i32 {
        let position = read_number(invalid, "position", &self.position).unwrap_or_default();
        let position =
            i32::try_from(position).map_err(|_error| FieldError::new("position", "too_large", "is too large"));
        invalid.check("position", position).unwrap_or_default()
    }

    fn to_new(&self) -> Result<NewCategory, Invalid> {
        let mut invalid = Invalid::default();
        let new = NewCategory {
            parent_id: self.parent(&mut invalid),
            slug: Some(self.slug.trim().to_owned()),
            name: self.name.clone(),
            description_html: self.description_html.clone(),
            image_url: self.image_url.trim().to_owned(),
            image_alt: self.image_alt.clone(),
            seo_title: self.seo_title.clone(),
            seo_description: self.seo_description.clone(),
            size_guide_html: self.size_guide_html.clone(),
            position: self.position(&mut invalid),
        };
        invalid.into_result()?;
        Ok(new)
    }

    fn to_changes(&self) -> Result<CategoryChanges, Invalid> {
        let new = self.to_new()?;
        Ok(CategoryChanges {
            parent_id: Some(new.parent_id),
            slug: new.slug,
            name: Some(new.name),
            description_html: Some(new.description_html),
            image_url: Some(new.image_url),
            image_alt: Some(new.image_alt),
            seo_title: Some(new.seo_title),
            seo_description: Some(new.seo_description),
            size_guide_html: Some(new.size_guide_html),
            position: Some(new.position),
        })
    }
}

pub(crate) async fn list(staff: Staff<can::ReadCatalog>, Query(query): Query<CategoriesQuery>) -> Answer {
    let is_searched = !query.q.trim().is_empty();
    let filter = if is_searched {
        CategoryFilter::Called(query.q.clone())
    } else {
        CategoryFilter::Every
    };
    let mut ctx = staff.work.read();
    let page = catalog::page_categories(&mut ctx, &filter, &lists::request(&query.cursor), Some(MOST_COUNTED)).await;
    ctx.rollback().await;
    let mut is_first = true;
    let row = |placed: PlacedCategory| {
        let is_shown_above = !std::mem::take(&mut is_first) && !is_searched;
        Row {
            id: placed.category.id.to_string(),
            depth: if is_searched { 0 } else { placed.category.depth },
            name: placed.category.name,
            slug: placed.category.slug.into_string(),
            path: if is_shown_above {
                Vec::new()
            } else {
                placed.ancestor_names
            },
            count: placed.products.min(MOST_COUNTED),
            has_more: placed.has_more,
        }
    };
    let view = CategoriesView {
        categories: Rows::new(page.map_err(product_list::problem)?, &query.cursor, row),
        query,
    };
    staff.page("admin/categories/list.html", &view)
}

pub(crate) async fn show_new(staff: Staff<can::WriteCatalog>) -> Answer {
    render(&staff, StatusCode::OK, None, CategoryForm::default(), Said::default()).await
}

pub(crate) async fn show(staff: Staff<can::ReadCatalog>, Path(id): Path<CategoryId>) -> Answer {
    let form = CategoryForm::of(load(&staff, id).await?);
    render(&staff, StatusCode::OK, Some(id), form, Said::default()).await
}

async fn load(visitor: &Visitor, id: CategoryId) -> Result<Category, Problem> {
    let mut ctx = visitor.work.read();
    let found = catalog::find_category_by_id(&mut ctx, id).await;
    ctx.rollback().await;
    found.map_err(find_problem)?.ok_or_else(Problem::not_found)
}

async fn render(
    visitor: &Visitor,
    status: StatusCode,
    id: Option<CategoryId>,
    form: CategoryForm,
    said: Said,
) -> Answer {
    let mut ctx = visitor.work.read();
    let chosen = std::slice::from_ref(&form.parent);
    let categories = CategoryChooser::load(&mut ctx, &form.search, chosen).await?.without(id);
    ctx.rollback().await;
    let top = Choice {
        value: String::new(),
        label: visitor.translate("admin-category-top", &[]),
    };
    let others = categories.options().map(|(id, label)| Choice {
        value: id.to_owned(),
        label,
    });
    let mut parents: Vec<Choice> = [top].into_iter().chain(others).collect();
    if parents.iter().all(|parent| parent.value != form.parent) {
        parents.push(Choice {
            value: form.parent.clone(),
            label: visitor.translate("admin-category-gone", &[]),
        });
    }
    let view = CategoryView {
        id: id.map(|id| id.to_string()),
        parents,
        categories,
        form,
        errors: said.errors,
        conflict: said.conflict,
    };
    visitor.page_with_status(status, "admin/categories/category.html", &view)
}

pub(crate) async fn create(staff: Staff<can::WriteCatalog>, Form(form): Form<CategoryForm>) -> Answer {
    if form.search.is_asked() {
        return render(&staff, StatusCode::OK, None, form, Said::default()).await;
    }
    let new = match form.to_new() {
        Ok(new) => new,
        Err(invalid) => return refuse(&staff, None, form, CategoryError::Invalid(invalid)).await,
    };
    let mut ctx = staff.work.write();
    match catalog::create_category(&mut ctx, new).await {
        Ok(_category) => {
            ctx.commit().await?;
            Ok(saved(&staff))
        }
        Err(error) => {
            ctx.rollback().await;
            refuse(&staff, None, form, error).await
        }
    }
}

pub(crate) async fn update(
    staff: Staff<can::WriteCatalog>,
    Path(id): Path<CategoryId>,
    Form(form): Form<CategoryForm>,
) -> Answer {
    if form.search.is_asked() {
        return render(&staff, StatusCode::OK, Some(id), form, Said::default()).await;
    }
    let changes = match form.to_changes() {
        Ok(changes) => changes,
        Err(invalid) => return refuse(&staff, Some(id), form, CategoryError::Invalid(invalid)).await,
    };
    let update = UpdateCategory {
        id,
        expected_version: Some(read_version(&form.version)),
        changes,
    };
    let mut ctx = staff.work.write();
    match catalog::update_category(&mut ctx, update).await {
        Ok(_category) => {
            ctx.commit().await?;
            Ok(saved(&staff))
        }
        Err(CategoryError::VersionConflict { .. }) => {
            ctx.rollback().await;
            conflict(&staff, id, form).await
        }
        Err(error) => {
            ctx.rollback().await;
            refuse(&staff, Some(id), form, error).await
        }
    }
}

fn saved(visitor: &Visitor) -> axum::response::Response {
    visitor.flash("admin-flash-saved");
    Redirect::to("/admin/categories").into_response()
}

/// Shows both versions, with what they lie in by name. Saving once more keeps what was typed.
async fn conflict(visitor: &Visitor, id: CategoryId, mut form: CategoryForm) -> Answer {
    let kept = CategoryForm::of(load(visitor, id).await?);
    let mut ctx = visitor.work.read();
    let both = [kept.parent.clone(), form.parent.clone()];
    let parents = CategoryChooser::load(&mut ctx, &Search::default(), &both).await?;
    ctx.rollback().await;
    let in_words = |form: &CategoryForm| {
        let parent = parents.options().find(|(id, _)| *id == form.parent);
        let parent = parent.map(|(_, label)| label.trim_start_matches("— ").to_owned());
        let other = match form.parent.as_str() {
            "" => "admin-category-top",
            _ => "admin-category-gone",
        };
        CategoryForm {
            parent: parent.unwrap_or_else(|| visitor.translate(other, &[])),
            ..form.clone()
        }
    };
    let said = Said {
        conflict: differences(&in_words(&kept), &in_words(&form)),
        errors: Errors::one(visitor, "form", "version_conflict", "was changed in the meantime"),
    };
    form.version = kept.version;
    render(visitor, StatusCode::CONFLICT, Some(id), form, said).await
}

async fn refuse(visitor: &Visitor, id: Option<CategoryId>, form: CategoryForm, error: CategoryError) -> Answer {
    let errors = match error {
        CategoryError::Invalid(invalid) => Errors::of(visitor, invalid),
        CategoryError::SlugTaken => Errors::one(visitor, "slug", "slug_taken", "is taken by another category"),
        CategoryError::NoSuchParent => Errors::one(visitor, "parent", "gone", "is gone"),
        CategoryError::Cycle => Errors::one(visitor, "parent", "cycle", "would lie in itself"),
        CategoryError::TooDeep => Errors::one(visitor, "parent", "category_too_deep", "lies too deep"),
        CategoryError::NotFound => return Err(Problem::not_found()),
        CategoryError::VersionConflict { .. } => return Err(Problem::version_conflict()),
        CategoryError::Forbidden(error) => return Err(error.into()),
        CategoryError::Internal(error) => return Err(error.into()),
    };
    let said = Said {
        errors,
        ..Said::default()
    };
    render(visitor, StatusCode::UNPROCESSABLE_ENTITY, id, form, said).await
}
