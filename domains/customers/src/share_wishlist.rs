//! A wishlist that others may look at, by a link that its customer can take back.

use database::{Ctx, Error};
use kernel::{CustomerId, ProductId, SharedWishlistId};

use crate::store::wishes;

/// Lets whoever has the link look at the customer's wishlist. A list that is shared already keeps its link.
pub async fn share_wishlist(ctx: &mut Ctx, customer: CustomerId) -> Result<SharedWishlistId, Error> {
    wishes::upsert_shared(ctx, customer).await
}

/// Takes the link back: it leads nowhere from now on, also when the list is shared again.
pub async fn stop_sharing_wishlist(ctx: &mut Ctx, customer: CustomerId) -> Result<(), Error> {
    wishes::delete_shared(ctx, customer).await
}

/// The link of the customer's wishlist, if it is shared.
pub async fn find_shared_wishlist(ctx: &mut Ctx, customer: CustomerId) -> Result<Option<SharedWishlistId>, Error> {
    wishes::find_shared(ctx, customer).await
}

/// What the customer wants whose wishlist has this link, newest first; `None` when no list has it. It says nothing of who
/// that is.
pub async fn list_shared_wishes(ctx: &mut Ctx, list: SharedWishlistId) -> Result<Option<Vec<ProductId>>, Error> {
    match wishes::find_shared_by(ctx, list).await? {
        Some(customer) => Ok(Some(wishes::list(ctx, customer).await?)),
        None => Ok(None),
    }
}
