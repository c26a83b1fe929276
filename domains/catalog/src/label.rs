//! Products and variants by what staff type for them, and what to show for their ids.

use database::{Ctx, Error};
use kernel::{ProductId, VariantId};

use crate::store;

/// What staff know a product, or one variant of it, by.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct Label {
    /// What was typed: the last part of the page's address, or a SKU.
    pub typed: String,
    /// The product.
    pub product_id: ProductId,
    /// The variant, when a SKU was typed.
    pub variant_id: Option<VariantId>,
    /// The product's name.
    pub title: String,
}

/// What these texts name, published or not: products by the last part of their page's address, variants by SKU. What names
/// nothing is not in the answer.
pub async fn find_labels(ctx: &mut Ctx, typed: &[String]) -> Result<Vec<Label>, Error> {
    if typed.is_empty() {
        return Ok(Vec::new());
    }
    store::labels::find(ctx, typed).await
}

/// What is typed for these products and variants. A variant without SKU is typed by its id.
pub async fn labels(ctx: &mut Ctx, products: &[ProductId], variants: &[VariantId]) -> Result<Vec<Label>, Error> {
    if products.is_empty() && variants.is_empty() {
        return Ok(Vec::new());
    }
    store::labels::list(ctx, products, variants).await
}
