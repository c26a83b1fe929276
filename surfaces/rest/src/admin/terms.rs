//! `GET` and `PATCH /admin/products/{id}/terms`: how a product is sold.

use axum::http::{HeaderMap, StatusCode};
use catalog::{ChangeTerms, ProductDetails};
use kernel::{Invalid, ProductId, VariantId};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use web::{Answer, Api, Idempotent, IfMatch, Path, Problem, can};

use super::{products, require_version, tagged};
use crate::{
    endpoint::Endpoint,
    wire::{PersonalField, QuantityRule, ids, present},
};

/// How a product is sold.
#[derive(Serialize, ToSchema)]
struct Terms {
    /// What shoppers fill in, in order.
    personal_fields: Vec<PersonalField>,
    /// How many of each variant.
    quantity_rule: QuantityRule,
    /// The variants with a rule of their own, which stands in the place of the product's.
    variants: Vec<VariantRule>,
    /// The product's version; also in the ETag.
    version: i64,
}

/// The rule of a variant.
#[derive(Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct VariantRule {
    #[schema(value_type = ids::VariantId)]
    variant_id: VariantId,
    quantity_rule: QuantityRule,
}

/// What to change; a list that is given takes the place of the one there is.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct UpdateTerms {
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Vec<PersonalField>, required = false, max_items = 10)]
    personal_fields: Option<Vec<PersonalField>>,
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = QuantityRule, required = false)]
    quantity_rule: Option<QuantityRule>,
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Vec<VariantRule>, required = false, max_items = 2000)]
    variants: Option<Vec<VariantRule>>,
}

impl From<ProductDetails> for Terms {
    fn from(details: ProductDetails) -> Self {
        let own = details.variants.into_iter().filter_map(|variant| {
            Some(VariantRule {
                variant_id: variant.id,
                quantity_rule: variant.quantity_rule?.into(),
            })
        });
        let product = details.product;
        Self {
            personal_fields: product.personal_fields.into_iter().map(PersonalField::from).collect(),
            quantity_rule: product.quantity_rule.into(),
            variants: own.collect(),
            version: product.version,
        }
    }
}

pub(crate) fn get_endpoint() -> Endpoint {
    Endpoint::get("get_terms", "/admin/products/{id}/terms", get)
        .says(
            "Admin: products",
            "Get how a product is sold",
            "What shoppers fill in for it, and how many of it they may take.",
        )
        .guarded::<can::ReadCatalog>()
        .path_id::<ids::ProductId>("id", "The product.")
        .answers::<Terms>(200, "How it is sold.")
        .tagged(200)
}

async fn get(api: Api<can::ReadCatalog>, Path(id): Path<ProductId>) -> Answer {
    let mut ctx = api.work.read();
    let terms = Terms::from(find(&mut ctx, id).await?);
    Ok(tagged(StatusCode::OK, terms.version, terms))
}

async fn find(ctx: &mut database::Ctx, id: ProductId) -> Result<ProductDetails, Problem> {
    let found = catalog::find_product_by_id(ctx, id).await;
    found.map_err(products::find_problem)?.ok_or_else(Problem::not_found)
}

pub(crate) fn patch_endpoint() -> Endpoint {
    Endpoint::patch("update_terms", "/admin/products/{id}/terms", patch)
        .says(
            "Admin: products",
            "Change how a product is sold",
            "What is in carts already is told there when it no longer fits, and keeps them from being bought.",
        )
        .guarded::<can::WriteCatalog>()
        .path_id::<ids::ProductId>("id", "The product.")
        .idempotent()
        .if_match(true)
        .body::<UpdateTerms>()
        .answers::<Terms>(200, "How it is sold from now on.")
        .tagged(200)
}

async fn patch(
    api: Api<can::WriteCatalog>,
    Path(id): Path<ProductId>,
    version: Result<IfMatch, Problem>,
    headers: HeaderMap,
    Idempotent { body, request }: Idempotent<UpdateTerms>,
) -> Answer {
    let expected_version = require_version(version, &headers)?;
    let personal_fields = body.personal_fields.map(read_fields).transpose()?;
    web::write_idempotently(&api.work, &request, async |ctx| {
        let saved = find(ctx, id).await?;
        let saved_rules = saved
            .variants
            .iter()
            .filter_map(|variant| Some((variant.id, variant.quantity_rule?)));
        let change = ChangeTerms {
            id,
            expected_version,
            quantity_rule: body
                .quantity_rule
                .map_or(saved.product.quantity_rule, catalog::QuantityRule::from),
            variant_rules: match body.variants {
                Some(variants) => variants
                    .into_iter()
                    .map(|variant| (variant.variant_id, variant.quantity_rule.into()))
                    .collect(),
                None => saved_rules.collect(),
            },
            personal_fields: personal_fields.unwrap_or(saved.product.personal_fields),
        };
        catalog::change_terms(ctx, change).await.map_err(products::problem)?;
        let terms = Terms::from(find(ctx, id).await?);
        Ok(tagged(StatusCode::OK, terms.version, terms))
    })
    .await
}

fn read_fields(fields: Vec<PersonalField>) -> Result<Vec<catalog::PersonalField>, Invalid> {
    let mut invalid = Invalid::default();
    let mut read = Vec::with_capacity(fields.len());
    for (index, field) in fields.into_iter().enumerate() {
        read.extend(invalid.check(&format!("personal_fields.{index}.kind"), field.parse()));
    }
    invalid.into_result().map(|()| read)
}
