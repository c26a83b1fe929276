//! `/admin/categories`: list, get, create, change, delete.

use axum::{
    http::{HeaderMap, StatusCode, header},
    response::IntoResponse as _,
};
use catalog::{CategoryChanges, CategoryError, CategoryFilter, NewCategory};
use kernel::{CategoryId, FieldError};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use web::{Answer, Api, Idempotent, IfMatch, Path, Problem, Query, can};

use super::{products::find_problem, tagged};
use crate::{
    endpoint::Endpoint,
    shop,
    wire::{Paging, ids, present, words},
};

const TAG: &str = "Admin: products";
const CONFLICTS: &str = "`slug_taken`: another category has the slug; `no_such_parent`: the category it shall lie in does not exist; \
     `cycle`: it would lie in itself; or `idempotency_key_in_flight`.";

/// A category to be made.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct CreateCategory {
    /// The category it lies in; null at the top.
    #[schema(value_type = Option<ids::CategoryId>)]
    parent_id: Option<CategoryId>,
    #[schema(value_type = words::Title)]
    name: String,
    /// The last part of its page's address; made from the name without it.
    #[schema(value_type = Option<words::NewSlug>)]
    slug: Option<String>,
    /// Harmful markup is dropped.
    #[serde(default)]
    #[schema(max_length = 500_000)]
    description_html: String,
    #[serde(default)]
    #[schema(max_length = 2000)]
    image_url: String,
    /// What the picture shows, for those who do not see it.
    #[serde(default)]
    #[schema(max_length = 2000)]
    image_alt: String,
    #[serde(default)]
    #[schema(max_length = 2000)]
    seo_title: String,
    #[serde(default)]
    #[schema(max_length = 2000)]
    seo_description: String,
    /// Shown with products that have none of their own; harmful markup is dropped.
    #[serde(default)]
    #[schema(max_length = 500_000)]
    size_guide_html: String,
    /// Its place among those beside it.
    #[serde(default)]
    #[schema(minimum = 0, maximum = 1_000_000)]
    position: i32,
}

/// What to change; a field that is left out stays.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct UpdateCategory {
    /// Moves it; null is the top.
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<ids::CategoryId>)]
    parent_id: Option<Option<CategoryId>>,
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = words::Title, required = false)]
    name: Option<String>,
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = words::Slug, required = false)]
    slug: Option<String>,
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = String, required = false, max_length = 500_000)]
    description_html: Option<String>,
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = String, required = false, max_length = 2000)]
    image_url: Option<String>,
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = String, required = false, max_length = 2000)]
    image_alt: Option<String>,
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = String, required = false, max_length = 2000)]
    seo_title: Option<String>,
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = String, required = false, max_length = 2000)]
    seo_description: Option<String>,
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = String, required = false, max_length = 500_000)]
    size_guide_html: Option<String>,
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = i32, required = false, minimum = 0, maximum = 1_000_000)]
    position: Option<i32>,
}

/// A node of the category tree.
#[derive(Serialize, ToSchema)]
struct AdminCategory {
    #[schema(value_type = ids::CategoryId)]
    id: CategoryId,
    /// The category it lies in; null at the top.
    #[schema(value_type = Option<ids::CategoryId>)]
    parent_id: Option<CategoryId>,
    slug: String,
    name: String,
    /// Harmless HTML.
    description_html: String,
    image_url: String,
    image_alt: String,
    seo_title: String,
    seo_description: String,
    /// Harmless HTML.
    size_guide_html: String,
    position: i32,
}

impl From<catalog::Category> for AdminCategory {
    fn from(category: catalog::Category) -> Self {
        Self {
            id: category.id,
            parent_id: category.parent_id,
            slug: category.slug.into_string(),
            name: category.name,
            description_html: category.description_html,
            image_url: category.image_url,
            image_alt: category.image_alt,
            seo_title: category.seo_title,
            seo_description: category.seo_description,
            size_guide_html: category.size_guide_html,
            position: category.position,
        }
    }
}

