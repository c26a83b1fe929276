//! Every review, for exports.

use database::Ctx;
use kernel::{Permission, ReviewId, Time};

use crate::{FindError, Review, store};

/// The first reviews written after one, the oldest first.
pub async fn list_whole(ctx: &mut Ctx, after: Option<(Time, ReviewId)>, limit: i64) -> Result<Vec<Review>, FindError> {
    ctx.require(Permission::ModerateReviews)?;
    Ok(store::lists::whole(ctx, after, limit).await?)
}
