//! Somebody writes a review, or changes theirs.

use std::collections::BTreeMap;

use chrono::TimeDelta;
use database::{Ctx, Error};
use kernel::{FieldError, ProductId, Time};

use crate::{
    Author, Draft, Moderation, Review, ReviewState, Settings, Suspicion, WhoWrites, events::tell_changed,
    load_settings, spam, store,
};

/// Why nothing was written.
#[derive(Debug, thiserror::Error)]
pub enum WriteError {
    /// The store takes no reviews.
    #[error("this store takes no reviews")]
    Closed,
    /// Only those who got the product may review it.
    #[error("only those who bought the product may review it")]
    NotBought,
    /// There is no such product.
    #[error("there is no such product")]
    NotFound,
    /// The address has a review that the author has not proved to be theirs.
    #[error("there is a review with this e-mail address, written with another order")]
    NotTheirs,
    /// A picture is not one that was uploaded here.
    #[error(transparent)]
    Invalid(#[from] FieldError),
    /// The database failed.
    #[error(transparent)]
    Internal(#[from] Error),
}

/// What came of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Written {
    /// The review.
    pub review: Review,
    /// Whether there was none before.
    pub is_new: bool,
}

/// Keeps the author's one review of a product. It is published at once where the store looks at reviews after they were
/// published and this one is not suspicious; else it waits, also when it had been published before. Written again in the same
/// words it stays as it is.
pub async fn write(ctx: &mut Ctx, author: &Author, product_id: ProductId, draft: Draft) -> Result<Written, WriteError> {
    let settings = load_settings(ctx).await?;
    let verified = standing(ctx, &settings, author, product_id).await?;
    check_photos(ctx, &draft.photos).await?;
    if !catalog::lock_ratings(ctx, &[product_id])
        .await?
        .contains_key(&product_id)
    {
        return Err(WriteError::NotFound);
    }
    let before = store::writes::find_by_email(ctx, product_id, &author.email).await?;
    if let Some(before) = &before
        && !author.wrote(before)
    {
        return Err(WriteError::NotTheirs);
    }
    if let Some(before) = before.as_ref().filter(|before| says(before, &draft)) {
        let review = before.clone();
        return Ok(Written { review, is_new: false });
    }
    let suspicions = suspicions(ctx, &settings, (author, product_id), &draft).await?;
    let state = state_of(settings.moderation, &suspicions, before.as_ref());
    let mut review = review(ctx, (author, product_id), draft, before.as_ref());
    review.verified |= verified;
    review.suspicions = suspicions;
    review.state = state;
    match &before {
        Some(_) => store::writes::update(ctx, &review).await?,
        None => store::writes::insert(ctx, std::slice::from_ref(&review)).await?,
    }
    count(ctx, &[(before.as_ref(), Some(&review))]).await?;
    tell_changed(ctx, vec![product_id]).await?;
    let is_new = before.is_none();
    Ok(Written { review, is_new })
}

/// Whether the author got a piece of the product, if they may review it.
pub(crate) async fn standing(
    ctx: &mut Ctx,
    settings: &Settings,
    author: &Author,
    product_id: ProductId,
) -> Result<bool, WriteError> {
    let received = orders::received(ctx, author.customer, author.order, &[product_id]).await?;
    match settings.who_writes {
        WhoWrites::Nobody => Err(WriteError::Closed),
        WhoWrites::Buyers if received.is_empty() => Err(WriteError::NotBought),
        WhoWrites::Buyers | WhoWrites::Accounts => Ok(!received.is_empty()),
    }
}

async fn check_photos(ctx: &mut Ctx, photos: &[String]) -> Result<(), WriteError> {
    let known = media::find_pictures(ctx, photos).await?;
    match photos.iter().find(|url| known.iter().all(|file| file.url != **url)) {
        Some(_) => Err(FieldError::new("photos", "unknown_photo", "is not a picture that was uploaded here").into()),
        None => Ok(()),
    }
}

/// Whether a review says what the draft says.
fn says(review: &Review, draft: &Draft) -> bool {
    (
        review.stars,
        &review.author,
        &review.title,
        &review.body,
        &review.photos,
    ) == (draft.stars, &draft.author, &draft.title, &draft.body, &draft.photos)
}

async fn suspicions(
    ctx: &mut Ctx,
    settings: &Settings,
    (author, product_id): (&Author, ProductId),
    draft: &Draft,
) -> Result<Vec<Suspicion>, Error> {
    let since: Time = ctx.now() - TimeDelta::minutes(spam::FAST_MINUTES);
    let fingerprint = spam::fingerprint(&draft.body);
    let around = store::writes::surroundings(ctx, product_id, &author.email, since, fingerprint).await?;
    Ok(spam::suspicions(draft, &settings.bad_words, around))
}

/// Where a review stands once it was written. One that was rejected is looked at again whatever it says now.
fn state_of(moderation: Moderation, suspicions: &[Suspicion], before: Option<&Review>) -> ReviewState {
    let was_rejected = before.is_some_and(|review| review.state == ReviewState::Rejected);
    match moderation {
        Moderation::After if suspicions.is_empty() && !was_rejected => ReviewState::Published,
        Moderation::After | Moderation::Before => ReviewState::Waiting,
    }
}

fn review(ctx: &Ctx, (author, product_id): (&Author, ProductId), draft: Draft, before: Option<&Review>) -> Review {
    Review {
        id: before.map_or_else(|| ctx.new_id(), |review| review.id),
        product_id,
        customer_id: before.and_then(|review| review.customer_id).or(author.customer),
        order_id: before.and_then(|review| review.order_id).or(author.order),
        email: author.email.clone(),
        author: draft.author,
        stars: draft.stars,
        title: draft.title,
        body: draft.body,
        photos: draft.photos,
        locale: ctx.locale(),
        verified: before.is_some_and(|review| review.verified),
        state: ReviewState::Waiting,
        reason: String::new(),
        suspicions: Vec::new(),
        undo_state: None,
        reply: before.map(|review| review.reply.clone()).unwrap_or_default(),
        replied_at: before.and_then(|review| review.replied_at),
        helpful: before.map_or(0, |review| review.helpful),
        reports: before.map_or(0, |review| review.reports),
        version: before.map_or(1, |review| review.version + 1),
        created_at: before.map_or(ctx.now(), |review| review.created_at),
        updated_at: ctx.now(),
    }
}

/// Tells the catalogue how reviews changed, from what they were to what they are. Whoever calls holds the products.
pub(crate) async fn count(ctx: &mut Ctx, changes: &[(Option<&Review>, Option<&Review>)]) -> Result<(), Error> {
    let mut ratings = BTreeMap::new();
    for (before, after) in changes {
        for (review, by) in [(before, -1), (after, 1)] {
            if let Some(review) = review.filter(|review| review.state == ReviewState::Published) {
                count_star(ratings.entry(review.product_id).or_default(), review.stars, by);
            }
        }
    }
    catalog::change_ratings(ctx, &ratings).await
}

/// Adds to the number of reviews with so many stars.
pub(crate) fn count_star(counts: &mut [i64; 5], stars: i32, by: i64) {
    if let Some(count) = usize::try_from(stars - 1).ok().and_then(|place| counts.get_mut(place)) {
        *count += by;
    }
}