/// A category with its place in the tree.
#[derive(Serialize, ToSchema)]
struct PlacedCategory {
    #[serde(flatten)]
    category: AdminCategory,
    /// How many categories it lies in: 0 at the top.
    depth: usize,
    /// The categories it lies in, from the top down.
    #[schema(value_type = Vec<ids::CategoryId>)]
    ancestor_ids: Vec<CategoryId>,
    /// How many categories lie directly in it.
    child_count: usize,
    /// How many products shoppers find in it or below it.
    product_count: i64,
}

impl From<catalog::PlacedCategory> for PlacedCategory {
    fn from(placed: catalog::PlacedCategory) -> Self {
        Self {
            depth: placed.category.depth,
            category: placed.category.into(),
            ancestor_ids: placed.ancestor_ids,
            child_count: placed.children,
            product_count: placed.products,
        }
    }
}

#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
struct CategoryQuery {
    /// Only those that lie directly in this category; `top` for those that lie in none.
    #[param(pattern = "^(top|cat_[0-9a-hjkmnp-tv-z]{25}[048cgmrw])$")]
    #[serde(default, deserialize_with = "present")]
    parent_id: Option<String>,
    /// How many a page has; 24 without it.
    #[param(minimum = 1, maximum = 100)]
    #[serde(default, deserialize_with = "present")]
    limit: Option<i64>,
    /// `next_cursor` of the page before.
    cursor: Option<String>,
}

impl CategoryQuery {
    fn filter(&self) -> Result<CategoryFilter, FieldError> {
        let wrong = || FieldError::new("parent_id", "invalid_id", "must be the id of a category, or top");
        match self.parent_id.as_deref() {
            None => Ok(CategoryFilter::Every),
            Some("top") => Ok(CategoryFilter::Top),
            Some(id) => id.parse().map(CategoryFilter::In).map_err(|_not_an_id| wrong()),
        }
    }
}

pub(crate) fn list_endpoint() -> Endpoint {
    Endpoint::get("admin_list_categories", "/admin/categories", list)
        .says(
            TAG,
            "List categories with their places",
            "Categories in the order of the tree: each straight before those that lie in it.",
        )
        .guarded::<can::ReadCatalog>()
        .query::<CategoryQuery>()
        .lists::<PlacedCategory>("A page of categories.")
}

async fn list(api: Api<can::ReadCatalog>, paging: Paging, Query(query): Query<CategoryQuery>) -> Answer {
    let filter = query.filter()?;
    let page = paging.request(query.limit, query.cursor)?;
    let categories = catalog::page_categories(&mut api.work.read(), &filter, &page, None)
        .await
        .map_err(shop::list_problem)?;
    Ok(paging.list(categories.map(PlacedCategory::from)).into_response())
}

pub(crate) fn get_endpoint() -> Endpoint {
    Endpoint::get("get_category", "/admin/categories/{id}", get)
        .says(TAG, "Get a category", "A category with its place in the tree.")
        .guarded::<can::ReadCatalog>()
        .path_id::<ids::CategoryId>("id", "The category.")
        .answers::<PlacedCategory>(200, "The category.")
        .tagged(200)
}

async fn get(api: Api<can::ReadCatalog>, Path(id): Path<CategoryId>) -> Answer {
    let found = catalog::find_placed_category(&mut api.work.read(), id).await;
    let found = found.map_err(find_problem)?.ok_or_else(Problem::not_found)?;
    Ok(tagged(
        StatusCode::OK,
        found.category.version,
        PlacedCategory::from(found),
    ))
}

pub(crate) fn create_endpoint() -> Endpoint {
    Endpoint::post("create_category", "/admin/categories", create)
        .says(
            TAG,
            "Create a category",
            "Makes a category, at the top of the tree or in another one.",
        )
        .guarded::<can::WriteCatalog>()
        .idempotent()
        .body::<CreateCategory>()
        .answers::<AdminCategory>(201, "The category.")
        .tagged(201)
        .problem(409, CONFLICTS)
}

async fn create(api: Api<can::WriteCatalog>, Idempotent { body, request }: Idempotent<CreateCategory>) -> Answer {
    check_position(Some(body.position))?;
    let new = NewCategory {
        parent_id: body.parent_id,
        slug: body.slug,
        name: body.name,
        description_html: body.description_html,
        image_url: body.image_url,
        image_alt: body.image_alt,
        seo_title: body.seo_title,
        seo_description: body.seo_description,
        size_guide_html: body.size_guide_html,
        position: body.position,
    };
    web::write_idempotently(&api.work, &request, async |ctx| {
        let category = catalog::create_category(ctx, new).await.map_err(problem)?;
        let location = [(header::LOCATION, format!("/api/v1/admin/categories/{}", category.id))];
        let answer = tagged(StatusCode::CREATED, category.version, AdminCategory::from(category));
        Ok((location, answer).into_response())
    })
    .await
}

