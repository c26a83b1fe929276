//! Staff change what belongs to a product only as long as the product is the one they read.

use database::Ctx;
use kernel::ProductId;

use crate::{UpdateProductError, store};

/// Goes on only with the version of the product that the caller read, which nobody else changes until the transaction ends.
pub async fn require_version(ctx: &mut Ctx, id: ProductId, version: i64) -> Result<(), UpdateProductError> {
    let product = store::products::lock(ctx, id).await?;
    let current = product.ok_or(UpdateProductError::NotFound)?.version;
    if version == current {
        Ok(())
    } else {
        Err(UpdateProductError::VersionConflict { current })
    }
}
