//! Staff take a product off sale for good. Orders still name it, so it is never deleted.

use database::Ctx;
use kernel::ProductId;

use crate::{Product, ProductChanges, ProductStatus, UpdateProduct, UpdateProductError, update_product};

/// Takes the product off sale; `expected_version` as in [`UpdateProduct`].
pub async fn archive_product(
    ctx: &mut Ctx,
    id: ProductId,
    expected_version: Option<i64>,
) -> Result<Product, UpdateProductError> {
    let changes = ProductChanges {
        status: Some(ProductStatus::Archived),
        ..ProductChanges::default()
    };
    update_product(
        ctx,
        UpdateProduct {
            id,
            expected_version,
            changes,
        },
    )
    .await
}
