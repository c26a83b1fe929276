//! A person is forgotten: their reviews go with their stars, because what somebody wrote in words of their own may say who
//! they are.

use database::{Ctx, Error, erase};
use kernel::{OrderId, Person, ReviewId};

use crate::{Review, events::tell_changed, store, write::count};

/// Deletes every review of a person, and every one that was written by the link of one of these orders.
pub async fn erase_reviews(ctx: &mut Ctx, person: &Person, orders: &[OrderId]) -> Result<(), Error> {
    let products = store::erase::list_products(ctx, person, orders).await?;
    if products.is_empty() {
        return Ok(());
    }
    catalog::lock_ratings(ctx, &products).await?;
    let reviews = store::erase::list(ctx, person, orders).await?;
    let ids: Vec<ReviewId> = reviews.iter().map(|review| review.id).collect();
    let keys = store::erase::delete(ctx, &ids).await?;
    erase::erase_audit(ctx, "reviews.reviews", &keys).await?;
    let gone: Vec<(Option<&Review>, Option<&Review>)> = reviews.iter().map(|review| (Some(review), None)).collect();
    count(ctx, &gone).await?;
    tell_changed(ctx, products).await
}
