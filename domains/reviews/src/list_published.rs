//! What everybody sees of a product's reviews.

use catalog::Rating;
use database::{Ctx, Error, cache::Needs};
use kernel::{Cursor, FieldError, Forbidden, Page, PageRequest, ProductId, ReviewId, Time};

use crate::{
    Review, WhoWrites,
    events::{ReviewsChanged, SettingsChanged},
    load_settings, store,
};

kernel::named! {
    /// The order of a list.
    Sort {
        /// Written last first.
        Newest = "newest",
        /// Found helpful by most first.
        Helpful = "helpful",
        /// Most stars first.
        Highest = "highest",
        /// Fewest stars first.
        Lowest = "lowest",
    }
}

/// Which reviews are wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PublishedFilter {
    /// Only those with so many stars.
    pub stars: Option<i32>,
    /// The order.
    pub sort: Sort,
}

/// Why reviews cannot be listed.
#[derive(Debug, thiserror::Error)]
pub enum ListError {
    /// The actor does not moderate.
    #[error(transparent)]
    Forbidden(#[from] Forbidden),
    /// The page's cursor is not one of this list.
    #[error(transparent)]
    Cursor(FieldError),
    /// The database failed.
    #[error(transparent)]
    Internal(#[from] Error),
}

/// A page of reviews, and whether more can be written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Published {
    /// The page.
    pub page: Page<Review>,
    /// Who may write.
    pub who_writes: WhoWrites,
}

/// Where a page starts: what the list is ordered by, then when a review was written.
pub(crate) type Key = (i64, Time, ReviewId);

/// A page of a product's published reviews, in one statement. What the catalogue keeps of them tells how many there are.
pub async fn list_published(
    ctx: &mut Ctx,
    (product_id, rating): (ProductId, &Rating),
    filter: &PublishedFilter,
    page: &PageRequest,
) -> Result<Published, ListError> {
    let store_id = ctx.store_id();
    ctx.note(
        &Needs::default()
            .one::<ReviewsChanged>(store_id, product_id)
            .any::<SettingsChanged>(store_id),
    );
    let after: Option<Key> = page.cursor.as_ref().map(Cursor::decode).transpose()?;
    let total = match filter.stars {
        None => rating.count(),
        Some(stars) => count_of(rating, stars),
    };
    let (rows, who_writes) = if total == 0 {
        (Vec::new(), None)
    } else {
        store::lists::published(ctx, product_id, filter, after, page.limit_plus_one()).await?
    };
    let who_writes = match who_writes {
        Some(who) => who,
        None => load_settings(ctx).await?.who_writes,
    };
    let page = Page::from_rows(rows, page, total, |(review, rank)| {
        (*rank, review.created_at, review.id)
    });
    Ok(Published {
        page: page.map(|(review, _rank)| review),
        who_writes,
    })
}

fn count_of(rating: &Rating, stars: i32) -> i64 {
    let place = usize::try_from(stars - 1).ok();
    place
        .and_then(|place| rating.counts().get(place).copied())
        .unwrap_or_default()
}
