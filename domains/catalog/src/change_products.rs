//! Staff change many products at once: how far they have come, a tag, or their prices.

use std::collections::HashMap;

use database::Ctx;
use kernel::{FieldError, Forbidden, Invalid, Money, Permission, ProductId, Rounding, VariantId};
use rust_decimal::Decimal;

use crate::{
    ProductChanges, ProductDetails, ProductStatus, UpdateProduct, UpdateProductError, UpdateVariant,
    UpdateVariantsError, VariantChanges, list_whole, update_product, update_variants,
};

/// What becomes of every chosen product.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum BulkChange {
    /// It comes this far.
    Status(ProductStatus),
    /// It has this keyword too.
    AddTag(String),
    /// It has this keyword no more.
    RemoveTag(String),
    /// The regular prices of its variants rise by so many per cent, or fall by as many below nothing. Each is rounded once, half
    /// away from zero, to an amount that people can pay.
    Prices(Decimal),
}

/// A product as it is, and what would become of it.
#[derive(Debug, Clone, PartialEq)]
pub struct PlannedChange {
    /// As it is.
    pub before: ProductDetails,
    /// How far it would have come.
    pub status: ProductStatus,
    /// Its keywords then.
    pub tags: Vec<String>,
    /// The prices of those variants that have one and whose price would be another.
    pub prices: Vec<(VariantId, Money)>,
}

impl PlannedChange {
    /// A number that is another once the product or one of its variants has been changed.
    pub fn mark(&self) -> i64 {
        let variants = self.before.variants.iter().map(|variant| variant.version);
        variants.fold(self.before.product.version, i64::saturating_add)
    }

    /// Whether anything would be another.
    pub fn changes_something(&self) -> bool {
        let product = &self.before.product;
        self.status != product.status || self.tags != product.tags || !self.prices.is_empty()
    }
}

/// What became of the chosen products.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct ChangedProducts {
    /// How many are as they were to be.
    pub changed: usize,
    /// How many somebody else changed since, and were left alone.
    pub stale: usize,
}