pub(crate) fn patch_endpoint() -> Endpoint {
    Endpoint::patch("update_category", "/admin/categories/{id}", patch)
        .says(
            TAG,
            "Change a category",
            "Changes the given fields of a category, or moves it in the tree.",
        )
        .guarded::<can::WriteCatalog>()
        .path_id::<ids::CategoryId>("id", "The category.")
        .idempotent()
        .if_match(false)
        .body::<UpdateCategory>()
        .answers::<AdminCategory>(200, "The category.")
        .tagged(200)
        .problem(409, CONFLICTS)
}

async fn patch(
    api: Api<can::WriteCatalog>,
    Path(id): Path<CategoryId>,
    version: Result<IfMatch, Problem>,
    headers: HeaderMap,
    Idempotent { body, request }: Idempotent<UpdateCategory>,
) -> Answer {
    check_position(body.position)?;
    let changes = CategoryChanges {
        parent_id: body.parent_id,
        slug: body.slug,
        name: body.name,
        description_html: body.description_html,
        image_url: body.image_url,
        image_alt: body.image_alt,
        seo_title: body.seo_title,
        seo_description: body.seo_description,
        size_guide_html: body.size_guide_html,
        position: body.position,
    };
    let update = catalog::UpdateCategory {
        id,
        expected_version: if headers.contains_key(header::IF_MATCH) {
            let IfMatch(version) = version?;
            version
        } else {
            None
        },
        changes,
    };
    web::write_idempotently(&api.work, &request, async |ctx| {
        let category = catalog::update_category(ctx, update).await.map_err(problem)?;
        Ok(tagged(StatusCode::OK, category.version, AdminCategory::from(category)))
    })
    .await
}

pub(crate) fn delete_endpoint() -> Endpoint {
    Endpoint::delete("delete_category", "/admin/categories/{id}", delete)
        .says(
            TAG,
            "Delete a category",
            "Takes a category away. What lies in it moves up; its products stay.",
        )
        .guarded::<can::WriteCatalog>()
        .path_id::<ids::CategoryId>("id", "The category.")
        .idempotent()
        .if_match(false)
        .answers_nothing(204, "It is gone.")
}

async fn delete(
    api: Api<can::WriteCatalog>,
    Path(id): Path<CategoryId>,
    version: Result<IfMatch, Problem>,
    Idempotent { body: (), request }: Idempotent<()>,
) -> Answer {
    let IfMatch(version) = version?;
    web::write_idempotently(&api.work, &request, async |ctx| {
        catalog::delete_category(ctx, id, version).await.map_err(problem)?;
        Ok(StatusCode::NO_CONTENT.into_response())
    })
    .await
}

fn check_position(position: Option<i32>) -> Result<(), FieldError> {
    if position.is_some_and(|position| !(0..=1_000_000).contains(&position)) {
        let message = "must be between 0 and 1000000";
        return Err(FieldError::new("position", "out_of_range", message));
    }
    Ok(())
}

fn problem(error: CategoryError) -> Problem {
    match error {
        CategoryError::Forbidden(error) => error.into(),
        CategoryError::NotFound => Problem::not_found(),
        CategoryError::NoSuchParent => {
            Problem::conflict("no_such_parent", "The category it shall lie in does not exist.")
        }
        CategoryError::Cycle => Problem::conflict("cycle", "It would lie in itself."),
        CategoryError::TooDeep => {
            let message = "would put it below level 32, the last one of the tree";
            FieldError::new("parent_id", "category_too_deep", message).into()
        }
        CategoryError::VersionConflict { current } => Problem::version_conflict().with("version", &current),
        CategoryError::SlugTaken => Problem::conflict("slug_taken", "Another category has the slug."),
        CategoryError::Invalid(invalid) => invalid.into(),
        CategoryError::Internal(error) => error.into(),
    }
}
