//! Which variants a file means.

use database::{Ctx, Error};
use kernel::{ProductId, VariantId};

use crate::store;

/// What a variant is known by in files.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct VariantKey {
    /// The variant.
    pub id: VariantId,
    /// Its product.
    pub product_id: ProductId,
    /// The merchant's own number.
    pub sku: Option<String>,
    /// The slug of its product.
    pub slug: String,
    /// Its option values in words; empty for a product without options.
    pub title: String,
}

/// The variants with one of these SKUs, and those of the products with one of these slugs, in one statement.
pub async fn identify_variants(ctx: &mut Ctx, skus: &[String], slugs: &[String]) -> Result<Vec<VariantKey>, Error> {
    store::whole::identify(ctx, skus, slugs).await
}
