//! `POST /admin/products/{id}/variants/matrix`: every combination of options in one step.

use axum::http::{HeaderMap, StatusCode};
use catalog::{GenerateVariants, GenerateVariantsError};
use kernel::ProductId;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use web::{Answer, Api, Idempotent, IfMatch, Path, Problem, can};

use super::{require_version, tagged, variants::options_taken};
use crate::{
    endpoint::Endpoint,
    wire::{Price, ids, words},
};

/// What a shopper chooses, and from what.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct VariantMatrix {
    /// They take the place of the product's options.
    #[schema(min_items = 1, max_items = 3)]
    axes: Vec<VariantAxis>,
    /// The price of new variants; without it that of the product's first variant.
    price: Option<Price>,
}

/// One of the options.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct VariantAxis {
    /// Such as `Size`.
    #[schema(value_type = words::Title)]
    name: String,
    /// Each once.
    #[schema(value_type = Vec<words::Title>, min_items = 1, max_items = 2000)]
    values: Vec<String>,
}

/// What came of it.
#[derive(Serialize, ToSchema)]
struct GeneratedVariants {
    /// How many variants are new.
    made: usize,
    /// The product's version now; also in the ETag.
    version: i64,
}

pub(crate) fn endpoint() -> Endpoint {
    Endpoint::post("generate_variants", "/admin/products/{id}/variants/matrix", generate)
        .says(
            "Admin: products",
            "Make all combinations",
            "Makes a variant of each combination that is missing, like the product's first variant, up to 2,000. Variants that are \
             there keep their options under the new axes and get the first value of an axis that is new; when an option falls \
             away, they are taken off sale.",
        )
        .guarded::<can::WriteCatalog>()
        .path_id::<ids::ProductId>("id", "The product.")
        .idempotent()
        .if_match(true)
        .body::<VariantMatrix>()
        .answers::<GeneratedVariants>(200, "How many were made.")
        .tagged(200)
        .problem(
            409,
            "`options_taken`: two variants would have the same option values. `idempotency_key_in_flight`.",
        )
}

async fn generate(
    api: Api<can::WriteCatalog>,
    Path(product_id): Path<ProductId>,
    version: Result<IfMatch, Problem>,
    headers: HeaderMap,
    Idempotent { body, request }: Idempotent<VariantMatrix>,
) -> Answer {
    let currency = api.store().currency;
    let price = body
        .price
        .map(|price| price.parse("price", currency))
        .transpose()
        .map_err(kernel::Invalid::from)?;
    let axis = |axis: VariantAxis| catalog::Axis {
        name: axis.name,
        values: axis.values,
    };
    let wanted = GenerateVariants {
        product_id,
        expected_version: require_version(version, &headers)?,
        axes: body.axes.into_iter().map(axis).collect(),
        price,
    };
    web::write_idempotently(&api.work, &request, async |ctx| {
        let generated = catalog::generate_variants(ctx, wanted)
            .await
            .map_err(|error| match error {
                GenerateVariantsError::Forbidden(error) => error.into(),
                GenerateVariantsError::NotFound => Problem::not_found(),
                GenerateVariantsError::VersionConflict { current } => {
                    Problem::version_conflict().with("version", &current)
                }
                GenerateVariantsError::Invalid(invalid) => invalid.into(),
                GenerateVariantsError::OptionsTaken => options_taken(),
                GenerateVariantsError::Internal(error) => error.into(),
            })?;
        let answer = GeneratedVariants {
            made: generated.made,
            version: generated.version,
        };
        Ok(tagged(StatusCode::OK, generated.version, answer))
    })
    .await
}
