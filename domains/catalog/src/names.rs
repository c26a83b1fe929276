//! What variants are called, for pages that list them without their products.

use database::{Ctx, Error};
use kernel::{Permission, VariantId};

use crate::{FindError, store};

/// What a variant is called.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct VariantName {
    /// The variant.
    pub id: VariantId,
    /// The product's name.
    pub product_title: String,
    /// The option values in words; empty for a product without options.
    pub variant_title: String,
    /// The merchant's own number.
    pub sku: Option<String>,
}

/// What these variants are called, published or not, in no particular order.
pub async fn variant_names(ctx: &mut Ctx, ids: &[VariantId]) -> Result<Vec<VariantName>, Error> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    store::names::by_id(ctx, ids).await
}

/// All variants whose SKU or barcode begins with a text, or whose product's name has words that begin so; where there is none,
/// those whose product's name has the text anywhere. Whoever may change stock may look for them.
pub async fn find_variants(ctx: &mut Ctx, text: &str) -> Result<Vec<VariantId>, FindError> {
    ctx.require(Permission::ReadCatalog)
        .or_else(|_| ctx.require(Permission::AdjustStock))?;
    let begun = store::names::variants_begun(ctx, text).await?;
    if !begun.is_empty() {
        return Ok(begun);
    }
    Ok(store::names::variants_named(ctx, text).await?)
}
