//! `/admin/products`: list, get, create, change, archive.

use axum::{
    http::{HeaderMap, StatusCode, header},
    response::IntoResponse as _,
};
use catalog::{
    CreateProductError, FindError, NewProduct, ProductChanges, ProductFilter, UpdateProduct, UpdateProductError,
    Visibility,
};
use chrono::{DateTime, Utc};
use kernel::{FieldError, Invalid, ProductId, Slug};
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};
use web::{Answer, Api, Idempotent, IfMatch, Path, Problem, Query, can};

use super::{
    product_view::{AdminListedProduct, AdminProduct, ProductKind, ProductStatus},
    require_version, tagged,
    variant_body::CreateVariant,
    variants::{options_taken, sku_taken},
};
use crate::{
    endpoint::Endpoint,
    shop,
    wire::{List, Paging, Sort, ids, optional_time, present, present_time},
};

const TAG: &str = "Admin: products";

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
    status: Option<ProductStatus>,
    /// The order; `newest`, the last changed first, without it.
    #[param(inline)]
    sort: Option<Sort>,
    /// How many a page has; 24 without it.
    #[param(minimum = 1, maximum = 100)]
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

async fn list(api: Api<can::ReadCatalog>, Query(query): Query<AdminProductQuery>) -> Answer {
    let page = Paging::request(query.limit, query.cursor)?;
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
    Ok(List::from(products.map(AdminListedProduct::from)).into_response())
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
    let details = catalog::find_product_by_id(&mut ctx, id)
        .await
        .map_err(|error| match error {
            FindError::Forbidden(error) => Problem::from(error),
            FindError::Internal(error) => error.into(),
        })?;
    let details = details.ok_or_else(Problem::not_found)?;
    Ok(tagged(
        StatusCode::OK,
        details.product.version,
        AdminProduct::from(details),
    ))
}

/// A product to be made.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct CreateProduct {
    #[schema(min_length = 1, max_length = 500)]
    title: String,
    /// The last part of its page's address; made from the title without it.
    #[schema(max_length = 200)]
    slug: Option<String>,
    /// Harmful markup is dropped.
    #[serde(default)]
    #[schema(max_length = 500_000)]
    description_html: String,
    #[serde(default)]
    #[schema(max_length = 2000)]
    short_description: String,
    #[serde(default)]
    #[schema(max_length = 2000)]
    brand: String,
    #[serde(default)]
    #[schema(max_length = 2000)]
    vendor: String,
    /// `physical` without it.
    kind: Option<ProductKind>,
    #[serde(default)]
    #[schema(max_length = 2000)]
    product_type: String,
    /// `draft` without it.
    status: Option<ProductStatus>,
    /// From when shoppers see it; an active product without a date is published at once.
    #[serde(default, deserialize_with = "optional_time")]
    published_at: Option<DateTime<Utc>>,
    #[serde(default)]
    featured: bool,
    #[serde(default)]
    #[schema(max_items = 250)]
    tags: Vec<String>,
    /// What a shopper chooses, such as `Size`.
    #[serde(default)]
    #[schema(max_items = 3)]
    option_names: Vec<String>,
    #[serde(default)]
    #[schema(max_length = 2000)]
    seo_title: String,
    #[serde(default)]
    #[schema(max_length = 2000)]
    seo_description: String,
    /// Free fields.
    #[serde(default)]
    #[schema(value_type = Object)]
    attributes: serde_json::Map<String, serde_json::Value>,
    #[serde(default)]
    #[schema(max_items = 2000)]
    variants: Vec<CreateVariant>,
    #[serde(default)]
    #[schema(max_items = 250)]
    images: Vec<ImageBody>,
    #[serde(default)]
    #[schema(value_type = Vec<ids::CategoryId>, max_items = 250)]
    category_ids: Vec<kernel::CategoryId>,
}

/// A picture: a path of the store or an address.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct ImageBody {
    #[schema(min_length = 1, max_length = 2000)]
    url: String,
    /// What it shows, for those who do not see it.
    #[serde(default)]
    #[schema(max_length = 2000)]
    alt: String,
}

impl CreateProduct {
    fn parse(self, currency: kernel::Currency) -> Result<NewProduct, Invalid> {
        let mut invalid = Invalid::default();
        for (field, count, most) in [
            ("variants", self.variants.len(), 2000),
            ("images", self.images.len(), 250),
            ("category_ids", self.category_ids.len(), 250),
        ] {
            if count > most {
                invalid.push(FieldError::new(
                    field,
                    "too_many",
                    format!("may have at most {most} entries"),
                ));
            }
        }
        let variants = self.variants.into_iter().enumerate();
        let variants = variants
            .map(|(index, variant)| variant.parse(currency, &format!("variants.{index}"), &mut invalid))
            .collect();
        invalid.into_result()?;
        Ok(NewProduct {
            slug: self.slug,
            title: self.title,
            description_html: self.description_html,
            short_description: self.short_description,
            brand: self.brand,
            vendor: self.vendor,
            kind: self.kind.map(catalog::ProductKind::from).unwrap_or_default(),
            product_type: self.product_type,
            status: self.status.map(catalog::ProductStatus::from).unwrap_or_default(),
            published_at: self.published_at,
            featured: self.featured,
            tags: self.tags,
            option_names: self.option_names,
            seo_title: self.seo_title,
            seo_description: self.seo_description,
            attributes: self.attributes,
            variants,
            images: self
                .images
                .into_iter()
                .map(|image| catalog::NewImage {
                    url: image.url,
                    alt: image.alt,
                })
                .collect(),
            category_ids: self.category_ids,
        })
    }
}

