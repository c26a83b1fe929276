//! `/admin/products`: list, get, create, change, archive.

use axum::{
    http::{HeaderMap, StatusCode, header},
    response::IntoResponse as _,
};
use catalog::{CreateProductError, FindError, ProductFilter, UpdateProduct, UpdateProductError, Visibility};
use kernel::{FieldError, Invalid, ProductId, Slug};
use serde::Deserialize;
use utoipa::IntoParams;
use web::{Answer, Api, Idempotent, IfMatch, Path, Problem, Query, can};

use super::{
    product_body,
    product_view::{AdminListedProduct, AdminProduct, ProductStatus},
    require_version, tagged,
    variants::{options_taken, sku_taken},
};
use crate::{
    endpoint::Endpoint,
    shop,
    wire::{Paging, Sort, ids, present},
};

const TAG: &str = "Admin: products";
/// What If-Match holds where something is changed that belongs to a product.
pub(super) const IF_MATCH: &str = "The product's ETag. When the product was changed since, the answer is 412.";

#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
struct AdminProductQuery {
    /// Search words.
    #[param(max_length = 200)]
    q: Option<String>,
    /// Only products in the category of this slug, or in one below it.
    #[param(max_length = 200)]
    category: Option<String>,
    /// Only products of this status.
    #[param(inline)]
    #[serde(default, deserialize_with = "present")]
    status: Option<ProductStatus>,
    /// The order; `newest`, the last changed first, without it.
    #[param(inline)]
    #[serde(default, deserialize_with = "present")]
    sort: Option<Sort>,
    /// How many a page has; 24 without it.
    #[param(minimum = 1, maximum = 100)]
    #[serde(default, deserialize_with = "present")]
    limit: Option<i64>,
    /// `next_cursor` of the page before.
    cursor: Option<String>,
}

pub(crate) fn list_endpoint() -> Endpoint {
    Endpoint::get("admin_list_products", "/admin/products", list)
        .says(TAG, "List products", "Every product, published or not.")
        .guarded::<can::ReadCatalog>()
        .query::<AdminProductQuery>()
        .lists::<AdminListedProduct>("A page of products.")
}

async fn list(api: Api<can::ReadCatalog>, paging: Paging, Query(query): Query<AdminProductQuery>) -> Answer {
    let page = paging.request(query.limit, query.cursor)?;
    if query.q.as_ref().is_some_and(|q| q.chars().count() > 200) {
        return Err(FieldError::new("q", "too_long", "may have at most 200 characters").into());
    }
    let mut invalid = Invalid::default();
    let category = query
        .category
        .and_then(|slug| invalid.check("category", Slug::parse(&slug)));
    invalid.into_result()?;
    let filter = ProductFilter {
        q: query.q,
        category,
        visibility: query
            .status
            .map_or(Visibility::Every, |status| Visibility::Only(status.into())),
        sort: query.sort.map(catalog::Sort::from).unwrap_or_default(),
        ..ProductFilter::default()
    };
    let mut ctx = api.work.read();
    let products = catalog::list_products(&mut ctx, &filter, &page)
        .await
        .map_err(shop::list_problem)?;
    Ok(paging.list(products.map(AdminListedProduct::from)).into_response())
}

pub(crate) fn get_endpoint() -> Endpoint {
    Endpoint::get("admin_get_product", "/admin/products/{id}", get)
        .says(
            TAG,
            "Get a product",
            "A product, published or not, with its variants, pictures and categories.",
        )
        .guarded::<can::ReadCatalog>()
        .path_id::<ids::ProductId>("id", "The product.")
        .answers::<AdminProduct>(200, "The product.")
        .tagged(200)
}

async fn get(api: Api<can::ReadCatalog>, Path(id): Path<ProductId>) -> Answer {
    let mut ctx = api.work.read();
    let details = catalog::find_product_by_id(&mut ctx, id).await.map_err(find_problem)?;
    let details = details.ok_or_else(Problem::not_found)?;
    Ok(tagged(
        StatusCode::OK,
        details.product.version,
        AdminProduct::from(details),
    ))
}

pub(crate) fn create_endpoint() -> Endpoint {
    Endpoint::post("create_product", "/admin/products", create)
        .says(TAG, "Create a product", "Makes a product, with its variants, pictures and categories at once.")
        .guarded::<can::WriteCatalog>()
        .idempotent()
        .body::<product_body::CreateProduct>()
        .answers::<AdminProduct>(201, "The product.")
        .tagged(201)
        .problem(
            409,
            "`slug_taken`, `sku_taken`, `options_taken` (two variants have the same option values), `no_such_category`, or \
             `idempotency_key_in_flight`.",
        )
}

