//! Staff change many variants of a product at once.

use std::collections::HashMap;

use database::{Ctx, OnConstraint as _};
use kernel::{FieldError, Invalid, Permission, ProductId, VariantId};

use crate::{
    UpdateVariant, Variant,
    events::ProductChanged,
    input::check_variant,
    store,
    update_variant::{changed, options_to_fit},
};

/// Why variants are not changed together.
#[derive(Debug, thiserror::Error)]
pub enum UpdateVariantsError {
    /// The actor may not change the catalogue.
    #[error(transparent)]
    Forbidden(#[from] kernel::Forbidden),
    /// There is no such product.
    #[error("there is no such product")]
    NotFound,
    /// Somebody else changed the product since.
    #[error("the product was changed since and has version {current} now")]
    ProductChanged {
        /// The version it has now.
        current: i64,
    },
    /// Somebody else changed one of them since.
    #[error("{variant_id} was changed since and has version {current} now")]
    VersionConflict {
        /// Which.
        variant_id: VariantId,
        /// The version it has now.
        current: i64,
    },
    /// Fields break a rule.
    #[error(transparent)]
    Invalid(#[from] Invalid),
    /// Another variant has one of the SKUs.
    #[error("another variant has one of these SKUs")]
    SkuTaken,
    /// Another variant of the product has the same option values.
    #[error("two variants have the same option values")]
    OptionsTaken,
    /// The database failed.
    #[error(transparent)]
    Internal(#[from] database::Error),
}

/// Changes the variants of the product, of any version where none is named, in one statement, all or none, and writes only those that become another. Fields that are wrong are
/// named `variants.0.price` and the like, by the place in `updates`.
pub async fn update_variants(
    ctx: &mut Ctx,
    product_id: ProductId,
    expected_version: Option<i64>,
    updates: Vec<UpdateVariant>,
) -> Result<(), UpdateVariantsError> {
    ctx.require(Permission::WriteCatalog)?;
    wait_for_skus(ctx, &updates).await?;
    let product = store::products::lock(ctx, product_id)
        .await?
        .ok_or(UpdateVariantsError::NotFound)?;
    if expected_version.is_some_and(|version| version != product.version) {
        return Err(UpdateVariantsError::ProductChanged {
            current: product.version,
        });
    }
    let variants = store::variants::list_of_product(ctx, product_id).await?;
    let mut known: HashMap<VariantId, Variant> = variants.into_iter().map(|variant| (variant.id, variant)).collect();
    let mut invalid = Invalid::default();
    let mut after = Vec::with_capacity(updates.len());
    let mut skus = HashMap::new();
    for (index, update) in updates.into_iter().enumerate() {
        let Some(before) = known.remove(&update.id) else {
            let message = "is no variant of the product, or is there twice";
            invalid.push(FieldError::new(format!("variants.{index}.id"), "unknown", message));
            continue;
        };
        if update.expected_version.is_some_and(|version| version != before.version) {
            return Err(UpdateVariantsError::VersionConflict {
                variant_id: before.id,
                current: before.version,
            });
        }
        let prefix = format!("variants.{index}");
        let mut found = Invalid::default();
        let variant = changed(&before, update.changes, &mut found);
        let options = options_to_fit(&before, &variant, &product);
        check_variant(&mut found, "", &variant, options, ctx.currency());
        if let Some(sku) = &variant.sku
            && skus.insert(sku.clone(), index).is_some()
        {
            found.push(FieldError::new("sku", "repeated", "is there twice"));
        }
        for error in found.0 {
            invalid.push(error.under(&prefix));
        }
        if variant != before {
            after.push(variant);
        }
    }
    invalid.into_result()?;
    if after.is_empty() {
        return Ok(());
    }
    store::variants::update(ctx, &after)
        .await
        .or_else(|error| match error.constraint() {
            Some("variants_option_values_key") => Err(UpdateVariantsError::OptionsTaken),
            Some(_) | None => Err(error).on_constraint("variants_sku_key", || UpdateVariantsError::SkuTaken),
        })?;
    store::products::raise_version(ctx, product_id).await?;
    store::refresh::products(ctx, &[product_id]).await?;
    ctx.publish(&ProductChanged {
        product_id,
        slug: product.slug,
    })
    .await?;
    Ok(())
}

/// Before the product is locked, as an import does it. Several SKUs are taken in no order that others would know.
async fn wait_for_skus(ctx: &mut Ctx, updates: &[UpdateVariant]) -> Result<(), database::Error> {
    match updates.iter().filter(|update| update.changes.sku.is_some()).count() {
        0 => Ok(()),
        1 => store::making::lock_one(ctx).await,
        _ => store::making::lock_many(ctx).await,
    }
}