pub(crate) fn create_endpoint() -> Endpoint {
    Endpoint::post("create_product", "/admin/products", create)
        .says(TAG, "Create a product", "Makes a product, with its variants, pictures and categories at once.")
        .guarded::<can::WriteCatalog>()
        .idempotent()
        .body::<CreateProduct>()
        .answers::<AdminProduct>(201, "The product.")
        .tagged(201)
        .problem(
            409,
            "`slug_taken`, `sku_taken`, `options_taken` (two variants have the same option values), `no_such_category`, or \
             `idempotency_key_in_flight`.",
        )
}

async fn create(api: Api<can::WriteCatalog>, Idempotent { body, request }: Idempotent<CreateProduct>) -> Answer {
    let new = body.parse(api.store().currency)?;
    web::write_idempotently(&api.work, &request, async |ctx| {
        let details = catalog::create_product(ctx, new).await.map_err(|error| match error {
            CreateProductError::Forbidden(error) => error.into(),
            CreateProductError::Invalid(invalid) => invalid.into(),
            CreateProductError::SlugTaken => slug_taken(),
            CreateProductError::SkuTaken => sku_taken(),
            CreateProductError::OptionsTaken => options_taken(),
            CreateProductError::NoSuchCategory => {
                Problem::conflict("no_such_category", "One of the categories does not exist.")
            }
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

/// What to change; a field that is left out stays.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct UpdateProductBody {
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = String, required = false, min_length = 1, max_length = 500)]
    title: Option<String>,
    /// The old address leads to the new one.
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = String, required = false, min_length = 1, max_length = 200)]
    slug: Option<String>,
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = String, required = false, max_length = 500_000)]
    description_html: Option<String>,
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = String, required = false, max_length = 2000)]
    short_description: Option<String>,
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = String, required = false, max_length = 2000)]
    brand: Option<String>,
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = String, required = false, max_length = 2000)]
    vendor: Option<String>,
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = ProductKind, required = false)]
    kind: Option<ProductKind>,
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = String, required = false, max_length = 2000)]
    product_type: Option<String>,
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = ProductStatus, required = false)]
    status: Option<ProductStatus>,
    /// From when shoppers see it; null takes the date away.
    #[serde(default, deserialize_with = "present_time")]
    #[schema(value_type = Option<String>, format = DateTime)]
    published_at: Option<Option<DateTime<Utc>>>,
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = bool, required = false)]
    featured: Option<bool>,
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Vec<String>, required = false, max_items = 250)]
    tags: Option<Vec<String>>,
    /// Their number changes only while there are no variants.
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Vec<String>, required = false, max_items = 3)]
    option_names: Option<Vec<String>>,
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = String, required = false, max_length = 2000)]
    seo_title: Option<String>,
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = String, required = false, max_length = 2000)]
    seo_description: Option<String>,
    /// Free fields, all of them.
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Object, required = false)]
    attributes: Option<serde_json::Map<String, serde_json::Value>>,
}

impl From<UpdateProductBody> for ProductChanges {
    fn from(body: UpdateProductBody) -> Self {
        Self {
            slug: body.slug,
            title: body.title,
            description_html: body.description_html,
            short_description: body.short_description,
            brand: body.brand,
            vendor: body.vendor,
            kind: body.kind.map(catalog::ProductKind::from),
            product_type: body.product_type,
            status: body.status.map(catalog::ProductStatus::from),
            published_at: body.published_at,
            featured: body.featured,
            tags: body.tags,
            option_names: body.option_names,
            seo_title: body.seo_title,
            seo_description: body.seo_description,
            attributes: body.attributes,
        }
    }
}

pub(crate) fn patch_endpoint() -> Endpoint {
    Endpoint::patch("update_product", "/admin/products/{id}", patch)
        .says(TAG, "Change a product", "Changes the given fields of a product.")
        .guarded::<can::WriteCatalog>()
        .path_id::<ids::ProductId>("id", "The product.")
        .idempotent()
        .if_match(true)
        .body::<UpdateProductBody>()
        .answers::<AdminProduct>(200, "The product.")
        .tagged(200)
        .problem(409, "`slug_taken`, or `idempotency_key_in_flight`.")
}

async fn patch(
    api: Api<can::WriteCatalog>,
    Path(id): Path<ProductId>,
    version: IfMatch,
    headers: HeaderMap,
    Idempotent { body, request }: Idempotent<UpdateProductBody>,
) -> Answer {
    let expected_version = require_version(version, &headers)?;
    let update = UpdateProduct {
        id,
        expected_version,
        changes: body.into(),
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
        .problems(&[400, 413, 415])
        .answers::<AdminProduct>(200, "The product.")
        .tagged(200)
}

async fn archive(
    api: Api<can::WriteCatalog>,
    Path(id): Path<ProductId>,
    version: IfMatch,
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
    let details = catalog::find_product_by_id(ctx, id)
        .await
        .map_err(|error| match error {
            FindError::Forbidden(error) => Problem::from(error),
            FindError::Internal(error) => error.into(),
        })?;
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

fn problem(error: UpdateProductError) -> Problem {
    match error {
        UpdateProductError::Forbidden(error) => error.into(),
        UpdateProductError::NotFound => Problem::not_found(),
        UpdateProductError::VersionConflict { current } => Problem::version_conflict().with("version", &current),
        UpdateProductError::Invalid(invalid) => invalid.into(),
        UpdateProductError::SlugTaken => slug_taken(),
        UpdateProductError::Internal(error) => error.into(),
    }
}
