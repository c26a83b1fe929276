//! `PATCH /admin/products/{id}/variants`: many variants of a product in one step.

use std::collections::HashMap;

use axum::http::StatusCode;
use catalog::{UpdateVariant, UpdateVariantsError, VariantChanges};
use database::Ctx;
use kernel::{Currency, FieldError, Invalid, ProductId, VariantId};
use serde::Deserialize;
use utoipa::ToSchema;
use web::{Answer, Api, Idempotent, IfMatch, Path, Problem, can};

use super::{
    product_view::AdminVariant,
    products::{IF_MATCH, find_problem},
    tagged,
    variant_body::{Prices, SaleBody},
    variants::{options_taken, sku_taken},
};
use crate::{
    endpoint::Endpoint,
    wire::{List, Price, ids, present},
};

/// The most variants of one request, which is the most that a product has.
const MOST: usize = 2_000;

/// What to change of several variants of a product.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct ChangeVariants {
    /// Each variant once.
    #[schema(min_items = 1, max_items = 2000)]
    variants: Vec<ChangedVariant>,
}

/// What to change of one of several variants; a field that is left out stays, null takes a price, SKU or sale away.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct ChangedVariant {
    #[schema(value_type = ids::VariantId)]
    id: VariantId,
    /// The version that the change is made to; without it the change is made to any.
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = i64, required = false, minimum = 1)]
    version: Option<i64>,
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<String>, max_length = 100, pattern = r"^[^\x00-\x1f\x7f-\x9f]*$")]
    sku: Option<Option<String>>,
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = String, required = false, max_length = 100, pattern = r"^[^\x00-\x1f\x7f-\x9f]*$")]
    barcode: Option<String>,
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<Price>)]
    price: Option<Option<Price>>,
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<Price>)]
    compare_at: Option<Option<Price>>,
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<Price>)]
    cost: Option<Option<Price>>,
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<SaleBody>)]
    sale: Option<Option<SaleBody>>,
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = i64, required = false, minimum = 0, maximum = 1_000_000_000)]
    weight_grams: Option<i64>,
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = i64, required = false, minimum = 0, maximum = 100_000)]
    length_mm: Option<i64>,
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = i64, required = false, minimum = 0, maximum = 100_000)]
    width_mm: Option<i64>,
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = i64, required = false, minimum = 0, maximum = 100_000)]
    height_mm: Option<i64>,
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = String, required = false, min_length = 1, max_length = 500)]
    tax_category: Option<String>,
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = bool, required = false)]
    taxable: Option<bool>,
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = bool, required = false)]
    active: Option<bool>,
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = String, required = false, max_length = 2000)]
    image_url: Option<String>,
}

impl ChangedVariant {
    /// The change; prices that are wrong are noted under `prefix`.
    fn parse(self, currency: Currency, prefix: &str, invalid: &mut Invalid) -> UpdateVariant {
        let mut prices = Prices {
            invalid,
            prefix,
            currency,
        };
        let changes = VariantChanges {
            sku: self.sku,
            barcode: self.barcode,
            price: self.price.map(|price| prices.price("price", price)),
            compare_at: self.compare_at.map(|price| prices.price("compare_at", price)),
            cost: self.cost.map(|price| prices.price("cost", price)),
            sale: self.sale.map(|sale| prices.sale(sale)),
            weight_grams: self.weight_grams,
            length_mm: self.length_mm,
            width_mm: self.width_mm,
            height_mm: self.height_mm,
            tax_category: self.tax_category,
            taxable: self.taxable,
            active: self.active,
            image_url: self.image_url,
            ..VariantChanges::default()
        };
        UpdateVariant {
            id: self.id,
            expected_version: self.version,
            changes,
        }
    }
}

pub(crate) fn endpoint() -> Endpoint {
    Endpoint::patch("update_variants", "/admin/products/{id}/variants", patch)
        .says(
            "Admin: products",
            "Change many variants",
            "Changes prices, codes, weights and the like of several variants of a product, all or none: what is wrong is named with \
             the place of its variant, such as `variants.2.price`.",
        )
        .guarded::<can::WriteCatalog>()
        .path_id::<ids::ProductId>("id", "The product.")
        .idempotent()
        .if_match_of(false, IF_MATCH)
        .body::<ChangeVariants>()
        .answer_list::<AdminVariant>(200, "The variants as they are now, in the order of the request, and the product's version.")
        .tagged(200)
        .problem(
            409,
            "`sku_taken`: another variant has one of the SKUs. `options_taken`. `idempotency_key_in_flight`.",
        )
        .problem(
            412,
            "The product was changed since the version in If-Match: `version` is the one it has. Or a variant was changed since the \
             `version` that its change names: `variant_id` tells which, `version` the one it has.",
        )
}

async fn patch(
    api: Api<can::WriteCatalog>,
    Path(product_id): Path<ProductId>,
    version: Result<IfMatch, Problem>,
    Idempotent { body, request }: Idempotent<ChangeVariants>,
) -> Answer {
    let IfMatch(version) = version?;
    if !(1..=MOST).contains(&body.variants.len()) {
        let message = format!("must be 1 to {MOST}");
        return Err(FieldError::new("variants", "out_of_range", message).into());
    }
    let currency = api.store().currency;
    let mut invalid = Invalid::default();
    let updates: Vec<_> = body
        .variants
        .into_iter()
        .enumerate()
        .map(|(index, variant)| variant.parse(currency, &format!("variants.{index}"), &mut invalid))
        .collect();
    invalid.into_result()?;
    let wanted: Vec<VariantId> = updates.iter().map(|update| update.id).collect();
    web::write_idempotently(&api.work, &request, async |ctx| {
        catalog::update_variants(ctx, product_id, version, updates)
            .await
            .map_err(problem)?;
        let (version, variants) = variants(ctx, product_id, &wanted).await?;
        Ok(tagged(StatusCode::OK, version, List::whole(variants)))
    })
    .await
}

/// The version of the product, and of its variants those that are wanted.
async fn variants(
    ctx: &mut Ctx,
    product: ProductId,
    wanted: &[VariantId],
) -> Result<(i64, Vec<AdminVariant>), Problem> {
    let details = catalog::find_product_by_id(ctx, product).await.map_err(find_problem)?;
    let details = details.ok_or_else(Problem::not_found)?;
    let found = details.variants.into_iter().map(|variant| (variant.id, variant));
    let mut found: HashMap<_, _> = found.collect();
    let in_order = wanted.iter().filter_map(|id| found.remove(id));
    Ok((details.product.version, in_order.map(AdminVariant::from).collect()))
}

fn problem(error: UpdateVariantsError) -> Problem {
    match error {
        UpdateVariantsError::Forbidden(error) => error.into(),
        UpdateVariantsError::NotFound => Problem::not_found(),
        UpdateVariantsError::ProductChanged { current } => Problem::version_conflict().with("version", &current),
        UpdateVariantsError::VersionConflict { variant_id, current } => Problem::version_conflict()
            .with("variant_id", &variant_id)
            .with("version", &current),
        UpdateVariantsError::Invalid(invalid) => invalid.into(),
        UpdateVariantsError::SkuTaken => sku_taken(),
        UpdateVariantsError::OptionsTaken => options_taken(),
        UpdateVariantsError::Internal(error) => error.into(),
    }
}
