//! Somebody takes their review back.

use database::{Ctx, Error};
use kernel::ReviewId;

use crate::{Author, events::tell_changed, find_own_by_id, store, write::count};

/// Deletes a review for good, with the votes for it. Answers whether it was there and theirs.
pub async fn delete(ctx: &mut Ctx, author: &Author, id: ReviewId) -> Result<bool, Error> {
    let Some(found) = find_own_by_id(ctx, author, id).await? else {
        return Ok(false);
    };
    catalog::lock_ratings(ctx, &[found.product_id]).await?;
    let Some(review) = store::own::find(ctx, id).await? else {
        return Ok(false);
    };
    store::writes::delete(ctx, id).await?;
    count(ctx, &[(Some(&review), None)]).await?;
    tell_changed(ctx, vec![review.product_id]).await?;
    Ok(true)
}
