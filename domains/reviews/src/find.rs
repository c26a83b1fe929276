//! One review, for moderators.

use database::{Ctx, Error};
use kernel::{Forbidden, Permission, ReviewId};

use crate::{Review, store};

/// Why a review cannot be seen.
#[derive(Debug, thiserror::Error)]
pub enum FindError {
    /// The actor does not moderate.
    #[error(transparent)]
    Forbidden(#[from] Forbidden),
    /// The database failed.
    #[error(transparent)]
    Internal(#[from] Error),
}

/// A review, wherever it stands.
pub async fn find(ctx: &mut Ctx, id: ReviewId) -> Result<Option<Review>, FindError> {
    ctx.require(Permission::ModerateReviews)?;
    Ok(store::own::find(ctx, id).await?)
}