async fn create(
    api: Api<can::WriteCatalog>,
    Idempotent { body, request }: Idempotent<product_body::CreateProduct>,
) -> Answer {
    let new = body.parse(api.store().currency)?;
    web::write_idempotently(&api.work, &request, async |ctx| {
        let details = catalog::create_product(ctx, new).await.map_err(|error| match error {
            CreateProductError::Forbidden(error) => error.into(),
            CreateProductError::Invalid(invalid) => invalid.into(),
            CreateProductError::SlugTaken => slug_taken(),
            CreateProductError::SkuTaken => sku_taken(),
            CreateProductError::OptionsTaken => options_taken(),
            CreateProductError::NoSuchCategory => no_such_category(),
            CreateProductError::Internal(error) => error.into(),
        })?;
        let location = [(
            header::LOCATION,
            format!("/api/v1/admin/products/{}", details.product.id),
        )];
        let version = details.product.version;
        Ok((
            location,
            tagged(StatusCode::CREATED, version, AdminProduct::from(details)),
        )
            .into_response())
    })
    .await
}

pub(crate) fn patch_endpoint() -> Endpoint {
    Endpoint::patch("update_product", "/admin/products/{id}", patch)
        .says(TAG, "Change a product", "Changes the given fields of a product.")
        .guarded::<can::WriteCatalog>()
        .path_id::<ids::ProductId>("id", "The product.")
        .idempotent()
        .if_match(true)
        .body::<product_body::UpdateProduct>()
        .answers::<AdminProduct>(200, "The product.")
        .tagged(200)
        .problem(409, "`slug_taken`, `no_such_category`, or `idempotency_key_in_flight`.")
}

async fn patch(
    api: Api<can::WriteCatalog>,
    Path(id): Path<ProductId>,
    version: Result<IfMatch, Problem>,
    headers: HeaderMap,
    Idempotent { body, request }: Idempotent<product_body::UpdateProduct>,
) -> Answer {
    let expected_version = require_version(version, &headers)?;
    let update = UpdateProduct {
        id,
        expected_version,
        changes: body.parse()?,
    };
    web::write_idempotently(&api.work, &request, async |ctx| {
        catalog::update_product(ctx, update).await.map_err(problem)?;
        stored(ctx, id).await
    })
    .await
}

pub(crate) fn archive_endpoint() -> Endpoint {
    Endpoint::post("archive_product", "/admin/products/{id}/archive", archive)
        .says(
            TAG,
            "Archive a product",
            "Takes a product off sale for good. Orders still name it.",
        )
        .guarded::<can::WriteCatalog>()
        .path_id::<ids::ProductId>("id", "The product.")
        .idempotent()
        .if_match(true)
        .answers::<AdminProduct>(200, "The product.")
        .tagged(200)
}

async fn archive(
    api: Api<can::WriteCatalog>,
    Path(id): Path<ProductId>,
    version: Result<IfMatch, Problem>,
    headers: HeaderMap,
    Idempotent { body: (), request }: Idempotent<()>,
) -> Answer {
    let expected_version = require_version(version, &headers)?;
    web::write_idempotently(&api.work, &request, async |ctx| {
        catalog::archive_product(ctx, id, expected_version)
            .await
            .map_err(problem)?;
        stored(ctx, id).await
    })
    .await
}

/// The product after a change, read in the same transaction. Whoever may change the catalogue may see what became of it.
async fn stored(ctx: &mut database::Ctx, id: ProductId) -> Answer {
    let details = catalog::find_product_by_id(ctx, id).await.map_err(find_problem)?;
    let details = details.ok_or_else(Problem::not_found)?;
    Ok(tagged(
        StatusCode::OK,
        details.product.version,
        AdminProduct::from(details),
    ))
}

fn slug_taken() -> Problem {
    Problem::conflict("slug_taken", "Another product has the slug.")
}

fn no_such_category() -> Problem {
    Problem::conflict("no_such_category", "One of the categories does not exist.")
}

/// Why staff are not shown something of the catalogue.
pub(super) fn find_problem(error: FindError) -> Problem {
    match error {
        FindError::Forbidden(error) => error.into(),
        FindError::Internal(error) => error.into(),
    }
}

/// Refuses to go on with what belongs to a product that changed since the caller read it, when the caller says what it read.
pub(super) async fn expect_version(
    ctx: &mut database::Ctx,
    id: ProductId,
    version: Option<i64>,
) -> Result<(), Problem> {
    match version {
        Some(version) => catalog::require_version(ctx, id, version).await.map_err(problem),
        None => Ok(()),
    }
}

pub(super) fn problem(error: UpdateProductError) -> Problem {
    match error {
        UpdateProductError::Forbidden(error) => error.into(),
        UpdateProductError::NotFound => Problem::not_found(),
        UpdateProductError::VersionConflict { current } => Problem::version_conflict().with("version", &current),
        UpdateProductError::Invalid(invalid) => invalid.into(),
        UpdateProductError::SlugTaken => slug_taken(),
        UpdateProductError::NoSuchCategory => no_such_category(),
        UpdateProductError::Internal(error) => error.into(),
    }
}
