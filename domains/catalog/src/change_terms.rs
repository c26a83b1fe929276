//! Staff change how a product is sold: its personal fields, and how many of it.

use database::Ctx;
use kernel::{Invalid, Permission, ProductId, VariantId};

use crate::{PersonalField, QuantityRule, UpdateProductError, events::ProductChanged, personal::check_fields, store};

/// How a product is sold from now on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChangeTerms {
    /// Which product.
    pub id: ProductId,
    /// The product's version that the change was made on; `None` takes any.
    pub expected_version: Option<i64>,
    /// What shoppers fill in, in order.
    pub personal_fields: Vec<PersonalField>,
    /// How many of each variant.
    pub quantity_rule: QuantityRule,
    /// Variants with a rule of their own; those that are not named have the product's.
    pub variant_rules: Vec<(VariantId, QuantityRule)>,
}

/// Changes the terms. What is in carts already is told there when it no longer fits.
pub async fn change_terms(ctx: &mut Ctx, change: ChangeTerms) -> Result<(), UpdateProductError> {
    ctx.require(Permission::WriteCatalog)?;
    let product = store::products::lock(ctx, change.id)
        .await?
        .ok_or(UpdateProductError::NotFound)?;
    if change
        .expected_version
        .is_some_and(|version| version != product.version)
    {
        return Err(UpdateProductError::VersionConflict {
            current: product.version,
        });
    }
    let mut invalid = Invalid::default();
    check_fields(&mut invalid, &change.personal_fields);
    change.quantity_rule.note(&mut invalid, "quantity_rule");
    for (variant, rule) in &change.variant_rules {
        rule.note(&mut invalid, &format!("variants.{variant}"));
    }
    invalid.into_result()?;
    store::terms::update(ctx, &change).await?;
    let (product_id, slug) = (product.id, product.slug);
    ctx.publish(&ProductChanged { product_id, slug }).await?;
    Ok(())
}