/// Why products are not changed together. Then none is.
#[derive(Debug, thiserror::Error)]
pub enum ChangeProductsError {
    /// The actor may not change the catalogue.
    #[error(transparent)]
    Forbidden(#[from] Forbidden),
    /// The change itself makes no sense: the field `value`.
    #[error(transparent)]
    Invalid(#[from] FieldError),
    /// One of them cannot become so.
    #[error("{title} cannot be changed so: {invalid}")]
    Refused {
        /// Its title.
        title: String,
        /// Why.
        invalid: Invalid,
    },
    /// The database failed.
    #[error(transparent)]
    Internal(#[from] database::Error),
}

impl BulkChange {
    fn check(&self) -> Result<(), FieldError> {
        match self {
            Self::Status(_) => Ok(()),
            Self::AddTag(tag) | Self::RemoveTag(tag) if tag.trim().is_empty() => {
                Err(FieldError::new("value", "required", "is required"))
            }
            Self::AddTag(_) | Self::RemoveTag(_) => Ok(()),
            Self::Prices(percent) if *percent <= Decimal::from(-100) || *percent > Decimal::from(1_000) => {
                Err(FieldError::new(
                    "value",
                    "out_of_range",
                    "must be more than -100 and at most 1,000 per cent",
                ))
            }
            Self::Prices(_) => Ok(()),
        }
    }

    fn plan(&self, before: ProductDetails) -> Result<PlannedChange, FieldError> {
        let (mut status, mut tags, mut prices) = (before.product.status, before.product.tags.clone(), Vec::new());
        match self {
            Self::Status(wanted) => status = *wanted,
            Self::AddTag(tag) if !tags.iter().any(|known| known == tag.trim()) => tags.push(tag.trim().to_owned()),
            Self::AddTag(_) => {}
            Self::RemoveTag(tag) => tags.retain(|known| known != tag.trim()),
            Self::Prices(percent) => {
                let rate = Decimal::ONE + percent / Decimal::ONE_HUNDRED;
                for variant in &before.variants {
                    let Some(price) = variant.price else { continue };
                    let then = price
                        .at_rate_in_practice(rate, Rounding::HalfUp)
                        .map_err(|_error| FieldError::new("value", "out_of_range", "makes a price too large"))?;
                    if then != price {
                        prices.push((variant.id, then));
                    }
                }
            }
        }
        Ok(PlannedChange {
            before,
            status,
            tags,
            prices,
        })
    }
}

/// What would become of those products, in the order they are named; four statements however many they are. Unknown ones are
/// left out.
pub async fn plan_products(
    ctx: &mut Ctx,
    ids: &[ProductId],
    change: &BulkChange,
) -> Result<Vec<PlannedChange>, ChangeProductsError> {
    ctx.require(Permission::WriteCatalog)?;
    change.check()?;
    let found = list_whole::by_ids(ctx, ids).await?;
    let mut found: HashMap<ProductId, ProductDetails> =
        found.into_iter().map(|details| (details.product.id, details)).collect();
    let planned = ids.iter().filter_map(|id| found.remove(id));
    Ok(planned
        .map(|details| change.plan(details))
        .collect::<Result<_, FieldError>>()?)
}

/// Changes those products whose mark is still that of the plan. All of them, or none where one cannot become so.
pub async fn change_products(
    ctx: &mut Ctx,
    chosen: &[(ProductId, i64)],
    change: &BulkChange,
) -> Result<ChangedProducts, ChangeProductsError> {
    let mut chosen = chosen.to_vec();
    chosen.sort_unstable();
    chosen.dedup_by_key(|(id, _)| *id);
    let ids: Vec<ProductId> = chosen.iter().map(|(id, _)| *id).collect();
    let marks: HashMap<ProductId, i64> = chosen.into_iter().collect();
    let planned = plan_products(ctx, &ids, change).await?;
    let mut done = ChangedProducts::default();
    for plan in planned {
        if marks.get(&plan.before.product.id) != Some(&plan.mark()) {
            done.stale += 1;
        } else if !plan.changes_something() || carry_out(ctx, &plan).await? {
            done.changed += 1;
        } else {
            done.stale += 1;
        }
    }
    Ok(done)
}

/// False when somebody was faster.
async fn carry_out(ctx: &mut Ctx, plan: &PlannedChange) -> Result<bool, ChangeProductsError> {
    let product = &plan.before.product;
    let refused = |invalid| ChangeProductsError::Refused {
        title: product.title.clone(),
        invalid,
    };
    if plan.prices.is_empty() {
        let update = UpdateProduct {
            id: product.id,
            expected_version: Some(product.version),
            changes: ProductChanges {
                status: Some(plan.status),
                tags: Some(plan.tags.clone()),
                ..ProductChanges::default()
            },
        };
        return match update_product(ctx, update).await {
            Ok(_) => Ok(true),
            Err(UpdateProductError::VersionConflict { .. } | UpdateProductError::NotFound) => Ok(false),
            Err(UpdateProductError::Forbidden(error)) => Err(error.into()),
            Err(UpdateProductError::Invalid(invalid)) => Err(refused(invalid)),
            Err(UpdateProductError::SlugTaken | UpdateProductError::NoSuchCategory) => Ok(false),
            Err(UpdateProductError::Internal(error)) => Err(error.into()),
        };
    }
    let versions = plan.before.variants.iter().map(|variant| (variant.id, variant.version));
    let versions: HashMap<VariantId, i64> = versions.collect();
    let updates = plan.prices.iter().map(|(id, price)| UpdateVariant {
        id: *id,
        expected_version: versions.get(id).copied(),
        changes: VariantChanges {
            price: Some(Some(*price)),
            ..VariantChanges::default()
        },
    });
    match update_variants(ctx, product.id, None, updates.collect()).await {
        Ok(()) => Ok(true),
        Err(
            UpdateVariantsError::ProductChanged { .. }
            | UpdateVariantsError::VersionConflict { .. }
            | UpdateVariantsError::NotFound,
        ) => Ok(false),
        Err(UpdateVariantsError::SkuTaken | UpdateVariantsError::OptionsTaken) => Ok(false),
        Err(UpdateVariantsError::Forbidden(error)) => Err(error.into()),
        Err(UpdateVariantsError::Invalid(invalid)) => Err(refused(invalid)),
        Err(UpdateVariantsError::Internal(error)) => Err(error.into()),
    }
}
