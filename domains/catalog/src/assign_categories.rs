//! Staff choose the categories a product is in.

use database::{Ctx, OnConstraint as _};
use kernel::{CategoryId, Permission, ProductId};

use crate::{events::ProductChanged, store};

/// Why a product is not put into categories or collections.
#[derive(Debug, thiserror::Error)]
pub enum AssignError {
    /// The actor may not change the catalogue.
    #[error(transparent)]
    Forbidden(#[from] kernel::Forbidden),
    /// There is no such product, category or collection.
    #[error("there is no such product, category or collection")]
    NotFound,
    /// The database failed.
    #[error(transparent)]
    Internal(#[from] database::Error),
}

/// Makes these the product's categories.
pub async fn assign_categories(ctx: &mut Ctx, id: ProductId, categories: &[CategoryId]) -> Result<(), AssignError> {
    ctx.require(Permission::WriteCatalog)?;
    let product = store::products::lock(ctx, id).await?.ok_or(AssignError::NotFound)?;
    store::products::replace_categories(ctx, id, categories)
        .await
        .on_constraint("product_categories_category_fk", || AssignError::NotFound)?;
    store::refresh::products(ctx, &[id]).await?;
    ctx.publish(&ProductChanged {
        product_id: id,
        slug: product.slug,
    })
    .await?;
    Ok(())
}
