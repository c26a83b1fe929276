//! Finds products by what somebody begins to type.

use database::Ctx;
use kernel::{Permission, ProductId};

use crate::{FindError, ProductStatus, store};

/// A product that was looked up.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LookedUp {
    /// The product.
    pub id: ProductId,
    /// Its name.
    pub title: String,
    /// Whether it is on sale.
    pub status: ProductStatus,
    /// The first SKU that begins as typed.
    pub sku: Option<String>,
}

/// Products, published or not, with a SKU that begins as typed, or with the typed words in their texts, the last of them
/// perhaps only begun. Of words that very many have, some are looked at.
pub async fn look_up(ctx: &mut Ctx, typed: &str, limit: u16) -> Result<Vec<LookedUp>, FindError> {
    ctx.require(Permission::ReadCatalog)?;
    Ok(store::names::look_up(ctx, typed.trim(), limit).await?)
}
