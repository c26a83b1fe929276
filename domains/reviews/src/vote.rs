//! A shopper finds a review helpful, or reports it.

use database::{Ctx, Error};
use kernel::ReviewId;

use crate::{events::tell_changed, store};

kernel::named! {
    /// What a shopper says of somebody else's review.
    Vote {
        /// It helped.
        Helpful = "helpful",
        /// The store should look at it.
        Report = "report",
    }
}

/// Why nothing was counted.
#[derive(Debug, thiserror::Error)]
pub enum VoteError {
    /// Shoppers see no such review.
    #[error("there is no such review")]
    NotFound,
    /// The database failed.
    #[error(transparent)]
    Internal(#[from] Error),
}

/// Counts a voter once; answers whether it was now. `voter` is what tells voters apart.
pub async fn vote(ctx: &mut Ctx, id: ReviewId, vote: Vote, voter: &str) -> Result<bool, VoteError> {
    match store::votes::vote(ctx, id, vote.as_str(), voter).await? {
        (true, counted) => {
            if counted
                && vote == Vote::Helpful
                && let Some(review) = store::own::find(ctx, id).await?
            {
                tell_changed(ctx, vec![review.product_id]).await?;
            }
            Ok(counted)
        }
        (false, _) => Err(VoteError::NotFound),
    }
}
