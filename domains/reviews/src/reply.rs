//! A moderator answers a review, or takes a picture from it.

use database::{Ctx, Error};
use kernel::{Forbidden, Invalid, Permission, ReviewId};

use crate::{
    draft,
    events::tell_changed,
    store::{decisions, own},
};

/// Why a review is as it was.
#[derive(Debug, thiserror::Error)]
pub enum ChangeError {
    /// The actor does not moderate.
    #[error(transparent)]
    Forbidden(#[from] Forbidden),
    /// There is no such review.
    #[error("there is no such review")]
    NotFound,
    /// The review was changed meanwhile.
    #[error("the review was changed meanwhile")]
    VersionConflict,
    /// The answer is too long.
    #[error(transparent)]
    Invalid(#[from] Invalid),
    /// The database failed.
    #[error(transparent)]
    Internal(#[from] Error),
}

/// Reads a store's answer, of at most as many characters as a review may have.
pub fn read_reply(text: &str) -> Result<String, Invalid> {
    let mut invalid = Invalid::default();
    let text = draft::text(&mut invalid, "reply", text);
    invalid.into_result()?;
    Ok(text)
}

/// Puts the store's answer below a review; an empty one takes it away.
pub async fn reply(ctx: &mut Ctx, id: ReviewId, version: i64, text: &str) -> Result<(), ChangeError> {
    ctx.require(Permission::ModerateReviews)?;
    let text = read_reply(text)?;
    let done = decisions::reply(ctx, id, version, &text).await?;
    told(ctx, id, done).await
}

/// Takes a picture from a review. The file stays, for others may have it too.
pub async fn delete_photo(ctx: &mut Ctx, id: ReviewId, version: i64, url: &str) -> Result<(), ChangeError> {
    ctx.require(Permission::ModerateReviews)?;
    let done = decisions::delete_photo(ctx, id, version, url).await?;
    told(ctx, id, done).await
}

/// Tells of what was done, or why it was not.
async fn told(ctx: &mut Ctx, id: ReviewId, done: bool) -> Result<(), ChangeError> {
    match own::find(ctx, id).await? {
        Some(review) if done => Ok(tell_changed(ctx, vec![review.product_id]).await?),
        Some(_) => Err(ChangeError::VersionConflict),
        None => Err(ChangeError::NotFound),
    }
}
