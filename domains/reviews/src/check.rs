//! Proves that what is kept of reviews is what they say.

use std::collections::BTreeSet;

use catalog::Rating;
use database::{Ctx, Error};

use crate::store;

/// A sentence for every product whose stars are not those of its published reviews, and for every review that counts its
/// votes wrongly.
pub async fn check(ctx: &mut Ctx) -> Result<Vec<String>, Error> {
    let kept = catalog::list_ratings(ctx).await?;
    let counted = store::lists::count_stars(ctx).await?;
    let products: BTreeSet<_> = kept.keys().chain(counted.keys()).collect();
    let mut sentences = Vec::new();
    for product in products {
        let kept = kept.get(product).copied().unwrap_or_default();
        let counted = Rating::of(counted.get(product).copied().unwrap_or_default());
        if kept != counted {
            let (kept, counted) = (kept.counts(), counted.counts());
            sentences.push(format!(
                "rating of {product}: {kept:?} by stars, but {counted:?} reviews"
            ));
        }
    }
    for (id, kept, votes) in store::lists::wrong_helpful(ctx).await? {
        sentences.push(format!("{id}: helpful to {kept}, but {votes} votes"));
    }
    Ok(sentences)
}
