//! `POST /admin/products/{id}/variants` and `PATCH /admin/variants/{id}`.

use axum::http::{HeaderMap, StatusCode};
use catalog::{CreateVariantError, UpdateVariantError};
use kernel::{Invalid, ProductId, VariantId};
use web::{Answer, Api, Idempotent, IfMatch, Path, Problem, can};

use super::{
    product_view::AdminVariant,
    products::{IF_MATCH, expect_version},
    require_version, tagged,
    variant_body::{CreateVariant, UpdateVariant},
};
use crate::{endpoint::Endpoint, wire::ids};

const TAG: &str = "Admin: products";
const CONFLICTS: &str = "`sku_taken`: another variant has the SKU. `options_taken`: another variant of the product has the same option values. \
     `idempotency_key_in_flight`.";

pub(crate) fn create_endpoint() -> Endpoint {
    Endpoint::post("create_variant", "/admin/products/{id}/variants", create)
        .says(
            TAG,
            "Create a variant",
            "Adds a variant to a product, after the others.",
        )
        .guarded::<can::WriteCatalog>()
        .path_id::<ids::ProductId>("id", "The product.")
        .idempotent()
        .if_match_of(false, IF_MATCH)
        .body::<CreateVariant>()
        .answers::<AdminVariant>(201, "The variant; the ETag is its own, for changes of it.")
        .tagged(201)
        .problem(409, CONFLICTS)
}

async fn create(
    api: Api<can::WriteCatalog>,
    Path(id): Path<ProductId>,
    version: Result<IfMatch, Problem>,
    Idempotent { body, request }: Idempotent<CreateVariant>,
) -> Answer {
    let IfMatch(version) = version?;
    let mut invalid = Invalid::default();
    let new = body.parse(api.store().currency, "", &mut invalid);
    invalid.into_result()?;
    web::write_idempotently(&api.work, &request, async |ctx| {
        expect_version(ctx, id, version).await?;
        let variant = catalog::create_variant(ctx, id, new)
            .await
            .map_err(|error| match error {
                CreateVariantError::Forbidden(error) => error.into(),
                CreateVariantError::NotFound => Problem::not_found(),
                CreateVariantError::Invalid(invalid) => invalid.into(),
                CreateVariantError::SkuTaken => sku_taken(),
                CreateVariantError::OptionsTaken => options_taken(),
                CreateVariantError::Internal(error) => error.into(),
            })?;
        Ok(tagged(
            StatusCode::CREATED,
            variant.version,
            AdminVariant::from(variant),
        ))
    })
    .await
}

pub(crate) fn patch_endpoint() -> Endpoint {
    Endpoint::patch("update_variant", "/admin/variants/{id}", patch)
        .says(TAG, "Change a variant", "Changes the given fields of a variant.")
        .guarded::<can::WriteCatalog>()
        .path_id::<ids::VariantId>("id", "The variant.")
        .idempotent()
        .if_match(true)
        .body::<UpdateVariant>()
        .answers::<AdminVariant>(200, "The variant.")
        .tagged(200)
        .problem(409, CONFLICTS)
}

async fn patch(
    api: Api<can::WriteCatalog>,
    Path(id): Path<VariantId>,
    version: Result<IfMatch, Problem>,
    headers: HeaderMap,
    Idempotent { body, request }: Idempotent<UpdateVariant>,
) -> Answer {
    let changes = body.parse(api.store().currency)?;
    let expected_version = require_version(version, &headers)?;
    let update = catalog::UpdateVariant {
        id,
        expected_version,
        changes,
    };
    web::write_idempotently(&api.work, &request, async |ctx| {
        let variant = catalog::update_variant(ctx, update)
            .await
            .map_err(|error| match error {
                UpdateVariantError::Forbidden(error) => error.into(),
                UpdateVariantError::NotFound => Problem::not_found(),
                UpdateVariantError::VersionConflict { current } => {
                    Problem::version_conflict().with("version", &current)
                }
                UpdateVariantError::Invalid(invalid) => invalid.into(),
                UpdateVariantError::SkuTaken => sku_taken(),
                UpdateVariantError::OptionsTaken => options_taken(),
                UpdateVariantError::Internal(error) => error.into(),
            })?;
        Ok(tagged(StatusCode::OK, variant.version, AdminVariant::from(variant)))
    })
    .await
}

pub(super) fn sku_taken() -> Problem {
    Problem::conflict("sku_taken", "Another variant has the SKU.")
}

pub(super) fn options_taken() -> Problem {
    Problem::conflict(
        "options_taken",
        "Another variant of the product has the same option values.",
    )
}
