//! Takes reviews that another shop kept.

use std::collections::{BTreeMap, HashMap};

use database::{Ctx, Error};
use kernel::{EmailAddress, Forbidden, Permission, ProductId, Time};

use crate::{Draft, Review, ReviewState, events::tell_changed, store, write::count};

/// A review of another shop.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewReview {
    /// The product.
    pub product_id: ProductId,
    /// The author's address.
    pub email: EmailAddress,
    /// What it says.
    pub draft: Draft,
    /// Whether that shop knew that the author had bought it.
    pub verified: bool,
    /// Where it stands.
    pub state: ReviewState,
    /// What that shop answered; may be empty.
    pub reply: String,
    /// When it was written.
    pub created_at: Time,
}

/// Why nothing was taken.
#[derive(Debug, thiserror::Error)]
pub enum PutReviewsError {
    /// The actor may not import.
    #[error(transparent)]
    Forbidden(#[from] Forbidden),
    /// The database failed.
    #[error(transparent)]
    Internal(#[from] Error),
}

/// Puts reviews in the place of those with the same product and address; of two such in the list the later counts. Pictures
/// and votes of what is there stay. Answers for each whether it is new, in their order, in a handful of statements.
pub async fn put_reviews(ctx: &mut Ctx, new: &[NewReview]) -> Result<Vec<bool>, PutReviewsError> {
    ctx.require(Permission::RunImports)?;
    let wanted: BTreeMap<(ProductId, &str), &NewReview> = new
        .iter()
        .map(|one| ((one.product_id, one.email.as_str()), one))
        .collect();
    let mut products: Vec<ProductId> = wanted.keys().map(|(product_id, _)| *product_id).collect();
    products.dedup();
    catalog::lock_ratings(ctx, &products).await?;
    let (ids, emails): (Vec<ProductId>, Vec<&str>) = wanted.keys().copied().unzip();
    let known = store::writes::list_by_emails(ctx, &ids, &emails).await?;
    let known: HashMap<(ProductId, &str), &Review> = known
        .iter()
        .map(|review| ((review.product_id, review.email.as_str()), review))
        .collect();
    let (mut inserted, mut replaced) = (Vec::new(), Vec::new());
    for (key, one) in &wanted {
        match known.get(key) {
            Some(before) => replaced.push(review(ctx, one, Some(before))),
            None => inserted.push(review(ctx, one, None)),
        }
    }
    store::writes::insert(ctx, &inserted).await?;
    store::writes::replace(ctx, &replaced).await?;
    let before = |review: &Review| known.get(&(review.product_id, review.email.as_str())).copied();
    let changes: Vec<_> = inserted
        .iter()
        .chain(&replaced)
        .map(|review| (before(review), Some(review)))
        .collect();
    count(ctx, &changes).await?;
    tell_changed(ctx, products).await?;
    let is_new = |one: &NewReview| !known.contains_key(&(one.product_id, one.email.as_str()));
    Ok(new.iter().map(is_new).collect())
}

fn review(ctx: &Ctx, new: &NewReview, before: Option<&Review>) -> Review {
    let replied = !new.reply.is_empty();
    Review {
        id: before.map_or_else(|| ctx.new_id(), |review| review.id),
        product_id: new.product_id,
        customer_id: None,
        order_id: None,
        email: new.email.clone(),
        author: new.draft.author.clone(),
        stars: new.draft.stars,
        title: new.draft.title.clone(),
        body: new.draft.body.clone(),
        photos: new.draft.photos.clone(),
        locale: ctx.store().locale,
        verified: new.verified,
        state: new.state,
        reason: String::new(),
        suspicions: Vec::new(),
        undo_state: None,
        reply: new.reply.clone(),
        replied_at: replied.then(|| before.and_then(|review| review.replied_at).unwrap_or(new.created_at)),
        helpful: 0,
        reports: 0,
        version: 1,
        created_at: new.created_at,
        updated_at: new.created_at,
    }
}
