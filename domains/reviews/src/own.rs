//! What one author wrote, and whether they may.

use database::{Ctx, Error};
use kernel::{FieldError, Page, PageRequest, ProductId, ReviewId, Time};

use crate::{Author, ListError, Review, WriteError, load_settings, store, write::standing};

/// Refuses an author who may not review a product, for the same reasons as writing would.
pub async fn may_review(ctx: &mut Ctx, author: &Author, product_id: ProductId) -> Result<(), WriteError> {
    let settings = load_settings(ctx).await?;
    standing(ctx, &settings, author, product_id).await?;
    match store::writes::find_by_email(ctx, product_id, &author.email).await? {
        Some(review) if !author.wrote(&review) => Err(WriteError::NotTheirs),
        Some(_) | None => Ok(()),
    }
}

/// The author's review of a product.
pub async fn find_own(ctx: &mut Ctx, author: &Author, product_id: ProductId) -> Result<Option<Review>, Error> {
    let review = store::writes::find_by_email(ctx, product_id, &author.email).await?;
    Ok(review.filter(|review| author.wrote(review)))
}

/// A review, if it is the author's.
pub async fn find_own_by_id(ctx: &mut Ctx, author: &Author, id: ReviewId) -> Result<Option<Review>, Error> {
    Ok(store::own::find(ctx, id).await?.filter(|review| author.wrote(review)))
}

/// A page of everything the author wrote, newest first, wherever it stands.
pub async fn list_own(ctx: &mut Ctx, author: &Author, page: &PageRequest) -> Result<Page<Review>, ListError> {
    let after: Option<(Time, ReviewId)> = page.cursor.as_ref().map(kernel::Cursor::decode).transpose()?;
    let rows = store::own::list(ctx, author, after, page.limit_plus_one()).await?;
    let total = store::own::count(ctx, author).await?;
    Ok(Page::from_rows(rows, page, total, |review| {
        (review.created_at, review.id)
    }))
}

impl From<FieldError> for ListError {
    fn from(error: FieldError) -> Self {
        Self::Cursor(error)
    }
}
