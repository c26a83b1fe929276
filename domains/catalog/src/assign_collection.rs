//! Staff choose the products of a collection.

use database::{Ctx, OnConstraint as _};
use kernel::{CollectionId, Permission, ProductId};

use crate::{AssignError, store};

/// Makes these the collection's products, in this order.
pub async fn assign_collection(ctx: &mut Ctx, id: CollectionId, products: &[ProductId]) -> Result<(), AssignError> {
    ctx.require(Permission::WriteCatalog)?;
    if !store::collections::lock(ctx, id).await? {
        return Err(AssignError::NotFound);
    }
    store::collections::replace_products(ctx, id, products)
        .await
        .on_constraint("collection_products_product_fk", || AssignError::NotFound)
}
