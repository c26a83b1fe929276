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

/// The first `limit` variants whose SKU or barcode begins with a text, or whose product's name holds it. Whoever may
/// change stock may look for them.
pub async fn search_variants(ctx: &mut Ctx, text: &str, limit: u16) -> Result<Vec<VariantName>, FindError> {
    ctx.require(Permission::ReadCatalog)
        .or_else(|_| ctx.require(Permission::AdjustStock))?;
    Ok(store::names::search(ctx, text, limit).await?)
}
