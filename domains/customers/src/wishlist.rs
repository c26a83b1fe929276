//! What a customer wants to remember.

use database::{Ctx, Error, OnConstraint as _};
use kernel::{CustomerId, ProductId};

use crate::store::wishes;

/// The most products one customer can remember.
pub(crate) const MAX_WISHES: i64 = 200;

/// Why a product is not remembered.
#[derive(Debug, thiserror::Error)]
pub enum AddWishError {
    /// The store has no such product.
    #[error("there is no such product")]
    NoSuchProduct,
    /// The wishlist has 200 products already.
    #[error("the wishlist is full")]
    Full,
    /// The database failed.
    #[error(transparent)]
    Internal(#[from] Error),
}

/// The products a customer remembers, newest first.
pub async fn list_wishes(ctx: &mut Ctx, customer: CustomerId) -> Result<Vec<ProductId>, Error> {
    wishes::list(ctx, customer).await
}

/// Remembers a product; once is enough.
pub async fn add_wish(ctx: &mut Ctx, customer: CustomerId, product: ProductId) -> Result<(), AddWishError> {
    let counted = wishes::insert(ctx, customer, product)
        .await
        .on_constraint("wishes_product_fk", || AddWishError::NoSuchProduct)?;
    if counted >= MAX_WISHES {
        Err(AddWishError::Full)
    } else {
        Ok(())
    }
}

/// Forgets a product; one that was not there is no error.
pub async fn remove_wish(ctx: &mut Ctx, customer: CustomerId, product: ProductId) -> Result<(), Error> {
    wishes::delete(ctx, customer, product).await
}
